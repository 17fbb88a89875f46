"""Steps that give and end grants and designations, which the database checks once more in its gate functions; and
what governance does with agreements."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing import law
from knooppunt.sharing.access import Permission, of_own_regions, valid_now
from knooppunt.sharing.law.agreements import templates
from knooppunt.sharing.models import Agreement, AgreementParty, Designation, Grant, SupplyDecision, TableRegime
from knooppunt.sharing.queries import parties_of, terms_of
from knooppunt.sharing.rules import CORE, STANDING, SubjectKind
from knooppunt.sharing.rules import agreement as rules
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, AgreementStatus, NetworkJudgement, Terms
from knooppunt.sharing.rules.exchange import question_as_data
from knooppunt.sharing.rules.supplying import Answer, Supply

ADMINISTERED = STANDING
"""What an administrator designates for; reports, intakes and cases are the work of the professionals themselves."""


@dataclass(frozen=True)
class NewGrant:
    """Lets an organisation see these categories (and always the core), to work on it or in another function.

    `under` is the route, table or region whose designees see it without a designation of their own.
    """

    organisation: UUID
    categories: Iterable[str]
    basis: str
    under: UUID | None = None
    function: Function = Function.EXECUTION


def grant_in(work: Work, subject: tuple[SubjectKind, UUID], *grants: NewGrant) -> bool:
    """Gives these grants on a subject, in one statement; returns whether the actor then reaches it."""
    kind, subject_id = subject
    rows = []
    for one in grants:
        row = {"id": str(uuid4()), "organisation_id": str(one.organisation), "under_id": one.under and str(one.under)}
        rows.append(row | {"function": one.function, "categories": sorted({CORE, *one.categories}), "basis": one.basis})
        work.record(
            "grant.given", Grant(pk=row["id"]), organisation=one.organisation, subject=subject_id, basis=one.basis
        )
    return bool(_call("kn_grant(%s, %s, %s)", [kind.value, subject_id, json.dumps(rows)]))


def end_grants_in(work: Work, subject_id: UUID, function: Function, organisation: UUID | None = None) -> None:
    """Ends the grants of a subject in one function, of one organisation or of all. Do this last."""
    _call("kn_end_grants(%s, %s, %s)", [subject_id, function.value, organisation])
    work.record("grant.ended", Grant(pk=subject_id), organisation=organisation, function=function.value)


def designate_in(
    work: Work,
    designee: UUID,
    organisation: UUID,
    subject: tuple[SubjectKind, UUID],
    *,
    function: Function = Function.EXECUTION,
    until: datetime | None = None,
) -> UUID:
    """Assigns a professional (or mandate) to a subject on behalf of the own organisation."""
    kind, subject_id = subject
    key = uuid4()
    _call(
        "kn_designate(%s, %s, %s, %s, %s, %s, %s)",
        [key, organisation, designee, kind.value, subject_id, function.value, until],
    )
    work.record("designation.given", Designation(pk=key), subject=subject_id, designee=designee)
    return key


def designate(
    actor: Actor,
    designee: UUID,
    subject: tuple[SubjectKind, UUID],
    *,
    function: Function,
    until: datetime | None = None,
    once: UUID | None = None,
) -> UUID:
    """The administrator assigns a professional of the own organisation to a route, a table or a region."""
    with Work(actor, "designate", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.DESIGNATE)
        if actor.organisation is None:
            raise NotFoundForYou("organisation")
        _check_designee(actor, designee, subject, function)
        if until is not None and until <= clock.now():
            raise BadInput("until", "Kies een einddatum vanaf vandaag, of laat die leeg.")
        return work.finish(designate_in(work, designee, actor.organisation, subject, function=function, until=until))


def _check_designee(actor: Actor, designee: UUID, subject: tuple[SubjectKind, UUID], function: Function) -> None:
    person = partners.professionals([designee]).get(designee)
    if person is None or person.organisation != actor.organisation:
        raise NotFoundForYou("professional")
    if designee == actor.designee:
        raise Refused(["U kunt uzelf niet aanwijzen. Vraag een andere beheerder."])
    if function.value not in partners.functions_of(designee):
        raise Refused(
            ["Deze persoon heeft niet de hoedanigheid die bij deze aanwijzing hoort."],
            ["Geef eerst de hoedanigheid, of wijs iemand anders aan."],
        )
    _, subject_id = subject
    held = Designation.objects.filter(valid_now(), designee_id=designee, subject_id=subject_id, function=function.value)
    if held.exists():
        raise Refused(["Deze persoon is hier al voor aangewezen."], ["Beëindig eerst de aanwijzing die er is."])


def end_designation(actor: Actor, designation: UUID) -> None:
    """The administrator ends a designation of the own organisation; one that ended before stays as it was."""
    with Work(actor, "end_designation") as work:
        allow(actor, Permission.DESIGNATE)
        rows = Designation.objects.filter(organisation_id=actor.for_whom)
        row = rows.filter(pk=designation, subject_kind__in=ADMINISTERED).first()
        if row is None:
            raise NotFoundForYou("designation")
        if row.valid_until is None or row.valid_until > clock.now():
            _call("kn_end_designation(%s)", [designation])
            work.record("designation.ended", row)


def set_regime_in(work: Work, table: UUID, regime: str) -> None:
    """Says under which regime a table works."""
    row, _ = TableRegime.objects.update_or_create(table_id=table, defaults={"regime": regime})
    work.record("table.regime_set", row, table=table, regime=regime)


@dataclass(frozen=True)
class SuppliedItem:
    """What a decision is about: an item of a subject, with its category and the organisation that supplies it."""

    id: UUID
    subject: UUID
    category: str
    supplier: UUID


def keep_decision_in(work: Work, item: SuppliedItem, supply: Supply, motivation: str) -> None:
    """Keeps why an item was supplied, in the transaction in which it was; nobody changes it afterwards.

    What was refused has no row: the transaction goes back, and nothing was supplied. Who asked, when, the question,
    the outcome and the sentence of the rule then stand in the line that the log keeps of the refusal (`Refused.logged`,
    written after the rollback).
    """
    row = SupplyDecision(
        item_id=item.id,
        subject_id=item.subject,
        category=item.category,
        supplier_id=item.supplier,
        at=clock.now(),
        outcome=supply.outcome,
        regime_version=supply.regime_version,
        question=question_as_data(supply.question),
        answers=[_answer(one) for one in supply.answers],
        motivation=motivation,
    )
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


def _call(call: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}", values)
        return cursor.fetchone()[0]


def sweep_drafts(actor: Actor) -> None:
    """Removes drafts past their term, of forms that were sent, and of whoever has no access any more."""
    with Work(actor, "sweep_drafts"), connection.cursor() as cursor:
        cursor.execute("SELECT kn_sweep_drafts(%s)", [clock.now() - settings.DRAFT_TERM])


# --- Agreements ---------------------------------------------------------------------------------

POSSIBLE = ("Bekijk de afspraak: daar staat wat er nu wel kan.",)


@dataclass(frozen=True)
class Read:
    """Which version of an agreement was read, and the form (if any) that brings the change."""

    version: int
    form: UUID | None = None


@dataclass(frozen=True)
class Signature:
    """Who signed for a party, in which role, and when."""

    organisation: UUID
    name: str
    role: str
    signed_on: date


@dataclass(frozen=True)
class Judged:
    """What the knowledge network thinks of an agreement, why, and since when."""

    judgement: str
    motivation: str
    judged_on: date | None


def draft_agreement(
    actor: Actor, region: UUID, terms: Terms, parties: Sequence[UUID], *, template: str = "", once: UUID | None = None
) -> UUID:
    """Governance begins an agreement of the region; much may still be empty."""
    with Work(actor, "draft_agreement", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.KEEP_AGREEMENTS)
        if region not in {known.id for known in partners.regions_of(actor.for_whom)}:
            raise NotFoundForYou("region")
        _check_written(region, terms, parties)
        if template and template not in {known.code for known in templates()}:
            raise BadInput("template", "Kies een sjabloon uit de lijst.")
        today = clock.today()
        row = Agreement(region_id=region, template=template, drafted_by=actor.who, drafted_on=today)
        _write(row, terms, actor.who)
        row.save(force_insert=True)
        _set_parties(row, parties)
        work.record("agreement.drafted", row, region=region, regime=terms.regime, template=template)
        return work.finish(row.pk)


def change_agreement(actor: Actor, agreement: UUID, terms: Terms, parties: Sequence[UUID], *, read: Read) -> UUID:
    """Changes the text of a draft. Signatures that stood under the former text go: they were not for this one."""
    with Work(actor, "change_agreement", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, agreement, read)
        _refuse(rules.objections_to_changing(row.status))
        _check_written(row.region_id, terms, parties)
        unsigned = row.parties.filter(signed_on__isnull=False).update(
            signatory_name="", signatory_role="", signed_on=None
        )
        _write(row, terms, actor.who)
        _set_parties(row, parties)
        _step(work, row, "agreement.changed", signatures_gone=unsigned)
        return work.finish(row.pk)


def sign_agreement(actor: Actor, agreement: UUID, signature: Signature, *, read: Read) -> UUID:
    """Writes down that a party signed: who, in which role, on which day."""
    with Work(actor, "sign_agreement", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, agreement, read)
        party = next((one for one in parties_of(row) if one.organisation == signature.organisation), None)
        _refuse(rules.objections_to_signing(row.status, party, signature.signed_on, clock.today()))
        for field, value in (("signatory_name", signature.name), ("signatory_role", signature.role)):
            if not value.strip():
                raise BadInput(field, "Vul in wie tekende, en in welke functie.")
        row.parties.filter(organisation_id=signature.organisation).update(
            signatory_name=signature.name.strip(), signatory_role=signature.role.strip(), signed_on=signature.signed_on
        )
        _step(work, row, "agreement.signed", organisation=signature.organisation, signed_on=signature.signed_on)
        return work.finish(row.pk)


def put_in_force(actor: Actor, agreement: UUID, *, read: Read) -> UUID:
    """Lets a signed agreement hold, by somebody who wrote nothing of it. It opens nothing before this day."""
    with Work(actor, "put_in_force", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, agreement, read)
        own, today = actor.who in {row.drafted_by, row.written_by}, clock.today()
        found = rules.objections_to_putting_in_force(
            row.status, terms_of(row), parties_of(row), today=today, own_text=own
        )
        _refuse(found)
        row.status, row.put_in_force_by, row.put_in_force_on = AgreementStatus.IN_FORCE.value, actor.who, today
        _step(work, row, "agreement.put_in_force", starts_on=row.starts_on, ends_on=row.ends_on)
        return work.finish(row.pk)


def end_agreement(actor: Actor, agreement: UUID, *, last_day: date | None, read: Read) -> UUID:
    """Ends an agreement after a last day, never later than was agreed; a draft is dropped at once."""
    with Work(actor, "end_agreement", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, agreement, read)
        _refuse(rules.objections_to_ending(row.status, last_day, clock.today()))
        if row.status == AgreementStatus.IN_FORCE:
            if last_day is None:
                raise BadInput("last_day", "Kies de laatste dag waarop de afspraak geldt.")
            row.ends_on = min(last_day, row.ends_on or last_day)
        row.status, row.ended_on = AgreementStatus.ENDED.value, clock.today()
        _step(work, row, "agreement.ended", ends_on=row.ends_on)
        return work.finish(row.pk)


def judge_agreement(actor: Actor, agreement: UUID, judged: Judged, *, read: Read) -> UUID:
    """Writes down what the knowledge network thinks of it, and why. It advises: the parties decide."""
    with Work(actor, "judge_agreement", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, agreement, read)
        _refuse(rules.objections_to_judging(row.status))
        _check_judged(judged)
        row.judgement, row.motivation, row.judged_on = judged.judgement, judged.motivation.strip(), judged.judged_on
        _step(work, row, "agreement.judged", judgement=judged.judgement)
        return work.finish(row.pk)


def review_agreement(actor: Actor, agreement: UUID, *, next_on: date, read: Read) -> UUID:
    """Writes down that an agreement in force was reviewed today, and when the next review is."""
    with Work(actor, "review_agreement", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, agreement, read)
        _refuse(rules.objections_to_reviewing(row.status))
        if next_on <= clock.today():
            raise BadInput("next_on", "Kies een dag na vandaag.")
        for _field, mend in rules.wrong_in(replace(terms_of(row), review_on=next_on)):
            raise BadInput("next_on", mend)
        row.review_on, row.reviewed_on = next_on, clock.today()
        _step(work, row, "agreement.reviewed", review_on=next_on)
        return work.finish(row.pk)


def _take(work: Work, key: UUID, read: Read) -> Agreement:
    """The agreement to change, locked, if nobody changed it since it was read."""
    allow(work.actor, Permission.KEEP_AGREEMENTS)
    row = Agreement.objects.filter(of_own_regions(work.actor), pk=key).select_for_update().first()
    if row is None:
        raise NotFoundForYou("agreement")
    if row.version != read.version:
        raise ChangedMeanwhile(row.version, row.shown_fields())
    return row


def _refuse(objections: list[str]) -> None:
    if objections:
        raise Refused(objections, POSSIBLE)


def _check_written(region: UUID, terms: Terms, parties: Sequence[UUID]) -> None:
    for field, mend in rules.wrong_in(terms):
        raise BadInput(field, mend)
    if not law.versions_of(terms.regime):
        raise BadInput("regime", "Kies een juridisch kader uit de lijst.")
    if not set(parties) <= set(partners.organisations(region=region)):
        raise BadInput("parties", "Kies alleen organisaties die in deze regio werken.")


def _check_judged(judged: Judged) -> None:
    if judged.judgement not in set(NetworkJudgement):
        raise BadInput("judgement", "Kies een oordeel uit de lijst.")
    if judged.judgement == NetworkJudgement.NONE:
        if judged.motivation.strip() or judged.judged_on is not None:
            raise BadInput("judgement", "Kies het oordeel dat bij deze motivering hoort.")
        return
    if not judged.motivation.strip():
        raise BadInput("motivation", "Schrijf op waarom het kennisnetwerk dit vindt.")
    if judged.judged_on is None or judged.judged_on > clock.today():
        raise BadInput("judged_on", "Kies de dag van het oordeel: vandaag of eerder.")


def _write(row: Agreement, terms: Terms, who: UUID) -> None:
    for name in ("kind", "title", "purpose", "regime", "competent_authority", "clauses"):
        setattr(row, name, getattr(terms, name))
    for name in DECISION_FIELDS:
        setattr(row, name, terms.decided(name))
    row.categories = list(terms.categories)
    row.starts_on, row.ends_on, row.review_on = terms.starts_on, terms.ends_on, terms.review_on
    row.written_by, row.written_on = who, clock.today()


def _set_parties(row: Agreement, parties: Sequence[UUID]) -> None:
    """The parties as they are named now; who stays, stays the same row."""
    row.parties.exclude(organisation_id__in=parties).delete()
    known = set(row.parties.values_list("organisation_id", flat=True))
    new = [one for one in dict.fromkeys(parties) if one not in known]
    AgreementParty.objects.bulk_create([AgreementParty(agreement=row, organisation_id=one) for one in new])


def _step(work: Work, row: Agreement, event: str, **detail: Any) -> None:
    row.version += 1
    row.save()
    work.record(event, row, **detail)
