"""The words that are kept for searching come and go with the text that they are of, and with no other."""

from collections.abc import Mapping
from uuid import UUID

import psycopg

from knooppunt.cases.models import AgreedAction, Case, Consultation, Goal, Item, Note, Plan
from knooppunt.signals.models import Report
from tests.walls.conftest import Walled
from tests.walls.test_gates import EVERY_TEXT


def test_words_go_when_their_text_goes(walled: Walled, owner_connection: psycopg.Connection) -> None:
    assert _kinds(owner_connection) == set(EVERY_TEXT)
    with owner_connection.transaction():
        owner_connection.execute("UPDATE cases_item SET withheld = true")
        owner_connection.execute("UPDATE signals_report SET status = 'replaced'")
        owner_connection.execute("UPDATE cases_goal SET text = '', own_words = ''")
        owner_connection.execute("DELETE FROM cases_note")
        walled.filling.record()
    assert _kinds(owner_connection) == {"plan", "action", "consultation"}
    with owner_connection.transaction():
        owner_connection.execute("UPDATE cases_plan SET category = 'police'")
        walled.filling.record()
    found = owner_connection.execute("SELECT category FROM people_searchable WHERE kind = 'plan'")
    assert found.fetchall() == [("police",)]


KEPT: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "item": ("cases_item", "id", ("text",)),
    "plan": ("cases_plan", "case_id", ("own_words",)),
    "goal": ("cases_goal", "id", ("text", "own_words")),
    "action": ("cases_agreedaction", "id", ("text", "status_note")),
    "consultation": ("cases_consultation", "id", ("purpose",)),
    "note": ("cases_note", "id", ("text",)),
    "report": ("signals_report", "id", ("happened", "worry", "question")),
}
"""Of each kind of text its table, the column of its key, and where the text stands."""


def test_only_the_words_of_the_text_itself_go(walled: Walled, owner_connection: psycopg.Connection) -> None:
    case = walled.subjects["case"]
    assert list(KEPT) == EVERY_TEXT
    for model in (Item, Goal, AgreedAction, Consultation, Note, Report):
        walled.filling.add(model, pk=case)  # all with one key, that of the plan
    walled.filling.add(Plan, case=walled.filling.add(Case))
    walled.filling.commit()
    for kind, (table, key, _) in KEPT.items():
        before = _kept(owner_connection)
        with owner_connection.transaction(force_rollback=True):
            owner_connection.execute(f"DELETE FROM {table} WHERE {key} = %s".encode(), [case])
            assert before - _kept(owner_connection) == {(kind, case)}


def test_a_text_without_words_leaves_none(walled: Walled, owner_connection: psycopg.Connection) -> None:
    with owner_connection.transaction(force_rollback=True):
        for table, _, columns in KEPT.values():
            emptied = ", ".join(f"{column} = ''" for column in columns)
            owner_connection.execute(f"UPDATE {table} SET {emptied}".encode())
        assert _kinds(owner_connection) == set()


def _kept(owner: psycopg.Connection) -> set[tuple[str, UUID]]:
    return set(owner.execute("SELECT kind, row_id FROM people_searchable").fetchall())


def _kinds(owner: psycopg.Connection) -> set[str]:
    return {row[0] for row in owner.execute("SELECT kind FROM people_searchable")}
