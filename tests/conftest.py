"""What every test stands on: one embedded PostgreSQL, a database per worker, a stopped clock.

The server and a migrated template are kept in .knooppunt/test between runs, so a second run starts in
seconds. Tests connect as kn_web, like the product does; only set-up and cleaning use kn_owner.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".knooppunt" / "test"

# Settings are read when Django starts, so their environment comes before any import of Django.
for _name in [name for name in os.environ if name.startswith("KNOOPPUNT_") and name != "KNOOPPUNT_CHROMIUM"]:
    del os.environ[_name]
os.environ.update(KNOOPPUNT_DATA=str(DATA), KNOOPPUNT_DEMO="1", KNOOPPUNT_ROLE="web")
os.environ["DJANGO_SETTINGS_MODULE"] = "knooppunt.site.settings"

import django  # noqa: E402
import psycopg  # noqa: E402
import pytest  # noqa: E402
from hypothesis import settings as hypothesis_settings  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402

from knooppunt.kernel import clock, moments  # noqa: E402
from knooppunt.site import embedded  # noqa: E402
from tests.database import Run, empty_tables  # noqa: E402

ROLES = ("web", "jobs", "counts", "owner")
CLUSTER = embedded.start(DATA, {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
# The conftest of a folder that is named on the command line is read before pytest_configure runs.
django.setup()
(DATA / "static").mkdir(exist_ok=True)
MOMENT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

hypothesis_settings.register_profile("ci", max_examples=50, deadline=None)
hypothesis_settings.register_profile("nightly", max_examples=2000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """Start Django; cleaning up after a test with real transactions goes through the owner's role."""
    from django.conf import settings
    from django.test import TransactionTestCase

    # The real one is slow on purpose; what it does is Django's own affair.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Django would flush as kn_web, which may not empty a table.
    TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign,attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the server; the last process to leave stops it."""
    CLUSTER.stop()


def _empty_tables(test_case: object) -> None:
    from django.db import connection

    empty_tables(CLUSTER.url("owner", connection.settings_dict["NAME"]))


@pytest.fixture(scope="session")
def run_database() -> Iterator[Run]:
    """This worker's own database: a copy of the migrated template, dropped at the end."""
    run = Run(CLUSTER)
    run.make()
    yield run
    run.drop()


@pytest.fixture(scope="session")
def django_db_setup(run_database: Run, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Point Django at this worker's database, instead of letting it make one."""
    from django.db import connections

    for alias in connections:
        connections[alias].settings_dict["NAME"] = run_database.name
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(autouse=True)
def new_moment() -> None:
    """What an earlier test approved is gone with its database: nothing that was asked then counts."""
    moments.begin()


@pytest.fixture
def frozen() -> Iterator["Frozen"]:
    """The product's clock stands still at 2026-11-22 09:00 UTC; `frozen.move(days=1)` sets it on."""
    with ExitStack() as stack:
        stopped = Frozen(stack)
        stopped.set(MOMENT)
        yield stopped


class Frozen:
    """A stopped clock that a test may set."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.now = MOMENT

    def set(self, moment: datetime) -> None:
        """Stop at another moment, which is aware."""
        self.now = moment
        self._stack.enter_context(clock.stopped_at(moment))

    def move(self, **amount: float) -> None:
        """Set the clock on by a timedelta's keywords: `days=1`, `minutes=-5`."""
        self.set(self.now + timedelta(**amount))


@pytest.fixture
def as_role(run_database: Run) -> Iterator[Callable[[str], psycopg.Connection]]:
    """A raw connection as "web", "jobs", "counts" or "owner". It sees what is committed, so a test that
    also writes through Django has `@pytest.mark.django_db(transaction=True)`."""
    with ExitStack() as stack:
        yield lambda role: stack.enter_context(psycopg.connect(run_database.url(role)))


@pytest.fixture
def owner_connection(run_database: Run) -> Iterator[psycopg.Connection]:
    """A raw connection as kn_owner, committing each statement."""
    with psycopg.connect(run_database.url("owner"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def process_environment(run_database: Run) -> dict[str, str]:
    """For a test that starts the product as a process of its own, on this worker's database."""
    addresses = {f"KNOOPPUNT_DATABASE_URL_{role.upper()}": run_database.url(role) for role in ROLES}
    return {**os.environ, **addresses}
