"""Who is designated for what, and what grants there are. Ids of subjects are opaque here: a higher room that has
subjects to designate for says so with `declare_subjects`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.sharing.access import Permission, valid_now
from knooppunt.sharing.models import Designation, Grant
from knooppunt.sharing.rules import STANDING, SubjectKind


@dataclass(frozen=True)
class Choice:
    """Something that an organisation can designate its professionals for."""

    kind: SubjectKind
    id: UUID
    name: str
    region: str


@dataclass(frozen=True)
class DesignationView:
    """Where a professional of the own organisation is designated for, until when."""

    id: UUID
    kind: str
    subject: UUID
    name: str
    function: str
    since: date
    until: date | None
    in_force: bool


@dataclass(frozen=True)
class GrantView:
    """What the own organisation may see of a subject."""

    id: UUID
    function: str
    categories: tuple[str, ...]
    basis: str
    since: datetime
    until: datetime | None


Offer = Callable[[UUID], list[Choice]]


_offers: dict[SubjectKind, Offer] = {}


def declare_subjects(kind: SubjectKind, offer: Offer) -> None:
    """Says which subjects of a kind an organisation (its id) can designate for; lower rooms cannot know them."""
    _offers[kind] = offer


def _tables(organisation: UUID) -> list[Choice]:
    regions = {region.id: region.name for region in partners.regions_of(organisation)}
    return [
        Choice(SubjectKind.TABLE, table.id, table.name, regions.get(table.region, ""))
        for table in partners.tables_near(organisation)
        if organisation in table.members
    ]


def _regions(organisation: UUID) -> list[Choice]:
    return [Choice(SubjectKind.REGION, row.id, row.name, row.name) for row in partners.regions_of(organisation)]


declare_subjects(SubjectKind.TABLE, _tables)
declare_subjects(SubjectKind.REGION, _regions)


def choices_for(actor: Actor) -> list[Choice]:
    """Everything that the administrator's organisation can designate its professionals for."""
    allow(actor, Permission.SEE_DESIGNATIONS)
    if actor.organisation is None:
        raise NotFoundForYou("organisation")
    return [choice for offer in _offers.values() for choice in offer(actor.organisation)]


def designations_of(actor: Actor, professional: UUID, known: list[Choice] | None = None) -> list[DesignationView]:
    """What the own organisation designated this professional for, newest first; never reports, intakes or cases.

    That somebody works on a case says something of a resident, so an administrator does not see it. `known` are
    the choices of this actor, where they were read already.
    """
    names = {choice.id: choice.name for choice in (choices_for(actor) if known is None else known)}
    with look(actor, "designations") as work:
        rows = Designation.objects.filter(
            Q(organisation_id=actor.organisation),
            designee_id=professional,
            subject_kind__in=STANDING,
        ).order_by("-valid_from", "id")
        found = [_designation(row, names) for row in rows]
        work.listed("designation", [view.id for view in found])
        return found


def _designation(row: Designation, names: dict[UUID, str]) -> DesignationView:
    now = clock.now()
    return DesignationView(
        id=row.pk,
        kind=row.subject_kind,
        subject=row.subject_id,
        name=names.get(row.subject_id, ""),
        function=row.function,
        since=row.valid_from.astimezone(clock.AMSTERDAM).date(),
        until=row.valid_until.astimezone(clock.AMSTERDAM).date() if row.valid_until else None,
        in_force=row.valid_from <= now and (row.valid_until is None or row.valid_until > now),
    )


def pool(work: Work, subject: UUID, function: Function) -> list[tuple[UUID, UUID]]:
    """Who is designated now, as organisation and designee: for a table or region of everyone, else within reach."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT organisation, designee FROM kn_designated(%s, %s)", [subject, function.value])
        rows = cursor.fetchall()
    return sorted((UUID(str(organisation)), UUID(str(designee))) for organisation, designee in rows)


def contacts(work: Work, subject: UUID, function: Function = Function.EXECUTION) -> list[partners.ProfessionalView]:
    """The people of the pool who may act today, by name: whom one can ask to take part."""
    designees = {designee for _, designee in pool(work, subject, function)}
    return list(partners.able_to_act(designees, function.value, clock.today()).values())


def grants_on(work: Work, subject: UUID) -> list[GrantView]:
    """The grants of the own organisation on a subject that are in force now."""
    rows = Grant.objects.filter(valid_now(), Q(organisation_id=work.actor.organisation), subject_id=subject).order_by(
        "valid_from", "id"
    )
    return [
        GrantView(row.pk, row.function, tuple(row.categories), row.basis, row.valid_from, row.valid_until)
        for row in rows
    ]


def seats_in(work: Work, *kinds: SubjectKind) -> frozenset[UUID]:
    """The routes, tables and regions (or only these kinds) for which the actor is designated now, in this function."""
    return frozenset(seat_rows(work, *kinds))


def seat_rows(work: Work, *kinds: SubjectKind) -> QuerySet[Designation, UUID]:
    """As `seats_in`, as a query to begin another from."""
    rows = Designation.objects.filter(
        valid_now(),
        Q(organisation_id=work.actor.organisation, designee_id=work.actor.designee),
        function=work.actor.function.value,
        subject_kind__in=[kind.value for kind in kinds or STANDING],
    )
    return rows.values_list("subject_id", flat=True)


def seats(actor: Actor, *kinds: SubjectKind) -> frozenset[UUID]:
    """As `seats_in`, outside a Work."""
    with look(actor, "seats") as work:
        return seats_in(work, *kinds)
