"""Makes the database of a version, as later versions will find it: run it once, in a checkout of that version.

    git archive VERSION | tar -x -C FOLDER; cp tests/upgrade/make.py FOLDER/tests/; cd FOLDER
    ./dev run python -m tests.make VERSION

It leaves `VERSION.sql.gz` (every table filled, a small world with a case) and `VERSION.json` (what people saw then).
Keys are made from words, so that nothing secret stands here and later versions can open what was closed.
"""

import gzip
import json
import os
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

WATCHED = ("hamid", "carla", "joris", "bas", "femke")


def main(version: str) -> None:
    """Fills, seals, looks and writes down."""
    from tests import conftest  # starts Django and the server
    from tests.database import Run

    use_keys()
    run = Run(conftest.CLUSTER)
    run.make()
    try:
        connect(run.url("web"))
        said = fill(run)
        connect(run.url("jobs"))
        from knooppunt.kernel import audit

        while audit.seal():
            pass
        head = audit.head()
        said |= {"head": {"sequence": head.sequence, "chain": head.chain}}
        connect(run.url("owner"))
        said |= {"rows": rows()}
        Path(f"{version}.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        Path(f"{version}.sql.gz").write_bytes(gzip.compress(dump(run.url("owner")), mtime=0))
    finally:
        connect("")
        run.drop()
        conftest.CLUSTER.stop()


def key(name: str) -> str:
    """A key of this fixture."""
    return b64encode(sha256(f"knooppunt upgrade fixture {name}".encode()).digest()).decode()


def use_keys() -> None:
    """The keys with which the rows are encrypted and the log is sealed."""
    from django.conf import settings

    settings.FIELD_KEYS, settings.INDEX_KEY, settings.SEAL_KEY = {"1": key("field")}, key("index"), key("seal")


def connect(url: str) -> None:
    """Django goes on as another role of this database."""
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    connections.close_all()
    said = conninfo_to_dict(url)
    for one in connections.all():
        one.settings_dict.update(NAME=said.get("dbname"), USER=said.get("user"), PASSWORD=said.get("password"))


def fill(run: object) -> dict[str, object]:
    """A case of the cast through the actions, and a row in every table; returns what people see."""
    import psycopg

    from knooppunt.cases.queries.lists import CaseFilter, case_list
    from knooppunt.kernel import clock
    from tests.cases.case_world import with_content
    from tests.conftest import MOMENT
    from tests.walls.filling import Filling, actor, fill_every_table
    from tests.world import build

    with clock.stopped_at(MOMENT):
        world = build()
        case = with_content(world)
        seen = {}
        for name in WATCHED:
            page = case_list(world.actor(name), CaseFilter())
            seen[name] = [[line.number, line.title, line.phase_name] for line in page.lines]
        insider = actor()
        with psycopg.connect(run.url("owner"), autocommit=True) as owner:  # type: ignore[attr-defined]
            fill_every_table(Filling(owner), insider)
            owner.execute("TRUNCATE kernel_auditseal")  # an invented seal is none
    people = {name: str(one.pk) for name, one in world.people.items()}
    return {"moment": MOMENT.isoformat(), "case": str(case), "people": people, "cases": seen}


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        found = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            found[name] = cursor.fetchone()[0]
    return found


def dump(url: str) -> bytes:
    """Statements that any connection of the owner can run."""
    from knooppunt.site.embedded import place

    program = place._wheel_root() / place.PACKAGE / place.TREE / "bin" / "pg_dump"
    options = ["--enable-row-security", "--inserts", "--rows-per-insert=100", "--no-comments", f"--dbname={url}"]
    done = subprocess.run([str(program), *options], capture_output=True, check=True, env={**os.environ, "LC_ALL": "C"})
    # Lines that speak to psql are none of SQL's, and older servers do not know every setting.
    other = (b"\\", b"SET transaction_timeout")
    return b"\n".join(line for line in done.stdout.split(b"\n") if not line.startswith(other))


if __name__ == "__main__":
    main(sys.argv[1])
