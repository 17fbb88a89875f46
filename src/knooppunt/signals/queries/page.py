"""One report, opened: what it says, whom it is about, and where they occur more."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, allowed, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.terms import Due, due
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.people.queries import Occurrence, occurrences_in, same_person_in
from knooppunt.people.rules import Identity, passes_eleven_test
from knooppunt.sharing.queries import seats_in
from knooppunt.sharing.rules import SubjectKind
from knooppunt.signals.access import Permission
from knooppunt.signals.models import Report, ReportPerson
from knooppunt.signals.queries.naming import (
    identity_of,
    kind_label,
    name_of,
    outcome_label,
    title_of,
    titles_in,
    visible,
)
from knooppunt.signals.rules import (
    MARK_LABELS,
    Mark,
    Status,
    age_in_days,
    age_text,
    shown,
)


@dataclass(frozen=True)
class Elsewhere:
    """Another place where the same person occurs, as far as this actor may know."""

    icon: str
    id: UUID
    title: str
    url: str
    name: str
    born: date | None


@dataclass(frozen=True)
class Lookalike:
    """Somebody who may be the same person, by spelling; joining them is a person's decision."""

    person: UUID
    name: str
    born: date | None
    places: tuple[Elsewhere, ...]


@dataclass(frozen=True)
class PersonShown:
    """A person as this reporter described them, and where they occur more."""

    person: UUID | None
    name: str
    born: date | None
    bsn: str
    bsn_fails: bool
    gender: str
    address: str
    contact: str
    earlier: tuple[Elsewhere, ...]
    lookalikes: tuple[Lookalike, ...]


@dataclass(frozen=True)
class ReportPage:
    """Everything of one report that this actor may see, and what may be done with it."""

    id: UUID
    version: int
    kind: str
    kind_label: str
    number: str
    status: str
    route: str
    article: str
    region: str
    municipality: str
    sender: str
    sender_professional: str
    receivers: tuple[str, ...]
    received_at: datetime
    age: str
    due: Due | None
    due_on: date
    incident_at: datetime | None
    place: str
    happened: str
    worry: str
    question: str
    feedback_wanted: bool
    marks: tuple[str, ...]
    outcome: str
    outcome_label: str
    outcome_text: str
    outcome_at: datetime | None
    body: str
    persons: tuple[PersonShown, ...]
    may_judge: bool
    may_take_up: bool
    may_withdraw: bool


@dataclass(frozen=True)
class ForIntake:
    """What a request for triage takes over from a report."""

    id: UUID
    title: str
    region: UUID
    municipality: UUID | None
    happened: str
    worry: str
    question: str
    persons: tuple[tuple[UUID, Identity], ...]


def report_page(actor: Actor, report_id: UUID) -> ReportPage:
    """One report, opened: a look per person concerned is recorded."""
    with look(actor, "report_page") as work:
        row = visible(actor).filter(pk=report_id).first()
        if row is None:
            raise NotFoundForYou("report")
        allow(actor, Permission.SEE, row)
        work.looked_at(row, "report")
        return _page(work, row)


