"""Raw writing as kn_web into every table behind the wall: nobody adds, changes or moves what they do not reach."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import psycopg.types.json
import pytest
from psycopg import sql

from knooppunt.people.models import PersonJoin, Search
from knooppunt.signals.models import Report
from tests.walls.conftest import Walled, announce, rows_seen
from tests.walls.filling import NOW, actor

OTHER = "health"
"""A category that the insider was not granted."""

POLICIES = "SELECT tablename FROM pg_policies WHERE policyname = %s AND 'kn_web' = ANY (roles) ORDER BY 1"
WRITABLE = """
SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'
 ORDER BY ordinal_position
"""
SUBJECTS = ("case_id", "intake_id", "report_id", "sounding_id", "subject_id", "joined_id")
"""By what a row hangs under the subject on which the wall looks."""
KEPT_LIKE = {"cases_document": "cases_item"}
"""Tables of which the database keeps the category like that of what they belong to."""
ARE_SUBJECTS = {"cases_case", "cases_intake", "cases_sounding", "signals_report"}


@contextmanager
def undone(raw: psycopg.Connection) -> Iterator[None]:
    """Whatever happens is taken back, and the deferred demand for a record does not speak."""
    with raw.transaction(force_rollback=True):
        yield


def guarded_by(owner: psycopg.Connection, policy: str) -> list[str]:
    """The tables with this policy for kn_web."""
    may = "SELECT has_table_privilege('kn_web', %s, 'UPDATE')"
    tables = [row[0] for row in owner.execute(POLICIES, [policy])]
    return [one for one in tables if policy != "changes" or owner.execute(may, [one]).fetchone() == (True,)]


def columns_of(owner: psycopg.Connection, table: str) -> list[str]:
    """Every column."""
    return [row[0] for row in owner.execute(WRITABLE, [table])]


def copy_of(owner: psycopg.Connection, table: str, **changes: Any) -> tuple[sql.Composed, list[Any]]:
    """A statement that adds the table's one row once more, with a key of its own or a given one, and changes."""
    names = columns_of(owner, table)
    found = owner.execute(sql.SQL("SELECT {} FROM {}").format(_joined(names), sql.Identifier(table))).fetchone()
    assert found is not None, table
    row = {**dict(zip(names, found, strict=True)), **changes}
    row |= {"id": uuid4()} if "id" in row and "id" not in changes else {}
    places = sql.SQL(", ").join(sql.Placeholder() * len(names))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), _joined(names), places)
    return statement, [_adapted(row[name]) for name in names]


