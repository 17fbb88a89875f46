"""Making a backup: everything of one moment, encrypted before it touches the disk.

The numbers in the manifest and the rows in the file come from one snapshot. The manifest comes last and by a rename,
so a set with a manifest is whole.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import psycopg
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from knooppunt import __version__
from knooppunt.kernel import audit, clock
from knooppunt.kernel.actor import system_actor
from knooppunt.kernel.audit import Line, write
from knooppunt.kernel.errors import BadInput
from knooppunt.site.backup import inventory, manifest, programs
from knooppunt.site.backup.errors import Unsound
from knooppunt.site.backup.keys import BackupKey, derived, marks_of, new_key
from knooppunt.site.backup.manifest import DATABASE, NAME, Manifest
from knooppunt.site.backup.sealed import CHUNK, Sealing

UNFINISHED = ".unfinished"
DUMP = ("--format=custom", "--enable-row-security")


def make(folder: Path, key: BackupKey, installation: Mapping[str, Any]) -> Manifest:
    """Makes a set in a new or empty folder. An error leaves the folder as it was.

    `installation` holds the keys that the data need; only their marks go into the manifest.
    """
    if key.file is not None and key.file.is_relative_to(folder.absolute()):
        raise BadInput(str(key.file), "lies in the folder of the backup that it opens: keep the key apart")
    with _new(folder), owner() as (database, server):
        pg_dump = programs.find("pg_dump", server)
        _seal(database)
        database.isolation_level, database.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        snapshot, counted = inventory.snapshot(database), inventory.counted(database)
        hidden = inventory.hidden(database)
        if hidden:
            raise Unsound(f"{hidden[0]} does not show all its rows to kn_owner, so no backup of it would be whole")
        found, own = inventory.take(database), new_key()
        short = [table for table in inventory.SHORT_LIVED if table in found.rows]
        options = [*DUMP, f"--snapshot={snapshot}", *(f"--exclude-table-data=public.{table}" for table in short)]
        file = _dump(folder / DATABASE, pg_dump, options, server, derived(own, DATABASE))
        made = Manifest(
            backup=str(uuid4()),
            made_at=clock.now().isoformat(timespec="seconds"),
            version=__version__,
            server=server.major,
            migrations=found.migrations,
            needs=marks_of(installation),
            rows={table: 0 if table in short else number for table, number in found.rows.items()},
            left_out=short,
            head=found.head,
            counted=counted,
            walls=found.walls,
            key={"mark": key.mark, "wrapped": key.wrap(own)},
            files={DATABASE: file},
        )
        _record(made)
        _put(folder / NAME, manifest.written(made, own).encode())
    return made


def _seal(database: psycopg.Connection) -> None:
    """Seals what waits, so that the head in the manifest is over every line up to now."""
    if inventory.knows_incarnations(database):
        while audit.seal(everything=True):
            pass
    database.rollback()


@contextmanager
def owner() -> Iterator[tuple[psycopg.Connection, programs.Server]]:
    """A connection of its own as the owner of the tables, and how the programs reach the same database."""
    said = connection.get_connection_params()
    address = {name: str(value) for name, value in said.items() if isinstance(value, str) and value}
    with psycopg.connect(make_conninfo(**address)) as database:
        yield database, programs.Server(address, inventory.major_version(database))


def _dump(path: Path, program: Path, options: list[str], server: programs.Server, key: bytes) -> Mapping[str, Any]:
    """Writes what pg_dump says as an encrypted file; returns its size and digest."""
    with _open_new(path) as file:
        digesting = _Digesting(file)
        with programs.running(program, options, server, reads=False) as dump, Sealing(digesting, key) as sealing:
            while data := dump.output.read(CHUNK):
                sealing.write(data)
            complaint = dump.complaint()
            if complaint:
                raise Unsound(f"pg_dump could not finish: {complaint}")
    return {"bytes": digesting.size, "sha256": digesting.digest.hexdigest()}


class _Digesting:
    """A file of which size and digest are kept while it is written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0
        self.digest = sha256()

    def write(self, data: bytes, /) -> int:
        """Writes through."""
        self.size += len(data)
        self.digest.update(data)
        return self._file.write(data)


def _record(made: Manifest) -> None:
    """The log tells who took everything out of the house, before the set counts as finished."""
    line = Line("database.backed_up", "backup", None, detail={"backup": made.backup, "key": made.key["mark"]})
    with transaction.atomic():
        write(system_actor("command line"), uuid4(), [line])


@contextmanager
def _new(folder: Path) -> Iterator[None]:
    """An empty folder to work in; what was written is taken away again when the work fails."""
    try:
        made = not folder.exists()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _settle(folder.absolute().parent)
        if any(folder.iterdir()):
            raise BadInput(str(folder), "is not empty: name a new folder for each backup")
    except OSError as wrong:
        raise BadInput(str(folder), f"cannot be used: {wrong.strerror}") from None
    try:
        yield
    except BaseException:
        for name in (NAME, DATABASE, f"{NAME}{UNFINISHED}", f"{DATABASE}{UNFINISHED}"):
            (folder / name).unlink(missing_ok=True)
        if made:
            folder.rmdir()
        raise


@contextmanager
def _open_new(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when all of it is on the disk."""
    unfinished = path.with_name(f"{path.name}{UNFINISHED}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except OSError as full:
        raise BadInput(str(path), f"cannot be written: {full.strerror}") from None
    unfinished.rename(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Names in a folder are on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put(path: Path, content: bytes) -> None:
    with _open_new(path) as file:
        file.write(content)
