"""The roles of the database: each is what it must be, and none can get round what binds it."""

from collections.abc import Iterator, Sequence
from typing import LiteralString

import psycopg
from django.apps import apps

from knooppunt.kernel.privacy import Privacy, privacy_of
from knooppunt.site.selftest.finding import Finding, Installation, judged, skipped

LOGINS = ("owner", "web", "jobs", "counts")
APPLICATION = ("kn_web", "kn_jobs", "kn_counts")
ROLES = (*(f"kn_{role}" for role in LOGINS), "kn_gate")
AGAIN = "maak de rol zoals docs/installeren.md hem maakt"

POWERS = """
SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)
   AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication) ORDER BY 1
"""
OWNED = """
SELECT DISTINCT r.rolname || ': ' || o.name FROM pg_roles r JOIN (
  SELECT relowner AS owner, relname::text AS name FROM pg_class
  UNION ALL SELECT proowner, proname::text FROM pg_proc
  UNION ALL SELECT nspowner, nspname::text FROM pg_namespace
  UNION ALL SELECT datdba, datname::text FROM pg_database) o ON o.owner = r.oid
 WHERE r.rolname = ANY (%s) ORDER BY 1
"""
MEMBER = """
SELECT m.rolname || ' van ' || g.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
  JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname = ANY (%s) ORDER BY 1
"""
CREATES = """
SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)
   AND (has_schema_privilege(oid, 'public', 'CREATE')
        OR has_database_privilege(oid, current_database(), 'CREATE')
        OR has_database_privilege(oid, current_database(), 'TEMP')) ORDER BY 1
"""
COUNTED = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
   AND has_column_privilege('kn_counts', a.attrelid, a.attnum, 'SELECT')
"""


def findings(installation: Installation) -> Iterator[Finding]:
    """From the catalogue, which every role may read, and by logging in as each."""
    with installation.connected("web") as connection:
        yield from of_catalogue(connection)
    for role in LOGINS:
        yield _address(installation, role)


def of_catalogue(connection: psycopg.Connection) -> Iterator[Finding]:
    """What the database says of the roles."""
    named, applied = [list(ROLES)], [list(APPLICATION)]
    there = set(_column(connection, "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", named))
    missing = sorted(set(ROLES) - there)
    yield judged("roles-exist", "Alle rollen van de database bestaan", missing, AGAIN)
    if missing:
        return
    yield judged(
        "roles-powerless",
        "Geen rol is superuser, gaat om de rijbeveiliging heen, of maakt rollen of databases",
        _column(connection, POWERS, named),
        "ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION",
    )
    login = "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname = 'kn_gate'"
    yield judged(
        "gate-no-login", "Als kn_gate kan niemand inloggen", _column(connection, login), "ALTER ROLE kn_gate NOLOGIN"
    )
    owned = _column(connection, OWNED, applied)
    yield judged("roles-own-nothing", "kn_web, kn_jobs en kn_counts bezitten niets", owned, "geef het aan kn_owner")
    yield judged(
        "roles-in-no-group",
        "kn_web, kn_jobs en kn_counts zijn geen lid van een andere rol",
        _column(connection, MEMBER, applied),
        "REVOKE de andere rol",
    )
    yield judged(
        "roles-create-nothing",
        "kn_web, kn_jobs en kn_counts maken niets in de database, ook niet tijdelijk",
        _column(connection, CREATES, applied),
        "voer site/embedded/database.sql uit, en REVOKE ALL ON DATABASE … FROM PUBLIC",
    )
    yield judged(
        "counts-identify-nobody",
        "kn_counts leest geen veld dat iets over iemand zegt",
        sorted(f"{table}.{column}" for table, column in connection.execute(COUNTED) if (table, column) in _private()),
        "REVOKE SELECT op dat veld",
    )


def _private() -> set[tuple[str, str]]:
    """Fields with a privacy class."""
    return {
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if privacy_of(field) is not Privacy.NONE
    }


def _address(installation: Installation, role: str) -> Finding:
    name, says = f"address-{role}", f"Het adres voor {role} logt in als kn_{role}"
    if installation.login(role) is None:
        return skipped(name, says, "hier is geen adres voor deze rol")
    try:
        with installation.connected(role) as connection:
            found = _column(connection, "SELECT session_user::text WHERE session_user <> %s", [f"kn_{role}"])
    except psycopg.OperationalError:
        found = ["inloggen lukt niet"]
    return judged(name, says, found, f"verander KNOOPPUNT_DATABASE_URL_{role.upper()}")


def _column(connection: psycopg.Connection, query: LiteralString, values: Sequence[object] = ()) -> list[str]:
    return [str(row[0]) for row in connection.execute(query, values).fetchall()]
