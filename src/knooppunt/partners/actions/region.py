"""Loading a region: areas, the region's own choices, organisations, tables and professionals, from its file.

Loading the same file again changes nothing; a changed file changes what it names and removes nobody.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any
from uuid import UUID

from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.work import Work
from knooppunt.partners.access import Permission
from knooppunt.partners.models import Account, Area, Organisation, Professional, Region, Table
from knooppunt.partners.rules import AreaKind, OrganisationKind, ParticipantClass, Power, objections_to_functions

OWN_CHOICES = ("phases", "life_areas", "knowledge_domains")
PARENTS_FIRST = (AreaKind.POLICE_UNIT, AreaKind.SAFETY_REGION, AreaKind.MUNICIPALITY)


@dataclass(frozen=True)
class NewProfessional:
    """Whom an installation starts with; without a password until one is set through the mail address."""

    name: str
    email: str
    organisation: str
    functions: tuple[str, ...]
    job_title: str
    active_from: date
    screened_on: date | None
    trained_until: date | None


def load_areas(actor: Actor) -> int:
    """Takes in the reference areas that are not known yet; returns how many. Nothing known is changed."""
    text = files("knooppunt.partners").joinpath("reference/areas.csv").read_text(encoding="utf-8")
    lines = list(csv.DictReader(text.splitlines(), delimiter=";"))
    with Work(actor, "load_areas") as work:
        allow(actor, Permission.LOAD_REGION)
        # The newest row of a code is its area: a code that was used before keeps its own row.
        known = {row.code: row for row in Area.objects.order_by("valid_from")}
        starts = set(Area.objects.values_list("code", "valid_from"))
        fresh = [line for line in lines if (line["code"], date.fromisoformat(line["valid_from"])) not in starts]
        for kind in PARENTS_FIRST:
            made = [_area(line, known) for line in fresh if line["kind"] == kind.value]
            known |= {row.code: row for row in Area.objects.bulk_create(sorted(made, key=lambda row: row.valid_from))}
        for line in fresh:
            if line["successor"]:
                Area.objects.filter(pk=known[line["code"]].pk).update(successor=known[line["successor"]])
        if fresh:
            work.record("areas.loaded", known[fresh[0]["code"]], number=len(fresh))
    return len(fresh)


def _area(line: Mapping[str, str], known: Mapping[str, Area]) -> Area:
    return Area(
        code=line["code"],
        name=line["name"],
        kind=line["kind"],
        valid_from=date.fromisoformat(line["valid_from"]),
        valid_to=date.fromisoformat(line["valid_to"]) if line["valid_to"] else None,
        safety_region=known.get(line["safety_region"]),
        police_unit=known.get(line["police_unit"]),
    )


def keep_region_in(work: Work, said: Mapping[str, Any]) -> UUID:
    """Keeps a region with its municipalities and its own choices; returns its id."""
    allow(work.actor, Permission.LOAD_REGION)
    row, _ = Region.objects.update_or_create(
        code=_text(said, "code"),
        defaults={
            "name": _text(said, "name"),
            "configuration": {choice: said.get(choice, []) for choice in OWN_CHOICES},
        },
    )
    row.municipalities.set(_areas(said.get("municipalities", ())))
    work.record("region.kept", row, code=row.code)
    return row.pk


def keep_organisation_in(work: Work, region_id: UUID, said: Mapping[str, Any]) -> UUID:
    """Keeps an organisation and that it works in this region; the same code in two regions is one organisation."""
    allow(work.actor, Permission.LOAD_REGION)
    row, _ = Organisation.objects.update_or_create(
        code=_text(said, "code"),
        defaults={
            "name": _text(said, "name"),
            "kind": _choice(said, "kind", OrganisationKind),
            "participant_class": _choice(said, "class", ParticipantClass),
            "area": _areas([said["area"]])[0] if said.get("area") else None,
        },
    )
    row.regions.add(Region.objects.get(pk=region_id))
    work.record("organisation.kept", row, code=row.code, region=region_id)
    return row.pk


def keep_table_in(work: Work, region_id: UUID, said: Mapping[str, Any]) -> UUID:
    """Keeps a standing meeting and its members; under which regime it works is for `sharing`."""
    allow(work.actor, Permission.LOAD_REGION)
    members = {row.code: row for row in Organisation.objects.filter(code__in=said.get("members", ()))}
    missing = [code for code in said.get("members", ()) if code not in members]
    if missing:
        raise BadInput(f"tables.{said.get('code')}.members", f"{missing[0]} is not an organisation of this file")
    row, _ = Table.objects.update_or_create(
        region_id=region_id,
        code=_text(said, "code"),
        defaults={
            "name": _text(said, "name"),
            "kind": _text(said, "kind"),
            "rhythm": str(said.get("rhythm", "")),
            "power": _choice(said, "power", Power),
            "quorum": int(said.get("quorum", 0)),
        },
    )
    row.members.set(members.values())
    work.record("table.kept", row, code=row.code, region=region_id)
    return row.pk


def load_professional(actor: Actor, new: NewProfessional) -> UUID:
    """Keeps a professional with an account that cannot log in by itself yet; returns the professional's id."""
    objections = objections_to_functions(new.functions)
    if objections:
        raise BadInput("functions", objections[0])
    with Work(actor, "load_professional") as work:
        allow(actor, Permission.LOAD_REGION)
        organisation = Organisation.objects.filter(code=new.organisation).first()
        if organisation is None:
            raise BadInput("organisation", f"{new.organisation} is not a known organisation")
        account = Account.objects.filter(email=new.email).first() or Account.objects.create_user(new.email)
        row, _ = Professional.objects.update_or_create(
            account=account,
            defaults={
                "organisation": organisation,
                "name": new.name,
                "job_title": new.job_title,
                "functions": list(new.functions),
                "active_from": new.active_from,
                "screened_on": new.screened_on,
                "trained_until": new.trained_until,
            },
        )
        work.record("professional.kept", row, organisation=organisation.pk)
        return row.pk


def _areas(codes: Iterable[str]) -> list[Area]:
    found = {row.code: row for row in Area.objects.filter(code__in=list(codes)).order_by("valid_from")}
    missing = [code for code in codes if code not in found]
    if missing:
        raise BadInput("municipalities", f"{missing[0]} is not a reference area: see partners/reference/areas.csv")
    return list(found.values())


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{said.get('code', 'region')}.{key}", "fill it in as text")
    return value


def _choice(said: Mapping[str, Any], key: str, choices: Any) -> str:
    value = _text(said, key)
    allowed = [choice.value for choice in choices]
    if value not in allowed:
        raise BadInput(f"{said.get('code')}.{key}", f"{value} is not one of {', '.join(allowed)}")
    return value
