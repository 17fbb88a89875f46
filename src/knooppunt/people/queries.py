"""Finding a person again, within what the actor may see; and whom a subject is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from knooppunt.kernel import clock
from knooppunt.kernel.access import scope
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.work import Work
from knooppunt.people.access import links
from knooppunt.people.actions import blind, joined_persons
from knooppunt.people.models import Person, PersonJoin, PersonLink, Search
from knooppunt.people.rules import Identity, parsed_query, sought_keys
from knooppunt.sharing.rules import Category

SEARCH_MINUTES = 10


@dataclass(frozen=True)
class Occurrence:
    """A person in one subject that the actor may see."""

    person: UUID
    subject_kind: str
    subject_id: UUID
    name: str
    born: date | None
    is_about: bool


@dataclass(frozen=True)
class Joined:
    """A decision that two persons are one, as shown to whoever may undo it."""

    id: UUID
    kept: UUID
    joined: UUID
    reason: str
    at: date


def _occurrence(link: PersonLink) -> Occurrence:
    born = date.fromisoformat(link.born) if link.born else None
    is_about = link.category == Category.IDENTITY_CONTACT
    return Occurrence(link.person_id, link.subject_kind, link.subject_id, link.name, born, is_about)


def occurrences_in(work: Work, identity: Identity) -> list[Occurrence]:
    """Where a person of these keys occurs, spelling slips included, as far as this actor may see."""
    digests = [digest for _, digest in blind(sought_keys(identity))]
    if not digests:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_persons_of_keys(%s)", [digests])
        found = [row[0] for row in cursor.fetchall()]
    return _visible(work, Q(person_id__in=found))


def same_person_in(work: Work, person: UUID) -> list[Occurrence]:
    """Where this person occurs, joined persons included, as far as this actor may see."""
    return _visible(work, Q(person_id__in=joined_persons(person)))


def persons_of_in(work: Work, subjects: Iterable[UUID]) -> dict[UUID, list[Occurrence]]:
    """Whom these subjects are about, by subject; those the actor may not know are not there."""
    found: dict[UUID, list[Occurrence]] = {}
    for occurrence in _visible(work, Q(subject_id__in=list(subjects))):
        found.setdefault(occurrence.subject_id, []).append(occurrence)
    return found


def names_of_in(work: Work, subjects: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The names of whom these subjects are about, by subject, in the order of the alphabet."""
    found = persons_of_in(work, subjects)
    return {key: sorted({one.name for one in those if one.is_about}) for key, those in found.items()}


def _visible(work: Work, condition: Q) -> list[Occurrence]:
    rows = PersonLink.objects.filter(links(work.actor), condition).order_by("id")
    return [_occurrence(link) for link in rows]


def joins_in(work: Work, persons: Iterable[UUID]) -> list[Joined]:
    """The joins in force among these persons."""
    wanted = list(persons)
    visible = Person.objects.filter(scope(work.actor, Person)).values("pk")
    both = Q(kept_id__in=visible, joined_id__in=visible)
    rows = PersonJoin.objects.filter(both, Q(kept_id__in=wanted) | Q(joined_id__in=wanted), undone_at__isnull=True)
    return [Joined(row.pk, row.kept_id, row.joined_id, row.reason, row.at.date()) for row in rows]


def search_text_in(work: Work, search: UUID) -> Identity:
    """What was sought at this address; `NotFoundForYou` when it ended or is another's."""
    since = clock.now() - timedelta(minutes=SEARCH_MINUTES)
    row = Search.objects.filter(pk=search, designee_id=work.actor.who, made_at__gt=since).first()
    if row is None:
        raise NotFoundForYou("search")
    return parsed_query(row.typed)
