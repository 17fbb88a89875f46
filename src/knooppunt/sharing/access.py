"""Grant AND designation AND function: the condition on which every room's reading rests.

Once as a query (`reached`), once per record (`reach`, then `Reach.shows`), once in the database (`kn_reaches`).
The property test holds the three against each other.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value

from knooppunt.kernel import clock
from knooppunt.kernel.access import acts_in, declare
from knooppunt.kernel.actor import Actor, Function
from knooppunt.sharing.models import Designation, Grant
from knooppunt.sharing.rules import CORE, STANDING


class Permission(StrEnum):
    """What one may do in this room."""

    DESIGNATE = "sharing.designate"
    SEE_DESIGNATIONS = "sharing.see_designations"
    SEE_TABLES = "sharing.see_tables"


declare(
    "sharing",
    {
        Permission.DESIGNATE: (acts_in(Function.MAINTENANCE),),
        Permission.SEE_DESIGNATIONS: (acts_in(Function.MAINTENANCE),),
        Permission.SEE_TABLES: (acts_in(Function.MAINTENANCE, Function.GOVERNANCE),),
    },
)


@dataclass(frozen=True)
class Reach:
    """How far an actor reaches into one subject: the categories, and the own organisation's things."""

    organisation: UUID | None
    categories: frozenset[str]

    def shows(self, category: str = CORE, own: UUID | None = None) -> bool:
        """Whether something of this category, or of this owning organisation, may be seen."""
        if not self.categories:
            return False
        return category in self.categories or (own is not None and own == self.organisation)


class Holds(Func):
    """`value = ANY(array)` for two columns."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def valid_now() -> Q:
    """Grants and designations that hold at this moment."""
    now = clock.now()
    return Q(valid_from__lte=now) & (Q(valid_until__isnull=True) | Q(valid_until__gt=now))


def designated(actor: Actor, subject: UUID) -> bool:
    """Whether the actor is designated now, in this function, for a route, table or region."""
    mine = Q(organisation_id=actor.organisation, designee_id=actor.designee, function=actor.function.value)
    return Designation.objects.filter(valid_now(), mine, subject_kind__in=STANDING, subject_id=subject).exists()


def grants_in_use(actor: Actor) -> QuerySet[Grant]:
    """The grants that work for this actor now: valid, in this function, and with a valid designation."""
    subject = Q(subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id"))
    above = Q(subject_kind__in=STANDING, subject_id=OuterRef("under_id"))
    designation = Designation.objects.filter(
        valid_now(),
        subject | above,
        Q(organisation_id=actor.organisation, designee_id=actor.designee),
        function=actor.function.value,
    )
    return Grant.objects.filter(
        valid_now(), Exists(designation), Q(organisation_id=actor.organisation), function=actor.function.value
    )


def reached(actor: Actor, subject: str, category: str | None = None, own: str | None = None) -> Q:
    """The condition on rows whose columns `subject`, `category` and `own` (organisation) are named here."""
    grants = grants_in_use(actor).filter(subject_id=OuterRef(subject))
    wanted = OuterRef(category) if category else Value(CORE)
    fits: Any = Q(Holds(wanted, F("categories")))
    if own:
        fits |= Q(organisation_id=OuterRef(own))
    return Q(Exists(grants.filter(fits)))


def reach(actor: Actor, subject: UUID) -> Reach:
    """How far this actor reaches into this subject now."""
    held = grants_in_use(actor).filter(subject_id=subject).values_list("categories", flat=True)
    return Reach(actor.organisation, frozenset(code for codes in held for code in codes))
