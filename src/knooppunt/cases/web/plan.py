"""The one plan: reading it, and the forms that change it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knooppunt.cases import actions, queries
from knooppunt.cases.actions import ActionDraft, GoalDraft
from knooppunt.cases.forms.plan import (
    ActionChangeForm,
    ActionForm,
    AdoptForm,
    GoalChangeForm,
    GoalForm,
    OwnWordsForm,
    SettleForm,
)
from knooppunt.cases.queries.parts import ActionLine, GoalLine, PlanPage
from knooppunt.cases.rules import ActionStatus, CaseState
from knooppunt.cases.web.parts import Sheet, bound, done, form_page, part_page, sent
from knooppunt.cases.web.purpose import asks_purpose, purpose_for
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, door
from knooppunt.kernel.errors import NotFoundForYou, Refused

OWN_WORDS = Sheet(_("Wat de inwoner wil"), _("Opslaan"), "plan")
NEW_GOAL = Sheet(_("Doel toevoegen"), _("Doel toevoegen"), "plan")
GOAL = Sheet(_("Doel wijzigen"), _("Opslaan"), "plan")
NEW_ACTION = Sheet(_("Afspraak toevoegen"), _("Afspraak toevoegen"), "plan")
ACTION = Sheet(_("Afspraak wijzigen"), _("Opslaan"), "plan", _("Een latere datum telt als verschoven."))
SETTLE = Sheet(_("Afspraak afronden"), _("Vastleggen"), "plan")

NOT_DIRECTING = _("Doelen en eigen woorden schrijft de casusregisseur of de procesregisseur op.")
NOT_CONTRIBUTING = _("U kunt in deze casus nu geen afspraak toevoegen.")
OF_ANOTHER = _("Deze afspraak is van een andere organisatie.")

works = require_http_methods(["GET", "HEAD", "POST"])


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
@asks_purpose
def plan(request: Request, case_id: UUID) -> HttpResponse:
    """Own words, goals, agreed actions."""
    page = queries.plan_page(request.actor, case_id, purpose_for(request, case_id))
    return _plan_page(request, page, AdoptForm(initial={"version": page.head.version}))


def _plan_page(request: Request, page: PlanPage, adopting: AdoptForm, status: int = 200) -> HttpResponse:
    ready = page.head.may.direct_process and page.head.state == CaseState.IN_CONSULTATION
    context = {"page": page, "adopting": adopting if ready or adopting.errors else None, "withheld": page.withheld}
    answer = part_page(request, page.head, "plan", context)
    answer.status_code = status
    return answer


@door(Function.EXECUTION)
@works
def own_words(request: Request, case_id: UUID) -> HttpResponse:
    """What the resident wants, in their own words."""
    page = _directed(request, case_id)
    if page.own_words is None:
        raise NotFoundForYou("plan")
    now = page.own_words
    first = {"own_words": now.text, "discussed": now.discussed, "category": now.category, "version": now.version}
    form = OwnWordsForm(categories=page.head.categories, initial=first, **bound(request))

    def act() -> None:
        said = form.cleaned_data
        draft = actions.OwnWordsDraft(said["own_words"], said["discussed"], said["category"])
        actions.write_own_words(request.actor, case_id, draft, version=said["version"], once=form.once)

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _("Opgeslagen."), "cases:plan", case_id)
    return form_page(request, page.head, form, OWN_WORDS, status=tried.status)


@door(Function.EXECUTION)
@works
def new_goal(request: Request, case_id: UUID) -> HttpResponse:
    """A new goal on a life area."""
    page = _directed(request, case_id)
    form = GoalForm(life_areas=page.life_areas, categories=page.head.categories, **bound(request))

    def act() -> UUID:
        return actions.set_goal(request.actor, case_id, _goal_draft(form.cleaned_data), once=form.once)

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _("Het doel staat in het plan."), "cases:plan", case_id)
    return form_page(request, page.head, form, NEW_GOAL, status=tried.status)


@door(Function.EXECUTION)
@works
def goal(request: Request, case_id: UUID, goal_id: UUID) -> HttpResponse:
    """Changes a goal, or says that it is reached."""
    page = _directed(request, case_id)
    first = _goal_now(next((one for one in page.goals if one.id == goal_id), None))
    form = GoalChangeForm(life_areas=page.life_areas, categories=page.head.categories, initial=first, **bound(request))

    def act() -> None:
        said = form.cleaned_data
        actions.change_goal(request.actor, goal_id, _goal_draft(said), version=said["version"], once=form.once)

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _("Het doel is gewijzigd."), "cases:plan", case_id)
    return form_page(request, page.head, form, GOAL, status=tried.status)


def _goal_now(line: GoalLine | None) -> dict[str, Any]:
    if line is None:
        raise NotFoundForYou("goal")
    return {
        "life_area": line.life_area,
        "text": line.text,
        "own_words": line.own_words,
        "category": line.category,
        "reached": line.reached_on is not None,
        "version": line.version,
    }


def _goal_draft(said: dict[str, Any]) -> GoalDraft:
    return GoalDraft(
        life_area=said["life_area"],
        text=said["text"],
        own_words=said["own_words"],
        category=said["category"],
        reached=bool(said.get("reached")),
    )


@door(Function.EXECUTION)
@works
def new_action(request: Request, case_id: UUID) -> HttpResponse:
    """A new agreed action."""
    page = _page(request, case_id)
    if not page.head.may.contribute:
        raise Refused([str(NOT_CONTRIBUTING)])
    first = {"goal": request.GET.get("doel", "")}
    form = ActionForm(**_action_choices(page), initial=first, **bound(request))

    def act() -> UUID:
        return actions.agree_action(request.actor, case_id, _action_draft(page, form.cleaned_data), once=form.once)

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _("De afspraak staat in het plan."), "cases:plan", case_id)
    return form_page(request, page.head, form, NEW_ACTION, status=tried.status)


@door(Function.EXECUTION)
@works
def action(request: Request, case_id: UUID, action_id: UUID) -> HttpResponse:
    """Changes an agreed action; a later date counts as postponed."""
    page = _page(request, case_id)
    line = _own_action(page, action_id)
    form = ActionChangeForm(**_action_choices(page), initial=_action_now(page, line), **bound(request))

    def act() -> None:
        said = form.cleaned_data
        actions.change_action(
            request.actor, action_id, _action_draft(page, said), version=said["version"], once=form.once
        )

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _("De afspraak is gewijzigd."), "cases:plan", case_id)
    return form_page(request, page.head, form, ACTION, status=tried.status)


@door(Function.EXECUTION)
@works
def settle(request: Request, case_id: UUID, action_id: UUID) -> HttpResponse:
    """Done, not possible, or not done and why."""
    page = _page(request, case_id)
    line = _own_action(page, action_id)
    first = {"status": "" if line.status == ActionStatus.OPEN else line.status, "version": line.version}
    form = SettleForm(initial={**first, "status_note": line.status_note}, **bound(request))

    def act() -> None:
        said = form.cleaned_data
        status = ActionStatus(said["status"])
        actions.settle_action(
            request.actor, action_id, status, said["status_note"], version=said["version"], once=form.once
        )

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _("Vastgelegd hoe het met deze afspraak staat."), "cases:plan", case_id)
    return form_page(request, page.head, form, SETTLE, status=tried.status, context={"action": line})


@door(Function.EXECUTION)
@require_POST
def adopt(request: Request, case_id: UUID) -> HttpResponse:
    """The consultation agreed on the plan."""
    form = AdoptForm(request.POST)

    def act() -> None:
        actions.adopt_plan(request.actor, case_id, version=form.cleaned_data["version"], once=form.once)

    tried = attempt(form, act)
    if tried:
        return done(request, _("Het plan is vastgesteld en wordt uitgevoerd."), "cases:plan", case_id)
    return _plan_page(request, queries.plan_page(request.actor, case_id), form, status=tried.status)


def _page(request: Request, case_id: UUID) -> PlanPage:
    return queries.plan_page(request.actor, case_id, choosing=True)


def _directed(request: Request, case_id: UUID) -> PlanPage:
    page = _page(request, case_id)
    if not page.head.may.direct_case:
        raise Refused([str(NOT_DIRECTING)], [str(_("Vraag het aan die collega, of voeg zelf een afspraak toe."))])
    return page


def _own_action(page: PlanPage, action_id: UUID) -> ActionLine:
    lines = [*page.loose_actions, *(line for goal in page.goals for line in goal.actions)]
    found = next((line for line in lines if line.id == action_id), None)
    if found is None:
        raise NotFoundForYou("action")
    if not found.may_settle:
        raise Refused([str(OF_ANOTHER)])
    return found


def _action_choices(page: PlanPage) -> dict[str, Any]:
    doers = [
        (
            partner.name,
            [(str(partner.organisation), partner.name)]
            + [(str(one.professional), one.name) for one in page.doers if one.organisation == partner.organisation],
        )
        for partner in page.head.partners
    ]
    goals = [(str(goal.id), f"{goal.life_area_label.capitalize()}: {goal.text[:80]}") for goal in page.goals]
    return {"doers": doers, "goals": goals, "categories": page.head.categories}


def _action_now(page: PlanPage, line: ActionLine) -> dict[str, Any]:
    named = {one.professional for one in page.doers}
    doer = line.professional if line.professional in named else line.organisation
    shown = {goal.id for goal in page.goals}
    return {
        "text": line.text,
        "organisation": str(doer),
        "due_on": line.due_on,
        "goal": str(line.goal) if line.goal in shown else "",
        "category": line.category,
        "version": line.version,
    }


def _action_draft(page: PlanPage, said: dict[str, Any]) -> ActionDraft:
    chosen = UUID(said["organisation"])
    named = next((one for one in page.doers if one.professional == chosen), None)
    return ActionDraft(
        text=said["text"],
        organisation=named.organisation if named else chosen,
        professional=named.professional if named else None,
        due_on=said["due_on"],
        goal=UUID(said["goal"]) if said["goal"] else None,
        category=said["category"],
    )
