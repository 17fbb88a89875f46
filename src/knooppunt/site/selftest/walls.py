"""The walls: row-level security on all that is a resident's, nothing unrecorded, a log that only grows."""

from collections.abc import Iterator, Sequence
from uuid import uuid4

import psycopg
from django.apps import apps
from django.urls import get_resolver
from psycopg import sql

from knooppunt.kernel.access import scopes
from knooppunt.kernel.privacy import Privacy, privacy_of
from knooppunt.site.databases import pending_migrations
from knooppunt.site.selftest.finding import Finding, Installation, judged, skipped
from knooppunt.site.selftest.roles import APPLICATION

RESIDENT = {Privacy.RESIDENT_KEY, Privacy.RESIDENT_CONTENT, Privacy.RESIDENT_IDENTITY}
MIGRATE = "voer knooppunt migrate uit; helpt dat niet, zet dan een reservekopie terug"
REACH = {"sharing_grant", "sharing_designation"}
LINES, SEALED = "kernel_auditline", "kernel_auditseal"
SEALS = (LINES, "seals")
"""The one policy that shows all rows: the jobs read the log to seal it."""

OWN = {"kernel_draft"}
"""What somebody typed and did not send: only they see it, and they may throw it away."""
# The log records itself, a search ends by itself and its look is recorded, the words of a text come with the text.
UNRECORDED = {LINES, "people_search", "people_searchable", *OWN}

OPEN = """
SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'
   AND roles && ARRAY['kn_web', 'kn_jobs', 'public']::name[]
   AND (qual = 'true' OR with_check = 'true') ORDER BY 1, 2
"""
TRIGGERS = """
SELECT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE p.proname = 'kn_demand_record' AND t.tgenabled = 'O' AND t.tgdeferrable AND t.tginitdeferred
"""
FUNCTIONS = """
SELECT p.proname, p.prosecdef, r.rolname, p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a
    WHERE a.grantee = 0), COALESCE('search_path=public, pg_temp' = ANY (p.proconfig), false)
  FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
 WHERE p.pronamespace = 'public'::regnamespace AND (p.proname LIKE 'kn\\_%' OR p.prosecdef) ORDER BY 1
"""
REMOVES = """
SELECT r.rolname || ' uit ' || c.relname FROM pg_class c, pg_roles r
 WHERE c.relrowsecurity AND c.relkind = 'r' AND r.rolname = ANY (%s)
   AND c.relname <> ALL (%s)
   AND (has_table_privilege(r.oid, c.oid, 'TRUNCATE') OR (has_table_privilege(r.oid, c.oid, 'DELETE')
        AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.cmd = 'DELETE'
                           AND p.roles = ARRAY[r.rolname]))) ORDER BY 1
"""


def resident_tables() -> set[str]:
    """The tables of which a field says something of a resident, or a room says who sees a row; and who reaches what."""
    get_resolver().url_patterns  # noqa: B018 - reads every room, and so what each declares
    marked = {
        model
        for model in apps.get_models()
        if any(privacy_of(field) in RESIDENT for field in model._meta.concrete_fields)
    }
    # Professionals are kept by their own administrator; no resident stands there.
    scoped = {model for model in scopes() if model._meta.app_label != "partners"}
    return REACH | {model._meta.db_table for model in marked | scoped}


def findings(installation: Installation) -> Iterator[Finding]:
    """From the catalogue, and by trying."""
    tables = sorted(resident_tables())
    with installation.connected("web") as connection:
        yield from of_catalogue(connection)
    for role in ("web", "jobs", "counts"):
        yield _sees_nothing(installation, role, tables)
    yield _unrecorded(installation)
    for role in ("web", "jobs"):
        yield _log_grows(installation, role)
    pending = pending_migrations()
    yield judged(
        "migrations",
        "De tabellen zijn bijgewerkt",
        [f"{pending} stappen te doen"] if pending else [],
        "voer knooppunt migrate uit",
    )


