"""Grant AND designation AND function, and an agreement where the grant rests on one: the condition of all reading.

Once as a query (`reached`), once per record (`reach`, then `Reach.shows`), once in the database (`kn_reaches`).
The property test holds the three against each other.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, CharField, Exists, F, Func, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from knooppunt.kernel import clock
from knooppunt.kernel.access import EVERYTHING, NOTHING, acts_in, declare, declare_scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.drafts import declare_reach
from knooppunt.kernel.walls import AGREED, agreed
from knooppunt.partners.queries import regions_of
from knooppunt.sharing.models import Agreement, Designation, Grant, SupplyDecision
from knooppunt.sharing.rules import CORE, STANDING, SubjectKind
from knooppunt.sharing.rules.agreement import Validity, first_day


class Permission(StrEnum):
    """What one may do in this room."""

    DESIGNATE = "sharing.designate"
    SEE_DESIGNATIONS = "sharing.see_designations"
    SEE_TABLES = "sharing.see_tables"
    SEE_AGREEMENTS = "sharing.see_agreements"
    KEEP_AGREEMENTS = "sharing.keep_agreements"
    ASK_NETWORK = "sharing.ask_network"
    ANSWER_NETWORK = "sharing.answer_network"
    SEE_REGIMES = "sharing.see_regimes"
    KEEP_REGIMES = "sharing.keep_regimes"


PROFESSIONALS = (
    Function.EXECUTION,
    Function.OVERSIGHT,
    Function.COUNTS,
    Function.GOVERNANCE,
    Function.MAINTENANCE,
)
"""Whoever works for an organisation."""

declare(
    "sharing",
    {
        Permission.DESIGNATE: (acts_in(Function.MAINTENANCE),),
        Permission.SEE_DESIGNATIONS: (acts_in(Function.MAINTENANCE),),
        Permission.SEE_TABLES: (acts_in(Function.MAINTENANCE, Function.GOVERNANCE),),
        Permission.SEE_AGREEMENTS: (acts_in(Function.MAINTENANCE, Function.GOVERNANCE),),
        Permission.KEEP_AGREEMENTS: (acts_in(Function.GOVERNANCE),),
        Permission.ASK_NETWORK: (acts_in(*PROFESSIONALS),),
        Permission.ANSWER_NETWORK: (acts_in(Function.GOVERNANCE),),
        Permission.SEE_REGIMES: (acts_in(Function.MAINTENANCE, Function.GOVERNANCE),),
        Permission.KEEP_REGIMES: (acts_in(Function.GOVERNANCE),),
    },
)


def asked_in_own_regions(actor: Actor) -> Q:
    """Questions to the knowledge network are read by governance of an organisation that works in the region."""
    if actor.function is not Function.GOVERNANCE or actor.organisation is None:
        return NOTHING
    return Q(region_id__in=[region.id for region in regions_of(actor.organisation)])


def asked_oneself(actor: Actor) -> Q:
    """Whoever asked a question reads it again, in whatever function, for the organisation for which it was asked."""
    if not actor.is_professional:
        return NOTHING
    return Q(asked_by=actor.who, asked_for=actor.organisation)


def of_own_regions(actor: Actor) -> Q:
    """Agreements are read by governance and maintenance of an organisation that works in the region.

    No scope for lists of residents: nobody stands in an agreement, so no row-level security says this once more.
    """
    if actor.function not in {Function.GOVERNANCE, Function.MAINTENANCE} or actor.organisation is None:
        return NOTHING
    return Q(region_id__in=[region.id for region in regions_of(actor.organisation)])


@dataclass(frozen=True)
class Reach:
    """How far an actor reaches into one subject: the categories, and the own organisation's things."""

    organisation: UUID | None
    categories: frozenset[str]
    oversees: bool = False

    def shows(self, category: str = CORE, own: UUID | None = None, only_for: Collection[UUID] | None = None) -> bool:
        """Whether something of this category, or of this owning organisation, may be seen.

        `only_for` names the organisations that it is limited to, which does not bind oversight.
        """
        if not self.categories:
            return False
        open_to = only_for is None or self.oversees or self.organisation in only_for
        return (open_to and category in self.categories) or (own is not None and own == self.organisation)


