"""What is asked of the knowledge network, and what it publishes."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from knooppunt.kernel.privacy import Privacy, private
from knooppunt.sharing.rules.network import FrequentStatus, QuestionStatus


class NetworkQuestion(models.Model):
    """A question of a professional about the rules, with its answer. It points at no resident: that was checked.

    `asked` holds the codes of "Mag ik dit delen?". It goes a year after the answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    region_id = models.UUIDField()
    status = models.CharField(max_length=10, default=QuestionStatus.OPEN.value)
    asked = models.JSONField()
    text = private(models.TextField(), Privacy.PROFESSIONAL)
    asked_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    asked_for = models.UUIDField()
    asked_on = models.DateField()
    answer = private(models.TextField(blank=True), Privacy.PROFESSIONAL)
    articles = private(ArrayField(models.CharField(max_length=60), default=list), Privacy.PROFESSIONAL)
    answered_by = private(models.UUIDField(null=True), Privacy.PROFESSIONAL)
    answered_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["region_id", "status"], name="network_question_lists"),
            models.Index(fields=["asked_by"], name="network_question_asker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=QuestionStatus.OPEN.value)
                | Q(answered_by__isnull=False, answered_on__isnull=False) & ~Q(answer=""),
                name="network_question_answered_is_whole",
            ),
        ]

    def concerned(self) -> list[uuid.UUID]:
        """No resident is named by a question about the rules."""
        return []

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {"answer": self.answer, "articles": "\n".join(self.articles)}


class FrequentQuestion(models.Model):
    """A question with its answer as everyone may read it, once governance published it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    region_id = models.UUIDField()
    source = models.ForeignKey(NetworkQuestion, null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=10, default=FrequentStatus.DRAFT.value)
    asked = models.JSONField()
    topic = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    body = models.TextField()
    answer = models.TextField()
    articles = ArrayField(models.CharField(max_length=60), default=list)
    written_by = private(models.UUIDField(), Privacy.PROFESSIONAL)
    written_on = models.DateField()
    published_by = private(models.UUIDField(null=True), Privacy.PROFESSIONAL)
    published_on = models.DateField(null=True)
    reviewed_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status", "topic"], name="frequent_question_topics")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=FrequentStatus.PUBLISHED.value)
                | Q(published_by__isnull=False, published_on__isnull=False, reviewed_on__isnull=False),
                name="frequent_question_published_has_days",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("written_by")),
                name="frequent_question_second_person",
            ),
        ]

    def concerned(self) -> list[uuid.UUID]:
        """No resident stands in what everyone may read."""
        return []

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        articles = "\n".join(self.articles)
        return {"title": self.title, "body": self.body, "answer": self.answer, "articles": articles}
