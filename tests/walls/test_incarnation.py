"""Numbers of transactions never come back: in a database that was put back, old lines and grants vouch for nothing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection

from knooppunt.kernel import audit, incarnation
from knooppunt.kernel.models import AuditLine
from knooppunt.kernel.work import Work
from knooppunt.site.health import findings
from tests.database import Run
from tests.walls.conftest import Walled, announce
from tests.walls.filling import actor
from tests.walls.test_audit_chain import as_jobs as as_jobs
from tests.walls.test_audit_chain import sealed as sealed
from tests.walls.test_audit_chain import write_lines

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frozen")]

AHEAD = 300
"""How far the server of the backup had counted on; each number below is one that comes back here."""


def counted_ahead(owner: psycopg.Connection) -> None:
    """The log and the grants as a server that had counted further left them: one of each at each number to come."""
    owner.execute(
        "INSERT INTO kernel_auditline (id, at, trace, function, mandate, origin, event, result, subject_kind, part,"
        " purpose, shown, detail, xact) SELECT gen_random_uuid(), now(), gen_random_uuid(), 'execution', '', '',"
        " 'goal.changed', 'ok', '', '', '', '{}', '{}', (pg_current_xact_id()::text::bigint + ahead)::text::xid8"
        " FROM generate_series(1, %s) AS ahead",
        [AHEAD],
    )


def grants_ahead(owner: psycopg.Connection, walled: Walled) -> None:
    """The case's grant, as if each of the transactions to come had made it."""
    with owner.transaction():
        owner.execute(
            "INSERT INTO sharing_grant (id, organisation_id, subject_kind, subject_id, function, categories, basis,"
            " sort_at, valid_from, made_in) SELECT gen_random_uuid(), gen_random_uuid(), 'case', %s, 'execution',"
            " '{core}', 'test', now(), now(), (pg_current_xact_id()::text::bigint + ahead)::text::xid8"
            " FROM generate_series(1, %s) AS ahead",
            [walled.subjects["case"], AHEAD],
        )
        walled.filling.record()


def begin(owner: psycopg.Connection, above: int = 0) -> None:
    """What a restore does when the tables are filled."""
    owner.execute("SELECT kn_begin_incarnation('a backup', %s)", [above])


def unrecorded(web: psycopg.Connection, walled: Walled) -> None:
    """A change that nobody records."""
    announce(web, walled.insider)
    web.execute("UPDATE cases_goal SET text = 'anders'")
    web.commit()


def may_arrange(web: psycopg.Connection, walled: Walled) -> bool:
    """Whether a stranger may give grants on the case, because this very transaction seems to have made one."""
    announce(web, actor())
    one = {
        "id": str(uuid4()),
        "organisation_id": str(uuid4()),
        "function": "execution",
        "categories": ["core"],
        "basis": "test",
    }
    try:
        web.execute(
            "SELECT kn_grant('case', %s, %s)",
            [walled.subjects["case"], json.dumps([one])],
        )
    except psycopg.errors.InsufficientPrivilege:
        return False
    finally:
        web.rollback()
    return True


@contextmanager
def counted_by_the_server_alone(owner: psycopg.Connection) -> Iterator[None]:
    """As it was before: the number of a transaction is what the server says."""
    kept = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = 'kn_xact'").fetchone()
    assert kept is not None
    body = "CREATE OR REPLACE FUNCTION kn_xact() RETURNS xid8 LANGUAGE plpgsql STABLE AS $${}$$"
    owner.execute(body.format("BEGIN RETURN pg_current_xact_id(); END").encode())
    try:
        yield
    finally:
        owner.execute(body.format(kept[0]).encode())


