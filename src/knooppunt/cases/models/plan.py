"""One plan: the resident's own words, goals per life area, and who does what before when."""

import uuid

from django.db import connection, models
from django.db.models import Q

from knooppunt.cases.models.case import Case
from knooppunt.kernel import clock
from knooppunt.kernel.privacy import Privacy, private


class Plan(models.Model):
    """The one plan of a case, and what the resident wants in their own words."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="plan")
    own_words = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    discussed = private(models.CharField(max_length=200, blank=True), Privacy.RESIDENT_CONTENT)
    category = models.CharField(max_length=30)
    adopted_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    def concerned(self) -> list[uuid.UUID]:
        """The registered persons of the case."""
        return self.case.concerned()

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {"own_words": self.own_words, "discussed": self.discussed, "category": self.category}


class Goal(models.Model):
    """What should be different, on one life area; the life area decides the category."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="goals")
    life_area = models.CharField(max_length=40)
    category = models.CharField(max_length=30)
    text = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    own_words = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    reached_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    def concerned(self) -> list[uuid.UUID]:
        """The registered persons of the case."""
        return self.case.concerned()

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {
            "life_area": self.life_area,
            "text": self.text,
            "own_words": self.own_words,
            "category": self.category,
            "reached": "on" if self.reached_on else "",
        }


class AgreedAction(models.Model):
    """Who does what before when, within the plan; the own organisation always sees its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    goal = models.ForeignKey(Goal, null=True, on_delete=models.PROTECT, related_name="actions")
    category = models.CharField(max_length=30)
    text = private(models.TextField(), Privacy.RESIDENT_CONTENT)
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT)
    professional = private(
        models.ForeignKey("partners.Professional", null=True, on_delete=models.PROTECT), Privacy.PROFESSIONAL
    )
    due_on = models.DateField()
    postponed = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=20, default="open")
    status_note = private(models.TextField(blank=True), Privacy.RESIDENT_CONTENT)
    settled_on = models.DateField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["professional", "due_on"], condition=Q(status="open"), name="action_own"),
            models.Index(
                fields=["organisation", "due_on"],
                condition=Q(status="open", professional__isnull=True),
                name="action_of_organisation",
            ),
        ]

    def concerned(self) -> list[uuid.UUID]:
        """The registered persons of the case."""
        return self.case.concerned()

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {
            "text": self.text,
            "due_on": self.due_on.isoformat(),
            "status": self.status,
            "status_note": self.status_note,
            "organisation": str(self.professional_id or self.organisation_id),
            "goal": str(self.goal_id or ""),
            "category": self.category,
        }


def open_actions(case: uuid.UUID) -> int:
    """How many agreed actions of a case are open, also those that the asker may not see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_open_actions(%s)", [case])
        (found,) = cursor.fetchone()
    return int(found)
