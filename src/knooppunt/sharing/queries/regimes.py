"""The regimes in force, and under which one a table works."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou, Refused
from knooppunt.partners import queries as partners
from knooppunt.sharing import law
from knooppunt.sharing.access import Permission
from knooppunt.sharing.models import TableRegime
from knooppunt.sharing.rules import Regime


@dataclass(frozen=True)
class TableOfRegion:
    """A standing meeting with the regime it works under and the names of its members."""

    table: partners.TableView
    region: str
    regime: str
    members: tuple[str, ...]


def regime_codes(tables: Iterable[UUID]) -> dict[UUID, str]:
    """Under which regime these tables work; a table without one is not there."""
    return dict(TableRegime.objects.filter(table_id__in=list(tables)).values_list("table_id", "regime"))


def regime_code_of(table: UUID) -> str:
    """Under which regime a table works; `Refused` when nobody said so yet."""
    found = regime_codes([table]).get(table)
    if found is None:
        raise Refused(
            ["Voor dit overleg is nog geen juridisch kader vastgelegd."],
            ["Vraag de beheerder van de regio om het kader bij dit overleg vast te leggen."],
        )
    return found


def tables_of_region(actor: Actor) -> list[TableOfRegion]:
    """The tables of the regions in which the own organisation works, with members and regime."""
    allow(actor, Permission.SEE_TABLES)
    if actor.organisation is None:
        raise NotFoundForYou("organisation")
    found = partners.tables_near(actor.organisation)
    regimes = regime_codes(table.id for table in found)
    regions = {region.id: region.name for region in partners.regions_of(actor.organisation)}
    known = partners.organisations({member for table in found for member in table.members})
    return [
        TableOfRegion(
            table,
            regions.get(table.region, ""),
            regimes.get(table.id, ""),
            tuple(view.name for view in known.values() if view.id in table.members),
        )
        for table in found
    ]


def regimes(on: date | None = None) -> list[Regime]:
    """Every version, shipped or approved here, or those in force on a day; nothing here is about a person."""
    return [version for version in law.known() if on is None or version.in_force(on)]


def regime_version(code: str, version: str, digest: str = "") -> Regime:
    """One version of a regime by its code and first day, and by its text where several had that day.

    Without a digest it is the one that holds: a text that was corrected, or gave way to one approved here, comes last.
    """
    named = [one for one in (*law.known_of(code), *law.former()) if (one.code, one.version) == (code, version)]
    fitting = [one for one in named if one.digest.startswith(digest)]
    if not fitting:
        raise NotFoundForYou("regime")
    return max(fitting, key=lambda one: one.valid_to is None or one.valid_to >= one.valid_from)
