"""Consent: recorded, what rests on it, and withdrawn, which closes what rested on it at that moment (AVG 7 lid 3)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.joining import Earlier, asked_in, facts_of_question
from knooppunt.cases.actions.steps import regime_of, text_of
from knooppunt.cases.models import Case, CasePerson, Consent, Item
from knooppunt.cases.rules import ConsentBy, ConsentHow
from knooppunt.kernel import clock
from knooppunt.kernel.access import scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing.actions import SuppliedItem, decision_as_data, decision_on
from knooppunt.sharing.rules import Regime
from knooppunt.sharing.rules.deciding import Outcome
from knooppunt.sharing.rules.question import Fact
from knooppunt.sharing.rules.supplying import Occasion, Recipient, party_of


@dataclass(frozen=True)
class ConsentDraft:
    """Who agreed, when and how, to sharing which kinds of information with which organisations, and for what."""

    person: UUID
    given_on: date
    how: ConsentHow
    by: ConsentBy
    categories: frozenset[str]
    organisations: frozenset[UUID]
    purpose: str
    note: str = ""


def record_consent(actor: Actor, case_id: UUID, draft: ConsentDraft, *, once: UUID | None = None) -> UUID:
    """Records consent, for organisations of the table that works on the case. It has no end of its own."""
    with Work(actor, "record_consent", once=once) as work:
        if work.before:
            return work.before
        case = work.take(Case, case_id, Permission.CONTRIBUTE)
        _check(work, case, regime_of(case), draft)
        consent = Consent(
            case=case,
            person_id=draft.person,
            given_on=draft.given_on,
            given_how=draft.how.value,
            given_by=draft.by.value,
            categories=sorted(draft.categories),
            organisations=sorted(draft.organisations, key=str),
            purpose=text_of("purpose", draft.purpose),
            note=text_of("note", draft.note, required=False),
            recorded_for_id=actor.for_whom,
            recorded_by=actor.who,
            recorded_at=clock.now(),
        )
        consent.save(force_insert=True)
        work.record("consent.recorded", consent, person=draft.person, categories=consent.categories)
        return work.finish(consent.pk)


def _check(work: Work, case: Case, regime: Regime, draft: ConsentDraft) -> None:
    persons = CasePerson.objects.filter(scope(work.actor, CasePerson), case=case)
    if not persons.filter(person_id=draft.person).exists():
        raise BadInput("person", "Kies iemand uit deze casus.")
    if draft.given_on > clock.today():
        raise BadInput("given_on", "Kies een datum van vandaag of eerder.")
    if not draft.categories or not draft.categories <= set(regime.categories):
        raise BadInput("categories", "Kies waarover de toestemming gaat.")
    # Who sits at the table, not who takes part in this case: that may be a secret towards who records it.
    if not draft.organisations or not draft.organisations <= set(partners.table(case.table_id).members):
        raise BadInput("organisations", "Kies de organisaties die de toestemming noemt.")


def withdraw_consent(
    actor: Actor, case_id: UUID, consent_id: UUID, how: ConsentHow, *, once: UUID | None = None
) -> int:
    """Records that consent was withdrawn, and closes what rested on it for who may not see it without.

    By who recorded it, or by an organisation it names: whoever hears it, records it. The law is asked once more for
    each who sees such an item now; only who may see it without this consent keeps it. Answers how many items closed
    for somebody.
    """
    closed = 0
    with Work(actor, "withdraw_consent", once=once) as work:
        if work.before:
            return closed
        case = work.take(Case, case_id, Permission.CONTRIBUTE)
        consent = Consent.objects.filter(scope(actor, Consent), case=case, pk=consent_id).first()
        if consent is None:
            raise NotFoundForYou("Consent")
        if consent.withdrawn_at is not None:
            raise Refused(["Deze toestemming is al ingetrokken."])
        with connection.cursor() as cursor:
            cursor.execute("SELECT kn_withdraw_consent(%s, %s)", [consent.pk, how.value])
        work.record("consent.withdrawn", consent, person=consent.person_id, how=how.value)
        closed = _close_in(work, case, consent.pk)
        work.finish(consent.pk)
    return closed


def _close_in(work: Work, case: Case, consent: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item, category, about, supplier, question, recipient, covered FROM kn_items_on_consent(%s)",
            [consent],
        )
        rows = cursor.fetchall()
    known = partners.organisations({key for row in rows for key in (row[3], row[5]) if key})
    return sum(
        _narrow_in(work, case, consent, [*those], known) for _item, those in groupby(rows, key=lambda row: row[0])
    )


def _narrow_in(
    work: Work, case: Case, consent: UUID, rows: list[Any], known: dict[UUID, partners.OrganisationView]
) -> bool:
    """One item: for whom it stays. Answers whether it closed for anybody."""
    item, category, about, supplier, question = rows[0][:5]
    earlier = Earlier(SuppliedItem(item, case.pk, category, supplier), about, facts_of_question(question))
    covered = {row[5] for row in rows if row[6]}
    recipients = _without_consent((known[row[5]] for row in rows if row[5]), covered)
    supply = asked_in(work, case, regime_of(case), earlier, known[supplier], recipients)
    # Who is named by another consent that holds sees it as before, also where that had to be weighed.
    keep = [
        one.recipient.organisation
        for one in supply.answers
        if one.recipient.organisation in covered or one.decision.outcome is Outcome.PERMITTED
    ]
    lost = tuple(one for one in supply.answers if one.recipient.organisation not in keep)
    row = decision_on(earlier.item, replace(supply, answers=lost), "", Occasion.WITHDRAWN)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kn_narrow_item(%s, %s, %s, %s)", [item, consent, keep, json.dumps(decision_as_data(row))]
        )
    work.record("item.consent_withdrawn", Item(pk=item, case_id=case.pk), outcome=row.outcome, decision=row.pk)
    return bool(lost)


def _without_consent(organisations: Iterable[partners.OrganisationView], covered: set[UUID]) -> tuple[Recipient, ...]:
    gone = {Fact.EXPLICIT_CONSENT.value: False, Fact.CONSENT_WITHDRAWN.value: True}
    return tuple(
        Recipient(one.id, party_of(one.kind, one.participant_class), {} if one.id in covered else gone)
        for one in organisations
    )
