"""The knowledge network in Beheer: answering questions, and publishing what others ask as well."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, desk_at, door
from knooppunt.kernel.errors import Refused
from knooppunt.kernel.identifiers import Finding, find_identifiers
from knooppunt.partners.web import Due as Chip
from knooppunt.sharing import actions, queries
from knooppunt.sharing.forms.network import FREQUENT_STANDS, FrequentForm, PublishForm, ReadForm, ReplyForm
from knooppunt.sharing.queries import FrequentView, KeptFrequentView, NetworkQuestionView
from knooppunt.sharing.rules import network as rules
from knooppunt.sharing.rules.network import FrequentStatus
from knooppunt.sharing.web.network import regime_title, row_of, said_of


@door(Function.GOVERNANCE)
@require_safe
def network_questions(request: Request) -> HttpResponse:
    """What waits for an answer, what was answered, and the frequent questions."""
    rows = [row_of(view) for view in queries.network_questions(request.actor)]
    waiting = sum(not row["view"].answered for row in rows)
    context = {
        "tab": "questions",
        "rows": rows,
        "number": ngettext("%(n)d vraag wacht op antwoord", "%(n)d vragen wachten op antwoord", waiting)
        % {"n": waiting},
        "kept": [_kept_row(view) for view in queries.kept_frequent(request.actor)],
    }
    return render(request, "sharing/network_questions.html", context)


@door(Function.GOVERNANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def network_question(request: Request, question: UUID) -> HttpResponse:
    """One question, with the form to answer it, and what was made of it for everyone."""
    view = queries.network_question(request.actor, question)
    first = {"version": view.version, "answer": view.answer, "articles": "\n".join(view.articles)}
    form = ReplyForm(request.POST or None, initial=first, desk=desk_at(request))
    said = attempt(form, lambda: _answer(request, view, form)) if form.is_bound else None
    if said:
        messages.success(request, _("Het antwoord is bewaard. Wie vroeg, ziet het bij Mijn vragen."))
        return redirect("sharing:network_question", view.id)
    kept = [_kept_row(one) for one in queries.kept_frequent(request.actor, source=view.id)]
    context = {"tab": "questions", **row_of(view), "form": form, "kept": kept}
    return render(request, "sharing/network_question.html", context, status=200 if said is None else said.status)


def _answer(request: Request, view: NetworkQuestionView, form: ReplyForm) -> UUID:
    return actions.answer_question(request.actor, view.id, form.reply(), nobody=form.confirmed, read=form.read())


@door(Function.GOVERNANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_frequent(request: Request, question: UUID) -> HttpResponse:
    """A frequent question that begins with a question that was answered."""
    view = queries.network_question(request.actor, question)
    if not view.answered:
        raise Refused([_("Deze vraag heeft nog geen antwoord.")], [_("Beantwoord de vraag eerst.")])
    # The question itself is not taken over: it is written anew, so that nothing of a situation slips through.
    first = {"version": view.version, "answer": view.answer, "articles": "\n".join(view.articles)}
    form = FrequentForm(request.POST or None, initial=first, desk=desk_at(request))
    said = attempt(form, lambda: _draft(request, view, form)) if form.is_bound else None
    if said and said.result is not None:
        messages.success(request, _("Het concept is bewaard. Een collega kan het publiceren."))
        return redirect("sharing:kept_frequent", said.result)
    back = reverse("sharing:network_question", args=[view.id])
    context = {"tab": "questions", "form": form, "back": back, "source": view, "button": _("Concept bewaren")}
    context |= {"heading": _("Veelgestelde vraag maken"), **said_of(view.question)}
    return render(request, "sharing/frequent_step.html", context, status=200 if said is None else said.status)


def _draft(request: Request, view: NetworkQuestionView, form: FrequentForm) -> UUID:
    return actions.draft_frequent(request.actor, view.id, form.text(), nobody=form.confirmed, read=form.read())


# --- One frequent question ------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One thing that can be done with a frequent question: its words, why not, its form, and what it does."""

    title: str | Promise
    done: str | Promise
    button: str | Promise
    objections: Callable[[KeptFrequentView, Request], list[str]]
    form: Callable[[KeptFrequentView, Request], forms.Form]
    act: Callable[[Request, KeptFrequentView, Any], object]
    intro: str | Promise = ""
    danger: bool = False


def _kept_row(view: KeptFrequentView) -> dict[str, Any]:
    kind, words = FREQUENT_STANDS[view.status]
    return {"view": view, "stand": Chip(str(words), kind), "regime": regime_title(view.shown.regime)}


def _found(shown: FrequentView) -> list[Finding]:
    return [one for text in (shown.title, shown.body, shown.answer) for one in find_identifiers(text)]


