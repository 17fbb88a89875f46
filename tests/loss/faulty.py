"""Making the database fail on purpose, as it would fail by itself: each returns everything to how it was."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql
from pytest import MonkeyPatch

from knooppunt.kernel.work import Work

TRAP = """
CREATE OR REPLACE FUNCTION kn_test_trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NEW; END $$;
GRANT EXECUTE ON FUNCTION kn_test_trap() TO kn_web, kn_jobs, kn_gate;
CREATE TRIGGER kn_test_trap BEFORE INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION kn_test_trap();
"""
NO_ROOM = "RAISE EXCEPTION 'could not extend file of Testman' USING ERRCODE = 'disk_full';"
CUT_OFF = "PERFORM pg_terminate_backend(pg_backend_pid());"


@contextmanager
def trap(owner: psycopg.Connection, table: str, what: str) -> Iterator[None]:
    """Whatever is written in this table fails in the database itself."""
    owner.execute(sql.SQL(TRAP).format(sql.SQL(what), sql.Identifier(table)))
    try:
        yield
    finally:
        owner.execute(sql.SQL("DROP TRIGGER kn_test_trap ON {}").format(sql.Identifier(table)))
        owner.execute("DROP FUNCTION kn_test_trap()")


@contextmanager
def patience(**seconds: float) -> Iterator[None]:
    """Another patience than the real one, for a test that need not wait: `lock=0.2, statement=0`."""
    with connection.cursor() as cursor:
        for name, value in seconds.items():
            cursor.execute(f"SET {name}_timeout = '{int(value * 1000)}ms'")
    try:
        yield
    finally:
        connection.close()


@contextmanager
def server_gone() -> Iterator[None]:
    """Nobody answers at the address of the database."""
    at = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nonexistent"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["HOST"] = at


def cut_off(server: psycopg.Connection) -> None:
    """Ends the session that Django has, from outside."""
    assert connection.connection is not None
    server.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


@contextmanager
def answer_lost(server: psycopg.Connection) -> Iterator[None]:
    """The commit of the next Work reaches the database, and its answer does not come back."""
    real = Work._commit
    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def commit_without_answer(self: BaseDatabaseWrapper) -> None:
        commit(self)
        cut_off(server)
        with self.cursor() as cursor, self.wrap_database_errors:
            cursor.execute("SELECT 1")

    def work_commit(self: Work) -> None:
        with MonkeyPatch.context() as patch:
            patch.setattr(BaseDatabaseWrapper, "_commit", commit_without_answer)
            real(self)

    with MonkeyPatch.context() as patch:
        patch.setattr(Work, "_commit", work_commit)
        yield
    connection.close()


@contextmanager
def small_disk(place: Path, owner: str) -> Iterator[Path]:
    """A file system of two megabytes; skips where this process may not make one (it takes an administrator)."""
    place.mkdir(mode=0o700)
    options = f"size=2m,uid={owner},mode=700"
    try:
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "kn-test", str(place)], check=False)
        if made.returncode:
            pytest.skip("only an administrator can make a small disk")
        try:
            yield place
        finally:
            subprocess.run(["umount", str(place)], check=True)
    finally:
        place.rmdir()


@contextmanager
def on_small_disk(server: psycopg.Connection, place: Path, table: str) -> Iterator[None]:
    """This table lives there for a while."""
    server.execute(sql.SQL("CREATE TABLESPACE kn_test_small LOCATION {}").format(sql.Literal(str(place))))
    move = sql.SQL("ALTER TABLE {} SET TABLESPACE {}")
    try:
        server.execute(move.format(sql.Identifier(table), sql.Identifier("kn_test_small")))
        yield
    finally:
        connection.close()
        server.execute(move.format(sql.Identifier(table), sql.Identifier("pg_default")))
        server.execute("CHECKPOINT")
        server.execute("DROP TABLESPACE kn_test_small")


@contextmanager
def held(owner_url: str, statement: str) -> Iterator[None]:
    """Somebody else holds a row: `statement` locks it in a transaction that stays open."""
    with psycopg.connect(owner_url) as other:
        other.execute(statement)
        yield
        other.rollback()
