"""Texts to start an agreement from, as files beside the law. A start only: the parties write what they agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from knooppunt.sharing.law import HERE
from knooppunt.sharing.law.reading import read
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, Terms, wrong_in

KEYS = {"label", "kind", "title", "regime", "purpose", "categories", "decision", "clauses"}


@dataclass(frozen=True)
class Template:
    """A text to start from, with the name under which it is chosen."""

    code: str
    label: str
    terms: Terms


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """Every shipped template, by code; `BadInput` names file, line and mend."""
    folder = HERE.joinpath("templates")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(template_of(name, folder.joinpath(name).read_bytes()) for name in names)


def template_of(name: str, content: bytes) -> Template:
    """One template as its file says it."""
    text = read(name, content)
    if set(text.said) != KEYS:
        raise text.wrong((), f"Een sjabloon heeft precies deze sleutels: {', '.join(sorted(KEYS))}.")
    said = text.said
    if not set(said["decision"]) <= set(DECISION_FIELDS):
        raise text.wrong(("decision",), f"Hier passen alleen: {', '.join(DECISION_FIELDS)}.")
    terms = Terms(
        kind=said["kind"],
        title=said["title"],
        purpose=said["purpose"].strip(),
        regime=said["regime"],
        categories=tuple(said["categories"]),
        decision={field: words.strip() for field, words in said["decision"].items()},
        clauses=_clauses(said["clauses"]),
    )
    for field, mend in wrong_in(terms):
        raise text.wrong((field,), mend)
    return Template(name.removesuffix(".yaml"), said["label"], terms)


def _clauses(said: list[Mapping[str, Any]]) -> str:
    """The clauses as one text, numbered, so that it can be changed like any other."""
    lines = [f"{number}. {clause['heading']}\n{clause['text'].strip()}" for number, clause in enumerate(said, 1)]
    return "\n\n".join(lines)
