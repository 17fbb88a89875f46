"""Databases inside the embedded server: making, copying and dropping them with the right grants."""

from collections.abc import Mapping
from importlib.resources import files

import psycopg
from psycopg import sql

from knooppunt.site.embedded.cluster import Cluster
from knooppunt.site.embedded.server import LOGINS

CONNECTING = tuple(f"kn_{role}" for role in LOGINS)


def create_database(cluster: Cluster, name: str, *, template: str | None = None) -> None:
    """Make a database of kn_owner, empty or as a copy of `template` (which nobody may be using)."""
    _administer(
        cluster,
        "postgres",
        sql.SQL("CREATE DATABASE {} OWNER kn_owner TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        ),
        # A copy takes over the grants inside the database, but not those on the database itself.
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, CONNECTING))
        ),
    )
    if template is None:
        script = files("knooppunt.site.embedded").joinpath("database.sql").read_bytes()
        _administer(cluster, name, script)


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop a database, also when someone is still connected; nothing happens if there is none."""
    _administer(
        cluster,
        "postgres",
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)),
    )


def rename_database(cluster: Cluster, name: str, to: str) -> None:
    """Give a database that nobody is using another name."""
    _administer(
        cluster,
        "postgres",
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to)),
    )


def database_exists(cluster: Cluster, name: str) -> bool:
    """Whether the server holds a database of this name."""
    with psycopg.connect(cluster.url("cluster", "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None


def _administer(cluster: Cluster, database: str, *statements: sql.Composed | bytes) -> None:
    with psycopg.connect(cluster.url("cluster", database), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def make_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the roles; none of them can get round row-level security."""
    powerless = sql.SQL("NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")
    connection.execute(sql.SQL("CREATE ROLE kn_gate NOLOGIN {}").format(powerless))
    for role in LOGINS:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
                sql.Identifier(f"kn_{role}"), powerless, sql.Literal(passwords[role])
            )
        )
    connection.execute("GRANT kn_gate TO kn_owner")
    connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
