"""Consent behind the wall: read by who recorded it and whom it names, changed by nobody, withdrawn through one gate."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from knooppunt.cases.models import Consent, Item
from knooppunt.kernel.actor import Actor, Function
from knooppunt.sharing.models import SupplyDecision
from tests.walls.conftest import Walled, announce, rows_seen, wearing
from tests.walls.filling import actor


@pytest.fixture
def resting(walled: Walled) -> tuple[UUID, UUID, Actor]:
    """A consent that names somebody, an item that rests on it, and who is named; the insider recorded nothing."""
    filling, case, named = walled.filling, walled.subjects["case"], actor()
    said: dict[str, Any] = {"category": "identity_contact"}
    consent = filling.add(Consent, case_id=case, organisations=[named.organisation], categories=["identity_contact"])
    row = filling.add(Item, case_id=case, **said)
    filling.add(
        SupplyDecision, item_id=row.pk, subject_id=case, supplier_id=row.supplier_id, consent_id=consent.pk, **said
    )
    filling.let(named, case, "identity_contact")
    filling.commit()
    return UUID(str(consent.pk)), UUID(str(row.pk)), named


def test_whom_it_names_reads_it_and_others_of_the_case_do_not(
    walled: Walled, resting: tuple[UUID, UUID, Actor], web: psycopg.Connection
) -> None:
    _, _, named = resting
    overseer, other = actor(Function.OVERSIGHT), actor()
    for someone in (overseer, other):
        walled.filling.let(someone, walled.subjects["case"])
    walled.filling.commit()
    for someone, rows in ((named, 1), (walled.insider, 1), (overseer, 2), (other, 0), (actor(), 0)):
        announce(web, someone)
        assert rows_seen(web, "cases_consent") == rows
        web.rollback()


@pytest.mark.parametrize("role", ["web", "jobs"])
def test_no_role_changes_or_removes_it(walled: Walled, as_role: Callable[[str], psycopg.Connection], role: str) -> None:
    raw = as_role(role)
    announce(raw, walled.insider)
    for statement in ("UPDATE cases_consent SET organisations = '{}'", "DELETE FROM cases_consent"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), raw.transaction():
            raw.execute(statement)


def test_only_who_reads_it_withdraws_it_and_only_once(
    walled: Walled, resting: tuple[UUID, UUID, Actor], web: psycopg.Connection
) -> None:
    consent, item, named = resting
    decision = json.dumps(
        {"id": str(uuid4()), "outcome": "refused", "regime_version": "x", "question": {}, "answers": []}
    )
    for someone in (walled.insider, actor(), wearing(named, Function.OVERSIGHT), None):
        announce(web, someone)
        assert web.execute("SELECT item FROM kn_items_on_consent(%s)", [consent]).fetchall() == []
        for statement, values in (
            ("SELECT kn_withdraw_consent(%s, 'oral')", [consent]),
            ("SELECT kn_narrow_item(%s, %s, '{}', %s)", [item, consent, decision]),
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
                web.execute(statement, values)
        web.rollback()
    announce(web, named)
    # Before it is withdrawn there is nothing to close, also for who may withdraw it.
    assert web.execute("SELECT item FROM kn_items_on_consent(%s)", [consent]).fetchall() == []
    web.execute("SELECT kn_withdraw_consent(%s, 'oral')", [consent])
    with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
        web.execute("SELECT kn_withdraw_consent(%s, 'oral')", [consent])
    found = web.execute("SELECT item, recipient, covered FROM kn_items_on_consent(%s)", [consent]).fetchall()
    assert {(key, covered) for key, _, covered in found} == {(item, False)}
    assert {recipient for _, recipient, _ in found} == {named.organisation, walled.insider.organisation}
    web.execute("SELECT kn_narrow_item(%s, %s, '{}', %s)", [item, consent, decision])
    assert web.execute("SELECT count(*) FROM cases_item WHERE id = %s", [item]).fetchone() == (0,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
        web.execute("SELECT kn_narrow_item(%s, %s, '{}', %s)", [uuid4(), consent, decision])
