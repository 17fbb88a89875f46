"""Files behind the wall: with their item, judged before anyone reads them, and changed by nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from knooppunt.cases.models import Case, Document, DocumentContent, Item
from knooppunt.kernel.actor import Function
from tests.walls.conftest import Walled, announce, rows_seen
from tests.walls.filling import NOW, actor
from tests.walls.test_writing import copy_of, refused

Connect = Callable[[str], psycopg.Connection]

STATUSES = ("checking", "stopped")


def set_to(walled: Walled, owner: psycopg.Connection, status: str) -> UUID:
    """Gives the one document another status, as the owner of the tables."""
    with owner.transaction():
        owner.execute(
            "UPDATE cases_document SET status = %s, remove_on = %s, stopped_for = '{virus}'",
            [status, NOW.date() if status == "stopped" else None],
        )
        walled.filling.record()
    return UUID(str(walled.filling.one(Document).pk))


def add_file(walled: Walled, case: UUID, status: str, content: bytes = b"") -> UUID:
    """One more file, with an item of its own; without content there is only the row that says so."""
    filling, said = walled.filling, {"case_id": case, "category": "identity_contact"}
    item = filling.add(Item, **said)
    document = filling.add(Document, item=item, supplier_id=item.supplier_id, status=status, **said)
    if content:
        filling.add(DocumentContent, document=document, content=content)
    return UUID(str(document.pk))


@pytest.mark.parametrize("status", STATUSES)
def test_what_was_not_found_clean_is_given_to_nobody(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection, status: str
) -> None:
    announce(web, walled.insider)
    assert rows_seen(web, "cases_documentcontent") == 1
    web.rollback()
    set_to(walled, owner_connection, status)
    announce(web, walled.insider)
    assert rows_seen(web, "cases_document") == 1, "that it is there may be known"
    assert rows_seen(web, "cases_documentcontent") == 0


@pytest.mark.parametrize("role", ["web", "jobs"])
def test_no_role_says_by_itself_that_a_file_is_clean(
    walled: Walled, as_role: Connect, owner_connection: psycopg.Connection, role: str
) -> None:
    set_to(walled, owner_connection, "stopped")
    raw = as_role(role)
    announce(raw, walled.insider)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("UPDATE cases_document SET status = 'clean', remove_on = NULL")


@pytest.mark.parametrize(
    "question", ["kn_file_to_judge(%s)", "kn_judge_file(%s, '{}', NULL)", "kn_clear_quarantine() -- %s"]
)
def test_judging_is_for_the_jobs_only(walled: Walled, web: psycopg.Connection, question: str) -> None:
    announce(web, walled.insider, function="system")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(f"SELECT {question}", [uuid4()])


def test_the_jobs_judge_what_waits_and_nothing_else(
    walled: Walled, as_role: Connect, owner_connection: psycopg.Connection
) -> None:
    raw = as_role("jobs")
    for status, found in (("clean", False), ("checking", True)):
        document = set_to(walled, owner_connection, status)
        announce(raw, None, function="system")
        (content,) = raw.execute("SELECT kn_file_to_judge(%s)", [document]).fetchone() or ()
        assert (content is not None) is found
        (case,) = raw.execute("SELECT kn_judge_file(%s, '{virus}', current_date)", [document]).fetchone() or ()
        assert (case == walled.subjects["case"]) is found
        raw.rollback()
    announce(raw, None)
    for ask in ("SELECT kn_file_to_judge(%s)", "SELECT kn_judge_file(%s, '{virus}', current_date)"):
        assert raw.execute(ask.encode(), [document]).fetchone() == (None,), "not without a mandate"


def test_what_is_in_a_file_is_read_and_put_in_by_who_reaches_that_file(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    elsewhere = walled.filling.add(Case).pk
    add_file(walled, elsewhere, "clean", b"far")
    near, far = (add_file(walled, case, "checking") for case in (walled.subjects["case"], elsewhere))
    walled.filling.commit()
    announce(web, walled.insider)
    assert rows_seen(web, "cases_documentcontent") == 1
    puts = {one: copy_of(owner_connection, "cases_documentcontent", document_id=one) for one in (near, far)}
    assert {one: refused(web, *put) for one, put in puts.items()} == {near: False, far: True}


def test_one_file_is_judged_and_no_other(
    walled: Walled, as_role: Connect, owner_connection: psycopg.Connection
) -> None:
    files = {add_file(walled, walled.subjects["case"], "checking", content): content for content in (b"one", b"two")}
    walled.filling.commit()
    raw, judged = as_role("jobs"), next(iter(files))
    announce(raw, None, function="system")
    for key in files:
        (content,) = raw.execute("SELECT kn_file_to_judge(%s)", [key]).fetchone() or ()
        (kept,) = (
            owner_connection.execute(
                "SELECT content FROM cases_documentcontent WHERE document_id = %s", [key]
            ).fetchone()
            or ()
        )
        assert content == kept
    raw.execute("SELECT kn_judge_file(%s, '{virus}', current_date)", [judged])
    announce(raw, walled.insider)
    stopped = raw.execute("SELECT id FROM cases_document WHERE status = 'stopped'").fetchall()
    assert stopped == [(judged,)]
    raw.rollback()


def test_quarantine_ends_after_its_last_day_and_takes_no_other_file(
    walled: Walled, as_role: Connect, owner_connection: psycopg.Connection
) -> None:
    document, raw = set_to(walled, owner_connection, "stopped"), as_role("jobs")
    announce(raw, None, function="system", now=NOW.isoformat())
    assert raw.execute("SELECT * FROM kn_clear_quarantine()").fetchall() == []
    announce(raw, None, function="system", now=(NOW + timedelta(days=1)).isoformat())
    assert raw.execute("SELECT * FROM kn_clear_quarantine()").fetchall() == [(document, walled.subjects["case"])]
    raw.rollback()
    announce(raw, None, now=(NOW + timedelta(days=1)).isoformat())
    assert raw.execute("SELECT * FROM kn_clear_quarantine()").fetchall() == [], "not without a mandate"
    raw.rollback()
    set_to(walled, owner_connection, "clean")
    announce(raw, None, function="system", now=(NOW + timedelta(days=999)).isoformat())
    assert raw.execute("SELECT * FROM kn_clear_quarantine()").fetchall() == []


def test_an_administrator_sees_of_the_own_organisation_that_something_was_stopped(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    document: Any = walled.filling.one(Document)
    own = actor(Function.MAINTENANCE, organisation=document.supplier_id)
    for status, seen in (("clean", 0), ("checking", 0), ("stopped", 1)):
        set_to(walled, owner_connection, status)
        announce(web, own)
        assert web.execute("SELECT * FROM kn_stopped_files()").rowcount == seen
        assert rows_seen(web, "cases_document") == 0
        for other in (actor(Function.MAINTENANCE), actor(organisation=document.supplier_id)):
            announce(web, other)
            assert web.execute("SELECT * FROM kn_stopped_files()").rowcount == 0
        web.rollback()


def test_a_file_follows_its_item_in_category_and_in_the_end(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    item = walled.filling.one(Item).pk
    with owner_connection.transaction():
        owner_connection.execute("UPDATE cases_item SET category = 'health' WHERE id = %s", [item])
        walled.filling.record()
    announce(web, walled.insider)
    for table in ("cases_item", "cases_document", "cases_documentcontent"):
        assert rows_seen(web, table) == 0
        assert rows_seen(owner_connection, table) == 1
    with owner_connection.transaction():
        owner_connection.execute("DELETE FROM cases_item WHERE id = %s", [item])
        walled.filling.record()
    for table in ("cases_document", "cases_documentcontent"):
        assert rows_seen(owner_connection, table) == 0


def test_a_file_cannot_have_another_reach_than_its_item(walled: Walled, owner_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation), owner_connection.transaction():
        owner_connection.execute("UPDATE cases_document SET category = 'housing'")
        walled.filling.record()
