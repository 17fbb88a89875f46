"""Grant AND designation AND function: the condition on which every room's reading rests.

Once as a query (`reached`), once per record (`reach`, then `Reach.shows`), once in the database (`kn_reaches`).
The property test holds the three against each other.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

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


class Reached(Func):
    """The condition as one expression on a row's columns: subject, category, own organisation.

    Written out in SQL, because building the same nested subqueries for every list of every page costs more
    than asking them. Says the same as `kn_reaches`, from the actor's side instead of the session's.
    """

    output_field = BooleanField()
    conditional = True
    condition = """EXISTS (SELECT 1 FROM sharing_grant kn_g JOIN sharing_designation kn_d
        ON kn_d.organisation_id = kn_g.organisation_id AND kn_d.function = kn_g.function
       AND ((kn_d.subject_kind = kn_g.subject_kind AND kn_d.subject_id = kn_g.subject_id)
            OR (kn_d.subject_kind = ANY (%s) AND kn_d.subject_id = kn_g.under_id))
     WHERE kn_g.subject_id = {subject}
       AND kn_g.organisation_id = %s AND kn_g.function = %s AND kn_d.designee_id = %s
       AND kn_g.valid_from <= %s AND (kn_g.valid_until IS NULL OR kn_g.valid_until > %s)
       AND kn_d.valid_from <= %s AND (kn_d.valid_until IS NULL OR kn_d.valid_until > %s)
       AND ({category} = ANY (kn_g.categories) OR {own} = kn_g.organisation_id))"""

    def __init__(self, actor: Actor, *columns: Any, **extra: Any) -> None:
        super().__init__(*columns, **extra)
        self.actor = actor
        self.now = clock.now()

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The condition with its parameters, in the order in which they stand."""
        (subject, first), (category, second), (own, third) = (
            compiler.compile(e) for e in self.get_source_expressions()
        )
        actor, kinds = self.actor, sorted(STANDING)
        mine = [actor.organisation, actor.function.value, actor.designee, *[self.now] * 4]
        sql = self.condition.format(subject=subject, category=category, own=own)
        return sql, [kinds, *first, *mine, *second, *third]


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
    wanted = F(category) if category else Value(CORE)
    mine = F(own) if own else Cast(Value(None), UUIDField())
    return Q(Reached(actor, F(subject), wanted, mine))


def reach(actor: Actor, subject: UUID) -> Reach:
    """How far this actor reaches into this subject now."""
    held = grants_in_use(actor).filter(subject_id=subject).values_list("categories", flat=True)
    return Reach(actor.organisation, frozenset(code for codes in held for code in codes))
