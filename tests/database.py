"""Making, copying and emptying the databases that tests run on."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from knooppunt.site import embedded
from knooppunt.site.embedded import Cluster

ROOT = Path(__file__).resolve().parent.parent
KEPT_TEMPLATES = 3
# What migrations leave behind and Django or the walls count on.
KEPT_TABLES = ("django_migrations", "django_content_type", "kernel_incarnation")


class Run:
    """The database of one test process."""

    def __init__(self, cluster: Cluster, kind: str = "") -> None:
        self.cluster = cluster
        self.name = f"kn_run_{kind}{os.getpid()}"

    def url(self, role: str) -> str:
        """The address of this database for one role."""
        return self.cluster.url(role, self.name)

    def make(self) -> None:
        """Copy the migrated template, which is made first when the migrations have changed."""
        with (self.cluster.data / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            template = f"kn_template_{_fingerprint()}"
            _drop_leftovers(self.cluster, template)
            if not embedded.database_exists(self.cluster, template):
                _make_template(self.cluster, template)
            embedded.create_database(self.cluster, self.name, template=template)

    def drop(self) -> None:
        """Nothing is kept but the template."""
        embedded.drop_database(self.cluster, self.name)


@contextmanager
def connected(url: Callable[[str], str], role: str = "web") -> Iterator[None]:
    """Django works on another database, of which `url` gives the address of a role."""
    kept = {one.alias: dict(one.settings_dict) for one in connections.all()}
    for one in connections.all():
        said = conninfo_to_dict(url("counts" if one.alias == "counts" else role))
        one.close()
        one.settings_dict.update(
            NAME=said["dbname"], USER=said["user"], PASSWORD=said["password"], HOST=said["host"], PORT=""
        )
    try:
        yield
    finally:
        for one in connections.all():
            one.close()
            one.settings_dict.update(kept[one.alias])


def empty_tables(owner_url: str) -> None:
    """Empty every table that has rows, as the owner of the tables."""
    with psycopg.connect(owner_url) as connection:
        # A test that leaves a transaction open must fail here, not hang.
        connection.execute("SET lock_timeout = '10s'")
        names = [
            row[0]
            for row in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT tablename = ANY(%s)",
                [list(KEPT_TABLES)],
            )
        ]
        probes = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
            for name in names
        ]
        filled = [row[0] for row in connection.execute(sql.SQL(" UNION ALL ").join(probes))] if probes else []
        if filled:
            tables = sql.SQL(", ").join(map(sql.Identifier, filled))
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))


def _fingerprint() -> str:
    """Tells one set of migrations from another: ours, and those of the packages in the lock."""
    digest = hashlib.sha256()
    sources = [ROOT / "requirements/dev.txt", ROOT / "src/knooppunt/site/embedded/database.sql"]
    sources += sorted((ROOT / "src/knooppunt").glob("*/migrations/**/*.py"))
    sources += sorted((ROOT / "src/knooppunt").glob("**/*.sql"))
    sources.append(ROOT / "src/knooppunt/site/databases.py")
    for source in sources:
        digest.update(str(source.relative_to(ROOT)).encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _make_template(cluster: Cluster, template: str) -> None:
    making = f"kn_making_{os.getpid()}"
    embedded.create_database(cluster, making)
    environment = {
        **os.environ,
        "KNOOPPUNT_ROLE": "owner",
        "KNOOPPUNT_DATABASE_URL_OWNER": cluster.url("owner", making),
        "PYTHONPATH": str(ROOT / "src"),
    }
    # Not Django's own: ours also gives the roles what they need of the libraries' tables.
    command = [sys.executable, "-m", "knooppunt", "migrate"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        embedded.drop_database(cluster, making)
        raise RuntimeError(f"the migrations fail:\n{done.stderr}")
    embedded.rename_database(cluster, making, to=template)


def _drop_leftovers(cluster: Cluster, current: str) -> None:
    """What killed runs left, and all templates but the newest."""
    with psycopg.connect(cluster.url("cluster", "postgres")) as connection:
        names = [row[0] for row in connection.execute("SELECT datname FROM pg_database ORDER BY oid DESC")]
    templates = [name for name in names if name.startswith("kn_template_") and name != current]
    dead = [name for name in names if name.startswith(("kn_run_", "kn_making_")) and not _alive(name)]
    for name in [*templates[KEPT_TEMPLATES - 1 :], *dead]:
        embedded.drop_database(cluster, name)


def _alive(name: str) -> bool:
    try:
        os.kill(int(name.rsplit("_", 1)[1]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