def of_catalogue(connection: psycopg.Connection) -> Iterator[Finding]:
    """What the database says of itself."""
    tables = resident_tables()
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND "
    forced = {row[0] for row in connection.execute(query + "relforcerowsecurity")}
    loose = {row[0] for row in connection.execute(query + "NOT relforcerowsecurity")}
    yield judged(
        "walls-forced",
        "Elke tabel met gegevens van inwoners heeft rijbeveiliging, ook voor haar eigenaar",
        sorted((tables - forced) | loose),
        MIGRATE,
    )
    found = [f"{table}.{policy}" for table, policy in connection.execute(OPEN) if (table, policy) != SEALS]
    without = tables - {row[0] for row in connection.execute("SELECT tablename FROM pg_policies")}
    yield judged(
        "walls-closed", "Geen regel van de rijbeveiliging laat alles zien", [*found, *sorted(without)], MIGRATE
    )
    recorded = {row[0] for row in connection.execute(TRIGGERS)}
    wanted = {table for table in tables if table not in UNRECORDED}
    yield judged(
        "changes-recorded", "Elke wijziging vraagt om een regel in het logboek", sorted(wanted - recorded), MIGRATE
    )
    removable = [row[0] for row in connection.execute(REMOVES, [list(APPLICATION), [*OWN]])]
    yield judged("nothing-removed", "De rollen halen niets van inwoners weg", removable, "REVOKE DELETE, TRUNCATE")
    yield _functions(connection)


def _functions(connection: psycopg.Connection) -> Finding:
    wrong = []
    for name, definer, owner, public, fixed in connection.execute(FUNCTIONS):
        if public:
            wrong.append(f"{name} is voor iedereen")
        if definer and owner != "kn_gate":
            wrong.append(f"{name} werkt als {owner}")
        if definer and not fixed:
            wrong.append(f"{name} heeft geen vast zoekpad")
    says = "Functies die meer mogen, werken als kn_gate, met een vast zoekpad, en niet voor iedereen"
    return judged("gates", says, wrong, MIGRATE)


def _sees_nothing(installation: Installation, role: str, tables: Sequence[str]) -> Finding:
    name, says = (
        f"{role}-sees-nothing",
        f"Wie als kn_{role} vraagt zonder te zeggen wie hij is, of met een verzonnen naam, ziet niets",
    )
    if installation.login(role) is None:
        return skipped(name, says, "hier is geen adres voor deze rol")
    seen = set()
    with installation.connected(role) as connection:
        for someone in ("", str(uuid4())):
            for setting in ("organisation", "professional"):
                connection.execute("SELECT set_config(%s, %s, true)", [f"kn.{setting}", someone])
            connection.execute("SELECT set_config('kn.function', 'execution', true)")
            seen |= {table for table in tables if _sees(connection, table)}
    if role == "jobs":
        seen.discard(SEALS[0])
    return judged(name, says, sorted(seen), MIGRATE)


def _sees(connection: psycopg.Connection, table: str) -> bool:
    try:
        with connection.transaction():
            found = connection.execute(sql.SQL("SELECT EXISTS (SELECT * FROM {})").format(sql.Identifier(table)))
            return found.fetchone() == (True,)
    except psycopg.errors.InsufficientPrivilege:
        return False


def _unrecorded(installation: Installation) -> Finding:
    """Tried for real, in a transaction that never ends well: an area that no region has."""
    add = (
        "INSERT INTO partners_area (id, code, name, kind, valid_from)"
        " VALUES (%s, 'SELFTEST', 'zelftest', 'municipality', current_date)"
    )
    wrong = ["een wijziging zonder regel werd aangenomen"]
    with installation.connected("web") as connection:
        connection.execute(add, [uuid4()])
        try:
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.errors.IntegrityConstraintViolation:
            wrong = []
    return judged(
        "unrecorded-refused", "Een wijziging die niet in het logboek staat, wordt niet vastgelegd", wrong, MIGRATE
    )


def _log_grows(installation: Installation, role: str) -> Finding:
    name, says = f"log-grows-{role}", f"kn_{role} kan regels van het logboek niet veranderen of weghalen"
    if installation.login(role) is None:
        return skipped(name, says, "hier is geen adres voor deze rol")
    attempts = ("UPDATE {} SET {} = {} WHERE false", "DELETE FROM {} WHERE false", "TRUNCATE {}")
    done = []
    with installation.connected(role) as connection:
        for table, column in ((LINES, "event"), (SEALED, "digest")):
            for attempt in attempts:
                names = [sql.Identifier(name) for name in (table, column, column)[: attempt.count("{}")]]
                if _allowed(connection, sql.SQL(attempt).format(*names)):
                    done.append(f"{attempt.split()[0]} op {table}")
    return judged(name, says, done, "REVOKE UPDATE, DELETE, TRUNCATE op het logboek")


def _allowed(connection: psycopg.Connection, statement: sql.Composed) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL lock_timeout = '2s'")
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True
