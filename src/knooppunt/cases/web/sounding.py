"""The pages of meedenken zonder naam: what is asked, asking, one question with its answers, and its end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knooppunt.cases import actions
from knooppunt.cases.forms.sounding import NamelessForm, SoundingAnswerForm, SoundingEndForm, SoundingForm, WithdrawForm
from knooppunt.cases.queries import ask_page, sounding_list, sounding_page
from knooppunt.cases.web.parts import see
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, door, was_handled


@door(Function.EXECUTION)
@require_safe
def list_soundings(request: Request) -> HttpResponse:
    """What is asked of the tables one sits at, and what was asked before."""
    closed = request.GET.get("stand") == "afgerond"
    found = sounding_list(request.actor)
    lines = [line for line in found if line.open is not closed]
    return render(request, "cases/sounding/list.html", {"lines": lines, "closed": closed, "total": len(found)})


@door(Function.EXECUTION)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request) -> HttpResponse:
    """The form; what could identify somebody comes back pointed out, and nothing was sent."""
    offered, status = ask_page(request.actor), 200
    form = SoundingForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.method == "POST":
        made = attempt(form, lambda: actions.ask_sounding(request.actor, form.draft, once=form.once))
        if made.result is not None:
            messages.success(request, _("Uw vraag staat bij het overleg. Antwoorden ziet u hier en bij Mijn werk."))
            return see("soundings:sounding", made.result)
        status = made.status
    return render(request, "cases/sounding/ask.html", {"form": form, "offered": offered}, status=status)


@door(Function.EXECUTION)
@require_safe
def sounding(request: Request, sounding_id: UUID) -> HttpResponse:
    """One question with its answers."""
    return _sounding(request, sounding_id)


@door(Function.EXECUTION)
@require_POST
def answer(request: Request, sounding_id: UUID) -> HttpResponse:
    """Thinks along, or adds to the own question."""
    page = sounding_page(request.actor, sounding_id)
    form = SoundingAnswerForm(request.POST, own=page.own)
    made = attempt(form, lambda: actions.answer_sounding(request.actor, sounding_id, form.draft, once=form.once))
    if not made:
        return _sounding(request, sounding_id, answering=form, status=made.status)
    messages.success(request, _("Uw antwoord staat erbij."))
    return see("soundings:sounding", sounding_id)


@door(Function.EXECUTION)
@require_POST
def close(request: Request, sounding_id: UUID) -> HttpResponse:
    """Who asked says what it brought."""
    form = SoundingEndForm(request.POST)
    made = attempt(
        form,
        lambda: actions.close_sounding(
            request.actor, sounding_id, form.draft, version=form.cleaned_data["version"], once=form.once
        ),
    )
    if not made:
        return _sounding(request, sounding_id, closing=form, status=made.status)
    messages.success(request, _("De meedenkvraag is afgerond."))
    return see("soundings:sounding", sounding_id)


@door(Function.EXECUTION)
@require_POST
def withdraw(request: Request, sounding_id: UUID) -> HttpResponse:
    """Takes the question back: nothing of it stays."""
    form = WithdrawForm(request.POST)
    if not was_handled(request.POST):
        made = attempt(form, lambda: actions.withdraw_sounding(request.actor, sounding_id, once=form.once))
        if not made:
            return _sounding(request, sounding_id, withdrawing=form, status=made.status)
    messages.success(request, _("De meedenkvraag is weg, met alle antwoorden."))
    return see("soundings:list")


def _sounding(
    request: Request,
    sounding_id: UUID,
    *,
    answering: SoundingAnswerForm | None = None,
    closing: SoundingEndForm | None = None,
    withdrawing: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = sounding_page(request.actor, sounding_id)
    sent: tuple[NamelessForm | WithdrawForm | None, ...] = (answering, closing, withdrawing)
    context = {
        "page": page,
        "answering": answering or SoundingAnswerForm(own=page.own),
        "closing": closing or SoundingEndForm(initial={"version": page.version}, auto_id="id_close_%s"),
        "withdrawing": withdrawing or WithdrawForm(),
        "wrong": any(form is not None and form.errors for form in sent),
    }
    return render(request, "cases/sounding/sounding.html", context, status=status)


_paths: list[URLPattern] = [
    path("", list_soundings, name="list"),
    path("nieuw/", ask, name="ask"),
    path("<uuid:sounding_id>/", sounding, name="sounding"),
    path("<uuid:sounding_id>/antwoord/", answer, name="answer"),
    path("<uuid:sounding_id>/afronden/", close, name="close"),
    path("<uuid:sounding_id>/weg/", withdraw, name="withdraw"),
]

urls = (_paths, "soundings")
