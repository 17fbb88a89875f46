"""Why a file may not come in, in codes for the log and in Dutch for whoever sent it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Stop(StrEnum):
    """One reason to stop a file."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NO_NAME = "no_name"
    KIND = "kind"
    MISMATCH = "mismatch"
    BROKEN = "broken"
    LOCKED = "locked"
    PIXELS = "pixels"
    NESTED = "nested"
    BOMB = "bomb"
    ENTITIES = "entities"
    MACROS = "macros"
    ACTIVE = "active"
    VIRUS = "virus"


DANGEROUS = frozenset({Stop.BOMB, Stop.ENTITIES, Stop.MACROS, Stop.ACTIVE, Stop.VIRUS})
"""What goes into quarantine. The others are mistakes that anyone makes; of those nothing is kept."""

SAID: Mapping[Stop, str] = {
    Stop.EMPTY: "Dit bestand is leeg.",
    Stop.TOO_LARGE: "Dit bestand is te groot.",
    Stop.NO_NAME: "Geef het bestand een gewone naam, bijvoorbeeld verslag.pdf.",
    Stop.KIND: "Dit soort bestand kan niet. Kies een PDF, PNG, JPEG, DOCX, XLSX, ODT of tekstbestand.",
    Stop.MISMATCH: "De inhoud past niet bij de naam van het bestand. Sla het opnieuw op als het soort dat het echt is.",
    Stop.BROKEN: "Dit bestand is beschadigd of anders opgebouwd dan het hoort. Sla het opnieuw op.",
    Stop.LOCKED: "Dit bestand is beveiligd met een wachtwoord, dus wij kunnen het niet controleren. Haal dat eraf.",
    Stop.PIXELS: "Deze afbeelding heeft te veel beeldpunten. Maak haar kleiner.",
    Stop.NESTED: "In dit bestand zit een ander bestand. Haal dat eruit, of sla het op als PDF.",
    Stop.BOMB: "Dit bestand wordt bij het openen onverantwoord groot.",
    Stop.ENTITIES: "In dit bestand zitten verwijzingen die een programma kunnen laten vastlopen.",
    Stop.MACROS: "In dit bestand zitten macro's. Sla het op zonder macro's, of als PDF.",
    Stop.ACTIVE: "In dit bestand zit een programma of iets dat vanzelf start. Druk het af naar een nieuwe PDF.",
    Stop.VIRUS: "In dit bestand is een virus of een testvirus gevonden.",
}
"""Each reason in words, with the mend where there is one."""


def in_order(found: Iterable[Stop]) -> tuple[Stop, ...]:
    """Each reason once, in the order of the list."""
    known = set(found)
    return tuple(reason for reason in Stop if reason in known)


EICAR = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"
"""What every scanner takes for a virus (eicar.org). In two halves, or a scanner would stop this file too."""


def virus_in(content: bytes) -> bool:
    """Whether this holds the test virus: the stand-in for a scanner where there is none."""
    return EICAR in content
