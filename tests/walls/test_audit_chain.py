"""The log cannot be changed by the application, and whoever can change it is found out."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from knooppunt.kernel import audit
from knooppunt.kernel.models import AuditLine, AuditSeal
from knooppunt.kernel.work import Work
from tests.database import Run
from tests.walls.filling import actor

LINES = 12

CHANGES = [
    "event = 'test.other'",
    "designee = gen_random_uuid()",
    "organisation = NULL",
    "at = at + interval '1 microsecond'",
    "result = 'refused'",
    "detail = '{}'",
    "person = gen_random_uuid()",
    "shown = ARRAY[gen_random_uuid()]",
    "origin = '192.0.2.9'",
    "part = 'plan'",
    "purpose = 'x'",
    "mandate = 'x'",
    "function = 'oversight'",
    "trace = gen_random_uuid()",
    "subject_id = gen_random_uuid()",
    "subject_kind = 'goal'",
    "under_id = gen_random_uuid()",
]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frozen")]


@pytest.fixture
def as_jobs(transactional_db: None, run_database: Run) -> Iterator[None]:
    """Django works as kn_jobs, which seals and verifies; kn_web cannot read the log."""
    login = conninfo_to_dict(run_database.url("jobs"))
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(USER=login["user"], PASSWORD=login["password"])
    yield
    connection.close()
    connection.settings_dict.update(kept)


@pytest.fixture
def sealed(as_jobs: None) -> None:
    """Twelve lines, sealed."""
    write_lines(LINES)
    assert audit.seal() == LINES


def write_lines(number: int) -> None:
    """Lines of as many works."""
    for place in range(number):
        with Work(actor(), "write") as work:
            work._lines.append(audit.Line("test.written", "case", None, detail={"place": place}))


def tamper(owner: psycopg.Connection, statement: str) -> None:
    """What someone with the owner's password could do to the log."""
    owner.execute(sql.SQL(statement))


def line_at(place: int) -> str:
    """The subquery that gives the line sealed at a place."""
    return f"(SELECT line_id FROM kernel_auditseal WHERE sequence = {place})"


