"""Long text that somebody types is kept while they type: a form that takes it says so, or stands here with a reason."""

from importlib import import_module
from typing import Any

import pytest
from django import forms

from knooppunt.kernel.doors import OnceForm
from tests.completeness.source import SOURCE, modules

NOT_KEPT = {
    ("PurposeForm", "purpose"): "one sentence before oversight looks, asked anew in every session",
    ("JoinForm", "reason"): "one sentence at an address that ends after ten minutes",
}

NOT_YET_NAMELESS = "what could still identify somebody, and was not yet looked at, is stored nowhere"
NOT_KEPT |= {
    (kind, name): NOT_YET_NAMELESS
    for kind, names in {
        "SoundingForm": ("worries", "tried", "question", "context"),
        "SoundingAnswerForm": ("text",),
        "SoundingEndForm": ("lesson",),
    }.items()
    for name in names
}

NEVER = (forms.ChoiceField, forms.BooleanField, forms.FileField)
"""A choice is made again with one press; a file is not text."""


def form_classes() -> list[type[forms.Form]]:
    """Every form of every room and of the site."""
    found: dict[str, type[forms.Form]] = {}
    for path in modules():
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if "forms" in parts[1:2]:
            module = import_module(".".join(["knooppunt", *(part for part in parts if part != "__init__")]))
            for thing in vars(module).values():
                if isinstance(thing, type) and issubclass(thing, forms.Form) and thing.__module__ == module.__name__:
                    found[f"{thing.__module__}.{thing.__name__}"] = thing
    return list(found.values())


@pytest.mark.parametrize("form", form_classes(), ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_a_field_for_long_text_is_kept_as_a_draft(form: type[forms.Form]) -> None:
    fields: dict[str, Any] = form.base_fields  # type: ignore[attr-defined]
    long = {name for name, field in fields.items() if isinstance(field.widget, forms.Textarea)}
    drafted = set(getattr(form, "drafted", ()))
    assert long - drafted <= {name for kind, name in NOT_KEPT if kind == form.__name__}


@pytest.mark.parametrize("form", form_classes(), ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_what_is_kept_is_a_field_that_one_types_in(form: type[forms.Form]) -> None:
    for name in getattr(form, "drafted", ()):
        field = form.base_fields[name]  # type: ignore[attr-defined]
        assert issubclass(form, OnceForm)
        assert not field.widget.is_hidden and not isinstance(field, NEVER), name
        assert not isinstance(field.widget, forms.PasswordInput) and name != "bsn", name


def test_there_are_forms_that_keep_what_is_typed() -> None:
    assert sum(bool(getattr(form, "drafted", ())) for form in form_classes()) > 10
