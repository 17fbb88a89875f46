"""A small world for tests: both demo regions and the standing cast, designated as in the demo.

Put `from tests.world import world` (the fixture) in the conftest of a folder, then `world.actor("anna")`.
It is made through the rooms' own steps; only reference areas are put in at once, because there are many.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml
from django.conf import settings
from django.test import Client

from knooppunt.kernel.actor import Actor, Function, system_actor
from knooppunt.kernel.work import Work
from knooppunt.partners.actions.region import keep_organisation_in, keep_region_in, keep_table_in
from knooppunt.partners.models import Account, Area, Organisation, Professional
from knooppunt.sharing.actions import designate_in, set_regime_in
from knooppunt.sharing.rules import SubjectKind
from knooppunt.signals.actions import keep_route_in

REGIONS = ("VR11", "VR04")
SINCE, TRAINED = date(2020, 1, 1), date(2099, 12, 31)
LOADER = system_actor("test world", designee=uuid4())


@dataclass
class World:
    """Ids by code: regions, organisations, municipalities (GM code), and by (region, code) tables and routes."""

    regions: dict[str, UUID] = field(default_factory=dict)
    organisations: dict[str, UUID] = field(default_factory=dict)
    municipalities: dict[str, UUID] = field(default_factory=dict)
    tables: dict[tuple[str, str], UUID] = field(default_factory=dict)
    routes: dict[tuple[str, str], UUID] = field(default_factory=dict)
    people: dict[str, Professional] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Someone of the cast, in their one function."""
        found = self.people[name]
        return Actor(found.pk, found.organisation_id, Function(found.functions[0]))

    def client(self, name: str) -> Client:
        """A browser in which this one is logged in."""
        client = Client()
        client.force_login(self.people[name].account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def add(self, name: str, organisation: str, function: Function = Function.EXECUTION) -> Actor:
        """One more professional, designated for nothing."""
        with Work(LOADER, "add_professional") as work:
            self.people[name] = _professional(name, name.title(), self.organisations[organisation], function)
            work.record("professional.kept", self.people[name])
        return self.actor(name)

    def designate(self, name: str, kind: SubjectKind, subject: UUID) -> UUID:
        """The own organisation designates this one for a route, a table or a region."""
        person = self.people[name]
        acting = system_actor("test world", person.organisation_id, LOADER.designee)
        with Work(acting, "designate") as work:
            return designate_in(
                work, person.pk, person.organisation_id, (kind, subject), function=Function(person.functions[0])
            )


def actor_of(world: World, name: str) -> Actor:
    """Someone of the cast."""
    return world.actor(name)


def build() -> World:
    """Makes the world in the database at hand."""
    made, regions = World(), [_read(f"regions/{code}.yaml") for code in REGIONS]
    with Work(LOADER, "build_world") as work:
        made.municipalities = _areas(regions)
        for said in regions:
            _region(work, made, said)
        cast = _read("cast.yaml")
        _people(made, cast["cast"])
    _designations(made, cast["region"], cast["cast"])
    return made


@lru_cache
def _read(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load(files("knooppunt.site.demo").joinpath(name).read_text(encoding="utf-8")))


def _areas(regions: list[dict[str, Any]]) -> dict[str, UUID]:
    wanted = {code for said in regions for code in said["municipalities"]}
    text = files("knooppunt.partners").joinpath("reference/areas.csv").read_text(encoding="utf-8")
    rows = [line for line in csv.DictReader(text.splitlines(), delimiter=";") if line["code"] in wanted]
    areas = [
        Area(code=r["code"], name=r["name"], kind=r["kind"], valid_from=date.fromisoformat(r["valid_from"]))
        for r in rows
    ]
    return {area.code: area.pk for area in Area.objects.bulk_create(areas)}


def _region(work: Work, made: World, said: Mapping[str, Any]) -> None:
    code = said["code"]
    made.regions[code] = keep_region_in(work, said)
    for one in said["organisations"]:
        made.organisations[one["code"]] = keep_organisation_in(work, made.regions[code], one)
    for one in said["tables"]:
        made.tables[code, one["code"]] = keep_table_in(work, made.regions[code], one)
        set_regime_in(work, made.tables[code, one["code"]], one["regime"])
    for one in said["routes"]:
        made.routes[code, one["code"]] = keep_route_in(work, made.regions[code], one)


def _professional(name: str, shown: str, organisation: UUID, function: Function) -> Professional:
    account = Account(email=f"{name}@voorbeeld.invalid", password="!")
    account.save(force_insert=True)
    person = Professional(
        account=account,
        organisation=Organisation.objects.get(pk=organisation),
        name=shown,
        functions=[function.value],
        active_from=SINCE,
        screened_on=SINCE,
        trained_until=TRAINED,
    )
    person.save(force_insert=True)
    return person


def _people(made: World, cast: list[dict[str, Any]]) -> None:
    for one in cast:
        organisation = made.organisations[one["organisation"]]
        made.people[one["name"]] = _professional(
            one["name"], one["display_name"], organisation, Function(one["function"])
        )


def _designations(made: World, region: str, cast: list[dict[str, Any]]) -> None:
    """Each organisation designates its own people, so one Work per organisation."""
    for code in sorted({one["organisation"] for one in cast}):
        organisation = made.organisations[code]
        with Work(system_actor("test world", organisation, LOADER.designee), "designate_cast") as work:
            for one in (person for person in cast if person["organisation"] == code):
                for subject in _subjects(made, region, one):
                    person = made.people[one["name"]]
                    designate_in(work, person.pk, organisation, subject, function=Function(one["function"]))


def _subjects(made: World, region: str, one: Mapping[str, Any]) -> list[tuple[SubjectKind, UUID]]:
    subjects = [(SubjectKind.ROUTE, made.routes[region, code]) for code in one["routes"]]
    subjects += [(SubjectKind.TABLE, made.tables[region, code]) for code in one["tables"]]
    if one["function"] == Function.OVERSIGHT:
        subjects.append((SubjectKind.REGION, made.regions[region]))
    return subjects


@pytest.fixture
def world(db: None, frozen: object) -> Iterator[World]:
    """Both regions and the cast, at the fixed moment. With `django_db(transaction=True)` the walls are real."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
    yield build()
