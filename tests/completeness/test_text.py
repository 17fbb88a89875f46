"""What may not stand in the code: names of people, loose prints, and exceptions that swallow everything."""

import ast
import re
from importlib.resources import files

import pytest
import yaml

from tests.completeness.source import ROOT, SOURCE, modules, parsed, short

MAY_PRINT = {SOURCE / "site" / name for name in ("commandline.py", "figures.py", "worker.py", "generated.py")}
"""What is started from a command line and answers there."""


def cast() -> set[str]:
    """The names of the standing cast, from the demo that owns them."""
    said = yaml.safe_load(files("knooppunt.site.demo").joinpath("cast.yaml").read_text(encoding="utf-8"))
    names = {one["name"] for one in said["cast"]}
    return {name.title() for name in names} | {one["display_name"] for one in said["cast"]}


@pytest.mark.parametrize("path", [path for path in modules() if "demo" not in path.parts], ids=short)
def test_nobody_of_the_cast_stands_in_code(path) -> None:  # type: ignore[no-untyped-def]
    words = set(re.findall(r"[A-Z][a-z]+", path.read_text(encoding="utf-8")))
    assert words & cast() == set()


@pytest.mark.parametrize("path", modules(), ids=short)
def test_no_except_catches_everything(path) -> None:  # type: ignore[no-untyped-def]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            again = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
            assert caught not in {"", "Exception", "BaseException"} or again, node.lineno


@pytest.mark.parametrize("path", [path for path in modules() if path not in MAY_PRINT], ids=short)
def test_only_the_command_line_prints(path) -> None:  # type: ignore[no-untyped-def]
    if "demo" in path.parts or "embedded" in path.parts:
        return
    calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    assert not any(isinstance(call.func, ast.Name) and call.func.id in {"print", "breakpoint"} for call in calls)


def test_no_signals_of_django() -> None:
    found = [short(path) for path in modules() if re.search(r"django\.db\.models\.signals", path.read_text("utf-8"))]
    assert found == []


def test_the_source_names_no_place_of_a_machine() -> None:
    wanted = re.compile(r"/(home|root|work)/\w")
    assert [short(path) for path in modules() if wanted.search(path.read_text("utf-8"))] == []
    assert (ROOT / "pyproject.toml").exists()
