"""A small office for tests of Beheer: one region, two organisations, one table, and the people who work there."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.test import Client
from django.urls import reverse

from knooppunt.kernel.actor import Actor, Function, system_actor
from knooppunt.kernel.work import Work
from knooppunt.partners.actions import region as regions
from knooppunt.partners.models import Account, Professional
from knooppunt.sharing.actions import set_regime_in

LOADER = system_actor("test loader", designee=UUID(int=1))
REGION = {"code": "VR11", "name": "Zaanstreek-Waterland", "municipalities": []}
ORGANISATIONS = (
    {"code": "gemeente-zaanstad", "name": "Gemeente Zaanstad", "kind": "municipality", "class": "public"},
    {"code": "corporatie", "name": "De Brug", "kind": "housing_corporation", "class": "incidental_third"},
)
TABLE = {
    "code": "triage-zvh",
    "name": "Triageteam",
    "kind": "triage_team",
    "members": ["gemeente-zaanstad"],
    "quorum": 3,
    "rhythm": "elke week",
    "power": "statutory",
}


@dataclass(frozen=True)
class Office:
    """What was made."""

    region: UUID
    table: UUID
    karin: Actor
    nadia: Actor
    dirk: Actor


def open_office() -> Office:
    """Makes it all through actions."""
    with Work(LOADER, "open_office") as work:
        region = regions.keep_region_in(work, REGION)
        for said in ORGANISATIONS:
            regions.keep_organisation_in(work, region, said)
        table = regions.keep_table_in(work, region, TABLE)
        set_regime_in(work, table, "WGS_ZVH")
    return Office(
        region,
        table,
        karin=employ("karin", "gemeente-zaanstad", Function.MAINTENANCE),
        nadia=employ("nadia", "gemeente-zaanstad", Function.EXECUTION),
        dirk=employ("dirk", "corporatie", Function.EXECUTION),
    )


def employ(name: str, organisation: str, function: Function, *, trained_until: date | None = date(2027, 1, 1)) -> Actor:
    """A professional of an organisation, as the actor of a session."""
    key = regions.load_professional(
        LOADER,
        regions.NewProfessional(
            name=name.title(),
            email=f"{name}@voorbeeld.invalid",
            organisation=organisation,
            functions=(function.value,),
            job_title="medewerker",
            active_from=date(2024, 1, 1),
            screened_on=date(2024, 1, 1),
            trained_until=trained_until,
        ),
    )
    return Actor(designee=key, organisation=row(key).organisation_id, function=function)


def row(key: UUID | None) -> Professional:
    """The row behind an id."""
    return Professional.objects.select_related("account").get(pk=key)


def session_of(actor: Actor) -> Client:
    """A browser in which this professional is logged in."""
    client = Client()
    client.force_login(Account.objects.get(professional=actor.designee))
    return client


def sent(**fields: object) -> dict[str, object]:
    """The fields of a form, with an id of its own."""
    return {"form_id": str(uuid4()), **fields}


def change_address(key: UUID | None, what: str) -> str:
    """Where one side of a colleague is changed."""
    return reverse("partners:change", args=[key, what])
