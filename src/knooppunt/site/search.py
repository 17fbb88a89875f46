"""What a search shows: persons, grouped as people decided, with the reports and cases that the actor may open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from knooppunt.cases.queries import titles as case_titles
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.work import look
from knooppunt.people.queries import Joined, Occurrence, joins_in, occurrences_in, search_text_in
from knooppunt.signals.queries import titles as report_titles

KINDS = {"report": "Melding", "intake": "Aanmelding", "case": "Casus"}
ICONS = {"report": "report", "intake": "triage", "case": "case"}


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


def search_results(actor: Actor, search: UUID) -> list[PersonFound]:
    """Who was found at this address. Raises `NotFoundForYou` when it ended or is another's."""
    with look(actor, "search") as work:
        found = occurrences_in(work, search_text_in(work, search))
        joins = joins_in(work, {one.person for one in found})
        work.listed("search", [one.subject_id for one in found])
    ids = {one.subject_id for one in found}
    titles: dict[UUID, Titled] = {}
    if ids:
        titles |= report_titles(actor, ids)
        titles |= case_titles(actor, ids)
    groups = _grouped({one.person for one in found}, joins)
    people = [_person(group, found, joins, titles) for group in groups]
    return sorted(people, key=lambda person: person.label.casefold())


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
