"""An item that is for some organisations: nothing of it reaches another one that is granted its category."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from knooppunt.cases.models import Document, DocumentContent, Item
from knooppunt.kernel.actor import Function
from knooppunt.sharing.models import SupplyDecision
from tests.walls.conftest import Walled, announce, rows_seen
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
