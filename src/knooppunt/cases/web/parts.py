"""What every page of a case shares: its head, its tabs, and the page with one form."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.queries import CaseHead
from knooppunt.kernel.doors import Attempt, Request, desk_at

Text = str | Promise

PARTS: Mapping[str, Text] = {
    "overview": _("Overzicht"),
    "plan": _("Plan"),
    "information": _("Informatie"),
    "network": _("Netwerk"),
    "consultations": _("Overleg"),
    "direction": _("Regie en fase"),
    "timeline": _("Tijdlijn"),
    "accountability": _("Verantwoording"),
}

ELSEWHERE: Mapping[str, Text] = {"outage_sheet": _("Noodlijst"), "document": _("Bestand")}
"""Where a case is shown outside its own pages, for the log."""


@dataclass(frozen=True)
class Tab:
    """A part of the case."""

    url: str
    label: Text
    current: bool


@dataclass(frozen=True)
class Sheet:
    """A page with one form: what it is called, its button, and where it belongs."""

    title: Text
    button: Text
    part: str
    lead: Text = ""
    danger: bool = False


def tabs(case_id: UUID, current: str) -> list[Tab]:
    """The parts of a case, in the order of the look."""
    return [Tab(reverse(f"cases:{name}", args=[case_id]), label, name == current) for name, label in PARTS.items()]


def part_page(
    request: Request, head: CaseHead, part: str, context: Mapping[str, Any], *, template: str = ""
) -> HttpResponse:
    """One part of a case under its head."""
    shown = {"head": head, "part": part, "part_label": PARTS[part], "tabs": tabs(head.id, part), **context}
    return render(request, template or f"cases/case/{part}.html", shown)


def form_page(
    request: Request,
    head: CaseHead,
    form: forms.Form,
    sheet: Sheet,
    *,
    status: int = 200,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """One form under the head of its case; what was typed stands in it."""
    shown = {
        "head": head,
        "part": sheet.part,
        "tabs": tabs(head.id, sheet.part),
        "sheet": sheet,
        "form": form,
        "back": reverse(f"cases:{sheet.part}", args=[head.id]),
        **(context or {}),
    }
    return render(request, "cases/case/form.html", shown, status=status)


def see(name: str, *arguments: UUID, anchor: str = "") -> HttpResponse:
    """On to a page, as a GET."""
    answer = redirect(reverse(name, args=arguments) + anchor)
    answer.status_code = 303
    return answer


def done(request: Request, said: Text, name: str, *arguments: UUID, anchor: str = "") -> HttpResponse:
    """It worked: says so on the next page."""
    messages.success(request, str(said))
    return see(name, *arguments, anchor=anchor)


def bound(request: Request) -> dict[str, Any]:
    """What a form of a case needs: whether it was sent, and where somebody types."""
    case_id = request.resolver_match.kwargs["case_id"] if request.resolver_match else None
    sent = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    return {"desk": desk_at(request, case_id), **sent}


def sent(request: Request, act: Callable[[], Attempt[Any]]) -> Attempt[Any]:
    """Tries only what was sent; a page that is opened has nothing to try."""
    return act() if request.method == "POST" else Attempt(worked=False)


def grouped(people: Iterable[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Colleagues by organisation, for a select."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in people:
        found.setdefault(one.organisation_name, []).append((str(one.professional), one.name))
    return list(found.items())
