"""The application's roles own nothing, get round nothing, and remove nothing of residents."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from tests.walls.conftest import Walled

Connect = Callable[[str], psycopg.Connection]

APPLICATION = ("web", "jobs", "counts")
KN_ROLES = ("kn_owner", "kn_gate", "kn_web", "kn_jobs", "kn_counts")

REMOVABLE = {
    # What goes by itself: searches after their ten minutes.
    ("kn_jobs", "people_search"),
    # One's own drafts: when they are sent, or thrown away.
    ("kn_web", "kernel_draft"),
}

COUNTED = {
    "cases_case": {"region_id", "municipality_id", "regime", "opened_on", "closed_on", "phase", "state"},
    "cases_casecount": {"id", "region_id", "municipality_id", "regime", "opened_on", "closed_on"},
}
"""What kn_counts may read of cases: nothing that identifies."""

pytestmark = pytest.mark.usefixtures("db")


def refused(raw: psycopg.Connection, statement: str) -> bool:
    """Whether the database says that this role may not."""
    try:
        with raw.transaction(force_rollback=True):
            raw.execute(sql.SQL(statement))
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


@pytest.mark.parametrize("role", KN_ROLES)
def test_no_role_is_above_the_law(owner_connection: psycopg.Connection, role: str) -> None:
    found = owner_connection.execute(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
        " FROM pg_roles WHERE rolname = %s",
        [role],
    )
    assert found.fetchone() == (False,)


def test_the_gate_cannot_log_in_and_the_others_can(owner_connection: psycopg.Connection) -> None:
    found = owner_connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname = ANY (%s)", [list(KN_ROLES)]
    )
    assert {row[0] for row in found} == set(KN_ROLES) - {"kn_gate"}


@pytest.mark.parametrize("role", APPLICATION)
def test_an_application_role_owns_nothing(owner_connection: psycopg.Connection, role: str) -> None:
    owned = owner_connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = %(role)s"
        " UNION ALL SELECT p.proname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE r.rolname = %(role)s"
        " UNION ALL SELECT n.nspname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner"
        " WHERE r.rolname = %(role)s"
        " UNION ALL SELECT d.datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE r.rolname = %(role)s",
        {"role": f"kn_{role}"},
    )
    assert owned.fetchall() == []


@pytest.mark.parametrize("role", APPLICATION)
def test_an_application_role_is_a_member_of_nothing(owner_connection: psycopg.Connection, role: str) -> None:
    found = owner_connection.execute(
        "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid"
        " JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s",
        [f"kn_{role}"],
    )
    assert found.fetchall() == []


@pytest.mark.parametrize("role", APPLICATION)
@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE kn_owner",
        "SET ROLE kn_gate",
        "SET SESSION AUTHORIZATION kn_owner",
        "CREATE TABLE stolen (id int)",
        "CREATE TEMP TABLE sharing_grant (id int)",
        "CREATE SCHEMA stolen",
        "CREATE FUNCTION stolen() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE cases_case DISABLE TRIGGER ALL",
        "DROP POLICY reads ON cases_case",
        "CREATE POLICY mine ON cases_case USING (true)",
        "SET session_replication_role = replica",
        "TRUNCATE cases_case CASCADE",
        "TRUNCATE kernel_auditline",
        "COPY cases_case TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
        "ALTER ROLE kn_web BYPASSRLS",
        "UPDATE pg_class SET relrowsecurity = false",
        "SELECT rolpassword FROM pg_authid",
    ],
)
def test_an_application_role_cannot_take_down_a_wall(as_role: Connect, role: str, statement: str) -> None:
    assert refused(as_role(role), statement)


@pytest.mark.parametrize("role", APPLICATION)
def test_an_application_role_passes_no_right_on(as_role: Connect, role: str) -> None:
    with as_role(role) as raw:
        # PostgreSQL warns here instead of refusing when one has some right on the table.
        refused(raw, "GRANT ALL ON cases_case TO kn_counts")
        found = raw.execute("SELECT has_table_privilege('kn_counts', 'cases_case', 'SELECT, INSERT, UPDATE, DELETE')")
        assert found.fetchone() == (False,)


@pytest.mark.parametrize("role", APPLICATION)
def test_switching_row_level_security_off_makes_a_query_fail_not_pass(
    walled: Walled, as_role: Connect, role: str
) -> None:
    raw = as_role(role)
    raw.execute("SET row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("SELECT count(phase) FROM cases_case")


@pytest.mark.parametrize("role", APPLICATION)
@pytest.mark.parametrize("power", ["DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"])
def test_an_application_role_cannot_remove_what_is_guarded(
    owner_connection: psycopg.Connection, resident_tables: list[str], role: str, power: str
) -> None:
    found = {
        (f"kn_{role}", table)
        for table in resident_tables
        if owner_connection.execute("SELECT has_table_privilege(%s, %s, %s)", [f"kn_{role}", table, power]).fetchone()
        == (True,)
    }
    assert found <= (REMOVABLE if power == "DELETE" else set())


@pytest.mark.parametrize("role", APPLICATION)
def test_grants_and_designations_are_written_by_gates_only(owner_connection: psycopg.Connection, role: str) -> None:
    for table in ("sharing_grant", "sharing_designation", "people_person", "people_personkey"):
        for power in ("INSERT", "UPDATE"):
            found = owner_connection.execute(
                "SELECT has_any_column_privilege(%s, %s, %s)", [f"kn_{role}", table, power]
            ).fetchone()
            assert found == (False,), (table, power)


def test_the_web_does_not_read_the_keys_of_persons(owner_connection: psycopg.Connection) -> None:
    for role in APPLICATION:
        found = owner_connection.execute(
            "SELECT has_any_column_privilege(%s, 'people_personkey', 'SELECT')", [f"kn_{role}"]
        )
        assert found.fetchone() == (False,), role


def test_counts_read_only_columns_that_identify_nobody(
    owner_connection: psycopg.Connection, resident_tables: list[str]
) -> None:
    found = owner_connection.execute(
        "SELECT a.attrelid::regclass::text, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
        " AND has_column_privilege('kn_counts', a.attrelid, a.attnum, 'SELECT')"
    )
    read: dict[str, set[str]] = {}
    for table, column in found:
        if not table.startswith("partners_"):
            read.setdefault(table, set()).add(column)
    assert read == COUNTED
    assert set(read) & set(resident_tables) == {"cases_case"}


def test_counts_do_count(walled: Walled, as_role: Connect) -> None:
    assert as_role("counts").execute("SELECT count(phase) FROM cases_case").fetchone() == (1,)


def test_counts_change_nothing(owner_connection: psycopg.Connection) -> None:
    found = owner_connection.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'S') AND relnamespace = 'public'::regnamespace"
        " AND (has_table_privilege('kn_counts', oid, 'INSERT') OR has_table_privilege('kn_counts', oid, 'UPDATE')"
        " OR has_table_privilege('kn_counts', oid, 'DELETE'))"
    )
    assert found.fetchall() == []


def test_professionals_themselves_are_not_counted(owner_connection: psycopg.Connection) -> None:
    for table in ("partners_professional", "partners_account"):
        found = owner_connection.execute("SELECT has_any_column_privilege('kn_counts', %s, 'SELECT')", [table])
        assert found.fetchone() == (False,), table


ENTRY = {
    ("kernel_session", "web"): {"SELECT", "INSERT", "UPDATE", "DELETE"},
    ("kernel_session", "jobs"): {"SELECT", "DELETE"},
    ("kernel_counter", "web"): {"SELECT", "INSERT", "UPDATE"},
    ("kernel_counter", "jobs"): {"SELECT", "DELETE"},
    ("socialaccount_socialaccount", "web"): {"SELECT", "INSERT", "DELETE"},
    ("socialaccount_socialtoken", "web"): {"SELECT", "DELETE"},
}
"""What each role may do with the tables of who comes in; what does not stand here is nothing."""


@pytest.mark.parametrize("role", APPLICATION)
@pytest.mark.parametrize(
    "table",
    ["kernel_session", "kernel_counter", "socialaccount_socialaccount", "socialaccount_socialtoken",
     "socialaccount_socialapp", "django_session"],
)  # fmt: skip
def test_the_tables_of_who_comes_in_are_open_no_further_than_needed(
    owner_connection: psycopg.Connection, role: str, table: str
) -> None:
    powers = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    asked = [
        (p, owner_connection.execute("SELECT has_table_privilege(%s, %s, %s)", [f"kn_{role}", table, p]))
        for p in powers
    ]
    assert {power for power, answer in asked if answer.fetchone() == (True,)} == ENTRY.get((table, role), set())
