"""A text of a regime that is in force stays as it is, whoever asks the database and in whichever way."""

from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from knooppunt.sharing.models import RegimeText
from tests.walls.conftest import Walled, announce
from tests.walls.filling import NOW, SECRET, Filling, actor

pytestmark = pytest.mark.usefixtures("frozen")

TODAY = NOW.date()
WRITER, OTHER = uuid4(), uuid4()
IN_FORCE: dict[str, Any] = {
    "status": "in_force",
    "writers": [WRITER],
    "approved_by": OTHER,
    "approved_on": TODAY,
    "valid_from": TODAY,
}
STAYS, HOLDS = "stays as it is|stays known|as it was read", psycopg.errors.CheckViolation


@pytest.fixture
def put(transactional_db: None, owner_connection: psycopg.Connection) -> Callable[..., UUID]:
    """Puts one text in, recorded, and gives its key."""

    def one(**values: Any) -> UUID:
        filling = Filling(owner_connection)
        row = filling.add(RegimeText, **{"writers": [WRITER], "valid_from": TODAY, **values})
        filling.commit()
        return UUID(str(row.pk))

    return one


CHANGES = (
    "UPDATE sharing_regimetext SET content = 'anders' WHERE id = %s",
    "UPDATE sharing_regimetext SET valid_to = '2030-01-01' WHERE id = %s",
    "UPDATE sharing_regimetext SET status = 'dropped' WHERE id = %s",
    "UPDATE sharing_regimetext SET approved_by = gen_random_uuid() WHERE id = %s",
    "UPDATE sharing_regimetext SET motivation = '' WHERE id = %s",
)


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_in_force_changes_for_nobody(
    put: Callable[..., UUID], web: psycopg.Connection, owner_connection: psycopg.Connection, change: str
) -> None:
    key = put(**IN_FORCE)
    announce(web, actor())
    for connection in (web, owner_connection):
        with pytest.raises(HOLDS, match=STAYS), connection.transaction():
            connection.execute(change, [key])


def test_nothing_is_removed_also_no_draft(
    put: Callable[..., UUID], web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    for key in (put(**IN_FORCE), put()):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
            web.execute("DELETE FROM sharing_regimetext WHERE id = %s", [key])
        with pytest.raises(HOLDS, match=STAYS), owner_connection.transaction():
            owner_connection.execute("DELETE FROM sharing_regimetext WHERE id = %s", [key])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"approved_by": WRITER}, "regimetext_second_person"),
        ({"writers": [OTHER, WRITER]}, "regimetext_second_person"),
        ({"approved_by": None}, "regimetext_begins_after_approval"),
        ({"approved_on": None}, "regimetext_begins_after_approval"),
        ({"valid_from": TODAY - timedelta(days=1)}, "regimetext_begins_after_approval"),
        ({"digest": sha256(b"iets anders").hexdigest()}, "regimetext_digest_of_text"),
        ({"writers": []}, "regimetext_written_by_someone"),
    ],
)
def test_what_may_not_be_in_force_is_not_taken_in(
    put: Callable[..., UUID], changes: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(HOLDS, match=wrong):
        put(**{**IN_FORCE, **changes})


def test_of_one_regime_one_version_begins_on_a_day(put: Callable[..., UUID]) -> None:
    put(**IN_FORCE, code="WGS_ZVH")
    put(**IN_FORCE, code="SAFE_HOME")
    put(code="WGS_ZVH")
    with pytest.raises(psycopg.errors.UniqueViolation):
        put(**IN_FORCE, code="WGS_ZVH")


def test_who_wrote_stays_known_and_a_text_is_approved_as_it_was_read(
    put: Callable[..., UUID], owner_connection: psycopg.Connection
) -> None:
    key = put()
    approve = (
        "UPDATE sharing_regimetext SET status = 'in_force', approved_by = %s, approved_on = %s,"
        " content = %s, digest = %s WHERE id = %s"
    )
    said = [OTHER, TODAY, "anders", sha256(b"anders").hexdigest(), key]
    with pytest.raises(HOLDS, match=STAYS), owner_connection.transaction():
        owner_connection.execute(approve, said)
    with pytest.raises(HOLDS, match=STAYS), owner_connection.transaction():
        owner_connection.execute("UPDATE sharing_regimetext SET writers = %s WHERE id = %s", [[OTHER], key])


def test_a_change_that_is_not_recorded_does_not_commit(
    walled: Walled, put: Callable[..., UUID], web: psycopg.Connection
) -> None:
    key = put(valid_from=date(2026, 12, 1))
    announce(web, walled.insider)
    web.execute("UPDATE sharing_regimetext SET motivation = %s WHERE id = %s", [SECRET, key])
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="sharing_regimetext is not recorded"):
        web.commit()
