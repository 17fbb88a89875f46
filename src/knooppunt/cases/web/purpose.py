"""Oversight says with which purpose it looks, once per case and session (Wgs 1.8 lid 2 onder b)."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from knooppunt.cases.forms.direction import PurposeForm
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, door
from knooppunt.kernel.errors import NotFoundForYou

Part = Callable[..., HttpResponse]


def purpose_for(request: Request, case_id: UUID) -> str:
    """The purpose that was given in this session; empty when none was, or when none is asked."""
    return str(request.session.get("purposes", {}).get(str(case_id), ""))


def asks_purpose(view: Part) -> Part:
    """Lets oversight say its purpose before this page opens; others pass."""

    @wraps(view)
    def asked(request: Request, case_id: UUID, **more: UUID) -> HttpResponse:
        if request.actor.function is Function.OVERSIGHT and not purpose_for(request, case_id):
            return _ask(request, case_id, PurposeForm(initial={"to": request.path}))
        return view(request, case_id, **more)

    return asked


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def purpose(request: Request, case_id: UUID) -> HttpResponse:
    """Keeps the purpose in the session and goes on to the page that was asked for."""
    if request.actor.function is not Function.OVERSIGHT:
        raise NotFoundForYou("purpose")
    form = PurposeForm(request.POST or None)
    if not form.is_valid():
        return _ask(request, case_id, form, status=422 if form.is_bound else 200)
    given = dict(request.session.get("purposes", {}))
    given[str(case_id)] = form.cleaned_data["purpose"]
    request.session["purposes"] = given
    answer = redirect(_inside(form.cleaned_data["to"]) or reverse("cases:overview", args=[case_id]))
    answer.status_code = 303
    return answer


def _inside(address: str) -> str:
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


def _ask(request: Request, case_id: UUID, form: PurposeForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "case_id": case_id}
    return render(request, "cases/case/purpose.html", context, status=status)
