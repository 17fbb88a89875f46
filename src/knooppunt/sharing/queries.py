"""Designations and grants as people may see them, where one is designated, the regimes in force, and agreements.

Ids of subjects are opaque here: a higher room that has subjects to designate for says so with `declare_subjects`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
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
from knooppunt.sharing.access import Permission, of_own_regions, valid_now
from knooppunt.sharing.models import Agreement, Designation, Grant, SupplyDecision, TableRegime
from knooppunt.sharing.rules import STANDING, Regime, SubjectKind
from knooppunt.sharing.rules.agreement import (
    DECISION_FIELDS,
    Due,
    Party,
    Stand,
    Terms,
    Validity,
    due,
    first_day,
    stand_of,
)
from knooppunt.sharing.rules.deciding import Outcome
from knooppunt.sharing.rules.question import Fact, Question
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


# --- Agreements ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class AgreementView:
    """An agreement as the register shows it. `authors` wrote its text; a second person puts it in force."""

    id: UUID
    version: int
    region: UUID
    region_name: str
    status: str
    terms: Terms
    parties: tuple[Party, ...]
    template: str
    judgement: str
    motivation: str
    judged_on: date | None
    history: "History"
    authors: frozenset[UUID]
    validity: Validity

    def stand(self, on: date) -> Stand:
        """How it stands on a day."""
        return stand_of(self.status, self.validity, on)

    def due(self, on: date) -> tuple[Due, ...]:
        """What asks for attention on a day."""
        return due(self.status, self.terms, on)

    @property
    def judged_before_change(self) -> bool:
        """Whether the text was written after the knowledge network judged it."""
        return self.judged_on is not None and self.history.written_on > self.judged_on


@dataclass(frozen=True)
class History:
    """When an agreement was made, changed, put in force, reviewed and ended, and the names of who did."""

    drafted_on: date
    drafted_by: str
    written_on: date
    written_by: str
    put_in_force_on: date | None
    put_in_force_by: str
    reviewed_on: date | None
    ended_on: date | None


def agreements(actor: Actor, region: UUID | None = None) -> list[AgreementView]:
    """The agreements of the regions in which the own organisation works, or of one of these, by title."""
    allow(actor, Permission.SEE_AGREEMENTS)
    with look(actor, "agreements") as work:
        rows = Agreement.objects.filter(of_own_regions(actor)).prefetch_related("parties").order_by("title", "id")
        found = _agreements(list(rows if region is None else rows.filter(region_id=region)))
        work.listed("agreement", [view.id for view in found])
        return found


def agreement(actor: Actor, key: UUID) -> AgreementView:
    """One agreement with its signatures."""
    allow(actor, Permission.SEE_AGREEMENTS)
    with look(actor, "agreement") as work:
        row = Agreement.objects.filter(of_own_regions(actor), pk=key).prefetch_related("parties").first()
        if row is None:
            raise NotFoundForYou("agreement")
        work.looked_at(row)
        (view,) = _agreements([row])
        return view


def agreements_to_review(actor: Actor, on: date) -> list[AgreementView]:
    """The agreements whose review or end comes within ninety days or has passed, the most urgent first."""
    found = [view for view in agreements(actor) if view.due(on)]
    return sorted(found, key=lambda view: min(one.on for one in view.due(on)))


def in_force_between(parties: Collection[UUID], regime: str, on: date, *, region: UUID | None = None) -> frozenset[str]:
    """The categories that an agreement in force on a day opens between these organisations; empty opens nothing.

    All of them must be parties to the same agreement. Nothing here is about a person.
    """
    opened = [one.opens(parties, regime, on) for one in _validities(regime, region)]
    return frozenset[str]().union(*opened)


def agreed_in(work: Work, recipients: Iterable[Recipient], asked: Question, region: UUID) -> tuple[Recipient, ...]:
    """The same recipients, each with whether an agreement in force covers this: the register says so, at this moment.

    Only where the regime asks for an agreement; what does not hold opens nothing, so nothing needs to be swept.
    """
    known, found = _validities(asked.regime, region), []
    for one in recipients:
        between = {work.actor.for_whom, one.organisation}
        covered = any(asked.category in each.opens(between, asked.regime, asked.on) for each in known)
        found.append(replace(one, facts={**one.facts, Fact.AGREEMENT_IN_FORCE.value: covered}))
    return tuple(found)


def _validities(regime: str, region: UUID | None) -> list[Validity]:
    rows = Agreement.objects.filter(regime=regime, put_in_force_on__isnull=False).prefetch_related("parties")
    return [validity_of(row) for row in (rows if region is None else rows.filter(region_id=region))]


def agreement_regions(actor: Actor) -> list[partners.RegionView]:
    """The regions of which this actor reads agreements."""
    allow(actor, Permission.SEE_AGREEMENTS)
    return partners.regions_of(actor.organisation) if actor.organisation else []


def category_labels() -> dict[str, str]:
    """What each category is called, by code: as the regimes call it, the newest last."""
    return {code: label for version in law.versions() for code, label in version.categories.items()}


def terms_of(row: Agreement) -> Terms:
    """What an agreement says, for the rules."""
    return Terms(
        kind=row.kind,
        title=row.title,
        purpose=row.purpose,
        regime=row.regime,
        categories=tuple(row.categories),
        decision={name: getattr(row, name) for name in DECISION_FIELDS},
        competent_authority=row.competent_authority,
        clauses=row.clauses,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        review_on=row.review_on,
    )


def parties_of(row: Agreement, known: dict[UUID, partners.OrganisationView] | None = None) -> tuple[Party, ...]:
    """The parties of an agreement by name; `known` are organisations that were read already."""
    rows = list(row.parties.all())
    names = partners.organisations([one.organisation_id for one in rows]) if known is None else known
    found = [
        Party(
            organisation=one.organisation_id,
            name=names[one.organisation_id].name if one.organisation_id in names else "",
            signatory_name=one.signatory_name,
            signatory_role=one.signatory_role,
            signed_on=one.signed_on,
        )
        for one in rows
    ]
    return tuple(sorted(found, key=lambda party: (party.name.casefold(), party.organisation)))


def validity_of(row: Agreement) -> Validity:
    """Between whom it opens what, and when."""
    return Validity(
        regime=row.regime,
        categories=frozenset(row.categories),
        parties=frozenset(one.organisation_id for one in row.parties.all()),
        first=first_day(row.starts_on, row.put_in_force_on),
        last=row.ends_on,
    )


def _agreements(rows: list[Agreement]) -> list[AgreementView]:
    known = partners.organisations({one.organisation_id for row in rows for one in row.parties.all()})
    people = partners.professionals({who for row in rows for who in _makers(row) if who is not None})
    regions = {key: partners.region(key).name for key in {row.region_id for row in rows}}
    return [_agreement(row, (known, people, regions)) for row in rows]


def _makers(row: Agreement) -> tuple[UUID | None, ...]:
    return (row.drafted_by, row.written_by, row.put_in_force_by)


Known = tuple[dict[UUID, partners.OrganisationView], dict[UUID, partners.ProfessionalView], dict[UUID, str]]


def _agreement(row: Agreement, known: Known) -> AgreementView:
    organisations, people, regions = known
    drafter, writer, second = (people[who].name if who in people else "" for who in _makers(row))
    return AgreementView(
        id=row.pk,
        version=row.version,
        region=row.region_id,
        region_name=regions[row.region_id],
        status=row.status,
        terms=terms_of(row),
        parties=parties_of(row, organisations),
        template=row.template,
        judgement=row.judgement,
        motivation=row.motivation,
        judged_on=row.judged_on,
        history=History(
            row.drafted_on, drafter, row.written_on, writer, row.put_in_force_on, second, row.reviewed_on, row.ended_on
        ),
        authors=frozenset({row.drafted_by, row.written_by}),
        validity=validity_of(row),
    )
