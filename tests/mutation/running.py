"""Runs mutants: each against the smallest set of tests that should notice, quickest first, until one fails."""

import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import psycopg
import pytest

from tests.mutation import planting, walls
from tests.mutation.equivalent import reason_of
from tests.mutation.mutants import ROOT, Mutant, access_modules, of_module

PATIENCE = 900
LIBRARIES = [
    "pytest", "hypothesis", "psycopg", "psycopg.types.json", "django.db.models", "django.test", "django.forms",
    "django.template", "django.contrib.postgres.fields", "jsonschema", "yaml", "pydantic", "procrastinate",
    "cryptography.hazmat.primitives.ciphers.aead", "unittest.mock",
]  # fmt: skip
"""What takes time to read and is the same for every mutant."""

WHO_MAY = ["tests/completeness/test_who_may.py"]
LACKING = "tests/walls/test_lacking_one_thing.py"
BY_POLICY = {
    ".reads · USING": "test_who_lacks_one_thing_sees_nothing",
    ".adds · WITH CHECK": "test_who_lacks_one_thing_adds_nothing",
    ".changes · USING": "test_who_lacks_one_thing_changes_nothing",
    ".changes · WITH CHECK": "test_nobody_moves_a_row_to_where_they_lack_one_thing",
}
"""The one test that should notice first, by a part of the mutant's name: there are many policies, much alike."""
AT_FIRST = {
    "policy cases_documentcontent.": "documents",
    "policy kernel_draft.": "drafts",
    "policy kernel_auditline.": "row_level_security",
    "function kn_base": "incarnation",
    "function kn_begin_incarnation": "incarnation",
    "function kn_demand_record": "recording",
    "function kn_sweep_drafts": "drafts",
    "function kn_file_to_judge": "documents",
    "function kn_judge_file": "documents",
    "function kn_clear_quarantine": "documents",
    "function kn_stopped_files": "documents",
    "function kn_keep_keys": "gates_of_persons",
    "function kn_copy_keys": "gates_of_persons",
    "function kn_drop_keys": "gates_of_persons",
    "function kn_know_person": "gates_of_persons",
    "function kn_designated": "gates_touch_no_more",
    "function kn_designate ": "gates",
    "function kn_grant": "gates",
    "function kn_may_arrange": "gates",
    "function kn_group": "gates",
    "function kn_knows": "gates",
    "function kn_occurrences": "gates",
    "function kn_persons_joined": "gates",
    "function kn_tell_reporter": "gates_touch_no_more",
    "function kn_next_case_number": "gates_touch_no_more",
    "function kn_clear_intake": "gates_touch_no_more",
    "function kn_end_": "gates_touch_no_more",
    "function kn_withdraw_sounding": "soundings",
    "function kn_clear_soundings": "soundings",
    "function kn_words_of": "kept_words",
}
"""Of the tests of the walls the file that should notice first, by how the mutant's name begins."""
BEHAVIOUR_FIRST = {"sharing.access.of_own_regions": "tests/sharing/test_agreements.py"}
"""Of the tests of behaviour the file that should notice first, for what no list of residents rests on."""
WRITING = ["tests/walls/test_writing.py"]
SCOPES = ["tests/walls/test_scopes.py"]
GATES = [
    f"tests/walls/test_{one}.py"
    for one in ("gates", "gates_touch_no_more", "gates_of_persons", "documents", "drafts", "kept_words", "soundings")
]
WALLS = [f"tests/walls/test_{one}.py" for one in ("row_level_security", "recording", "incarnation")] + [
    LACKING,
    *WRITING,
    *GATES,
]
ONE_BY_ONE = "tests/properties/test_list_is_one_by_one.py"
PROPERTY = [
    f"{ONE_BY_ONE}::test_a_list_shows_what_opens_one_by_one_and_row_level_security_agrees",
    f"{ONE_BY_ONE}::test_texts_are_the_same_for_whoever_reaches_many_subjects",
]
"""Not the tests of that test itself, which take longer and plant what they look for."""
ROOMS = {
    "kernel": ["tests/walls/test_audit_chain.py", "tests/cases", "tests/signals"],
    "sharing": ["tests/sharing", "tests/cases", "tests/signals"],
    "people": ["tests/site/test_search.py", "tests/site/test_pages.py", "tests/signals", "tests/cases"],
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
    own = [f"tests/walls/test_{file}.py" for start, file in AT_FIRST.items() if mutant.name.startswith(start)]
    if mutant.where.startswith("policy "):
        first = [f"{LACKING}::{test}" for part, test in BY_POLICY.items() if part in mutant.name]
        rounds = [own or first, WRITING, WALLS, PROPERTY + room]
    elif mutant.where.startswith("function "):
        rounds = [own or ([LACKING] if mutant.room == "sharing" else []), GATES, WALLS, PROPERTY + room]
    elif (
        mutant.room in {"sharing", "people", "signals"} or "category" in mutant.what
    ) and "acts_in" not in mutant.what:
        rounds = [SCOPES, PROPERTY, WHO_MAY, room, WALLS]
    else:
        rounds = [WHO_MAY, PROPERTY, room, WALLS]
    early = [file for start, file in BEHAVIOUR_FIRST.items() if mutant.name.startswith(start)]
    for paths in [early, *rounds]:
        found = [path for path in paths if (ROOT / path.partition("::")[0]).exists()]
        if found:
            yield found


def run_all(mutants: Sequence[Mutant], jobs: int = 1) -> Iterator[Result]:
    """All in one process, or two beside each other; then each in its own the modules that seem to survive."""
    rest = []
    for mutant in mutants:
        reason = reason_of(mutant.name)
        if reason is None:
            rest.append(mutant)
        else:
            yield Result(mutant, Fate.EQUIVALENT, reason)
    # The kernel keeps what all rooms declare: it cannot be read anew while it is in use.
    alone = [one for one in rest if one.module.startswith("knooppunt.kernel.")]
    together = [one for one in rest if one not in alone]
    with ThreadPoolExecutor(jobs) as pool:
        for results in pool.map(run_together, (together[number::jobs] for number in range(jobs))):
            for result in results:
                if result.mutant.module and result.fate is not Fate.KILLED:
                    alone.append(result.mutant)
                else:
                    yield result
        yield from pool.map(run_alone, alone)


def run_alone(mutant: Mutant) -> Result:
    """Plants a changed module, in a process of its own for each round."""
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "mutant.py"
        code.write_text(mutant.text, encoding="utf-8")
        planted = {planting.MODULE: mutant.module, planting.CODE: str(code)}
        for paths in stages_of(mutant):
            exit_code, said = _pytest(["-x", *paths], planted)
            if exit_code:
                return Result(mutant, Fate.KILLED if exit_code == 1 else Fate.INVALID, _noticed(said))
    return Result(mutant, Fate.SURVIVED, "no test noticed")


def run_together(mutants: Sequence[Mutant]) -> list[Result]:
    """Plants one after the other in one process; those that it never reached are invalid."""
    if not mutants:
        return []
    rounds = {mutant.name: list(stages_of(mutant)) for mutant in mutants}
    paths = dict.fromkeys(path for one in rounds.values() for round_ in one for path in round_)
    with tempfile.TemporaryDirectory() as folder:
        asked, answers = Path(folder) / "mutants.json", Path(folder) / "results.jsonl"
        told = [
            {**asdict(mutant), "name": mutant.name, "rounds": rounds[mutant.name], "kind": walls.kind_of(mutant)}
            for mutant in mutants
        ]
        asked.write_text(json.dumps(told), encoding="utf-8")
        answers.touch()
        planted = {planting.MANY: str(asked), planting.RESULTS: str(answers)}
        _code, said = _pytest(list(paths), planted, len(mutants))
        found = {name: (fate, by) for name, fate, by in map(json.loads, answers.read_text().splitlines())}
    missed = (Fate.INVALID.value, _noticed(said))
    return [Result(one, Fate(found.get(one.name, missed)[0]), found.get(one.name, missed)[1]) for one in mutants]


def _pytest(arguments: Sequence[str], planted: Mapping[str, str], many: int = 1) -> tuple[int, str]:
    """Runs these tests in a process of their own, forked from one that has read the libraries but nothing of ours."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as said:
        child = context.Process(target=_in_child, args=(list(arguments), dict(planted), said.name))
        child.start()
        child.join(PATIENCE * many)
        if child.is_alive():
            child.kill()
            child.join()
            return 1, "it never ends"
        return child.exitcode or 0, said.read()


def _in_child(arguments: Sequence[str], planted: Mapping[str, str], said: str) -> None:
    handle = os.open(said, os.O_WRONLY)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.chdir(ROOT)
    # Running inside a test process: its own plugins and workers are not for the inner one.
    for name in [name for name in os.environ if name.startswith(("PYTEST_", "COV_"))]:
        del os.environ[name]
    os.environ.update(planted)
    options = ["-q", "--no-header", "--assert=plain", "-p", "tests.mutation.planting", "-p", "no:cacheprovider"]
    code = pytest.main([*options, "-m", "not nightly", *arguments])
    sys.stdout.flush()
    os._exit(int(code))


def _noticed(said: str) -> str:
    lines = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0] if lines else said.strip().splitlines()[-1] if said.strip() else "nothing was said"
