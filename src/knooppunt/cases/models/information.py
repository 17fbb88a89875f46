"""One piece of information in a case, with everything the law wants to know of it [LAW-3]."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from knooppunt.cases.models.case import Case
from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private


class Item(models.Model):
    """What a supplier shares; or, with `withheld`, that it does not share something and why [LAW-4].

    `only_for`: null is for every organisation that is granted the category; else, beside the supplier, for these
    alone. Only gates change it, and file, decision and words follow (migration 0010_only_for).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="items")
    category = models.CharField(max_length=30)
    subject = models.CharField(max_length=20)
    text = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    supplier = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    only_for = private(ArrayField(models.UUIDField(), null=True), Privacy.RESIDENT_CONTENT)
    supplied_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    withheld = models.BooleanField(default=False)
    basis = models.CharField(max_length=60)
    secrecy_way = models.CharField(max_length=30, blank=True)
    secrecy_note = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    conditions = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    first_processed_on = models.DateField()
    retain_until = models.DateField()
    made_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="item_made")]

    def concerned(self) -> list[uuid.UUID]:
        """The registered persons of the case."""
        return self.case.concerned()

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {"text": self.text, "conditions": self.conditions}
