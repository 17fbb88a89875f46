"""Which parties, roles, steps, categories and persons a rule is about: names in its file become sets."""

from collections.abc import Collection, Mapping
from typing import Any

from knooppunt.sharing.law.reading import Path, Text
from knooppunt.sharing.rules.question import KINDS, PARTIES, PRIVATE, PUBLIC, Party
from knooppunt.sharing.rules.rule import DIMENSIONS

Named = Mapping[str, frozenset[Any]]

FIELDS = {dimension: "subject" if dimension == "about" else dimension for dimension in DIMENSIONS}
"""Dimension of a rule → its key in the file."""


def parties(said: Mapping[str, Any]) -> Named:
    """The sets of parties that a file may name: those of its own tables, and every kind by itself."""
    public = _in_class(said["participants"], PUBLIC)
    private = _in_class(said["participants"], PRIVATE)
    thirds = {kind for kind, entry in said["not_participants"]["kinds"].items() if entry.get("incidental_third")}
    thirds |= {kind for kind, entry in said["participants"].items() if "incidental_third" in entry["class"].split("|")}
    named = {
        "everyone": frozenset(PARTIES),
        "participants": public | private,
        "public_participants": public,
        "private_participants": private,
        "incidental_thirds": frozenset(party for party in PARTIES if party[0] in thirds),
        "others": frozenset(PARTIES) - public - private,
        "public": frozenset(party for party in PARTIES if party[1] == PUBLIC),
        "private": frozenset(party for party in PARTIES if party[1] == PRIVATE),
    }
    return {**named, **KIND_BY_KIND}


KIND_BY_KIND: Named = {
    **{kind: frozenset(party for party in PARTIES if party[0] == kind) for kind in KINDS},
    **{"/".join(party): frozenset({party}) for party in PARTIES},
}
"""Every kind by itself, and every class of a kind."""


def _in_class(participants: Mapping[str, Any], wanted: str) -> frozenset[Party]:
    """The participants of a class; of a kind that can be either, those that are of it."""
    kinds = {kind for kind, entry in participants.items() if wanted in entry["class"].split("|")}
    return frozenset(party for party in PARTIES if party[0] in kinds and party[1] == wanted)


def chosen(text: Text, path: Path, dimension: str, named: Named, said: Any) -> frozenset[Any]:
    """The values that a rule names in one dimension; nothing said is all of them."""
    every = frozenset(DIMENSIONS[dimension])
    if said is None:
        return every
    if isinstance(said, Mapping):
        return every - _together(text, (*path, "all_but"), dimension, named, said["all_but"])
    return _together(text, path, dimension, named, said if isinstance(said, list) else [str(said)])


def _together(text: Text, path: Path, dimension: str, named: Named, names: Collection[str]) -> frozenset[Any]:
    found: set[Any] = set()
    every = {str(value): value for value in DIMENSIONS[dimension] if isinstance(value, str)}
    for place, name in enumerate(names):
        if name in named:
            found |= named[name]
        elif name in every:
            found.add(every[name])
        else:
            raise text.wrong((*path, place), f"'{name}' is hier niet bekend. Kies een code, een soort of een groep.")
    return frozenset(found)


def groups(text: Text) -> dict[str, frozenset[Any]]:
    """The groups that a file names for itself: each of values of one dimension."""
    found: dict[str, frozenset[Any]] = {}
    for name, said in text.said.get("groups", {}).items():
        path: Path = ("groups", name)
        names = [said] if isinstance(said, str) else said
        fitting = [
            dimension
            for dimension in ("role", "step", "category", "about")
            if all(one in DIMENSIONS[dimension] or one in found for one in names)
        ]
        if not fitting:
            raise text.wrong(path, "Een groep noemt codes van één soort: rollen, stappen, categorieën of personen.")
        found[name] = _together(text, path, fitting[0], found, names)
    return found