@door(Function.GOVERNANCE)
@require_safe
def kept_frequent(request: Request, frequent: UUID) -> HttpResponse:
    """One frequent question as governance keeps it, and what can be done next, or why not."""
    view = queries.kept_frequent_one(request.actor, frequent)
    steps = [
        {
            "title": step.title,
            "danger": step.danger,
            "objections": step.objections(view, request),
            "url": reverse("sharing:frequent_step", args=[view.shown.id, name]),
        }
        for name, step in STEPS.items()
    ]
    published = view.status == FrequentStatus.PUBLISHED
    context = {"tab": "questions", **_kept_row(view), **said_of(view.shown.question), "published": published}
    return render(request, "sharing/kept_frequent.html", {**context, "steps": steps})


@door(Function.GOVERNANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def frequent_step(request: Request, frequent: UUID, frequent_step: str) -> HttpResponse:
    """One step with a frequent question; what cannot be done yet says why, and what was typed stays."""
    way, view = STEPS[frequent_step], queries.kept_frequent_one(request.actor, frequent)
    form = way.form(view, request)
    said = attempt(form, lambda: way.act(request, view, form)) if form.is_bound else None
    if said:
        messages.success(request, str(way.done))
        return redirect("sharing:kept_frequent", view.shown.id)
    context = {
        "tab": "questions",
        "form": form,
        "heading": way.title,
        "intro": way.intro,
        "button": way.button,
        "danger": way.danger,
        "objections": [] if form.is_bound else way.objections(view, request),
        "back": reverse("sharing:kept_frequent", args=[view.shown.id]),
    }
    return render(request, "sharing/frequent_step.html", context, status=200 if said is None else said.status)


def _text_form(view: KeptFrequentView, request: Request) -> forms.Form:
    shown = view.shown
    first = {"version": view.version, "title": shown.title, "body": shown.body, "answer": shown.answer}
    first["articles"] = "\n".join(shown.articles)
    return FrequentForm(request.POST or None, initial=first, desk=desk_at(request))


def _read_form(view: KeptFrequentView, request: Request) -> forms.Form:
    return ReadForm(request.POST or None, initial={"version": view.version})


def _publish_form(view: KeptFrequentView, request: Request) -> forms.Form:
    return PublishForm(request.POST or None, initial={"version": view.version}, found=_found(view.shown))


STEPS: Mapping[str, Step] = {
    "tekst": Step(
        title=gettext_lazy("Tekst wijzigen"),
        done=gettext_lazy("De tekst is gewijzigd."),
        button=gettext_lazy("Opslaan"),
        objections=lambda view, _request: rules.objections_to_rewriting(view.status),
        form=_text_form,
        act=lambda request, view, form: actions.rewrite_frequent(
            request.actor, view.shown.id, form.text(), nobody=form.confirmed, read=form.read()
        ),
    ),
    "publiceren": Step(
        title=gettext_lazy("Publiceren"),
        done=gettext_lazy("De vraag staat op de pagina “Mag ik dit delen?”."),
        button=gettext_lazy("Publiceren"),
        intro=gettext_lazy("Hierna kan iedereen de vraag en het antwoord lezen, ook zonder inloggen."),
        objections=lambda view, request: rules.objections_to_publishing(
            view.status, own_text=request.actor.designee == view.written_by
        ),
        form=_publish_form,
        act=lambda request, view, form: actions.publish_frequent(
            request.actor, view.shown.id, nobody=form.confirmed, read=form.read()
        ),
    ),
    "nagekeken": Step(
        title=gettext_lazy("Nagekeken"),
        done=gettext_lazy("Vastgelegd: u keek deze vraag vandaag na."),
        button=gettext_lazy("Vastleggen"),
        intro=gettext_lazy("Las u vraag, antwoord en artikelen, en kloppen zij nog? Dan komt vandaag erbij."),
        objections=lambda view, _request: rules.objections_to_being_published(view.status),
        form=_read_form,
        act=lambda request, view, form: actions.review_frequent(request.actor, view.shown.id, read=form.read()),
    ),
    "intrekken": Step(
        title=gettext_lazy("Intrekken"),
        done=gettext_lazy("De vraag is ingetrokken."),
        button=gettext_lazy("Intrekken"),
        intro=gettext_lazy("De vraag verdwijnt van de openbare pagina. De tekst blijft hier staan."),
        objections=lambda view, _request: rules.objections_to_being_published(view.status),
        form=_read_form,
        act=lambda request, view, form: actions.withdraw_frequent(request.actor, view.shown.id, read=form.read()),
        danger=True,
    ),
}
"""What can be done with a frequent question, in the order in which it is done."""
