"""Functions and files stay small enough to read."""

import ast

import pytest

from tests.completeness.source import FunctionNode, functions, modules, short

LONGEST_FUNCTION, LONGEST_FILE, MOST_PARAMETERS = 50, 500, 5

BESIDE = {"self", "cls", "actor", "work", "request"}
"""Whoever acts, and what one acts in, do not count as parameters."""


def lines_of(function: FunctionNode) -> int:
    """How long a function is, its decorators not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters_of(function: FunctionNode) -> list[str]:
    """What one must think of when calling; the five fixed ones of a context manager are Python's."""
    given = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return [one.arg for one in given if one.arg not in BESIDE]


@pytest.mark.parametrize("path", modules(), ids=short)
def test_a_file_and_its_functions_fit_on_a_screen_or_two(path) -> None:  # type: ignore[no-untyped-def]
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    for function in functions(path):
        assert lines_of(function) <= LONGEST_FUNCTION, function.name
        assert len(parameters_of(function)) <= MOST_PARAMETERS, function.name


@pytest.mark.parametrize("path", modules(), ids=short)
def test_a_module_says_what_it_is_for(path) -> None:  # type: ignore[no-untyped-def]
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))
