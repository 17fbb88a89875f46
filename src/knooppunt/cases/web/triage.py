"""The pages of triage: what waits for a judgement, asking for one, judging and deciding."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knooppunt.cases import actions
from knooppunt.cases.forms.triage import CRITERIA, AbsentForm, DecideForm, JudgeForm, RequestForm
from knooppunt.cases.queries import intake_list, intake_page, request_page
from knooppunt.cases.queries.intakes import IntakeLine, IntakePage, JudgementLine, RequestPage
from knooppunt.cases.rules import Outcome
from knooppunt.cases.web.parts import see
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, desk_at, door
from knooppunt.kernel.drafts import Desk
from knooppunt.kernel.errors import BadInput
from knooppunt.sharing.rules.supplying import QuestionsFirst
from knooppunt.signals.rules import age_in_days, age_text

ORDER: dict[str, Callable[[IntakeLine], Any]] = {
    "termijn": lambda line: (line.due.date, line.made_at),
    "wie": lambda line: line.title,
    "overleg": lambda line: (line.table, line.due.date),
    "gemeld": lambda line: line.made_at,
}


@dataclass(frozen=True)
class Row:
    """A request in the list, with its age in words and whether it waits for the reader."""

    line: IntakeLine
    age: str
    waits: bool


@dataclass(frozen=True)
class Voice:
    """How one participant judged one criterion."""

    name: str
    met: bool


@dataclass(frozen=True)
class Weighed:
    """A criterion with its motivation, the outcome so far and who judged what."""

    text: str
    motivation: str
    met: bool | None
    voices: tuple[Voice, ...]


@door(Function.EXECUTION)
@require_safe
def list_intakes(request: Request) -> HttpResponse:
    """What is in triage, as far as the reader may see."""
    rows = [_row(line) for line in intake_list(request.actor)]
    waiting = sum(row.waits for row in rows)
    only_waiting = request.GET.get("toon") == "oordelen"
    sort = request.GET.get("sorteer", "termijn")
    key = ORDER.get(sort.removeprefix("-"), ORDER["termijn"])
    shown = sorted((row for row in rows if row.waits or not only_waiting), key=lambda row: key(row.line))
    if sort.startswith("-"):
        shown.reverse()
    context = {"rows": shown, "total": len(rows), "waiting": waiting, "only_waiting": only_waiting, "sort": sort}
    return render(request, "cases/triage/list.html", context)


def _row(line: IntakeLine) -> Row:
    age = age_text(age_in_days(line.made_at, clock.now()))
    return Row(line, age, line.may_judge and not line.own_judgement)


@door(Function.EXECUTION)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """The request form [ZVH-2], empty or from a report."""
    offered = request_page(
        request.actor, _started_at(request, "report", "melding"), _started_at(request, "sounding", "meedenkvraag")
    )
    origin = offered.report or offered.sounding
    about = origin.id if origin else None
    # A request that comes from somewhere has a draft of its own: what was typed about one is not for another.
    desk = Desk(request.actor, str(about or ""), about)
    if request.method != "POST":
        return _request_form(request, offered, RequestForm(offered=offered, initial=_first(offered), desk=desk))
    form = RequestForm(request.POST, offered=offered, desk=desk)
    made = attempt(form, lambda: _ask_table(request, form))
    if made.result is None:
        return _request_form(request, offered, form, made.status)
    if offered.sounding is not None:
        actions.mark_led_to_intake(request.actor, offered.sounding.id)
    messages.success(request, _("Uw aanmelding is verstuurd. De deelnemers van het overleg kunnen nu oordelen."))
    return see("triage:intake", made.result)


def _ask_table(request: Request, form: RequestForm) -> UUID:
    try:
        return actions.request_intake(request.actor, form.draft, once=form.once)
    except QuestionsFirst as found:
        # The page comes back with exactly these questions; what was typed stays.
        form.ask(found.conditions)
        raise


def _started_at(request: Request, field: str, place: str) -> UUID | None:
    """The report or sounding from which a request comes, by its field in the form or its place in the address."""
    said = request.POST.get(field, "") if request.method == "POST" else request.GET.get(place, "")
    if not said:
        return None
    try:
        return UUID(said)
    except ValueError:
        raise BadInput(place, _("Open de melding of meedenkvraag, en kies daar ‘aanmelden’.")) from None


def _first(offered: RequestPage) -> dict[str, Any]:
    report = offered.report
    if report is None:
        return _of_sounding(offered)
    told = "\n\n".join(part for part in (report.happened, report.worry) if part)
    return {
        "report": report.id,
        "municipality": report.municipality,
        "problems": told,
        "goal": report.question,
    }


def _of_sounding(offered: RequestPage) -> dict[str, Any]:
    """What was put to a table before, in the fields where it fits best; who it is about comes only now."""
    asked = offered.sounding
    if asked is None:
        return {}
    takes_requests = any(key == str(asked.table) for key, _name in offered.tables)
    return {
        "sounding": asked.id,
        "table": asked.table if takes_requests else None,
        "municipality": asked.municipality,
        "problems": asked.worries,
        "life_areas": "\n\n".join(part for part in (", ".join(asked.life_areas).capitalize(), asked.context) if part),
        "tried": asked.tried,
        "goal": asked.question,
    }


def _request_form(request: Request, offered: RequestPage, form: RequestForm, status: int = 200) -> HttpResponse:
    return render(request, "cases/triage/request.html", {"form": form, "offered": offered}, status=status)


@door(Function.EXECUTION)
@require_safe
def intake(request: Request, intake_id: UUID) -> HttpResponse:
    """One request, with what everyone judged."""
    return _intake(request, intake_id)


@door(Function.EXECUTION)
@require_POST
def judge(request: Request, intake_id: UUID) -> HttpResponse:
    """The judgement of the own organisation."""
    form = JudgeForm(request.POST, desk=desk_at(request, intake_id))
    made = attempt(form, lambda: actions.judge_intake(request.actor, intake_id, form.draft, once=form.once))
    if not made:
        return _intake(request, intake_id, judging=form, status=made.status)
    messages.success(request, _("Uw oordeel is vastgelegd. Tot het besluit kunt u het nog wijzigen."))
    return see("triage:intake", intake_id)


@door(Function.EXECUTION)
@require_POST
def absent(request: Request, intake_id: UUID) -> HttpResponse:
    """A member of the table was not there."""
    form = AbsentForm(request.POST)
    made = attempt(form, lambda: actions.record_absent(request.actor, intake_id, form.cleaned_data["organisation"]))
    if not made:
        return _intake(request, intake_id, missing=form, status=made.status)
    messages.success(request, _("Genoteerd als afwezig. Oordeelt deze organisatie later toch, dan vervangt dat dit."))
    return see("triage:intake", intake_id)


@door(Function.EXECUTION)
@require_POST
def decide(request: Request, intake_id: UUID) -> HttpResponse:
    """The decision of the table: a case, or nothing of the request stays."""
    form = DecideForm(request.POST)
    made = attempt(form, lambda: _decide(request, intake_id, form))
    if not made:
        return _intake(request, intake_id, deciding=form, status=made.status)
    if made.result is not None:
        messages.success(request, _("Opgepakt als casus. U bent procesregisseur."))
        return see("cases:overview", made.result)
    messages.success(
        request,
        _(
            "Besloten: niet als casus. Wat voor deze aanmelding was verzameld, is verwijderd."
            " Het besluit blijft bewaard, zonder persoon."
        ),
    )
    return see("triage:list")


def _decide(request: Request, intake_id: UUID, form: DecideForm) -> UUID | None:
    outcome = Outcome(form.cleaned_data["outcome"])
    return actions.decide_intake(request.actor, intake_id, outcome, form.cleaned_data["phase"], once=form.once)


def _intake(
    request: Request,
    intake_id: UUID,
    *,
    judging: JudgeForm | None = None,
    missing: AbsentForm | None = None,
    deciding: DecideForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = intake_page(request.actor, intake_id)
    decide_form = deciding or DecideForm()
    decide_form.offer_phases(page.phases)
    context = {
        "page": page,
        "criteria": _weighed(page),
        "age": age_text(age_in_days(page.made_at, clock.now())),
        "own": next((line for line in page.judgements if line.own), None),
        "judging": judging or JudgeForm(initial=_own_judgement(page), desk=desk_at(request, intake_id)),
        "missing": missing,
        "deciding": decide_form,
    }
    return render(request, "cases/triage/intake.html", context, status=status)


def _own_judgement(page: IntakePage) -> dict[str, str]:
    own = next((line for line in page.judgements if line.own and line.given and not line.absent), None)
    if own is None:
        return {}
    return {code: "yes" if met else "no" for code, met in own.met} | {"motivation": own.motivation}


def _weighed(page: IntakePage) -> list[Weighed]:
    return [
        Weighed(line.text, line.motivation, line.met, _voices(page.judgements, place))
        for place, line in enumerate(page.criteria)
    ]


def _voices(judgements: tuple[JudgementLine, ...], place: int) -> tuple[Voice, ...]:
    code = CRITERIA[place]
    met = [(line.organisation_name, dict(line.met).get(code)) for line in judgements]
    return tuple(Voice(name, found) for name, found in met if found is not None)


_paths: list[URLPattern] = [
    path("", list_intakes, name="list"),
    path("nieuw/", new, name="new"),
    path("<uuid:intake_id>/", intake, name="intake"),
    path("<uuid:intake_id>/oordeel/", judge, name="judge"),
    path("<uuid:intake_id>/afwezig/", absent, name="absent"),
    path("<uuid:intake_id>/besluit/", decide, name="decide"),
]

urls = (_paths, "triage")
