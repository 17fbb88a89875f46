"""A person is keys only; names, addresses and dates belong to a supplier's report or item. And what searches need."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from knooppunt.kernel import clock
from knooppunt.kernel.crypto import EncryptedTextField
from knooppunt.kernel.privacy import Privacy, private


class Person(models.Model):
    """One resident, as far as we know; `PersonJoin` says which of them are one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField(default=clock.now)

    def concerned(self) -> list[uuid.UUID]:
        """The person itself."""
        return [self.id]


class PersonKey(models.Model):
    """One blind index under which a person is found again; only gate functions read it.

    It belongs to the report, intake or case where somebody was called so: whoever may not open that does not find
    the person by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = private(models.UUIDField(), Privacy.RESIDENT_KEY)
    subject_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=12)
    digest = private(models.BinaryField(), Privacy.RESIDENT_KEY)

    class Meta:
        indexes = [
            models.Index(fields=["digest"], name="person_key_digest"),
            models.Index(fields=["person_id", "subject_id"], name="person_key_place"),
        ]


class PersonLink(models.Model):
    """Where a person occurs: in which report, intake or case, and how it is named there (encrypted).

    `category` is `identity_contact` for whom it is about, and `relations` for someone of the direct circle.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = private(models.UUIDField(db_index=True), Privacy.RESIDENT_KEY)
    subject_kind = models.CharField(max_length=10)
    subject_id = models.UUIDField(db_index=True)
    category = models.CharField(max_length=30)
    name = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    born = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)


class PersonJoin(models.Model):
    """The decision that two are one, by whom and why; undone when it was wrong."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kept_id = private(models.UUIDField(), Privacy.RESIDENT_KEY)
    joined_id = private(models.UUIDField(), Privacy.RESIDENT_KEY)
    reason = private(models.CharField(max_length=300), Privacy.RESIDENT_CONTENT)
    by_professional = private(models.UUIDField(), Privacy.PROFESSIONAL)
    at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True)


class Search(models.Model):
    """A search by someone, kept ten minutes under a random address, with what was typed encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    designee_id = private(models.UUIDField(), Privacy.PROFESSIONAL)
    typed = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    made_at = models.DateTimeField(default=clock.now)


class Searchable(models.Model):
    """The words of one piece of text, and what the right to read it rests on; the text itself stays where it is.

    Kept by triggers on the rooms' own tables (`kernel.walls.searchable`), read by one gate function (`kn_texts`).
    `place` counts up with each writing, so that a search can begin with what was written last.
    """

    place = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    row_id = models.UUIDField()
    subject_id = models.UUIDField()
    category = models.CharField(max_length=30)
    own_id = models.UUIDField(null=True)
    only_for = private(ArrayField(models.UUIDField(), null=True), Privacy.RESIDENT_CONTENT)
    at = models.DateTimeField()
    words = private(SearchVectorField(), Privacy.RESIDENT_CONTENT)

    class Meta:
        indexes = [models.Index(fields=["subject_id"], name="searchable_subject")]
        constraints = [models.UniqueConstraint(fields=["row_id", "kind"], name="searchable_once_per_row")]
