"""Starting or joining the server of a data folder, and throwing one away."""

import fcntl
import shutil
from collections.abc import Mapping
from pathlib import Path

import psycopg

from knooppunt.site.embedded import folder, place, server
from knooppunt.site.embedded.cluster import DATABASE, Cluster, closing_use, gate, open_use, try_lock
from knooppunt.site.embedded.errors import EmbeddedError
from knooppunt.site.embedded.place import Place
from knooppunt.site.embedded.roles import create_database, database_exists, make_roles


def start(data: Path, settings: Mapping[str, str] | None = None) -> Cluster:
    """Start the server of this data folder, or join the one that runs; makes what is missing.

    `settings` are PostgreSQL settings on top of our own, such as `{"fsync": "off"}` for tests;
    they have no effect on a server that already runs.
    """
    data = data.absolute()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with gate(data):
        here = place.place_of(data)
        place.prepare(here)
        _set_aside_orphan(data, here)
        passwords = server.initialise(here)
        use = open_use(data)
        cluster = Cluster(data, here, passwords, use)
        if not _answers(cluster):
            server.launch(here, settings or {})
        fcntl.flock(use, fcntl.LOCK_SH)
        _bootstrap(cluster)
        _write_addresses(cluster)
        folder.ensure_secrets(data)
    return cluster


def destroy(data: Path) -> None:
    """Stop the server and remove its files, addresses and keys: everything it held is lost."""
    data = data.absolute()
    here = place.place_of(data)
    if data.exists():
        with gate(data), closing_use(data) as use:
            if not try_lock(use, fcntl.LOCK_EX):
                raise EmbeddedError(f"{data} is in use by another process: stop that first")
            server.stop(here)
            for name in (folder.DATABASE, folder.SECRETS):
                (data / name).unlink(missing_ok=True)
    for made in (here.home, here.sockets, _older(here)):
        if made.exists():
            shutil.rmtree(made)


def _set_aside_orphan(data: Path, here: Place) -> None:
    """Root's database files live elsewhere and outlast a data folder that was thrown away.

    Without its keys they cannot be read; one generation is kept beside the new ones.
    """
    if not here.files.exists() or (data / folder.SECRETS).exists():
        return
    if (data / folder.DATABASE).exists():
        message = (
            f"{data / folder.SECRETS} is missing, so the data of {here.files} cannot be read: "
            "put the file back, or start anew with ./dev demo --reset"
        )
        raise EmbeddedError(message)
    server.stop(here)
    old = _older(here)
    if old.exists():
        shutil.rmtree(old)
    here.home.rename(old)
    place.prepare(here)


def _older(here: Place) -> Path:
    return here.home.with_name(f"{here.home.name}.old")


def _answers(cluster: Cluster) -> bool:
    if not (cluster.place.files / "postmaster.pid").exists():
        return False
    try:
        psycopg.connect(cluster.url("cluster", "postgres"), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _bootstrap(cluster: Cluster) -> None:
    """Make the roles and the database that a first start, or one broken off, has not made yet."""
    with psycopg.connect(cluster.url("cluster", "postgres")) as connection:
        found = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        if "kn_owner" not in found:
            make_roles(connection, cluster.passwords)
    if not database_exists(cluster, DATABASE):
        create_database(cluster, DATABASE)


def _write_addresses(cluster: Cluster) -> None:
    addresses = {role: cluster.url(role) for role in server.LOGINS}
    path = cluster.data / folder.DATABASE
    if not path.exists() or folder.read_private(path) != addresses:
        folder.write_private(path, addresses)
