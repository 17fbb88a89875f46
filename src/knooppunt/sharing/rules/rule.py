"""One rule of a regime, and quickly finding which rules a question meets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from knooppunt.sharing.rules.question import CATEGORIES, PARTIES, About, Party, Question, Role, Step


class Says(StrEnum):
    """What a rule does: it gives a basis, asks something more, forbids, or only has something recorded."""

    ALLOWS = "allows"
    ASKS = "asks"
    FORBIDS = "forbids"
    NOTES = "notes"


@dataclass(frozen=True)
class Need:
    """One of these facts must be true: alternatives are one condition until one of them is."""

    ways: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class FactText:
    """A fact in plain Dutch: as a question, as a condition ("alleen als …"), and when it is known.

    `closed` says why a supply stops on it: because it is false where it is needed, or true where it blocks.
    `instead` is what is possible then, and `weigh` the same where it must be weighed first.
    """

    ask: str
    condition: str
    closed: str
    record: str
    instead: tuple[str, ...]
    weigh: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """What the law says of some supplies. The first six fields say of which; an empty `when` is always.

    `when` any of these facts is true, or `when_false` any is false; `unless` all of these are true.
    `over` names the bases that a refusal goes before: the exception to those rules.
    """

    name: str
    says: Says
    supplier: frozenset[Party]
    recipient: frozenset[Party]
    role: frozenset[str]
    step: frozenset[str]
    category: frozenset[str]
    about: frozenset[str]
    articles: tuple[str, ...]
    text: str
    needs: tuple[Need, ...] = ()
    when: tuple[str, ...] = ()
    when_false: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    secrecy: bool = False
    must: bool = False
    record: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    instead_by_kind: bool = False
    status: str = "concept"
    note: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it says the same whatever is known."""
        return not (self.when or self.when_false or self.unless)


DIMENSIONS: Mapping[str, Sequence[object]] = {
    "supplier": PARTIES,
    "recipient": PARTIES,
    "role": tuple(Role),
    "step": tuple(Step),
    "category": CATEGORIES,
    "about": tuple(About),
}
"""What a rule is found by, with all values."""


@dataclass(frozen=True)
class RuleBook:
    """The rules of one version in their order. Each value of each dimension knows its rules as the bits of a number."""

    rules: tuple[Rule, ...]
    _met: dict[int, tuple[Rule, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def bits(self) -> Mapping[str, Mapping[object, int]]:
        """Per dimension and value: which rules name it."""
        return {
            dimension: {
                value: sum(1 << place for place, rule in enumerate(self.rules) if value in getattr(rule, dimension))
                for value in values
            }
            for dimension, values in DIMENSIONS.items()
        }

    def asks(self, fact: str) -> bool:
        """Whether any rule needs this fact."""
        return any(fact in need.ways for rule in self.rules for need in rule.needs)

    @cached_property
    def _columns(self) -> tuple[Mapping[object, int], ...]:
        return tuple(self.bits[dimension] for dimension in DIMENSIONS)

    def met_by(self, question: Question) -> tuple[Rule, ...]:
        """The rules that this question meets, in the order of the file."""
        supplier, recipient, role, step, category, about = self._columns
        found = (
            supplier[question.supplier]
            & recipient[question.recipient]
            & role[question.role]
            & step[question.step]
            & category[question.category]
            & about[question.about]
        )
        return self.of_mask(found)

    def of_mask(self, bits: int) -> tuple[Rule, ...]:
        """The rules that stand at these bits, in the order of the file."""
        known = self._met.get(bits)
        if known is None:
            known = self._met[bits] = tuple(rule for place, rule in enumerate(self.rules) if bits >> place & 1)
        return known
