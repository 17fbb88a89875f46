"""The knowledge network for whoever asks: putting a question, the own questions, and what everyone may read."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from knooppunt.kernel import clock
from knooppunt.kernel.doors import Request, attempt, desk_at, door, public_door
from knooppunt.kernel.errors import Refused
from knooppunt.partners.web import Due as Chip
from knooppunt.sharing import actions, law, queries
from knooppunt.sharing.forms.asking import AskForm, settings_of_work
from knooppunt.sharing.forms.network import QUESTION_STANDS, AskNetworkForm
from knooppunt.sharing.queries import NetworkQuestionView
from knooppunt.sharing.rules import Question
from knooppunt.sharing.web.asking import OUTCOMES, address_of, in_words


@door()
@require_http_methods(["GET", "HEAD", "POST"])
def ask_network(request: Request) -> HttpResponse:
    """The question of the address, with room for own words; it goes to the privacy officers of a region."""
    asked = AskForm(request.GET)
    if not asked.is_valid() or asked.question is None:
        answer = redirect("sharing:ask")
        answer["Location"] += f"?{request.GET.urlencode()}" if request.GET else ""
        return answer
    regions = queries.network_regions(request.actor)
    if not regions:
        raise Refused([_("Uw organisatie werkt nog in geen regio.")], [_("Vraag de beheerder om haar toe te voegen.")])
    offered = [(str(one.id), one.name) for one in regions]
    form = AskNetworkForm(request.POST or None, regions=offered, desk=desk_at(request))
    question = asked.question
    said = attempt(form, lambda: _ask(request, question, form)) if form.is_bound else None
    if said:
        messages.success(request, _("Uw vraag is verstuurd. Het antwoord komt hier te staan."))
        return redirect("sharing:own_questions")
    context = {"form": form, **said_of(question, on=question.on), "today": clock.today()}
    return render(request, "sharing/network_ask.html", context, status=200 if said is None else said.status)


def _ask(request: Request, question: Question, form: AskNetworkForm) -> UUID:
    region, text = UUID(form.cleaned_data["region"]), form.cleaned_data["text"]
    return actions.ask_network(request.actor, region, question, text, nobody=form.confirmed, once=form.once)


@door()
@require_safe
def own_questions(request: Request) -> HttpResponse:
    """What somebody asked, with the answers."""
    context = {"rows": [row_of(view) for view in queries.own_questions(request.actor)]}
    return render(request, "sharing/own_questions.html", context)


@public_door()
@require_safe
def frequent_question(request: HttpRequest, frequent: UUID) -> HttpResponse:
    """One published question with its answer, and what the rules say today."""
    view = queries.frequent_question(frequent)
    context = {
        "view": view,
        "regime": regime_title(view.regime),
        "today": clock.today(),
        "here": request.build_absolute_uri(),
        **said_of(view.question),
    }
    return render(request, "sharing/frequent.html", context)


def regime_title(code: str) -> str:
    """What a framework is called."""
    return settings_of_work().get(code, code)


def row_of(view: NetworkQuestionView) -> dict[str, Any]:
    """A question as the pages show it."""
    kind, words = QUESTION_STANDS[view.status]
    return {"view": view, "stand": Chip(str(words), kind), **said_of(view.question)}


def said_of(question: Question | None, *, on: date | None = None) -> dict[str, Any]:
    """The question in words, where its live answer stands, and which that is: today, or on the day that was chosen."""
    if question is None:
        return {"asked": (), "live": "", "outcome": None, "short": _("Deze vraag kan niet meer worden nagerekend")}
    question = replace(question, on=on or clock.today())
    asked = in_words(question)
    return {
        "asked": asked,
        "live": address_of(question),
        "outcome": OUTCOMES[law.answer_to(question).outcome],
        "short": " · ".join(value for _label, value in asked[:3]),
    }
