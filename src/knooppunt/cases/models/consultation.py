"""One sitting on a case: who was there, and notes by BOB (beeld, oordeel, besluit) [ZVH-4]."""

import uuid

from django.db import models

from knooppunt.cases.models.case import Case
from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private


class Consultation(models.Model):
    """A sitting of a table on one case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consultations")
    table = models.ForeignKey("partners.Table", on_delete=models.PROTECT)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    purpose = private(models.CharField(max_length=200), Privacy.RESIDENT_CONTENT)
    category = models.CharField(max_length=30)
    status = models.CharField(max_length=20, default="planned")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["starts_at", "id"], name="consultation_starts")]

    def concerned(self) -> list[uuid.UUID]:
        """The registered persons of the case."""
        return self.case.concerned()

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {"starts_at": self.starts_at.isoformat(), "purpose": self.purpose, "status": self.status}


class Attendance(models.Model):
    """Whether a participant was there; its involvement has a category."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="attendance")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    category = models.CharField(max_length=30)
    present = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "organisation"], name="attendance_once_per_organisation")
        ]


class Note(models.Model):
    """One point of the agenda, the image, the judgement, a decision, or dissent from one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="notes")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=20)
    category = models.CharField(max_length=30)
    text = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    written_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    at = models.DateTimeField(default=clock.now)
