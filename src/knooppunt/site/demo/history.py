"""The demo's past: closed cases so that the dossier figure equals what the region published for two days.

Deterministic: the same cases with the same dates at every first start. The people are invented and look it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from knooppunt.cases.actions import Past, PastCase, take_in_history
from knooppunt.kernel.actor import Actor
from knooppunt.partners.queries import municipalities_with_codes
from knooppunt.people.rules import Identity

GIVEN = ("Test", "Proef", "Fictie", "Denk", "Schijn", "Model", "Schets")
SURNAMES = ("Verzonnen", "Voorbeeldsma", "Proefstra", "Fictiefsen", "Bedacht", "Testema", "Schijnhof", "Modelmans")
REASONS = ("goals_reached", "down_to_local", "no_longer_needed", "moved", "criteria_no_longer_met")


def load_history(actor: Actor, region: UUID, table: UUID, said: dict[str, Any]) -> tuple[int, int]:
    """Takes in the closed cases that give the published counts; how many stay and how many are only counted."""
    first, second = said["counts"]
    codes = {code: key for key, code, _ in municipalities_with_codes(region, first["at"])}
    return take_in_history(actor, Past(region, table, said["regime"]), _cases(first, second, codes))


def _cases(first: dict[str, Any], second: dict[str, Any], codes: dict[str, UUID]) -> Iterator[PastCase]:
    """In treatment on the first day: all without municipality, of whom those of the second day stay that long."""
    staying = next(row["count"] for row in second["by_municipality"] if row["municipality"] is None)
    serial = 0
    for place in range(first["total"]):
        opened = first["at"] - timedelta(days=30 + 13 * place)
        closed = second["at"] + timedelta(days=40 + 21 * place) if place < staying else _between(first, second, place)
        yield _case(serial := serial + 1, None, opened, closed)
    for row in second["by_municipality"]:
        for place in range(row["count"] if row["municipality"] else 0):
            opened = _between(first, second, serial * 7 + place)
            closed = second["at"] + timedelta(days=35 + (serial * 11) % 600)
            yield _case(serial := serial + 1, codes[row["municipality"]], opened, closed)


def _between(first: dict[str, Any], second: dict[str, Any], place: int) -> date:
    """A day after the first and before the second reference date."""
    days: int = (second["at"] - first["at"]).days
    start: date = first["at"]
    return start + timedelta(days=5 + (place * 17) % (days - 10))


def _case(serial: int, municipality: UUID | None, opened: date, closed: date) -> PastCase:
    surname = SURNAMES[serial % len(SURNAMES)]
    given = f"{GIVEN[serial % len(GIVEN)]} {serial}"
    born = date(1950 + serial % 50, 1 + serial % 12, 1 + serial % 28)
    identity = Identity(surname=surname, given_names=given, born=born)
    reason = REASONS[serial % len(REASONS)]
    return PastCase(f"H{opened.year}-{serial:04d}", municipality, opened, closed, reason, identity)
