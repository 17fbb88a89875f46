"""A region is configuration: one file, taken in by the rooms that each keep a part of it, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.work import Work
from knooppunt.partners.actions import region as partners
from knooppunt.sharing.actions import set_regime_in
from knooppunt.signals.actions import keep_route_in


@dataclass(frozen=True)
class Loaded:
    """What became of a region's file: the ids by the codes of the file."""

    region: UUID
    tables: Mapping[str, UUID]
    routes: Mapping[str, UUID]


PARTS = ("code", "name", "organisations", "tables", "routes")


def read_region(path: Path) -> Mapping[str, Any]:
    """The content of a region's file; `BadInput` when it is not one."""
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        raise BadInput(str(path), "name a file that can be read") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise BadInput(str(path), "make it YAML in UTF-8: see docs/regios.md") from None
    missing = [part for part in PARTS if not isinstance(said, dict) or not said.get(part)]
    if missing:
        raise BadInput(str(path), f"add {missing[0]}: see docs/regios.md")
    return dict(said)


def load_region(actor: Actor, said: Mapping[str, Any]) -> Loaded:
    """Takes in a region whole or not at all."""
    partners.load_areas(actor)
    with Work(actor, "load_region") as work:
        region = partners.keep_region_in(work, said)
        for organisation in said["organisations"]:
            partners.keep_organisation_in(work, region, organisation)
        tables = {table["code"]: partners.keep_table_in(work, region, table) for table in said["tables"]}
        for table in said["tables"]:
            set_regime_in(work, tables[table["code"]], str(table["regime"]))
        routes = {route["code"]: keep_route_in(work, region, route) for route in said["routes"]}
        return Loaded(region, tables, routes)
