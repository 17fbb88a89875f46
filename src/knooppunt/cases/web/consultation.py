"""The pages of sittings: what is planned, planning one, and the screen to sit at, by BOB [ZVH-4]."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knooppunt.cases import actions
from knooppunt.cases.actions import ActionDraft
from knooppunt.cases.forms.consultation import AttendanceForm, EndForm, NoteForm, PlanConsultationForm
from knooppunt.cases.forms.plan import ActionForm, AdoptForm
from knooppunt.cases.queries import case_of, consultation_list, consultation_page, consultations_page
from knooppunt.cases.queries.consultations import ConsultationPage, SittingLine, StepLines, consultations_today
from knooppunt.cases.rules import CaseState, Step
from knooppunt.cases.web import outage
from knooppunt.cases.web.purpose import purpose_for
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Attempt, Request, attempt, desk_at, door
from knooppunt.kernel.drafts import Desk
from knooppunt.kernel.errors import Refused

ORDER: dict[str, Callable[[SittingLine], Any]] = {
    "wanneer": lambda line: line.starts_at,
    "casus": lambda line: line.title,
    "overleg": lambda line: (line.table, line.starts_at),
}

HINTS: Mapping[str, str] = {
    Step.AGENDA: "Wat bespreken we, en wat brengt u vooraf in?",
    Step.IMAGE: "Wat weten we? Feiten, en wat de inwoner er zelf van vindt.",
    Step.JUDGEMENT: "Wat vinden we daarvan? Wat is het belangrijkst?",
    Step.DECISION: "Wat besluiten we? De casusregisseur of procesregisseur legt dit vast.",
    Step.DISSENT: "Bent u het niet eens met een besluit? Leg uw standpunt vast.",
}


@dataclass(frozen=True)
class StepShown:
    """A step with its notes, and a form for who may add one."""

    lines: StepLines
    hint: str
    form: NoteForm | None
    added: bool = False


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
def list_consultations(request: Request) -> HttpResponse:
    """What is planned, today first; or what has been."""
    past = request.GET.get("wanneer") == "geweest"
    found = consultation_list(request.actor, past=past)
    today = () if past else consultations_today(found)
    sort = request.GET.get("sorteer", "")
    later = [line for line in found if line not in today]
    if sort.removeprefix("-") in ORDER:
        later.sort(key=ORDER[sort.removeprefix("-")], reverse=sort.startswith("-"))
    works = request.actor.function is Function.EXECUTION
    context = {"past": past, "today": today, "later": later, "total": len(found), "sort": sort, "works": works}
    return render(request, "cases/consultation/list.html", context)


@door(Function.EXECUTION)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request, case_id: UUID) -> HttpResponse:
    """Plans a sitting on one case."""
    head = consultations_page(request.actor, case_id).head
    if not head.may.direct_case:
        raise Refused([_("Een overleg plant de casusregisseur of de procesregisseur. Vraag het aan die collega.")])
    desk, status = desk_at(request, case_id), 200
    form = PlanConsultationForm(request.POST if request.method == "POST" else None, desk=desk)
    if request.method == "POST":
        made = attempt(form, lambda: _plan(request, case_id, form))
        if made.result is not None:
            messages.success(request, _("Het overleg is gepland. Alle deelnemers zien het bij Overleg."))
            return _see(made.result)
        status = made.status
    return render(request, "cases/consultation/plan.html", {"head": head, "form": form}, status=status)


def _plan(request: Request, case_id: UUID, form: PlanConsultationForm) -> UUID:
    said = form.cleaned_data
    return actions.plan_consultation(
        request.actor, case_id, form.starts_at, said["minutes"], said["purpose"], once=form.once
    )


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
def sitting(request: Request, consultation_id: UUID) -> HttpResponse:
    """The screen to sit at. Oversight first says its purpose, at the case."""
    purpose = ""
    if request.actor.function is Function.OVERSIGHT:
        case_id = case_of(request.actor, consultation_id)
        purpose = purpose_for(request, case_id)
        if not purpose:
            return redirect("cases:consultations", case_id=case_id)
    return _screen(request, consultation_page(request.actor, consultation_id, purpose))


@door(Function.EXECUTION)
@require_POST
def note(request: Request, consultation_id: UUID) -> HttpResponse:
    """Adds a point under a step; with htmx only that step is drawn anew."""
    page = consultation_page(request.actor, consultation_id)
    step = _step(request)
    form = NoteForm(request.POST, step=step, categories=page.head.categories, desk=desk_at(request, page.head.id))
    made = attempt(form, lambda: actions.write_note(request.actor, consultation_id, form.draft, once=form.once))
    if not made and request.htmx:  # type: ignore[attr-defined]
        return _fragment(request, page, step, form, status=made.status)
    if not made:
        return _screen(request, page, {step: form}, made.status)
    if request.htmx:  # type: ignore[attr-defined]
        return _fragment(request, consultation_page(request.actor, consultation_id), step, None)
    messages.success(request, _("Uw punt staat erbij."))
    return _see(consultation_id, f"#stap-{step}")


def _step(request: Request) -> str:
    said = request.POST.get("step", "")
    return said if said in set(Step) else Step.AGENDA.value


@door(Function.EXECUTION)
@require_POST
def attendance(request: Request, consultation_id: UUID) -> HttpResponse:
    """Who was there."""
    page = consultation_page(request.actor, consultation_id)
    form = AttendanceForm(request.POST, partners=_partners(page))
    made = attempt(form, lambda: actions.record_attendance(request.actor, consultation_id, form.chosen))
    return _answer(request, page, ("attendance", form), made, _("Vastgelegd wie erbij was."))


@door(Function.EXECUTION)
@require_POST
def agree(request: Request, consultation_id: UUID) -> HttpResponse:
    """An agreed action: who does what before when."""
    page = consultation_page(request.actor, consultation_id)
    form = _action_form(page, desk_at(request, page.head.id), request.POST)
    made = attempt(form, lambda: _agree(request, page, form))
    return _answer(request, page, ("action", form), made, _("De afspraak staat in het plan."))


def _agree(request: Request, page: ConsultationPage, form: ActionForm) -> UUID:
    said = form.cleaned_data
    draft = ActionDraft(
        text=said["text"],
        organisation=UUID(said["organisation"]),
        professional=None,
        due_on=said["due_on"],
        goal=UUID(said["goal"]) if said["goal"] else None,
        category=said["category"],
    )
    return actions.agree_action(request.actor, page.head.id, draft, once=form.once)


@door(Function.EXECUTION)
@require_POST
def end(request: Request, consultation_id: UUID) -> HttpResponse:
    """The sitting is over; what was noted stands."""
    page = consultation_page(request.actor, consultation_id)
    form = EndForm(request.POST)
    made = attempt(
        form,
        lambda: actions.end_consultation(
            request.actor, consultation_id, version=form.cleaned_data["version"], once=form.once
        ),
    )
    return _answer(request, page, ("ending", form), made, _("De vergadering is afgesloten."))


@door(Function.EXECUTION)
@require_POST
def adopt(request: Request, consultation_id: UUID) -> HttpResponse:
    """The consultation agreed on the plan."""
    page = consultation_page(request.actor, consultation_id)
    form = AdoptForm(request.POST)
    made = attempt(
        form,
        lambda: actions.adopt_plan(request.actor, page.head.id, version=form.cleaned_data["version"], once=form.once),
    )
    return _answer(request, page, ("adopting", form), made, _("Het plan is vastgesteld. De uitvoering begint."))


def _answer(
    request: Request, page: ConsultationPage, sent: tuple[str, forms.Form], made: Attempt[Any], done: str
) -> HttpResponse:
    name, form = sent
    if not made:
        return _screen(request, page, {name: form}, made.status)
    messages.success(request, done)
    return _see(page.id)


def _screen(
    request: Request, page: ConsultationPage, sent: Mapping[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    """The whole screen, with the form that was sent (if one was) in its place."""
    given, desk = sent or {}, desk_at(request, page.head.id)
    may = page.head.may
    context = {
        "page": page,
        "steps": [_shown(page, desk, lines, given.get(lines.code)) for lines in page.steps],
        "attendance": given.get("attendance") or _attendance_form(page) if may.direct_process else None,
        "action": given.get("action") or _action_form(page, desk) if may.contribute else None,
        "ending": given.get("ending") or EndForm(initial={"version": page.version}),
        "may_end": may.direct_case and page.status == "planned",
        "adopting": given.get("adopting") or AdoptForm(initial={"version": page.head.version}),
        "may_adopt": may.direct_process and page.head.state == CaseState.IN_CONSULTATION,
        "wrong": any(form.errors for form in given.values()),
    }
    return render(request, "cases/consultation/sitting.html", context, status=status)


def _fragment(
    request: Request, page: ConsultationPage, step: str, form: NoteForm | None, status: int = 200
) -> HttpResponse:
    lines = next(one for one in page.steps if one.code == step)
    shown = _shown(page, desk_at(request, page.head.id), lines, form)
    context = {"page": page, "step": StepShown(shown.lines, shown.hint, shown.form, added=form is None)}
    return render(request, "cases/consultation/step.html", context, status=status)


def _shown(page: ConsultationPage, desk: Desk, lines: StepLines, form: Any = None) -> StepShown:
    may = page.head.may.direct_case if lines.code == Step.DECISION else page.head.may.contribute
    if form is None and may:
        form = NoteForm(step=lines.code, categories=page.head.categories, desk=desk)
    return StepShown(lines, HINTS[lines.code], form)


def _partners(page: ConsultationPage) -> list[tuple[str, str]]:
    return [(str(line.organisation), line.name) for line in page.attendance]


def _attendance_form(page: ConsultationPage) -> AttendanceForm:
    present = [str(line.organisation) for line in page.attendance if line.present]
    return AttendanceForm(partners=_partners(page), initial={"present": present})


def _action_form(page: ConsultationPage, desk: Desk, data: Any = None) -> ActionForm:
    form = ActionForm(
        data,
        doers=_partners(page),
        goals=[(str(goal.id), f"{goal.life_area_label}: {goal.text}"[:80]) for goal in page.goals],
        categories=page.head.categories,
        desk=desk,
        auto_id="id_action_%s",
    )
    form.fields["organisation"].help_text = ""
    form.fields["text"].widget.attrs |= {"data-key": "a", "aria-keyshortcuts": "Alt+Shift+A"}
    return form


def _see(consultation_id: UUID, part: str = "") -> HttpResponse:
    answer = redirect(reverse("consultations:sitting", args=[consultation_id]) + part)
    answer.status_code = 303
    return answer


_paths: list[URLPattern] = [
    path("", list_consultations, name="list"),
    *outage.paths,
    path("nieuw/<uuid:case_id>/", plan, name="plan"),
    path("<uuid:consultation_id>/", sitting, name="sitting"),
    path("<uuid:consultation_id>/notitie/", note, name="note"),
    path("<uuid:consultation_id>/aanwezig/", attendance, name="attendance"),
    path("<uuid:consultation_id>/afspraak/", agree, name="agree"),
    path("<uuid:consultation_id>/afsluiten/", end, name="end"),
    path("<uuid:consultation_id>/vaststellen/", adopt, name="adopt"),
]

urls = (_paths, "consultations")