def _joined(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _adapted(value: Any) -> Any:
    return psycopg.types.json.Json(value) if isinstance(value, dict) else value


def refused(raw: psycopg.Connection, statement: Any, values: Any = ()) -> bool:
    """Whether row-level security says no; another complaint means that it let the row through."""
    try:
        with undone(raw):
            raw.execute(statement, values)
    except psycopg.errors.InsufficientPrivilege as wall:
        return "row-level security" in str(wall)
    except psycopg.IntegrityError:
        return False
    return False


def set_to(raw: psycopg.Connection, table: str, column: str, value: Any) -> int:
    """How many rows an update touches that reads nothing of them, so that only the policy for changes decides."""
    statement = sql.SQL("UPDATE {} SET {} = {}").format(
        sql.Identifier(table), sql.Identifier(column), sql.Literal(value)
    )
    with undone(raw):
        return raw.execute(statement).rowcount


def test_nobody_adds_what_they_do_not_reach(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    tables = guarded_by(owner_connection, "adds")
    assert len(tables) > 10
    let_in = []
    for table in tables:
        if table != "kernel_auditline":  # whoever is recorded adds lines; the next test tries that
            announce(web, actor())
            let_in += [] if refused(web, *copy_of(owner_connection, table)) else [table]
        if "category" in columns_of(owner_connection, table):
            announce(web, walled.insider)
            elsewhere = copy_of(owner_connection, table, category=OTHER)
            let_in += [] if refused(web, *elsewhere) else [f"{table} of another category"]
    assert not let_in, let_in


def test_nobody_adds_a_line_of_another_transaction(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    assert refused(web, *copy_of(owner_connection, "kernel_auditline"))


def test_nobody_changes_what_they_do_not_reach(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    changed = []
    for table in guarded_by(owner_connection, "changes"):
        announce(web, actor())
        try:
            changed += [table] if set_to(web, table, columns_of(owner_connection, table)[0], str(uuid4())) else []
        except psycopg.errors.InsufficientPrivilege:
            changed.append(f"{table}: reached, but stopped on the way out")
    assert not changed, changed


def test_nobody_moves_a_row_out_of_reach(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    moved = []
    for table in guarded_by(owner_connection, "changes"):
        names = columns_of(owner_connection, table)
        subject = "id" if table in ARE_SUBJECTS else next(name for name in SUBJECTS if name in names)
        change: dict[str, Any] = {subject: str(uuid4())} | ({"category": OTHER} if "category" in names else {})
        for column, value in change.items():
            announce(web, walled.insider)
            try:
                set_to(web, table, column, value)
            except psycopg.errors.InsufficientPrivilege:
                continue
            moved.append(f"{table}.{column}")
    assert not moved, moved


def test_what_is_of_another_category_is_neither_seen_nor_changed(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    reached = []
    for table in guarded_by(owner_connection, "reads"):
        if "category" in columns_of(owner_connection, table):
            with owner_connection.transaction():
                changed = sql.Identifier(KEPT_LIKE.get(table, table))
                owner_connection.execute(sql.SQL("UPDATE {} SET category = %s").format(changed), [OTHER])
                walled.filling.record()
            announce(web, walled.insider)
            reached += [f"{table} seen"] if rows_seen(web, table) else []
            if table not in guarded_by(owner_connection, "changes"):
                continue
            try:
                reached += [f"{table} changed"] if set_to(web, table, "category", "identity_contact") else []
            except psycopg.errors.InsufficientPrivilege:
                reached.append(f"{table} changed")
            web.rollback()
    assert not reached, reached


def test_nobody_joins_splits_or_sees_joined_a_person_they_do_not_reach(walled: Walled, web: psycopg.Connection) -> None:
    case = walled.subjects["case"]
    near, far, near_too, far_too = (walled.filling.link(one) for one in (case, uuid4(), case, uuid4()))
    walled.filling.add(PersonJoin, kept_id=near, joined_id=far)
    walled.filling.add(PersonJoin, kept_id=far_too, joined_id=near_too)
    walled.filling.commit()
    announce(web, walled.insider)
    persons = {row[0] for row in web.execute("SELECT id FROM people_person")}
    assert (persons >= {near, near_too}, persons & {far, far_too}) == (True, set())
    assert rows_seen(web, "people_personjoin") == 1
    for kept, joined in ((near, far), (far, near)):
        names = [one for one in JOINED if one not in {"id", "kept_id", "joined_id"}]
        statement = sql.SQL(
            "INSERT INTO people_personjoin ({}) SELECT {}, {}, {} {} FROM people_personjoin LIMIT 1"
        ).format(
            _joined(["id", "kept_id", "joined_id", *names]),
            sql.Literal(uuid4()),
            sql.Literal(kept),
            sql.Literal(joined),
            sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier(one)) for one in names),
        )
        assert refused(web, statement)
    # Splitting asks for the one who was joined: of the three joins two.
    assert set_to(web, "people_personjoin", "undone_at", NOW.isoformat()) == 2


JOINED = [field.column for field in PersonJoin._meta.concrete_fields]


def test_a_search_is_swept_by_the_jobs_after_ten_minutes_and_not_before(
    walled: Walled, as_role: Callable[[str], psycopg.Connection]
) -> None:
    for minutes in (9, 10, 11):
        walled.filling.add(Search, designee_id=uuid4(), made_at=NOW - timedelta(minutes=minutes))
    walled.filling.commit()
    jobs = as_role("jobs")
    announce(jobs, None, now=NOW.isoformat())
    assert jobs.execute("DELETE FROM people_search").rowcount == 1
    jobs.rollback()


def test_a_search_is_only_the_searchers_own(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    announce(web, actor())
    assert rows_seen(web, "people_search") == 0
    assert refused(web, *copy_of(owner_connection, "people_search"))


def test_the_core_alone_does_not_reach_who_somebody_is(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    someone = actor()
    walled.filling.let(someone, walled.subjects["report"], kind="report")
    walled.filling.commit()
    announce(web, someone)
    assert rows_seen(web, "signals_report") == 1
    assert rows_seen(web, "signals_reportperson") == 0
    assert refused(web, *copy_of(owner_connection, "signals_reportperson"))
    assert set_to(web, "signals_reportperson", "id", str(uuid4())) == 0
    # Who reaches it does not move it to a report of which only the core is reached.
    other = walled.filling.add(Report).pk
    walled.filling.let(walled.insider, other, kind="report")
    walled.filling.commit()
    announce(web, walled.insider)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        set_to(web, "signals_reportperson", "report_id", str(other))


def test_nobody_changes_or_removes_why_an_item_was_supplied(walled: Walled, web: psycopg.Connection) -> None:
    announce(web, walled.insider)
    assert rows_seen(web, "sharing_supplydecision") == 1
    for statement in ("UPDATE sharing_supplydecision SET outcome = 'permitted'", "DELETE FROM sharing_supplydecision"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), undone(web):
            web.execute(statement)
