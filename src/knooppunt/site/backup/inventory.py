"""What a database holds and how its walls stand, read as the owner of the tables in one snapshot."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from knooppunt.kernel.audit import GENESIS
from knooppunt.kernel.errors import BadInput

ROLES = ("kn_owner", "kn_gate", "kn_web", "kn_jobs", "kn_counts")

SHORT_LIVED = (
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "django_session",
    "kernel_counter",
    "kernel_session",
    "people_search",
)
"""Tables whose rows do not come back: everyone logs in anew, and searches and lock-outs end within minutes."""

MADE_BY_MIGRATIONS = ("auth_permission", "django_content_type", "django_migrations", "kernel_incarnation")
"""Tables that a database holds rows in before anyone has worked in it."""

TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1"

# Whatever guards rows and does not show them all to the owner would be missing from a backup, silently.
HIDDEN = """
SELECT c.relname FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relrowsecurity
   AND (NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r')
                      AND 'kn_owner'::regrole = ANY (p.polroles) AND pg_get_expr(p.polqual, p.polrelid) = 'true')
        OR EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive
                      AND p.polroles && ARRAY['kn_owner'::regrole::oid, 0]))
 ORDER BY 1
"""

WORD = re.compile(r"'(?:[^']|'')*'::character varying")
WORDS = re.compile(rf"\(ARRAY\[({WORD.pattern}(?:, {WORD.pattern})*)\]\)::text\[\]")

WALLS: Mapping[str, LiteralString] = {
    "owners": """
SELECT c.relkind::text || ' ' || c.relname || ' ' || pg_get_userbyid(c.relowner) FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'function ' || p.oid::regprocedure::text || ' ' || pg_get_userbyid(p.proowner) FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace
UNION ALL SELECT 'type ' || t.typname || ' ' || pg_get_userbyid(t.typowner) FROM pg_type t
 WHERE t.typnamespace = 'public'::regnamespace
""",
    "rights": """
SELECT r.what || ' ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END
       || ' ' || a.privilege_type || ' ' || a.is_grantable::text
  FROM (SELECT c.relkind::text || ' ' || c.relname,
               COALESCE(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
          FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S', 'v', 'm')
        UNION ALL SELECT 'column ' || c.relname || '.' || t.attname, t.attacl FROM pg_attribute t
          JOIN pg_class c ON c.oid = t.attrelid WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'function ' || p.oid::regprocedure::text, COALESCE(p.proacl, acldefault('f', p.proowner))
          FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'schema ' || n.nspname, COALESCE(n.nspacl, acldefault('n', n.nspowner))
          FROM pg_namespace n WHERE n.nspname = 'public'
        UNION ALL SELECT 'default ' || d.defaclobjtype::text || ' ' || pg_get_userbyid(d.defaclrole)
          || ' in ' || COALESCE(n.nspname, 'any schema'), d.defaclacl
          FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace) AS r(what, acl),
       aclexplode(r.acl) a
""",
    "policies": """
SELECT concat_ws(' ', tablename, policyname, permissive, roles, cmd, 'USING', qual, 'CHECK', with_check)
  FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT concat_ws(' ', relname, relrowsecurity, relforcerowsecurity) FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
""",
    "functions": """
SELECT pg_get_functiondef(p.oid) FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
""",
    "triggers": """
SELECT pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
""",
    "tables": """
SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                 pg_get_expr(d.adbin, d.adrelid))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE c.relnamespace = 'public'::regnamespace
""",
}
"""What the walls are made of, as text: what is equal here is equal in the database."""


@dataclass(frozen=True)
class Inventory:
    """Rows by table, the head of the log, the migrations that were run, and the walls by kind."""

    rows: Mapping[str, int]
    head: Mapping[str, Any]
    migrations: list[str]
    walls: Mapping[str, str]


def take(database: psycopg.Connection) -> Inventory:
    """Everything that a backup tells and a restore compares, in the running transaction."""
    return Inventory(
        rows={table: rows_in(database, table) for table in tables(database)},
        head=head(database),
        migrations=[row[0] for row in database.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")],
        walls={kind: digest_of(lines) for kind, lines in walls(database).items()},
    )


def snapshot(database: psycopg.Connection) -> str:
    """The name under which another connection sees exactly what this transaction sees."""
    return str(_one(database.execute("SELECT pg_export_snapshot()")))


def tables(database: psycopg.Connection) -> list[str]:
    """Every table by name."""
    return [row[0] for row in database.execute(TABLES)]


def rows_in(database: psycopg.Connection, table: str) -> int:
    """How many rows a table holds."""
    return int(_one(database.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))))


def head(database: psycopg.Connection) -> Mapping[str, Any]:
    """The end of the log's chain."""
    found = database.execute(
        "SELECT sequence, encode(chain, 'hex') FROM kernel_auditseal ORDER BY sequence DESC LIMIT 1"
    ).fetchone()
    sequence, chain = found or (0, GENESIS.hex())
    return {"sequence": sequence, "chain": chain}


