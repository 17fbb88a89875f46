"""Finds out who acts, lets nobody through an unmarked door, and turns what went wrong into a page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.log import log_response

from knooppunt.kernel import clock, moments
from knooppunt.kernel.actor import NOBODY, Actor, Function
from knooppunt.kernel.doors import Access, access_of
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.sessions import browser_of, shortened
from knooppunt.partners.queries import acting_as
from knooppunt.site.entry.factors import has_one
from knooppunt.site.failing import answer_to_fault

Respond = Callable[[HttpRequest], HttpResponse]

FOREIGN_DOORS = ("allauth.", "django.views.static", "django.contrib.staticfiles")
"""Views of libraries that mark themselves: log-in pages and static files."""

BEFORE_SECOND_FACTOR = frozenset(
    {"account_second_factor", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout"}
)
"""Whoever has no second factor yet can set it up, or leave."""


TOUCHED_EVERY = 60
"""Seconds: how precisely the idle time of a session is known, so that not every page waits for a write."""

SET_RIGHT = 30
"""Seconds that a clock may be set back before sessions end: otherwise they would live longer by as much."""


class ActorMiddleware:
    """Puts the actor on the request, and stops whoever does not belong at this door."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Finds the actor before anything else looks at the request."""
        moments.begin()
        request.actor = NOBODY  # type: ignore[attr-defined]
        request.standing = ()  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            if _session_ran_out(request):
                logout(request)
            else:
                self._find_actor(request)
        return self.get_response(request)

    def _find_actor(self, request: HttpRequest) -> None:
        found = acting_as(UUID(str(request.user.pk)), request.session.get("function"))
        request.viewer = found  # type: ignore[attr-defined]
        request.standing = found.objections if found else ("Bij dit account hoort geen professional.",)  # type: ignore[attr-defined]
        if found and not found.objections:
            request.actor = Actor(  # type: ignore[attr-defined]
                designee=found.professional,
                organisation=found.organisation,
                function=Function(found.function),
                origin=origin_of(request),
            )

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: list[Any], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Compares what the view declares with who knocks."""
        if view.__module__.startswith(FOREIGN_DOORS):
            return self._stopped_without_second_factor(request)
        access = access_of(view)
        if access is None:
            return error_page(request, 403, ["Deze pagina heeft geen toegangsregel en blijft daarom dicht."])
        if access.public or access.token:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login("/" if request.method != "GET" else request.path)
        lacking = self._stopped_without_second_factor(request)
        return lacking or (None if access.account else self._stopped(request, access))

    def _stopped_without_second_factor(self, request: HttpRequest) -> HttpResponse | None:
        if settings.DEMO or not request.user.is_authenticated:
            return None
        if request.resolver_match and request.resolver_match.url_name in BEFORE_SECOND_FACTOR:
            return None
        return None if has_one(request) else redirect("account_second_factor")

    def _stopped(self, request: HttpRequest, access: Access) -> HttpResponse | None:
        objections = request.standing  # type: ignore[attr-defined]
        if objections:
            return error_page(request, 403, objections)
        if request.actor.function not in access.functions:  # type: ignore[attr-defined]
            return error_page(request, 403, ["Deze pagina hoort niet bij de hoedanigheid waarin u nu werkt."])
        return None


class ErrorMiddleware:
    """Translates the errors of the house, and faults of the database, into pages; all else is a mistake of ours."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing on the way in."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for what people can understand and mend."""
        if isinstance(error, Refused):
            return error_page(request, 403, error.objections, error.possible)
        if isinstance(error, NotFoundForYou):
            return render(request, "404.html", status=404)
        if isinstance(error, BadInput):
            return error_page(request, 400, [f"{error.field}: {error.mend}"])
        if isinstance(error, ChangedMeanwhile):
            return error_page(request, 409, ["Iemand anders heeft dit net gewijzigd. Open de pagina opnieuw."])
        answer = answer_to_fault(request, error)
        if answer is not None:
            log_response(
                "%s: %s", answer.reason_phrase, request.path, response=answer, request=request, exception=error
            )
        return answer


def error_page(request: HttpRequest, status: int, objections: Any, possible: Any = ()) -> HttpResponse:
    """Why it may not (yet), and what is possible."""
    return render(request, "error.html", {"objections": objections, "possible": possible}, status=status)


def _session_ran_out(request: HttpRequest) -> bool:
    moment = clock.now().timestamp()
    if "began" not in request.session:
        # For the person's own list of sessions: the kind of browser and the network, no more.
        request.session["began"] = moment
        request.session["browser"] = browser_of(request.headers.get("User-Agent", "")[:512])
        request.session["origin"] = shortened(origin_of(request))
    began, seen = request.session["began"], float(request.session.get("seen", 0))
    if moment < seen - SET_RIGHT:
        return True
    if moment - seen > TOUCHED_EVERY:
        request.session["seen"] = moment
    return moment - float(began) > settings.SESSION_LONGEST.total_seconds()


def origin_of(request: HttpRequest) -> str:
    """Whence a request comes: what the outermost of our own proxies saw, or the address that knocks itself."""
    seen = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    if settings.PROXIES and len(seen) >= settings.PROXIES:
        return seen[-settings.PROXIES][:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]
