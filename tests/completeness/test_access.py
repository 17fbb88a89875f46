"""Every door says who may knock, every action says who acts, and every permission has a rule and a use."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from knooppunt.kernel.access import scopes, tables
from knooppunt.kernel.doors import access_of
from knooppunt.site.middleware import FOREIGN_DOORS
from tests.completeness.source import SOURCE, FunctionNode, modules, parsed, part_of, short

VERB_NOUN = re.compile(r"^[a-z]+(_[a-z]+)+$")

ONE_WORD = {"designate"}
"""What is done to its only object: "designate" somebody, whom the parameter names."""

MAY_BE_UNUSED: set[str] = set()


def doors(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    """Every address of the site with its view."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from doors(entry.url_patterns, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.callback


def operations(view: Any) -> list[Callable[..., object]]:
    """The functions behind one address of the JSON interface."""
    owner = getattr(view, "__self__", None)
    found = getattr(owner, "operations", ()) if isinstance(owner, PathView) else ()
    return [operation.view_func for operation in found]


def test_every_address_declares_its_access() -> None:
    found = dict(doors())
    open_to_nobody = [
        address
        for address, view in found.items()
        if access_of(view) is None and not view.__module__.startswith(FOREIGN_DOORS)
    ]
    assert found
    assert open_to_nobody == []


def test_no_door_is_marked_both_public_and_for_functions() -> None:
    for address, view in doors():
        access = access_of(view)
        if access is not None:
            assert [bool(access.functions), access.public, access.token, access.account].count(True) == 1, address


def actions() -> Iterator[tuple[str, FunctionNode]]:
    """Every public function of the modules of actions."""
    for path in modules():
        if part_of(path, "actions"):
            for node in parsed(path).body:
                if isinstance(node, FunctionNode) and not node.name.startswith("_"):
                    yield short(path), node


def opens_a_work(function: FunctionNode) -> bool:
    """Whether it opens a `Work` itself."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id == "Work" for call in calls)


@pytest.mark.parametrize(("where", "function"), list(actions()), ids=lambda one: getattr(one, "name", ""))
def test_an_action_takes_its_actor_first_and_a_step_its_work(where: str, function: FunctionNode) -> None:
    first = function.args.args[0] if function.args.args else None
    said = (first.arg, ast.unparse(first.annotation)) if first and first.annotation else None
    if function.name.endswith("_in"):
        assert said == ("work", "Work"), where
        assert not opens_a_work(function), where
    elif opens_a_work(function):
        assert said == ("actor", "Actor"), where
        assert VERB_NOUN.match(function.name) or function.name in ONE_WORD, where


def test_an_action_never_calls_an_action() -> None:
    named = {function.name for _, function in actions() if opens_a_work(function)}
    for where, function in actions():
        if opens_a_work(function) or function.name.endswith("_in"):
            calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
            called = {call.id for call in calls if isinstance(call, ast.Name)}
            assert called & named == set(), (where, function.name)


def permissions() -> list[Any]:
    """Every permission that any room names; asking for them puts every room's table in force."""
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith("knooppunt.") and (SOURCE / config.label / "access.py").exists():
            module = __import__(f"{config.name}.access", fromlist=["Permission"])
            found += list(getattr(module, "Permission", []))
    return found


def test_every_permission_stands_in_a_table_with_a_condition() -> None:
    named = set(permissions())
    ruled = {permission: rule for table in tables().values() for permission, rule in table.items()}
    assert set(ruled) == named
    assert all(ruled.values())


def test_every_permission_is_asked_for_somewhere() -> None:
    text = {path.relative_to(SOURCE).parts[0]: "" for path in modules()}
    for path in modules():
        if path.name != "access.py":
            text[path.relative_to(SOURCE).parts[0]] += path.read_text(encoding="utf-8")
    unused = [
        permission.value
        for permission in permissions()
        if f"Permission.{permission.name}" not in text[permission.value.split(".")[0]]
    ]
    assert set(unused) == MAY_BE_UNUSED


def test_every_condition_says_what_is_wrong_in_a_sentence() -> None:
    assert permissions()
    for table in tables().values():
        for permission, rule in table.items():
            for condition in rule:
                assert condition.otherwise.endswith("."), permission


def test_every_table_of_residents_that_is_read_has_a_scope() -> None:
    assert permissions()
    without = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in {"people", "signals", "cases"} and model not in scopes()
    }
    assert without == NO_SCOPE
    assert all(issubclass(model, models.Model) for model in scopes())


NO_SCOPE = {
    # Configuration and mandates: no resident stands in them.
    "signals.Route",
    "signals.ApiToken",
    # Free of persons by design.
    "cases.IntakeDecision",
    "cases.CaseCount",
    # Read by gate functions, or by whoever wrote them.
    "people.PersonKey",
    "people.Searchable",
    "people.PersonJoin",
    "people.Search",
}
