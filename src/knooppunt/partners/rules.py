"""The closed lists of partners, and when a professional may act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class OrganisationKind(StrEnum):
    """The closed list of kinds (woordenlijst: organisatie)."""

    POLICE = "police"
    PROSECUTION = "prosecution"
    MAYOR = "mayor"
    MUNICIPALITY = "municipality"
    PUBLIC_HEALTH = "public_health"
    CHILD_PROTECTION_BOARD = "child_protection_board"
    PRISON_SERVICE = "prison_service"
    PROBATION = "probation"
    SAFE_HOME = "safe_home"
    YOUTH_PROTECTION = "youth_protection"
    MENTAL_HEALTH = "mental_health"
    ADDICTION_CARE = "addiction_care"
    FORENSIC_CARE = "forensic_care"
    DISABILITY_CARE = "disability_care"
    NEIGHBOURHOOD_TEAM = "neighbourhood_team"
    SHELTER = "shelter"
    GENERAL_PRACTITIONER = "general_practitioner"
    HOSPITAL_AMBULANCE = "hospital_ambulance"
    HOUSING_CORPORATION = "housing_corporation"
    CARE_OFFICE = "care_office"
    HEALTH_INSURER = "health_insurer"
    SCHOOL = "school"
    DEBT_HELP = "debt_help"
    VICTIM_SUPPORT = "victim_support"
    HALT = "halt"
    CONTROL_ROOM = "control_room"
    CARE_SAFETY_HOUSE = "care_safety_house"
    RIEC = "riec"
    OTHER_COLLABORATION = "other_collaboration"
    EXPERT_BY_EXPERIENCE = "expert_by_experience"
    NEXT_OF_KIN = "next_of_kin"
    RESIDENT = "resident"
    OTHER = "other"


class ParticipantClass(StrEnum):
    """How an organisation may take part under the Wgs (2.27 lid 1, 2.27 lid 2, 2.31 lid 9)."""

    PUBLIC = "public"
    PRIVATE = "private"
    INCIDENTAL_THIRD = "incidental_third"


class AreaKind(StrEnum):
    """Kinds of area that reference data hold."""

    MUNICIPALITY = "municipality"
    SAFETY_REGION = "safety_region"
    POLICE_UNIT = "police_unit"


class Power(StrEnum):
    """The real decision power (doorzettingsmacht) of a table [AVE-6]."""

    NONE = "none"
    OWN_ORGANISATION = "own_organisation"
    BINDING_BY_CONVENANT = "binding_by_convenant"
    STATUTORY = "statutory"


INCOMPATIBLE = frozenset({"execution", "maintenance"})
"""Nobody is administrator and case worker at once."""

CONTENT_FUNCTIONS = frozenset({"execution", "oversight"})
"""Functions that see residents' data: screening (Bgs 1.11) and training (Bgs 1.17) first."""


@dataclass(frozen=True)
class Standing:
    """What is known of a professional on a day: employed, screened and trained until when, in which functions."""

    active_from: date
    active_until: date | None
    screened_on: date | None
    trained_until: date | None
    functions: frozenset[str]


def objections_to_acting(standing: Standing, function: str, on: date) -> list[str]:
    """Why this professional may not act in this function on this day; dates are inclusive."""
    found = []
    if on < standing.active_from or (standing.active_until is not None and on > standing.active_until):
        found.append("Uw aanstelling is niet (meer) geldig. Vraag de beheerder van uw organisatie.")
    if function not in standing.functions:
        found.append("Deze hoedanigheid is u niet gegeven.")
    if function in CONTENT_FUNCTIONS and standing.screened_on is None:
        found.append("Er is geen screening (VOG) van u vastgelegd (Bgs 1.11).")
    if function in CONTENT_FUNCTIONS and (standing.trained_until is None or on > standing.trained_until):
        found.append("Uw training over zorgvuldig omgaan met gegevens is verlopen (Bgs 1.17).")
    return found


def objections_to_functions(functions: Iterable[str]) -> list[str]:
    """Why one person may not hold these functions together."""
    if frozenset(functions) >= INCOMPATIBLE:
        return ["Niemand is tegelijk beheerder en uitvoerder. Kies één van beide."]
    return []


@dataclass(frozen=True)
class Holder:
    """Who holds a responsibility in a phase, in words, and whether a phase change waits for one [AVE-2]."""

    who: str
    required: bool


@dataclass(frozen=True)
class Phase:
    """One phase of a region's escalation model [AVE-1]; `holders` by responsibility."""

    number: str
    name: str
    holders: Mapping[str, Holder]


@dataclass(frozen=True)
class LifeArea:
    """One life area of a region's list [INS-1], and the data category of what is said about it."""

    code: str
    label: str
    category: str


Configuration = Mapping[str, Any]
"""What a region chose for itself, as its file says it (docs/regios.md)."""


def phases(configuration: Configuration) -> tuple[Phase, ...]:
    """The region's escalation model, lowest phase first."""
    return tuple(
        Phase(
            number=str(row["number"]),
            name=row["name"],
            holders={code: Holder(str(said["who"]), said["required"]) for code, said in row["holders"].items()},
        )
        for row in configuration.get("phases", ())
    )


def life_areas(configuration: Configuration) -> tuple[LifeArea, ...]:
    """The region's life areas, in its own order."""
    return tuple(LifeArea(row["code"], row["label"], row["category"]) for row in configuration.get("life_areas", ()))


def knowledge_domains(configuration: Configuration) -> dict[str, str]:
    """What the region's Zorg- en Veiligheidshuis knows most about: code → label."""
    return {row["code"]: row["label"] for row in configuration.get("knowledge_domains", ())}
