"""The one plan: own words, goals, agreed actions. Two people at once: the second is told what changed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.steps import (
    category_of,
    life_area_category,
    move_if_in,
    move_in,
    not_in_past,
    regime_of,
    store,
    text_of,
)
from knooppunt.cases.models import AgreedAction, Case, Goal, Participant, Plan
from knooppunt.cases.rules import ActionStatus, CaseState
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.work import Work
from knooppunt.sharing.access import reach


@dataclass(frozen=True)
class OwnWordsDraft:
    """The resident's own words, with whom and when they were talked about, and in which category they fall."""

    own_words: str
    discussed: str
    category: str


@dataclass(frozen=True)
class GoalDraft:
    """What should be different on a life area. Without a category, the life area's own counts."""

    life_area: str
    text: str
    own_words: str = ""
    category: str = ""
    reached: bool = False


@dataclass(frozen=True)
class ActionDraft:
    """Who does what before when."""

    text: str
    organisation: UUID
    professional: UUID | None
    due_on: date
    goal: UUID | None = None
    category: str = ""


def write_own_words(
    actor: Actor, case_id: UUID, draft: OwnWordsDraft, *, version: int, once: UUID | None = None
) -> None:
    """What the resident wants, in their own words, and when that was talked about."""
    with Work(actor, "write_own_words", once=once) as work:
        if work.before:
            return
        plan = work.take(Plan, case_id, Permission.DIRECT_CASE, version=version)
        plan.own_words = text_of("own_words", draft.own_words)
        plan.discussed = text_of("discussed", draft.discussed, required=False)[:200]
        plan.category = category_of("category", regime_of(plan.case), draft.category)
        plan.version += 1
        plan.save(force_update=True)
        work.record("plan.own_words_written", plan)


def set_goal(actor: Actor, case_id: UUID, draft: GoalDraft, *, once: UUID | None = None) -> UUID:
    """Adds a goal to the plan."""
    with Work(actor, "set_goal", once=once) as work:
        if work.before:
            return work.before
        case = work.take(Case, case_id, Permission.DIRECT_CASE)
        goal = Goal(case=case)
        _fill_goal(actor, goal, draft)
        goal.save(force_insert=True)
        work.record("goal.set", goal, case=case.pk, life_area=goal.life_area)
        return work.finish(goal.pk)


def change_goal(actor: Actor, goal_id: UUID, draft: GoalDraft, *, version: int, once: UUID | None = None) -> None:
    """Changes a goal, or says that it is reached."""
    with Work(actor, "change_goal", once=once) as work:
        if work.before:
            return
        goal = work.take(Goal, goal_id, Permission.DIRECT_CASE, version=version)
        _fill_goal(actor, goal, draft)
        goal.reached_on = (goal.reached_on or clock.today()) if draft.reached else None
        goal.version += 1
        goal.save(force_update=True)
        work.record("goal.changed", goal, case=goal.case_id, reached=draft.reached)


def _fill_goal(actor: Actor, goal: Goal, draft: GoalDraft) -> None:
    own_category = life_area_category(goal.case, draft.life_area)
    goal.life_area = draft.life_area
    goal.category = category_of("category", regime_of(goal.case), draft.category or own_category)
    goal.text = text_of("text", draft.text)
    goal.own_words = text_of("own_words", draft.own_words, required=False)
    _within_own_view(actor, goal.case_id, goal.category)


def agree_action(actor: Actor, case_id: UUID, draft: ActionDraft, *, once: UUID | None = None) -> UUID:
    """Adds an agreed action, of an organisation that takes part."""
    with Work(actor, "agree_action", once=once) as work:
        if work.before:
            return work.before
        case = work.take(Case, case_id, Permission.CONTRIBUTE)
        row = AgreedAction(case=case, status=ActionStatus.OPEN.value, made_at=clock.now())
        row.due_on = not_in_past("due_on", draft.due_on)
        _fill_action(actor, row, draft)
        row.save(force_insert=True)
        work.record("action.agreed", row, case=case.pk, organisation=row.organisation_id)
        return work.finish(row.pk)


def change_action(actor: Actor, action_id: UUID, draft: ActionDraft, *, version: int, once: UUID | None = None) -> None:
    """Changes an agreed action; a later date counts as postponed."""
    with Work(actor, "change_action", once=once) as work:
        if work.before:
            return
        row = work.take(AgreedAction, action_id, Permission.SETTLE_ACTION, version=version)
        if row.status != ActionStatus.OPEN:
            raise Refused(["Deze afspraak is al afgerond."])
        row.postponed += draft.due_on > row.due_on
        row.due_on = draft.due_on
        _fill_action(actor, row, draft)
        row.version += 1
        row.save(force_update=True)
        work.record("action.changed", row, case=row.case_id, postponed=row.postponed)


def _fill_action(actor: Actor, row: AgreedAction, draft: ActionDraft) -> None:
    if not Participant.objects.filter(case=row.case, organisation_id=draft.organisation).exists():
        raise BadInput("organisation", "Kies een organisatie die aan deze casus meedoet.")
    goal = Goal.objects.filter(case=row.case, pk=draft.goal).first() if draft.goal else None
    if draft.goal and goal is None:
        raise BadInput("goal", "Kies een doel van dit plan.")
    row.goal = goal
    wanted = draft.category or (goal.category if goal else "")
    row.category = category_of("category", regime_of(row.case), wanted)
    row.text = text_of("text", draft.text)
    row.organisation_id, row.professional_id = draft.organisation, draft.professional
    _within_own_view(actor, row.case_id, row.category, row.organisation_id)


def _within_own_view(actor: Actor, case: UUID, category: str, own: UUID | None = None) -> None:
    """Nobody writes what they may not read back: the database would refuse it as well."""
    if not reach(actor, case).shows(category, own):
        raise BadInput("category", "U kunt alleen schrijven in categorieën die u zelf mag zien.")


def settle_action(
    actor: Actor, action_id: UUID, status: ActionStatus, note: str, *, version: int, once: UUID | None = None
) -> None:
    """Says that an action is done, or could not be done, or was not done (and why)."""
    with Work(actor, "settle_action", once=once) as work:
        if work.before:
            return
        row = work.take(AgreedAction, action_id, Permission.SETTLE_ACTION, version=version)
        row.status = status.value
        row.status_note = text_of("status_note", note, required=status not in {ActionStatus.DONE, ActionStatus.OPEN})
        row.settled_on = None if status is ActionStatus.OPEN else clock.today()
        row.version += 1
        row.save(force_update=True)
        work.record("action.settled", row, case=row.case_id, status=status.value)


def adopt_plan(actor: Actor, case_id: UUID, *, version: int, once: UUID | None = None) -> None:
    """The consultation agreed on the plan: it is adopted and its execution starts."""
    with Work(actor, "adopt_plan", once=once) as work:
        if work.before:
            return
        case = work.take(Case, case_id, Permission.DIRECT_PROCESS, version=version)
        if not Goal.objects.filter(case=case).exists():
            raise Refused(["Het plan heeft nog geen doel. Voeg eerst een doel toe."])
        if case.case_director_id is None:
            raise Refused(["Er is nog geen casusregisseur. Wijs die eerst aan."])
        move_in(work, case, CaseState.PLAN_ADOPTED)
        move_if_in(work, case, CaseState.PLAN_ADOPTED, CaseState.IN_EXECUTION)
        Plan.objects.filter(case=case).update(adopted_on=clock.today())
        store(case)
        work.record("plan.adopted", case)