class Reached(Func):
    """The condition as one expression on a row's columns: subject, category, own organisation.

    Written out in SQL, because building the same nested subqueries for every list of every page costs more
    than asking them. Says the same as `kn_reaches`, from the actor's side instead of the session's.
    """

    output_field = BooleanField()
    conditional = True
    condition = f"""EXISTS (SELECT 1 FROM sharing_grant kn_g
     WHERE kn_g.subject_id = {{subject}} AND kn_g.organisation_id = %s AND kn_g.function = %s
       AND kn_g.valid_from <= %s AND (kn_g.valid_until IS NULL OR kn_g.valid_until > %s)
       AND ({{category}} = ANY (kn_g.categories) OR {{own}} = kn_g.organisation_id)
       AND {agreed("kn_g", "{wanted}", "%s", "%s")}
       AND EXISTS (SELECT 1 FROM sharing_designation kn_d
         WHERE kn_d.designee_id = %s AND kn_d.organisation_id = kn_g.organisation_id AND kn_d.function = kn_g.function
           AND kn_d.valid_from <= %s AND (kn_d.valid_until IS NULL OR kn_d.valid_until > %s)
           AND ((kn_d.subject_kind = kn_g.subject_kind AND kn_d.subject_id = kn_g.subject_id)
             OR (kn_d.subject_kind = ANY (%s) AND kn_d.subject_id = kn_g.under_id)) OFFSET 0) OFFSET 0)"""  # nosec B608
    # OFFSET 0: else the planner first joins all that the actor reaches, which for many grants takes minutes.

    def __init__(self, actor: Actor, *columns: Any, **extra: Any) -> None:
        super().__init__(*columns, **extra)
        self.actor = actor
        self.now = clock.now()

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The condition with its parameters, in the order in which they stand."""
        (subject, first), (category, second), (own, third) = (
            compiler.compile(e) for e in self.get_source_expressions()
        )
        actor, now = self.actor, self.now
        grant, designation = [actor.organisation, actor.function.value, now, now], [actor.designee, now, now]
        # The own organisation's things are there as long as the core is.
        wanted = f"CASE WHEN {own} = kn_g.organisation_id THEN '{CORE}' ELSE {category} END"
        sql = self.condition.format(subject=subject, category=category, own=own, wanted=wanted)
        opened = [*third, *second, actor.organisation, clock.today()]
        return sql, [*first, *grant, *second, *third, *opened, *designation, sorted(STANDING)]


class AgreedNow(Func):
    """Whether the agreement that a grant rests on opens a category for the actor today, if it rests on one."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, actor: Actor, category: str, *columns: Any, **extra: Any) -> None:
        super().__init__(*columns, **extra)
        self.said = [category, actor.organisation, clock.today()]

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The condition with its parameters; the columns have none."""
        (region, _), (regime, _) = (compiler.compile(e) for e in self.get_source_expressions())
        return AGREED.format(region=region, regime=regime, category="%s", organisation="%s", today="%s"), self.said


class OpenTo(Func):
    """The category of a row whose columns are `only_for` and `category`; none where it is for others than this one.

    Says the same as `only_for` of the walls, from the actor's side: null is for whoever is granted the category.
    """

    output_field = CharField()

    def __init__(self, actor: Actor, *columns: Any, **extra: Any) -> None:
        super().__init__(*columns, **extra)
        self.organisation = actor.organisation

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The choice with its parameter."""
        (limits, first), (category, second) = (compiler.compile(e) for e in self.get_source_expressions())
        sql = f"CASE WHEN {limits} IS NULL OR %s::uuid = ANY ({limits}) THEN {category} END"
        return sql, [*first, self.organisation, *first, *second]


