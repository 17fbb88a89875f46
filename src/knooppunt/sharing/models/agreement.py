"""What organisations of a region agreed."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from knooppunt.kernel import clock
from knooppunt.kernel.crypto import EncryptedBytesField
from knooppunt.kernel.privacy import Privacy, private
from knooppunt.sharing.rules.agreement import AgreementStatus, NetworkJudgement


class Agreement(models.Model):
    """What organisations of a region agreed: purpose, data, term, and the decision of the police (Wpg 20 lid 2).

    Nothing in it is about a resident. It holds from the later of `starts_on` and `put_in_force_on`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    region_id = models.UUIDField()
    kind = models.CharField(max_length=12)
    status = models.CharField(max_length=10, default=AgreementStatus.DRAFT.value)
    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    regime = models.CharField(max_length=30)
    categories = ArrayField(models.CharField(max_length=30))
    weighty_interest = models.TextField(blank=True)
    collaboration_and_purpose = models.TextField(blank=True)
    data = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    recipients = models.TextField(blank=True)
    competent_authority = private(models.CharField(max_length=200, blank=True), Privacy.PROFESSIONAL)
    clauses = models.TextField(blank=True)
    template = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    judgement = models.CharField(max_length=30, default=NetworkJudgement.NONE.value)
    motivation = models.TextField(blank=True)
    judged_on = models.DateField(null=True)
    drafted_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    drafted_on = models.DateField()
    written_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    written_on = models.DateField()
    put_in_force_by = private(models.UUIDField(null=True), Privacy.PROFESSIONAL)
    put_in_force_on = models.DateField(null=True)
    reviewed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["region_id", "status"], name="agreement_lists")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=AgreementStatus.IN_FORCE.value)
                | Q(starts_on__isnull=False, put_in_force_on__isnull=False, review_on__isnull=False),
                name="agreement_in_force_has_days",
            ),
            models.CheckConstraint(
                condition=Q(put_in_force_by__isnull=True)
                | ~(Q(put_in_force_by=F("drafted_by")) | Q(put_in_force_by=F("written_by"))),
                name="agreement_second_person",
            ),
        ]

    def concerned(self) -> list[uuid.UUID]:
        """No resident is named by an agreement."""
        return []

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        texts = ("kind", "title", "purpose", "regime", "weighty_interest", "collaboration_and_purpose", "data")
        more = ("conditions", "recipients", "competent_authority", "clauses", "judgement", "motivation")
        days = ("starts_on", "ends_on", "review_on", "judged_on")
        found = {name: str(getattr(self, name) or "") for name in (*texts, *more, *days)}
        organisations = sorted(str(row.organisation_id) for row in self.parties.all())
        return found | {"categories": ", ".join(self.categories), "parties": ", ".join(organisations)}


class AgreementParty(models.Model):
    """An organisation that is a party to an agreement; who signed for it, in which role, and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    organisation_id = models.UUIDField()
    signatory_name = private(models.CharField(max_length=80, blank=True), Privacy.PROFESSIONAL)
    signatory_role = private(models.CharField(max_length=80, blank=True), Privacy.PROFESSIONAL)
    signed_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "organisation_id"], name="agreement_party_once")]


class AgreementDocument(models.Model):
    """A file with an agreement: an annex, or the copy that was signed. Nothing in it is about a resident."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="documents")
    name = private(models.CharField(max_length=120), Privacy.PROFESSIONAL)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    status = models.CharField(max_length=10)
    stopped_for = ArrayField(models.CharField(max_length=20), default=list)
    judged_at = models.DateTimeField(null=True)
    added_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-made_at", "id"]

    def concerned(self) -> list[uuid.UUID]:
        """No resident is named by an agreement."""
        return []


class AgreementDocumentContent(models.Model):
    """What is in a file. The web reads it through a gate only, which gives what was found clean.

    It goes with its document: the constraint stands in the migration, because no role of the web may see it here.
    """

    document = models.OneToOneField(
        AgreementDocument, primary_key=True, on_delete=models.DO_NOTHING, related_name="content", db_constraint=False
    )
    content = private(EncryptedBytesField(), Privacy.PROFESSIONAL)
