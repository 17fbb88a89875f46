"""Putting a backup back in an empty database, and proving that it is the same.

Everything about the set is proved before the database is touched, and each chunk once more while it goes in. Tables
come back in one transaction: a restore that was broken off leaves nothing. Until all is compared, the database has no
incarnation and refuses changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from knooppunt.kernel import audit, incarnation
from knooppunt.kernel.errors import BadInput
from knooppunt.site.backup import inventory, programs
from knooppunt.site.backup.errors import Unsound
from knooppunt.site.backup.keys import BackupKey
from knooppunt.site.backup.make import owner
from knooppunt.site.backup.manifest import DATABASE, Manifest
from knooppunt.site.backup.proof import chunks, objections_to_keys, prove
from knooppunt.site.databases import pending_migrations

# Whoever was at work in the old place is gone: what was in hand waits for a worker again.
SETTLE = """
UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE status = 'doing';
DELETE FROM procrastinate_workers;
"""

OLDER = "the backup is of an older version: run knooppunt migrate, and then knooppunt audit verify"


@dataclass(frozen=True)
class Restored:
    """What came back, and what is still to be done."""

    manifest: Manifest
    notes: list[str] = field(default_factory=list)


def restore(folder: Path, key: BackupKey, installation: Mapping[str, Any]) -> Restored:
    """Puts the set back in the database of this installation, which must be empty. `Unsound` where it differs."""
    made, own = prove(folder, key)
    wrong = objections_to_keys(made, installation)
    if wrong:
        raise BadInput("secrets.json", f"{wrong[0]}: put back the keys of that time")
    _check_version(made)
    with owner() as (database, server):
        _check_place(database, made)
        pg_restore = programs.find("pg_restore", server)
        inventory.clear(database)
        database.commit()
        _load(folder / DATABASE, pg_restore, server, own)
        notes = _compare(database, made)
        return Restored(made, [*notes, *_begin(database, made)])


def _check_version(made: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    newer = [name for name in made.migrations if name not in known]
    if newer:
        raise BadInput(
            "restore",
            f"this backup was made by a newer version ({made.version}, {newer[0]}): install that version first",
        )


def _check_place(database: psycopg.Connection, made: Manifest) -> None:
    missing = inventory.missing_roles(database)
    if missing:
        raise BadInput("restore", f"the role {missing[0]} is missing here: make the roles as docs/installeren.md tells")
    major = inventory.major_version(database)
    if major < made.server:
        raise BadInput("restore", f"this server is PostgreSQL {major}, the backup is of {made.server}: use one as new")
    table = inventory.not_empty(database)
    if table:
        raise BadInput(
            "restore",
            f"the database is not empty ({table} holds rows): stop web and worker, make a new database"
            " (docs/reservekopie.md), and restore there",
        )


def _load(path: Path, pg_restore: Path, server: programs.Server, own: bytes) -> None:
    with programs.running(pg_restore, ["--single-transaction"], server, reads=True) as load:
        try:
            for chunk in chunks(path, own):
                load.input.write(chunk)
            load.input.close()
        except BrokenPipeError:
            pass  # It says itself why it stopped reading.
        complaint = load.complaint()
    if complaint:
        raise Unsound(f"pg_restore could not finish, and nothing was put back: {complaint}")


def _compare(database: psycopg.Connection, made: Manifest) -> list[str]:
    """Raises with everything that differs; returns what could not be compared."""
    found = inventory.take(database)
    database.commit()
    tables = sorted(set(found.rows) | set(made.rows))
    differ = [
        f"{table} holds {found.rows.get(table, 'no table')} rows, the backup {made.rows.get(table, 'no table')}"
        for table in tables
        if found.rows.get(table) != made.rows.get(table)
    ]
    if found.head != made.head:
        differ.append(f"the log ends at entry {found.head['sequence']}, the backup at {made.head['sequence']}")
    same = inventory.major_version(database) == made.server
    if same:
        differ += [f"the {kind} of the tables differ" for kind in made.walls if found.walls[kind] != made.walls[kind]]
    if differ:
        raise Unsound(*differ)
    return [] if same else [f"owners, rights and policies were not compared: the backup is of PostgreSQL {made.server}"]


def _begin(database: psycopg.Connection, made: Manifest) -> list[str]:
    """Walks the log, and lets the database be changed again; returns what is still to be done."""
    older = pending_migrations() > 0
    # The tables of an older version may lack what this one reads; their walk comes after the migration.
    verdict = None if older else audit.verify(audit.Head(made.head["sequence"], made.head["chain"]))
    if verdict and verdict.broken:
        raise Unsound(f"the log: {verdict.broken}")
    database.execute(SETTLE)
    database.commit()
    if inventory.knows_incarnations(database):
        incarnation.begin(made.backup, made.counted)
    database.commit()
    database.autocommit = True
    database.execute("ANALYZE")
    return [OLDER] if older else []
