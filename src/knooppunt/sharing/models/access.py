"""Grants and designations: who may see what. Row-level policies refer to these, and to agreements for some grants."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private


class Grant(models.Model):
    """This organisation may see these categories of this subject, in this function, until then.

    `subject_id` and `under_id` are opaque: a grant may be there before its subject, and a designation for what
    the subject hangs under (a route, a table, a region) counts too. `sort_at` is what lists sort on.
    With `agreed_in` (a region) it works only while the register of that region holds an agreement in force under the
    regime `agreed_under` to which the organisation is a party; without, it rests on the law alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation_id = models.UUIDField()
    subject_kind = models.CharField(max_length=10)
    subject_id = models.UUIDField()
    under_id = models.UUIDField(null=True)
    function = models.CharField(max_length=20)
    categories = ArrayField(models.CharField(max_length=30))
    basis = models.CharField(max_length=60)
    agreed_in = models.UUIDField(null=True)
    agreed_under = models.CharField(max_length=30, blank=True, default="", db_default="")
    sort_at = models.DateTimeField(default=clock.now)
    valid_from = models.DateTimeField(default=clock.now)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "function", "subject_kind", "-sort_at"], name="grant_lists"),
            models.Index(fields=["subject_id", "organisation_id"], name="grant_subject"),
            models.Index(
                fields=["under_id", "organisation_id"], condition=Q(under_id__isnull=False), name="grant_under"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="grant_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(agreed_in__isnull=True, agreed_under="") | Q(agreed_in__isnull=False) & ~Q(agreed_under=""),
                name="grant_agreed_whole",
            ),
        ]


class Designation(models.Model):
    """This professional (or mandate of a system) is assigned by this organisation to this subject, until then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation_id = models.UUIDField()
    designee_id = private(models.UUIDField(), Privacy.PROFESSIONAL)
    subject_kind = models.CharField(max_length=10)
    subject_id = models.UUIDField()
    function = models.CharField(max_length=20)
    valid_from = models.DateTimeField(default=clock.now)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["designee_id", "subject_id"], name="designation_designee"),
            models.Index(fields=["designee_id", "subject_kind", "subject_id"], name="designation_kinds"),
            models.Index(fields=["subject_id", "organisation_id"], name="designation_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="designation_ends_after_start",
            )
        ]

    def concerned(self) -> list[uuid.UUID]:
        """No resident is named by a designation."""
        return []


class TableRegime(models.Model):
    """Which regime a table works under, since when: exactly one at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table_id = models.UUIDField(unique=True)
    regime = models.CharField(max_length=30)
