"""A pytest plugin that plants mutants: a module of ours is read from another text, or the walls are changed.

Loaded with `-p tests.mutation.planting` before anything of the product, and told what to do by environment
variables that `running` sets. The checkout itself is never changed, so that nothing wider can stay behind.
"""

import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
from _pytest.runner import runtestprotocol

MODULE, CODE = "MUTANT_MODULE", "MUTANT_CODE"
MANY, RESULTS = "MUTANTS", "MUTANT_RESULTS"
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


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Rules are changed and put back in one process, so that all these mutants need one start only."""
    if MANY not in os.environ:
        return None
    Loop(session).run(json.loads(Path(os.environ[MANY]).read_text(encoding="utf-8")))
    return True


class Loop:
    """Runs the tests of each mutant in turn, until one fails."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._sound: set[str] = set()
        """Tests that are known to pass when nothing is planted."""

    def run(self, mutants: Sequence[Mapping[str, Any]]) -> None:
        """Writes one line for each mutant: its name, its fate and who noticed."""
        self._passes_unplanted(self._session.items[0])  # which also makes the database
        with Path(os.environ[RESULTS]).open("w", encoding="utf-8") as results:
            for alike in _alike(mutants):
                noticed = self._named(alike) if len(alike) > 1 else {}
                for mutant in alike:
                    fate = noticed.get(mutant["name"]) or self._fate_of(mutant)
                    results.write(json.dumps([mutant["name"], *fate]) + "\n")
                    results.flush()

    def _named(self, mutants: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
        """Plants the same in many tables at once: a test that names a table has noticed what was done there."""
        noticed: dict[str, tuple[str, str]] = {}
        try:
            for mutant in mutants:
                self._plant(mutant, mutant["text"])
            for item in self._quickest(mutants[0]["rounds"]):
                said = self._complaint(item)
                left = [mutant for mutant in mutants if mutant["name"] not in noticed]
                noticed |= {one["name"]: ("killed", item.nodeid) for one in left if f"'{_table(one)}" in said}
                if len(noticed) == len(mutants):
                    break
        except psycopg.Error:
            return {}
        finally:
            for mutant in mutants:
                self._plant(mutant, mutant["undo"])
        items = {item.nodeid: item for item in self._session.items}
        sound = {by for _, by in noticed.values() if self._passes_unplanted(items[by])}
        return {name: fate for name, fate in noticed.items() if fate[1] in sound}

    def _quickest(self, rounds: Sequence[Sequence[str]]) -> list[pytest.Item]:
        """The tests of the first two rounds, which try every table and say which."""
        paths = [path for paths in rounds[:2] for path in paths]
        return [item for path in paths for item in self._session.items if item.nodeid.startswith(path)]

    def _fate_of(self, mutant: Mapping[str, Any]) -> tuple[str, str]:
        try:
            self._plant(mutant, mutant["text"])
            failing = self._first_failing(mutant["rounds"])
        except (psycopg.Error, NameError, TypeError, AttributeError) as wrong:
            return "invalid", f"it cannot be planted: {wrong}"
        finally:
            self._plant(mutant, mutant["undo"])
        if failing is None:
            return "survived", "no test noticed"
        if not self._passes_unplanted(failing):
            return "invalid", f"{failing.nodeid} fails without any mutant"
        return "killed", failing.nodeid

    def _plant(self, mutant: Mapping[str, Any], text: str) -> None:
        if mutant["module"]:
            # The module that is in use, with other rules: what others took from it by name stays as it was, so
            # a mutant that seems to survive here is tried once more in a process of its own.
            module = importlib.import_module(mutant["module"])
            exec(compile(text, str(module.__file__), "exec"), module.__dict__)
        else:
            self._execute(text)

    def _first_failing(self, rounds: Sequence[Sequence[str]]) -> pytest.Item | None:
        for path in (path for paths in rounds for path in paths):
            for item in self._session.items:
                if item.nodeid.startswith(path) and self._fails(item):
                    return item
        return None

    def _passes_unplanted(self, item: pytest.Item) -> bool:
        if item.nodeid not in self._sound and not self._fails(item):
            self._sound.add(item.nodeid)
        return item.nodeid in self._sound

    def _fails(self, item: pytest.Item) -> bool:
        return any(report.failed for report in self._reports(item))

    def _complaint(self, item: pytest.Item) -> str:
        crashes = [getattr(report.longrepr, "reprcrash", None) for report in self._reports(item) if report.failed]
        return " ".join(crash.message for crash in crashes if crash)

    def _reports(self, item: pytest.Item) -> list[pytest.TestReport]:
        # The session as the next one: all is torn down but what the session stands on, the database above all.
        return runtestprotocol(item, log=False, nextitem=self._session)  # type: ignore[arg-type]

    def _execute(self, statement: str) -> None:
        from tests.conftest import CLUSTER
        from tests.database import Run

        with psycopg.connect(Run(CLUSTER).url("owner")) as owner:
            owner.execute("SET lock_timeout = '20s'")
            owner.execute(statement.encode())


def _alike(mutants: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """In groups of which each table holds one at most; what is like no other by itself."""
    groups: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for mutant in mutants:
        number = 0
        while any(_table(one) == _table(mutant) for one in groups.get((mutant["kind"], number), [])):
            number += 1
        groups.setdefault((mutant["kind"], number), []).append(mutant)
    for (kind, _), group in groups.items():
        yield from [group] if kind else ([one] for one in group)


def _table(mutant: Mapping[str, Any]) -> str:
    """The table of a policy, or whatever else is changed."""
    return str(mutant["where"]).removeprefix("policy ").partition(".")[0]
