"""Asking the law, before an item or a request goes to others, for everybody else who would see it [LAW-3]."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

from knooppunt.cases.actions.covering import covered_by_in, told_of_consent
from knooppunt.cases.models import Case
from knooppunt.cases.rules import STEP_OF_LAW, CaseState
from knooppunt.kernel import clock
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.uploads import Sent
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing.access import opened_now
from knooppunt.sharing.queries import agreed_in, recipients_in
from knooppunt.sharing.rules import Category, Question, Regime
from knooppunt.sharing.rules.deciding import BEARERS, Outcome
from knooppunt.sharing.rules.question import FACTS, About, Fact, Role, Step
from knooppunt.sharing.rules.supplying import (
    OUTSIDE_SECRECY,
    Recipient,
    Supply,
    by_consent,
    may_be_bearer,
    party_of,
    stop_of,
    supply_to,
    told_by,
)


class Told(Protocol):
    """What a supplier says of a supply: of one item, or of a request to take somebody up."""

    @property
    def secrecy_way(self) -> str:
        """Which way through medical secrecy was chosen; empty for none."""

    @property
    def secrecy_note(self) -> str:
        """Why that way is open."""

    @property
    def conditions(self) -> str:
        """What the supplier asks of whoever receives it."""

    @property
    def facts(self) -> Mapping[str, bool]:
        """What is known, as the law asks it."""

    @property
    def motivation(self) -> str:
        """Why it is shared, where that must be weighed."""


@dataclass(frozen=True)
class ItemDraft:
    """One piece of information as its supplier brings it in.

    `withheld` turns it into "we do not share this, because …": a normal and recordable answer. `facts` is what the
    supplier knows of the supply, as the law asks it; `motivation` why, where that must be weighed and no way through
    medical secrecy is explained already. Who says that there is consent names the recorded one.
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
    consent: UUID | None = None

    @property
    def claims_consent(self) -> bool:
        """Whether its supplier says that it rests on consent."""
        said = self.secrecy_way == Fact.EXPLICIT_CONSENT or self.facts.get(Fact.EXPLICIT_CONSENT.value)
        return bool(said) and not self.withheld


def weigh_supply_in(work: Work, case: Case, regime: Regime, draft: ItemDraft) -> Supply:
    """What the law says of this item; `Refused` when it may not go to somebody who would see it.

    `QuestionsFirst`, which is a `Refused` too, carries what must be known before. Where it rests on consent, whom that
    does not name is left out (`Supply.outside`).
    """
    question = _question(work, regime, STEP_OF_LAW[CaseState(case.state)].value, draft)
    question = replace(question, category=draft.category, about=draft.subject)
    recipients = recipients_in(work, case.pk, draft.category)
    recipients = _agreed(work, recipients, question, regime, case.region_id)
    covered: frozenset[UUID] = frozenset()
    if draft.claims_consent:
        covered = covered_by_in(work, case, draft.consent, draft.category, draft.subject)
        recipients = told_of_consent(recipients, covered)
    supply = supply_to(question, recipients, regime)
    supply = by_consent(supply, covered) if draft.claims_consent else supply
    if stopped := stop_of([supply]):
        stopped.under = case.pk
        raise stopped
    return supply


def weigh_request_in(
    work: Work, regime: Regime, table: partners.TableView, categories: Iterable[str], draft: Told
) -> list[Supply]:
    """What the law says of a request to take somebody up, per kind of information in it, for all who will judge it.

    Who it is about always goes along. `Refused` and `QuestionsFirst` as with an item.
    """
    asked = _question(work, regime, Step.INTAKE.value, draft)
    judging = [one for one in judging_of(table, regime) if one.id != work.actor.for_whom]
    recipients = [Recipient(one.id, party_of(one.kind, one.participant_class)) for one in judging]
    supplies = []
    for category in sorted({Category.IDENTITY_CONTACT.value, *categories}):
        question = replace(asked, category=category)
        # Whom no agreement opens it for does not get to read it, and is not asked about.
        reading = [one for one in recipients if _opens(one, regime, table.region, category)]
        supplies.append(supply_to(question, _agreed(work, reading, question, regime, table.region), regime))
    if stopped := stop_of(supplies):
        raise stopped
    return supplies


def judging_of(table: partners.TableView, regime: Regime) -> list[partners.OrganisationView]:
    """The members of a table that may take part under its regime: they see what is put to it."""
    members = partners.organisations(table.members).values()
    return [member for member in members if regime.takes_part(member.kind, member.participant_class)]


def _question(work: Work, regime: Regime, step: str, draft: Told) -> Question:
    own = partners.organisation(work.actor.for_whom)
    supplier = party_of(own.kind, own.participant_class)
    return Question(
        regime=regime.code,
        step=step,
        supplier=supplier,
        recipient=supplier,  # until it is asked for each recipient
        role=Role.PARTICIPANT.value,
        category=Category.IDENTITY_CONTACT.value,
        about=About.RESIDENT.value,
        on=clock.today(),
        facts=facts_of(own.kind, regime, draft),
    )


def _opens(recipient: Recipient, regime: Regime, region: UUID, category: str) -> bool:
    """Whether a grant under this regime would let them read this now."""
    return not regime.needs_agreement or category in opened_now(recipient.organisation, region, regime.code)


def _agreed(
    work: Work, recipients: Iterable[Recipient], question: Question, regime: Regime, region: UUID
) -> tuple[Recipient, ...]:
    """Under a regime that asks for an agreement, with whether one covers this."""
    if regime.needs_agreement:
        return agreed_in(work, recipients, question, region)
    return tuple(recipients)


def facts_of(kind: str, regime: Regime, draft: Told) -> dict[str, bool]:
    """All that the draft says of the supply; `BadInput` for what a supplier of this kind cannot say."""
    ways = {*regime.secrecy_ways, *([OUTSIDE_SECRECY] if may_be_bearer(kind) else [])}
    facts = {**draft.facts, **told_by(draft.secrecy_way, draft.conditions)}
    denied = facts.get(Fact.BEARER_OF_MEDICAL_SECRECY) is False and bool(BEARERS.get(kind, False))
    if denied or (draft.secrecy_way and draft.secrecy_way not in ways):
        raise BadInput("secrecy_way", "Kies een van de genoemde gronden.")
    if not FACTS.issuperset(facts):
        raise BadInput("facts", "Dit feit is niet bekend.")
    return facts


def motivation_of(supplies: Iterable[Supply], kind: str, regime: Regime, draft: Told) -> str:
    """Why the supplier shares it; where the law asks to weigh, `BadInput` names the field in which that is missing."""
    said = draft.secrecy_note or draft.motivation
    answers = (one.strictest for one in supplies)
    strictest = next((one for one in answers if one and one.outcome is Outcome.WEIGH), None)
    if strictest and not said.strip():
        field_of = "secrecy_note" if regime.bears_secrecy(kind) else "motivation"
        raise BadInput(field_of, f"Schrijf op waarom u dit deelt. {strictest.sentence}")
    return said