def counted(database: psycopg.Connection) -> int:
    """A number at or above that of every transaction of which this snapshot holds something."""
    base = 0
    if knows_incarnations(database):
        found = _one(
            database.execute("SELECT base FROM kernel_incarnation WHERE xmin = xact::xid ORDER BY number DESC")
        )
        if found is None:
            raise BadInput(
                "backup",
                "this database was put back by other means than knooppunt restore: run knooppunt migrate first",
            )
        base = int(found)
    return base + int(_one(database.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")))


def knows_incarnations(database: psycopg.Connection) -> bool:
    """False for the tables of a version that did not count them yet."""
    return bool(_one(database.execute("SELECT to_regprocedure('kn_begin_incarnation(text, bigint)') IS NOT NULL")))


def hidden(database: psycopg.Connection) -> list[str]:
    """Tables that do not show all their rows to their owner."""
    return [row[0] for row in database.execute(HIDDEN)]


def walls(database: psycopg.Connection) -> Mapping[str, list[str]]:
    """Owners, rights, policies, functions, triggers and tables, as sorted lines."""
    return {kind: sorted(_plain(row[0]) for row in database.execute(query)) for kind, query in WALLS.items()}


def _plain(text: str) -> str:
    """PostgreSQL reads its own text of a list of words back in other words with the same meaning."""
    return WORDS.sub(lambda found: f"ARRAY[{WORD.sub(_as_text, found[1])}]", text)


def _as_text(word: re.Match[str]) -> str:
    return f"({word[0]})::text"


def digest_of(lines: Sequence[str]) -> str:
    """One digest over lines."""
    return sha256("\n".join(lines).encode()).hexdigest()


def major_version(database: psycopg.Connection) -> int:
    """18 for PostgreSQL 18.4."""
    return database.info.server_version // 10_000


def missing_roles(database: psycopg.Connection) -> list[str]:
    """Roles that the tables' rights name and this server lacks; `kn_owner` must also be a member of `kn_gate`."""
    found = {row[0] for row in database.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [list(ROLES)])}
    return [role for role in ROLES if role not in found]


def not_empty(database: psycopg.Connection) -> str | None:
    """The first table that holds somebody's work; None for a database without tables, or fresh from `migrate`."""
    for table in tables(database):
        some = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(table))
        if table not in MADE_BY_MIGRATIONS and _one(database.execute(some)):
            return table
    return None


def clear(database: psycopg.Connection) -> None:
    """Takes away the tables, functions and types that `migrate` made in a database that nobody has worked in."""
    for kind, query in {
        "TABLE": "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p')",
        "ROUTINE": "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        "TYPE": "SELECT quote_ident(t.typname) FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid"
        " WHERE t.typnamespace = 'public'::regnamespace AND (t.typtype IN ('e', 'd') OR c.relkind = 'c')",
    }.items():
        for (name,) in database.execute(query.encode()).fetchall():
            database.execute(f"DROP {kind} IF EXISTS {name} CASCADE".encode())


def _one(found: psycopg.Cursor[Any]) -> Any:
    row = found.fetchone()
    return row[0] if row else None
