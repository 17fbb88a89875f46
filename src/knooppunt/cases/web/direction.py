"""Direction and phase: who takes part, who directs, in which phase, informing, and the end."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knooppunt.cases import actions, queries
from knooppunt.cases.actions import CloseDraft, InformedDraft, PhaseDraft
from knooppunt.cases.forms.direction import (
    CloseForm,
    DirectorForm,
    InformedForm,
    PartnerForm,
    PhaseForm,
    ReviewForm,
    StepForm,
)
from knooppunt.cases.queries.direction import DirectionPage
from knooppunt.cases.rules import LABELS, CaseState, CloseReason, Informed
from knooppunt.cases.web.parts import Sheet, bound, done, form_page, grouped, part_page, sent, tabs
from knooppunt.cases.web.purpose import asks_purpose, purpose_for
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import OnceForm, Request, attempt, door, was_handled
from knooppunt.kernel.errors import Refused

PARTNER = Sheet(
    _("Partner kiezen"),
    _("Laten meedoen"),
    "direction",
    _("De organisatie ziet vanaf dan wat zij onder dit kader mag zien. Kies niet meer partners dan nodig."),
)
DIRECTOR = Sheet(_("Casusregisseur kiezen"), _("Vastleggen"), "direction")
PHASE = Sheet(
    _("Fase wijzigen"), _("Fase wijzigen"), "direction", _("Een andere fase geeft niemand méér gegevens te zien.")
)
REVIEW = Sheet(_("Evaluatie plannen"), _("Vastleggen"), "direction")
INFORMED = Sheet(
    _("Inwoner informeren"),
    _("Vastleggen"),
    "direction",
    _("Wie het betreft, hoort dat er samen aan deze casus wordt gewerkt. Uitstel mag alleen met een reden."),
)
CLOSE = Sheet(_("Casus afsluiten"), _("Verder"), "direction")
BY_PROCESS_DIRECTOR = _("Dit doet de procesregisseur van deze casus. Vraag het aan die collega.")
BY_DIRECTOR = _("Dit doet de casusregisseur of de procesregisseur. Vraag het aan die collega.")

works = require_http_methods(["GET", "HEAD", "POST"])

CLOSED = _("De casus is afgesloten en afgeschermd. U ziet hem niet meer.")


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
@asks_purpose
def direction(request: Request, case_id: UUID) -> HttpResponse:
    """Who directs, in which phase, since when and why."""
    page = queries.direction_page(request.actor, case_id, purpose_for(request, case_id))
    first = {"version": page.head.version}
    return _direction_page(request, page, StepForm(moves=_moves(page), initial=first))


def _direction_page(request: Request, page: DirectionPage, step: StepForm, status: int = 200) -> HttpResponse:
    answer = part_page(request, page.head, "direction", {"page": page, "step": step})
    answer.status_code = status
    return answer


@door(Function.EXECUTION)
@works
def partner(request: Request, case_id: UUID) -> HttpResponse:
    """Lets an organisation take part, with whom it designated."""
    page = _directed(request, case_id)
    form = PartnerForm(people=grouped(page.candidates), initial={"version": page.head.version}, **bound(request))

    def act() -> int:
        said = form.cleaned_data
        chosen = UUID(said["professional"])
        return actions.choose_partner(request.actor, case_id, chosen, version=said["version"], once=form.once)

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _joined(tried.result or 0), "cases:direction", case_id)
    return form_page(request, page.head, form, PARTNER, status=tried.status)


def _joined(closed: int) -> str:
    """What the process director hears: how much stayed closed, and nothing of what it is."""
    said = str(_("Deze partner doet nu mee."))
    if not closed:
        return said
    more = ngettext(
        "Van %(number)d soort informatie bleef iets dicht: wie het inbracht, kan het openen.",
        "Van %(number)d soorten informatie bleef iets dicht: wie het inbracht, kan het openen.",
        closed,
    )
    return f"{said} {more % {'number': closed}}"


@door(Function.EXECUTION)
@works
def case_director(request: Request, case_id: UUID) -> HttpResponse:
    """Names who keeps the plan going."""
    page = _directed(request, case_id)
    form = DirectorForm(people=grouped(page.members), initial={"version": page.head.version}, **bound(request))

    def act() -> None:
        said = form.cleaned_data
        actions.name_case_director(
            request.actor, case_id, UUID(said["professional"]), version=said["version"], once=form.once
        )

    return _answer(request, page, form, DIRECTOR, act, _("De casusregisseur is vastgelegd."))


@door(Function.EXECUTION)
@works
def phase(request: Request, case_id: UUID) -> HttpResponse:
    """Scales up or down."""
    page = _directed(request, case_id)
    # What was sent may name the phase to which somebody else moved a moment ago: then that is what to tell.
    ladder = [
        (one.number, f"{one.number} {one.label}")
        for one in page.head.phases
        if request.method == "POST" or not one.current
    ]
    first = {"version": page.head.version}
    form = PhaseForm(phases=ladder, categories=page.head.categories, initial=first, **bound(request))

    def act() -> None:
        said = form.cleaned_data
        draft = PhaseDraft(said["phase"], said["reason"], said["category"], said["review_on"])
        actions.change_phase(request.actor, case_id, draft, version=said["version"], once=form.once)

    return _answer(request, page, form, PHASE, act, _("De fase is gewijzigd."))


@door(Function.EXECUTION)
@works
def review(request: Request, case_id: UUID) -> HttpResponse:
    """Says when the plan is looked at again."""
    page = _directed(request, case_id, process=False)
    first = {"version": page.head.version, "review_on": page.head.review.date if page.head.review else None}
    form = ReviewForm(initial=first, **bound(request))

    def act() -> None:
        said = form.cleaned_data
        actions.set_review(request.actor, case_id, said["review_on"], version=said["version"], once=form.once)

    return _answer(request, page, form, REVIEW, act, _("De evaluatie is gepland."))


@door(Function.EXECUTION)
@require_POST
def step(request: Request, case_id: UUID) -> HttpResponse:
    """The next step of the state machine, with a button."""
    page = _directed(request, case_id)
    form = StepForm(request.POST, moves=_moves(page))

    def act() -> None:
        said = form.cleaned_data
        actions.advance_case(request.actor, case_id, CaseState(said["state"]), version=said["version"], once=form.once)

    tried = attempt(form, act)
    if tried:
        return done(request, _("De casus staat op de volgende stap."), "cases:direction", case_id)
    return _direction_page(request, page, form, status=tried.status)


@door(Function.EXECUTION)
@works
def informed(request: Request, case_id: UUID) -> HttpResponse:
    """Records whether a registered person was told."""
    page = _directed(request, case_id, process=False)
    persons = [(str(one.id), one.name) for one in page.head.persons if one.registered]
    first = {"person": persons[0][0]} if len(persons) == 1 else {}
    form = InformedForm(persons=persons, initial=first, **bound(request))

    def act() -> None:
        said = form.cleaned_data
        draft = InformedDraft(UUID(said["person"]), Informed(said["how"]), said["note"], said["review_on"])
        actions.record_informed(request.actor, case_id, draft, once=form.once)

    return _answer(request, page, form, INFORMED, act, _("Vastgelegd."))


@door(Function.EXECUTION)
@require_safe
def close(request: Request, case_id: UUID) -> HttpResponse:
    """Why it cannot be closed yet, or the question why it is."""
    page = _directed(request, case_id)
    form = CloseForm(initial={"version": page.head.version, "reason": request.GET.get("reason", "")})
    context = {"objections": page.objections_to_closing, "form": form, "sheet": CLOSE}
    return part_page(request, page.head, "direction", context, template="cases/case/close.html")


@door(Function.EXECUTION)
@works
def close_surely(request: Request, case_id: UUID) -> HttpResponse:
    """Asks once more, and then closes: the case is gone for everyone who worked on it."""
    if request.method == "POST" and was_handled(request.POST):
        # Sent again because the first answer got lost; who closed it can no longer open it.
        return done(request, CLOSED, "cases:list")
    page = _directed(request, case_id)
    form = CloseForm(**bound(request)) if request.method == "POST" else CloseForm(request.GET)

    def act() -> None:
        said = form.cleaned_data
        actions.close_case(
            request.actor, case_id, CloseDraft(CloseReason(said["reason"])), version=said["version"], once=form.once
        )

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, CLOSED, "cases:list")
    sure = form.is_valid() or tried.status == 409
    context = {
        "form": form,
        "sheet": CLOSE,
        "objections": page.objections_to_closing,
        "head": page.head,
        "tabs": tabs(case_id, "direction"),
        "reason": LABELS.get(str(form.data.get("reason", "")), ""),
    }
    template = "cases/case/close_surely.html" if sure else "cases/case/close.html"
    return render(request, template, context, status=tried.status)


def _directed(request: Request, case_id: UUID, *, process: bool = True) -> DirectionPage:
    page = queries.direction_page(request.actor, case_id)
    may = page.head.may
    if not (may.direct_process if process else may.direct_case):
        raise Refused([str(BY_PROCESS_DIRECTOR if process else BY_DIRECTOR)])
    return page


def _moves(page: DirectionPage) -> list[tuple[str, str]]:
    return [(move.state, move.label) for move in page.head.moves]


def _answer(
    request: Request, page: DirectionPage, form: OnceForm, sheet: Sheet, act: Callable[[], object], said: str | Promise
) -> HttpResponse:
    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, said, "cases:direction", page.head.id)
    return form_page(request, page.head, form, sheet, status=tried.status)
