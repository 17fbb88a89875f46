"""`python -m tests.mutation.deciding`: mutants of the decision about sharing, of any kind, and who notices them.

Unlike those of access these do not only widen: a decision that refuses too much misleads as well. The decision is
pure, so a mutant is made as a module beside the real one, and the tests are called with it.
"""

import ast
import copy
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from types import ModuleType
from typing import Any

from knooppunt.sharing import law
from knooppunt.sharing.rules import deciding, read_question
from tests.mutation.mutants import SOURCE
from tests.sharing import plain, test_decide_properties, test_decide_texts, test_decide_twice
from tests.sharing.asking import ground, questions

FILE = SOURCE / "knooppunt/sharing/rules/deciding.py"
NUMBER = 2_000
FEW = 200 * len(plain.regime_files())
WRONG = (AssertionError, ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)
"""What a test says, or a mutant that cannot go on."""

TURNED: Mapping[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
NAMES = {"any": "all", "all": "any", "max": "min", "min": "max", "PERMITTED": "REFUSED", "REFUSED": "WEIGH",
         "WEIGH": "CONDITIONAL", "CONDITIONAL": "WEIGH"}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of the decision, named by its line and what it became."""

    line: int
    was: str
    becomes: str
    text: str

    @property
    def name(self) -> str:
        """As it stands in reports."""
        return f"line {self.line}: {self.was} → {self.becomes}"


def mutants() -> Iterator[Mutant]:
    """Every mutant of the decision."""
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    for parent, field, place, node in list(_places(tree)):
        for new in _variants(node, field):
            _put(parent, field, place, new)
            text = ast.unparse(ast.fix_missing_locations(tree))
            _put(parent, field, place, node)
            yield Mutant(getattr(node, "lineno", getattr(parent, "lineno", 0)), _short(node), _short(new), text)


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Everything that is done, without annotations, decorators and texts that explain."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "bases", "keys"):
            continue
        for place, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            explains = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.AST) and not explains and not isinstance(child, ast.Import | ast.ImportFrom):
                yield node, field, place, child
                if not (isinstance(child, ast.ClassDef) and child.name == "Outcome"):
                    yield from _places(child)


def _put(parent: ast.AST, field: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def _variants(node: ast.AST, field: str) -> Iterator[ast.AST]:
    if field in ("test", "ifs") and isinstance(node, ast.expr):
        yield ast.UnaryOp(ast.Not(), node)
    if field == "ifs":
        yield ast.Constant(value=True)
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(TURNED[type(node.op)](), node.values)  # type: ignore[arg-type]
        yield from node.values
    if isinstance(node, ast.Compare):
        yield ast.Compare(node.left, [TURNED[type(node.ops[0])]()], node.comparators)  # type: ignore[list-item]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    if isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
        yield ast.Name(NAMES[node.id], ast.Load())
    if isinstance(node, ast.Expr | ast.AugAssign) or (isinstance(node, ast.Assign) and field == "body"):
        yield ast.Pass()
    yield from _other_values(node)


def _other_values(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Constant) and node.value is not None:
        value = node.value
        yield ast.Constant(
            value=not value if isinstance(value, bool) else "" if isinstance(value, str) else _more(value)
        )
    if isinstance(node, ast.Set | ast.Tuple | ast.List) and len(node.elts) > 1 and not _is_target(node):
        for place in range(len(node.elts)):
            fewer = copy.copy(node)
            fewer.elts = node.elts[:place] + node.elts[place + 1 :]
            yield fewer


def _more(value: object) -> int:
    return value + 1 if isinstance(value, int) else 0


def _is_target(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:70] if not isinstance(node, ast.Pass) else "nothing"


# --- Who notices ------------------------------------------------------------------------------------------------

Check = Callable[[], object]


def load(text: str) -> ModuleType:
    """A mutant as a module beside the real one."""
    module = ModuleType(deciding.__name__)
    exec(compile(text, str(FILE), "exec"), module.__dict__)
    return module


def survivors(chosen: list[Mutant]) -> list[Mutant]:
    """Those that no test notices. First it is made sure that the tests say nothing of the decision as it is."""
    asked = _asked()
    if not _silent(FILE.read_text(encoding="utf-8"), asked):
        raise AssertionError("the tests fail without any mutant")
    return [mutant for mutant in chosen if _silent(mutant.text, asked)]


def _asked() -> list[tuple[Any, plain.Answer]]:
    """Questions with the answer of the plain twin."""
    regimes = plain.regime_files()
    said = questions(Random(3), [ground(regime) for regime in regimes], NUMBER)
    texts = plain.fact_texts()
    return [(read_question(one), plain.answer(one, regimes, texts)) for one in said]


def _silent(text: str, asked: list[tuple[Any, plain.Answer]]) -> bool:
    try:
        module = load(text)
        with _in_use(module):
            if any(test_decide_twice.as_plain(module.decide(one, law.versions())) != wanted for one, wanted in asked):
                return False
            for check in _checks():
                check()
    except WRONG:
        return False
    return True


class _in_use:  # noqa: N801
    """The tests of the decision, with a mutant in its place and fewer questions."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._kept: list[tuple[ModuleType, str, object]] = []

    def __enter__(self) -> None:
        for test in (test_decide_properties, test_decide_texts, test_decide_twice):
            for name in ("decide", "Outcome", "MANY"):
                if hasattr(test, name):
                    self._kept.append((test, name, getattr(test, name)))
                    setattr(test, name, FEW if name == "MANY" else getattr(self._module, name))

    def __exit__(self, *_: object) -> None:
        for test, name, value in self._kept:
            setattr(test, name, value)


def _checks() -> Iterator[Check]:
    """Every test of the texts and the properties, with its parameters; then shuffled regimes."""
    for module in (test_decide_texts, test_decide_properties):
        for name, test in vars(module).items():
            if name.startswith("test_"):
                marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
                many = [one if isinstance(one, tuple) else (one,) for mark in marks for one in mark.args[1]]
                yield from (partial(test, *one) for one in many or [()])
    for seed in range(30):
        yield partial(test_decide_twice.test_both_read_rules_that_no_regime_has_yet_the_same, seed)


def main() -> int:
    """Prints the survivors and the share that was noticed; 1 below nine in ten."""
    chosen = list(mutants())
    left = survivors(chosen)
    for mutant in left:
        print(f"survived  {mutant.name}")
    share = 1 - len(left) / len(chosen)
    print(f"{len(chosen)} mutants, {len(left)} survived: {share:.1%} noticed")
    return 0 if share >= 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())
