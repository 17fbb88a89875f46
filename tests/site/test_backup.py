"""A backup comes back in a new place as it was: rows, figures, log, walls and what each person sees of it."""

import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from pytest_django import DjangoDbBlocker

from knooppunt.cases.models import Goal
from knooppunt.cases.queries import information_page, plan_page
from knooppunt.cases.queries.lists import CaseFilter, case_list
from knooppunt.cases.statistics import dossiers
from knooppunt.kernel import audit, clock, incarnation
from knooppunt.kernel.errors import BadInput, NotFoundForYou
from knooppunt.kernel.models import AuditLine
from knooppunt.kernel.work import Work
from knooppunt.site import embedded, environment
from knooppunt.site.backup import inventory, keys, make, programs, proof, restore
from knooppunt.site.backup.errors import Unsound
from knooppunt.site.backup.manifest import DATABASE, NAME
from knooppunt.site.health import findings
from tests.cases.case_world import HEALTH, SURNAME, with_content
from tests.conftest import CLUSTER, MOMENT, ROLES
from tests.database import Run, connected
from tests.world import World, build

KEY = keys.BackupKey(b"k" * 32, None)
WATCHED = ("anna", "bas", "carla", "femke", "hamid", "ilse", "joris")
Url = Callable[[str], str]


@dataclass(frozen=True)
class Kept:
    """A world, the backup that was made of it, and what everyone saw then."""

    world: World
    case: UUID
    folder: Path
    url: Url
    sees: dict[str, Any]
    walls: dict[str, list[str]]
    rows: dict[str, int]


def installation() -> dict[str, Any]:
    """The keys of this installation."""
    return environment.keys(os.environ)


def what_everyone_sees(world: World, case: UUID) -> dict[str, Any]:
    """Lists and pages of the cast, and the figure: everything that must be the same in another place."""
    seen: dict[str, Any] = {"figure": dossiers("VR11", MOMENT.date())}
    for name in WATCHED:
        actor = world.actor(name)
        seen[f"list of {name}"] = told(case_list(actor, CaseFilter()))
        try:
            seen[f"page of {name}"] = [*told(information_page(actor, case)), *told(plan_page(actor, case))]
        except NotFoundForYou:
            seen[f"page of {name}"] = "not found"
    return seen


def told(view: Any, where: str = "") -> list[str]:
    """All that a view says, in one order: what happened at the same moment of a stopped clock may stand either way."""
    if is_dataclass(view):
        inner = [line for one in fields(view) for line in told(getattr(view, one.name), f"{where}.{one.name}")]
    elif isinstance(view, list | tuple):
        inner = [line for one in view for line in told(one, where)]
    else:
        inner = [f"{where} {view!r}"]
    return sorted(inner)


@contextmanager
def blank(kind: str) -> Iterator[Run]:
    """A database as an administrator makes it: roles and rights, and no table."""
    run = Run(CLUSTER, kind)
    embedded.create_database(CLUSTER, run.name)
    yield run
    run.drop()


@pytest.fixture(scope="module")
def kept(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Made once: a case of the cast, sealed, with things that must not come back; then the backup."""
    run, folder = Run(CLUSTER, "kept_"), tmp_path_factory.mktemp("backup") / "set"
    run.make()
    with django_db_blocker.unblock(), clock.stopped_at(MOMENT):
        with connected(run.url):
            world = build()
            case = with_content(world)
            world.client("anna")
            sees = what_everyone_sees(world, case)
        with psycopg.connect(run.url("owner"), autocommit=True) as owner:
            owner.execute(IN_HAND)
            walls, rows = dict(inventory.walls(owner)), rows_of(owner)
        with connected(run.url, "owner"):
            make.make(folder, KEY, installation())
    yield Kept(world, case, folder, run.url, sees, walls, rows)
    run.drop()


IN_HAND = """
WITH worker AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)
INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)
  SELECT 'default', 'kernel.send', '{}', 'doing', id FROM worker
