"""Choices that several forms of a case offer, made from what the reader may see."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.rules import LABELS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Pair = tuple[Any, Any]
CHOOSE = _("Kies een categorie")


def offer(form: forms.Form, name: str, choices: Iterable[Pair], *, empty: "StrOrPromise | None" = None) -> None:
    """Puts choices into a field; `empty` is the line for "nothing chosen yet"."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        made = list(choices)
        field.choices = made if empty is None else [("", empty), *made]


def offer_category(form: forms.Form, categories: Sequence[Pair], *, empty: "StrOrPromise" = CHOOSE) -> None:
    """The categories that the writer may read back."""
    offer(form, "category", categories, empty=empty)


def labelled(codes: Iterable[str]) -> list[Pair]:
    """Codes with what the screen calls them."""
    return [(str(code), LABELS[code].capitalize()) for code in codes]


def long_text(
    label: "StrOrPromise", hint: "StrOrPromise" = "", *, required: bool = True, rows: int = 4
) -> forms.CharField:
    """A field for a few sentences; the action checks the length."""
    return forms.CharField(
        label=label, help_text=hint, required=required, widget=forms.Textarea(attrs={"rows": rows}), strip=False
    )


def day(label: "StrOrPromise", hint: "StrOrPromise" = "", *, required: bool = True) -> forms.DateField:
    """A day from the calendar."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Vul een datum in, bijvoorbeeld 31-12-2026.")},
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
    )
