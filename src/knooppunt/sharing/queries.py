"""Designations and grants as people may see them, where one is designated, and the regimes in force.

Ids of subjects are opaque here: a higher room that has subjects to designate for says so with `declare_subjects`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import NotFoundForYou, Refused
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.sharing import law
from knooppunt.sharing.access import Permission, valid_now
from knooppunt.sharing.models import Designation, Grant, SupplyDecision, TableRegime
from knooppunt.sharing.rules import STANDING, Regime, SubjectKind
from knooppunt.sharing.rules.deciding import Outcome
from knooppunt.sharing.rules.supplying import NOBODY, Recipient, party_of
from knooppunt.sharing.rules.words import OUTCOMES as IN_WORDS


@dataclass(frozen=True)
class Choice:
    """Something that an organisation can designate its professionals for."""

    kind: SubjectKind
    id: UUID
    name: str
    region: str


@dataclass(frozen=True)
class DesignationView:
    """Where a professional of the own organisation is designated for, until when."""

    id: UUID
    kind: str
    subject: UUID
    name: str
    function: str
    since: date
    until: date | None
    in_force: bool


@dataclass(frozen=True)
class GrantView:
    """What the own organisation may see of a subject."""

    id: UUID
    function: str
    categories: tuple[str, ...]
    basis: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class DecisionView:
    """Why an item was supplied. To whom is left out: that somebody takes part is information with its own category."""

    outcome: str
    articles: tuple[str, ...]
    known: tuple[tuple[str, bool], ...]
    motivation: str
    regime_version: str
    at: datetime

    @property
    def nobody(self) -> bool:
        """Whether nobody else could see it on that day."""
        return self.outcome == NOBODY

    @property
    def in_words(self) -> str:
        """The outcome as a reader knows it, of what was weighed already."""
        said = {**IN_WORDS, Outcome.WEIGH: "mag na afweging"}
        return {one.value: text for one, text in said.items()}.get(self.outcome, "")


@dataclass(frozen=True)
class TableOfRegion:
    """A standing meeting with the regime it works under and the names of its members."""

    table: partners.TableView
    region: str
    regime: str
    members: tuple[str, ...]


Offer = Callable[[UUID], list[Choice]]

_offers: dict[SubjectKind, Offer] = {}


def declare_subjects(kind: SubjectKind, offer: Offer) -> None:
    """Says which subjects of a kind an organisation (its id) can designate for; lower rooms cannot know them."""
    _offers[kind] = offer


def _tables(organisation: UUID) -> list[Choice]:
    regions = {region.id: region.name for region in partners.regions_of(organisation)}
    return [
        Choice(SubjectKind.TABLE, table.id, table.name, regions.get(table.region, ""))
        for table in partners.tables_near(organisation)
        if organisation in table.members
    ]


def _regions(organisation: UUID) -> list[Choice]:
    return [Choice(SubjectKind.REGION, row.id, row.name, row.name) for row in partners.regions_of(organisation)]


declare_subjects(SubjectKind.TABLE, _tables)
declare_subjects(SubjectKind.REGION, _regions)


def choices_for(actor: Actor) -> list[Choice]:
    """Everything that the administrator's organisation can designate its professionals for."""
    allow(actor, Permission.SEE_DESIGNATIONS)
    if actor.organisation is None:
        raise NotFoundForYou("organisation")
    return [choice for offer in _offers.values() for choice in offer(actor.organisation)]


def designations_of(actor: Actor, professional: UUID, known: list[Choice] | None = None) -> list[DesignationView]:
    """What the own organisation designated this professional for, newest first; never reports, intakes or cases.

    That somebody works on a case says something of a resident, so an administrator does not see it. `known` are
    the choices of this actor, where they were read already.
    """
    names = {choice.id: choice.name for choice in (choices_for(actor) if known is None else known)}
    with look(actor, "designations") as work:
        rows = Designation.objects.filter(
            Q(organisation_id=actor.organisation),
            designee_id=professional,
            subject_kind__in=STANDING,
        ).order_by("-valid_from", "id")
        found = [_designation(row, names) for row in rows]
        work.listed("designation", [view.id for view in found])
        return found


def _designation(row: Designation, names: dict[UUID, str]) -> DesignationView:
    now = clock.now()
    return DesignationView(
        id=row.pk,
        kind=row.subject_kind,
        subject=row.subject_id,
        name=names.get(row.subject_id, ""),
        function=row.function,
        since=row.valid_from.astimezone(clock.AMSTERDAM).date(),
        until=row.valid_until.astimezone(clock.AMSTERDAM).date() if row.valid_until else None,
        in_force=row.valid_from <= now and (row.valid_until is None or row.valid_until > now),
    )


