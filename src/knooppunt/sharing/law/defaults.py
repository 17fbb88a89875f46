"""The reviewed list of combinations that a regime leaves to its default."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from knooppunt.sharing.law import HERE, choosing
from knooppunt.sharing.law.checking import Pattern
from knooppunt.sharing.law.reading import Path, Text, read
from knooppunt.sharing.rules.question import RegimeCode

KEYS = {*choosing.FIELDS.values(), "why"}


@lru_cache(maxsize=1)
def patterns() -> Mapping[str, tuple[Pattern, ...]]:
    """Per regime what was looked at and left; `BadInput` names file, line and mend."""
    text = read("defaults.yaml", HERE.joinpath("defaults.yaml").read_bytes())
    for code in text.said:
        if code not in tuple(RegimeCode):
            raise text.wrong((code,), "Dit juridisch kader is niet bekend.")
    return {code: tuple(_patterns(text, (code,), lines)) for code, lines in text.said.items()}


def _patterns(text: Text, path: Path, lines: list[Mapping[str, Any]]) -> Iterator[Pattern]:
    for place, said in enumerate(lines):
        here = (*path, place)
        if not said.get("why") or not set(said) <= KEYS:
            raise text.wrong(here, f"Een regel heeft why, en verder alleen: {', '.join(sorted(KEYS - {'why'}))}.")
        named = {key: choosing.KIND_BY_KIND if key in ("supplier", "recipient") else {} for key in choosing.FIELDS}
        chosen = {
            dimension: choosing.chosen(text, (*here, key), dimension, named[dimension], said.get(key))
            for dimension, key in choosing.FIELDS.items()
        }
        yield Pattern(chosen, said["why"])
