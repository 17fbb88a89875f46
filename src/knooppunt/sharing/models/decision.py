"""Why something was supplied."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private


class SupplyDecision(models.Model):
    """Why an item may be seen by whom it went to: the question, the rules of that day, and their answers.

    Never changed. `item_id` and `subject_id` are opaque, as in a grant. It is read by whoever may read the item:
    `only_for` is that of the item, kept equal by the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item_id = models.UUIDField(unique=True)
    subject_id = models.UUIDField()
    category = models.CharField(max_length=30)
    supplier_id = models.UUIDField()
    only_for = private(ArrayField(models.UUIDField(), null=True), Privacy.RESIDENT_CONTENT)
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=20)
    regime_version = models.CharField(max_length=60)
    question = private(models.JSONField(), Privacy.RESIDENT_CONTENT)
    answers = private(models.JSONField(default=list), Privacy.RESIDENT_CONTENT)
    motivation = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
