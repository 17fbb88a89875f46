"""How reports and routes are called, and which reports an actor may see at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knooppunt.kernel import clock
from knooppunt.kernel.access import scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.people.rules import Identity, passes_eleven_test
from knooppunt.sharing.queries import Choice, declare_subjects
from knooppunt.sharing.rules import SubjectKind
from knooppunt.signals.models import Report, ReportPerson, Route
from knooppunt.signals.rules import (
    KIND_LABELS,
    OUTCOME_LABELS,
    Kind,
    Outcome,
    Status,
    shown,
)


@dataclass(frozen=True)
class RouteView:
    """A route of a region: which kinds, within what term."""

    id: UUID
    region: UUID
    code: str
    title: str
    kinds: tuple[str, ...]
    by_municipality: bool


@dataclass(frozen=True)
class Titled:
    """How a report is called where others point at it; without whom it is about."""

    title: str
    url: str


def routes_in(region: UUID) -> list[RouteView]:
    """The routes of a region, by title."""
    rows = Route.objects.filter(region_id=region).order_by("title")
    return [RouteView(r.pk, r.region_id, r.code, r.title, tuple(r.kinds), r.by_municipality) for r in rows]


def _offered(organisation: UUID) -> list[Choice]:
    """Routes that an organisation can designate its people for: to receive, or to follow what its systems sent."""
    regions = {region.id: region.name for region in partners.regions_of(organisation)}
    rows = Route.objects.filter(region_id__in=regions).prefetch_related("receivers").order_by("title")
    found = []
    for row in rows:
        receives = organisation in {receiver.pk for receiver in row.receivers.all()}
        name = row.title if receives else _("%(route)s (als melder)") % {"route": row.title}
        found.append(Choice(SubjectKind.ROUTE, row.pk, name, regions[row.region_id]))
    return found


declare_subjects(SubjectKind.ROUTE, _offered)


def visible(actor: Actor) -> QuerySet[Report]:
    seen = Report.objects.filter(scope(actor, Report), status__in=[Status.OPEN.value, Status.HANDLED.value])
    return seen.select_related("route", "municipality", "sender", "region")


def titles(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Titled]:
    """How these reports are called; those that the actor may not see are not there."""
    with look(actor, "report_titles") as work:
        found = titles_in(work, ids)
        work.listed("report", found)
        return found


def titles_in(work: Work, ids: Iterable[UUID]) -> dict[UUID, Titled]:
    """The same, inside a Work that records the list itself."""
    rows = visible(work.actor).filter(pk__in=list(ids))
    return {row.pk: Titled(title_of(row), url_of(row.pk)) for row in rows}


def identity_of(person: ReportPerson) -> Identity:
    bsn = person.bsn if passes_eleven_test(person.bsn) else ""
    born = date.fromisoformat(person.born) if person.born else None
    return Identity(person.surname, person.given_names, person.prefix, born, bsn)


def name_of(person: ReportPerson) -> str:
    return shown(identity_of(person).full_name)


def kind_label(code: str) -> str:
    return KIND_LABELS[Kind(code)]


def outcome_label(code: str) -> str:
    return OUTCOME_LABELS[Outcome(code)] if code else ""


def title_of(row: Report) -> str:
    since: Any = date_format(row.received_at.astimezone(clock.AMSTERDAM), "j F Y")
    return _("Melding %(kind)s van %(since)s") % {"kind": kind_label(row.kind), "since": since}


def url_of(report: UUID) -> str:
    return reverse("signals:report", args=[report])
