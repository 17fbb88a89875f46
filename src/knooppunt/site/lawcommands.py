"""`knooppunt regimes`: what a change of the law changes, and whether a file is whole. Needs no database."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knooppunt.kernel.errors import BadInput
from knooppunt.sharing import law
from knooppunt.sharing.law import checking, differing
from knooppunt.sharing.law.checking import Change
from knooppunt.sharing.law.differing import Moved
from knooppunt.sharing.law.reading import read
from knooppunt.sharing.rules import Decision, Regime
from knooppunt.sharing.rules.words import OUTCOMES

SHOWN = 20


def version_of(named: str) -> Regime:
    """A version by the path of its file, or as `WGS_ZVH@2025-07-01`; `BadInput` when there is neither."""
    path = Path(named)
    if path.is_file():
        return law.regime_of_text(read(path.name, path.read_bytes()))
    for regime in (*law.versions(), *law.former()):
        if named in (regime.reference, f"{regime.code}@{regime.version}"):
            return regime
    known = ", ".join(f"{one.code}@{one.version}" for one in law.versions())
    raise BadInput(named, f"there is no such file or version: name a file, or one of {known}")


def diff(old: str, new: str, form: str) -> int:
    """Says which scenarios and which combinations answer otherwise; 1 when any does, else 0."""
    before, after = version_of(old), version_of(new)
    if before.code != after.code:
        raise BadInput(new, f"this is a version of {after.code}: compare it with another of that regime")
    moved, changes = list(differing.moved(before, after)), checking.changes(before, after)
    if form == "json":
        _print(json.dumps(_as_json(before, after, moved, changes), ensure_ascii=False, indent=2))
    else:
        for line in _as_lines(before, after, moved, changes):
            _print(line)
    return 1 if moved or changes else 0


def _as_json(before: Regime, after: Regime, moved: list[Moved], changes: list[Change]) -> dict[str, Any]:
    return {
        "old": before.reference,
        "new": after.reference,
        "scenarios": [
            {
                "number": one.scenario.number,
                "situation": one.scenario.situation,
                "before": _brief(one.before),
                "after": _brief(one.after),
            }
            for one in moved
        ],
        "combinations": [
            {
                "size": change.size,
                "before": change.before.value,
                "after": change.after.value,
                "rules": list(change.rules),
                "known": change.probe,
                "example": _example(change),
            }
            for change in changes
        ],
    }


def _brief(decision: Decision) -> dict[str, Any]:
    return {"outcome": decision.outcome.value, "articles": list(decision.articles)}


def _example(change: Change) -> dict[str, str]:
    asked = change.example
    return {
        "supplier": asked.supplier[0],
        "recipient": asked.recipient[0],
        "recipient_role": asked.role,
        "step": asked.step,
        "category": asked.category,
        "subject": asked.about,
    }


def _as_lines(before: Regime, after: Regime, moved: list[Moved], changes: list[Change]) -> Iterator[str]:
    yield f"Van {before.reference} naar {after.reference}"
    yield f"{_counted(len(moved), 'uitgewerkte vraag krijgt', 'uitgewerkte vragen krijgen')} een ander antwoord."
    for one in moved:
        yield f"  {one.scenario.number}. {one.scenario.situation}"
        yield f"     {_in_words(one.before)} → {_in_words(one.after)}"
    size = sum(change.size for change in changes)
    ways = _counted(len(changes), "manier", "manieren")
    yield f"{_counted(size, 'combinatie verandert', 'combinaties veranderen')}, op {ways}."
    for change in changes[:SHOWN]:
        size_of = _counted(change.size, "combinatie", "combinaties")
        moved_to = f"{OUTCOMES[change.before]} → {OUTCOMES[change.after]}"
        yield f"  {size_of}: {moved_to}, {differing.in_which_case(change, after)} ({', '.join(change.rules)})"
        yield f"     bijvoorbeeld {' · '.join(_example(change).values())}"
    if len(changes) > SHOWN:
        yield f"  en nog {len(changes) - SHOWN} manieren: kies --format json voor alle."


def _in_words(decision: Decision) -> str:
    return f"{OUTCOMES[decision.outcome]} ({', '.join(decision.articles)})"


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def check(named: list[str]) -> int:
    """Says what these versions (without any: all shipped ones) leave unanswered or answer twice; 1 when anything."""
    found = False
    for regime in [version_of(one) for one in named] or law.versions():
        lines = list(_gaps(regime))
        found = found or bool(lines)
        _print(f"{regime.reference}: {'in orde' if not lines else ''}".rstrip())
        for line in lines[:SHOWN]:
            _print(f"  {line}")
        if len(lines) > SHOWN:
            _print(f"  en nog {len(lines) - SHOWN}")
    return 1 if found else 0


def _gaps(regime: Regime) -> Iterator[str]:
    found = differing.gaps(regime)
    for refusal, basis in ((one.name, other.name) for one, other in found.contradictions):
        yield f"{refusal} weigert wat {basis} toestaat: zet {basis} bij over van {refusal}, of verander een van beide"
    for one in found.open:
        parts, size = " · ".join(_some(group) for group in one.groups), _counted(one.size, "combinatie", "combinaties")
        yield f"geen regel en niet beoordeeld ({size}): {parts}"


def _some(group: tuple[Any, ...]) -> str:
    names = [one[0] if isinstance(one, tuple) else str(one) for one in group]
    return names[0] if len(names) == 1 else f"{names[0]} (+{len(names) - 1})"


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
