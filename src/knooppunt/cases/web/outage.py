"""The outage sheet: a look at what is on it, and the print that is recorded."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knooppunt.cases import actions
from knooppunt.cases.queries import outage_sheet
from knooppunt.cases.queries.outage import OutageSheet
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, door

TOMORROW = "morgen"


@door(Function.EXECUTION)
@require_safe
def preview(request: Request) -> HttpResponse:
    """What would stand on the sheet."""
    tomorrow = request.GET.get("dag") == TOMORROW
    return _sheet(request, outage_sheet(request.actor, tomorrow=tomorrow), tomorrow=tomorrow)


@door(Function.EXECUTION)
@require_POST
def printed(request: Request) -> HttpResponse:
    """The sheet for paper; the page opens the print window."""
    tomorrow = request.POST.get("dag") == TOMORROW
    sheet = actions.print_outage_sheet(request.actor, tomorrow=tomorrow)
    return _sheet(request, sheet, tomorrow=tomorrow, printed=True)


def _sheet(request: Request, sheet: OutageSheet, *, tomorrow: bool, printed: bool = False) -> HttpResponse:
    tabs = [
        {"url": "?", "label": _("Vandaag"), "current": not tomorrow},
        {"url": f"?dag={TOMORROW}", "label": _("Vandaag en morgen"), "current": tomorrow},
    ]
    context = {
        "sheet": sheet,
        "tabs": tabs,
        "day": TOMORROW if tomorrow else "",
        "printed_at": clock.now() if printed else None,
    }
    return render(request, "cases/consultation/outage.html", context)


paths: list[URLPattern] = [
    path("noodlijst/", preview, name="outage"),
    path("noodlijst/afdrukken/", printed, name="print_outage"),
]
