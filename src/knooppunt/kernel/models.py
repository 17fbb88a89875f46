"""The log, its seals, the outbox, forms that were handled once, drafts of others, sessions, and counters of what may
be too often.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from knooppunt.kernel import clock
from knooppunt.kernel.crypto import EncryptedTextField
from knooppunt.kernel.privacy import Privacy, private


class AuditLine(models.Model):
    """One look or change (BIO2 8.15.01: action, object, result, origin, actor, time). Inserted only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=clock.now)
    trace = models.UUIDField()
    designee = private(models.UUIDField(null=True), Privacy.PROFESSIONAL)
    organisation = models.UUIDField(null=True)
    function = models.CharField(max_length=20)
    mandate = models.CharField(max_length=80, blank=True)
    origin = private(models.CharField(max_length=64, blank=True), Privacy.PROFESSIONAL)
    event = models.CharField(max_length=60)
    result = models.CharField(max_length=10, default="ok")
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.UUIDField(null=True)
    under_id = models.UUIDField(null=True)
    part = models.CharField(max_length=40, blank=True)
    person = private(models.UUIDField(null=True), Privacy.RESIDENT_KEY)
    purpose = models.CharField(max_length=200, blank=True)
    shown = private(ArrayField(models.UUIDField(), default=list), Privacy.RESIDENT_KEY)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "at"], name="kernel_line_subject"),
            models.Index(fields=["under_id", "at"], name="kernel_line_under"),
            models.Index(fields=["person", "at"], name="kernel_line_person"),
        ]


class AuditSeal(models.Model):
    """The place of one line in the chain: digest of the line, and of all before it. Inserted only.

    `horizon` is the oldest transaction that was still running when this was sealed: whatever came in before it
    had been seen, so the next sealing need not look further back.
    """

    sequence = models.BigIntegerField(primary_key=True)
    line_id = models.UUIDField(unique=True)
    digest = models.BinaryField()
    chain = models.BinaryField()
    horizon = models.BigIntegerField()
    sealed_at = models.DateTimeField(default=clock.now)


class OutboxMessage(models.Model):
    """What others must be told, written with the change and sent after the commit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    made_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)


class HandledForm(models.Model):
    """A form that was sent: sent again, it gives the same answer and changes nothing."""

    id = models.UUIDField(primary_key=True, editable=False)
    designee = private(models.UUIDField(), Privacy.PROFESSIONAL)
    result = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)


class Session(AbstractBaseSession):
    """A session of Django, which knows whose it is. The key is a digest: with this table one cannot take one over."""

    session_key = private(models.CharField(max_length=64, primary_key=True), Privacy.SECRET)
    session_data = private(models.TextField(), Privacy.PROFESSIONAL)
    account = private(models.UUIDField(null=True, db_index=True), Privacy.PROFESSIONAL)


class Counter(models.Model):
    """How often something was done in a stretch of time. By whom is a keyed digest: no address or account is kept."""

    key = models.BinaryField(primary_key=True)
    hits = models.PositiveIntegerField()
    ends_at = models.DateTimeField()


class Draft(models.Model):
    """What somebody typed into one field of a form and has not sent yet, encrypted. Only they themselves read it.

    `place` holds the ids in the address of the form and `form` its name. `form_id` is the form in which it was typed,
    `shown_in` those that began with it since; `version` is what was read then. `subject_id` is the case, intake or
    report under which the form falls, if any: whoever does not reach that any more, does not reach the draft.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    designee = private(models.UUIDField(), Privacy.PROFESSIONAL)
    organisation = models.UUIDField()
    function = models.CharField(max_length=20)
    place = models.CharField(max_length=120, blank=True)
    form = models.CharField(max_length=80)
    field = models.CharField(max_length=40)
    text = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    form_id = models.UUIDField()
    shown_in = ArrayField(models.UUIDField(), default=list)
    version = models.PositiveIntegerField(null=True)
    subject_id = models.UUIDField(null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["designee", "organisation", "function", "place", "form", "field"], name="draft_once_per_field"
            )
        ]
