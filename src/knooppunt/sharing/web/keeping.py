"""The pages of Beheer that need grants and regimes: designations, tables of the region, and the law as it stands."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, door
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.partners.forms import CLASSES, FUNCTIONS, KINDS, POWERS
from knooppunt.partners.queries import staff_member
from knooppunt.partners.web import Due as Chip
from knooppunt.partners.web import chosen, in_order, refused
from knooppunt.sharing import actions, law, queries
from knooppunt.sharing.forms.keeping import SUBJECTS, DesignateForm, EndDesignationForm, TableChoices
from knooppunt.sharing.queries import DesignationView
from knooppunt.sharing.rules import Regime, Rule, Says
from knooppunt.sharing.rules.regimetext import TextStatus

SAYS = {
    Says.ALLOWS: gettext_lazy("geeft een grondslag"),
    Says.ASKS: gettext_lazy("vraagt nog iets"),
    Says.FORBIDS: gettext_lazy("weigert"),
    Says.NOTES: gettext_lazy("laat iets vastleggen"),
}
STATUSES = {"concept": gettext_lazy("concept: nog niet door een privacy officer beoordeeld")}


@door(Function.MAINTENANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def designations(request: Request, professional: UUID) -> HttpResponse:
    """What a colleague is designated for; as a part of the colleague's page it only shows."""
    person = staff_member(request.actor, professional)
    offered = queries.choices_for(request.actor)
    form = DesignateForm(request.POST or None, choices=offered, functions=person.functions)
    if form.is_bound and form.is_valid():
        subject, function = form.chosen()
        until = form.cleaned_data["until"]
        try:
            actions.designate(request.actor, person.id, subject, function=function, until=until, once=form.once)
        except (BadInput, Refused) as error:
            refused(form, error)
        else:
            messages.success(request, _("De aanwijzing geldt vanaf nu."))
            return redirect("sharing:designations", person.id)
    found = queries.designations_of(request.actor, person.id, offered)
    context = {
        "tab": "staff",
        "person": person,
        "oneself": person.id == request.actor.designee,
        "form": form,
        "here": reverse("sharing:designations", args=[person.id]),
        "rows": [_designation(view) for view in found if view.in_force],
        "ended": [_designation(view) for view in found if not view.in_force],
    }
    part = getattr(request, "htmx", False) and request.method == "GET"
    page = "sharing/designations_part.html" if part else "sharing/designations.html"
    return render(request, page, context, status=422 if form.errors else 200)


def _designation(view: DesignationView) -> dict[str, Any]:
    return {
        "view": view,
        "kind": SUBJECTS[view.kind],
        "function": FUNCTIONS[view.function],
        "end": EndDesignationForm(initial={"designation": view.id}),
    }


@door(Function.MAINTENANCE)
@require_POST
def end_designation(request: Request, professional: UUID) -> HttpResponse:
    """Ends one designation of a colleague; sent twice, it ends once."""
    person = staff_member(request.actor, professional)
    form = EndDesignationForm(request.POST)
    if not form.is_valid():
        raise BadInput("designation", _("Open de pagina opnieuw en kies een aanwijzing."))
    actions.end_designation(request.actor, form.cleaned_data["designation"])
    messages.success(request, _("De aanwijzing is beëindigd. Dat geldt meteen."))
    return redirect("sharing:designations", person.id)


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_safe
def tables(request: Request) -> HttpResponse:
    """The standing meetings of the region: who sits there, how often, with what power, under which regime."""
    found = queries.tables_of_region(request.actor)
    codes = sorted({row.regime for row in found if row.regime})
    choices = TableChoices(request.GET, regimes=[(code, _title(code)) for code in codes])
    regime = chosen(choices, "kader")
    rows = [
        {"view": row, "power": POWERS[row.table.power], "regime": _title(row.regime)}
        for row in found
        if regime in ("", row.regime)
    ]
    sort = request.GET.get("sorteer", "")
    context = {
        "tab": "tables",
        "rows": in_order(rows, sort, TABLE_ORDER),
        "choices": choices,
        "sort": sort,
        "number": ngettext("%(n)d overlegtafel", "%(n)d overlegtafels", len(rows)) % {"n": len(rows)},
    }
    return render(request, "sharing/tables.html", context)


