"""Sending out the file of an item, never to be shown inside a page; and what was stopped, for the administrator."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from knooppunt.cases import queries
from knooppunt.cases.web.purpose import asks_purpose, purpose_for
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, door
from knooppunt.kernel.sending import as_a_file


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
@asks_purpose
def file(request: Request, case_id: UUID, document_id: UUID) -> HttpResponse:
    """One file, as a download."""
    found = queries.document_file(request.actor, case_id, document_id, purpose_for(request, case_id))
    return as_a_file(found.content, found.media_type, found.name)


@door(Function.MAINTENANCE)
@require_safe
def stopped(request: Request) -> HttpResponse:
    """Which files of the own organisation were stopped, and why; not what they are called or where."""
    rows = queries.stopped_files(request.actor)
    number = ngettext("%(n)d bestand", "%(n)d bestanden", len(rows)) % {"n": len(rows)}
    context = {"tab": "files", "rows": rows, "number": number, "days": settings.QUARANTINE_DAYS}
    return render(request, "cases/stopped.html", context)


urls = ([path("", stopped, name="stopped")], "files")
