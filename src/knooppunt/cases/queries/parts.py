"""The parts of a case, each opened (and recorded) by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from knooppunt.cases.models import (
    AgreedAction,
    Consultation,
    Goal,
    Intake,
    Item,
    Note,
    Plan,
    StateChange,
)
from knooppunt.cases.queries.consents import ConsentLine, consents_in, parties_in
from knooppunt.cases.queries.direction import Candidate, Moment, doers, phase_moments
from knooppunt.cases.queries.documents import DocumentLine, by_item, files_in
from knooppunt.cases.queries.head import CaseHead, Opened, opened
from knooppunt.cases.queries.log import LookLine, StoppedLine, log_of
from knooppunt.cases.queries.supplying import secrecy_ways
from knooppunt.cases.rules import LABELS, ActionStatus, DocumentStatus
from knooppunt.kernel import clock
from knooppunt.kernel.access import scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.slots import addresses
from knooppunt.kernel.terms import Due, DueKind, due
from knooppunt.partners.rules import life_areas
from knooppunt.sharing.queries import DecisionView, LaterView, decisions_on
from knooppunt.sharing.rules import Regime
from knooppunt.sharing.rules.question import Fact, RegimeCode

NO_FILES: Mapping[UUID, DocumentLine] = {}


@dataclass(frozen=True)
class ActionLine:
    """One agreed action."""

    id: UUID
    version: int
    text: str
    category: str
    category_label: str
    life_area: str
    goal: UUID | None
    organisation: UUID
    organisation_name: str
    professional: UUID | None
    professional_name: str
    due_on: date
    due: Due
    status: str
    status_label: str
    status_note: str
    postponed: int
    may_settle: bool


@dataclass(frozen=True)
class GoalLine:
    """One goal with the actions under it."""

    id: UUID
    version: int
    life_area: str
    life_area_label: str
    category: str
    category_label: str
    text: str
    own_words: str
    reached_on: date | None
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True)
class ItemLine:
    """One piece of information, with what the law wants to know of it."""

    id: UUID
    category: str
    category_label: str
    subject_label: str
    text: str
    supplier: str
    supplier_id: UUID
    withheld: bool
    basis: str
    secrecy_label: str
    conditions: str
    first_processed_on: date
    retain_until: date
    made_at: datetime
    file: DocumentLine | None = None
    decision: DecisionView | None = None
    later: LaterView | None = None
    later_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnWords:
    """What the resident wants, in their own words."""

    text: str
    discussed: str
    category: str
    version: int
    adopted_on: date | None


@dataclass(frozen=True)
class ConsultationLine:
    """One sitting in a list."""

    id: UUID
    starts_at: datetime
    minutes: int
    purpose: str
    status: str
    status_label: str


@dataclass(frozen=True)
class OverviewPage:
    """Where the case stands: its situation as requested, goals, open actions, what is stuck."""

    head: CaseHead
    situation: tuple[tuple[str, str], ...]
    own_words: OwnWords | None
    goals: tuple[GoalLine, ...]
    open_actions: tuple[ActionLine, ...]
    withheld: tuple[ItemLine, ...]
    next_consultation: ConsultationLine | None
    slots: tuple[str, ...]


@dataclass(frozen=True)
class PlanPage:
    """The one plan."""

    head: CaseHead
    own_words: OwnWords | None
    goals: tuple[GoalLine, ...]
    loose_actions: tuple[ActionLine, ...]
    life_areas: tuple[tuple[str, str], ...]
    withheld: tuple[ItemLine, ...]
    doers: tuple[Candidate, ...]


@dataclass(frozen=True)
class InformationPage:
    """Items by category with their files, what was not shared and why, own files that were stopped, and consents."""

    head: CaseHead
    by_category: tuple[tuple[str, tuple[ItemLine, ...]], ...]
    withheld: tuple[ItemLine, ...]
    supplies: tuple[tuple[str, str], ...]
    secrecy_asked: bool
    secrecy_ways: tuple[tuple[str, str], ...]
    stopped: tuple[DocumentLine, ...]
    consents: tuple[ConsentLine, ...]
    consent_asked: bool
    rests_on_consent: bool
    all_categories: tuple[tuple[str, str], ...]
    parties: tuple[tuple[str, str], ...]

    @property
    def consents_that_hold(self) -> tuple[tuple[str, str], ...] | None:
        """To choose from: what an item may rest on. None where consent makes no difference for this supplier."""
        if not self.consent_asked or not (self.secrecy_asked or self.rests_on_consent):
            return None
        return tuple((str(one.id), one.title) for one in self.consents if one.withdrawn_at is None)


@dataclass(frozen=True)
class PartPage:
    """A part that needs little beside the head."""

    head: CaseHead
    consultations: tuple[ConsultationLine, ...] = ()
    moments: tuple[Moment, ...] = ()
    items: tuple[ItemLine, ...] = ()
    looks: tuple[LookLine, ...] = ()
    stopped: tuple[StoppedLine, ...] = ()
    slots: tuple[str, ...] = ()


def overview_page(actor: Actor, case_id: UUID, purpose: str = "") -> OverviewPage:
    """*Overzicht*."""
    with opened(actor, case_id, "overview", purpose) as at:
        goals, loose = plan_lines(at)
        every = [line for goal in goals for line in goal.actions] + loose
        upcoming = _consultations(at, planned=True)
        return OverviewPage(
            head=at.head,
            situation=_situation(at),
            own_words=_own_words(at),
            goals=tuple(goals),
            open_actions=tuple(sorted((a for a in every if a.status == ActionStatus.OPEN), key=lambda a: a.due_on)),
            withheld=tuple(line for line in _items(at) if line.withheld),
            next_consultation=upcoming[0] if upcoming else None,
            slots=tuple(addresses("case.overview", case_id)),
        )


def plan_page(actor: Actor, case_id: UUID, purpose: str = "", *, choosing: bool = False) -> PlanPage:
    """*Plan*. `choosing`: for a form, so with whom one may ask instead of what was withheld."""
    with opened(actor, case_id, "plan", purpose) as at:
        goals, loose = plan_lines(at)
        areas = tuple((area.code, area.label) for area in life_areas(at.case.region.configuration))
        withheld = () if choosing else tuple(line for line in _items(at) if line.withheld)
        known = doers(at) if choosing and at.head.may.contribute else ()
        return PlanPage(at.head, _own_words(at), tuple(goals), tuple(loose), areas, withheld, known)


def information_page(actor: Actor, case_id: UUID, purpose: str = "", *, consenting: bool = False) -> InformationPage:
    """*Informatie*. `consenting`: for a form, so with whom consent may name."""
    with opened(actor, case_id, "information", purpose) as at:
        files = files_in(at.work, at.case)
        lines = _with_decisions(at, _items(at, by_item(files)))
        known = at.regime.participants.get(at.head.organisation_kind)
        supplies = known.supplies if known else frozenset()
        shown = [line for line in lines if not line.withheld]
        return InformationPage(
            head=at.head,
            by_category=tuple(
                (label, tuple(line for line in shown if line.category == code))
                for code, label in at.regime.categories.items()
                if any(line.category == code for line in shown)
            ),
            withheld=tuple(line for line in lines if line.withheld),
            supplies=tuple((code, label) for code, label in at.regime.categories.items() if code in supplies),
            secrecy_asked=at.regime.bears_secrecy(at.head.organisation_kind),
            secrecy_ways=secrecy_ways([at.regime], at.head.organisation_kind),
            stopped=tuple(
                line for line in files if line.status == DocumentStatus.STOPPED and line.supplier == actor.organisation
            ),
            consents=consents_in(at),
            parties=parties_in(at) if consenting else (),
            all_categories=tuple(at.regime.categories.items()),
            consent_asked=at.regime.book.asks(Fact.EXPLICIT_CONSENT),
            rests_on_consent=at.regime.code == RegimeCode.LOCAL_CONSENT,
        )


def _with_decisions(at: Opened, lines: list[ItemLine]) -> list[ItemLine]:
    """The lines, each with why it was supplied; own ones with what is closed for who came later.

    Who that is stands there only for who may know that they take part.
    """
    supplied, later = decisions_on(at.work, [line.id for line in lines if not line.withheld])
    named = {one.organisation: one.name for one in at.head.partners}
    return [
        replace(
            line,
            decision=supplied.get(line.id),
            later=(waits := later.get(line.id)),
            later_names=tuple(
                dict.fromkeys(named[one.recipient] for one in waits.closed if one.recipient in named) if waits else ()
            ),
        )
        for line in lines
    ]


def network_page(actor: Actor, case_id: UUID, purpose: str = "") -> PartPage:
    """*Netwerk*: persons and organisations around them, as far as one may know."""
    with opened(actor, case_id, "network", purpose) as at:
        return PartPage(at.head)


def consultations_page(actor: Actor, case_id: UUID, purpose: str = "") -> PartPage:
    """*Overleg* of one case."""
    with opened(actor, case_id, "consultations", purpose) as at:
        return PartPage(at.head, consultations=tuple(_consultations(at)))


def timeline_page(actor: Actor, case_id: UUID, purpose: str = "") -> PartPage:
    """*Tijdlijn*: what happened, newest first, each line by its own category."""
    with opened(actor, case_id, "timeline", purpose) as at:
        moments = phase_moments(at) + _state_moments(at) + _item_moments(at) + _note_moments(at)
        return PartPage(at.head, moments=tuple(sorted(moments, key=lambda moment: moment.at, reverse=True)))


def accountability_page(actor: Actor, case_id: UUID, purpose: str = "") -> PartPage:
    """*Verantwoording*: what was supplied on which basis, until when; who looked is for oversight."""
    with opened(actor, case_id, "accountability", purpose) as at:
        looks, stopped = log_of(at) if actor.function is Function.OVERSIGHT else ((), ())
        slots = tuple(addresses("case.accountability", case_id))
        items = tuple(_items(at, by_item(files_in(at.work, at.case))))
        return PartPage(at.head, items=items, looks=looks, stopped=stopped, slots=slots)


def _situation(at: Opened) -> tuple[tuple[str, str], ...]:
    asked = Q(pk=at.case.intake_id)
    intake = Intake.objects.filter(scope(at.work.actor, Intake), asked).first()
    if intake is None:
        return ()
    return (
        ("Problemen", intake.problems),
        ("Leefgebieden", intake.life_areas),
        ("Wat er dreigt", intake.threat),
        ("Waarom samen", intake.cooperation),
        ("Wat is geprobeerd", intake.tried),
        ("Doel van de aanmelding", intake.goal),
    )


def _own_words(at: Opened) -> OwnWords | None:
    plan = Plan.objects.filter(scope(at.work.actor, Plan), case=at.case).first()
    if plan is None:
        return None
    return OwnWords(plan.own_words, plan.discussed, plan.category, plan.version, plan.adopted_on)


def plan_lines(at: Opened) -> tuple[list[GoalLine], list[ActionLine]]:
    """Goals with their actions, and the actions that stand alone (or under a goal one may not see)."""
    labels = {area.code: area.label for area in life_areas(at.case.region.configuration)}
    rows = (
        AgreedAction.objects.filter(scope(at.work.actor, AgreedAction), case=at.case)
        .select_related("organisation", "professional")
        .order_by("due_on", "made_at", "id")
    )
    actions = [action_line(at.work.actor, at.head, at.regime, row) for row in rows]
    goals = [
        GoalLine(
            id=row.pk,
            version=row.version,
            life_area=row.life_area,
            life_area_label=labels.get(row.life_area, row.life_area),
            category=row.category,
            category_label=at.regime.categories.get(row.category, ""),
            text=row.text,
            own_words=row.own_words,
            reached_on=row.reached_on,
            actions=tuple(line for line in actions if line.goal == row.pk),
        )
        for row in Goal.objects.filter(scope(at.work.actor, Goal), case=at.case).order_by("life_area", "id")
    ]
    shown = {goal.id for goal in goals}
    areas = {goal.id: goal.life_area_label for goal in goals}
    loose = [line for line in actions if line.goal not in shown]
    return [replace(g, actions=tuple(replace(a, life_area=areas[g.id]) for a in g.actions)) for g in goals], loose


def action_line(actor: Actor, head: CaseHead, regime: Regime, row: AgreedAction) -> ActionLine:
    """An agreed action as it is shown; a settled one is not late any more."""
    today = clock.today()
    shown = due(row.due_on, today)
    if row.status != ActionStatus.OPEN:
        shown = Due(
            LABELS[row.status], (DueKind.OK if row.status == ActionStatus.DONE else DueKind.PLAIN).value, row.due_on
        )
    return ActionLine(
        id=row.pk,
        version=row.version,
        text=row.text,
        category=row.category,
        category_label=regime.categories.get(row.category, ""),
        life_area="",
        goal=row.goal_id,
        organisation=row.organisation_id,
        organisation_name=row.organisation.name,
        professional=row.professional_id,
        professional_name=row.professional.name if row.professional else "",
        due_on=row.due_on,
        due=shown,
        status=row.status,
        status_label=LABELS[row.status],
        status_note=row.status_note,
        postponed=row.postponed,
        may_settle=head.may.contribute and (head.may.direct_case or row.organisation_id == actor.organisation),
    )


def _items(at: Opened, files: Mapping[UUID, DocumentLine] = NO_FILES) -> list[ItemLine]:
    rows = Item.objects.filter(scope(at.work.actor, Item), case=at.case).select_related("supplier")
    rows = rows.order_by("-made_at", "id")
    return [
        ItemLine(
            id=row.pk,
            category=row.category,
            category_label=at.regime.categories.get(row.category, row.category),
            subject_label=LABELS[row.subject],
            text=row.text,
            supplier=row.supplier.name,
            supplier_id=row.supplier_id,
            withheld=row.withheld,
            basis=row.basis,
            secrecy_label=at.regime.secrecy_ways.get(row.secrecy_way, "") or LABELS.get(row.secrecy_way, ""),
            conditions=row.conditions,
            first_processed_on=row.first_processed_on,
            retain_until=row.retain_until,
            made_at=row.made_at,
            file=files.get(row.pk),
        )
        for row in rows
    ]


def _consultations(at: Opened, *, planned: bool = False) -> list[ConsultationLine]:
    rows = Consultation.objects.filter(scope(at.work.actor, Consultation), case=at.case).order_by("-starts_at", "id")
    if planned:
        rows = rows.filter(status="planned").order_by("starts_at", "id")
    return [
        ConsultationLine(row.pk, row.starts_at, row.minutes, row.purpose, row.status, LABELS[row.status])
        for row in rows
    ]


def _state_moments(at: Opened) -> list[Moment]:
    rows = StateChange.objects.filter(scope(at.work.actor, StateChange), case=at.case).order_by("id")
    return [Moment(row.at, LABELS[row.became].capitalize(), "") for row in rows]


def _item_moments(at: Opened) -> list[Moment]:
    return [
        Moment(
            line.made_at,
            f"{line.supplier} {'deelt niet' if line.withheld else 'deelde'}: {line.category_label}",
            line.text,
        )
        for line in _items(at)
    ]


def _note_moments(at: Opened) -> list[Moment]:
    rows = Note.objects.filter(scope(at.work.actor, Note), case=at.case, step__in=["decision", "dissent"])
    rows = rows.order_by("id")
    return [Moment(row.at, LABELS[row.step].capitalize(), row.text) for row in rows]
