"""What identifies a person is ciphertext in the database, found again by keyed digests only."""

import base64
import os
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from knooppunt.kernel import clock, crypto
from knooppunt.kernel.crypto import EncryptedBytesField, EncryptedTextField, blind_index, decrypt, encrypt
from knooppunt.kernel.errors import ProgrammingMistake
from knooppunt.kernel.privacy import Privacy, privacy_of
from knooppunt.kernel.work import look
from knooppunt.people.models import PersonLink
from tests.walls.conftest import Walled
from tests.walls.filling import NOW, SECRET, own_models


def key() -> str:
    """A new key, as the folder keeps it."""
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def keys(settings: Any) -> Any:
    """The settings, with the keys that were read before forgotten before and after."""
    crypto._cipher.cache_clear()
    yield settings
    crypto._cipher.cache_clear()


def test_everything_that_identifies_a_resident_is_encrypted() -> None:
    plain = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if privacy_of(field) is Privacy.RESIDENT_IDENTITY and not isinstance(field, EncryptedTextField)
    ]
    assert plain == []


def test_the_database_holds_ciphertext_only(walled: Walled, owner_connection: psycopg.Connection) -> None:
    seen = 0
    for model in own_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField | EncryptedBytesField):
                query = sql.SQL("SELECT {}::bytea FROM {}").format(
                    sql.Identifier(field.column), sql.Identifier(model._meta.db_table)
                )
                for (stored,) in owner_connection.execute(query):
                    assert SECRET.encode() not in bytes(stored), field
                    assert decrypt(bytes(stored)) == SECRET
                    seen += 1
    assert seen >= 10


def test_the_same_text_never_looks_the_same() -> None:
    assert encrypt("Jansen") != encrypt("Jansen")
    assert decrypt(encrypt("Jansen")) == decrypt(encrypt("Jansen")) == "Jansen"


def test_what_is_empty_stays_empty() -> None:
    field = EncryptedTextField()
    assert field.get_prep_value("") == b""
    assert field.from_db_value(b"", None, connection) == ""


@pytest.mark.parametrize("place", [1, 5, 13, -1], ids=["nonce", "nonce's end", "text", "tag"])
def test_tampered_ciphertext_does_not_open(place: int) -> None:
    stored = bytearray(encrypt("Jansen"))
    stored[place] ^= 1
    with pytest.raises(ProgrammingMistake):
        decrypt(bytes(stored))


def test_the_error_of_tampered_ciphertext_says_nothing_of_what_it_was() -> None:
    stored = bytearray(encrypt("Jansen"))
    stored[-1] ^= 1
    with pytest.raises(ProgrammingMistake) as caught:
        decrypt(bytes(stored))
    assert "Jansen" not in str(caught.value)


def test_truncated_ciphertext_does_not_open() -> None:
    with pytest.raises(ProgrammingMistake):
        decrypt(encrypt("Jansen")[:8])


def test_a_tampered_row_raises_where_it_is_read(walled: Walled, owner_connection: psycopg.Connection) -> None:
    with owner_connection.transaction():
        owner_connection.execute("UPDATE people_personlink SET name = set_byte(name, 20, 255 - get_byte(name, 20))")
        walled.filling.record()
    with clock.stopped_at(NOW), pytest.raises(ProgrammingMistake), look(walled.insider, "person"):
        list(PersonLink.objects.all())


def test_equal_values_meet_and_others_do_not() -> None:
    assert blind_index("bsn", "123456782") == blind_index("bsn", "123456782")
    assert blind_index("bsn", "123456782") != blind_index("bsn", "111222333")
    assert blind_index("bsn", "123456782") != blind_index("name", "123456782")
    assert len(blind_index("bsn", "123456782")) == 32


def test_kind_and_value_cannot_be_shifted_into_each_other() -> None:
    assert blind_index("name", "bornx") != blind_index("nameborn", "x")


def test_an_index_cannot_be_made_without_the_key(settings: Any) -> None:
    known = blind_index("bsn", "123456782")
    settings.INDEX_KEY = key()
    assert blind_index("bsn", "123456782") != known


def test_after_a_new_key_old_text_opens_and_new_text_uses_it(keys: Any) -> None:
    old = encrypt("Jansen")
    newest = max(int(known) for known in keys.FIELD_KEYS) + 1
    keys.FIELD_KEYS = {**keys.FIELD_KEYS, str(newest): key()}
    new = encrypt("Jansen")
    assert (old[0], new[0]) == (newest - 1, newest)
    assert decrypt(old) == decrypt(new) == "Jansen"


def test_text_of_a_key_that_is_gone_does_not_open(keys: Any) -> None:
    stored = encrypt("Jansen")
    keys.FIELD_KEYS = {"7": key()}
    crypto._cipher.cache_clear()
    with pytest.raises(ProgrammingMistake, match="not among the keys"):
        decrypt(stored)


def test_text_of_one_key_does_not_open_with_another_of_the_same_number(keys: Any) -> None:
    stored = encrypt("Jansen")
    keys.FIELD_KEYS = {str(stored[0]): key()}
    crypto._cipher.cache_clear()
    with pytest.raises(ProgrammingMistake):
        decrypt(stored)


def test_identity_is_read_by_whoever_reaches_it(walled: Walled) -> None:
    with clock.stopped_at(NOW), look(walled.insider, "person"):
        assert {link.name for link in PersonLink.objects.all()} == {SECRET}
