"""Asking the law, before an item is brought in, for everybody else who would see it [LAW-3]."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from knooppunt.cases.models import Case
from knooppunt.cases.rules import STEP_OF_LAW, CaseState
from knooppunt.kernel import clock
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.uploads import Sent
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing.queries import agreed_in, recipients_in
from knooppunt.sharing.rules import Question, Regime
from knooppunt.sharing.rules.deciding import BEARERS, Outcome
from knooppunt.sharing.rules.question import FACTS, Fact, Role
from knooppunt.sharing.rules.supplying import OUTSIDE_SECRECY, Supply, may_be_bearer, party_of, supply_to, told_by


@dataclass(frozen=True)
class ItemDraft:
    """One piece of information as its supplier brings it in.

    `withheld` turns it into "we do not share this, because …": a normal and recordable answer. `facts` is what the
    supplier knows of the supply, as the law asks it; `motivation` why, where that must be weighed and no way through
    medical secrecy is explained already.
    """

    category: str
    subject: str
    text: str
    secrecy_way: str = ""
    secrecy_note: str = ""
    conditions: str = ""
    withheld: bool = False
    file: Sent | None = None
    facts: Mapping[str, bool] = field(default_factory=dict)
    motivation: str = ""


def weigh_supply_in(work: Work, case: Case, regime: Regime, draft: ItemDraft) -> Supply:
    """What the law says of this item; `Refused` when it may not go to somebody who would see it.

    `QuestionsFirst`, which is a `Refused` too, carries what must be known before.
    """
    own = partners.organisation(work.actor.for_whom)
    facts = facts_of(own.kind, regime, draft)
    supplier = party_of(own.kind, own.participant_class)
    question = Question(
        regime=regime.code,
        step=STEP_OF_LAW[CaseState(case.state)].value,
        supplier=supplier,
        recipient=supplier,  # until it is asked for each recipient
        role=Role.PARTICIPANT.value,
        category=draft.category,
        about=draft.subject,
        on=clock.today(),
        facts=facts,
    )
    recipients = recipients_in(work, case.pk, draft.category)
    if regime.needs_agreement:
        recipients = agreed_in(work, recipients, question, case.region_id)
    supply = supply_to(question, recipients, regime)
    if stopped := supply.stops():
        stopped.under = case.pk
        raise stopped
    return supply


def facts_of(kind: str, regime: Regime, draft: ItemDraft) -> dict[str, bool]:
    """All that the draft says of the supply; `BadInput` for what a supplier of this kind cannot say."""
    ways = {*regime.secrecy_ways, *([OUTSIDE_SECRECY] if may_be_bearer(kind) else [])}
    facts = {**draft.facts, **told_by(draft.secrecy_way, draft.conditions)}
    denied = facts.get(Fact.BEARER_OF_MEDICAL_SECRECY) is False and bool(BEARERS.get(kind, False))
    if denied or (draft.secrecy_way and draft.secrecy_way not in ways):
        raise BadInput("secrecy_way", "Kies een van de genoemde gronden.")
    if not FACTS.issuperset(facts):
        raise BadInput("facts", "Dit feit is niet bekend.")
    return facts


def motivation_of(supply: Supply, kind: str, regime: Regime, draft: ItemDraft) -> str:
    """Why the supplier shares it; where the law asks to weigh, `BadInput` names the field in which that is missing."""
    said = draft.secrecy_note or draft.motivation
    strictest = supply.strictest
    if strictest and strictest.outcome is Outcome.WEIGH and not said.strip():
        field_of = "secrecy_note" if regime.bears_secrecy(kind) else "motivation"
        raise BadInput(field_of, f"Schrijf op waarom u dit deelt. {strictest.sentence}")
    return said
