"""What a mutant is, and the ones of the access modules: each lets somebody do or see a little more.

A tool that mutates anything does not change tables at the level of a module, and there stands who may what. So
the operators here know those tables, and only widen: a mutant that narrows hinders people, but leaks nothing.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from knooppunt.kernel.actor import Function
from tests.mutation import conditions

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
EVERYTHING = "~Q(pk__in=[])"
SQL_MARK = "EXISTS (SELECT"

Variant = tuple[str, ast.AST]


@dataclass(frozen=True)
class Mutant:
    """One change. `where` and `what` together name it, also after lines have moved."""

    room: str
    where: str
    what: str
    text: str
    undo: str
    """What is planted (a whole module, or SQL), and what puts it back."""
    module: str = ""
    """Empty for the walls."""

    @property
    def name(self) -> str:
        """As it stands in reports and in the list of equivalent ones."""
        return f"{self.where} · {self.what}"


def access_modules() -> list[Path]:
    """Every room's access module, also when it has become a folder."""
    rooms = (SOURCE / "knooppunt").iterdir()
    return sorted(path for room in rooms for path in (*room.glob("access.py"), *room.glob("access/*.py")))


def of_module(path: Path) -> Iterator[Mutant]:
    """Every mutant of one module."""
    module = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    original = path.read_text(encoding="utf-8")
    tree = ast.parse(original)
    seen: dict[str, int] = {}
    for place in _places(tree, [], guard=False):
        for what, new in _variants(place):
            code = place.with_instead(tree, new)
            said = f"{what}: {_short(place.node)}"
            seen[place.scope + said] = seen.get(place.scope + said, 0) + 1
            number = seen[place.scope + said]
            yield Mutant(
                room=path.relative_to(SOURCE / "knooppunt").parts[0],
                where=f"{module.removeprefix('knooppunt.')}.{place.scope}".rstrip("."),
                what=said if number == 1 else f"{said} ({number})",
                text=code,
                undo=original,
                module=module,
            )


@dataclass(frozen=True)
class _Place:
    """A node with where it hangs. A guard is a test that, when true, refuses: there false is wider."""

    node: ast.AST
    parent: ast.AST
    field: str
    number: int | None
    scope: str
    guard: bool

    def with_instead(self, tree: ast.Module, new: ast.AST) -> str:
        """The module's text with another node here."""
        self._put(new)
        try:
            return ast.unparse(ast.fix_missing_locations(tree))
        finally:
            self._put(self.node)

    def _put(self, node: ast.AST) -> None:
        if self.number is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.number] = node


def _places(node: ast.AST, scope: list[str], *, guard: bool) -> Iterator[_Place]:
    for field, value in ast.iter_fields(node):
        for number, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            # The name for "everything" cannot become wider.
            if not isinstance(child, ast.AST) or (isinstance(node, ast.Module) and _assigned(child) == "EVERYTHING"):
                continue
            here = [*scope, *_named(node, child, field, number)]
            inside = _is_guard(node, field) or (guard and not isinstance(child, ast.stmt | ast.FunctionDef))
            yield _Place(child, node, field, number, ".".join(here), inside)
            yield from _places(child, here, guard=inside)


def _named(parent: ast.AST, child: ast.AST, field: str, number: int | None) -> list[str]:
    if isinstance(child, ast.FunctionDef | ast.ClassDef):
        return [child.name]
    if _assigned(child):
        return [_assigned(child)]
    if isinstance(parent, ast.Dict) and field == "values" and number is not None:
        key = parent.keys[number]
        return [ast.unparse(key).removeprefix("Permission.")] if key else []
    return []


def _assigned(node: ast.AST) -> str:
    return node.targets[0].id if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else ""


def _is_guard(parent: ast.AST, field: str) -> bool:
    if isinstance(parent, ast.If) and field == "test":
        return isinstance(parent.body[-1], ast.Raise) or _refuses(parent.body[-1])
    # Objections are collected by a comprehension.
    return isinstance(parent, ast.comprehension) and field == "ifs"


def _refuses(last: ast.stmt) -> bool:
    return isinstance(last, ast.Return) and last.value is not None and ast.unparse(last.value) in {"NOTHING", "False"}


def _variants(place: _Place) -> Iterator[Variant]:
    if isinstance(place.node, ast.Tuple):
        if isinstance(place.parent, ast.Dict):
            yield from _rules(place.node)
        return
    for kind, make in OPERATORS.items():
        if isinstance(place.node, kind):
            yield from make(place.node, place.guard)


def _calls(node: ast.Call, _guard: bool) -> Iterator[Variant]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name == "acts_in" and node.args and not any(isinstance(one, ast.Starred) for one in node.args):
        has = {ast.unparse(one) for one in node.args}
        # All others at once: tests/completeness/test_who_may.py asks after each function apart.
        others = [one for one in Function if f"Function.{one.name}" not in has]
        added = [_expression(f"Function.{one.name}") for one in others]
        yield "also in every other function", ast.Call(node.func, [*node.args, *added], [])
    elif name == "Condition":
        for number, given in enumerate(node.keywords):
            if given.arg == "holds":
                yield "always holds", _without(node, number + len(node.args), _expression("lambda *_: True"))
        if len(node.args) > 1:
            yield "always holds", _without(node, 1, _expression("lambda *_: True"))
    elif name in {"reached", "_by"} and len(node.args) > (2 if name == "reached" else 1):
        place = 2 if name == "reached" else 1
        yield "any category", _without(node, place, _expression("None"))
    elif name in {"Q", "filter"}:
        yield from _narrowers(node, name)


