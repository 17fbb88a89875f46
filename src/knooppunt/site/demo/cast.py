"""The people of the demo, as their file describes them."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import yaml

LOADED = UUID("5e0c3c5a-6f0e-4c0e-9f7d-0d3f0a11c0de")
"""Loading the demo is a form that is handled once: its id, and that of the mandate it runs under."""

FUNCTIONS = {
    "execution": "uitvoering",
    "oversight": "toezicht",
    "counts": "cijfers",
    "governance": "sturing",
    "maintenance": "beheer",
}


@dataclass(frozen=True)
class Persona:
    """One of the cast; `routes` and `tables` are codes in region `region` for which it is designated."""

    name: str
    display_name: str
    email: str
    organisation: str
    function: str
    job_title: str
    who: str
    region: str
    routes: tuple[str, ...]
    tables: tuple[str, ...]

    @property
    def function_label(self) -> str:
        """The function as the screen says it."""
        return FUNCTIONS[self.function]


@lru_cache(maxsize=1)
def cast() -> tuple[Persona, ...]:
    """Everyone, in the order of the file."""
    said = read("cast.yaml")
    return tuple(persona_of(entry, said["domain"], said["region"]) for entry in said["cast"])


def persona(name: str) -> Persona | None:
    """One of them by name."""
    return next((person for person in cast() if person.name == name), None)


def read(name: str) -> dict[str, Any]:
    """One of the demo's own files."""
    content = files("knooppunt.site.demo").joinpath(name).read_text(encoding="utf-8")
    return dict(yaml.safe_load(content))


def persona_of(entry: dict[str, Any], domain: str, region: str) -> Persona:
    """Somebody as a file of the demo describes them."""
    return Persona(
        name=entry["name"],
        display_name=entry["display_name"],
        email=f"{entry['email']}@{domain}",
        organisation=entry["organisation"],
        function=entry["function"],
        job_title=entry["job_title"],
        who=entry["who"],
        region=region,
        routes=tuple(entry["routes"]),
        tables=tuple(entry["tables"]),
    )