def pool(work: Work, subject: UUID, function: Function) -> list[tuple[UUID, UUID]]:
    """Who is designated now, as organisation and designee: for a table or region of everyone, else within reach."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT organisation, designee FROM kn_designated(%s, %s)", [subject, function.value])
        rows = cursor.fetchall()
    return sorted((UUID(str(organisation)), UUID(str(designee))) for organisation, designee in rows)


def contacts(work: Work, subject: UUID, function: Function = Function.EXECUTION) -> list[partners.ProfessionalView]:
    """The people of the pool who may act today, by name: whom one can ask to take part."""
    designees = {designee for _, designee in pool(work, subject, function)}
    return list(partners.able_to_act(designees, function.value, clock.today()).values())


def grants_on(work: Work, subject: UUID) -> list[GrantView]:
    """The grants of the own organisation on a subject that are in force now."""
    rows = Grant.objects.filter(valid_now(), Q(organisation_id=work.actor.organisation), subject_id=subject).order_by(
        "valid_from", "id"
    )
    return [
        GrantView(row.pk, row.function, tuple(row.categories), row.basis, row.valid_from, row.valid_until)
        for row in rows
    ]


def recipients_in(work: Work, subject: UUID, category: str) -> tuple[Recipient, ...]:
    """Every other organisation that works on this subject and is granted this category now, as the law knows it.

    Through a gate: the actor need not see all of them. So who they are stays out of what is shown.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation FROM kn_recipients(%s, %s)", [subject, category])
        found = [UUID(str(row[0])) for row in cursor.fetchall()]
    known = partners.organisations(found) if found else {}
    return tuple(Recipient(key, party_of(view.kind, view.participant_class)) for key, view in known.items())


def decisions_on(work: Work, items: Iterable[UUID]) -> dict[UUID, DecisionView]:
    """Why these items were supplied, as far as the actor may read them; what was withheld has none. One query."""
    rows = SupplyDecision.objects.filter(scope(work.actor, SupplyDecision), item_id__in=list(items))
    return {row.item_id: _decision(row) for row in rows}


def _decision(row: SupplyDecision) -> DecisionView:
    # Of the answers that count only: articles and duties of the others could tell who takes part.
    answers: list[Mapping[str, Any]] = row.answers
    counting = [one for one in answers if one["outcome"] == row.outcome]
    asks = law.facts()
    return DecisionView(
        outcome=row.outcome,
        articles=tuple(dict.fromkeys(article for one in counting for article in one["articles"])),
        known=tuple((asks[name].ask, known) for name, known in row.question["facts"].items() if name in asks),
        motivation=row.motivation,
        regime_version=row.regime_version,
        at=row.at,
    )


def seats_in(work: Work, *kinds: SubjectKind) -> frozenset[UUID]:
    """The routes, tables and regions (or only these kinds) for which the actor is designated now, in this function."""
    wanted = kinds or STANDING
    rows = Designation.objects.filter(
        valid_now(),
        Q(organisation_id=work.actor.organisation, designee_id=work.actor.designee),
        function=work.actor.function.value,
        subject_kind__in=[kind.value for kind in wanted],
    )
    return frozenset(rows.values_list("subject_id", flat=True))


def seats(actor: Actor, *kinds: SubjectKind) -> frozenset[UUID]:
    """As `seats_in`, outside a Work."""
    with look(actor, "seats") as work:
        return seats_in(work, *kinds)


def regime_codes(tables: Iterable[UUID]) -> dict[UUID, str]:
    """Under which regime these tables work; a table without one is not there."""
    return dict(TableRegime.objects.filter(table_id__in=list(tables)).values_list("table_id", "regime"))


def regime_code_of(table: UUID) -> str:
    """Under which regime a table works; `Refused` when nobody said so yet."""
    found = regime_codes([table]).get(table)
    if found is None:
        raise Refused(
            ["Voor dit overleg is nog geen juridisch kader vastgelegd."],
            ["Vraag de beheerder van de regio om het kader bij dit overleg vast te leggen."],
        )
    return found


def tables_of_region(actor: Actor) -> list[TableOfRegion]:
    """The tables of the regions in which the own organisation works, with members and regime."""
    allow(actor, Permission.SEE_TABLES)
    if actor.organisation is None:
        raise NotFoundForYou("organisation")
    found = partners.tables_near(actor.organisation)
    regimes = regime_codes(table.id for table in found)
    regions = {region.id: region.name for region in partners.regions_of(actor.organisation)}
    known = partners.organisations({member for table in found for member in table.members})
    return [
        TableOfRegion(
            table,
            regions.get(table.region, ""),
            regimes.get(table.id, ""),
            tuple(view.name for view in known.values() if view.id in table.members),
        )
        for table in found
    ]


def regimes(on: date | None = None) -> list[Regime]:
    """Every shipped version, or those in force on a day; nothing here is about a person."""
    return [version for version in law.versions() if on is None or version.in_force(on)]


def regime_version(code: str, version: str) -> Regime:
    """One version of a regime by its code and number."""
    for found in law.versions():
        if (found.code, found.version) == (code, version):
            return found
    raise NotFoundForYou("regime")
