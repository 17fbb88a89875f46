"""Agreements as governance and maintenance read them, and what they open at this moment."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.sharing import law
from knooppunt.sharing.access import Permission, of_own_regions
from knooppunt.sharing.models import Agreement, TableRegime
from knooppunt.sharing.queries.designations import seat_rows
from knooppunt.sharing.rules import SubjectKind
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
from knooppunt.sharing.rules.question import Fact, Question
from knooppunt.sharing.rules.supplying import Recipient

DAY = timedelta(days=1)


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


def agreed_in(
    work: Work, recipients: Iterable[Recipient], asked: Question, region: UUID, supplier: UUID | None = None
) -> tuple[Recipient, ...]:
    """The same recipients, each with whether an agreement in force covers this: the register says so, at this moment.

    Only where the regime asks for an agreement; what does not hold opens nothing, so nothing needs to be swept.
    The supplier is the own organisation, unless another is named.
    """
    known, found = _validities(asked.regime, region), []
    for one in recipients:
        between = {supplier or work.actor.for_whom, one.organisation}
        covered = any(asked.category in each.opens(between, asked.regime, asked.on) for each in known)
        found.append(replace(one, facts={**one.facts, Fact.AGREEMENT_IN_FORCE.value: covered}))
    return tuple(found)


def _validities(regime: str, region: UUID | None) -> list[Validity]:
    rows = Agreement.objects.filter(regime=regime, put_in_force_on__isnull=False).prefetch_related("parties")
    return [validity_of(row) for row in (rows if region is None else rows.filter(region_id=region))]


@dataclass(frozen=True)
class ClosedTable:
    """A table whose cases are shut today because no agreement holds for one of its members.

    `since` is the first day without one, `again` the first day of the next; None where there is none.
    """

    name: str
    since: date | None
    again: date | None


def closed_tables_in(work: Work, on: date) -> tuple[ClosedTable, ...]:
    """The tables for which the actor is designated and that no agreement opens to the own organisation on a day.

    Says nothing of cases: not even whether there are any.
    """
    codes = {version.code for version in law.versions() if version.in_force(on) and version.needs_agreement}
    rows = TableRegime.objects.filter(regime__in=codes, table_id__in=seat_rows(work, SubjectKind.TABLE))
    found = []
    for key, regime in rows.values_list("table_id", "regime"):
        table = partners.table(key)
        known = [one for one in _validities(regime, table.region) if work.actor.for_whom in one.parties]
        if not any(one.in_force(on) for one in known):
            ended = [one.last + DAY for one in known if one.begins and one.last is not None and one.last < on]
            coming = [one.first for one in known if one.begins and one.first is not None and one.first > on]
            found.append(ClosedTable(table.name, max(ended, default=None), min(coming, default=None)))
    return tuple(sorted(found, key=lambda one: one.name))


def agreement_regions(actor: Actor) -> list[partners.RegionView]:
    """The regions of which this actor reads agreements."""
    allow(actor, Permission.SEE_AGREEMENTS)
    return partners.regions_of(actor.organisation) if actor.organisation else []


def category_labels() -> dict[str, str]:
    """What each category is called, by code: as the regimes call it, the newest last."""
    return {code: label for version in law.known() for code, label in version.categories.items()}


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
