"""A report comes in, by form or from a system: routed, kept with whom it is about, and due on a day."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, connection

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners.queries import municipalities, regions_of
from knooppunt.people.actions import know_person_in, link_person_in
from knooppunt.people.rules import Identity, passes_eleven_test
from knooppunt.sharing.access import designated
from knooppunt.sharing.actions import Terms, designate_in, end_grants_in, grant_as_in, grant_in
from knooppunt.sharing.rules import Category, SubjectKind
from knooppunt.signals.access import Permission
from knooppunt.signals.actions.routes import TokenView
from knooppunt.signals.models import Report, ReportPerson, Route
from knooppunt.signals.rules import (
    Described,
    Mark,
    NumberUsed,
    Receiver,
    Status,
    due_on,
    marks_of,
    municipality_named,
    objections_to_handling,
    objections_to_registering,
    receivers_of,
)
from knooppunt.signals.rules.jzv import Body

EVERYTHING = tuple(category.value for category in Category)
ONCE_PER_SENDER = "report_number_once_per_sender"


@dataclass(frozen=True)
class ReportDraft:
    """What a report says, whichever way it came."""

    kind: str
    region: UUID
    municipality: UUID | None
    happened: str
    incident_at: datetime | None = None
    place: str = ""
    worry: str = ""
    question: str = ""
    feedback_wanted: bool = True
    described: Described = field(default_factory=Described)
    number: str = ""


@dataclass(frozen=True)
class _Arrival:
    """What a report has beside its content: who sent it, by which road, and since when its term runs."""

    number: str
    received_at: datetime
    token: UUID | None = None
    body: str = ""
    replaces: bool = False


def number_key(number: str) -> str:
    """The digest under which a sender's number is unique: the number itself has no longest length."""
    return hashlib.sha256(number.encode()).hexdigest()


def register_report(actor: Actor, draft: ReportDraft, *, once: UUID | None = None) -> UUID:
    """A professional registers a report by form; `BadInput` names what must be mended."""
    with Work(actor, "register_report", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.REGISTER)
        _check_draft(draft)
        number = draft.number.strip() or f"M-{uuid4().hex[:12].upper()}"
        report = _take_in(work, draft, _Arrival(number, clock.now()))
        return work.finish(report.pk)


def receive_report(actor: Actor, body: Body, *, token: TokenView) -> UUID:
    """A system sends a report by the national interface. Valid is taken in; what is doubtful is marked."""
    with Work(actor, "receive_report") as work:
        draft = _draft_of(actor, body, token)
        return _take_in(work, draft, _Arrival(body.number, clock.now(), token.id, body.raw)).pk


def replace_report(actor: Actor, report: UUID, body: Body, *, token: TokenView) -> UUID:
    """The sender replaces a report that was not handled yet. What stood there stays as it was, seen by nobody;
    the new one keeps the number and the term."""
    with Work(actor, "replace_report") as work:
        old = work.take(Report, report, Permission.WITHDRAW)
        objections = objections_to_handling(old.status)
        if objections:
            raise Refused(objections)
        draft = _draft_of(actor, body, token)
        old.status, old.version = Status.REPLACED.value, old.version + 1
        old.save(update_fields=["status", "version"])
        new = _take_in(work, draft, _Arrival(old.number, old.received_at, token.id, body.raw, replaces=True))
        work.record("report.replaced", old, by=new.pk)
        hide_in(work, old)
        return new.pk


def hide_in(work: Work, report: Report) -> None:
    """Ends every grant on a report, the actor's own last: nobody sees it any more."""
    own = work.actor.function
    others = [function for function in (Function.EXECUTION, Function.SYSTEM) if function is not own]
    for function in [*others, own]:
        end_grants_in(work, report.pk, function)


def _check_draft(draft: ReportDraft) -> None:
    if not draft.happened.strip():
        raise BadInput("happened", "Schrijf op wat er is gebeurd.")
    if draft.described.bsn and not passes_eleven_test(draft.described.bsn):
        raise BadInput("bsn", "Dit BSN klopt niet. Kijk de negen cijfers na.")


def _draft_of(actor: Actor, body: Body, token: TokenView) -> ReportDraft:
    """The region is the one whose municipality the place names; else the first of the token's regions."""
    allow(actor, Permission.SEND)
    if not token.covers(body.kind):
        raise Refused(["Dit token is niet voor deze meldroute."])
    regions = sorted(
        (r for r in regions_of(token.organisation) if r.code in token.regions),
        key=lambda r: token.regions.index(r.code),
    )
    if not regions:
        raise Refused(["Dit token is niet (meer) voor een regio van deze organisatie."])
    places = {
        key: (region.id, name) for region in regions for key, name in municipalities(region.id, clock.today()).items()
    }
    named = [(key, name) for key, (_, name) in places.items()]
    found = next((key for hint in body.place_hints if (key := municipality_named(hint, named))), None)
    return ReportDraft(
        kind=body.kind,
        region=places[found][0] if found else regions[0].id,
        municipality=found,
        happened=body.happened,
        incident_at=body.incident_at,
        place=body.place,
        worry=body.worry,
        question=body.question,
        feedback_wanted=body.feedback_wanted,
        described=body.described,
    )