@pytest.mark.parametrize("role", ["web", "jobs", "counts"])
@pytest.mark.parametrize("table", ["kernel_auditline", "kernel_auditseal"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET {} = {}"])
def test_no_application_role_changes_or_removes_a_line(
    as_role: Callable[[str], psycopg.Connection], role: str, table: str, statement: str
) -> None:
    column = sql.Identifier({"kernel_auditline": "event", "kernel_auditseal": "chain"}[table])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role(role).execute(sql.SQL(statement).format(sql.Identifier(table), column, column))


def test_the_web_does_not_see_or_make_seals(as_role: Callable[[str], psycopg.Connection]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role("web").execute("SELECT count(*) FROM kernel_auditseal")


def test_an_untouched_chain_is_whole(sealed: None) -> None:
    assert audit.verify(audit.head()) == audit.Verdict(entries=LINES, broken=None, unsealed=0)


def test_lines_that_wait_for_their_seal_are_counted(sealed: None) -> None:
    write_lines(2)
    assert audit.verify() == audit.Verdict(entries=LINES, broken=None, unsealed=2)
    audit.seal()
    assert audit.verify() == audit.Verdict(entries=LINES + 2, broken=None, unsealed=0)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.split(" = ")[0])
def test_a_changed_line_is_found(sealed: None, owner_connection: psycopg.Connection, change: str) -> None:
    tamper(owner_connection, f"UPDATE kernel_auditline SET {change} WHERE id = {line_at(5)}")
    assert audit.verify().broken == "entry 5: its line was changed"


def test_every_column_of_a_line_counts() -> None:
    names = {field.column for field in AuditLine._meta.concrete_fields} - {"id"}
    assert {change.split(" = ")[0] for change in CHANGES} == names


def test_a_removed_line_is_found(sealed: None, owner_connection: psycopg.Connection) -> None:
    tamper(owner_connection, f"DELETE FROM kernel_auditline WHERE id = {line_at(7)}")
    assert audit.verify().broken == "entry 7: its line was removed"


def test_a_removed_line_is_found_when_its_seal_is_gone_too(sealed: None, owner_connection: psycopg.Connection) -> None:
    tamper(owner_connection, f"DELETE FROM kernel_auditline WHERE id = {line_at(7)}")
    tamper(owner_connection, "DELETE FROM kernel_auditseal WHERE sequence = 7")
    assert audit.verify().broken == "entry 7: missing or out of order"


def test_closing_the_gap_of_a_removed_line_is_found(sealed: None, owner_connection: psycopg.Connection) -> None:
    tamper(owner_connection, f"DELETE FROM kernel_auditline WHERE id = {line_at(7)}")
    tamper(owner_connection, "DELETE FROM kernel_auditseal WHERE sequence = 7")
    for place in range(8, LINES + 1):
        tamper(owner_connection, f"UPDATE kernel_auditseal SET sequence = {place - 1} WHERE sequence = {place}")
    assert audit.verify().broken == "entry 7: the link to the entry before it does not fit"


@pytest.mark.parametrize("columns", ["line_id, digest", "line_id, digest, chain"])
def test_swapped_lines_are_found(sealed: None, owner_connection: psycopg.Connection, columns: str) -> None:
    names = columns.split(", ")
    setting = ", ".join(f"{name} = other.{name}" for name in names)
    tamper(owner_connection, "ALTER TABLE kernel_auditseal DROP CONSTRAINT kernel_auditseal_line_id_key")
    try:
        tamper(
            owner_connection,
            f"UPDATE kernel_auditseal s SET {setting} FROM kernel_auditseal other"
            " WHERE (s.sequence, other.sequence) IN ((3, 4), (4, 3))",
        )
        assert audit.verify().broken == "entry 3: the link to the entry before it does not fit"
    finally:
        tamper(
            owner_connection,
            "ALTER TABLE kernel_auditseal ADD CONSTRAINT kernel_auditseal_line_id_key UNIQUE (line_id)",
        )


@pytest.mark.parametrize(
    ("column", "says"),
    [("digest", "its line was changed"), ("chain", "the link to the entry before it does not fit")],
)
def test_a_changed_seal_is_found(sealed: None, owner_connection: psycopg.Connection, column: str, says: str) -> None:
    tamper(owner_connection, f"UPDATE kernel_auditseal SET {column} = '\\x00' WHERE sequence = 9")
    assert audit.verify().broken == f"entry 9: {says}"


def test_a_cut_off_end_is_found_with_a_head_that_was_kept(sealed: None, owner_connection: psycopg.Connection) -> None:
    kept = audit.head()
    for place in (LINES, LINES - 1):
        tamper(owner_connection, f"DELETE FROM kernel_auditline WHERE id = {line_at(place)}")
        tamper(owner_connection, f"DELETE FROM kernel_auditseal WHERE sequence = {place}")
    assert audit.verify().broken is None
    assert audit.verify(kept).broken == f"the chain ends at entry {LINES - 2}, before the head that was kept"


def test_a_cut_off_end_is_found_also_when_the_chain_grew_on(sealed: None, owner_connection: psycopg.Connection) -> None:
    kept = audit.head()
    tamper(owner_connection, f"DELETE FROM kernel_auditline WHERE id = {line_at(LINES)}")
    tamper(owner_connection, f"DELETE FROM kernel_auditseal WHERE sequence = {LINES}")
    write_lines(3)
    audit.seal()
    assert audit.verify(kept).broken == f"entry {LINES}: the chain differs from the head that was kept"


def test_an_emptied_log_is_found(sealed: None, owner_connection: psycopg.Connection) -> None:
    kept = audit.head()
    tamper(owner_connection, "TRUNCATE kernel_auditline, kernel_auditseal")
    assert audit.verify(kept).broken == "the chain ends at entry 0, before the head that was kept"


def test_a_chain_made_anew_without_the_key_is_found(
    sealed: None, owner_connection: psycopg.Connection, settings: Any
) -> None:
    tamper(owner_connection, f"UPDATE kernel_auditline SET event = 'test.other' WHERE id = {line_at(2)}")
    tamper(owner_connection, "TRUNCATE kernel_auditseal")
    key = settings.SEAL_KEY
    settings.SEAL_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert audit.seal() == LINES
    settings.SEAL_KEY = key
    assert audit.verify().broken == "entry 1: its line was changed"


def test_two_sealers_at_once_make_one_whole_chain(as_jobs: None) -> None:
    stop = threading.Event()
    done: list[int] = []

    def keep_sealing() -> None:
        while not stop.is_set():
            done.append(audit.seal())
        connection.close()

    sealers = [threading.Thread(target=keep_sealing) for _ in range(2)]
    for sealer in sealers:
        sealer.start()
    write_lines(40)
    stop.set()
    for sealer in sealers:
        sealer.join()
    assert sum(done) + audit.seal() == 40
    assert audit.verify() == audit.Verdict(entries=40, broken=None, unsealed=0)


def test_a_seal_says_nothing_of_the_line_without_the_key() -> None:
    names = {field.column for field in AuditSeal._meta.concrete_fields}
    assert names == {"sequence", "line_id", "digest", "chain", "horizon", "sealed_at"}


def test_a_line_that_becomes_visible_late_is_sealed_late(as_jobs: None, run_database: Run) -> None:
    begun, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with Work(actor(), "write") as work:
                work._lines.append(audit.Line("test.slow", "case", None))
                AuditLine.objects.bulk_create([AuditLine(trace=work.trace, function="system", event="test.early")])
                begun.set()
                may_commit.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(30)
    write_lines(3)
    assert audit.seal() == 3
    assert audit.seal() == 0
    may_commit.set()
    thread.join()
    assert audit.seal() == 2
    assert audit.verify() == audit.Verdict(5, None, 0)


def test_sealing_everything_finds_what_a_restored_database_renumbered(
    sealed: None, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute("UPDATE kernel_auditseal SET horizon = 9000000000 WHERE sequence = 12")
    write_lines(2)
    assert audit.seal() == 0
    assert audit.seal(everything=True) == 2
    write_lines(1)
    assert audit.seal() == 1
