"""Runs mutants: each against the smallest set of tests that should notice, quickest first, until one fails."""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psycopg
import pytest

from tests.mutation import planting, walls
from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.mutants import ROOT, Mutant, access_modules, of_module

PATIENCE = 900
LIBRARIES = [
    "pytest", "hypothesis", "psycopg", "psycopg.types.json", "django.db.models", "django.test", "django.forms",
    "django.template", "django.contrib.postgres.fields", "jsonschema", "yaml", "pydantic", "procrastinate",
    "cryptography.hazmat.primitives.ciphers.aead", "unittest.mock",
]  # fmt: skip
"""What takes time to read and is the same for every mutant."""

WHO_MAY = ["tests/completeness/test_who_may.py"]
WRITING = ["tests/walls/test_writing.py"]
GATES = ["tests/walls/test_gates.py"]
WALLS = ["tests/walls/test_row_level_security.py", "tests/walls/test_recording.py", *WRITING, *GATES]
PROPERTY = ["tests/properties/test_list_is_one_by_one.py"]
ROOMS = {
    "kernel": ["tests/walls/test_audit_chain.py", "tests/cases", "tests/signals"],
    "sharing": ["tests/sharing", "tests/cases", "tests/signals"],
    "people": ["tests/site/test_pages.py", "tests/signals", "tests/cases"],
    "partners": ["tests/partners"],
    "signals": ["tests/signals"],
    "cases": ["tests/cases"],
}
"""Which tests of behaviour belong to a room; one that is not named here has a folder of its own name."""


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"
    INVALID = "invalid"


@dataclass(frozen=True)
class Result:
    """A mutant, its fate, and the test that noticed."""

    mutant: Mutant
    fate: Fate
    noticed: str


def all_mutants(owner_url: str) -> list[Mutant]:
    """Those of every access module, and those of the walls in this database."""
    found = [mutant for path in access_modules() for mutant in of_module(path)]
    with psycopg.connect(owner_url) as owner:
        return [*found, *walls.of_database(owner)]


def stages_of(mutant: Mutant) -> Iterator[list[str]]:
    """The tests that should notice, in rounds, the quickest first: most mutants need only one round."""
    room = ROOMS.get(mutant.room, [f"tests/{mutant.room}"])
    if mutant.where.startswith("policy "):
        rounds = [WRITING, WALLS, PROPERTY + room]
    elif mutant.where.startswith("function "):
        rounds = [GATES, WALLS, PROPERTY + room]
    else:
        rounds = [WHO_MAY, PROPERTY, room, WALLS]
    for paths in rounds:
        found = [path for path in paths if (ROOT / path).exists()]
        if found:
            yield found


def run_all(mutants: Sequence[Mutant], jobs: int = 1) -> Iterator[Result]:
    """One after the other, or two at a time: they share the embedded server, each with a database of its own."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(run, mutants)


def run(mutant: Mutant) -> Result:
    """Plants it, runs its tests, and says what became of it."""
    if mutant.name in EQUIVALENT:
        return Result(mutant, Fate.EQUIVALENT, EQUIVALENT[mutant.name])
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "mutant"
        text.write_text(mutant.sql or mutant.code, encoding="utf-8")
        planted = {planting.SQL: str(text)} if mutant.sql else _as_module(mutant, text)
        for paths in stages_of(mutant):
            code, said = _pytest(paths, planted)
            if code:
                return Result(mutant, Fate.KILLED if code == 1 else Fate.INVALID, _noticed(said))
    return Result(mutant, Fate.SURVIVED, "no test noticed")


def _pytest(paths: Sequence[str], planted: Mapping[str, str]) -> tuple[int, str]:
    """Runs these tests in a process of their own, forked from one that has read the libraries but nothing of ours."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as said:
        child = context.Process(target=_in_child, args=(list(paths), dict(planted), said.name))
        child.start()
        child.join(PATIENCE)
        if child.is_alive():
            child.kill()
            child.join()
            return 1, "it never ends"
        return child.exitcode or 0, said.read()


def _in_child(paths: Sequence[str], planted: Mapping[str, str], said: str) -> None:
    handle = os.open(said, os.O_WRONLY)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.chdir(ROOT)
    # Running inside a test process: its own plugins and workers are not for the inner one.
    for name in [name for name in os.environ if name.startswith(("PYTEST_", "COV_"))]:
        del os.environ[name]
    os.environ.update(planted)
    options = ["-x", "-q", "--no-header", "--assert=plain", "-p", "tests.mutation.planting", "-p", "no:cacheprovider"]
    code = pytest.main([*options, "-m", "not nightly", *paths])
    sys.stdout.flush()
    os._exit(int(code))


def _as_module(mutant: Mutant, text: Path) -> dict[str, str]:
    code = text.with_suffix(".py")
    text.rename(code)
    return {planting.MODULE: mutant.module, planting.CODE: str(code)}


def _noticed(said: str) -> str:
    lines = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0] if lines else said.strip().splitlines()[-1] if said.strip() else "nothing was said"
