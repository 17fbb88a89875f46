"""Conditions in SQL text, as written or as PostgreSQL tells them back, with one of them widened at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|\{\w+\}|%s|[A-Za-z_][\w.]*|::|:=|<=|>=|<>|!=|>>|<<|->>|->|\d+|\s+|.", re.DOTALL
)
BEGIN = {"WHERE", "ON", "HAVING", "IF", "WHILE"}
END = {
    "SELECT", "FROM", "JOIN", "ORDER", "GROUP", "LIMIT", "OFFSET", "UNION", "SET", "RETURNING", "THEN", "ELSE", "WHEN",
    "CASE", "END", "INTO", "VALUES", "LOOP", "BEGIN", "CROSS", "LEFT", "RIGHT", "FULL", "INNER", "USING", "RETURN",
    "RAISE", ";", ",",
}  # fmt: skip
WIDER = {">": ">=", "<": "<="}


@dataclass
class _Clause:
    """What stands between two clause words at one depth: alternatives, each of parts that must all hold."""

    begun: str
    alternatives: list[list[list[int]]] = field(default_factory=lambda: [[[]]])

    def add(self, place: int) -> None:
        self.alternatives[-1][-1].append(place)

    def split(self, word: str) -> None:
        if word == "AND":
            self.alternatives[-1].append([])
        else:
            self.alternatives.append([[]])


@dataclass
class _Level:
    """The inside of one pair of brackets. `turned` counts the "not" around it."""

    turned: bool
    clauses: list[_Clause]


def widened(text: str) -> Iterator[tuple[str, str]]:
    """(what was widened, the whole text), one at a time. Placeholders stay, so that parameters still fit."""
    seen: dict[str, int] = {}
    for what, changed in _widened(TOKEN.findall(text)):
        seen[what] = seen.get(what, 0) + 1
        yield (what if seen[what] == 1 else f"{what} ({seen[what]})"), changed


def _widened(tokens: list[str]) -> Iterator[tuple[str, str]]:
    for clause, is_turned in _clauses(tokens):
        for part in _parts(clause):
            begin, end = part[0], part[-1] + 1
            said = "".join(tokens[begin:end]).strip()
            guard = clause.begun == "IF" and _raises(tokens, end)
            steers = clause.begun == "WHILE" or (clause.begun == "IF" and not guard)
            # What always holds cannot hold more often.
            if is_turned or steers or said.strip("()") == "true":
                continue
            change = f"({said} AND false)" if guard else f"({said} OR true)"
            yield f"without {_short(said)}", "".join([*tokens[:begin], f" {change} ", *tokens[end:]])
    for place, token in enumerate(tokens):
        if token in WIDER and "kn_now" not in tokens[place - 2 : place]:
            around = "".join(tokens[max(0, place - 2) : place + 3]).strip()
            yield (
                f"a boundary wider at {_short(around)}",
                "".join([*tokens[:place], WIDER[token], *tokens[place + 1 :]]),
            )


def _clauses(tokens: list[str]) -> Iterator[tuple[_Clause, bool]]:
    """Every clause of every depth, and whether it stands under a "not"."""
    stack = [_Level(turned=False, clauses=[_Clause("")])]
    words: list[str] = []
    for place, token in enumerate(tokens):
        word, level = token.upper(), stack[-1]
        if token == "(":  # nosec B105
            level.clauses[-1].add(place)
            stack.append(_Level(level.turned ^ _is_turned(words), [_Clause("")]))
        elif token == ")" and len(stack) > 1:  # nosec B105
            yield from ((clause, level.turned) for clause in stack.pop().clauses)
            stack[-1].clauses[-1].add(place)
        elif word in {"AND", "OR"}:
            level.clauses[-1].split(word)
        elif word in BEGIN or word in END:
            level.clauses.append(_Clause(word if word in BEGIN else ""))
        elif not token.isspace() and not token.startswith("--"):
            level.clauses[-1].add(place)
        if not token.isspace():
            words.append(word)
    yield from ((clause, stack[0].turned) for clause in stack[0].clauses)


def _is_turned(words: list[str]) -> bool:
    return words[-1:] == ["NOT"] or words[-2:] == ["NOT", "EXISTS"]


def _parts(clause: _Clause) -> Iterator[list[int]]:
    """The parts that may be left out one by one: of an "and", or a whole condition that stands alone."""
    filled = [[part for part in one if part] for one in clause.alternatives]
    for alternative in filled:
        alone = len(filled) == 1 and clause.begun in BEGIN
        if len(alternative) > 1 or alone:
            yield from alternative
    if len(filled) > 1 and clause.begun in BEGIN and all(filled):
        yield [filled[0][0][0], filled[-1][-1][-1]]


def _raises(tokens: list[str], place: int) -> bool:
    """Whether this test is followed by a refusal."""
    following = [token.upper() for token in tokens[place:] if not token.isspace()][:2]
    return following == ["THEN", "RAISE"]


def _short(text: str) -> str:
    return " ".join(text.split())[:80]
