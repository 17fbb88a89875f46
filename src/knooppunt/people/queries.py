"""Finding a person again, or words in texts, within what the actor may see; and whom a subject is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, objections, scope
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.excerpt import BEGIN, END, Piece, composed, excerpt, places, unaccented
from knooppunt.kernel.work import Work
from knooppunt.people.access import Permission, links
from knooppunt.people.actions import blind, joined_persons
from knooppunt.people.models import Person, PersonJoin, PersonLink, Search
from knooppunt.people.rules import Identity, parsed_query, sought_keys, sought_words
from knooppunt.sharing.access import plan_anew
from knooppunt.sharing.rules import Category

SEARCH_MINUTES = 10
MOST_TEXTS = 50
MOST_OCCURRENCES = 30

WHOLE = f"HighlightAll=true, StartSel={BEGIN}, StopSel={END}"


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


@dataclass(frozen=True)
class Sought:
    """What someone seeks: whom, and which words in texts."""

    identity: Identity
    words: str


@dataclass(frozen=True)
class FoundText:
    """A text that holds what was sought: of which room's kind, which row, of which subject, written when."""

    kind: str
    row: UUID
    subject: UUID
    category: str
    at: datetime


@dataclass(frozen=True)
class OpenedText:
    """The same text, opened by its own room as far as this actor may."""

    label: str
    category_label: str
    text: str
    url: str


def _occurrence(link: PersonLink) -> Occurrence:
    born = date.fromisoformat(link.born) if link.born else None
    is_about = link.category == Category.IDENTITY_CONTACT
    return Occurrence(link.person_id, link.subject_kind, link.subject_id, link.name, born, is_about)


def occurrences_in(work: Work, identity: Identity) -> tuple[list[Occurrence], bool]:
    """Where a person of these keys occurs, spelling slips included, as far as this actor may see; whether more."""
    digests = [digest for _, digest in blind(sought_keys(identity))]
    if not digests:
        return [], False
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_occurrences(%s, %s)", [digests, MOST_OCCURRENCES + 1])
        found = [row[0] for row in cursor.fetchall()]
    return _visible(work, Q(pk__in=found[:MOST_OCCURRENCES])), len(found) > MOST_OCCURRENCES


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


def sought_in(work: Work, search: UUID) -> Sought:
    """What was sought at this address; `NotFoundForYou` when it ended or is another's."""
    since = clock.now() - timedelta(minutes=SEARCH_MINUTES)
    row = Search.objects.filter(pk=search, designee_id=work.actor.who, made_at__gt=since).first()
    if row is None:
        raise NotFoundForYou("search")
    return Sought(parsed_query(row.typed), sought_words(row.typed))


def objections_to_seeking_in(work: Work, words: str) -> list[str]:
    """Why texts are not searched for these words."""
    found = objections(work.actor, Permission.SEARCH_TEXTS)
    if found:
        return [_("Bij toezicht zoekt u alleen op personen. Teksten leest u per casus, nadat u uw doel noteert.")]
    if not words:
        return [_("In teksten is niet gezocht: een BSN of een datum zoeken we alleen bij personen.")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(q), querytree(q) FROM kn_sought(%s) q", [words])
        nodes, needed = cursor.fetchone()
    if not nodes:
        return [_("In teksten is niet gezocht: dit zijn alleen heel gewone woorden, zoals ‘de’ of ‘niet’.")]
    if needed == "T":
        return [_("In teksten is niet gezocht: noem ook een woord dat er wél in moet staan.")]
    return []


def texts_in(work: Work, words: str, kinds: Iterable[str]) -> tuple[list[FoundText], bool]:
    """Texts with these words that this actor reaches, what was written last in front; and whether there are more.

    The gate looks at rows that nobody else may; what it names must still be opened through its own room's scope.
    """
    allow(work.actor, Permission.SEARCH_TEXTS)
    plan_anew()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, row_id, subject_id, category, at FROM kn_texts(%s, %s, %s)",
            [words, list(kinds), MOST_TEXTS + 1],
        )
        found = [FoundText(*row) for row in cursor.fetchall()]
    return found[:MOST_TEXTS], len(found) > MOST_TEXTS


def excerpts_in(work: Work, words: str, texts: Iterable[str]) -> list[tuple[Piece, ...]]:
    """A piece of each text, around the words that were sought."""
    whole = [composed(text) for text in texts]
    plain = [unaccented(text) for text in whole]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_headline('pg_catalog.dutch', said, kn_sought(%s), %s)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS t(said, n) ORDER BY n",
            [words, WHOLE, plain],
        )
        marked = [row[0] for row in cursor.fetchall()]
    return [excerpt(text, places(*both)) for text, both in zip(whole, zip(marked, plain, strict=True), strict=True)]
