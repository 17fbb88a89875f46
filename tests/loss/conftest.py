"""What the tests of loss stand on: the world of the cast, and the server's own administrator."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.database import Run
from tests.world import world as world


@pytest.fixture
def server(run_database: Run) -> Iterator[psycopg.Connection]:
    """A raw connection as the server's administrator, who may end the sessions of others."""
    with psycopg.connect(run_database.cluster.url("cluster", run_database.name), autocommit=True) as connection:
        yield connection
