"""What is kept to find a person by is kept, copied and dropped for that person and that subject, and for no other."""

from uuid import UUID, uuid4

import psycopg
import pytest

from knooppunt.people.models import PersonKey, PersonLink
from tests.walls.conftest import Walled, announce
from tests.walls.filling import Filling

Key = tuple[UUID, UUID, bytes]


def also(filling: Filling, person: UUID, subject: UUID, kind: str) -> PersonLink:
    """Somebody who occurs in one more subject, or once more in the same."""
    return filling.add(PersonLink, person_id=person, subject_kind=kind, subject_id=subject, category="identity_contact")


def key(filling: Filling, person: UUID, subject: UUID, digest: bytes, kind: str = "name") -> Key:
    """By what somebody is found there."""
    filling.add(PersonKey, person_id=person, subject_id=subject, kind=kind, digest=digest)
    return person, subject, digest


def keys(owner: psycopg.Connection) -> list[Key]:
    """All there are, each as often as it is there."""
    found = owner.execute("SELECT person_id, subject_id, digest FROM people_personkey WHERE digest <> ''")
    return [(person, subject, bytes(digest)) for person, subject, digest in found.fetchall()]


def test_keys_are_copied_of_this_person_from_this_subject(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    filling, case, intake = walled.filling, walled.subjects["case"], walled.subjects["intake"]
    one, another = filling.link(case), filling.link(case)
    also(filling, one, intake, "intake")
    mine = key(filling, one, case, b"mine")
    there = [mine, key(filling, one, uuid4(), b"elsewhere"), key(filling, another, case, b"another's")]
    filling.commit()
    with owner_connection.transaction(force_rollback=True):
        before = keys(owner_connection)
        announce(owner_connection, walled.insider)
        owner_connection.execute("SELECT kn_copy_keys(%s, %s, %s)", [one, case, intake])
        after = keys(owner_connection)
        assert set(there) <= set(before)
        assert set(after) - set(before) == {(one, intake, b"mine")}


def test_keys_are_not_copied_to_where_the_person_does_not_occur(walled: Walled, web: psycopg.Connection) -> None:
    filling, subjects = walled.filling, walled.subjects
    one, another = filling.link(subjects["case"]), filling.link(subjects["case"])
    also(filling, one, subjects["intake"], "intake")
    also(filling, another, subjects["report"], "report")
    filling.commit()
    announce(web, walled.insider)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("SELECT kn_copy_keys(%s, %s, %s)", [one, subjects["case"], subjects["report"]])


def test_keys_are_not_kept_where_the_person_does_not_occur_and_each_once(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    case, keep = walled.subjects["case"], "SELECT kn_keep_keys(%s, %s, ARRAY['name'], ARRAY['x'::bytea])"
    near, far = walled.filling.link(case), walled.filling.link(uuid4())
    walled.filling.commit()
    announce(web, walled.insider)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
        web.execute(keep, [far, case])
    with owner_connection.transaction(force_rollback=True):
        announce(owner_connection, walled.insider)
        for _ in range(2):
            owner_connection.execute(keep, [near, case])
        assert keys(owner_connection).count((near, case, b"x")) == 1


def test_with_a_link_go_the_keys_of_that_person_there_when_it_is_the_last(
    walled: Walled, owner_connection: psycopg.Connection
) -> None:
    filling, case, intake = walled.filling, walled.subjects["case"], walled.subjects["intake"]
    one, another = filling.link(case), filling.link(case)
    first = also(filling, one, intake, "intake")
    second = also(filling, one, intake, "intake")
    gone = key(filling, one, intake, b"one")
    also(filling, another, intake, "intake")
    key(filling, one, case, b"one")
    key(filling, another, intake, b"another")
    filling.commit()
    with owner_connection.transaction(force_rollback=True):
        before = keys(owner_connection)
        owner_connection.execute("DELETE FROM people_personlink WHERE id = %s", [first.pk])
        assert keys(owner_connection) == before
        owner_connection.execute("DELETE FROM people_personlink WHERE id = %s", [second.pk])
        assert set(before) - set(keys(owner_connection)) == {gone}


@pytest.mark.parametrize(("kept", "asked"), [("name", "bsn"), ("bsn", "name"), ("name", "name")])
def test_somebody_is_the_same_by_bsn_only(
    walled: Walled, owner_connection: psycopg.Connection, kept: str, asked: str
) -> None:
    known = walled.filling.link(walled.subjects["case"])
    key(walled.filling, known, walled.subjects["case"], b"the same", kept)
    key(walled.filling, known, walled.subjects["case"], b"another", "bsn")
    walled.filling.commit()
    with owner_connection.transaction(force_rollback=True):
        announce(owner_connection, walled.insider)
        for fresh, kind, digest in ((uuid4(), asked, b"the same"), (uuid4(), "bsn", b"not there")):
            told = owner_connection.execute("SELECT kn_know_person(%s, %s, %s)", [fresh, [kind], [digest]])
            assert told.fetchone() == (fresh,)
        told = owner_connection.execute("SELECT kn_know_person(%s, %s, %s)", [uuid4(), ["bsn"], [b"another"]])
        assert told.fetchone() == (known,)
