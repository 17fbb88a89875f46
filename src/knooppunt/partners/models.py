"""Areas, organisations, professionals and their accounts, tables as meetings."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from knooppunt.kernel.privacy import Privacy, private
from knooppunt.partners.rules import AreaKind, OrganisationKind, ParticipantClass, Power


def _choices(kinds: Any) -> list[tuple[str, str]]:
    return [(kind.value, kind.value) for kind in kinds]


class Area(models.Model):
    """A municipality, safety region or police unit, in the composition of its years [REF-1]."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=_choices(AreaKind))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")
    safety_region = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="municipalities")
    police_unit = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="policed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="area_code_once_per_start"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="area_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    """A legal unit that works together: its code, its municipalities, and its own choices as configuration [REF-2]."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=80)
    municipalities = models.ManyToManyField(Area, related_name="regions")
    configuration = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A party that works in one or more regions; its participant class belongs to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30, choices=_choices(OrganisationKind))
    participant_class = models.CharField(max_length=20, choices=_choices(ParticipantClass))
    regions = models.ManyToManyField(Region, related_name="organisations")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; there are no superusers."""

    def create_user(self, email: str, password: str | None = None) -> "Account":
        """An account that can log in when it has a password."""
        account = self.model(email=self.normalize_email(email).lower())
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """The log-in of one person. Never shared: it belongs to one professional."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = private(models.EmailField(unique=True), Privacy.PROFESSIONAL)
    is_active = models.BooleanField(default=True)
    is_staff = False

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"


class Professional(models.Model):
    """A person who works for an organisation; designated, screened and trained until a date."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="professional")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="professionals")
    name = private(models.CharField(max_length=80), Privacy.PROFESSIONAL)
    job_title = private(models.CharField(max_length=80, blank=True), Privacy.PROFESSIONAL)
    functions = ArrayField(models.CharField(max_length=20))
    active_from = models.DateField()
    active_until = models.DateField(null=True)
    screened_on = private(models.DateField(null=True), Privacy.PROFESSIONAL)
    trained_until = private(models.DateField(null=True), Privacy.PROFESSIONAL)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(functions__contains=["execution", "maintenance"]), name="professional_not_judge_and_party"
            ),
            models.CheckConstraint(condition=~Q(functions=[]), name="professional_has_a_function"),
        ]

    def __str__(self) -> str:
        return self.name

    def concerned(self) -> list[uuid.UUID]:
        """No resident is concerned."""
        return []

    def shown_fields(self) -> dict[str, str]:
        """What stands there now, by form field."""
        return {
            "name": self.name,
            "job_title": self.job_title,
            "active_until": str(self.active_until or ""),
            "screened_on": str(self.screened_on or ""),
            "trained_until": str(self.trained_until or ""),
        }


class Table(models.Model):
    """A standing meeting: members, rhythm, quorum and real power. Its regime stands in `sharing`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="tables")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    rhythm = models.CharField(max_length=120, blank=True)
    power = models.CharField(max_length=30, choices=_choices(Power))
    quorum = models.PositiveSmallIntegerField(default=0)
    members = models.ManyToManyField(Organisation, related_name="tables")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="table_code_once_per_region")]

    def __str__(self) -> str:
        return self.name
