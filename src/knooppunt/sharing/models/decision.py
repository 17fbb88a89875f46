"""Why something was supplied."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private
from knooppunt.sharing.rules.supplying import Occasion


class SupplyDecision(models.Model):
    """Why an item may be seen by whom it went to: the question, the rules of that day, and their answers.

    `consent_id` names the recorded consent that it rests on, if it does.

    One when it was supplied, and of a request one for every kind of information in it; one more for each organisation
    that came to take part later, and for each answer of its supplier to that (`occasion`). Never changed. `item_id`
    and `subject_id` are opaque, as in a grant. It is read by whoever may read the item: `only_for` is that of the item,
    kept equal by the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item_id = models.UUIDField()
    occasion = models.CharField(max_length=12, default=Occasion.SUPPLIED.value)
    subject_id = models.UUIDField()
    category = models.CharField(max_length=30)
    supplier_id = models.UUIDField()
    only_for = private(ArrayField(models.UUIDField(), null=True), Privacy.RESIDENT_CONTENT)
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=20)
    regime_version = models.CharField(max_length=60)
    question = private(models.JSONField(), Privacy.RESIDENT_CONTENT)
    answers = private(models.JSONField(default=list), Privacy.RESIDENT_CONTENT)
    consent_id = models.UUIDField(null=True)
    motivation = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)

    class Meta:
        indexes = [models.Index(fields=["item_id"], name="decision_item")]
        constraints = [
            models.UniqueConstraint(
                fields=["item_id", "category"],
                condition=models.Q(occasion=Occasion.SUPPLIED.value),
                name="item_supplied_once",
            )
        ]
