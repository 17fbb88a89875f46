"""What a backup says of itself: readable by anyone, changed by nobody who lacks the key.

It holds numbers of rows and digests, and nothing of a person.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from knooppunt.kernel.errors import BadInput
from knooppunt.site.backup.errors import Unsound
from knooppunt.site.backup.keys import BackupKey, derived

NAME = "manifest.json"
DATABASE = "database.enc"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """Everything that a restore compares or needs.

    `needs` are the marks of the installation's keys, `rows` the number of rows by table, `head` the end of the log's
    chain, `counted` a number at or above every transaction's, `walls` digests of the catalogue, `files` the size and
    digest of each.
    """

    backup: str
    made_at: str
    version: str
    server: int
    migrations: list[str]
    needs: Mapping[str, str]
    rows: Mapping[str, int]
    left_out: list[str]
    head: Mapping[str, Any]
    counted: int
    walls: Mapping[str, str]
    key: Mapping[str, str]
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def summary(self) -> str:
        """How much it is, in a few words."""
        return f"{sum(self.rows.values())} rows in {len(self.rows)} tables, a log of {self.head['sequence']} entries"


def written(manifest: Manifest, key: bytes) -> str:
    """The text of the file, with the proof of who made it."""
    said = asdict(manifest)
    return json.dumps({**said, "mac": _mac(said, key)}, indent=1, ensure_ascii=False) + "\n"


def read(folder: Path, backup_key: BackupKey) -> tuple[Manifest, bytes]:
    """The manifest and the key of this backup. Wrong use: no such set, another key. `Unsound`: it was changed."""
    said = _said(folder)
    mac = str(said.pop("mac", ""))
    if said.get("format") != FORMAT:
        raise Unsound(f"{folder / NAME} is no manifest that this version can read")
    try:
        manifest = Manifest(**said)
        mark, wrapped = manifest.key["mark"], manifest.key["wrapped"]
    except (TypeError, KeyError):
        raise Unsound(f"{folder / NAME} is incomplete: take another copy") from None
    try:
        key = backup_key.unwrap(wrapped)
    except ValueError:
        if mark == backup_key.mark:
            raise Unsound(f"{folder / NAME} was changed: the key in it does not open") from None
        raise BadInput(
            "KNOOPPUNT_BACKUP_KEY",
            f"is {backup_key.mark}, and this backup opens with {mark}: name the file of that key",
        ) from None
    if not hmac.compare_digest(mac, _mac(said, key)):
        raise Unsound(f"{folder / NAME} was changed: take another copy")
    return manifest, key


def _said(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise BadInput(str(folder), "is no folder: name the folder of a backup")
    try:
        said = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unsound(f"{folder} has no {NAME}: this backup was never finished, or is no backup") from None
    except (OSError, ValueError):
        raise Unsound(f"{folder / NAME} cannot be read: take another copy") from None
    if not isinstance(said, dict):
        raise Unsound(f"{folder / NAME} is no manifest")
    return said


def _mac(said: Mapping[str, Any], key: bytes) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=True).encode()
    return hmac.new(derived(key, "manifest"), text, sha256).hexdigest()
