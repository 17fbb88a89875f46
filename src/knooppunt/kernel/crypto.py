"""Encryption of what identifies a person, and blind indexes to find it again.

AES-256-GCM with a key id in front, so that keys can be replaced; HMAC-SHA256 for exact match.
"""

import hashlib
import hmac
import os
from base64 import b64decode
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from knooppunt.kernel.errors import ProgrammingMistake

NONCE = 12


@lru_cache(maxsize=8)
def _cipher(key_id: int) -> AESGCM:
    try:
        return AESGCM(b64decode(settings.FIELD_KEYS[str(key_id)]))
    except KeyError:
        raise ProgrammingMistake(f"field key {key_id} is not among the keys of this installation") from None


def encrypt(text: str) -> bytes:
    """Text → key id (1 byte) + nonce + ciphertext, with the newest key."""
    return encrypt_bytes(text.encode())


def decrypt(stored: bytes) -> str:
    """What `encrypt` made → text. Raises `ProgrammingMistake` when key or content do not fit."""
    return decrypt_bytes(stored).decode()


def encrypt_bytes(content: bytes) -> bytes:
    """Bytes → key id (1 byte) + nonce + ciphertext, with the newest key."""
    key_id = max(int(key) for key in settings.FIELD_KEYS)
    nonce = os.urandom(NONCE)
    return bytes([key_id]) + nonce + _cipher(key_id).encrypt(nonce, content, None)


def decrypt_bytes(stored: bytes) -> bytes:
    """What `encrypt_bytes` made → bytes. Raises `ProgrammingMistake` when key or content do not fit."""
    raw = bytes(stored)
    if len(raw) <= 1 + NONCE:
        raise ProgrammingMistake("an encrypted field was cut off")
    try:
        return _cipher(raw[0]).decrypt(raw[1 : 1 + NONCE], raw[1 + NONCE :], None)
    except InvalidTag:
        raise ProgrammingMistake("an encrypted field does not fit its key") from None


def blind_index(kind: str, value: str) -> bytes:
    """A keyed digest of a value of one kind: equal values meet, nobody without the key can go back."""
    key = b64decode(settings.INDEX_KEY)
    return hmac.new(key, f"{kind}\x1f{value}".encode(), hashlib.sha256).digest()


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that is only readable with the installation's key. Empty text stays empty and readable as such."""

    def get_prep_value(self, value: Any) -> bytes | None:
        """Text → stored bytes."""
        if value is None or isinstance(value, bytes | memoryview):
            return None if value is None else bytes(value)
        return encrypt(str(value)) if value else b""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> str | None:
        """Stored bytes → text."""
        if value is None:
            return None
        raw = bytes(value)
        return decrypt(raw) if raw else ""


class EncryptedBytesField(models.BinaryField):  # type: ignore[type-arg]
    """Bytes, of a file for instance, that are only readable with the installation's key."""

    def get_prep_value(self, value: Any) -> bytes | None:
        """Bytes → stored bytes."""
        return None if value is None else encrypt_bytes(bytes(value))

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> bytes | None:
        """Stored bytes → bytes."""
        return None if value is None else decrypt_bytes(value)
