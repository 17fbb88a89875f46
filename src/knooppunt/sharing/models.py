"""Grants and designations: who may see what. All row-level policies refer to these two tables only.

And what organisations agreed: under which regime a table works, and the register of agreements.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private
from knooppunt.sharing.rules.agreement import AgreementStatus, NetworkJudgement


class Grant(models.Model):
    """This organisation may see these categories of this subject, in this function, until then.

    `subject_id` and `under_id` are opaque: a grant may be there before its subject, and a designation for what
    the subject hangs under (a route, a table, a region) counts too. `sort_at` is what lists sort on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation_id = models.UUIDField()
    subject_kind = models.CharField(max_length=10)
    subject_id = models.UUIDField()
    under_id = models.UUIDField(null=True)
    function = models.CharField(max_length=20)
    categories = ArrayField(models.CharField(max_length=30))
    basis = models.CharField(max_length=60)
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


class SupplyDecision(models.Model):
    """Why an item may be seen by whom it went to: the question, the rules of that day, and their answers.

    Never changed. `item_id` and `subject_id` are opaque, as in a grant. It is read by whoever may read the item.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item_id = models.UUIDField(unique=True)
    subject_id = models.UUIDField()
    category = models.CharField(max_length=30)
    supplier_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=20)
    regime_version = models.CharField(max_length=60)
    question = private(models.JSONField(), Privacy.RESIDENT_CONTENT)
    answers = private(models.JSONField(default=list), Privacy.RESIDENT_CONTENT)
    motivation = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)


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
