"""One supply to everybody who would see it: each of them is a question, and the strictest answer counts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from knooppunt.kernel.errors import Refused
from knooppunt.sharing.rules.deciding import (
    BEARERS,
    OUTCOMES,
    Condition,
    Decision,
    Outcome,
    decide_under,
    said_by_rules,
)
from knooppunt.sharing.rules.exchange import question_as_data
from knooppunt.sharing.rules.question import Fact, Party, Question, classes_of
from knooppunt.sharing.rules.regime import Regime
from knooppunt.sharing.rules.rule import Says

NOBODY = "nobody"
"""The outcome when nobody else would see it: then nothing crosses, and there is nothing to answer."""

OUTSIDE_SECRECY = "outside_secrecy"
"""Beside the ways of the secrecy gate: the supplier says that this falls outside it."""

ASKED_FIRST = "Beantwoord eerst de vragen die bij dit gegeven horen."
WITHHOLDING = "U kunt wel vastleggen dát u iets niet deelt, en waarom."


class Occasion(StrEnum):
    """What made that the law was asked of an item."""

    SUPPLIED = "supplied"
    JOINED = "joined"
    """An organisation came to take part later."""
    OPENED = "opened"
    """Its supplier opens it after all for who came later."""
    KEPT_CLOSED = "kept_closed"
    """Its supplier does not: an ordinary answer, with its reason."""
    OUTSIDE = "outside"
    """The consent that it rests on does not name them."""
    WITHDRAWN = "withdrawn"
    """The consent that it rested on was withdrawn."""


KEPT_CLOSED = "withheld"
"""The outcome when its supplier keeps an item closed; the law was not asked."""


class QuestionsFirst(Refused):
    """It may, once these conditions are settled: every one of them names the facts that settle it."""

    def __init__(self, conditions: Iterable[Condition], **named: Any) -> None:
        self.conditions = tuple(conditions)
        super().__init__([ASKED_FIRST], **named)


@dataclass(frozen=True)
class Recipient:
    """An organisation that would see it, as what the law knows it, and what is known between it and the supplier."""

    organisation: UUID
    party: Party
    facts: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the law says of one recipient."""

    recipient: Recipient
    decision: Decision


@dataclass(frozen=True)
class Supply:
    """One question, asked for everybody who would see it. `question` names no recipient of its own.

    `outside` holds the answers of who is left out, because the consent that it rests on does not name them.
    """

    question: Question
    regime_version: str
    answers: tuple[Answer, ...]
    basis: str
    outside: tuple[Answer, ...] = ()

    @property
    def strictest(self) -> Decision | None:
        """The answer that counts; None when nobody else would see it."""
        return max((one.decision for one in self.answers), key=_strictness, default=None)

    @property
    def outcome(self) -> str:
        """What it comes to."""
        return self.strictest.outcome.value if self.strictest else NOBODY

    @property
    def open_conditions(self) -> tuple[Condition, ...]:
        """What must be known first. A condition without facts binds from here on, and stops nothing."""
        return tuple(dict.fromkeys(c for one in self.answers for c in one.decision.conditions if c.facts))

    @property
    def refusal(self) -> Refused | None:
        """Why it may not, if it may not; with what the log keeps of it: the question and the rule, never the text."""
        strictest = self.strictest
        if strictest is None or strictest.outcome is not Outcome.REFUSED:
            return None
        reasons = [one for one in strictest.reasons if one not in strictest.sentence]
        instead = [*strictest.possible_instead, WITHHOLDING]
        return Refused([strictest.sentence, *reasons], instead, logged=self.logged(strictest))

    def logged(self, strictest: Decision) -> Mapping[str, Any]:
        """What the log keeps of an answer that stopped something."""
        return {
            "question": question_as_data(self.question),
            "outcome": strictest.outcome.value,
            "sentence": strictest.sentence,
            "articles": list(strictest.articles),
            "regime_version": self.regime_version,
        }


def stop_of(supplies: Iterable[Supply]) -> Refused | None:
    """Why these may not go, or not yet: the first that is refused, else all that must be known first."""
    together = list(supplies)
    for one in together:
        if one.refusal:
            return one.refusal
    waiting = [one for one in together if one.open_conditions]
    if not waiting:
        return None
    conditions = dict.fromkeys(condition for one in waiting for condition in one.open_conditions)
    strictest = waiting[0].strictest
    return QuestionsFirst(conditions, possible=[WITHHOLDING], logged=strictest and waiting[0].logged(strictest))


def supply_to(question: Question, recipients: Iterable[Recipient], regime: Regime) -> Supply:
    """Asks the law once for each recipient, under the version of the case."""
    asked = [(one, replace(question, recipient=one.party, facts={**question.facts, **one.facts})) for one in recipients]
    answers = tuple(Answer(one, decide_under(each, regime)) for one, each in asked)
    return Supply(question, regime.reference, answers, next((_basis(each, regime) for _, each in asked), ""))


def by_consent(supply: Supply, covered: Collection[UUID]) -> Supply:
    """The same supply for those whom the consent covers, and for who may see it without consent.

    The others are left out, unless nobody would be left: then they are what stops it.
    """

    def stays(one: Answer) -> bool:
        return one.recipient.organisation in covered or one.decision.outcome is Outcome.PERMITTED

    inside = tuple(one for one in supply.answers if stays(one))
    if not inside:
        return supply
    return replace(supply, answers=inside, outside=tuple(one for one in supply.answers if not stays(one)))


def may_be_bearer(kind: str) -> bool:
    """Whether nobody can say beforehand that this kind falls under medical secrecy, nor that it does not."""
    return BEARERS.get(kind, False) is None


def party_of(kind: str, participant_class: str) -> Party:
    """How a question names an organisation; a class that its kind cannot have becomes the one that it has."""
    possible = classes_of(kind)
    return kind, participant_class if participant_class in possible else possible[0]


def told_by(way: str, conditions: str) -> Mapping[str, bool]:
    """What a supplier says of an item by choosing a way through secrecy and by setting limits."""
    facts = {Fact.SUPPLIER_CONDITIONS.value: True} if conditions.strip() else {}
    if way == OUTSIDE_SECRECY:
        return {**facts, Fact.BEARER_OF_MEDICAL_SECRECY.value: False}
    return {**facts, way: True} if way else facts


def _basis(question: Question, regime: Regime) -> str:
    """The article that allows it: a condition or a weighing beside it is no basis."""
    speaks = said_by_rules(question, regime)
    allowing = (one for one in regime.book.met_by(question) if one.says is Says.ALLOWS and one.name in speaks)
    return next((one.articles[0] for one in allowing), regime.purpose_article)


def _strictness(decision: Decision) -> int:
    return OUTCOMES.index(decision.outcome)
