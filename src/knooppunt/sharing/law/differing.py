"""What one version of a regime answers otherwise than another: worked questions, combinations, rules and lines."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from knooppunt.sharing.law import checking, defaults
from knooppunt.sharing.law.checking import Change, Combination
from knooppunt.sharing.law.scenario import Scenario, scenarios
from knooppunt.sharing.rules import Decision, Regime, Rule
from knooppunt.sharing.rules.deciding import decide_under


@dataclass(frozen=True)
class Moved:
    """A worked question that gets another answer: outcome, articles or conditions."""

    scenario: Scenario
    before: Decision
    after: Decision


@dataclass(frozen=True)
class RuleChange:
    """A rule that is new, gone, or says something else."""

    name: str
    before: Rule | None
    after: Rule | None


@dataclass(frozen=True)
class Difference:
    """All that one version does otherwise than another. Combinations stand with the rules that make the difference."""

    moved: tuple[Moved, ...]
    rules: tuple[RuleChange, ...]
    combinations: Mapping[tuple[str, ...], tuple[Change, ...]]

    @property
    def size(self) -> int:
        """How many answers change, over all that can be known."""
        return sum(one.size for changes in self.combinations.values() for one in changes)


@dataclass(frozen=True)
class Gaps:
    """What a version leaves open: rules that contradict each other, and what no rule answers and nobody reviewed."""

    contradictions: tuple[tuple[Rule, Rule], ...]
    open: tuple[Combination, ...]


def moved(before: Regime, after: Regime) -> Iterator[Moved]:
    """The worked questions of this regime that get another answer, in their order."""
    for scenario in scenarios():
        if scenario.regime == before.code:
            was, becomes = (decide_under(scenario.question, one) for one in (before, after))
            if _said(was) != _said(becomes):
                yield Moved(scenario, was, becomes)


def _said(decision: Decision) -> tuple[Any, ...]:
    conditions = [(one.facts, one.any) for one in decision.conditions]
    return decision.outcome, decision.articles, conditions


def difference(before: Regime, after: Regime) -> Difference:
    """Everything, for a page that shows it more than once: texts do not change, so it is worked out once."""
    return _difference(_Pair(before, after))


class _Pair:
    """Two versions, the same pair when their texts are."""

    def __init__(self, before: Regime, after: Regime) -> None:
        self.before, self.after = before, after
        self._digests = (before.digest, after.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and other._digests == self._digests

    def __hash__(self) -> int:
        return hash(self._digests)


@lru_cache(maxsize=16)
def _difference(pair: _Pair) -> Difference:
    before, after = pair.before, pair.after
    grouped: dict[tuple[str, ...], list[Change]] = {}
    for change in checking.changes(before, after):
        grouped.setdefault(change.rules, []).append(change)
    combinations = {rules: tuple(found) for rules, found in grouped.items()}
    return Difference(tuple(moved(before, after)), tuple(_rules(before, after)), combinations)


def _rules(before: Regime, after: Regime) -> Iterator[RuleChange]:
    old, new = ({rule.name: rule for rule in version.book.rules} for version in (before, after))
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield RuleChange(name, old.get(name), new.get(name))


def gaps(regime: Regime) -> Gaps:
    """What the check of `knooppunt regimes check` finds."""
    pairs = {(refusal.name, basis.name): (refusal, basis) for _, basis, refusal in checking.answered_twice(regime)}
    patterns = defaults.patterns().get(regime.code, ())
    return Gaps(tuple(pairs[key] for key in sorted(pairs)), tuple(checking.not_reviewed(regime, patterns)))


def lines(before: str, after: str) -> list[tuple[str, int, str]]:
    """What changed in the text, line by line with a little around it: sign (`-`, `+`, space or `…`), number, text.

    A line that went bears its number in the old text, each other line that in the new one.
    """
    found: list[tuple[str, int, str]] = []
    was = becomes = 0
    old, new = before.splitlines(), after.splitlines()
    for line in list(difflib.unified_diff(old, new, n=2, lineterm=""))[2:]:
        sign, text = line[:1], line[1:]
        if sign == "@":
            first, second = (int(part[1:].partition(",")[0]) for part in text.split()[1:3])
            was, becomes = first - 1, second - 1
            found.append(("…", 0, ""))
            continue
        was, becomes = was + (sign != "+"), becomes + (sign != "-")
        found.append((sign, was if sign == "-" else becomes, text))
    return found


def in_which_case(change: Change, regime: Regime) -> str:
    """What is known where an outcome changes, in words that follow it."""
    if change.probe == "":
        return "als er niets bekend is"
    if change.probe == "*":
        return "als aan alles is voldaan"
    answer = "ja" if change.example.facts[change.probe] else "nee"
    return f"als verder aan alles is voldaan. {regime.facts[change.probe].ask} {answer}"
