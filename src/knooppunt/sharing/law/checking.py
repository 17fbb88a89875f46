"""Whether the rules of a regime leave a question unanswered or answer it twice, and what a change of rules changes.

Values that meet the same rules are taken together, so that millions of combinations are a few thousand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import product
from typing import Any

from knooppunt.sharing.rules.deciding import Outcome, circumstances, decide_under
from knooppunt.sharing.rules.question import Question
from knooppunt.sharing.rules.regime import Regime
from knooppunt.sharing.rules.rule import DIMENSIONS, Rule, RuleBook, Says

ROLE = tuple(DIMENSIONS).index("role")

Group = tuple[Any, ...]
"""Values of one dimension that meet the same rules."""


@dataclass(frozen=True)
class Combination:
    """Questions that meet the same rules: per dimension the values, each with each."""

    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]

    @property
    def size(self) -> int:
        """How many combinations these are."""
        count = 1
        for group in self.groups:
            count *= len(group)
        return count

    def question(self, regime: str, on: date) -> Question:
        """The first of them, as a question of which nothing is known."""
        supplier, recipient, role, step, category, about = (group[0] for group in self.groups)
        return Question(regime, step, supplier, recipient, role, category, about, on)


def combinations(*books: RuleBook) -> Iterator[Combination]:
    """Every combination there can be; with several books, taken together only where all of them agree.

    The rules are those of the first book. The resident as recipient goes with the role of resident, and only then.
    """
    grouped = [_groups(books, dimension) for dimension in DIMENSIONS]
    for chosen in product(*grouped):
        groups = tuple(group for group, _ in chosen)
        if (groups[1][0][0] == "resident") != (groups[2][0] == "resident"):
            continue
        mask = -1
        for _, masks in chosen:
            mask &= masks[0]
        yield Combination(groups, books[0].of_mask(mask))


def _groups(books: Sequence[RuleBook], dimension: str) -> list[tuple[Group, tuple[int, ...]]]:
    found: dict[tuple[bool, tuple[int, ...]], list[Any]] = {}
    for value in DIMENSIONS[dimension]:
        own = value == "resident" or (isinstance(value, tuple) and value[0] == "resident")
        found.setdefault((own, tuple(book.bits[dimension][value] for book in books)), []).append(value)
    return [(tuple(values), masks) for (_, masks), values in found.items()]


def left_to_default(regime: Regime) -> list[Combination]:
    """What no rule answers by itself: neither a basis nor a plain refusal."""
    return [one for one in combinations(regime.book) if not any(_answers(rule) for rule in one.rules)]


def answered_twice(regime: Regime) -> list[tuple[Combination, Rule, Rule]]:
    """What one rule gives a basis for and another refuses whatever is known, without saying that it goes before it."""
    return [
        (one, basis, refusal)
        for one in combinations(regime.book)
        for basis in one.rules
        if basis.says is Says.ALLOWS
        for refusal in one.rules
        if _refuses(refusal) and basis.name not in refusal.over
    ]


def _refuses(rule: Rule) -> bool:
    return rule.says is Says.FORBIDS and rule.is_plain and not rule.secrecy


def _answers(rule: Rule) -> bool:
    return rule.says is Says.ALLOWS or _refuses(rule)


@dataclass(frozen=True)
class Pattern:
    """Combinations that were looked at and are left to the default on purpose; `why` says why."""

    chosen: Mapping[str, frozenset[Any]]
    why: str

    def covers(self, one: Combination) -> bool:
        """Whether all of these combinations are meant."""
        return all(
            set(group) <= self.chosen[dimension] for dimension, group in zip(DIMENSIONS, one.groups, strict=True)
        )


def not_reviewed(regime: Regime, patterns: Iterable[Pattern]) -> list[Combination]:
    """What is left to the default without anybody having said that this is meant."""
    known = list(patterns)
    return [one for one in left_to_default(regime) if not any(pattern.covers(one) for pattern in known)]


@dataclass(frozen=True)
class Change:
    """What a change of rules does to combinations: `size` of them answer otherwise.

    `probe` is what is known of them: nothing (empty), all that is asked (`*`), or this beside, a fact that is needed
    being false and another being true.
    """

    example: Question
    probe: str
    size: int
    before: Outcome
    after: Outcome
    rules: tuple[str, ...]


def changes(before: Regime, after: Regime) -> list[Change]:
    """Combinations whose outcome changes: with nothing known, with all met that is asked, and with one thing otherwise.

    What the same rules say under the same circumstances is judged once, and told once with an example.
    """
    found: dict[tuple[Any, ...], Change] = {}
    judged: dict[tuple[Any, ...], list[Change]] = {}
    for one, other in _touched(before.book, after.book):
        if _said(one.rules) == _said(other):
            continue
        question = one.question(before.code, before.valid_from)
        key = (*map(id, one.rules), None, *map(id, other), circumstances(question))
        if key not in judged:
            judged[key] = list(_changed(before, after, question, other, one.rules))
        for change in judged[key]:
            told = (change.before, change.after, change.rules, change.probe)
            size = found[told].size + one.size if told in found else one.size
            found[told] = replace(found.get(told, change), size=size)
    return sorted(found.values(), key=lambda change: (change.rules, -change.size))


def _touched(before: RuleBook, after: RuleBook) -> Iterator[tuple[Combination, tuple[Rule, ...]]]:
    """Combinations that meet a rule which stands in one of the books only, with the rules of the second book.

    Most combinations meet none: whole branches are left out as soon as no such rule can be met any more.
    """
    books = (before, after)
    grouped = [_groups(books, dimension) for dimension in DIMENSIONS]
    only = (_only_in(before, after), _only_in(after, before))

    def walk(depth: int, groups: tuple[Group, ...], first: int, second: int) -> Iterator[tuple[Combination, int]]:
        if not (first & only[0] or second & only[1]):
            return
        if depth == len(grouped):
            yield Combination(groups, before.of_mask(first)), second
            return
        for group, masks in grouped[depth]:
            if depth == ROLE and (groups[1][0][0] == "resident") != (group[0] == "resident"):
                continue
            yield from walk(depth + 1, (*groups, group), first & masks[0], second & masks[1])

    for one, mask in walk(0, (), -1, -1):
        yield one, after.of_mask(mask)


def _only_in(book: RuleBook, other: RuleBook) -> int:
    """The rules, as bits, that decide in this book what no rule of the other does."""
    known = {_deciding(rule) for rule in other.rules}
    return sum(1 << place for place, rule in enumerate(book.rules) if _deciding(rule) not in known)


def _deciding(rule: Rule) -> tuple[Any, ...]:
    return (*_said((rule,)), *(frozenset(getattr(rule, dimension)) for dimension in DIMENSIONS))


def _changed(
    before: Regime, after: Regime, question: Question, new: tuple[Rule, ...], old: tuple[Rule, ...]
) -> Iterator[Change]:
    names = tuple(dict.fromkeys(rule.name for rule in (*old, *new) if rule not in old or rule not in new))
    for probe, facts in _probes((*old, *new)):
        asked = replace(question, facts=facts)
        was, becomes = (decide_under(asked, regime).outcome for regime in (before, after))
        if was is not becomes:
            yield Change(asked, probe, 0, was, becomes, names)


def _probes(rules: tuple[Rule, ...]) -> Iterator[tuple[str, dict[str, bool]]]:
    needed = dict.fromkeys(way for rule in rules for need in rule.needs for way in need.ways)
    told = [fact for rule in rules for fact in (*rule.when, *rule.when_false)]
    met = dict.fromkeys(needed, True)
    yield "", {}
    yield "*", met
    for fact in dict.fromkeys((*needed, *told)):
        yield fact, {**met, fact: fact not in needed}


BESIDE = {"name", "text", "record", "instead", "instead_by_kind", "note", "status", "articles", *DIMENSIONS}
"""What of a rule changes no outcome once it is met."""


def _said(rules: tuple[Rule, ...]) -> list[tuple[Any, ...]]:
    return [tuple(getattr(rule, one.name) for one in fields(rule) if one.name not in BESIDE) for rule in rules]
