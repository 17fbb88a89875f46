"""What a form offers to whoever supplies something, under the regimes that it may be supplied under."""

from collections.abc import Iterable

from knooppunt.cases.rules import LABELS
from knooppunt.sharing.rules import Category, Regime
from knooppunt.sharing.rules.supplying import OUTSIDE_SECRECY, may_be_bearer

Pairs = tuple[tuple[str, str], ...]


def secrecy_ways(regimes: Iterable[Regime], kind: str) -> Pairs:
    """The ways through secrecy; who perhaps does not fall under it may say so."""
    found = {code: text for regime in regimes for code, text in regime.secrecy_ways.items()}
    if may_be_bearer(kind):
        found[OUTSIDE_SECRECY] = LABELS[OUTSIDE_SECRECY]
    return tuple(found.items())


def kinds_asked(regimes: Iterable[Regime]) -> Pairs:
    """What can stand in a text under one of these, beside who it is about: whether it may go is for the law to say."""
    found = {code: label for regime in regimes for code, label in regime.categories.items()}
    found.pop(Category.IDENTITY_CONTACT, None)
    return tuple(sorted(found.items(), key=lambda pair: pair[1].casefold()))