"""
"""A job that a worker had in hand when the backup was made."""


def rows_of(owner: psycopg.Connection) -> dict[str, int]:
    """How many rows each table holds."""
    return {table: inventory.rows_in(owner, table) for table in inventory.tables(owner)}


def command(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The product as a process of its own, on the embedded server of a folder."""
    said = {name: value for name, value in os.environ.items() if not name.startswith("KNOOPPUNT_")}
    return subprocess.run(
        [sys.executable, "-m", "knooppunt", *arguments],
        env={**said, "KNOOPPUNT_DATA": str(data), "KNOOPPUNT_DEMO": "1", **more},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A place of its own: its folder, the addresses of its database, and what the restore said."""

    data: Path
    url: Url
    said: str


@pytest.fixture(scope="module")
def place(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A new place with the keys, in which the backup was put back by the command; and what that said."""
    data = tmp_path_factory.mktemp("elsewhere") / "data"
    data.mkdir(mode=0o700)
    (data / "secrets.json").write_bytes((settings.DATA / "secrets.json").read_bytes())
    (data / "secrets.json").chmod(0o600)
    try:
        done = command(data, "restore", str(kept.folder), **{keys.VARIABLE: b64encode(KEY.raw).decode()})
        assert (done.returncode, done.stderr) == (0, "")
        with embedded.start(data, {"fsync": "off"}) as cluster:
            yield Place(data, cluster.url, done.stdout)
    finally:
        embedded.destroy(data)


@pytest.fixture
def there(place: Place, django_db_blocker: DjangoDbBlocker) -> Iterator[Url]:
    """Django works in the new place."""
    with django_db_blocker.unblock(), clock.stopped_at(MOMENT), connected(place.url):
        yield place.url


# --- In a new place ------------------------------------------------------------------------------


def test_every_row_comes_back_but_what_is_short_lived(kept: Kept, there: Url) -> None:
    gone = {*inventory.SHORT_LIVED, "procrastinate_workers"}
    assert gone <= set(kept.rows)
    with psycopg.connect(there("owner")) as owner:
        found = rows_of(owner)
    # What waited was sealed first; the new place counts on from a new base; the job in hand was put in the queue again.
    added = {"kernel_auditseal": kept.rows["kernel_auditline"], "kernel_incarnation": 2, "procrastinate_events": 1}
    assert kept.rows["kernel_session"] > 0
    assert found == {table: 0 if table in gone else number for table, number in {**kept.rows, **added}.items()}


def test_the_walls_are_the_same_to_the_letter(kept: Kept, there: Url) -> None:
    with psycopg.connect(there("owner")) as owner:
        found = inventory.walls(owner)
    for kind, lines in kept.walls.items():
        assert found[kind] == lines, kind
        assert len(lines) > 5


def test_everyone_sees_the_same_and_no_more(kept: Kept, there: Url) -> None:
    seen = what_everyone_sees(kept.world, kept.case)
    for what, before in kept.sees.items():
        assert seen[what] == before, what
    assert seen["page of bas"] == "not found"
    assert ".total 1" in seen["list of hamid"]
    assert any(HEALTH in line for line in seen["page of joris"])


def test_the_log_is_whole_and_ends_at_the_same_head(kept: Kept, place: Place, there: Url) -> None:
    made, _ = proof.prove(kept.folder, KEY)
    head = audit.Head(made.head["sequence"], made.head["chain"])
    with connected(there, "jobs"):
        assert audit.head() == head
        verdict = audit.verify(head)
    assert (verdict.entries, verdict.broken) == (head.sequence, None)
    assert f"a log of {head.sequence} entries, all as in the manifest" in place.said


def test_raw_sql_of_the_web_role_sees_nothing_there_either(there: Url) -> None:
    with psycopg.connect(there("web")) as web:
        assert web.execute("SELECT count(*) FROM cases_case").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("DELETE FROM cases_case")


def test_work_goes_on_there_and_is_sealed_at_once_under_numbers_that_were_never_given(kept: Kept, there: Url) -> None:
    with psycopg.connect(there("owner")) as owner:
        highest = owner.execute("SELECT max(xact::text::bigint) FROM kernel_auditline").fetchone()
    hamid = kept.world.actor("hamid")
    with pytest.raises(IntegrityError, match="not recorded"), Work(hamid, "change_goal"):
        Goal.objects.update(text="anders")
    with Work(hamid, "change_goal") as work:
        goal = Goal.objects.get()
        work.record("goal.changed", goal)
    with psycopg.connect(there("owner")) as owner:
        lowest = owner.execute("SELECT min(xact::text::bigint) FROM kernel_auditline WHERE trace = %s", [work.trace])
        assert highest is not None
        assert lowest.fetchone() > highest  # type: ignore[operator]
    with connected(there, "jobs"):
        assert incarnation.note()
        assert audit.seal() >= 2
        assert audit.verify().broken is None
        made, _ = proof.prove(kept.folder, KEY)
        line = AuditLine.objects.get(event="database.restored")
        assert line.detail["backup"] == made.backup


def test_everyone_logs_in_anew_and_the_pages_answer(kept: Kept, there: Url) -> None:
    with psycopg.connect(there("owner")) as owner:
        assert inventory.rows_in(owner, "django_session") == 0
    page = kept.world.client("hamid").get("/")
    assert page.status_code == 200
    assert SURNAME in page.content.decode()


def test_a_job_in_hand_waits_for_a_worker_again(there: Url) -> None:
    with psycopg.connect(there("jobs")) as jobs:
        found = jobs.execute("SELECT status, worker_id FROM procrastinate_jobs WHERE task_name = 'kernel.send'")
        assert found.fetchall() == [("todo", None)]
    # The clock of the tests stands still, and no worker runs.
    assert [one for one in findings() if not one.startswith(("no worker", "the clock"))] == []


def test_the_new_place_makes_backups_of_its_own_with_a_key_of_its_own(place: Place, tmp_path: Path) -> None:
    made = command(place.data, "backup", str(tmp_path / "set"))
    assert made.returncode == 0
    assert len(made.stderr.strip().splitlines()) == 1
    assert "keep a copy apart" in made.stderr
    assert (place.data / keys.FILE).stat().st_mode & 0o077 == 0
    whole = command(place.data, "restore", "--check", str(tmp_path / "set"))
    assert (whole.returncode, whole.stderr) == (0, "")
    refused = command(place.data, "restore", str(tmp_path / "set"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "the database is not empty" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


# --- Where it is refused -------------------------------------------------------------------------


@pytest.fixture
def elsewhere(django_db_blocker: DjangoDbBlocker) -> Iterator[Run]:
    """Django works, as the owner, on a database without tables."""
    with blank("blank_") as run, django_db_blocker.unblock(), connected(run.url, "owner"):
        yield run


def tables_in(run: Run) -> list[str]:
    """What stands in a database."""
    with psycopg.connect(run.url("owner")) as owner:
        return inventory.tables(owner)


def test_a_database_that_holds_rows_is_refused_and_left_alone(kept: Kept, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), connected(kept.url, "owner"):
        with psycopg.connect(kept.url("owner")) as owner:
            before = rows_of(owner)
        with pytest.raises(BadInput, match="the database is not empty"):
            restore.restore(kept.folder, KEY, installation())
        with psycopg.connect(kept.url("owner")) as owner:
            assert rows_of(owner) == before


def test_a_database_that_was_only_migrated_is_filled(kept: Kept, django_db_blocker: DjangoDbBlocker) -> None:
    run = Run(CLUSTER, "migrated_")
    run.make()
    try:
        with django_db_blocker.unblock(), connected(run.url, "owner"):
            restore.restore(kept.folder, KEY, installation())
        with psycopg.connect(run.url("owner")) as owner:
            assert inventory.walls(owner) == kept.walls
    finally:
        run.drop()


def test_other_keys_of_the_installation_are_refused_before_anything_is_touched(kept: Kept, elsewhere: Run) -> None:
    with pytest.raises(BadInput, match="its index_key is not the one"):
        restore.restore(kept.folder, KEY, {**installation(), "index_key": "eA=="})
    assert tables_in(elsewhere) == []


def test_a_restore_that_is_broken_off_leaves_nothing_and_can_be_repeated(
    kept: Kept, elsewhere: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(path: Path, own: bytes) -> Iterator[bytes]:
        whole = b"".join(proof.chunks(path, own))
        yield whole[: len(whole) // 2]
        raise Unsound("the disk went away")

    with monkeypatch.context() as patched:
        patched.setattr(restore, "chunks", broken_off)
        with pytest.raises(Unsound, match="went away"):
            restore.restore(kept.folder, KEY, installation())
    assert tables_in(elsewhere) == []
    restore.restore(kept.folder, KEY, installation())
    assert "cases_case" in tables_in(elsewhere)


@pytest.mark.nightly
@pytest.mark.parametrize("moment", range(12))
def test_a_restore_that_is_killed_leaves_nothing_or_all_but_never_half(
    kept: Kept, moment: int, django_db_blocker: DjangoDbBlocker
) -> None:
    with blank("killed_") as run:
        addresses = {f"KNOOPPUNT_DATABASE_URL_{role.upper()}": run.url(role) for role in ROLES}
        said = {**os.environ, **addresses, keys.VARIABLE: b64encode(KEY.raw).decode()}
        process = subprocess.Popen([sys.executable, "-m", "knooppunt", "restore", str(kept.folder)], env=said)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.5 + moment / 4)
        process.kill()
        process.wait()
        _wait_until_alone(run)
        found = tables_in(run)
        assert found in ([], sorted(kept.rows))
        if found:
            with psycopg.connect(run.url("owner")) as owner:
                assert rows_of(owner)["cases_item"] == kept.rows["cases_item"]
        else:
            with django_db_blocker.unblock(), connected(run.url, "owner"):
                restore.restore(kept.folder, KEY, installation())


def _wait_until_alone(run: Run) -> None:
    """What the killed command had started ends by itself, a moment later."""
    with psycopg.connect(run.url("owner"), autocommit=True) as owner:
        for _ in range(600):
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            if owner.execute(others).fetchone() == (1,):
                return
            time.sleep(0.1)
    raise AssertionError("something still works in the database")


def test_rows_that_differ_afterwards_are_named_and_nothing_can_be_changed_there(
    kept: Kept, elsewhere: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = restore._load

    def lossy(*given: Any) -> None:
        load(*given)
        with psycopg.connect(elsewhere.url("owner"), autocommit=True) as owner:
            owner.execute("DELETE FROM kernel_auditseal WHERE sequence > 5")
            owner.execute("DROP POLICY reads ON cases_item")

    monkeypatch.setattr(restore, "_load", lossy)
    with pytest.raises(Unsound) as found:
        restore.restore(kept.folder, KEY, installation())
    said = " / ".join(found.value.objections)
    assert "kernel_auditseal holds 5 rows" in said
    assert "the log ends at entry 5" in said
    assert "the policies of the tables differ" in said
    assert incarnation.current() is None


def test_a_backup_of_a_newer_version_is_refused(kept: Kept, elsewhere: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made, own = proof.prove(kept.folder, KEY)
    newer = restore.Manifest(**{**made.__dict__, "migrations": [*made.migrations, "cases.9999_later"]})
    monkeypatch.setattr(restore, "prove", lambda *_: (newer, own))
    with pytest.raises(BadInput, match=r"newer version .*cases\.9999_later"):
        restore.restore(kept.folder, KEY, installation())
    assert tables_in(elsewhere) == []


# --- Making one ----------------------------------------------------------------------------------


@pytest.fixture
def source(kept: Kept, django_db_blocker: DjangoDbBlocker) -> Iterator[Kept]:
    """Django works, as the owner, where the world is."""
    with django_db_blocker.unblock(), connected(kept.url, "owner"):
        yield kept


def test_nothing_is_readable_but_the_manifest_which_names_nobody(kept: Kept) -> None:
    assert {path.name for path in kept.folder.iterdir()} == {NAME, DATABASE}
    sealed = (kept.folder / DATABASE).read_bytes()
    assert b"PGDMP" not in sealed
    text = (kept.folder / NAME).read_text()
    for word in (SURNAME, HEALTH, *installation()["field_keys"].values(), settings.INDEX_KEY, settings.SEAL_KEY):
        assert word not in text
    assert all(path.stat().st_mode & 0o077 == 0 for path in [kept.folder, *kept.folder.iterdir()])


def test_the_log_tells_that_a_backup_was_made(source: Kept) -> None:
    made, _ = proof.prove(source.folder, KEY)
    line = AuditLine.objects.get(event="database.backed_up")
    assert line.detail == {"backup": made.backup, "key": KEY.mark}


def test_a_folder_with_something_in_it_is_refused(source: Kept, tmp_path: Path) -> None:
    (tmp_path / "letter").touch()
    with pytest.raises(BadInput, match="is not empty"):
        make.make(tmp_path, KEY, installation())
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


def test_a_key_that_lies_with_the_backup_is_refused(source: Kept, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="keep the key apart"):
        make.make(tmp_path, keys.BackupKey(KEY.raw, tmp_path / "backup.key"), installation())


@pytest.mark.parametrize("writes", ["", "PGDMP and a little"], ids=["at the start", "halfway"])
def test_a_dump_that_fails_leaves_no_set_that_looks_whole(
    source: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: str
) -> None:
    failing = tmp_path / "pg_dump"
    failing.write_text(f"#!/bin/sh\nprintf '{writes}'\necho 'pg_dump: error: no space left' >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(programs, "find", lambda *_: failing)
    with pytest.raises(Unsound, match="no space left"):
        make.make(tmp_path / "set", KEY, installation())
    assert not (tmp_path / "set").exists()


def test_rows_and_head_are_of_one_moment_while_people_work(
    source: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = make._dump

    def working(*given: Any) -> Any:
        # Between the counting and the dump somebody adds lines, which this backup does not hold.
        with psycopg.connect(source.url("owner"), autocommit=True) as owner:
            owner.execute(
                "INSERT INTO kernel_auditline (id, at, trace, function, mandate, origin, event, result, subject_kind,"
                " part, purpose, shown, detail) SELECT gen_random_uuid(), now(), gen_random_uuid(), 'system', '', '',"
                " 'test.late', 'ok', '', '', '', '{}', '{}' FROM generate_series(1, 7)"
            )
        return dump(*given)

    monkeypatch.setattr(make, "_dump", working)
    made = make.make(tmp_path / "set", KEY, installation())
    assert AuditLine.objects.filter(event="test.late").count() == 7
    with blank("moment_") as run, connected(run.url, "owner"):
        restore.restore(tmp_path / "set", KEY, installation())
        assert audit.head() == audit.Head(made.head["sequence"], made.head["chain"])
        assert not AuditLine.objects.filter(event="test.late").exists()


def test_a_table_that_hides_rows_from_its_owner_stops_the_backup(source: Kept, tmp_path: Path) -> None:
    with psycopg.connect(source.url("owner"), autocommit=True) as owner:
        owner.execute("ALTER POLICY kn_owner ON cases_item USING (category <> 'health')")
        try:
            with pytest.raises(Unsound, match="cases_item does not show all its rows"):
                make.make(tmp_path / "set", KEY, installation())
        finally:
            owner.execute("ALTER POLICY kn_owner ON cases_item USING (true)")
    assert not (tmp_path / "set").exists()


def test_programs_of_another_version_are_refused_with_what_to_install(
    source: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "bin" / "pg_dump"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 12.3'\n")
    old.chmod(0o755)
    monkeypatch.setenv(programs.VARIABLE, str(old.parent))
    major = connection.cursor().connection.info.server_version // 10_000
    with pytest.raises(BadInput, match=f"pg_dump is 12\\): install postgresql-client-{major}"):
        make.make(tmp_path / "set", KEY, installation())


def test_the_manifest_says_what_an_administrator_must_know(kept: Kept) -> None:
    said = json.loads((kept.folder / NAME).read_text())
    assert said["rows"]["cases_case"] == 1
    assert "django_session" in said["left_out"]
    assert "kernel.0001_initial" in said["migrations"]
    assert set(said["needs"]) == {"field key 1", "index_key", "seal_key"}
