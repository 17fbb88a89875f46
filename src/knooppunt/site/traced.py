"""What a function reaches in the code: which scopes bound what it reads, and which looks it records.

Read from the syntax of the function and of every function of the house that it names, and so on: a page of the
documentation cannot then say something else than the code does.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import Any

from knooppunt.kernel.access import scopes

HOUSE = "knooppunt."


@dataclass
class Trace:
    """The models that are read through a scope, and what the log says of a look or a list."""

    bounded_by: set[str] = field(default_factory=set)
    looks: set[str] = field(default_factory=set)


def trace(view: Callable[..., Any]) -> Trace:
    """What a view (or whatever function) reaches."""
    found, seen, waiting = Trace(), set(), [inspect.unwrap(view)]
    while waiting:
        function = waiting.pop()
        if function not in seen and isinstance(function, FunctionType):
            seen.add(function)
            for node in _syntax(function):
                _note(found, node, function)
                waiting += _named(node, function)
    return found


@lru_cache(maxsize=2000)
def _syntax(function: FunctionType) -> tuple[ast.AST, ...]:
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except OSError:
        return ()
    return tuple(ast.walk(ast.parse(source)))


def _named(node: ast.AST, function: FunctionType) -> Iterator[Any]:
    """Functions of the house that a node names, called or handed on."""
    known: Any = None
    if isinstance(node, ast.Name):
        known = function.__globals__.get(node.id)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = function.__globals__.get(node.value.id)
        known = getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    if callable(known) and str(getattr(known, "__module__", "")).startswith(HOUSE):
        yield inspect.unwrap(known)


def _note(found: Trace, node: ast.AST, function: FunctionType) -> None:
    if not isinstance(node, ast.Call):
        return
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    named = function.__globals__.get(called)
    found.bounded_by |= {str(model._meta.object_name) for model, scope_of in scopes().items() if scope_of is named}
    if called == "scope" and len(node.args) > 1:
        found.bounded_by |= _models(node.args[1], function)
    elif called == "listed" and node.args:
        found.looks |= {f"lijst {text}" for text in _texts(node.args[0])}
    elif called == "opened" and len(node.args) > 2:
        found.looks |= {f"blik {text}" for text in _texts(node.args[2])}
    elif called == "looked_at" and len(node.args) > 1:
        found.looks |= {f"blik {text}" for text in _texts(node.args[1])}
    elif called == "open" and len(node.args) > 2:
        found.looks |= {f"blik {name.lower()}" for name in _models(node.args[0], function)}
        found.bounded_by |= _models(node.args[0], function)


def _models(node: ast.AST, function: FunctionType) -> set[str]:
    known: Any = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
    return {known._meta.object_name} if hasattr(known, "_meta") else set()


def _texts(node: ast.AST) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()
