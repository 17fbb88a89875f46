"""Requests at triage tables, and one of them with its judgements."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects

from knooppunt.cases.access import Permission
from knooppunt.cases.models import Case, Intake, Judgement
from knooppunt.cases.queries.head import title_of
from knooppunt.cases.queries.soundings import ForIntakeForm, sounding_for_intake_in
from knooppunt.cases.queries.supplying import kinds_asked, secrecy_ways
from knooppunt.cases.rules import (
    CRITERIA_TEXT,
    Criterion,
    IntakeStatus,
    Judged,
    criteria_met,
    objections_to_admission,
    objections_to_deciding,
)
from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, allowed, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.terms import Due, due
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.partners.rules import ParticipantClass, knowledge_domains, phases
from knooppunt.people.queries import Occurrence, names_of_in, persons_of_in, same_person_in
from knooppunt.sharing import law
from knooppunt.sharing.queries import DecisionView, category_labels, decisions_about, regime_codes, seats_in
from knooppunt.sharing.rules import SubjectKind
from knooppunt.signals.queries import ForIntake, for_intake


@dataclass(frozen=True)
class IntakeLine:
    """One request in the list of a triage table."""

    id: UUID
    title: str
    table: str
    requested_for: str
    made_at: datetime
    urgent: bool
    due: Due
    own_judgement: bool
    may_judge: bool


@dataclass(frozen=True)
class JudgementLine:
    """What one member judged, or that it still has to."""

    organisation: UUID
    organisation_name: str
    given: bool
    absent: bool
    met: tuple[tuple[str, bool | None], ...]
    motivation: str
    own: bool


@dataclass(frozen=True)
class CriterionLine:
    """One criterion of Bgs 2.20: its text, the motivation of the requester, and how the table judges."""

    code: str
    text: str
    motivation: str
    met: bool | None
    yes: int
    no: int


@dataclass(frozen=True)
class IntakePage:
    """One request with everything the table needs to judge."""

    id: UUID
    title: str
    table: str
    requested_for: str
    requested_by: str
    made_at: datetime
    due: Due
    urgent: bool
    goal: str
    tried: str
    informed: bool
    informed_note: str
    criteria: tuple[CriterionLine, ...]
    persons: tuple[Occurrence, ...]
    elsewhere: tuple[Occurrence, ...]
    partners: tuple[str, ...]
    judgements: tuple[JudgementLine, ...]
    quorum: int
    not_yet: tuple[str, ...]
    not_admitted: tuple[str, ...]
    may_judge: bool
    may_decide: bool
    decided: bool
    case: UUID | None
    phases: tuple[tuple[str, str], ...]
    decisions: tuple[tuple[str, DecisionView], ...]


@dataclass(frozen=True)
class RequestPage:
    """What the request form offers: tables, domains, partners, municipalities, and what it starts from."""

    tables: tuple[tuple[str, str], ...]
    domains: tuple[tuple[str, str], ...]
    partners: tuple[tuple[str, str], ...]
    municipalities: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    secrecy_asked: bool
    secrecy_ways: tuple[tuple[str, str], ...]
    report: ForIntake | None
    sounding: ForIntakeForm | None = None


def intake_list(actor: Actor) -> tuple[IntakeLine, ...]:
    """Requests in triage that this actor may see, the oldest term first."""
    with look(actor, "list_intakes") as work:
        return intake_lines_in(work)


def intake_lines_in(work: Work) -> tuple[IntakeLine, ...]:
    """As `intake_list`, inside a Work."""
    actor = work.actor
    allow(actor, Permission.SEE_INTAKE)
    rows = list(
        Intake.objects.filter(scope(actor, Intake), status=IntakeStatus.IN_TRIAGE)
        .select_related("table", "requested_for")
        .order_by("due_on", "made_at", "id")
    )
    named = names_of_in(work, [row.pk for row in rows])
    own = set(
        Judgement.objects.filter(intake__in=rows, organisation_id=actor.for_whom).values_list("intake_id", flat=True)
    )
    judging = seats_in(work, SubjectKind.TABLE) if _is_public(actor) else frozenset()
    work.listed("intake", [row.pk for row in rows])
    return tuple(
        IntakeLine(
            id=row.pk,
            title=title_of("in triage", named.get(row.pk, [])),
            table=row.table.name,
            requested_for=row.requested_for.name,
            made_at=row.made_at,
            urgent=row.urgent,
            due=due(row.due_on, clock.today()),
            own_judgement=row.pk in own,
            may_judge=row.table_id in judging,
        )
        for row in rows
    )


def _is_public(actor: Actor) -> bool:
    return partners.organisation(actor.for_whom).participant_class == ParticipantClass.PUBLIC


def intake_page(actor: Actor, intake_id: UUID) -> IntakePage:
    """One request; opening it is a look at every person it is about."""
    with look(actor, "look_at_intake") as work:
        intake = work.open(Intake, intake_id, Permission.SEE_INTAKE)
        persons = tuple(persons_of_in(work, [intake.pk]).get(intake.pk, []))
        elsewhere = tuple(
            one for person in persons for one in same_person_in(work, person.person) if one.subject_id != intake.pk
        )
        requester = partners.professionals([intake.requested_by]).get(intake.requested_by)
        prefetch_related_objects([intake], "table__members")
        names = {str(one.pk): one.name for one in sorted(intake.table.members.all(), key=lambda one: one.name)}
        members = intake.judging_members()
        given = list(Judgement.objects.filter(scope(actor, Judgement), intake=intake))
        made = [row.judged() for row in given]
        decided = intake.status != IntakeStatus.IN_TRIAGE
        return IntakePage(
            id=intake.pk,
            title=title_of("in triage", [one.name for one in persons]),
            table=intake.table.name,
            requested_for=names.get(str(intake.requested_for_id)) or intake.requested_for.name,
            requested_by=requester.name if requester else "",
            made_at=intake.made_at,
            due=due(intake.due_on, clock.today()),
            urgent=intake.urgent,
            goal=intake.goal,
            tried=intake.tried,
            informed=intake.informed,
            informed_note=intake.informed_note,
            criteria=_criteria(intake, made),
            persons=persons,
            elsewhere=elsewhere,
            partners=_asked(intake, names),
            judgements=_judgements(actor, {m: names[m] for m in names if m in members}, given),
            quorum=intake.table.quorum,
            not_yet=tuple(
                objections_to_deciding([names[m] for m in members], _renamed(made, names), intake.table.quorum)
            ),
            not_admitted=tuple(objections_to_admission(made)),
            may_judge=allowed(actor, Permission.JUDGE_INTAKE, intake),
            may_decide=allowed(actor, Permission.DECIDE_INTAKE, intake),
            decided=decided,
            case=_case_of(actor, intake) if decided else None,
            phases=_phases(intake),
            decisions=_decisions(work, intake),
        )


def _decisions(work: Work, intake: Intake) -> tuple[tuple[str, DecisionView], ...]:
    """Why the members of the table may see this, by the name of the kind of information."""
    labels = category_labels()
    return tuple((labels.get(one.category, one.category), one) for one in decisions_about(work, intake.pk))


def _renamed(made: list[Judged], names: dict[str, str]) -> list[Judged]:
    return [replace(one, organisation=names.get(one.organisation, one.organisation)) for one in made]


def _asked(intake: Intake, names: dict[str, str]) -> tuple[str, ...]:
    others = [key for key in intake.partners if str(key) not in names]
    found = [names[str(key)] for key in intake.partners if str(key) in names]
    found += [one.name for one in partners.organisations(others).values()] if others else []
    return tuple(sorted(found))


def _case_of(actor: Actor, intake: Intake) -> UUID | None:
    return Case.objects.filter(scope(actor, Case), intake_id=intake.pk).values_list("pk", flat=True).first()


def _criteria(intake: Intake, made: list[Judged]) -> tuple[CriterionLine, ...]:
    present = [one for one in made if not one.absent]
    met = criteria_met(made)
    return tuple(
        CriterionLine(
            code=criterion.value,
            text=CRITERIA_TEXT[criterion],
            motivation=getattr(intake, criterion.value),
            met=met[criterion] if present else None,
            yes=sum(one.met[criterion] for one in present),
            no=sum(not one.met[criterion] for one in present),
        )
        for criterion in Criterion
    )


def _judgements(actor: Actor, names: dict[str, str], given: list[Judgement]) -> tuple[JudgementLine, ...]:
    rows = {str(row.organisation_id): row for row in given}
    return tuple(
        JudgementLine(
            organisation=UUID(member),
            organisation_name=name,
            given=member in rows,
            absent=member in rows and rows[member].absent,
            met=tuple((c.value, getattr(rows[member], c.value)) for c in Criterion) if member in rows else (),
            motivation=rows[member].motivation if member in rows else "",
            own=UUID(member) == actor.organisation,
        )
        for member, name in names.items()
    )


def _phases(intake: Intake) -> tuple[tuple[str, str], ...]:
    return tuple((one.number, f"{one.number} {one.name}") for one in phases(intake.region.configuration))


def _named(table: partners.TableView, regions: list[partners.RegionView]) -> str:
    """Who works in several regions must know which of the tables of that name is meant."""
    where = next((one.name for one in regions if one.id == table.region), "")
    return f"{table.name} ({where})" if len(regions) > 1 else table.name


def request_page(actor: Actor, report: UUID | None, sounding: UUID | None = None) -> RequestPage:
    """What the request form offers this actor, with the report or sounding it starts from."""
    with look(actor, "look_at_request_form") as work:
        allow(actor, Permission.REQUEST_INTAKE)
        found = for_intake(work, report) if report else None
        asked = sounding_for_intake_in(work, sounding) if sounding else None
        everywhere = partners.regions_of(actor.organisation) if actor.organisation else []
        regions = [one for one in everywhere if found is None or one.id == found.region]
        every = [t for region in regions for t in partners.tables(region=region.id)]
        tables = [t for t in every if t.kind in {"triage_team", "local_mdo"}]
        domains: dict[str, str] = {}
        for region in regions:
            domains |= knowledge_domains(region.configuration)
        members = {member for t in every for member in t.members}
        regimes = regime_codes(t.id for t in tables)
        rules = [law.in_force(code, clock.today()) for code in sorted(set(regimes.values()))]
        own = partners.organisation(actor.for_whom)
        return RequestPage(
            tables=tuple((str(t.id), _named(t, regions)) for t in tables if t.id in regimes),
            domains=tuple(domains.items()),
            partners=tuple((str(one.id), one.name) for one in partners.organisations(members).values()),
            municipalities=tuple(
                (str(key), name) for r in regions for key, name in partners.municipalities(r.id, clock.today()).items()
            ),
            categories=kinds_asked(rules),
            secrecy_asked=any(one.bears_secrecy(own.kind) for one in rules),
            secrecy_ways=secrecy_ways(rules, own.kind),
            report=found,
            sounding=asked,
        )
