"""What the tests of loss stand on: the world of the cast, and the server's own administrator."""

from collections.abc import Iterator

import psycopg
import pytest

from knooppunt.kernel import faults
from tests.database import Run
from tests.world import world as world


@pytest.fixture
def server(run_database: Run) -> Iterator[psycopg.Connection]:
    """A raw connection as the server's administrator, who may end the sessions of others."""
    with psycopg.connect(run_database.cluster.url("cluster", run_database.name), autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def room_again() -> Iterator[None]:
    """A disk that was full in a test is no longer so in the next."""
    yield
    faults._last_full.clear()
