"""What an organisation that comes to take part later may see of what is there already: the law is asked per item."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.covering import covered_by_in, told_of_consent
from knooppunt.cases.actions.steps import regime_of, text_of
from knooppunt.cases.models import Case, Item
from knooppunt.cases.rules import STEP_OF_LAW, CaseState
from knooppunt.kernel import clock
from knooppunt.kernel.access import scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing.actions import SuppliedItem, decision_as_data, decision_on, keep_decision_in
from knooppunt.sharing.queries import agreed_in, question_kept_in, recipients_in
from knooppunt.sharing.rules import Question, Regime
from knooppunt.sharing.rules.deciding import Outcome
from knooppunt.sharing.rules.question import FACTS, Fact, Role
from knooppunt.sharing.rules.supplying import Occasion, Recipient, Supply, by_consent, party_of, stop_of, supply_to

OPEN_ALREADY = "Dit gegeven staat al open voor iedereen die later kwam."


@dataclass(frozen=True)
class OpenDraft:
    """What the supplier knows more of an item, and why it may be seen by who came later.

    `consent` is a recorded one that names them; of consent that was given before nothing is concluded for them.
    """

    facts: Mapping[str, bool] = field(default_factory=dict)
    motivation: str = ""
    consent: UUID | None = None


@dataclass(frozen=True)
class Earlier:
    """An item that was there before, as the law knows it. Its text is not read."""

    item: SuppliedItem
    about: str
    facts: Mapping[str, bool]
    covered: bool | None = None
    """Whether a consent that it rests on names who comes; None where it rests on none."""


def weigh_newcomer_in(work: Work, case: Case, regime: Regime, newcomer: partners.OrganisationView) -> int:
    """Asks the law, for an organisation that takes part from now on, about each item in what it receives.

    What the law permits opens with its grant. Anything else stays with who could see it until now, also where it
    must be weighed or something must be known first: that is for its supplier. Answers how many categories hold
    something that stayed closed.
    """
    found = _earlier_in(case.pk, newcomer.id)
    suppliers = partners.organisations({one.item.supplier for one in found}) if found else {}
    party, closed = party_of(newcomer.kind, newcomer.participant_class), set()
    for one in found:
        recipient = Recipient(newcomer.id, party, _by_consent(one.covered))
        supply = asked_in(work, case, regime, one, suppliers[one.item.supplier], (recipient,))
        _settle_in(work, one.item, newcomer.id, supply)
        if supply.outcome != Outcome.PERMITTED:
            closed.add(one.item.category)
    return len(closed)


def _by_consent(covered: bool | None) -> dict[str, bool]:
    return {} if covered is None else {Fact.EXPLICIT_CONSENT.value: covered}


def _earlier_in(case: UUID, newcomer: UUID) -> list[Earlier]:
    # Through a gate: whoever directs the process need not see what is in the case.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item, category, about, supplier, question, covered FROM kn_earlier_items(%s, %s)", [case, newcomer]
        )
        rows = cursor.fetchall()
    return [
        Earlier(SuppliedItem(key, case, category, supplier), about, facts_of_question(question), covered)
        for key, category, about, supplier, question, covered in rows
    ]


def facts_of_question(question: object) -> dict[str, bool]:
    """What was known when it was supplied. Of what came in before the law was asked, nothing is known."""
    said = json.loads(question) if isinstance(question, str) else question
    known = said.get("facts", {}) if isinstance(said, dict) else {}
    return {name: value for name, value in known.items() if name in FACTS}


def asked_in(
    work: Work,
    case: Case,
    regime: Regime,
    earlier: Earlier,
    supplier: partners.OrganisationView,
    recipients: tuple[Recipient, ...],
) -> Supply:
    """What the law says of an item that is there already, in the step of now, for each of these."""
    party = party_of(supplier.kind, supplier.participant_class)
    question = Question(
        regime=regime.code,
        step=STEP_OF_LAW[CaseState(case.state)].value,
        supplier=party,
        recipient=party,  # until it is asked for each recipient
        role=Role.PARTICIPANT.value,
        category=earlier.item.category,
        about=earlier.about,
        on=clock.today(),
        facts=earlier.facts,
    )
    if regime.book.asks(Fact.AGREEMENT_IN_FORCE):
        recipients = agreed_in(work, recipients, question, case.region_id, supplier.id)
    return supply_to(question, recipients, regime)


def _settle_in(work: Work, about: SuppliedItem, newcomer: UUID, supply: Supply) -> None:
    row = decision_on(about, supply, "", Occasion.JOINED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_settle_newcomer(%s, %s, %s)", [about.id, newcomer, json.dumps(decision_as_data(row))])
    item = Item(pk=about.id, case_id=about.subject)
    work.record("item.weighed_for_newcomer", item, organisation=newcomer, outcome=row.outcome, decision=row.pk)


def open_to_later(actor: Actor, case_id: UUID, item_id: UUID, draft: OpenDraft, *, once: UUID | None = None) -> None:
    """Opens an own item for the organisations that came later, when the law lets it go to each of them.

    `Refused` or `QuestionsFirst` otherwise; where the law asks to weigh, `BadInput` without a motivation.
    """
    with Work(actor, "open_item", once=once) as work:
        if work.before:
            return
        case, item, waiting = _own_in(work, case_id, item_id)
        if not FACTS.issuperset(draft.facts):
            raise BadInput("facts", "Dit feit is niet bekend.")
        supply = _supply_in(work, case, item, draft, waiting)
        if stopped := stop_of([supply]):
            stopped.under = case.pk
            raise stopped
        why = text_of("motivation", draft.motivation, required=False)
        if supply.outcome == Outcome.WEIGH and not why and supply.strictest:
            raise BadInput("motivation", f"Schrijf op waarom u dit deelt. {supply.strictest.sentence}")
        keep_decision_in(work, _about(item, draft.consent), supply, why, Occasion.OPENED)
        opens = [one.recipient.organisation for one in supply.answers]
        with connection.cursor() as cursor:
            cursor.execute("SELECT kn_open_item(%s, %s)", [item.pk, opens])
        work.record("item.opened_later", item, category=item.category)


def keep_closed(actor: Actor, case_id: UUID, item_id: UUID, reason: str, *, once: UUID | None = None) -> None:
    """Records that an own item stays closed for who came later, and why [LAW-4]."""
    with Work(actor, "keep_item_closed", once=once) as work:
        if work.before:
            return
        case, item, _ = _own_in(work, case_id, item_id)
        why = text_of("reason", reason)
        # Nobody is asked about: that it does not go anywhere is its supplier's own answer.
        supply = _supply_in(work, case, item, OpenDraft(), ())
        keep_decision_in(work, _about(item), supply, why, Occasion.KEPT_CLOSED)
        work.record("item.kept_closed", item, category=item.category)


def _own_in(work: Work, case_id: UUID, item_id: UUID) -> tuple[Case, Item, tuple[Recipient, ...]]:
    """The case, an item of the own organisation in it, and who is granted its category but does not see it."""
    case = work.take(Case, case_id, Permission.CONTRIBUTE)
    rows = Item.objects.filter(scope(work.actor, Item), case=case, supplier_id=work.actor.for_whom, withheld=False)
    item = rows.filter(pk=item_id).first()
    if item is None:
        raise NotFoundForYou("Item")
    sees = item.only_for
    granted = recipients_in(work, case.pk, item.category) if sees is not None else ()
    waiting = tuple(one for one in granted if one.organisation not in (sees or ()))
    if not waiting:
        raise Refused([OPEN_ALREADY])
    return case, item, waiting


def _supply_in(work: Work, case: Case, item: Item, draft: OpenDraft, recipients: tuple[Recipient, ...]) -> Supply:
    known = {**facts_of_question(question_kept_in(work, item.pk)), **draft.facts}
    covered: frozenset[UUID] = frozenset()
    if draft.consent:
        covered = covered_by_in(work, case, draft.consent, item.category, item.subject)
        known[Fact.EXPLICIT_CONSENT.value] = True
    if known.get(Fact.EXPLICIT_CONSENT.value):
        recipients = told_of_consent(recipients, covered)
    earlier = Earlier(_about(item), item.subject, known)
    supply = asked_in(work, case, regime_of(case), earlier, partners.organisation(item.supplier_id), recipients)
    return by_consent(supply, covered) if draft.consent else supply


def _about(item: Item, consent: UUID | None = None) -> SuppliedItem:
    return SuppliedItem(item.pk, item.case_id, item.category, item.supplier_id, consent)
