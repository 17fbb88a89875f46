"""An item that is for some organisations: nothing of it reaches another one that is granted its category."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from knooppunt.cases.models import Document, DocumentContent, Item
from knooppunt.kernel.actor import Function
from knooppunt.sharing.models import SupplyDecision
from tests.walls.conftest import Walled, announce, rows_seen, wearing
from tests.walls.filling import NOW, SECRET, actor

OF_AN_ITEM = ("cases_item", "cases_document", "cases_documentcontent", "sharing_supplydecision")


@pytest.fixture
def item(walled: Walled) -> UUID:
    """One more case with one item, its file and why it was supplied; the insider is granted its category."""
    filling, case = walled.filling, walled.subjects["case"]
    said: dict[str, Any] = {"category": "identity_contact"}
    row = filling.add(Item, case_id=case, **said)
    document = filling.add(
        Document, case_id=case, item=row, supplier_id=row.supplier_id, status="clean", size=1, made_at=NOW, **said
    )
    filling.add(DocumentContent, document=document)
    filling.add(SupplyDecision, item_id=row.pk, subject_id=case, supplier_id=row.supplier_id, **said)
    filling.commit()
    return UUID(str(row.pk))


def limit(walled: Walled, owner: psycopg.Connection, only_for: list[UUID] | None) -> None:
    """Limits every item to these organisations, as a gate does."""
    with owner.transaction():
        owner.execute("UPDATE cases_item SET only_for = %s", [only_for])
        walled.filling.record()


def seen(raw: psycopg.Connection) -> tuple[list[int], int]:
    """How many rows there are of what hangs on an item, and how many items a search finds."""
    found = raw.execute("SELECT count(*) FROM kn_texts(%s, '{item}', 10)", [SECRET]).fetchone()
    return [rows_seen(raw, table) for table in OF_AN_ITEM], int(found[0]) if found else 0


def test_it_is_gone_in_every_table_and_in_the_search_and_comes_back(
    walled: Walled, item: UUID, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    mine = UUID(str(walled.insider.organisation))
    announce(web, walled.insider)
    whole = seen(web)
    assert whole[0][0] == whole[1] == 2
    for only_for, sees in (([], False), ([uuid4()], False), ([uuid4(), mine], True), ([], False), (None, True)):
        web.rollback()
        limit(walled, owner_connection, only_for)
        announce(web, walled.insider)
        left = seen(web)
        # The decision that the filling made belongs to no item: it is nobody's to limit.
        assert (left == whole) if sees else (left == ([0, 0, 0, 1], 0))


def test_its_supplier_and_oversight_see_on(
    walled: Walled, item: UUID, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    (supplier,) = owner_connection.execute("SELECT supplier_id FROM cases_item WHERE id = %s", [item]).fetchone() or ()
    supplies, oversees = actor(organisation=supplier), actor(Function.OVERSIGHT)
    for someone in (supplies, oversees):
        walled.filling.let(someone, walled.subjects["case"], "identity_contact")
    walled.filling.commit()
    limit(walled, owner_connection, [])
    for someone in (supplies, oversees):
        announce(web, someone)
        assert [bool(rows_seen(web, table)) for table in OF_AN_ITEM] == [True] * 4
        web.rollback()


@pytest.mark.parametrize("role", ["web", "jobs"])
def test_no_role_changes_by_itself_whom_an_item_is_for(
    walled: Walled, item: UUID, as_role: Callable[[str], psycopg.Connection], role: str
) -> None:
    raw = as_role(role)
    announce(raw, walled.insider)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="through a gate"):
        raw.execute("UPDATE cases_item SET only_for = '{}'")


DECISION = json.dumps(
    {"id": str(uuid4()), "outcome": "permitted", "regime_version": "x", "question": {}, "answers": []}
)


def test_the_gates_of_items_are_shut_to_who_lets_nobody_in_and_to_who_does_not_supply(
    walled: Walled, item: UUID, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    limit(walled, owner_connection, [])
    newcomer, case, insider = actor(), walled.subjects["case"], walled.insider
    # Granted before, in another transaction: that is no newcomer of whoever asks.
    walled.filling.grant(newcomer, case, "identity_contact")
    walled.filling.commit()
    for someone in (insider, actor(), newcomer, wearing(insider, Function.OVERSIGHT), None):
        announce(web, someone)
        found = web.execute("SELECT item FROM kn_earlier_items(%s, %s)", [case, newcomer.organisation]).fetchall()
        assert found == []
        for statement, values in (
            ("SELECT kn_settle_newcomer(%s, %s, %s)", [item, newcomer.organisation, DECISION]),
            ("SELECT kn_open_item(%s, %s)", [item, [insider.organisation]]),
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
                web.execute(statement, values)
        web.rollback()


def test_a_supplier_opens_its_item_for_who_is_granted_its_category_only(
    walled: Walled, item: UUID, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    limit(walled, owner_connection, [])
    (supplier,) = owner_connection.execute("SELECT supplier_id FROM cases_item WHERE id = %s", [item]).fetchone() or ()
    supplies, core_only = actor(organisation=supplier), actor()
    walled.filling.let(supplies, walled.subjects["case"])
    walled.filling.let(core_only, walled.subjects["case"])
    walled.filling.commit()
    for wrong in (uuid4(), core_only.organisation):
        announce(web, supplies)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
            web.execute("SELECT kn_open_item(%s, %s)", [item, [wrong]])
    with owner_connection.transaction(force_rollback=True):
        announce(owner_connection, supplies)
        owner_connection.execute("SELECT kn_open_item(%s, %s)", [item, [walled.insider.organisation]])
        found = owner_connection.execute("SELECT only_for FROM cases_item WHERE id = %s", [item]).fetchone()
        assert found == ([walled.insider.organisation],)


def test_who_lets_somebody_in_settles_what_is_there_already(
    walled: Walled, item: UUID, web: psycopg.Connection
) -> None:
    insider, newcomer, case = walled.insider, actor(), walled.subjects["case"]
    announce(web, insider)
    grant = [{
        "id": str(uuid4()), "organisation_id": str(newcomer.organisation), "function": "execution",
        "categories": ["core", "identity_contact"], "basis": "test",
    }]  # fmt: skip
    web.execute("SELECT kn_grant('case', %s, %s)", [case, json.dumps(grant)])
    found = web.execute("SELECT item FROM kn_earlier_items(%s, %s)", [case, newcomer.organisation]).fetchall()
    assert (item,) in found
    for outcome, sees in (("refused", False), ("permitted", True)):
        said = json.dumps({**json.loads(DECISION), "id": str(uuid4()), "outcome": outcome})
        web.execute("SELECT kn_settle_newcomer(%s, %s, %s)", [item, newcomer.organisation, said])
        (only,) = web.execute("SELECT only_for FROM cases_item WHERE id = %s", [item]).fetchone() or ()
        assert insider.organisation in only
        assert (newcomer.organisation in only) is sees


def test_what_comes_to_a_limited_item_is_limited_too(
    walled: Walled, item: UUID, owner_connection: psycopg.Connection
) -> None:
    limit(walled, owner_connection, [])
    (supplier,) = owner_connection.execute("SELECT supplier_id FROM cases_item WHERE id = %s", [item]).fetchone() or ()
    said: dict[str, Any] = {"case_id": walled.subjects["case"], "category": "identity_contact", "supplier_id": supplier}
    row = walled.filling.add(Document, item_id=item, status="clean", **said)
    walled.filling.commit()
    found = owner_connection.execute("SELECT only_for FROM cases_document WHERE id = %s", [row.pk])
    assert found.fetchone() == ([],)
