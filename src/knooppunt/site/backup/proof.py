"""Proving that a set is whole and that keys fit it, without any database."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from knooppunt.site.backup import manifest
from knooppunt.site.backup.errors import Unsound
from knooppunt.site.backup.keys import BackupKey, derived, marks_of
from knooppunt.site.backup.manifest import Manifest
from knooppunt.site.backup.sealed import CHUNK, opened


def prove(folder: Path, key: BackupKey) -> tuple[Manifest, bytes]:
    """Reads the whole set: the key fits, nothing is missing or changed. Touches no database."""
    made, own = manifest.read(folder, key)
    for name, said in made.files.items():
        path = folder / name
        if not path.is_file():
            raise Unsound(f"{path} is missing: a backup is only whole with all its files")
        if path.stat().st_size != said["bytes"]:
            raise Unsound(f"{path} is {path.stat().st_size} of {said['bytes']} bytes long: take another copy")
        if _digest_of(path) != said["sha256"]:
            raise Unsound(
                f"{path} is not the file that {manifest.NAME} tells of: it was changed, or is of another backup"
            )
        for _chunk in chunks(path, own):
            pass
    return made, own


def objections_to_keys(made: Manifest, installation: Mapping[str, Any]) -> list[str]:
    """What is wrong with the keys of this installation for the data of this backup."""
    ours = marks_of(installation)
    return [
        f"its {name} {'is not the one' if name in ours else 'is missing: it is one'} with which these data were made"
        for name, mark in made.needs.items()
        if ours.get(name) != mark
    ]


def chunks(path: Path, own: bytes) -> Iterator[bytes]:
    """What a file of the set holds; each chunk is proved before it is given."""
    with path.open("rb") as file:
        yield from opened(file, derived(own, path.name), str(path))


def _digest_of(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            digest.update(data)
    return digest.hexdigest()
