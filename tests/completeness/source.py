"""The product's own code as text and as syntax, for tests about the code itself."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "knooppunt"
ROOMS = ("kernel", "partners", "sharing", "people", "signals", "cases")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the product; migrations are written by a tool or are SQL."""
    return tuple(path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts)


@lru_cache
def parsed(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[FunctionNode]:
    """Every function of a file, methods and inner ones included."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, FunctionNode):
            yield node


def short(path: Path) -> str:
    """A path as it is named in a message."""
    return str(path.relative_to(ROOT))


def part_of(path: Path, part: str) -> bool:
    """Whether a file is a room's `part.py`, or in a room's folder of that name."""
    return path.is_relative_to(SOURCE) and part in path.relative_to(SOURCE).with_suffix("").parts[1:2]