def _page(work: Work, row: Report) -> ReportPage:
    is_open = row.status == Status.OPEN
    seats = seats_in(work, SubjectKind.ROUTE)
    by = row.sender_professional
    colleague = partners.professionals([by]).get(by) if by else None
    receivers = partners.organisations(row.receivers)
    return ReportPage(
        id=row.pk,
        version=row.version,
        kind=row.kind,
        kind_label=kind_label(row.kind),
        number=shown(row.number),
        status=row.status,
        route=row.route.title,
        article=row.route.article,
        region=row.region.name,
        municipality=row.municipality.name if row.municipality else "",
        sender=row.sender.name,
        sender_professional=colleague.name if colleague else "",
        receivers=tuple(view.name for view in receivers.values()),
        received_at=row.received_at,
        age=age_text(age_in_days(row.received_at, clock.now())),
        due=due(row.due_on, clock.today()) if is_open else None,
        due_on=row.due_on,
        incident_at=row.incident_at,
        place=shown(row.place),
        happened=shown(row.happened),
        worry=shown(row.worry),
        question=shown(row.question),
        feedback_wanted=row.feedback_wanted,
        marks=tuple(MARK_LABELS[Mark(mark)] for mark in row.marks),
        outcome=row.outcome,
        outcome_label=outcome_label(row.outcome),
        outcome_text=row.outcome_text,
        outcome_at=row.outcome_at,
        body=shown(row.body),
        persons=tuple(_persons(work, row)),
        may_judge=is_open and allowed(work.actor, Permission.JUDGE, row) and row.route_id in seats,
        may_take_up=is_open and allowed(work.actor, Permission.TAKE_UP, row),
        may_withdraw=is_open and allowed(work.actor, Permission.WITHDRAW, row),
    )


def _persons(work: Work, row: Report) -> list[PersonShown]:
    described = ReportPerson.objects.filter(scope(work.actor, ReportPerson), report=row).order_by("id")
    return [_person(work, row, person) for person in described]


def _person(work: Work, row: Report, person: ReportPerson) -> PersonShown:
    same = same_person_in(work, person.person_id) if person.person_id else []
    found, _more = occurrences_in(work, identity_of(person))
    alike = [o for o in found if o.person not in {s.person for s in same}]
    places = _places(work, [o for o in [*same, *alike] if o.subject_id != row.pk])
    ids = {occurrence.person for occurrence in same}
    lookalikes: dict[UUID, list[Elsewhere]] = {}
    for owner, place in places:
        if owner not in ids:
            lookalikes.setdefault(owner, []).append(place)
    return PersonShown(
        person=person.person_id,
        name=name_of(person),
        born=date.fromisoformat(person.born) if person.born else None,
        bsn=shown(person.bsn),
        bsn_fails=bool(person.bsn) and not passes_eleven_test(person.bsn),
        gender=person.gender,
        address=shown(person.address),
        contact=shown(person.contact),
        earlier=tuple(place for owner, place in places if owner in ids),
        lookalikes=tuple(Lookalike(key, at[0].name, at[0].born, tuple(at)) for key, at in lookalikes.items()),
    )


def _places(work: Work, occurrences: list[Occurrence]) -> list[tuple[UUID, Elsewhere]]:
    """Reports by their title; of cases and requests only that they are there: this room does not know them."""
    reports = titles_in(work, [o.subject_id for o in occurrences if o.subject_kind == SubjectKind.REPORT])
    found = []
    for o in occurrences:
        titled = reports.get(o.subject_id)
        if titled is None and o.subject_kind == SubjectKind.REPORT:
            continue
        kind = SubjectKind(o.subject_kind)
        title = titled.title if titled else (_("Casus") if kind is SubjectKind.CASE else _("Aanmelding voor triage"))
        url = titled.url if titled else f"/{'casussen' if kind is SubjectKind.CASE else 'triage'}/{o.subject_id}/"
        icon = "triage" if kind is SubjectKind.INTAKE else kind.value
        found.append((o.person, Elsewhere(icon, o.subject_id, title, url, shown(o.name), o.born)))
    return found


def for_intake(work: Work, report_id: UUID) -> ForIntake:
    """What a request for triage takes over, inside its Work; the look is recorded."""
    row = work.open(Report, report_id, Permission.TAKE_UP, part="intake")
    described = ReportPerson.objects.filter(scope(work.actor, ReportPerson), report=row).order_by("id")
    return ForIntake(
        id=row.pk,
        title=title_of(row),
        region=row.region_id,
        municipality=row.municipality_id,
        happened=shown(row.happened),
        worry=shown(row.worry),
        question=shown(row.question),
        persons=tuple((p.person_id, identity_of(p)) for p in described if p.person_id),
    )
