"""Consent of somebody a case is about: given to some organisations for some kinds of information, and withdrawn."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from knooppunt.cases.models.case import Case
from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private


class Consent(models.Model):
    """Who agreed, when and how, to sharing what with whom and for what purpose.

    Read by the organisation that recorded it and by those it names; oversight sees it too. Never changed, but
    withdrawn once, through a gate.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    person_id = private(models.UUIDField(), Privacy.RESIDENT_KEY)
    given_on = models.DateField()
    given_how = models.CharField(max_length=10)
    given_by = models.CharField(max_length=20)
    categories = ArrayField(models.CharField(max_length=30))
    organisations = private(ArrayField(models.UUIDField()), Privacy.RESIDENT_CONTENT)
    purpose = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    note = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    recorded_for = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    recorded_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    recorded_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_how = models.CharField(max_length=10, blank=True)
    withdrawn_by = private(models.UUIDField(null=True), Privacy.PROFESSIONAL)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_how="", withdrawn_by__isnull=True)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_how="")),
                name="consent_withdrawn_whole",
            )
        ]

    def concerned(self) -> list[uuid.UUID]:
        """Whose consent it is."""
        return [self.person_id]
