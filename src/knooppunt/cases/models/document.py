"""The file of an item, and what is in it in a table of its own, so that no list ever reads that."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from knooppunt.cases.models.case import Case
from knooppunt.cases.models.information import Item
from knooppunt.kernel import clock
from knooppunt.kernel.crypto import EncryptedBytesField, EncryptedTextField
from knooppunt.kernel.privacy import Privacy, private


class Document(models.Model):
    """A file that came in with an item and is kept as long; without one, a file that was stopped at the door.

    Case, category, supplier and `only_for` are those of the item, kept equal by the database (migrations
    0006_document_walls and 0010_only_for): so the same policy guards both.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    # The constraint stands in 0006_document_walls: together with case, category and supplier.
    item = models.ForeignKey(Item, null=True, on_delete=models.CASCADE, related_name="documents", db_constraint=False)
    category = models.CharField(max_length=30)
    supplier = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    only_for = private(ArrayField(models.UUIDField(), null=True), Privacy.RESIDENT_CONTENT)
    supplied_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    name = private(EncryptedTextField(), Privacy.RESIDENT_IDENTITY)
    kind = models.CharField(max_length=10, blank=True)
    size = models.PositiveIntegerField()
    status = models.CharField(max_length=10)
    stopped_for = ArrayField(models.CharField(max_length=20), default=list)
    judged_at = models.DateTimeField(null=True)
    remove_on = models.DateField(null=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="stopped") | models.Q(item__isnull=False),
                name="document_belongs_to_an_item",
            ),
            models.CheckConstraint(
                condition=models.Q(status="stopped", remove_on__isnull=False)
                | (~models.Q(status="stopped") & models.Q(remove_on__isnull=True)),
                name="document_in_quarantine_has_an_end",
            ),
        ]

    def concerned(self) -> list[uuid.UUID]:
        """The registered persons of the case."""
        return self.case.concerned()


class DocumentContent(models.Model):
    """What is in a file. The database gives it to nobody before the file was found clean."""

    document = models.OneToOneField(
        Document, primary_key=True, on_delete=models.CASCADE, related_name="content", db_constraint=False
    )
    content = private(EncryptedBytesField(), Privacy.RESIDENT_CONTENT)
