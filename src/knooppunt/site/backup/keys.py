"""The key of backups, kept apart from them; and how a key is recognised without being told.

Each backup has a key of its own, wrapped with the backup key (RFC 3394); each use of it has a key derived from that.
"""

import hmac
import os
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from knooppunt.kernel.errors import BadInput
from knooppunt.site.environment import names_a_server

VARIABLE = "KNOOPPUNT_BACKUP_KEY"
FILE = "backup.key"
LENGTH = 32
OTHERS = 0o077


@dataclass(frozen=True)
class BackupKey:
    """The key that opens every backup that was made with it; `file` is where it was read."""

    raw: bytes
    file: Path | None

    @property
    def mark(self) -> str:
        """By which one recognises it; tells nothing of the key."""
        return mark_of(self.raw)

    def wrap(self, key: bytes) -> str:
        """The key of one backup, closed."""
        return b64encode(aes_key_wrap(derived(self.raw, "wrap"), key)).decode()

    def unwrap(self, wrapped: str) -> bytes:
        """The key of one backup; ValueError when this key does not open it."""
        try:
            return aes_key_unwrap(derived(self.raw, "wrap"), b64decode(wrapped))
        except InvalidUnwrap as closed:
            raise ValueError("another backup key") from closed


def new_key() -> bytes:
    """A key for one backup."""
    return secrets.token_bytes(LENGTH)


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose."""
    return HKDFExpand(SHA256(), LENGTH, f"knooppunt backup {purpose}".encode()).derive(key)


def mark_of(key: bytes) -> str:
    """Eight bytes by which one recognises a key."""
    return hmac.new(key, b"knooppunt key check", sha256).digest()[:8].hex()


def marks_of(installation: Mapping[str, Any]) -> dict[str, str]:
    """By which one recognises the keys of an installation, by name: field keys each with their id."""
    keys = {f"field key {key_id}": key for key_id, key in installation["field_keys"].items()}
    keys |= {name: installation[name] for name in ("index_key", "seal_key")}
    return {name: mark_of(b64decode(key)) for name, key in keys.items()}


def make_key(path: Path) -> None:
    """Makes a backup key in a new file that only its owner can read."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput(str(path), "is there already, and a key is never replaced: name a new file") from None
    except OSError as wrong:
        raise BadInput(str(path), f"cannot be made: {wrong.strerror}") from None
    with os.fdopen(handle, "wb") as file:
        file.write(b64encode(new_key()) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def make_first_key(environment: Mapping[str, str], data: Path) -> bool:
    """With an embedded server the data folder gets a key by itself, as it got its other keys; True when it did."""
    if environment.get(VARIABLE) or names_a_server(environment) or (data / FILE).exists():
        return False
    make_key(data / FILE)
    return True


def read_key(environment: Mapping[str, str], data: Path) -> BackupKey:
    """The key itself or the file that `KNOOPPUNT_BACKUP_KEY` names; without it `backup.key` of the data folder."""
    said = environment.get(VARIABLE, "").strip()
    key = _decoded(said)
    if key:
        return BackupKey(key, None)
    path = Path(said) if said else data / FILE
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii")
    except (OSError, ValueError):
        raise BadInput(
            VARIABLE,
            f"no backup key in {path if not said or '/' in said else 'the file it names'}:"
            " make one with knooppunt backup-key FILE, and let the variable name that file",
        ) from None
    if mode & OTHERS:
        raise BadInput(str(path), f"others can read this key: run chmod 600 {path}")
    key = _decoded(text.strip())
    if not key:
        raise BadInput(str(path), "holds no backup key: make one with knooppunt backup-key FILE")
    return BackupKey(key, path.absolute())


def _decoded(text: str) -> bytes | None:
    try:
        found = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return None
    return found if len(found) == LENGTH else None
