"""Routes, the reports that come in by them, whom they are about, and the tokens of systems that send them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from knooppunt.kernel import clock
from knooppunt.kernel.crypto import EncryptedTextField
from knooppunt.kernel.privacy import Privacy, private


class Route(models.Model):
    """Who gets reports of some kinds in a region, and within what term."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="routes")
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    kinds = ArrayField(models.CharField(max_length=20))
    receivers = models.ManyToManyField("partners.Organisation", related_name="routes")
    term_days = models.PositiveSmallIntegerField()
    term_in_working_days = models.BooleanField(default=True)
    article = models.CharField(max_length=40, blank=True)
    by_municipality = models.BooleanField(default=False)
    regime = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="route_code_once_per_region")]

    def __str__(self) -> str:
        return self.title

    def concerned(self) -> list[uuid.UUID]:
        """No resident is concerned."""
        return []


class Report(models.Model):
    """Something that came in about a person, place or situation; not yet a case.

    `number_key` is the digest of the sender's own number, which may be longer than an index takes. A report that
    was replaced by its sender stays as it was read, under the same number, and nobody sees it any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT)
    route = models.ForeignKey(Route, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    number = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    number_key = models.CharField(max_length=64)
    sender = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    sender_professional = private(models.UUIDField(null=True), Privacy.PROFESSIONAL)
    token_id = models.UUIDField(null=True)
    receivers = ArrayField(models.UUIDField(), default=list)
    received_at = models.DateTimeField(default=clock.now)
    incident_at = private(models.DateTimeField(null=True), Privacy.RESIDENT_CONTENT)
    municipality = models.ForeignKey("partners.Area", null=True, on_delete=models.PROTECT)
    place = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    happened = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    worry = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    question = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    feedback_wanted = models.BooleanField(default=True)
    body = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    marks = ArrayField(models.CharField(max_length=40), default=list)
    due_on = models.DateField()
    status = models.CharField(max_length=20, default="open")
    outcome = models.CharField(max_length=30, blank=True)
    outcome_text = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    outcome_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "number_key"], condition=~Q(status="replaced"), name="report_number_once_per_sender"
            )
        ]
        indexes = [
            models.Index(fields=["route", "-received_at"], name="report_route_received"),
            models.Index(fields=["due_on"], condition=Q(status="open"), name="report_open_due"),
        ]

    def concerned(self) -> list[uuid.UUID]:
        """The persons this report is about."""
        known = ReportPerson.objects.filter(report=self, person_id__isnull=False)
        return [person for person in known.values_list("person_id", flat=True) if person]

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {"outcome": self.outcome, "outcome_text": self.outcome_text, "status": self.status}


class ReportPerson(models.Model):
    """A person as this reporter described them; everything that identifies is encrypted.

    Without a surname or a sound BSN there is nobody to find again: then there is a description and no person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="persons")
    person_id = private(models.UUIDField(null=True), Privacy.RESIDENT_KEY)
    surname = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    prefix = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    given_names = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    born = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    bsn = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    address = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    contact = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    gender = private(models.CharField(max_length=20, blank=True), Privacy.RESIDENT_CONTENT)


class ApiToken(models.Model):
    """The mandate of a system: organisation, regions and routes. Only a digest of the token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    regions = ArrayField(models.CharField(max_length=10))
    routes = ArrayField(models.CharField(max_length=10))
    digest = private(models.BinaryField(unique=True), Privacy.SECRET)
    outcome_url = models.URLField(blank=True)
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    def concerned(self) -> list[uuid.UUID]:
        """No resident is concerned."""
        return []
