"""Texts of this room that a search found, opened one more time: by the same scope as the pages they stand on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from knooppunt.cases.models import AgreedAction, Consultation, Goal, Item, Note, Plan
from knooppunt.cases.rules import LABELS
from knooppunt.kernel.access import scope
from knooppunt.kernel.excerpt import joined
from knooppunt.kernel.work import Work
from knooppunt.people.queries import FoundText, OpenedText
from knooppunt.sharing import law
from knooppunt.sharing.rules import CORE


@dataclass(frozen=True)
class Text:
    """How a kind of text is read: its table, what comes along with it, its words, its name and its page."""

    model: type[Model]
    along: tuple[str, ...]
    words: Callable[[Any], str]
    label: Callable[[Any], str]
    part: str = ""


TEXTS: Mapping[str, Text] = {
    "item": Text(
        Item,
        ("supplier",),
        lambda row: row.text,
        lambda row: _("Informatie van %(who)s") % {"who": row.supplier.name},
        "cases:information",
    ),
    "plan": Text(Plan, (), lambda row: row.own_words, lambda _row: _("Plan: eigen woorden"), "cases:plan"),
    "goal": Text(Goal, (), lambda row: joined((row.text, row.own_words)), lambda _row: _("Plan: doel"), "cases:plan"),
    "action": Text(
        AgreedAction,
        ("organisation",),
        lambda row: joined((row.text, row.status_note)),
        lambda row: _("Plan: afspraak van %(who)s") % {"who": row.organisation.name},
        "cases:plan",
    ),
    "consultation": Text(Consultation, (), lambda row: row.purpose, lambda _row: _("Overleg: waarvoor")),
    "note": Text(Note, (), lambda row: row.text, lambda row: _("Overleg: %(step)s") % {"step": LABELS[row.step]}),
}


def opened_texts_in(work: Work, found: Iterable[FoundText]) -> dict[tuple[str, UUID], OpenedText]:
    """Those of the found texts that belong here and open for this actor, by kind and row."""
    wanted: dict[str, list[UUID]] = {}
    for one in found:
        if one.kind in TEXTS:
            wanted.setdefault(one.kind, []).append(one.row)
    opened: dict[tuple[str, UUID], OpenedText] = {}
    for kind, keys in wanted.items():
        text = TEXTS[kind]
        rows = text.model._default_manager.filter(scope(work.actor, text.model), pk__in=keys)
        if text.model is Item:
            rows = rows.filter(withheld=False)
        opened |= {(kind, row.pk): _opened(text, row) for row in rows.select_related("case", *text.along)}
    return opened


def _opened(text: Text, row: Any) -> OpenedText:
    categories = {CORE: _("voor alle deelnemers"), **law.by_reference(row.case.regime_version).categories}
    return OpenedText(
        label=text.label(row),
        category_label=categories.get(row.category, row.category),
        text=text.words(row),
        url=reverse(text.part, args=[row.case_id]) if text.part else _sitting(row),
    )


def _sitting(row: Consultation | Note) -> str:
    sitting = row.consultation_id if isinstance(row, Note) else row.pk
    return reverse("consultations:sitting", args=[sitting])
