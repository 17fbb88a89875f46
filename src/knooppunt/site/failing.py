"""What somebody sees when the database fails under a request, or when we made a mistake.

The page says whether something was kept, gives back what was typed, and sends it again with the id that the form
had: a form is handled once, so that is safe. It needs no database and no session, because those may be gone.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knooppunt.kernel import faults
from knooppunt.kernel.faults import Fault, Kept
from knooppunt.site import problems
from knooppunt.site.problems import is_machine, problem

Texts = dict[Fault | None, str | Promise]

HEADINGS: Texts = {
    Fault.AWAY: gettext_lazy("Knooppunt is even niet bereikbaar"),
    Fault.BUSY: gettext_lazy("Iemand anders is hier op dit moment mee bezig"),
    Fault.SLOW: gettext_lazy("Dit duurde te lang"),
    Fault.FULL: gettext_lazy("Knooppunt kan nu niets opslaan"),
    None: gettext_lazy("Er ging bij ons iets mis"),
}
WHAT_NOW: Texts = {
    Fault.AWAY: gettext_lazy("Dit ligt niet aan u. Meestal is het binnen een minuut voorbij."),
    Fault.BUSY: gettext_lazy("Wacht een paar tellen en probeer het dan opnieuw."),
    Fault.SLOW: gettext_lazy("Het is nu druk. Wacht even en probeer het dan opnieuw."),
    Fault.FULL: gettext_lazy("Dit ligt niet aan u. Bel uw beheerder: er moet ruimte bij."),
    None: gettext_lazy(
        "Dit ligt niet aan u. Blijft het misgaan? Geef uw beheerder het tijdstip door, geen namen van inwoners."
    ),
}
AGAIN_AFTER = {Fault.AWAY: 5, Fault.BUSY: 2, Fault.SLOW: 10, Fault.FULL: 60}
"""Seconds, for programs that try again."""

WHOLE_MAIN = {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
"""For a form that htmx sent: the page takes the place of the whole main part, not of a fragment."""

NOT_TYPED = "csrfmiddlewaretoken"


@dataclass(frozen=True)
class Typed:
    """One thing that was sent: shown when it was typed, carried along when it was chosen."""

    name: str
    value: str
    field: forms.Field | None

    @property
    def shown(self) -> bool:
        """Whether it was typed. Of a field that no form knows, everything but an id counts as typed."""
        if self.field is None:
            return bool(self.value) and not _is_id(self.value)
        return isinstance(self.field.widget, forms.TextInput | forms.Textarea | forms.NumberInput | forms.EmailInput)

    @property
    def label(self) -> str:
        """What the form called it."""
        return str(self.field.label or "") if self.field else ""

    @property
    def widget(self) -> SafeString:
        """The field as it was filled in."""
        widget = self.field.widget if self.field else forms.Textarea(attrs={"rows": 3})
        return widget.render(self.name, self.value, {"id": f"id_{self.name}"})


def answer_to_fault(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """503 with what can be done, when a fault lies under this error; None when it is something else."""
    fault = faults.fault_of(error)
    if fault is None:
        return None
    if fault is Fault.FULL:
        faults.note_full()
    answer = _problem(request) if is_machine(request) else _page(request, fault, 503)
    answer.headers["Retry-After"] = str(AGAIN_AFTER[fault])
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; but a session that the database could not keep comes here as well, and that is a fault."""
    return answer_to_fault(request, exception) or problems.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """What Django asks for whatever no one else handled: a fault before the view, or a mistake of ours.

    A mistake does not pass by itself; what was typed is given back all the same.
    """
    fault = answer_to_fault(request, sys.exc_info()[1])
    if fault is not None:
        return fault
    if is_machine(request):
        return problem(500, "Something went wrong on our side")
    return _page(request, None, 500)


def _problem(request: HttpRequest) -> HttpResponse:
    detail = ""
    if request.method not in {"GET", "HEAD"}:
        detail = {
            Kept.NOTHING: "Er is niets opgeslagen. Stuur het straks opnieuw.",
            Kept.UNKNOWN: "Het is niet zeker of dit is opgeslagen. Stuur het opnieuw: 409 betekent dat het er al was.",
            Kept.KEPT: "Dit is opgeslagen; alleen het antwoord kon niet worden gemaakt.",
        }[faults.kept()]
    return problem(503, "Service Unavailable", detail=detail)


def _page(request: HttpRequest, fault: Fault | None, status: int) -> HttpResponse:
    sent = request.method not in {"GET", "HEAD"}
    context: dict[str, object] = {
        "heading": HEADINGS[fault],
        "what_now": WHAT_NOW[fault],
        "sent": sent,
        "kept": faults.kept().value,
        "demo": settings.DEMO,
        "demo_text": _("Voorbeeldomgeving. Alle inwoners en zaken zijn verzonnen."),
        "address": request.get_full_path(),
    }
    if sent and faults.kept() is not Kept.KEPT:
        context |= _given_back(request)
    htmx = request.headers.get("HX-Request") == "true"
    template = "failed_part.html" if htmx and not sent else "failed.html"
    answer = HttpResponse(render_to_string(template, context), status=status)
    answer.headers["Cache-Control"] = "no-store"
    if htmx and sent:
        for name, value in WHOLE_MAIN.items():
            answer.headers[name] = value
    return answer


def _given_back(request: HttpRequest) -> dict[str, object]:
    """What was typed, in a form that can be sent again; nothing when another site sent it, or it is a log-in."""
    if not _is_ours(request) or not _comes_from_our_page(request):
        return {}
    try:
        typed = list(_typed(request))
        files = bool(request.FILES)
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return {}
    return {
        "typed": typed,
        "shown": any(one.shown for one in typed),
        "files": files,
        "csrf_token": get_token(request),
        "once": any(one.name == "form_id" for one in typed),
    }


def _is_ours(request: HttpRequest) -> bool:
    """Pages of libraries ask for passwords: those are not given back."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return view.__module__.startswith("knooppunt.")


def _comes_from_our_page(request: HttpRequest) -> bool:
    """The usual check, which a fault may have come before: a form of another site is not made into one of ours."""
    guard = _Guard(_nothing)
    guard.process_request(request)
    return guard.process_view(request, _nothing, (), {}) is None


class _Guard(CsrfViewMiddleware):
    """The usual check, which then shows no page: that one would need the database."""

    def _reject(self, _request: HttpRequest, _reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _typed(request: HttpRequest) -> Iterator[Typed]:
    names = [name for name in request.POST if name != NOT_TYPED]
    known = _fields(names)
    for name in names:
        field = known.get(name)
        if field is not None and isinstance(field.widget, forms.PasswordInput):
            continue
        for value in request.POST.getlist(name):
            yield Typed(name, value, field)


def _fields(names: list[str]) -> dict[str, forms.Field]:
    """The fields of the form that was most likely sent: the one that knows most of these names, and little else."""
    wanted = set(names)
    best: dict[str, forms.Field] = {}
    for form in _forms(forms.Form):
        own = form.base_fields
        if _fit(wanted, set(own)) > _fit(wanted, set(best)):
            best = own
    return best


def _fit(wanted: set[str], own: set[str]) -> tuple[int, int]:
    return len(wanted & own), -len(own - wanted)


def _forms(above: type[forms.Form]) -> Iterator[type[forms.Form]]:
    for form in above.__subclasses__():
        if form.__module__.startswith("knooppunt."):
            yield form
        yield from _forms(form)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
