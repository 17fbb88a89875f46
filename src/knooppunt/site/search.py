"""What a search shows: persons, grouped as people decided, and texts, as far as the actor may open them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knooppunt.cases import queries as cases
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.excerpt import Piece
from knooppunt.kernel.work import Work, look
from knooppunt.people.queries import (
    FoundText,
    Joined,
    Occurrence,
    OpenedText,
    excerpts_in,
    joins_in,
    objections_to_seeking_in,
    occurrences_in,
    sought_in,
    texts_in,
)
from knooppunt.signals import queries as signals

KINDS = {"report": "Melding", "intake": "Aanmelding", "case": "Casus"}
ICONS = {"report": "report", "intake": "triage", "case": "case"}

TEXT_KINDS: Mapping[str, tuple[str | Promise, str, tuple[str, ...]]] = {
    # What one chooses from: its name, its picture, and the kinds of text that belong to it.
    "informatie": (_("Informatie"), "info", ("item",)),
    "plan": (_("Plan"), "plan", ("plan", "goal", "action")),
    "overleg": (_("Overleg"), "meeting", ("consultation", "note")),
    "melding": (_("Meldingen"), "report", ("report",)),
}


class Titled(Protocol):
    """What something is called and where it is opened, as each room says it."""

    @property
    def title(self) -> str:
        """As it stands above its page."""
        ...

    @property
    def url(self) -> str:
        """Its address."""
        ...


@dataclass(frozen=True)
class Hit:
    """One subject in which a person occurs."""

    kind: str
    title: str
    url: str
    icon: str


@dataclass(frozen=True)
class PersonFound:
    """One person, joined ones together, as the suppliers named them."""

    id: UUID
    names: tuple[str, ...]
    born: tuple[date, ...]
    hits: tuple[Hit, ...]
    joins: tuple[Joined, ...]

    @property
    def label(self) -> str:
        """How to tell this person from another in the list."""
        days = ", ".join(f"{day:%d-%m-%Y}" for day in self.born)
        return " / ".join(self.names) + (f" ({days})" if days else "")


@dataclass(frozen=True)
class TextHit:
    """One text in which the words occur: where it stands, and the piece around them."""

    icon: str
    label: str
    title: str
    category_label: str
    at: datetime
    url: str
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True)
class Results:
    """Everything at the address of one search. `objections` say why texts were not searched."""

    people: tuple[PersonFound, ...]
    more_people: bool
    words: str
    kind: str
    texts: tuple[TextHit, ...]
    more_texts: bool
    objections: tuple[str, ...]


def search_results(actor: Actor, search: UUID, kind: str = "") -> Results:
    """What was found at this address. Raises `NotFoundForYou` when it ended or is another's."""
    with look(actor, "search") as work:
        sought = sought_in(work, search)
        found, more_people = occurrences_in(work, sought.identity)
        joins = joins_in(work, {one.person for one in found})
        work.listed("search", [one.subject_id for one in found])
        objections = objections_to_seeking_in(work, sought.words)
        texts, more_texts = ([], False) if objections else _texts(work, sought.words, kind)
        work.listed("text_search", [one.row for one, _, _ in texts])
    titles = _titles(actor, {one.subject_id for one in found} | {one.subject for one, _, _ in texts})
    people = [_person(group, found, joins, titles) for group in _grouped({one.person for one in found}, joins)]
    return Results(
        people=tuple(sorted(people, key=lambda person: person.label.casefold())),
        more_people=more_people,
        words=sought.words,
        kind=kind if kind in TEXT_KINDS else "",
        texts=tuple(_hit(*one, titles) for one in texts if one[0].subject in titles),
        more_texts=more_texts,
        objections=tuple(objections),
    )


def _titles(actor: Actor, ids: set[UUID]) -> dict[UUID, Titled]:
    titles: dict[UUID, Titled] = {}
    if ids:
        titles |= signals.titles(actor, ids)
        titles |= cases.titles(actor, ids)
    return titles


def _texts(work: Work, words: str, kind: str) -> tuple[list[tuple[FoundText, OpenedText, tuple[Piece, ...]]], bool]:
    """Each found text with itself opened by its room, and a piece of it; what does not open there is not shown."""
    chosen = [TEXT_KINDS[kind]] if kind in TEXT_KINDS else TEXT_KINDS.values()
    found, more = texts_in(work, words, [code for _label, _icon, codes in chosen for code in codes])
    opened = cases.opened_texts_in(work, found) | signals.opened_texts_in(work, found)
    shown = [(one, opened[one.kind, one.row]) for one in found if (one.kind, one.row) in opened]
    pieces = excerpts_in(work, words, [text.text for _one, text in shown])
    return [(*both, piece) for both, piece in zip(shown, pieces, strict=True)], more


def _hit(one: FoundText, text: OpenedText, pieces: tuple[Piece, ...], titles: Mapping[UUID, Titled]) -> TextHit:
    icon = next(icon for _label, icon, codes in TEXT_KINDS.values() if one.kind in codes)
    title = titles[one.subject].title
    return TextHit(icon, text.label, title, text.category_label, one.at, text.url, pieces)


def _grouped(persons: Iterable[UUID], joins: Iterable[Joined]) -> list[frozenset[UUID]]:
    """Persons that were joined, directly or by way of another, stand together."""
    groups: dict[UUID, frozenset[UUID]] = {person: frozenset([person]) for person in persons}
    for join in joins:
        whole = groups.get(join.kept, frozenset([join.kept])) | groups.get(join.joined, frozenset([join.joined]))
        groups |= dict.fromkeys(whole, whole)
    return sorted(set(groups.values()), key=lambda group: str(min(group)))


def _person(
    group: frozenset[UUID],
    found: list[Occurrence],
    joins: list[Joined],
    titles: Mapping[UUID, Titled],
) -> PersonFound:
    own = [one for one in found if one.person in group]
    subjects = {one.subject_id: one.subject_kind for one in own}
    return PersonFound(
        id=min(one.person for one in own) if own else min(group),
        names=tuple(sorted({one.name for one in own if one.name})) or ("naam onbekend",),
        born=tuple(sorted({one.born for one in own if one.born})),
        hits=tuple(
            Hit(KINDS[kind], titles[subject].title, titles[subject].url, ICONS[kind])
            for subject, kind in subjects.items()
            if subject in titles
        ),
        joins=tuple(join for join in joins if join.kept in group),
    )
