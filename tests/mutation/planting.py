"""A pytest plugin that plants one mutant: a module of ours is read from another text, or the walls are changed.

Loaded with `-p tests.mutation.planting` before anything of the product, by environment variables that `running`
sets. The checkout itself is never changed, so that nothing wider can stay behind.
"""

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

MODULE, CODE, SQL = "MUTANT_MODULE", "MUTANT_CODE", "MUTANT_SQL"
INVALID = 99
"""The exit code for a mutant that cannot even be read: it proves nothing, so it may not count as killed."""


class Planted:
    """Finds the one module elsewhere; all others as always."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The mutant, when it is asked for."""
        if name != os.environ.get(MODULE):
            return None
        return importlib.util.spec_from_file_location(name, os.environ[CODE])


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before any conftest, and so before anything of the product is read."""
    if MODULE in os.environ:
        sys.meta_path.insert(0, Planted)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Before any test: can the mutant be read at all, and is it the one that is in use?"""
    if MODULE not in os.environ:
        return
    try:
        module = importlib.import_module(os.environ[MODULE])
    except (NameError, TypeError, SyntaxError, ImportError, AttributeError) as wrong:
        pytest.exit(f"the mutant cannot be read: {wrong}", returncode=INVALID)
    if module.__file__ != os.environ[CODE]:
        pytest.exit("the mutant is not the module in use", returncode=INVALID)


@pytest.fixture(scope="session", autouse=True)
def changed_walls(request: pytest.FixtureRequest) -> Iterator[None]:
    """The database of this run with the one policy or function changed."""
    if SQL in os.environ:
        import psycopg

        run: Any = request.getfixturevalue("run_database")
        try:
            with psycopg.connect(run.url("owner")) as owner:
                owner.execute(Path(os.environ[SQL]).read_bytes())
        except psycopg.Error as wrong:
            pytest.exit(f"the mutant cannot be planted: {wrong}", returncode=INVALID)
    yield