class ExistsByItself(Exists):
    """As `Exists`, judged row by row through the indexes: the planner does not join all there is first."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


def valid_now() -> Q:
    """Grants and designations that hold at this moment."""
    now = clock.now()
    return Q(valid_from__lte=now) & (Q(valid_until__isnull=True) | Q(valid_until__gt=now))


def designated(actor: Actor, subject: UUID) -> bool:
    """Whether the actor is designated now, in this function, for a route, table or region."""
    mine = Q(organisation_id=actor.organisation, designee_id=actor.designee, function=actor.function.value)
    return Designation.objects.filter(valid_now(), mine, subject_kind__in=STANDING, subject_id=subject).exists()


def grants_in_use(actor: Actor, category: str = CORE) -> QuerySet[Grant]:
    """The grants that work for this actor now: valid, in this function, and with a valid designation.

    One that rests on an agreement works while that agreement opens this category.
    """
    subject = Q(subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id"))
    above = Q(subject_kind__in=STANDING, subject_id=OuterRef("under_id"))
    designation = Designation.objects.filter(
        valid_now(),
        subject | above,
        Q(organisation_id=actor.organisation, designee_id=actor.designee),
        function=actor.function.value,
    )
    return Grant.objects.filter(
        valid_now(),
        ExistsByItself(designation),
        Q(organisation_id=actor.organisation),
        Q(AgreedNow(actor, category, F("agreed_in"), F("agreed_under"))),
        function=actor.function.value,
    )


def reached(
    actor: Actor, subject: str, category: str | None = None, own: str | None = None, only_for: str | None = None
) -> Q:
    """The condition on rows whose columns `subject`, `category` and `own` (organisation) are named here.

    `only_for` holds the organisations that a row is limited to; oversight sees past that.
    """
    wanted: Any = F(category) if category else Value(CORE)
    if only_for and actor.function is not Function.OVERSIGHT:
        wanted = OpenTo(actor, F(only_for), wanted)
    mine = F(own) if own else Cast(Value(None), UUIDField())
    return Q(Reached(actor, F(subject), wanted, mine))


FEW = 1_000
"""Up to so many subjects a list starts from what the actor reaches; beyond that, from the list's own order."""

NEAR_SQL = f"""
WITH d AS MATERIALIZED (
    SELECT * FROM sharing_designation
     WHERE designee_id = %(designee)s AND organisation_id = %(organisation)s AND function = %(function)s
       AND subject_kind = ANY (%(kinds)s)
       AND valid_from <= %(now)s AND (valid_until IS NULL OR valid_until > %(now)s) LIMIT %(most)s)
SELECT NULL::uuid FROM d HAVING count(*) = %(most)s
UNION ALL
(SELECT g.subject_id FROM d
  CROSS JOIN LATERAL (
    SELECT * FROM sharing_grant direct WHERE direct.subject_id = d.subject_id AND d.subject_kind = %(kind)s
    UNION ALL
    SELECT * FROM sharing_grant under WHERE under.under_id = d.subject_id AND d.subject_kind <> %(kind)s OFFSET 0) g
 WHERE (SELECT count(*) FROM d) < %(most)s
   AND g.subject_kind = %(kind)s AND g.organisation_id = d.organisation_id AND g.function = d.function
   AND g.valid_from <= %(now)s AND (g.valid_until IS NULL OR g.valid_until > %(now)s)
   AND {agreed("g", "'core'", "%(organisation)s", "%(today)s")}
 LIMIT %(most)s)
"""  # nosec B608
"""Designation by designation (that is what LATERAL and OFFSET 0 are for), until there are too many.

One row without a subject says that there are too many designations to follow."""


class Among(Func):
    """Whether a column holds one of these keys, as one parameter however many they are."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: Any, keys: Any = (), **extra: Any) -> None:
        super().__init__(column, **extra)
        self.keys = list(keys)

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The comparison with its parameter."""
        (column,) = self.get_source_expressions()
        sql, values = compiler.compile(column)
        return f"{sql} = ANY (%s)", [*values, self.keys]


