"""Keeping why something was supplied."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.kernel.work import Work
from knooppunt.sharing.models import SupplyDecision
from knooppunt.sharing.rules.exchange import question_as_data
from knooppunt.sharing.rules.supplying import KEPT_CLOSED, Answer, Occasion, Supply


@dataclass(frozen=True)
class SuppliedItem:
    """What a decision is about: an item of a subject, with its category and the organisation that supplies it.

    `consent` is the recorded consent that the decision rests on, if it does.
    """

    id: UUID
    subject: UUID
    category: str
    supplier: UUID
    consent: UUID | None = None


def decision_on(item: SuppliedItem, supply: Supply, motivation: str, occasion: Occasion) -> SupplyDecision:
    """The row that says what the law said, not kept yet."""
    return SupplyDecision(
        item_id=item.id,
        subject_id=item.subject,
        category=item.category,
        supplier_id=item.supplier,
        at=clock.now(),
        occasion=occasion.value,
        outcome=KEPT_CLOSED if occasion is Occasion.KEPT_CLOSED else supply.outcome,
        regime_version=supply.regime_version,
        question=question_as_data(supply.question),
        answers=[_answer(one) for one in supply.answers],
        consent_id=item.consent,
        motivation=motivation,
    )


def decision_as_data(row: SupplyDecision) -> dict[str, Any]:
    """What a gate keeps of a decision, asked by who does not read the item."""
    return {
        "id": str(row.pk),
        "outcome": row.outcome,
        "regime_version": row.regime_version,
        "question": row.question,
        "answers": row.answers,
    }


def keep_decision_in(
    work: Work, item: SuppliedItem, supply: Supply, motivation: str, occasion: Occasion = Occasion.SUPPLIED
) -> None:
    """Keeps why an item was supplied, in the transaction in which it was; nobody changes it afterwards.

    What was refused has no row: the transaction goes back, and nothing was supplied. Who asked, when, the question,
    the outcome and the sentence of the rule then stand in the line that the log keeps of the refusal (`Refused.logged`,
    written after the rollback).
    """
    row = decision_on(item, supply, motivation, occasion)
    row.save(force_insert=True)
    work.record("supply.decided", row, item=item.id, outcome=row.outcome, regime=row.regime_version)


def _answer(one: Answer) -> dict[str, Any]:
    """With kind and class, so that the question can be asked again as it was, also when an organisation changed."""
    kind, its_class = one.recipient.party
    return {
        "recipient": str(one.recipient.organisation),
        "kind": str(kind),
        "class": its_class,
        "facts": dict(one.recipient.facts),
        "outcome": one.decision.outcome.value,
        "articles": list(one.decision.articles),
        "sentence": one.decision.sentence,
        "record": list(one.decision.record),
    }