def _take_in(work: Work, draft: ReportDraft, arrival: _Arrival) -> Report:
    report, route = _report(work, draft, arrival)
    if not arrival.replaces:
        _refuse_used_number(report)
    _let_see(work, report, route)
    try:
        report.save(force_insert=True)
    except IntegrityError as error:
        # Two with one number at the same moment: the database let one through.
        if ONCE_PER_SENDER in str(error):
            raise NumberUsed from error
        raise
    person = _describe(work, report, draft.described)
    work.record("report.received", report, person=person, route=route.pk, kind=report.kind)
    return report


def _report(work: Work, draft: ReportDraft, arrival: _Arrival) -> tuple[Report, Route]:
    route, receivers = _routed(draft)
    received = arrival.received_at.astimezone(clock.AMSTERDAM).date()
    marks = marks_of(draft.described, draft.incident_at, draft.municipality, clock.now())
    if arrival.token and draft.incident_at is None:
        marks.append(Mark.MOMENT_UNREADABLE)
    report = Report(
        region_id=draft.region,
        route=route,
        kind=draft.kind,
        number=arrival.number,
        number_key=number_key(arrival.number),
        sender_id=work.actor.for_whom,
        sender_professional=work.actor.designee if work.actor.is_professional else None,
        token_id=arrival.token,
        receivers=receivers,
        received_at=arrival.received_at,
        incident_at=draft.incident_at,
        municipality_id=draft.municipality,
        place=draft.place,
        happened=draft.happened,
        worry=draft.worry,
        question=draft.question,
        feedback_wanted=draft.feedback_wanted,
        body=arrival.body,
        marks=[mark.value for mark in marks],
        due_on=due_on(received, route.term_days, route.term_in_working_days),
    )
    return report, route


def _routed(draft: ReportDraft) -> tuple[Route, list[UUID]]:
    """The region's route for this kind, and who on it gets this report."""
    route = Route.objects.filter(region_id=draft.region, kinds__contains=[draft.kind]).order_by("code").first()
    known = [Receiver(row.pk, row.area_id) for row in route.receivers.all()] if route else []
    found = receivers_of(known, bool(route and route.by_municipality), draft.municipality)
    objections = objections_to_registering(draft.kind, routed=route is not None, received=bool(found))
    if objections or route is None:
        raise BadInput("kind" if route is None else "municipality", objections[0])
    return route, found


def _refuse_used_number(report: Report) -> None:
    """A number is used once, also by what the sender withdrew and cannot see any more: so a gate function tells."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_number_used(%s, %s)", [report.sender_id, report.number])
        if cursor.fetchone()[0]:
            raise NumberUsed


def _let_see(work: Work, report: Report, route: Route) -> None:
    """Grants before the row, because the wall judges the insert: sender and receivers see everything of it."""
    subject = (SubjectKind.REPORT, report.pk)
    actor, sender = work.actor, report.sender_id
    by_hand = actor.function is Function.EXECUTION
    # The sender's people: whoever registered it; of what a system sent, whoever is designated for the route.
    grant_in(work, sender, subject, EVERYTHING, basis=route.regime, under=None if by_hand else route.pk)
    if by_hand:
        designate_in(work, actor.who, sender, subject)
    else:
        _let_system_see(work, report, route)
    for receiver in report.receivers:
        grant_in(work, receiver, subject, EVERYTHING, basis=route.regime, under=route.pk)


def _let_system_see(work: Work, report: Report, route: Route) -> None:
    subject = (SubjectKind.REPORT, report.pk)
    actor = work.actor
    terms = Terms(EVERYTHING, route.regime, under=route.pk)
    grant_as_in(work, Function.SYSTEM, report.sender_id, subject, terms)
    if not designated(actor, route.pk):
        # The route is younger than the token.
        designate_in(work, actor.who, report.sender_id, (SubjectKind.ROUTE, route.pk), function=Function.SYSTEM)


def _describe(work: Work, report: Report, described: Described) -> UUID | None:
    if described == Described():
        return None
    person = None
    if described.is_known:
        # A BSN that fails the test is no key: the same slip would make two people one.
        bsn = described.bsn if passes_eleven_test(described.bsn) else ""
        identity = Identity(described.surname, described.given_names, described.prefix, described.born, bsn)
        person = know_person_in(work, identity)
        link_person_in(work, person, (SubjectKind.REPORT, report.pk), identity)
    ReportPerson(
        report=report,
        person_id=person,
        surname=described.surname,
        prefix=described.prefix,
        given_names=described.given_names,
        born=described.born.isoformat() if described.born else "",
        bsn=described.bsn,
        address=described.address,
        contact=described.contact,
        gender=described.gender,
    ).save(force_insert=True)
    return person
