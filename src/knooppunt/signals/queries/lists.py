"""Lists of reports: the inbox and its file, and what waits for somebody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.terms import Due, Need, due
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.sharing.access import near
from knooppunt.sharing.rules import SubjectKind
from knooppunt.signals.access import Permission
from knooppunt.signals.models import Report, ReportPerson, Route
from knooppunt.signals.queries.naming import kind_label, name_of, outcome_label, url_of, visible
from knooppunt.signals.rules import (
    Status,
    age_in_days,
    age_text,
    shown,
)

PER_PAGE = 25
MOST = 1_000
"""How far a list counts; who reaches more chooses what to see."""
NEEDS = 26
"""How many reports that wait are looked up for Mijn werk, which shows one less and says whether there is more."""
NEEDED = ("kind", "received_at", "due_on", "sender__name", "municipality__name")
SORTS = {
    "termijn": ("due_on", "received_at"),
    "-termijn": ("-due_on", "-received_at"),
    "ontvangen": ("received_at",),
    "-ontvangen": ("-received_at",),
    "soort": ("kind", "due_on"),
    "-soort": ("-kind", "due_on"),
}
BOXES = ("open", "afgehandeld", "gemeld")
TERMS = ("te-laat", "zeven-dagen")


@dataclass(frozen=True)
class InboxFilter:
    """Choices from lists only: they stand in the address."""

    box: str = "open"
    route: str = ""
    kind: str = ""
    term: str = ""
    sort: str = ""
    page: int = 1

    @property
    def order(self) -> str:
        """What the list is sorted on: open ones by term, others newest first."""
        return self.sort if self.sort in SORTS else ("termijn" if self.box == "open" else "-ontvangen")


@dataclass(frozen=True)
class InboxRow:
    """One report in a list."""

    id: UUID
    url: str
    kind: str
    kind_label: str
    persons: str
    route: str
    municipality: str
    sender: str
    received_at: datetime
    age: str
    due: Due | None
    due_on: date
    status: str
    outcome: str
    marked: bool


@dataclass(frozen=True)
class InboxView:
    """A page of the inbox, with how many there are in all, counted to `MOST`."""

    count: int
    more: bool
    rows: tuple[InboxRow, ...]
    routes: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]


def _boxed(actor: Actor, chosen: InboxFilter) -> QuerySet[Report]:
    # The body as it was sent is long, and no list shows it.
    rows = visible(actor).filter(near(actor, SubjectKind.REPORT).narrows()).defer("body")
    received = Q(receivers__contains=[actor.organisation])
    if chosen.box == "gemeld":
        rows = rows.filter(sender_id=actor.organisation)
    elif chosen.box == "afgehandeld":
        rows = rows.filter(received, status=Status.HANDLED.value)
    else:
        rows = rows.filter(received, status=Status.OPEN.value)
    if chosen.route:
        rows = rows.filter(route__code=chosen.route)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    return _within(rows, chosen.term).order_by(*SORTS[chosen.order], "id")


def _within(rows: QuerySet[Report], term: str) -> QuerySet[Report]:
    today = clock.today()
    if term == "te-laat":
        return rows.filter(due_on__lt=today, status=Status.OPEN.value)
    if term == "zeven-dagen":
        return rows.filter(due_on__lte=today + timedelta(days=7))
    return rows


def inbox(actor: Actor, chosen: InboxFilter) -> InboxView:
    """One page of reports in one of three boxes: to judge, handled, and reported by the own organisation."""
    with look(actor, "inbox") as work:
        allow(actor, Permission.SEE)
        rows = _boxed(actor, chosen)
        start = (max(chosen.page, 1) - 1) * PER_PAGE
        found, counted = list(rows[start : start + PER_PAGE]), rows[: MOST + 1].count()
        work.listed("report", [row.pk for row in found])
        regions = [region.id for region in partners.regions_of(actor.organisation)] if actor.organisation else []
        routes = Route.objects.filter(region_id__in=regions).order_by("title")
        by_code = {route.code: route.title for route in routes}
        kinds = sorted({kind for route in routes for kind in route.kinds})
        return InboxView(
            count=min(counted, MOST),
            more=counted > MOST,
            rows=tuple(_rows(work, found)),
            routes=tuple(by_code.items()),
            kinds=tuple((kind, kind_label(kind)) for kind in kinds),
        )


def export(actor: Actor, chosen: InboxFilter) -> list[tuple[str, ...]]:
    """What the list shows, all pages, without whom it is about; the first row is the head."""
    with look(actor, "export_reports") as work:
        allow(actor, Permission.SEE)
        found = list(_boxed(actor, chosen))
        work.listed("report_export", [row.pk for row in found])
        head = ("kenmerk", "soort", "meldroute", "gemeente", "melder", "ontvangen", "uiterlijk", "status", "uitkomst")
        return [head, *(_exported(row) for row in found)]


def _exported(row: Report) -> tuple[str, ...]:
    return (
        shown(row.number),
        row.kind,
        row.route.title,
        row.municipality.name if row.municipality else "",
        row.sender.name,
        row.received_at.astimezone(clock.AMSTERDAM).date().isoformat(),
        row.due_on.isoformat(),
        _("open") if row.status == Status.OPEN else _("afgehandeld"),
        outcome_label(row.outcome),
    )


def _rows(work: Work, found: list[Report]) -> list[InboxRow]:
    names: dict[UUID, list[str]] = {}
    for person in ReportPerson.objects.filter(scope(work.actor, ReportPerson), report__in=found).order_by("id"):
        names.setdefault(person.report_id, []).append(name_of(person))
    today = clock.today()
    return [
        InboxRow(
            id=row.pk,
            url=url_of(row.pk),
            kind=row.kind,
            kind_label=kind_label(row.kind),
            persons=", ".join(name for name in names.get(row.pk, []) if name),
            route=row.route.title,
            municipality=row.municipality.name if row.municipality else "",
            sender=row.sender.name,
            received_at=row.received_at,
            age=age_text(age_in_days(row.received_at, clock.now())),
            due=due(row.due_on, today) if row.status == Status.OPEN else None,
            due_on=row.due_on,
            status=row.status,
            outcome=outcome_label(row.outcome),
            marked=bool(row.marks),
        )
        for row in found
    ]


def reports_due_in(work: Work) -> list[Need]:
    """Reports that wait for a judgement of this actor's organisation, the oldest terms first. Inside a Work."""
    actor = work.actor
    if actor.function is not Function.EXECUTION:
        return []
    # What is open anywhere is little, and an index holds it in order of its term.
    open_ones = visible(actor).filter(status=Status.OPEN.value, receivers__contains=[actor.organisation])
    needed = open_ones.select_related(None).select_related("sender", "municipality").only(*NEEDED)
    rows = list(needed.order_by(*SORTS["termijn"], "id")[:NEEDS])
    work.listed("report", [row.pk for row in rows])
    return [
        Need(
            on=row.due_on,
            text=_("Melding beoordelen: %(kind)s") % {"kind": kind_label(row.kind)},
            detail=_("Van %(sender)s · %(place)s · binnen sinds %(since)s")
            % {
                "sender": row.sender.name,
                "place": row.municipality.name if row.municipality else _("gemeente onbekend"),
                "since": date_format(row.received_at.astimezone(clock.AMSTERDAM), "j F"),
            },
            url=url_of(row.pk),
            due=due(row.due_on, clock.today()),
            icon="report",
        )
        for row in rows
    ]
