"""Every mutant that widens access is noticed: a few of each kind here, all of them by night."""

import ast
from collections.abc import Iterator

import pytest

from tests.database import Run
from tests.mutation import conditions
from tests.mutation.equivalent import EQUIVALENT, EVERYWHERE, fit_no_more
from tests.mutation.mutants import Mutant, access_modules
from tests.mutation.running import Fate, all_mutants, run_all

SAMPLE = (
    "cases.access.DIRECT_CASE · does not ask open_case",
    "sharing.access.SEE_TABLES · also in every other function",
    "policy cases_item.adds · WITH CHECK: any category",
    "policy people_person.reads · USING: everything",
    "function kn_valid · without (valid_from <= kn_now())",
    "function kn_end_designation · without NOT FOUND",
)
"""Of each kind one or two, quick to notice."""


@pytest.fixture(scope="module")
def mutants(run_database: Run) -> list[Mutant]:
    """All there are."""
    return all_mutants(run_database.url("owner"))


def test_a_sample_is_noticed(mutants: list[Mutant]) -> None:
    chosen = [mutant for mutant in mutants if mutant.name.startswith(SAMPLE)]
    assert len(chosen) >= len(SAMPLE)
    first = {start: next(one for one in chosen if one.name.startswith(start)) for start in SAMPLE}
    fates = {result.mutant.name: (result.fate, result.noticed) for result in run_all(list(first.values()))}
    assert {fate for fate, _ in fates.values()} == {Fate.KILLED}, fates


@pytest.mark.nightly
@pytest.mark.parametrize(
    "kind", ["cases.", "kernel.", "partners.", "people.", "sharing.", "signals.", "policy ", "function "]
)
def test_all_are_noticed(mutants: list[Mutant], kind: str) -> None:
    chosen = [mutant for mutant in mutants if mutant.where.startswith(kind)]
    assert chosen
    missed = [r for r in run_all(chosen) if r.fate in {Fate.SURVIVED, Fate.INVALID}]
    assert [(result.fate, result.mutant.name, result.noticed) for result in missed] == []


def test_every_kind_of_mutant_is_made(mutants: list[Mutant]) -> None:
    made = [mutant.what.split(":")[0] for mutant in mutants]
    wanted = (
        "does not ask", "also in every other function", "always holds", "any category", "everything",
        "without condition", "without part", "without the left", "not negated", "always", "never", "turned round",
        "guard that never stops", "says yes to everything", "never refuses", "yes", "USING", "WITH CHECK",
        "a boundary wider",
    )  # fmt: skip
    assert [one for one in wanted if not any(what.startswith(one) for what in made)] == []
    rooms = {mutant.where.split(".")[0] for mutant in mutants if mutant.module}
    assert rooms == {
        path.relative_to(path.parents[1]).parts[0] for path in access_modules() if path.name == "access.py"
    }


def test_every_mutant_is_another_text_that_python_can_read(mutants: list[Mutant]) -> None:
    originals = {ast.unparse(ast.parse(path.read_text(encoding="utf-8"))) for path in access_modules()}
    for mutant in mutants:
        if mutant.module:
            ast.parse(mutant.text)
            assert mutant.text not in originals, mutant.name
    names = [mutant.name for mutant in mutants]
    assert len(names) == len(set(names))


def test_what_is_called_equivalent_is_still_a_mutant_and_says_why(mutants: list[Mutant]) -> None:
    assert fit_no_more(mutant.name for mutant in mutants) == set()
    assert all(len(reason.split()) > 5 for reason in [*EQUIVALENT.values(), *EVERYWHERE.values()])


def _widened(text: str) -> Iterator[str]:
    return (changed for _, changed in conditions.widened(text))


def test_conditions_are_widened_one_at_a_time_and_never_narrowed() -> None:
    assert [" ".join(one.split()) for one in _widened("SELECT 1 FROM t WHERE a = 1 AND (b OR c > 2)")] == [
        "SELECT 1 FROM t WHERE (a = 1 OR true) AND (b OR c > 2)",
        "SELECT 1 FROM t WHERE a = 1 AND ((b OR c > 2) OR true)",
        "SELECT 1 FROM t WHERE a = 1 AND (b OR c >= 2)",
    ]
    guard = "IF may(x) IS NOT TRUE THEN RAISE EXCEPTION 'no'; END IF"
    assert "IF (may(x) IS NOT TRUE AND false) THEN" in " ".join(next(_widened(guard)).split())
    # Under a "not", one condition less would hide more.
    assert list(_widened("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM t WHERE a AND b)")) == [
        "SELECT 1 WHERE  (NOT EXISTS (SELECT 1 FROM t WHERE a AND b) OR true) "
    ]
