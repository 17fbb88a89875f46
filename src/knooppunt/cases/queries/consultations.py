"""Sittings: the list of what is coming, and one with its agenda, attendance and notes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from knooppunt.cases.access import Permission
from knooppunt.cases.models import Attendance, Consultation, Note
from knooppunt.cases.queries.head import CaseHead, opened, title_of
from knooppunt.cases.queries.parts import ActionLine, GoalLine, plan_lines
from knooppunt.cases.rules import LABELS, Step
from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.work import Work, look
from knooppunt.people.queries import names_of_in
from knooppunt.sharing.access import Near, near
from knooppunt.sharing.rules import SubjectKind

MOST, MOST_TODAY = 50, 25


@dataclass(frozen=True)
class SittingLine:
    """One sitting in the list."""

    id: UUID
    case: UUID
    title: str
    table: str
    starts_at: datetime
    minutes: int
    purpose: str
    status: str
    status_label: str


@dataclass(frozen=True)
class NoteLine:
    """One note under a step of the sitting."""

    text: str
    category_label: str
    organisation: str
    at: datetime


@dataclass(frozen=True)
class StepLines:
    """A step of BOB with its notes."""

    code: str
    label: str
    notes: tuple[NoteLine, ...]


@dataclass(frozen=True)
class AttendanceLine:
    """Whether a participant was there; None while not recorded."""

    organisation: UUID
    name: str
    present: bool | None


@dataclass(frozen=True)
class ConsultationPage:
    """The sitting screen."""

    head: CaseHead
    id: UUID
    version: int
    table: str
    starts_at: datetime
    minutes: int
    purpose: str
    status: str
    status_label: str
    steps: tuple[StepLines, ...]
    attendance: tuple[AttendanceLine, ...]
    attendance_recorded: bool
    goals: tuple[GoalLine, ...]
    loose_actions: tuple[ActionLine, ...]


def consultation_list(actor: Actor, *, past: bool = False) -> tuple[SittingLine, ...]:
    """Sittings on cases that this actor takes part in: from today on, or those before."""
    with look(actor, "list_consultations") as work:
        allow(actor, Permission.LIST_CASES)
        within, begin = near(actor, SubjectKind.CASE), _begin_of_today()
        when, order = (Q(starts_at__lt=begin), "-starts_at") if past else (Q(starts_at__gte=begin), "starts_at")
        rows = _sittings(work, within, when, order)
        names = names_of_in(work, {row.case_id for row in rows})
        return sitting_lines(rows, {row.case_id: title_of(row.case.number, names.get(row.case_id, [])) for row in rows})


def sittings_today_in(work: Work, within: Near) -> list[Consultation]:
    """Those of today, with their cases; `sitting_lines` makes lines of them."""
    begin = _begin_of_today()
    today = Q(starts_at__gte=begin, starts_at__lt=begin + timedelta(days=1))
    return _sittings(work, within, today, "starts_at", most=MOST_TODAY)


def _sittings(work: Work, within: Near, when: Q, order: str, most: int = MOST) -> list[Consultation]:
    rows = Consultation.objects.filter(when, scope(work.actor, Consultation), within.narrows("case_id"))
    found = list(rows.select_related("table", "case").order_by(order, "id")[:most])
    work.listed("consultation", [row.pk for row in found])
    return found


def sitting_lines(rows: Iterable[Consultation], titles: Mapping[UUID, str]) -> tuple[SittingLine, ...]:
    """Sittings as lines, with the titles of their cases."""
    return tuple(
        SittingLine(
            id=row.pk,
            case=row.case_id,
            title=titles[row.case_id],
            table=row.table.name,
            starts_at=row.starts_at,
            minutes=row.minutes,
            purpose=row.purpose,
            status=row.status,
            status_label=LABELS[row.status],
        )
        for row in rows
    )


def consultations_today(lines: tuple[SittingLine, ...]) -> tuple[SittingLine, ...]:
    """Those of today among them."""
    end = _begin_of_today() + timedelta(days=1)
    return tuple(line for line in lines if line.starts_at < end)


def _begin_of_today() -> datetime:
    return clock.now().astimezone(clock.AMSTERDAM).replace(hour=0, minute=0, second=0, microsecond=0)


def case_of(actor: Actor, consultation_id: UUID) -> UUID:
    """The case that a sitting is about: oversight says its purpose per case, before anything is shown."""
    with look(actor, "find_consultation"):
        found = Consultation.objects.filter(scope(actor, Consultation), pk=consultation_id).first()
        if found is None:
            raise NotFoundForYou("consultation")
        return found.case_id


def consultation_page(actor: Actor, consultation_id: UUID, purpose: str = "") -> ConsultationPage:
    """One sitting: what this actor may see of agenda, image, judgement, decisions, dissent and attendance."""
    with look(actor, "find_consultation"):
        rows = Consultation.objects.filter(scope(actor, Consultation), pk=consultation_id)
        found = rows.select_related("table").first()
        if found is None:
            raise NotFoundForYou("consultation")
    with opened(actor, found.case_id, "consultation", purpose) as at:
        notes = (
            Note.objects.filter(scope(actor, Note), consultation=found)
            .select_related("organisation")
            .order_by("at", "id")
        )
        seen: dict[str, list[NoteLine]] = {step.value: [] for step in Step}
        for row in notes:
            label = at.regime.categories.get(row.category, "")
            seen[row.step].append(NoteLine(row.text, label, row.organisation.name, row.at))
        there = {
            row.organisation_id: row.present
            for row in Attendance.objects.filter(scope(actor, Attendance), consultation=found)
        }
        goals, loose = plan_lines(at)
        return ConsultationPage(
            head=at.head,
            id=found.pk,
            version=found.version,
            table=found.table.name,
            starts_at=found.starts_at,
            minutes=found.minutes,
            purpose=found.purpose,
            status=found.status,
            status_label=LABELS[found.status],
            steps=tuple(StepLines(step.value, LABELS[step], tuple(seen[step.value])) for step in Step),
            attendance=tuple(
                AttendanceLine(line.organisation, line.name, there.get(line.organisation)) for line in at.head.partners
            ),
            attendance_recorded=bool(there),
            goals=tuple(goals),
            loose_actions=tuple(loose),
        )
