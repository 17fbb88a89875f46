"""What tests of the walls stand on: every table filled, and an actor who reaches what stands there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from knooppunt.kernel.actor import Actor
from tests.walls.filling import NOW, Filling, actor, fill_every_table

SETTINGS = ("organisation", "professional", "function", "now")


@dataclass(frozen=True)
class Walled:
    """Every table holds a row; `insider` reaches them all, in execution."""

    insider: Actor
    subjects: Mapping[str, UUID]
    filling: Filling


@pytest.fixture
def walled(transactional_db: None, owner_connection: psycopg.Connection) -> Walled:
    """Committed rows in every table."""
    filling, insider = Filling(owner_connection), actor()
    return Walled(insider, fill_every_table(filling, insider), filling)


@pytest.fixture
def resident_tables(owner_connection: psycopg.Connection) -> list[str]:
    """Every table that the database itself guards row by row."""
    query = "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r' ORDER BY relname"
    return [row[0] for row in owner_connection.execute(query)]


@pytest.fixture
def web(as_role: Callable[[str], psycopg.Connection]) -> Iterator[psycopg.Connection]:
    """A raw connection as kn_web, of which nothing is committed by itself."""
    raw = as_role("web")
    yield raw
    raw.rollback()


def announce(raw: psycopg.Connection, someone: Actor | None, **changes: Any) -> None:
    """Says to the database who acts in this transaction, as Work does; or what an attacker would say."""
    said = dict.fromkeys(SETTINGS, "")
    if someone is not None:
        said |= {
            "organisation": str(someone.organisation or ""),
            "professional": str(someone.designee or ""),
            "function": someone.function.value,
            "now": NOW.isoformat(),
        }
    for name, value in (said | changes).items():
        raw.execute("SELECT set_config(%s, %s, true)", [f"kn.{name}", str(value)])


def rows_seen(raw: psycopg.Connection, table: str) -> int:
    """How many rows of a table this connection sees; a table that it may not read counts as none."""
    with raw.transaction(force_rollback=True):
        try:
            found = raw.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        except psycopg.errors.InsufficientPrivilege:
            return 0
        assert found is not None
        return int(found[0])


def as_seen(raw: psycopg.Connection, tables: list[str], someone: Actor | None, **changes: Any) -> dict[str, int]:
    """The tables of which something is seen, with how much."""
    announce(raw, someone, **changes)
    seen = {table: rows_seen(raw, table) for table in tables}
    raw.rollback()
    return {table: number for table, number in seen.items() if number}


def wearing(someone: Actor, function: Any) -> Actor:
    """The same person in another function."""
    return replace(someone, function=function)
