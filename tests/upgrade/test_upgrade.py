"""A database of an earlier version, with its data, becomes one of this version; and the way back is its backup.

Each `VERSION.sql.gz` beside this file was made by `make.py` in a checkout of that version.
"""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError
from pytest_django import DjangoDbBlocker

from knooppunt.cases.models import Goal
from knooppunt.cases.queries.lists import CaseFilter, case_list
from knooppunt.kernel import audit, clock, crypto, incarnation
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.work import Work
from knooppunt.partners.models import Professional
from knooppunt.site import embedded
from knooppunt.site.backup import inventory, keys, make, restore
from knooppunt.site.databases import pending_migrations
from knooppunt.site.health import findings
from tests.conftest import CLUSTER, ROLES
from tests.database import Run, connected
from tests.upgrade.make import use_keys

HERE = Path(__file__).resolve().parent
VERSIONS = sorted(path.name.removesuffix(".sql.gz") for path in HERE.glob("*.sql.gz"))
KEY = keys.BackupKey(b"k" * 32, None)
FILLED_BY_MIGRATIONS = {*inventory.MADE_BY_MIGRATIONS, "kernel_auditline"}


@dataclass(frozen=True)
class Upgraded:
    """A database that went from one version to this one; `backup` was made in between."""

    said: dict[str, Any]
    url: Callable[[str], str]
    backup: Path

    def actor(self, name: str) -> Actor:
        """Someone of the cast of that time."""
        found = Professional.objects.get(pk=UUID(self.said["people"][name]))
        return Actor(found.pk, found.organisation_id, Function(found.functions[0]))

    def sees(self) -> dict[str, list[list[str]]]:
        """The list of cases of everyone who was watched."""
        with clock.stopped_at(datetime.fromisoformat(self.said["moment"])):
            pages = {name: case_list(self.actor(name), CaseFilter()) for name in self.said["cases"]}
        return {name: [[one.number, one.title, one.phase_name] for one in page.lines] for name, page in pages.items()}


@pytest.fixture(scope="module", autouse=True)
def their_keys() -> Iterator[None]:
    """The keys with which those databases were made."""
    kept = settings.FIELD_KEYS, settings.INDEX_KEY, settings.SEAL_KEY
    use_keys()
    crypto._cipher.cache_clear()
    yield
    settings.FIELD_KEYS, settings.INDEX_KEY, settings.SEAL_KEY = kept
    crypto._cipher.cache_clear()


@pytest.fixture(scope="module", params=VERSIONS)
def upgraded(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgraded]:
    """The tables and rows of that version, backed up, and migrated as an administrator does it."""
    said = json.loads((HERE / f"{request.param}.json").read_text(encoding="utf-8"))
    run, backup = Run(CLUSTER, "upgrade_"), tmp_path_factory.mktemp("upgrade") / "backup"
    embedded.create_database(CLUSTER, run.name)
    with psycopg.connect(run.url("owner")) as owner:
        owner.execute(gzip.decompress((HERE / f"{request.param}.sql.gz").read_bytes()))
    with django_db_blocker.unblock():
        with connected(run.url, "owner"):
            make.make(backup, KEY, installation())
        migrate(run)
        with connected(run.url):
            yield Upgraded(said, run.url, backup)
    run.drop()


def installation() -> dict[str, Any]:
    """The keys of that installation, as a backup wants to know them."""
    return {"field_keys": settings.FIELD_KEYS, "index_key": settings.INDEX_KEY, "seal_key": settings.SEAL_KEY}


def migrate(run: Run) -> None:
    """`knooppunt migrate` on this database."""
    addresses = {f"KNOOPPUNT_DATABASE_URL_{role.upper()}": run.url(role) for role in ROLES}
    subprocess.run([sys.executable, "-m", "knooppunt", "migrate"], env={**os.environ, **addresses}, check=True)


def rows(url: str) -> dict[str, int]:
    """How many rows each table holds."""
    with psycopg.connect(url) as owner:
        return {table: inventory.rows_in(owner, table) for table in inventory.tables(owner)}


def test_there_is_an_earlier_version_to_come_from() -> None:
    assert VERSIONS


def test_every_row_is_there_as_before(upgraded: Upgraded) -> None:
    now = rows(upgraded.url("owner"))
    before = {table: number for table, number in upgraded.said["rows"].items() if table not in FILLED_BY_MIGRATIONS}
    # A key was one for all places where a person occurs; since then each place has its own.
    keys = before.pop("people_personkey")
    assert now["people_personkey"] > keys > 0
    assert {table: now.get(table) for table in before} == before
    assert pending_migrations() == 0


def test_everyone_sees_the_same_list_of_cases_and_names_open_with_the_same_keys(upgraded: Upgraded) -> None:
    assert upgraded.sees() == upgraded.said["cases"]
    assert any(upgraded.said["cases"].values())


def test_the_log_is_whole_up_to_the_head_of_that_time_and_goes_on(upgraded: Upgraded) -> None:
    head = upgraded.said["head"]
    with connected(upgraded.url, "jobs"):
        while audit.seal():
            pass
        verdict = audit.verify(audit.Head(head["sequence"], head["chain"]))
    assert (verdict.broken, verdict.unsealed) == (None, 0)
    assert verdict.entries >= head["sequence"]


def test_the_walls_stand_as_in_a_database_that_was_made_new(upgraded: Upgraded, run_database: Run) -> None:
    with psycopg.connect(upgraded.url("owner")) as old, psycopg.connect(run_database.url("owner")) as new:
        for kind, lines in inventory.walls(new).items():
            assert inventory.walls(old)[kind] == lines, kind


def test_work_goes_on_and_what_is_not_recorded_does_not_commit(upgraded: Upgraded) -> None:
    hamid = upgraded.actor("hamid")
    with Work(hamid, "change_goal") as work:
        goal = Goal.objects.get(text="Rustig wonen.")
        work.record("goal.changed", goal)
    with pytest.raises(IntegrityError, match="not recorded"), Work(hamid, "change_goal"):
        Goal.objects.filter(pk=goal.pk).update(text="anders")
    assert not [one for one in findings() if not one.startswith(("no worker", "the clock"))]


def test_the_way_back_is_the_backup_from_before_and_it_can_be_upgraded_again(upgraded: Upgraded) -> None:
    back = Run(CLUSTER, "back_")
    embedded.create_database(CLUSTER, back.name)
    try:
        with connected(back.url, "owner"):
            done = restore.restore(upgraded.backup, KEY, installation())
        assert any("run knooppunt migrate" in note for note in done.notes)
        left_out = dict.fromkeys(done.manifest.left_out, 0)
        assert rows(back.url("owner")) == {**upgraded.said["rows"], **left_out}
        migrate(back)
        head = audit.Head(upgraded.said["head"]["sequence"], upgraded.said["head"]["chain"])
        with connected(back.url, "jobs"):
            assert audit.verify(head).broken is None
        with connected(back.url):
            assert Upgraded(upgraded.said, back.url, upgraded.backup).sees() == upgraded.said["cases"]
            assert incarnation.current() is not None
            with Work(upgraded.actor("hamid"), "change_goal") as work:
                work.record("goal.changed", Goal(pk=uuid4()))
    finally:
        back.drop()
