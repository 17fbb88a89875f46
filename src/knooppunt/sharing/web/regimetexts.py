"""Changing the law of an installation in Beheer: copy a version, see what changes, let a colleague let it hold."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, desk_at, door, takes_a_file
from knooppunt.partners.forms import KINDS
from knooppunt.partners.web import Due as Chip
from knooppunt.sharing import actions, law, queries
from knooppunt.sharing.forms.asking import ABOUT, ROLES, SENSITIVE, STEPS, categories
from knooppunt.sharing.forms.regimetexts import (
    STATUSES,
    ApproveForm,
    ChangeRegimeTextForm,
    DropTextForm,
    RegimeTextForm,
)
from knooppunt.sharing.law import differing
from knooppunt.sharing.law.checking import Change
from knooppunt.sharing.law.differing import Difference, RuleChange
from knooppunt.sharing.queries import TextView
from knooppunt.sharing.rules import Decision, Regime
from knooppunt.sharing.rules import regimetext as rules
from knooppunt.sharing.rules.regimetext import Standing, TextStatus
from knooppunt.sharing.rules.words import OUTCOMES
from knooppunt.sharing.web.keeping import rule_in_words

SHOWN = 5
"""Ways in which one group of rules answers otherwise: the largest, so that a page can be read."""

QUESTIONS_SHOWN = 40


# --- A new version ------------------------------------------------------------------------------


@door(Function.GOVERNANCE)
@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def new_regime_text(request: Request, code: str, version: str) -> HttpResponse:
    """A copy of a version, to change: the text as it stands, with a first day of its own."""
    base = queries.regime_version(code, version)
    first = {"content": begun(queries.content_of(base), clock.today() + timedelta(days=1))}
    form = RegimeTextForm(**_sent(request), initial=first, desk=desk_at(request))
    said = (
        attempt(
            form,
            lambda: actions.draft_regime_text(request.actor, base.reference, form.written(), once=form.once),
        )
        if form.is_bound
        else None
    )
    if said and said.result is not None:
        messages.success(request, _("Het concept is bewaard. Hieronder leest u wat er verandert."))
        return redirect("sharing:regime_text", said.result)
    title = _("Een nieuwe versie maken: %(title)s, na %(version)s") % {"title": base.title, "version": base.version}
    context = {"tab": "regimes", "form": form, "base": base, "title": title}
    context |= {"back": reverse("sharing:regime", args=[code, version])}
    return render(request, "sharing/regime_edit.html", context, status=200 if said is None else said.status)


def begun(content: str, day: date) -> str:
    """A copy that begins on a day and has no end; all else stays as it is."""
    for key, value in (("version", f'"{day}"'), ("valid_from", str(day)), ("valid_to", "null")):
        content = re.sub(rf"^{key}:.*$", f"{key}: {value}", content, count=1, flags=re.MULTILINE)
    return content


def _sent(request: Request) -> dict[str, Any]:
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


# --- One text: what it changes, and what can be done with it ------------------------------------


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_safe
def regime_text(request: Request, text: UUID) -> HttpResponse:
    """What a text changes, for whoever must say whether it may hold; and what can be done next, or why not."""
    view = queries.regime_text(request.actor, text)
    before = rules.follows(view.regime, law.known_of(view.regime.code))
    found = differing.difference(before, view.regime)
    kind, words = STATUSES[TextStatus(view.status)]
    context = {
        "tab": "regimes",
        "view": view,
        "stand": Chip(str(words), kind),
        "before": before,
        "other_base": view.status == TextStatus.DRAFT and view.based_on != before.reference,
        "questions": [_question(one) for one in found.moved[:QUESTIONS_SHOWN]],
        "more_questions": max(0, len(found.moved) - QUESTIONS_SHOWN),
        "rules": [_rule(before, view.regime, one) for one in found.rules],
        "groups": list(_groups(found, before, view.regime)),
        "size": found.size,
        "gaps": list(_gaps(view.regime)) if view.status == TextStatus.DRAFT else [],
        "lines": [_line(*one) for one in differing.lines(queries.content_of(before), view.content)],
        "steps": _steps(view, request),
        "draft": view.status == TextStatus.DRAFT,
        "own": request.actor.designee in view.writers,
    }
    return render(request, "sharing/regime_text.html", context)


def _question(one: differing.Moved) -> dict[str, Any]:
    return {"situation": one.scenario.situation, "before": _answer(one.before), "after": _answer(one.after)}


def _answer(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": OUTCOMES[decision.outcome],
        "sentence": decision.sentence,
        "articles": " · ".join(decision.articles),
    }


def _rule(before: Regime, after: Regime, change: RuleChange) -> dict[str, Any]:
    words = _("gewijzigd") if change.before and change.after else _("nieuw") if change.after else _("vervalt")
    return {
        "name": change.name,
        "what": words,
        "before": rule_in_words(before, change.before) if change.before else None,
        "after": rule_in_words(after, change.after) if change.after else None,
    }


def _groups(found: Difference, before: Regime, after: Regime) -> Iterator[dict[str, Any]]:
    """Per set of changed rules: the largest changes of outcome, each with an example in words."""
    texts = {rule.name: rule.text for version in (before, after) for rule in version.book.rules}
    for names, changes in found.combinations.items():
        largest = sorted(changes, key=lambda one: -one.size)
        yield {
            "rules": [texts[name] for name in names],
            "rows": [_change(one, after) for one in largest[:SHOWN]],
            "more": max(0, len(largest) - SHOWN),
        }


def _change(change: Change, after: Regime) -> dict[str, Any]:
    return {
        "size": change.size,
        "before": OUTCOMES[change.before],
        "after": OUTCOMES[change.after],
        "known": differing.in_which_case(change, after),
        "example": _example(change),
    }


def _example(change: Change) -> str:
    asked = change.example
    said = {
        "supplier": KINDS.get(asked.supplier[0], asked.supplier[0]),
        "recipient": KINDS.get(asked.recipient[0], asked.recipient[0]),
        "role": ROLES[asked.role],
        "step": STEPS[asked.step],
        "category": SENSITIVE.get(asked.category) or categories().get(asked.category, asked.category),
        "about": ABOUT[asked.about],
    }
    return _("%(supplier)s aan %(recipient)s (%(role)s), %(step)s: %(category)s over %(about)s") % said


def _gaps(regime: Regime) -> Iterator[str]:
    found = differing.gaps(regime)
    for refusal, basis in found.contradictions:
        yield _("“%(refusal)s” weigert wat “%(basis)s” toestaat. De weigering telt, tenzij u “over” invult.") % {
            "refusal": refusal.name,
            "basis": basis.name,
        }
    size = sum(one.size for one in found.open)
    if size:
        yield _("%(n)s combinaties beantwoordt geen regel. Dan is het antwoord: mag niet.") % {"n": size}


def _line(sign: str, number: int, text: str) -> dict[str, Any]:
    kinds = {"-": "out", "+": "in", "…": "gap"}
    words = {"-": _("weg"), "+": _("nieuw")}
    return {"sign": sign, "number": number, "text": text, "kind": kinds.get(sign, ""), "words": words.get(sign, "")}


# --- The steps ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One thing that can be done with a text: its words, why not, its form, and what it does."""

    title: str | Promise
    done: str | Promise
    button: str | Promise
    objections: Callable[[TextView, Request], list[str]]
    form: Callable[[TextView, Request, dict[str, Any]], forms.Form]
    act: Callable[[Request, TextView, Any], object]
    intro: str | Promise = ""
    danger: bool = False


