"""How versions of one regime follow each other: those that are shipped, and those that were approved here."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from knooppunt.sharing.rules import Regime

DAY = timedelta(days=1)


def last_day(regime: Regime) -> date:
    """The last day of a version by its own text; without an end, the last that there is."""
    return regime.valid_to or date.max


def follow(shipped: Iterable[Regime], approved: Iterable[Regime]) -> tuple[Regime, ...]:
    """The versions of one regime, oldest first, each closed by the one that starts after it.

    The later-starting wins: from its first day on, whatever started before holds no more, also when the later one
    has an end. Of two that start on one day the approved one holds, and the shipped one never does. The text of a
    version stays what it was, and so does its reference: only the day on which it ends comes sooner.
    """
    own = {regime.valid_from: regime for regime in approved}
    holding = sorted(({regime.valid_from: regime for regime in shipped} | own).values(), key=lambda one: one.valid_from)
    never = [regime for regime in shipped if regime.valid_from in own]
    closed = [
        before if last_day(before) < after.valid_from else replace(before, valid_to=after.valid_from - DAY)
        for before, after in pairwise(holding)
    ]
    return (*(replace(one, valid_to=one.valid_from - DAY) for one in never), *closed, *holding[-1:])


class Approved:
    """The versions that were approved in this installation, and how they follow the shipped ones."""

    def __init__(self, regimes: Iterable[Regime] = ()) -> None:
        self.regimes = tuple(regimes)
        self._known: dict[str, tuple[Regime, ...]] = {}

    def known_of(self, code: str, shipped: tuple[Regime, ...]) -> tuple[Regime, ...]:
        """All versions of a regime, worked out once."""
        if code not in self._known:
            mine = [regime for regime in self.regimes if regime.code == code]
            self._known[code] = follow(shipped, mine) if mine else shipped
        return self._known[code]


NOTHING = Approved()
