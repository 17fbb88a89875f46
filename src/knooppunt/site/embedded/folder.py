"""The two files of a data folder that tell a process how to reach its database and its keys."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from knooppunt.site.embedded.errors import EmbeddedError

DATABASE = "database.json"
SECRETS = "secrets.json"


def write_private(path: Path, content: Mapping[str, object]) -> None:
    """Write JSON that only the owner can read, whole or not at all."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def read_private(path: Path) -> dict[str, str]:
    """Read such a file again; a damaged one is an error that names it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as damaged:
        raise EmbeddedError(f"{path} is damaged: put back a copy of it") from damaged
    return {str(key): str(value) for key, value in found.items()}


def ensure_secrets(data: Path) -> None:
    """Make the keys once. They are never replaced: what they encrypted would be lost."""
    if (data / SECRETS).exists():
        return
    write_private(
        data / SECRETS,
        {
            "secret_key": secrets.token_urlsafe(50),
            "field_keys": {"1": _key()},
            "index_key": _key(),
            "seal_key": _key(),
        },
    )


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