def _steps(view: TextView, request: Request) -> list[dict[str, Any]]:
    if request.actor.function is not Function.GOVERNANCE or view.status != TextStatus.DRAFT:
        return []
    return [
        {
            "title": step.title,
            "danger": step.danger,
            "objections": step.objections(view, request),
            "url": reverse("sharing:regime_text_step", args=[view.id, name]),
        }
        for name, step in TEXT_STEPS.items()
    ]


@door(Function.GOVERNANCE)
@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def regime_text_step(request: Request, text: UUID, step: str) -> HttpResponse:
    """One step with a text; what cannot be done says why, all at once, and what was typed stays."""
    way, view = TEXT_STEPS[step], queries.regime_text(request.actor, text)
    form = way.form(view, request, {"version": view.version})
    status, objections = 200, []
    if form.is_bound:
        said = attempt(form, lambda: way.act(request, view, form))
        if said:
            messages.success(request, str(way.done))
            return redirect("sharing:regime_text", view.id)
        status = said.status
    else:
        objections = way.objections(view, request)
    context = {"tab": "regimes", "way": way, "title": way.title, "form": form, "view": view, "base": view.regime}
    context |= {"objections": objections, "back": reverse("sharing:regime_text", args=[view.id])}
    page = "sharing/regime_edit.html" if isinstance(form, RegimeTextForm) else "sharing/regime_step.html"
    return render(request, page, context, status=status)


def _change_form(view: TextView, request: Request, first: dict[str, Any]) -> forms.Form:
    now = {"content": view.content, "motivation": view.motivation}
    return ChangeRegimeTextForm(**_sent(request), initial={**first, **now}, desk=desk_at(request))


def _to_approve(view: TextView, request: Request) -> list[str]:
    own = request.actor.designee in view.writers
    return rules.objections_to_approving(
        view.regime, Standing(view.status, own, clock.today(), law.known_of(view.regime.code))
    )


TEXT_STEPS: Mapping[str, Step] = {
    "wijzigen": Step(
        title=gettext_lazy("Tekst wijzigen"),
        done=gettext_lazy("De tekst is gewijzigd. Hieronder leest u wat er verandert."),
        button=gettext_lazy("Opslaan"),
        objections=lambda view, _request: rules.objections_to_changing(view.status),
        form=_change_form,
        act=lambda request, view, form: actions.change_regime_text(
            request.actor, view.id, form.written(), read=form.read()
        ),
    ),
    "laten-gelden": Step(
        title=gettext_lazy("Laat deze versie gelden"),
        done=gettext_lazy("Deze versie staat vast en geldt vanaf haar eerste dag."),
        button=gettext_lazy("Laat deze versie gelden"),
        intro=gettext_lazy(
            "Hierna staat de tekst vast. Vanaf de eerste dag antwoordt Knooppunt volgens deze versie, in alle"
            " regio’s van deze installatie. Lopende casussen houden de versie waaronder zij begonnen."
        ),
        objections=_to_approve,
        form=lambda _view, request, first: ApproveForm(request.POST or None, initial=first),
        act=lambda request, view, form: actions.approve_regime_text(request.actor, view.id, read=form.read()),
    ),
    "laten-vervallen": Step(
        title=gettext_lazy("Laat dit concept vervallen"),
        done=gettext_lazy("Het concept gaat niet door. U kunt het nog lezen."),
        button=gettext_lazy("Laat dit concept vervallen"),
        objections=lambda view, _request: rules.objections_to_changing(view.status),
        form=lambda _view, request, first: DropTextForm(request.POST or None, initial=first),
        act=lambda request, view, form: actions.drop_regime_text(request.actor, view.id, read=form.read()),
        danger=True,
    ),
}
"""What can be done with a text, in the order in which it is done."""
