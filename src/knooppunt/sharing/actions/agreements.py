"""What governance does with agreements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing import law
from knooppunt.sharing.access import Permission, of_own_regions
from knooppunt.sharing.law.agreements import templates
from knooppunt.sharing.models import Agreement, AgreementParty
from knooppunt.sharing.queries import parties_of, terms_of
from knooppunt.sharing.rules import agreement as rules
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, AgreementStatus, NetworkJudgement, Terms

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
        row = take_in(work, agreement, read)
        refuse(rules.objections_to_changing(row.status))
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
        row = take_in(work, agreement, read)
        party = next((one for one in parties_of(row) if one.organisation == signature.organisation), None)
        refuse(rules.objections_to_signing(row.status, party, signature.signed_on, clock.today()))
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
        row = take_in(work, agreement, read)
        own, today = actor.who in {row.drafted_by, row.written_by}, clock.today()
        found = rules.objections_to_putting_in_force(
            row.status, terms_of(row), parties_of(row), today=today, own_text=own
        )
        refuse(found)
        row.status, row.put_in_force_by, row.put_in_force_on = AgreementStatus.IN_FORCE.value, actor.who, today
        _step(work, row, "agreement.put_in_force", starts_on=row.starts_on, ends_on=row.ends_on)
        return work.finish(row.pk)


def end_agreement(actor: Actor, agreement: UUID, *, last_day: date | None, read: Read) -> UUID:
    """Ends an agreement after a last day, never later than was agreed; a draft is dropped at once."""
    with Work(actor, "end_agreement", once=read.form) as work:
        if work.before:
            return work.before
        row = take_in(work, agreement, read)
        refuse(rules.objections_to_ending(row.status, last_day, clock.today()))
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
        row = take_in(work, agreement, read)
        refuse(rules.objections_to_judging(row.status))
        _check_judged(judged)
        row.judgement, row.motivation, row.judged_on = judged.judgement, judged.motivation.strip(), judged.judged_on
        _step(work, row, "agreement.judged", judgement=judged.judgement)
        return work.finish(row.pk)


def review_agreement(actor: Actor, agreement: UUID, *, next_on: date, read: Read) -> UUID:
    """Writes down that an agreement in force was reviewed today, and when the next review is."""
    with Work(actor, "review_agreement", once=read.form) as work:
        if work.before:
            return work.before
        row = take_in(work, agreement, read)
        refuse(rules.objections_to_reviewing(row.status))
        if next_on <= clock.today():
            raise BadInput("next_on", "Kies een dag na vandaag.")
        for _field, mend in rules.wrong_in(replace(terms_of(row), review_on=next_on)):
            raise BadInput("next_on", mend)
        row.review_on, row.reviewed_on = next_on, clock.today()
        _step(work, row, "agreement.reviewed", review_on=next_on)
        return work.finish(row.pk)


def take_in(work: Work, key: UUID, read: Read) -> Agreement:
    """The agreement to change, locked, if nobody changed it since it was read."""
    allow(work.actor, Permission.KEEP_AGREEMENTS)
    row = Agreement.objects.filter(of_own_regions(work.actor), pk=key).select_for_update().first()
    if row is None:
        raise NotFoundForYou("agreement")
    if row.version != read.version:
        raise ChangedMeanwhile(row.version, row.shown_fields())
    return row


def refuse(objections: list[str]) -> None:
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