def test_an_old_line_vouches_for_an_unrecorded_change_when_only_the_server_counts(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    counted_ahead(owner_connection)
    with counted_by_the_server_alone(owner_connection):
        unrecorded(web, walled)


def test_an_old_line_vouches_for_nothing_after_a_restore(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    counted_ahead(owner_connection)
    begin(owner_connection)
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="cases_goal is not recorded"):
        unrecorded(web, walled)
    with Work(walled.insider, "change_goal") as work:
        work.record("goal.changed", AuditLine(pk=uuid4()))


def test_an_old_grant_seems_made_just_now_when_only_the_server_counts(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    grants_ahead(owner_connection, walled)
    with counted_by_the_server_alone(owner_connection):
        assert may_arrange(web, walled)


def test_an_old_grant_was_not_made_just_now_after_a_restore(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    grants_ahead(owner_connection, walled)
    # The manifest says how far the server had counted: grants may stand ahead of the last line.
    found = owner_connection.execute("SELECT max(made_in::text::bigint) FROM sharing_grant").fetchone()
    assert found is not None
    begin(owner_connection, above=int(found[0]))
    assert not may_arrange(web, walled)


def test_sealing_goes_on_at_once_after_a_restore_and_looks_back_no_further(
    sealed: None, owner_connection: psycopg.Connection
) -> None:
    ahead = _horizon() + 10**9
    owner_connection.execute("UPDATE kernel_auditseal SET horizon = %s WHERE sequence = 12", [ahead])
    write_lines(2)
    assert audit.seal() == 0
    assert audit.seal(everything=True) == 2
    owner_connection.execute("UPDATE kernel_auditseal SET horizon = %s WHERE sequence = 14", [ahead])
    begin(owner_connection)
    write_lines(3)
    assert audit.seal() == 3
    assert _horizon() > ahead
    assert audit.verify() == audit.Verdict(17, None, 0)


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT horizon FROM kernel_auditseal ORDER BY sequence DESC LIMIT 1")
        return int(cursor.fetchone()[0])


def test_numbers_only_go_up_from_one_incarnation_to_the_next(owner_connection: psycopg.Connection) -> None:
    numbers = []
    for above in (0, 10**9, 0, 10**10, 0):
        begin(owner_connection, above)
        with Work(actor(), "write") as work:
            work._lines.append(audit.Line("test.written", "case", None))
        found = owner_connection.execute("SELECT max(xact::text::bigint) FROM kernel_auditline").fetchone()
        assert found is not None
        assert found[0] > above
        numbers.append(found[0])
    assert numbers == sorted(set(numbers))


def test_a_number_that_was_given_to_the_very_transaction_that_begins_anew_is_not_given_again(
    owner_connection: psycopg.Connection,
) -> None:
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute("SELECT kn_begin_incarnation('a backup', pg_current_xact_id()::text::bigint)")
        found = owner_connection.execute("SELECT kn_base(), pg_current_xact_id()::text::bigint").fetchone()
        assert found is not None
        assert found[0] == found[1]


@pytest.fixture
def copied(owner_connection: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A database that may be spoiled: the tests after this one find it in order, also when this one fails."""
    yield owner_connection
    begin(owner_connection)


def test_a_database_that_was_copied_by_other_means_changes_nothing_until_it_is_migrated(
    walled: Walled, copied: psycopg.Connection, run_database: Run, process_environment: dict[str, str]
) -> None:
    # What any dump does: the same values, written by another transaction.
    copied.execute("UPDATE kernel_incarnation SET backup = backup")
    with pytest.raises(DatabaseError, match="run knooppunt migrate"), Work(walled.insider, "change_goal") as work:
        work.record("goal.changed", AuditLine(pk=uuid4()))
    assert findings() == ["the database was put back by other means than knooppunt restore: run knooppunt migrate"]
    migrate(process_environment)
    with Work(walled.insider, "change_goal") as work:
        work.record("goal.changed", AuditLine(pk=uuid4()))


def test_cleaning_up_leaves_the_incarnation_as_it_is(owner_connection: psycopg.Connection) -> None:
    before = incarnation.current()
    for statement in ("VACUUM FREEZE kernel_incarnation", "VACUUM FULL FREEZE kernel_incarnation"):
        owner_connection.execute(statement.encode())
    assert incarnation.current() == before is not None


def migrate(environment: dict[str, str]) -> None:
    """As an administrator does it."""
    subprocess.run([sys.executable, "-m", "knooppunt", "migrate"], env=environment, check=True)


def test_the_log_tells_once_that_the_database_was_put_back(as_jobs: None, owner_connection: psycopg.Connection) -> None:
    begin(owner_connection)
    assert incarnation.note()
    assert not incarnation.note()
    audit.seal()
    (line,) = AuditLine.objects.filter(event="database.restored")
    assert line.detail["backup"] == "a backup"
    assert audit.verify() == audit.Verdict(1, None, 0)


@pytest.mark.parametrize("role", ["web", "jobs", "counts"])
def test_no_application_role_begins_an_incarnation_or_moves_the_base(run_database: Run, role: str) -> None:
    for statement in (
        "SELECT kn_begin_incarnation('', 0)",
        "UPDATE kernel_incarnation SET base = 0",
        "INSERT INTO kernel_incarnation (number, id, base, backup) VALUES (99, gen_random_uuid(), 0, '')",
        "DELETE FROM kernel_incarnation",
    ):
        with psycopg.connect(run_database.url(role)) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(statement.encode())


def test_nothing_in_the_database_goes_by_the_numbers_of_the_server_alone(owner_connection: psycopg.Connection) -> None:
    found = owner_connection.execute(
        "SELECT p.proname, COALESCE(p.prosrc, '') || COALESCE(pg_get_function_sqlbody(p.oid), '') FROM pg_proc p"
        " WHERE p.pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef"
        " UNION ALL SELECT polname, COALESCE(pg_get_expr(polqual, polrelid), '')"
        " || COALESCE(pg_get_expr(polwithcheck, polrelid), '') FROM pg_policy"
    ).fetchall()
    by_the_server = {name for name, text in found if "pg_current_xact_id" in text}
    # The two that count, and the row that must be known by the server's own number.
    assert by_the_server == {"kn_xact", "kn_begin_incarnation", "kernel_incarnation"}
