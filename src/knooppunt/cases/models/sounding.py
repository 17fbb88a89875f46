"""A situation put to a table without anything that identifies ("meedenken zonder naam"), and what was answered."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private


class Sounding(models.Model):
    """What somebody asks the partners of a table. It points at nobody, and yet only that table may read it.

    That it led to an intake is all that it knows of one: no id and no day, so that nobody can go from here to whom it
    was about.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    table = models.ForeignKey("partners.Table", on_delete=models.PROTECT, related_name="+")
    asked_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    asked_for = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    shows_name = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now)
    answer_on = models.DateField()
    age_band = private(models.CharField(max_length=20), Privacy.RESIDENT_CONTENT)
    municipality = models.ForeignKey("partners.Area", null=True, on_delete=models.PROTECT, related_name="+")
    life_areas = private(ArrayField(models.CharField(max_length=40), default=list), Privacy.RESIDENT_CONTENT)
    worries = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    tried = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    question = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    context = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    status = models.CharField(max_length=10)
    brought = private(models.CharField(max_length=20, blank=True), Privacy.RESIDENT_CONTENT)
    lesson = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    led_to_intake = models.BooleanField(default=False)
    closed_on = models.DateField(null=True)
    remove_on = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["-made_at", "id"], name="sounding_made"),
            models.Index(fields=["remove_on"], name="sounding_remove"),
        ]

    def concerned(self) -> list[uuid.UUID]:
        """Nobody, by design."""
        return []

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {"brought": self.brought, "lesson": self.lesson, "status": self.status}


class SoundingAnswer(models.Model):
    """What a partner answered, or whoever asked added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sounding = models.ForeignKey(Sounding, on_delete=models.PROTECT, related_name="answers")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    written_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    kind = models.CharField(max_length=20)
    text = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["-at", "id"], name="sounding_answer_at")]

    def concerned(self) -> list[uuid.UUID]:
        """Nobody, by design."""
        return []
