"""What a question and its answer look like, as JSON Schema (contracts.md): for the OpenAPI document.

What `read_question` takes is what this takes, also where one field depends on another.
"""

from collections.abc import Mapping
from typing import Any

from knooppunt.sharing.rules.deciding import Outcome
from knooppunt.sharing.rules.question import (
    ALWAYS_PRIVATE,
    ALWAYS_PUBLIC,
    CHOICES,
    FACTS,
    OPTIONAL,
    PRIVATE,
    PUBLIC,
    Fact,
    Role,
    Step,
)

MOST = 100
"""So many questions may be asked at once."""

RESIDENT = Role.RESIDENT.value


def _one_of(values: Any) -> dict[str, Any]:
    return {"type": "string", "enum": [str(value) for value in values]}


def _texts() -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}}


def _if(when: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": dict(when), "required": list(when)}, "then": {"properties": dict(then)}}


def _class(kind: str) -> list[dict[str, Any]]:
    """What a kind of organisation always is, its class can only be."""
    return [
        _if({kind: {"enum": sorted(kinds)}}, {f"{kind}_class": {"enum": [only, None]}})
        for kinds, only in ((ALWAYS_PUBLIC, PUBLIC), (ALWAYS_PRIVATE, PRIVATE))
    ]


QUESTION: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": [*CHOICES, "on"],
    "properties": {
        **{name: _one_of(values) for name, values in CHOICES.items()},
        **{name: {"type": ["string", "null"], "enum": [*values, None]} for name, values in OPTIONAL.items()},
        "facts": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {fact: {"type": ["boolean", "null"]} for fact in sorted(FACTS)},
        },
        "on": {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    },
    "allOf": [
        _if({"recipient_role": {"const": RESIDENT}}, {"recipient": {"const": RESIDENT}}),
        _if({"recipient": {"const": RESIDENT}}, {"recipient_role": {"const": RESIDENT}}),
        _if(
            {"step": {"const": Step.CLOSED.value}},
            {"facts": {"properties": {Fact.CASE_CLOSED.value: {"enum": [True, None]}}}},
        ),
        *_class("supplier"),
        *_class("recipient"),
    ],
}

CONDITION: Mapping[str, Any] = {
    "type": "object",
    "required": ["facts", "any", "text"],
    "properties": {
        "facts": {"type": "array", "items": _one_of(sorted(FACTS))},
        "any": {"type": "boolean", "description": "true: één van deze feiten is genoeg"},
        "text": {"type": "string"},
    },
}

ANSWER: Mapping[str, Any] = {
    "type": "object",
    "required": [
        "outcome",
        "sentence",
        "reasons",
        "articles",
        "conditions",
        "record",
        "possible_instead",
        "regime_version",
    ],
    "properties": {
        "outcome": _one_of(Outcome),
        "sentence": {"type": "string"},
        "reasons": _texts(),
        "articles": _texts(),
        "conditions": {"type": "array", "items": {"$ref": "#/components/schemas/Voorwaarde"}},
        "record": _texts(),
        "possible_instead": _texts(),
        "regime_version": {"type": ["string", "null"]},
    },
}

SCHEMAS: Mapping[str, Mapping[str, Any]] = {"Vraag": QUESTION, "Voorwaarde": CONDITION, "Afweging": ANSWER}
