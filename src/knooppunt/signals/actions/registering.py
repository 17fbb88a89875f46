"""A report comes in, by form or from a system: routed, kept with whom it is about, and due on a day."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import IntegrityError

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners.queries import worked_in
from knooppunt.people.actions import know_person_in, link_person_in
from knooppunt.people.rules import Identity, passes_eleven_test
from knooppunt.sharing.actions import NewGrant, designate_in, end_grants_in, grant_in
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


@dataclass(frozen=True)
class _Routed:
    """What a route says of a report that comes by it, and who on it gets that report."""

    route: UUID
    regime: str
    term_days: int
    in_working_days: bool
    receivers: list[UUID]


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
        new = _take_in(work, draft, _Arrival(old.number, old.received_at, token.id, body.raw))
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
    regions = worked_in(token.organisation, token.regions, clock.today())
    if not regions:
        raise Refused(["Dit token is niet (meer) voor een regio van deze organisatie."])
    named = [town for towns in regions.values() for town in towns.items()]
    found = next((key for hint in body.place_hints if (key := municipality_named(hint, named))), None)
    first = next(iter(regions))
    return ReportDraft(
        kind=body.kind,
        region=next((region for region, towns in regions.items() if found in towns), first),
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
    routed = _routed(draft)
    report = _report(work, draft, arrival, routed)
    _let_see(work, report, routed.regime)
    try:
        report.save(force_insert=True)
    except IntegrityError as error:
        # Also of what the sender withdrew and cannot see any more, and of two at the same moment.
        if ONCE_PER_SENDER in str(error):
            raise NumberUsed from error
        raise
    person = _describe(work, report, draft.described)
    work.record("report.received", report, person=person, route=report.route_id, kind=report.kind)
    return report


def _report(work: Work, draft: ReportDraft, arrival: _Arrival, routed: _Routed) -> Report:
    received = arrival.received_at.astimezone(clock.AMSTERDAM).date()
    marks = marks_of(draft.described, draft.incident_at, draft.municipality, clock.now())
    if arrival.token and draft.incident_at is None:
        marks.append(Mark.MOMENT_UNREADABLE)
    return Report(
        region_id=draft.region,
        route_id=routed.route,
        kind=draft.kind,
        number=arrival.number,
        number_key=number_key(arrival.number),
        sender_id=work.actor.for_whom,
        sender_professional=work.actor.designee if work.actor.is_professional else None,
        token_id=arrival.token,
        receivers=routed.receivers,
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
        due_on=due_on(received, routed.term_days, routed.in_working_days),
    )


def _routed(draft: ReportDraft) -> _Routed:
    """The region's route for this kind, with its receivers, in one query."""
    rows = Route.objects.filter(region_id=draft.region, kinds__contains=[draft.kind]).order_by("code", "receivers")
    said = ("pk", "regime", "term_days", "term_in_working_days", "by_municipality", "receivers", "receivers__area")
    lines = list(rows.values_list(*said))
    routes = [line for line in lines if line[0] == lines[0][0]]
    known = [Receiver(organisation, area) for *_, organisation, area in routes if organisation is not None]
    found = receivers_of(known, any(line[4] for line in routes), draft.municipality)
    objections = objections_to_registering(draft.kind, routed=bool(routes), received=bool(found))
    if objections:
        raise BadInput("municipality" if routes else "kind", objections[0])
    route, regime, days, in_working_days, *_ = routes[0]
    return _Routed(route, regime, days, in_working_days, found)


def _let_see(work: Work, report: Report, regime: str) -> None:
    """Grants before the row, because the wall judges the insert: sender and receivers see everything of it."""
    subject, actor, sender = (SubjectKind.REPORT, report.pk), work.actor, report.sender_id
    everything = partial(NewGrant, categories=EVERYTHING, basis=regime)
    received = [everything(receiver, under=report.route_id) for receiver in report.receivers]
    if actor.function is Function.EXECUTION:
        # Of the sender's people: whoever registered it.
        grant_in(work, subject, everything(sender), *received)
        designate_in(work, actor.who, sender, subject)
        return
    # Of what a system sent: the system itself, and whoever of the sender is designated for the route.
    own = [everything(sender, under=report.route_id, function=one) for one in (Function.EXECUTION, Function.SYSTEM)]
    if not grant_in(work, subject, *own, *received):
        # The route is younger than the token.
        designate_in(work, actor.who, sender, (SubjectKind.ROUTE, report.route_id), function=Function.SYSTEM)


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
