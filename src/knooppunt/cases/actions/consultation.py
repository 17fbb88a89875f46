"""Sittings on a case: planning one, who was there, notes by BOB, decisions and dissent [ZVH-4]."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.steps import category_of, move_if_in, regime_of, store, text_of
from knooppunt.cases.models import Attendance, Case, Consultation, Note, Participant
from knooppunt.cases.rules import CaseState, Step
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.work import Work
from knooppunt.sharing.access import reach
from knooppunt.sharing.rules import CORE

LONGEST_MINUTES = 480


@dataclass(frozen=True)
class NoteDraft:
    """One point on the agenda, in the image, the judgement, a decision or dissent, with its category."""

    step: Step
    category: str
    text: str


def plan_consultation(
    actor: Actor, case_id: UUID, starts_at: datetime, minutes: int, purpose: str, *, once: UUID | None = None
) -> UUID:
    """Plans a sitting of the case's table; everyone who takes part sees when and what for."""
    with Work(actor, "plan_consultation", once=once) as work:
        if work.before:
            return work.before
        case = work.take(Case, case_id, Permission.DIRECT_CASE)
        if not 0 < minutes <= LONGEST_MINUTES:
            raise BadInput("minutes", f"Vul een duur in van 1 tot {LONGEST_MINUTES} minuten.")
        row = Consultation(
            case=case,
            table_id=case.table_id,
            starts_at=starts_at,
            minutes=minutes,
            purpose=text_of("purpose", purpose)[:200],
            category=CORE,
        )
        row.save(force_insert=True)
        work.record("consultation.planned", row, case=case.pk)
        return work.finish(row.pk)


def write_note(actor: Actor, consultation_id: UUID, draft: NoteDraft, *, once: UUID | None = None) -> UUID:
    """Adds a point: everyone may contribute; decisions are recorded by a director, dissent by anyone."""
    with Work(actor, "write_note", once=once) as work:
        if work.before:
            return work.before
        consultation = work.take(Consultation, consultation_id, Permission.CONTRIBUTE)
        case = consultation.case
        if consultation.status == "held":
            raise Refused(["Dit overleg is afgesloten. Plan een nieuw overleg, of breng het in bij Informatie."])
        if draft.step is Step.DECISION and actor.designee not in {case.case_director_id, case.process_director_id}:
            raise Refused(["Een besluit legt de casusregisseur of de procesregisseur vast."])
        category = category_of("category", regime_of(case), draft.category)
        if not reach(actor, case.pk).shows(category, actor.organisation):
            raise BadInput("category", "U kunt alleen schrijven in categorieën die u zelf mag zien.")
        row = Note(
            consultation=consultation,
            case=case,
            step=draft.step.value,
            category=category,
            text=text_of("text", draft.text),
            organisation_id=actor.for_whom,
            written_by=actor.who,
            at=clock.now(),
        )
        row.save(force_insert=True)
        work.record("consultation.noted", row, case=case.pk, step=row.step, category=category)
        return work.finish(row.pk)


def record_attendance(actor: Actor, consultation_id: UUID, present: Collection[UUID]) -> None:
    """Records which participants were there; all others were not. The case is then in consultation."""
    with Work(actor, "record_attendance") as work:
        consultation = work.take(Consultation, consultation_id, Permission.DIRECT_PROCESS)
        participants = list(Participant.objects.filter(case=consultation.case, until__isnull=True))
        strangers = set(present) - {one.organisation_id for one in participants}
        if strangers:
            raise BadInput("present", "Kies alleen organisaties die aan deze casus meedoen.")
        for one in participants:
            row = Attendance.objects.filter(consultation=consultation, organisation_id=one.organisation_id).first()
            row = row or Attendance(consultation=consultation, organisation_id=one.organisation_id)
            row.case, row.category, row.present = consultation.case, one.category, one.organisation_id in present
            row.save()
        case = work.take(Case, consultation.case_id, Permission.DIRECT_PROCESS)
        if case.state == CaseState.PARTNERS_CHOSEN:
            move_if_in(work, case, CaseState.PARTNERS_CHOSEN, CaseState.IN_CONSULTATION)
            store(case)
        work.record("consultation.attended", consultation, present=len(present))


def end_consultation(actor: Actor, consultation_id: UUID, *, version: int, once: UUID | None = None) -> None:
    """The sitting is over; its notes stand. Needs attendance first."""
    with Work(actor, "end_consultation", once=once) as work:
        if work.before:
            return
        row = work.take(Consultation, consultation_id, Permission.DIRECT_CASE, version=version)
        if not Attendance.objects.filter(consultation=row).exists():
            raise Refused(["Noteer eerst wie er was."])
        row.status = "held"
        row.version += 1
        row.save(force_update=True)
        work.record("consultation.held", row, case=row.case_id)
