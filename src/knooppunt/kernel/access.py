"""Asking whether an actor may: conditions, one table per room, and the scope of a list.

A permission that stands in no table means no. A condition reads after "the actor …".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Model, Q

from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import ProgrammingMistake, Refused


@dataclass(frozen=True)
class Condition:
    """One reason to allow: its name, the test on one record, and the sentence when it fails."""

    name: str
    holds: Callable[[Actor, Any], bool]
    otherwise: str


Table = Mapping[StrEnum, tuple[Condition, ...]]

_tables: dict[str, Table] = {}
_scopes: dict[type[Model], Callable[[Actor], Q]] = {}

NOTHING = Q(pk__in=[])
EVERYTHING = ~Q(pk__in=[])


def acts_in(*functions: Function) -> Condition:
    """The actor acts in one of these functions."""
    wanted = frozenset(functions)
    return Condition(
        name=f"acts in {' or '.join(sorted(wanted))}",
        holds=lambda actor, _thing: actor.function in wanted,
        otherwise="Dit past niet bij uw hoedanigheid in deze sessie.",
    )


def declare(room: str, table: Table) -> None:
    """Puts a room's table in force; two tables may not name the same permission."""
    _tables[room] = table
    names = [permission.value for known in _tables.values() for permission in known]
    if len(names) != len(set(names)):
        raise ProgrammingMistake(f"a permission of {room} stands in two tables")


def tables() -> Mapping[str, Table]:
    """Every room's table, for the completeness test and the generated page."""
    return _tables


def objections(actor: Actor, permission: StrEnum, thing: Any = None) -> list[str]:
    """Why the actor may not do this to this thing; empty means yes."""
    for table in _tables.values():
        if permission in table:
            return [c.otherwise for c in table[permission] if not c.holds(actor, thing)]
    raise ProgrammingMistake(f"no table names the permission {permission!r}")


def allow(actor: Actor, permission: StrEnum, thing: Any = None) -> None:
    """Passes, or raises `Refused` with every objection."""
    found = objections(actor, permission, thing)
    if found:
        raise Refused(found)


def allowed(actor: Actor, permission: StrEnum, thing: Any = None) -> bool:
    """Whether `allow` would pass: for showing or hiding a button."""
    return not objections(actor, permission, thing)


def declare_scope(model: type[Model], scope_of: Callable[[Actor], Q]) -> None:
    """Says once which rows of a model an actor may see; lists, searches and single records share it."""
    _scopes[model] = scope_of


def scope(actor: Actor, model: type[Model]) -> Q:
    """The rows of this model that the actor may see. A model without a scope cannot be read this way."""
    if model not in _scopes:
        raise ProgrammingMistake(f"{model.__name__} has no scope")
    return _scopes[model](actor)


def scopes() -> Mapping[type[Model], Callable[[Actor], Q]]:
    """Every scope, for the property test that proves list = one by one."""
    return _scopes