@dataclass(frozen=True)
class Near:
    """What of a kind an actor reaches, where that is little: it says where to look, never what may be seen."""

    keys: frozenset[UUID] | None

    def narrows(self, column: str = "pk") -> Q:
        """Rows about one of these subjects; everything when there are too many to name."""
        return EVERYTHING if self.keys is None else Q(Among(F(column), self.keys))


def plan_anew() -> None:
    """Lets the server plan the rest of this Work for whoever asks, instead of keeping one plan for all.

    How much somebody reaches differs a thousandfold, and so does the quickest way to a list or to what is sought.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")


def near(actor: Actor, kind: SubjectKind) -> Near:
    """The subjects of a kind within reach, or that there are more than `FEW`.

    A list that filters by scope alone judges row after row of everybody's: fine when most of them are the actor's,
    slow when few are. Within a Work.
    """
    plan_anew()
    said = {
        "designee": actor.designee,
        "organisation": actor.organisation,
        "function": actor.function.value,
        "now": clock.now(),
        "today": clock.today(),
        "kinds": sorted({kind, *STANDING}),
        "kind": kind.value,
        "most": FEW + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAR_SQL, said)
        found = [row[0] for row in cursor.fetchall()]
    return Near(None if len(found) > FEW or None in found else frozenset(found))


def granted(actor: Actor, kind: SubjectKind, column: str = "pk") -> Q:
    """Rows about a subject of this kind that the own organisation has any grant on: where to look, for what is few."""
    own = Grant.objects.filter(Q(organisation_id=actor.organisation), subject_kind=kind.value)
    own = own.filter(function=actor.function.value)
    return Q(**{f"{column}__in": own.values("subject_id")})


def newest(actor: Actor, kind: SubjectKind, most: int) -> list[UUID]:
    """The subjects of a kind whose record opens, newest first, at most so many, for who reaches many. Within a Work.

    A second grant on the same subject counts once, as the later one.
    """
    rows = grants_in_use(actor).filter(subject_kind=kind.value, categories__contains=[CORE])
    after = Q(sort_at__gt=OuterRef("sort_at")) | Q(sort_at=OuterRef("sort_at"), pk__gt=OuterRef("pk"))
    later = rows.filter(after, subject_id=OuterRef("subject_id"))
    once = rows.filter(~ExistsByItself(later)).order_by("-sort_at", "subject_id")
    return list(once.values_list("subject_id", flat=True)[:most])


declare_scope(SupplyDecision, lambda actor: reached(actor, "subject_id", "category", "supplier_id", "only_for"))
declare_reach(lambda actor: Q(subject_id__isnull=True) | reached(actor, "subject_id"))


def reach(actor: Actor, subject: UUID) -> Reach:
    """How far this actor reaches into this subject now."""
    held: set[str] = set()
    for grant in grants_in_use(actor).filter(subject_id=subject):
        given = set(grant.categories)
        if grant.agreed_in:
            given &= opened_now(grant.organisation_id, grant.agreed_in, grant.agreed_under)
        held |= given
    return Reach(actor.organisation, frozenset(held), oversees=actor.function is Function.OVERSIGHT)


def opened_now(organisation: UUID, region: UUID, regime: str) -> frozenset[str]:
    """What the agreements of a region open today under a regime for one of their parties: `kn_opened`, by the rules.

    The core comes with any of them; empty when none holds.
    """
    rows = Agreement.objects.filter(region_id=region, regime=regime, parties__organisation_id=organisation)
    today, found = clock.today(), set[str]()
    for row in rows:
        days = first_day(row.starts_on, row.put_in_force_on), row.ends_on
        if Validity(regime, frozenset(row.categories), frozenset(), *days).in_force(today):
            found |= {CORE, *row.categories}
    return frozenset(found)
