"""A case: its persons, its participants, its phases, and the count that stays when it is gone."""

import uuid

from django.db import models

from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private


class Case(models.Model):
    """Work of several partners on one to many registered persons, under exactly one regime."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT)
    table = models.ForeignKey("partners.Table", on_delete=models.PROTECT)
    municipality = models.ForeignKey("partners.Area", null=True, on_delete=models.PROTECT)
    intake_id = models.UUIDField(null=True)
    number = models.CharField(max_length=20)
    regime = models.CharField(max_length=30)
    regime_version = models.CharField(max_length=60)
    state = models.CharField(max_length=30)
    phase = models.CharField(max_length=10)
    domain = models.CharField(max_length=40, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    close_reason = models.CharField(max_length=40, blank=True)
    next_review_on = models.DateField(null=True)
    case_director = private(
        models.ForeignKey("partners.Professional", null=True, on_delete=models.PROTECT, related_name="+"),
        Privacy.PROFESSIONAL,
    )
    process_director = private(
        models.ForeignKey("partners.Professional", null=True, on_delete=models.PROTECT, related_name="+"),
        Privacy.PROFESSIONAL,
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "number"], name="case_number_once_per_region")]
        indexes = [
            models.Index(fields=["-opened_on", "-number"], name="case_opened"),
            models.Index(fields=["next_review_on", "-number"], name="case_review"),
        ]

    def concerned(self) -> list[uuid.UUID]:
        """The registered persons of this case."""
        return list(CasePerson.objects.filter(case=self, registered=True).values_list("person_id", flat=True))

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {"phase": self.phase, "review_on": str(self.next_review_on or ""), "state": self.state}


class CasePerson(models.Model):
    """A registered person of a case, or one of the direct circle (Wgs 2.30 lid 1 onder b)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="persons")
    person_id = private(models.UUIDField(), Privacy.RESIDENT_KEY)
    registered = models.BooleanField()
    relation = private(models.CharField(max_length=60, blank=True), Privacy.RESIDENT_CONTENT)
    category = models.CharField(max_length=30)
    informed = models.CharField(max_length=30, default="to_do")
    informed_on = models.DateField(null=True)
    informed_note = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    informed_review_on = models.DateField(null=True)


class Participant(models.Model):
    """An organisation that takes part. That it does is itself information of a category."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="participants")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    participant_class = models.CharField(max_length=20)
    category = models.CharField(max_length=30)
    receives = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "organisation"], name="participant_once_per_case")]


class PhaseChange(models.Model):
    """From which phase to which, why, and by whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="phase_changes")
    was = models.CharField(max_length=10)
    became = models.CharField(max_length=10)
    reason = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    category = models.CharField(max_length=30)
    changed_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    at = models.DateTimeField(default=clock.now)


class StateChange(models.Model):
    """One step of the state machine [ZVH-1]: core information of every participant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="state_changes")
    was = models.CharField(max_length=30, blank=True)
    became = models.CharField(max_length=30)
    at = models.DateTimeField(default=clock.now)


class CaseCount(models.Model):
    """What a destroyed case leaves for the figures: no person, no number, no text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT)
    municipality = models.ForeignKey("partners.Area", null=True, on_delete=models.PROTECT)
    regime = models.CharField(max_length=30)
    opened_on = models.DateField()
    closed_on = models.DateField()

    def concerned(self) -> list[uuid.UUID]:
        """Nobody, by design."""
        return []
