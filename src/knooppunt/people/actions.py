"""Keeping a person as keys, linking it to where it occurs, and joining two that are one."""

from uuid import UUID, uuid4

from django.db import IntegrityError, connection

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.crypto import blind_index
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.people.access import Permission, persons
from knooppunt.people.models import Person, PersonJoin, PersonLink, Search
from knooppunt.people.rules import Identity, Key, in_short, stored_keys
from knooppunt.sharing.rules import Category, SubjectKind

JOINED_ONCE = "person_join_once"


class AlreadyJoined(Refused):
    """These two were decided to be one before."""

    def __init__(self) -> None:
        super().__init__(["Deze twee zijn al samengevoegd."])


def blind(keys: set[Key]) -> list[tuple[str, bytes]]:
    """Keys as they are stored and sought: kind and digest."""
    return sorted((key.kind, blind_index(key.kind, key.value)) for key in keys)


def know_person_in(work: Work, identity: Identity) -> UUID:
    """The person of these keys: the one with the same BSN, or a new one. Nobody learns which of the two it was.

    The keys themselves are kept with the link (`link_person_in`): they belong to where somebody was called so.
    """
    if not (identity.bsn or identity.surname):
        raise BadInput("achternaam", "Vul een achternaam of een BSN in.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_know_person(%s, %s, %s)", [uuid4(), *_columns(identity)])
        (person,) = cursor.fetchone()
    work.record("person.known", Person(pk=person), person=person)
    return UUID(str(person))


def _columns(identity: Identity) -> tuple[list[str], list[bytes]]:
    """Kinds and digests, as the gate functions take them."""
    made = blind(stored_keys(identity))
    return [kind for kind, _ in made], [digest for _, digest in made]


def link_person_in(
    work: Work,
    person: UUID,
    subject: tuple[SubjectKind, UUID],
    identity: Identity,
    category: Category = Category.IDENTITY_CONTACT,
    *,
    as_in: UUID | None = None,
) -> UUID:
    """Notes that a person occurs in a report, intake or case, how it is named there, and by what it is found there.

    Someone of the direct circle is linked under `relations`: that they belong to it is itself such information.
    `as_in` is where the person came from: it is found here by the same keys, also by a BSN that is not shown.
    """
    kind, subject_id = subject
    row = PersonLink(
        person_id=person,
        subject_kind=kind.value,
        subject_id=subject_id,
        category=category.value,
        name=identity.full_name,
        born=identity.born.isoformat() if identity.born else "",
    )
    row.save(force_insert=True)
    with connection.cursor() as cursor:
        if as_in is None:
            cursor.execute("SELECT kn_keep_keys(%s, %s, %s, %s)", [person, subject_id, *_columns(identity)])
        else:
            cursor.execute("SELECT kn_copy_keys(%s, %s, %s)", [person, as_in, subject_id])
    work.record("person.linked", row, person=person, subject=subject_id)
    return row.pk


def join_persons(actor: Actor, kept: UUID, joined: UUID, reason: str, *, once: UUID | None = None) -> UUID:
    """A professional decides that two persons are one; both must be within the own view."""
    if not reason.strip():
        raise BadInput("reason", "Schrijf op waarom dit dezelfde persoon is.")
    if kept == joined:
        raise BadInput("persons", "Kies twee verschillende personen.")
    with Work(actor, "join_persons", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.JOIN)
        for person in (kept, joined):
            if not Person.objects.filter(persons(actor), pk=person).exists():
                raise NotFoundForYou("person")
        if joined in joined_persons(kept):
            raise AlreadyJoined
        row = PersonJoin(kept_id=kept, joined_id=joined, reason=reason.strip(), by_professional=actor.who)
        try:
            row.save(force_insert=True)
        except IntegrityError as error:
            # Two people decided the same at the same moment: the database let one through.
            if JOINED_ONCE in str(error):
                raise AlreadyJoined from error
            raise
        work.record("person.joined", row, person=kept, joined=joined)
        work.record("person.joined", row, person=joined, kept=kept)
        return work.finish(row.pk)


def joined_persons(person: UUID) -> frozenset[UUID]:
    """This person and everyone decided to be the same, within a Work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_persons_joined(%s)", [person])
        return frozenset(row[0] for row in cursor.fetchall())


def split_persons(actor: Actor, join: UUID) -> None:
    """Undoes a join: both persons stand alone again, with what belonged to each."""
    with Work(actor, "split_persons") as work:
        allow(actor, Permission.JOIN)
        row = PersonJoin.objects.select_for_update().filter(pk=join, undone_at__isnull=True).first()
        if row is None or not Person.objects.filter(persons(actor), pk=row.joined_id).exists():
            raise NotFoundForYou("join")
        PersonJoin.objects.filter(pk=join).update(undone_at=clock.now())
        work.record("person.split", row, person=row.joined_id)


def begin_search(actor: Actor, typed: str) -> UUID:
    """Keeps what was typed, encrypted, under a random address that ends after ten minutes."""
    with Work(actor, "begin_search") as work:
        allow(actor, Permission.SEARCH)
        row = Search(designee_id=actor.who, typed=in_short(typed))
        row.save(force_insert=True)
        work.record("search.begun", row)
        return row.pk


def sweep_searches(actor: Actor) -> None:
    """Removes searches whose ten minutes are over; the database lets the jobs remove no others."""
    with Work(actor, "sweep_searches"):
        Search.objects.all().delete()