def _narrowers(node: ast.Call, name: str) -> Iterator[Variant]:
    """A query that asks one thing less."""
    total = len(node.args) + len(node.keywords)
    if total == 1 and name == "Q":
        yield "everything", _expression(EVERYTHING)
        return
    for number in range(total):
        yield f"without condition {number + 1}", _without(node, number, None)


def _without(node: ast.Call, number: int, instead: ast.expr | None) -> ast.Call:
    """A call without its given argument, positional ones counted first; or with another one in its place."""
    args, keywords = [*node.args], [*node.keywords]
    if number < len(args):
        args[number : number + 1] = [] if instead is None else [instead]
    else:
        place = number - len(args)
        keywords[place : place + 1] = [] if instead is None else [ast.keyword(keywords[place].arg, instead)]
    return ast.Call(node.func, args, keywords)


def _both(node: ast.BoolOp, guard: bool) -> Iterator[Variant]:
    # Of "a and b" one less is wider; of a guard that refuses on "a or b", too.
    if isinstance(node.op, ast.Or if guard else ast.And):
        for number in range(len(node.values)):
            rest = node.values[:number] + node.values[number + 1 :]
            yield f"without part {number + 1}", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _joined(node: ast.BinOp, _guard: bool) -> Iterator[Variant]:
    if isinstance(node.op, ast.BitAnd):
        yield "without the left", node.right
        yield "without the right", node.left


def _negated(node: ast.UnaryOp, guard: bool) -> Iterator[Variant]:
    if isinstance(node.op, ast.Not | ast.Invert):
        yield "not negated", node.operand
    if guard and isinstance(node.op, ast.Not):
        yield "never", ast.Constant(value=False)


TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.NotEq: ast.Eq, ast.IsNot: ast.Is, ast.NotIn: ast.In}


def _compared(node: ast.Compare, guard: bool) -> Iterator[Variant]:
    yield ("never" if guard else "always"), ast.Constant(value=not guard)
    turned = TURNED.get(type(node.ops[0]))
    if turned is not None and len(node.ops) == 1:
        yield "turned round", ast.Compare(node.left, [turned()], node.comparators)


def _guarding(node: ast.If, _guard: bool) -> Iterator[Variant]:
    if _is_guard(node, "test"):
        yield "guard that never stops", ast.If(ast.Constant(value=False), node.body, node.orelse)


def _rules(node: ast.Tuple) -> Iterator[Variant]:
    """A permission that asks one condition less; an empty one asks nothing."""
    for number, one in enumerate(node.elts):
        rest = node.elts[:number] + node.elts[number + 1 :]
        yield f"does not ask {_short(one)}", ast.Tuple(rest, ast.Load())


def _functions(node: ast.FunctionDef, _guard: bool) -> Iterator[Variant]:
    answer = {"bool": "True", "Q": EVERYTHING, "list[str]": "[]"}.get(ast.unparse(node.returns) if node.returns else "")
    if answer:
        yield "says yes to everything", _with_body(node, f"return {answer}")
    elif any(isinstance(one, ast.Raise) for one in ast.walk(node)):
        yield "never refuses", _with_body(node, "pass")


def _with_body(node: ast.FunctionDef, text: str) -> ast.FunctionDef:
    fields = {name: value for name, value in ast.iter_fields(node) if name != "body"}
    return ast.FunctionDef(**fields, body=_body(text))


def _body(text: str) -> list[ast.stmt]:
    made = ast.parse(f"def made():\n    {text}").body[0]
    assert isinstance(made, ast.FunctionDef)
    return made.body


def _names(node: ast.Name, _guard: bool) -> Iterator[Variant]:
    if node.id == "NOTHING" and isinstance(node.ctx, ast.Load):
        yield "everything", _expression(EVERYTHING)


def _returned(node: ast.Return, _guard: bool) -> Iterator[Variant]:
    if isinstance(node.value, ast.Constant) and node.value.value is False:
        yield "yes", ast.Return(ast.Constant(value=True))


def _texts(node: ast.Constant, _guard: bool) -> Iterator[Variant]:
    if isinstance(node.value, str) and SQL_MARK in node.value:
        for what, changed in conditions.widened(node.value):
            yield f"{what}", ast.Constant(value=changed)


OPERATORS: dict[type[ast.AST], Callable[..., Iterator[Variant]]] = {
    ast.Call: _calls,
    ast.BoolOp: _both,
    ast.BinOp: _joined,
    ast.UnaryOp: _negated,
    ast.Compare: _compared,
    ast.If: _guarding,
    ast.FunctionDef: _functions,
    ast.Name: _names,
    ast.Return: _returned,
    ast.Constant: _texts,
}


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _short(node: ast.AST) -> str:
    if isinstance(node, ast.FunctionDef):
        return node.name
    if isinstance(node, ast.Constant):
        return "SQL"
    return " ".join(ast.unparse(node).split())[:60]
