"""Who people and organisations are, as frozen views. Nothing here is about a resident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.work import look
from knooppunt.partners.access import Permission
from knooppunt.partners.models import Account, Area, Organisation, Professional, Region, Table
from knooppunt.partners.rules import CONTENT_FUNCTIONS, Configuration, Standing, objections_to_acting


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
    configuration: Configuration


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
    return (
        ["Deze professional is niet bekend."] if row is None else objections_to_acting(standing_of(row), function, on)
    )


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
    rows = Area.objects.filter(regions=region_id, valid_from__lte=on).exclude(valid_to__lte=on).order_by("name")
    return dict(rows.values_list("pk", "name"))


def worked_in(organisation_id: UUID, codes: Sequence[str], on: date) -> dict[UUID, dict[UUID, str]]:
    """Of these regions, in their order, those in which an organisation works: id → their municipalities on a day."""
    area = ("pk", "name", "valid_from", "valid_to")
    rows = Region.objects.filter(organisations=organisation_id, code__in=codes)
    rows = rows.values_list("pk", "code", *(f"municipalities__{one}" for one in area))
    found: dict[UUID, dict[UUID, str]] = {}
    lines: list[Any] = sorted(rows, key=lambda row: codes.index(row[1]))
    for region, _code, key, name, begins, ends in lines:
        towns = found.setdefault(region, {})
        if key is not None and begins <= on and (ends is None or on < ends):
            towns[key] = name
    return found


@dataclass(frozen=True)
class StaffView:
    """A professional as the administrator of the organisation keeps one; never what somebody works on."""

    id: UUID
    version: int
    name: str
    job_title: str
    email: str
    functions: tuple[str, ...]
    active_from: date
    active_until: date | None
    screened_on: date | None
    trained_until: date | None
    has_password: bool
    is_open: bool

    def works(self, on: date) -> bool:
        """Whether the employment runs on a day."""
        return self.active_from <= on and (self.active_until is None or on <= self.active_until)

    def lacks(self, on: date) -> tuple[str, ...]:
        """What is missing for work with residents' data: `screening`, `training`; empty when fine or not needed."""
        if not CONTENT_FUNCTIONS & set(self.functions):
            return ()
        late = self.trained_until is None or on > self.trained_until
        return ("screening",) * (self.screened_on is None) + ("training",) * late


def _staff(row: Professional) -> StaffView:
    return StaffView(
        id=row.pk,
        version=row.version,
        name=row.name,
        job_title=row.job_title,
        email=row.account.email,
        functions=tuple(row.functions),
        active_from=row.active_from,
        active_until=row.active_until,
        screened_on=row.screened_on,
        trained_until=row.trained_until,
        has_password=row.account.has_usable_password(),
        is_open=row.account.is_active,
    )


def staff(actor: Actor) -> list[StaffView]:
    """The professionals of the administrator's own organisation, by name."""
    with look(actor, "staff") as work:
        allow(actor, Permission.SEE_STAFF)
        rows = Professional.objects.select_related("account").filter(scope(actor, Professional)).order_by("name", "id")
        found = [_staff(row) for row in rows]
        work.listed("professional", [view.id for view in found])
        return found


def staff_member(actor: Actor, key: UUID) -> StaffView:
    """One professional of the administrator's own organisation."""
    with look(actor, "staff_member") as work:
        return _staff(work.open(Professional, key, Permission.SEE_STAFF))


def functions_of(professional: UUID) -> frozenset[str]:
    """The functions that a professional was given; none for whoever is not known."""
    row = Professional.objects.filter(pk=professional).first()
    return frozenset(row.functions) if row else frozenset()


def able_to_act(ids: Iterable[UUID], function: str, on: date) -> dict[UUID, ProfessionalView]:
    """Of these professionals, those who may act in this function on a day, by name."""
    rows = Professional.objects.select_related("organisation").filter(pk__in=list(ids)).order_by("name")
    return {
        row.pk: ProfessionalView(row.pk, row.name, row.job_title, row.organisation_id, row.organisation.name)
        for row in rows
        if not objections_to_acting(standing_of(row), function, on)
    }


@dataclass(frozen=True)
class AreaView:
    """A municipality, safety region or police unit, with its parents and what came after it [REF-1]."""

    code: str
    name: str
    kind: str
    valid_from: date
    valid_to: date | None
    successor: str
    safety_region: str
    police_unit: str


def areas(kind: str, *, safety_region: str = "", sought: str = "") -> list[AreaView]:
    """Areas of a kind, ended ones too, by name: of a safety region (code), or with this in name or code."""
    rows = Area.objects.filter(kind=kind)
    if safety_region:
        rows = rows.filter(Q(safety_region__code=safety_region) | Q(code=safety_region))
    if sought.strip():
        rows = rows.filter(Q(name__icontains=sought.strip()) | Q(code__iexact=sought.strip()))
    found = rows.annotate(
        next_name=F("successor__name"), region_name=F("safety_region__name"), unit_name=F("police_unit__name")
    ).order_by("name", "valid_from")
    return [
        AreaView(
            code=row.code,
            name=row.name,
            kind=row.kind,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            successor=row.next_name or "",
            safety_region=row.region_name or "",
            police_unit=row.unit_name or "",
        )
        for row in found
    ]


def organisations_near(organisation_id: UUID) -> dict[UUID, OrganisationView]:
    """The organisations of every region in which this organisation works, by name."""
    rows = Organisation.objects.filter(regions__organisations=organisation_id).distinct().order_by("name")
    return {row.pk: _organisation(row) for row in rows}


def tables_near(organisation_id: UUID) -> list[TableView]:
    """The tables of every region in which this organisation works, by name."""
    rows = Table.objects.prefetch_related("members").filter(region__organisations=organisation_id).order_by("name")
    return [_table(row) for row in rows]


def all_regions() -> list[RegionView]:
    """Every region of this installation, by code."""
    rows = Region.objects.order_by("code")
    return [RegionView(row.pk, row.code, row.name, row.configuration) for row in rows]


def municipalities_with_codes(region_id: UUID, on: date) -> list[tuple[UUID, str, str]]:
    """The municipalities of a region on a day, by official code: id, code, name."""
    rows = Area.objects.filter(regions=region_id, valid_from__lte=on).exclude(valid_to__lte=on).order_by("code")
    return [(row.pk, row.code, row.name) for row in rows]


@dataclass(frozen=True)
class EntryView:
    """What must be known of an account before somebody may come in with it."""

    account: UUID
    email: str
    organisation_code: str
    works: bool
    has_password: bool


def entry_of(account: UUID) -> EntryView | None:
    """This account, if a professional belongs to it."""
    return _entry(Q(account=account))


def entry_by_address(email: str) -> EntryView | None:
    """The account with this address, however it is written, if a professional belongs to it."""
    return _entry(Q(account__email__iexact=email))


def _entry(which: Q) -> EntryView | None:
    row = Professional.objects.select_related("account", "organisation").filter(which).first()
    if row is None:
        return None
    today = clock.today()
    employed = row.active_from <= today and (row.active_until is None or today <= row.active_until)
    return EntryView(
        account=row.account_id,
        email=row.account.email,
        organisation_code=row.organisation.code,
        works=row.account.is_active and employed,
        has_password=row.account.has_usable_password(),
    )


def is_known(email: str) -> bool:
    """Whether an account has this address, however it is written."""
    return Account.objects.filter(email__iexact=email).exists()
