"""The agreements register in Beheer: the list with what asks for attention, one agreement, and each next step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
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

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.doors import Request, attempt, desk_at, door
from knooppunt.kernel.errors import Refused
from knooppunt.partners.queries import RegionView, organisations
from knooppunt.partners.web import Due as Chip
from knooppunt.partners.web import chosen, in_order
from knooppunt.sharing import actions, queries
from knooppunt.sharing.forms.agreements import (
    DECISION_LABELS,
    JUDGEMENTS,
    KINDS,
    STAND_CHOICES,
    STANDS,
    AgreementChoices,
    AgreementForm,
    ChangeAgreementForm,
    DropForm,
    EndAgreementForm,
    JudgementForm,
    Offered,
    PutInForceForm,
    ReviewAgreementForm,
    SignForm,
    StartChoices,
)
from knooppunt.sharing.law.agreements import Template, templates
from knooppunt.sharing.queries import AgreementView
from knooppunt.sharing.rules import agreement as rules
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, AgreementStatus, Due, Terms
from knooppunt.sharing.web.agreement_files import rows_of


@dataclass(frozen=True)
class Step:
    """One thing that can be done with an agreement: its words, why not, its form, and what it does."""

    title: str | Promise
    done: str | Promise
    button: str | Promise
    objections: Callable[[AgreementView, Request], list[str]]
    form: Callable[[AgreementView, Request, dict[str, Any]], forms.Form]
    act: Callable[[Request, AgreementView, Any], object]
    intro: str | Promise = ""
    danger: bool = False


# --- The list -----------------------------------------------------------------------------------


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_safe
def agreements(request: Request) -> HttpResponse:
    """The agreements of the regions, and on top those that come to a review or an end."""
    today = clock.today()
    regions = queries.agreement_regions(request.actor)
    choices = AgreementChoices(request.GET, regions=[(one.code, one.name) for one in regions])
    region, stand = chosen(choices, "regio"), chosen(choices, "stand")
    ids = {one.code: one.id for one in regions}
    found = queries.agreements(request.actor)
    rows = [
        _row(view, today)
        for view in found
        if region in ("", *(code for code, key in ids.items() if key == view.region))
        and (not stand or view.stand(today) is STAND_CHOICES[stand][0])
    ]
    sort = request.GET.get("sorteer", "")
    context = {
        "tab": "agreements",
        "rows": in_order(rows, sort, ORDER),
        "warnings": _warnings(found, today),
        "choices": choices,
        "sort": sort,
        "keeps": request.actor.function is Function.GOVERNANCE,
        "number": ngettext("%(n)d afspraak", "%(n)d afspraken", len(rows)) % {"n": len(rows)},
    }
    return render(request, "sharing/agreements.html", context)


ORDER: dict[str, Callable[[Any], Any]] = {
    "naam": lambda row: row["view"].terms.title.casefold(),
    "einde": lambda row: (row["view"].terms.ends_on or date.max, row["view"].terms.title.casefold()),
    "evaluatie": lambda row: (row["view"].terms.review_on or date.max, row["view"].terms.title.casefold()),
}


def _warnings(found: list[AgreementView], today: date) -> list[dict[str, Any]]:
    late = [(one.on, view, one) for view in found for one in view.due(today)]
    return [
        {"view": view, "text": _said(one), "due": Chip(_said(one), "late" if one.late else "soon")}
        for _on, view, one in sorted(late, key=lambda each: each[0])
    ]


def agreement_warnings(actor: Actor) -> list[dict[str, Any]]:
    """What comes to a review or an end, or is past that, the most urgent first; for the page where one begins."""
    today = clock.today()
    return _warnings(queries.agreements_to_review(actor, today), today)


def _said(due: Due) -> str:
    day = {"day": f"{due.on:%d-%m-%Y}"}
    if due.what == "end":
        return (_("is afgelopen na %(day)s") if due.late else _("eindigt na %(day)s")) % day
    return (_("moest u evalueren op %(day)s") if due.late else _("evalueren op %(day)s")) % day


def _row(view: AgreementView, today: date) -> dict[str, Any]:
    kind, words = STANDS[view.stand(today)]
    urgent = {one.what: "late" if one.late else "soon" for one in view.due(today)}
    return {
        "view": view,
        "stand": Chip(str(words), kind),
        "kind": KINDS[view.terms.kind],
        "regime": title_of(view.terms.regime),
        "parties": ", ".join(party.name for party in view.parties),
        "end": _chip(view.terms.ends_on, urgent.get("end", "plain")),
        "review": _chip(view.terms.review_on, urgent.get("review", "plain")),
    }


def _chip(day: date | None, kind: str) -> Chip | None:
    return None if day is None else Chip(f"{day:%d-%m-%Y}", kind, day)


def title_of(code: str) -> str:
    """What a framework is called."""
    return {version.code: version.title for version in queries.regimes()}.get(code, code)


# --- One agreement ------------------------------------------------------------------------------


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_safe
def agreement(request: Request, agreement: UUID) -> HttpResponse:
    """All that the register holds of one agreement, and what can be done next, or why not."""
    view, today = queries.agreement(request.actor, agreement), clock.today()
    labels, files = queries.category_labels(), queries.agreement_files(request.actor, agreement)
    keeps = request.actor.function is Function.GOVERNANCE
    adds = keeps and not rules.objections_to_adding_file(view.status, len(files))
    context = {
        "tab": "agreements",
        "word": reverse("sharing:agreement_word", args=[view.id]),
        "files": rows_of(view, files, keeps=keeps),
        "add_file": reverse("sharing:add_agreement_file", args=[view.id]) if adds else "",
        **_row(view, today),
        "categories": [labels.get(code, code) for code in view.terms.categories],
        "decision": [(DECISION_LABELS[name], view.terms.decided(name)) for name in DECISION_FIELDS],
        "decides": bool(view.terms.competent_authority or any(view.terms.decided(name) for name in DECISION_FIELDS)),
        "template": {one.code: one.label for one in templates()}.get(view.template, view.template),
        "judgement": JUDGEMENTS[view.judgement],
        "warnings": _warnings([view], today),
        "steps": _steps(view, request) if keeps else [],
    }
    return render(request, "sharing/agreement.html", context)


def _steps(view: AgreementView, request: Request) -> list[dict[str, Any]]:
    return [
        {
            "title": step.title,
            "danger": step.danger,
            "objections": step.objections(view, request),
            "url": reverse("sharing:agreement_step", args=[view.id, name]),
        }
        for name, step in STEPS.items()
    ]


@door(Function.GOVERNANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_agreement(request: Request) -> HttpResponse:
    """A draft, empty or begun with a template."""
    regions = queries.agreement_regions(request.actor)
    if not regions:
        raise Refused([_("Uw organisatie werkt nog in geen regio.")], [_("Vraag de beheerder om haar toe te voegen.")])
    offered = [(one.code, one.label) for one in templates()]
    start = StartChoices(request.GET, regions=[(one.code, one.name) for one in regions], templates=offered)
    code = chosen(start, "regio")
    region = next((one for one in regions if one.code == code), regions[0])
    template = next((one for one in templates() if one.code == chosen(start, "sjabloon")), None)
    # What stands in a template is no draft of anybody, so this form begins with the template each time it is chosen.
    desk = None if template else desk_at(request)
    form = AgreementForm(request.POST or None, offered=_offered(region.id), initial=_first(template), desk=desk)
    said = attempt(form, lambda: _draft(request, region, template, form)) if form.is_bound else None
    if said and said.result is not None:
        messages.success(request, _("Het concept is bewaard."))
        return redirect("sharing:agreement", said.result)
    context = {"tab": "agreements", "form": form, "start": start, "region": region, "template": template}
    return render(request, "sharing/agreement_new.html", context, status=200 if said is None else said.status)


def _draft(request: Request, region: RegionView, template: Template | None, form: AgreementForm) -> UUID:
    return actions.draft_agreement(
        request.actor,
        region.id,
        form.terms(),
        form.chosen_parties(),
        template=template.code if template else "",
        once=form.once,
    )


def _offered(region: UUID) -> Offered:
    return Offered(
        regimes=sorted({version.code: version.title for version in queries.regimes()}.items(), key=lambda one: one[1]),
        categories=list(queries.category_labels().items()),
        parties=[(str(one.id), one.name) for one in organisations(region=region).values()],
    )


def _first(template: Template | None) -> dict[str, Any]:
    return {} if template is None else _written(template.terms)


def _written(terms: Terms) -> dict[str, Any]:
    """The text of an agreement by the fields of its form."""
    same = ("kind", "title", "purpose", "regime", "competent_authority", "clauses", "starts_on", "ends_on", "review_on")
    found: dict[str, Any] = {name: getattr(terms, name) for name in same}
    return found | {name: terms.decided(name) for name in DECISION_FIELDS} | {"categories": list(terms.categories)}


@door(Function.GOVERNANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_step(request: Request, agreement: UUID, step: str) -> HttpResponse:
    """One step with an agreement; what cannot be done yet says why, and what was typed stays."""
    way, view = STEPS[step], queries.agreement(request.actor, agreement)
    form = way.form(view, request, {"version": view.version})
    if form.is_bound:
        said = attempt(form, lambda: way.act(request, view, form))
        if said:
            messages.success(request, str(way.done))
            return redirect("sharing:agreement", view.id)
        status, objections = said.status, []
    else:
        status, objections = 200, way.objections(view, request)
    context = {"tab": "agreements", "way": way, "form": form, "view": view, "objections": objections}
    context["back"] = reverse("sharing:agreement", args=[view.id])
    return render(request, "sharing/agreement_step.html", context, status=status)


def _change_form(view: AgreementView, request: Request, first: dict[str, Any]) -> forms.Form:
    parties = [str(party.organisation) for party in view.parties]
    initial = {**first, **_written(view.terms), "parties": parties}
    return ChangeAgreementForm(
        request.POST or None, offered=_offered(view.region), initial=initial, desk=desk_at(request)
    )


def _sign_form(view: AgreementView, request: Request, first: dict[str, Any]) -> forms.Form:
    # Who signed already is offered too: else a second signature by mistake would read as an unknown party.
    parties = [(str(party.organisation), party.name) for party in view.parties]
    return SignForm(request.POST or None, parties=parties, initial={**first, "signed_on": clock.today()})


def _end_form(view: AgreementView, request: Request, first: dict[str, Any]) -> forms.Form:
    if view.status == AgreementStatus.DRAFT:
        return DropForm(request.POST or None, initial=first)
    return EndAgreementForm(request.POST or None, initial={**first, "last_day": clock.today()})


def _judgement_form(view: AgreementView, request: Request, first: dict[str, Any]) -> forms.Form:
    now = {"judgement": view.judgement, "motivation": view.motivation, "judged_on": view.judged_on or clock.today()}
    return JudgementForm(request.POST or None, initial={**first, **now}, desk=desk_at(request))


def _to_put_in_force(view: AgreementView, request: Request) -> list[str]:
    return rules.objections_to_putting_in_force(
        view.status, view.terms, view.parties, today=clock.today(), own_text=request.actor.designee in view.authors
    )


def _to_sign(view: AgreementView, _request: Request) -> list[str]:
    waiting = [party for party in view.parties if party.signed_on is None]
    if view.status == AgreementStatus.DRAFT and not waiting:
        return [
            _("Alle partijen hebben getekend.")
            if view.parties
            else _("Er zijn nog geen partijen. Voeg ze toe bij Tekst wijzigen.")
        ]
    today = clock.today()
    return rules.objections_to_signing(view.status, waiting[0] if waiting else None, today, today)[:1]


STEPS: Mapping[str, Step] = {
    "tekst": Step(
        title=gettext_lazy("Tekst wijzigen"),
        done=gettext_lazy("De tekst is gewijzigd."),
        button=gettext_lazy("Opslaan"),
        intro=gettext_lazy(
            "Slaat u op, dan vervallen handtekeningen onder de oude tekst. Wie tekende, tekent opnieuw."
        ),
        objections=lambda view, _request: rules.objections_to_changing(view.status),
        form=_change_form,
        act=lambda request, view, form: actions.change_agreement(
            request.actor, view.id, form.terms(), form.chosen_parties(), read=form.read()
        ),
    ),
    "oordeel": Step(
        title=gettext_lazy("Oordeel kennisnetwerk vastleggen"),
        done=gettext_lazy("Het oordeel is vastgelegd."),
        button=gettext_lazy("Vastleggen"),
        objections=lambda view, _request: rules.objections_to_judging(view.status),
        form=_judgement_form,
        act=lambda request, view, form: actions.judge_agreement(
            request.actor, view.id, form.judged(), read=form.read()
        ),
    ),
    "handtekening": Step(
        title=gettext_lazy("Handtekening vastleggen"),
        done=gettext_lazy("De handtekening is vastgelegd."),
        button=gettext_lazy("Vastleggen"),
        intro=gettext_lazy("Tekenen doet u buiten Knooppunt. Hier staat wie tekende, en wanneer."),
        objections=_to_sign,
        form=_sign_form,
        act=lambda request, view, form: actions.sign_agreement(
            request.actor, view.id, form.signature(), read=form.read()
        ),
    ),
    "inwerking": Step(
        title=gettext_lazy("Laten gelden"),
        done=gettext_lazy("De afspraak is in werking."),
        button=gettext_lazy("Laten gelden"),
        intro=gettext_lazy(
            "Hierna staat de tekst vast. De afspraak geldt vanaf de begindatum, en nooit eerder dan vandaag."
        ),
        objections=_to_put_in_force,
        form=lambda _view, request, first: PutInForceForm(request.POST or None, initial=first),
        act=lambda request, view, form: actions.put_in_force(request.actor, view.id, read=form.read()),
    ),
    "evaluatie": Step(
        title=gettext_lazy("Evaluatie vastleggen"),
        done=gettext_lazy("De evaluatie is vastgelegd."),
        button=gettext_lazy("Vastleggen"),
        intro=gettext_lazy("Bekeek u deze afspraak vandaag met de partijen? Kies dan wanneer u dat weer doet."),
        objections=lambda view, _request: rules.objections_to_reviewing(view.status),
        form=lambda _view, request, first: ReviewAgreementForm(request.POST or None, initial=first),
        act=lambda request, view, form: actions.review_agreement(
            request.actor, view.id, next_on=form.cleaned_data["next_on"], read=form.read()
        ),
    ),
    "einde": Step(
        title=gettext_lazy("Beëindigen"),
        done=gettext_lazy("Het einde is vastgelegd."),
        button=gettext_lazy("Beëindigen"),
        intro=gettext_lazy("Na de laatste dag mag er op deze afspraak niets meer worden gedeeld."),
        objections=lambda view, _request: rules.objections_to_ending(view.status, None, clock.today()),
        form=_end_form,
        act=lambda request, view, form: actions.end_agreement(
            request.actor, view.id, last_day=form.cleaned_data.get("last_day"), read=form.read()
        ),
        danger=True,
    ),
}
"""What can be done with an agreement, in the order in which it is done."""
