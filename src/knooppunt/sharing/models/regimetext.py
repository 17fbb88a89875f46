"""Versions of regimes that are written in this installation."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from knooppunt.kernel.privacy import Privacy, private
from knooppunt.sharing.rules.regimetext import TextStatus


class RegimeText(models.Model):
    """The text of one version of a regime, of the whole installation: a draft, or in force and then never changed.

    Nothing in it is about a resident. `code`, `label`, `valid_from` and `valid_to` stand in the text too; they are
    columns so that the database can hold them. The database also refuses to change a text in force, holds the digest
    against the text, and `approved_by` against everybody who wrote.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=10, default=TextStatus.DRAFT.value)
    code = models.CharField(max_length=30)
    label = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    based_on = models.CharField(max_length=60)
    motivation = models.TextField()
    writers = private(ArrayField(models.UUIDField()), Privacy.PROFESSIONAL)
    written_on = models.DateField()
    approved_by = private(models.UUIDField(null=True), Privacy.PROFESSIONAL)
    approved_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=TextStatus.IN_FORCE.value)
                | Q(approved_by__isnull=False, approved_on__isnull=False, valid_from__gte=F("approved_on")),
                name="regimetext_begins_after_approval",
            ),
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                condition=Q(status=TextStatus.IN_FORCE.value),
                name="regimetext_one_begins_a_day",
            ),
        ]

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {"content": self.content, "motivation": self.motivation}

    def concerned(self) -> list[uuid.UUID]:
        """No resident is named by a law."""
        return []
