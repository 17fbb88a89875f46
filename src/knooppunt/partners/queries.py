"""Who people and organisations are, as frozen views. Nothing here is about a resident."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.partners.models import Area, Organisation, Professional, Region, Table
from knooppunt.partners.rules import Standing, objections_to_acting


@dataclass(frozen=True)
class Viewer:
    """The professional behind an account, in the function of this session."""

    professional: UUID
    organisation: UUID
    function: str
    functions: tuple[str, ...]
    name: str
    job_title: str
    organisation_name: str
    organisation_code: str
    objections: tuple[str, ...]


@dataclass(frozen=True)
class OrganisationView:
    """An organisation, as every professional may know it."""

    id: UUID
    code: str
    name: str
    kind: str
    participant_class: str


@dataclass(frozen=True)
class ProfessionalView:
    """A colleague: name, work and organisation."""

    id: UUID
    name: str
    job_title: str
    organisation: UUID
    organisation_name: str


@dataclass(frozen=True)
class TableView:
    """A standing meeting and its members."""

    id: UUID
    region: UUID
    code: str
    name: str
    kind: str
    quorum: int
    rhythm: str
    power: str
    members: tuple[UUID, ...]


@dataclass(frozen=True)
class RegionView:
    """A region and its own choices."""

    id: UUID
    code: str
    name: str
    configuration: dict[str, object]


def standing_of(professional: Professional) -> Standing:
    """What is known of a professional, for the rules."""
    return Standing(
        active_from=professional.active_from,
        active_until=professional.active_until,
        screened_on=professional.screened_on,
        trained_until=professional.trained_until,
        functions=frozenset(professional.functions),
    )


def acting_as(account: UUID, function: str | None) -> Viewer | None:
    """Who works with this account, in which function, and why not if not."""
    found = Professional.objects.select_related("organisation").filter(account_id=account).first()
    if found is None:
        return None
    worn = function if function in found.functions else found.functions[0]
    return Viewer(
        professional=found.pk,
        organisation=found.organisation_id,
        function=worn,
        functions=tuple(found.functions),
        name=found.name,
        job_title=found.job_title,
        organisation_name=found.organisation.name,
        organisation_code=found.organisation.code,
        objections=tuple(objections_to_acting(standing_of(found), worn, clock.today())),
    )


def _organisation(row: Organisation) -> OrganisationView:
    return OrganisationView(row.pk, row.code, row.name, row.kind, row.participant_class)


def organisations(ids: Iterable[UUID] | None = None, *, region: UUID | None = None) -> dict[UUID, OrganisationView]:
    """Organisations by id: these, or those of a region, or all."""
    rows = Organisation.objects.order_by("name")
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    if region is not None:
        rows = rows.filter(regions=region)
    return {row.pk: _organisation(row) for row in rows}


def organisation(key: UUID) -> OrganisationView:
    """One organisation."""
    found = organisations([key]).get(key)
    if found is None:
        raise NotFoundForYou("organisation")
    return found


def organisation_by_code(code: str) -> OrganisationView:
    """One organisation by its code."""
    row = Organisation.objects.filter(code=code).first()
    if row is None:
        raise NotFoundForYou("organisation")
    return _organisation(row)


def professionals(ids: Iterable[UUID]) -> dict[UUID, ProfessionalView]:
    """Professionals by id."""
    rows = Professional.objects.select_related("organisation").filter(pk__in=list(ids)).order_by("name")
    return {
        row.pk: ProfessionalView(row.pk, row.name, row.job_title, row.organisation_id, row.organisation.name)
        for row in rows
    }


def may_act(professional: UUID, function: str, on: date) -> list[str]:
    """Why this professional may not act in this function on a day; empty means yes."""
    row = Professional.objects.filter(pk=professional).first()
    return ["Deze professional is niet bekend."] if row is None else objections_to_acting(standing_of(row), function, on)


def table(key: UUID) -> TableView:
    """One table with its members."""
    row = Table.objects.prefetch_related("members").filter(pk=key).first()
    if row is None:
        raise NotFoundForYou("table")
    return _table(row)


def tables(*, region: UUID | None = None, kind: str | None = None) -> list[TableView]:
    """Tables, of a region or kind if asked, by name."""
    rows = Table.objects.prefetch_related("members").order_by("name")
    if region is not None:
        rows = rows.filter(region=region)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return [_table(row) for row in rows]


def _table(row: Table) -> TableView:
    members = tuple(member.pk for member in row.members.all())
    return TableView(row.pk, row.region_id, row.code, row.name, row.kind, row.quorum, row.rhythm, row.power, members)


def region(key: UUID) -> RegionView:
    """One region with its configuration."""
    row = Region.objects.filter(pk=key).first()
    if row is None:
        raise NotFoundForYou("region")
    return RegionView(row.pk, row.code, row.name, row.configuration)


def regions_of(organisation_id: UUID) -> list[RegionView]:
    """The regions in which an organisation works, by code."""
    rows = Region.objects.filter(organisations=organisation_id).order_by("code")
    return [RegionView(row.pk, row.code, row.name, row.configuration) for row in rows]


def municipalities(region_id: UUID, on: date) -> dict[UUID, str]:
    """The municipalities of a region on a day: id → name, by name."""
    rows = Area.objects.filter(regions=region_id, valid_from__lte=on).exclude(valid_to__lt=on).order_by("name")
    return {row.pk: row.name for row in rows}