TABLE_ORDER: dict[str, Callable[[Any], Any]] = {
    "naam": lambda row: row["view"].table.name.casefold(),
    "regio": lambda row: (row["view"].region.casefold(), row["view"].table.name.casefold()),
    "kader": lambda row: (row["regime"].casefold(), row["view"].table.name.casefold()),
}


def _title(code: str) -> str:
    titles = {version.code: version.title for version in queries.regimes()}
    return titles.get(code, code)


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_safe
def regimes(request: Request) -> HttpResponse:
    """The legal frameworks in force today, the versions before and after, and what is being written."""
    today, texts = clock.today(), queries.regime_texts(request.actor)
    versions = sorted(
        queries.regimes(), key=lambda version: (not version.in_force(today), version.code, version.version)
    )
    here = {view.regime.digest for view in texts if view.status == TextStatus.IN_FORCE}
    rows = [
        {"view": one, "status": status_of(one), "stand": stand_of(one, today), "here": one.digest in here}
        for one in versions
    ]
    drafts = [view for view in texts if view.status == TextStatus.DRAFT]
    context = {"tab": "regimes", "rows": rows, "drafts": drafts}
    context["dropped"] = [view for view in texts if view.status == TextStatus.DROPPED]
    return render(request, "sharing/regimes.html", context)


def stand_of(version: Regime, today: date) -> Chip:
    """Whether a version holds today, or did, or will."""
    if version.in_force(today):
        return Chip(str(_("geldt nu")), "ok")
    if version.valid_to is not None and version.valid_to < version.valid_from:
        return Chip(str(_("vervangen, gold niet")), "plain")
    if version.valid_from > today:
        return Chip(str(_("gaat nog gelden")), "soon")
    return Chip(str(_("geldt nu niet")), "plain")


@door()
@require_safe
def regime(request: Request, code: str, version: str, digest: str = "") -> HttpResponse:
    """One version: purpose, retention, and who takes part with what, each with its article.

    For everyone who works here: what was decided names a version, and this is where it is explained. `digest` tells
    texts of one number apart.
    """
    found = queries.regime_version(code, version, digest)
    participants = [
        {
            "kind": KINDS.get(kind, kind),
            "classes": ", ".join(str(CLASSES.get(klass, klass)) for klass in sorted(entry.classes)),
            "article": entry.article,
            "receives": _labels(found, entry.receives),
            "supplies": _labels(found, entry.supplies),
        }
        for kind, entry in found.participants.items()
    ]
    context = {
        "tab": "regimes",
        "regime": found,
        "digest": digest,
        "status": status_of(found),
        "participants": participants,
    }
    context |= {"stand": stand_of(found, clock.today()), "known": found in law.known_of(code)}
    context |= {"rules": [rule_in_words(found, rule) for rule in found.book.rules], **_changing(request, found)}
    return render(request, "sharing/regime.html", context)


def _changing(request: Request, found: Regime) -> dict[str, Any]:
    """The way to a new version, and to why this one came, for who may go there."""
    function = request.actor.function
    if function not in {Function.GOVERNANCE, Function.MAINTENANCE}:
        return {}
    texts = [view for view in queries.regime_texts(request.actor) if view.status == TextStatus.IN_FORCE]
    text = next((view for view in texts if view.regime.digest == found.digest), None)
    return {"keeps": function is Function.GOVERNANCE, "overview": True, "text": text}


def rule_in_words(regime: Regime, rule: Rule) -> dict[str, Any]:
    """A rule as one reads it aloud: its sentence, what it does, what it asks, and its articles."""
    stops = [regime.facts[fact].ask for fact in rule.when]
    return {
        "text": rule.text,
        "says": SAYS[rule.says],
        "asks": [need.text for need in rule.needs],
        "only_if": stops,
        "articles": ", ".join(rule.articles),
    }


def status_of(regime: Regime) -> str:
    """The state of a version in words."""
    return str(STATUSES.get(regime.status, regime.status))


def _labels(regime: Regime, codes: frozenset[str]) -> str:
    if set(regime.categories) <= codes:
        return _("alle categorieën")
    return ", ".join(label for code, label in regime.categories.items() if code in codes)
