"""The request to take something up, its judgement on criteria, and what stays when it is not taken up."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from knooppunt.cases.rules import Criterion, Judged
from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private


class Intake(models.Model):
    """A request to a triage table, with a motivation per criterion of Bgs 2.20 lid 1 [ZVH-2]."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT)
    table = models.ForeignKey("partners.Table", on_delete=models.PROTECT)
    report_id = models.UUIDField(null=True)
    municipality = models.ForeignKey("partners.Area", null=True, on_delete=models.PROTECT)
    requested_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    requested_for = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    made_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    urgent = models.BooleanField(default=False)
    domain = models.CharField(max_length=40, blank=True)
    problems = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    life_areas = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    threat = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    cooperation = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    goal = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    tried = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    informed = models.BooleanField()
    informed_note = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    accuracy_checked = models.BooleanField()
    partners = ArrayField(models.UUIDField(), default=list)
    status = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)

    def concerned(self) -> list[uuid.UUID]:
        """The persons of this intake are known to `people`; the look names the intake."""
        return []

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {"status": self.status}

    def judged(self) -> list[Judged]:
        """The recorded judgements, for the rules."""
        return [row.judged() for row in self.judgements.all()]

    def judging_members(self) -> list[str]:
        """The ids of the public participants at the table: each must judge or be noted as absent."""
        public = [one for one in self.table.members.all() if one.participant_class == "public"]
        return [str(one.pk) for one in sorted(public, key=lambda one: one.code)]


class Judgement(models.Model):
    """What one public participant of the triage team judged, per criterion; or that it was absent (Bgs 2.20 lid 3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="judgements")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    absent = models.BooleanField(default=False)
    problems = models.BooleanField(null=True)
    life_areas = models.BooleanField(null=True)
    threat = models.BooleanField(null=True)
    cooperation = models.BooleanField(null=True)
    motivation = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    judged_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intake", "organisation"], name="judgement_once_per_organisation"),
        ]

    def judged(self) -> Judged:
        """This judgement, for the rules."""
        return Judged(str(self.organisation_id), self.absent, {c: bool(getattr(self, c.value)) for c in Criterion})


class IntakeDecision(models.Model):
    """What a triage table decided, without a person: stays when everything else of the intake goes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT)
    table = models.ForeignKey("partners.Table", on_delete=models.PROTECT)
    decided_on = models.DateField()
    outcome = models.CharField(max_length=30)
    met = models.JSONField(default=dict)
    judged = ArrayField(models.SlugField(), default=list)
    quorum_met = models.BooleanField()

    def concerned(self) -> list[uuid.UUID]:
        """Nobody, by design."""
        return []
