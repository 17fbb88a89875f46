"""How often something may be done: one table, held by all web processes together (`kernel/limits.py` counts).

Per address the limits are wide, because a whole office shares one; per account they are narrow. Log-in counts mostly
what fails. Ordinary pages are counted in the memory of each process, so that no page waits for a write.
A test holds docs/installeren.md against this table.
"""

import ipaddress
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from knooppunt.kernel import clock, limits
from knooppunt.kernel.limits import Window
from knooppunt.site.middleware import origin_of
from knooppunt.site.problems import problem

Respond = Callable[[HttpRequest], HttpResponse]


class Per(StrEnum):
    """For whom a limit counts."""

    ADDRESS = "address"
    ACCOUNT = "account"
    TOKEN = "token"  # nosec B105
    NAME = "name"


@dataclass(frozen=True)
class Limit:
    """At most so often in so many seconds; of `failures` only what went wrong counts."""

    most: int
    seconds: int
    per: Per
    failures: bool = False


MINUTE, QUARTER, HOUR = 60, 900, 3600

LIMITS: Mapping[str, tuple[Limit, ...]] = {
    # method and name of the address: limits
    "POST account_login": (Limit(120, MINUTE, Per.ADDRESS), Limit(150, QUARTER, Per.ADDRESS, failures=True)),
    "POST mfa_authenticate": (Limit(150, QUARTER, Per.ADDRESS, failures=True),),
    "GET mfa_login_webauthn": (Limit(120, MINUTE, Per.ADDRESS),),
    "POST mfa_login_webauthn": (Limit(120, MINUTE, Per.ADDRESS), Limit(150, QUARTER, Per.ADDRESS, failures=True)),
    "POST sso_begin": (Limit(120, MINUTE, Per.ADDRESS),),
    "GET sso_callback": (Limit(150, QUARTER, Per.ADDRESS, failures=True),),
    "POST account_reset_password": (Limit(120, QUARTER, Per.ADDRESS), Limit(3, HOUR, Per.NAME)),
    "GET account_reset_password_from_key": (Limit(600, QUARTER, Per.ADDRESS),),
    "POST account_reset_password_from_key": (Limit(300, QUARTER, Per.ADDRESS),),
    "POST account_reauthenticate": (Limit(5, QUARTER, Per.ACCOUNT, failures=True),),
    "POST mfa_reauthenticate": (Limit(5, QUARTER, Per.ACCOUNT, failures=True),),
    "POST mfa_reauthenticate_webauthn": (Limit(5, QUARTER, Per.ACCOUNT, failures=True),),
    "POST account_change_password": (Limit(5, QUARTER, Per.ACCOUNT, failures=True),),
    "POST mfa_activate_totp": (Limit(10, QUARTER, Per.ACCOUNT, failures=True),),
    "POST mfa_add_webauthn": (Limit(20, QUARTER, Per.ACCOUNT),),
    "POST sso_bind": (Limit(20, QUARTER, Per.ACCOUNT),),
    "POST search": (Limit(30, MINUTE, Per.ACCOUNT), Limit(300, HOUR, Per.ACCOUNT)),
    "POST api:decisions": (Limit(600, MINUTE, Per.ADDRESS),),
    "api": (Limit(3000, MINUTE, Per.TOKEN), Limit(60, QUARTER, Per.ADDRESS, failures=True)),
}

PAGES = {Per.ACCOUNT: Limit(1200, MINUTE, Per.ACCOUNT), Per.ADDRESS: Limit(2400, MINUTE, Per.ADDRESS)}
"""All pages together, for whoever is logged in and for whoever is not. Counted in each process by itself."""

REMEMBERED = 20_000


class LimitsMiddleware:
    """Answers 429, with how long to wait, to whoever does something too often."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self._pages = InMemory()
        self._closed: dict[bytes, datetime] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Counts the page itself, and afterwards what went wrong."""
        wait = self._pages.count(_window_of(request, "pages", _pages_limit(request))) if _counts(request) else 0
        response = too_often(request, wait) if wait else self.get_response(request)
        watched: list[Window] = getattr(request, "limited_failures", [])
        if watched and _failed(request, response):
            limits.count(watched)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Counts what this address has a limit for; failures are only looked up here."""
        name, found = _limits_for(request)
        windows = [_window_of(request, name, one) for one in found if not one.failures]
        request.limited_failures = [  # type: ignore[attr-defined]
            _window_of(request, f"{name} failed", one) for one in found if one.failures
        ]
        wait = self._still_closed(windows)
        if not wait:
            full, failed = limits.count_and_look(windows, request.limited_failures)  # type: ignore[attr-defined]
            if full:
                self._remember(windows, full)
            wait = full or failed
        if wait:
            request.limited_failures = []  # type: ignore[attr-defined]
            return too_often(request, wait)
        return None

    def _still_closed(self, windows: list[Window]) -> int:
        """Whoever goes on knocking at a closed door costs no write."""
        now = clock.now()
        waits = [self._closed[window.key] - now for window in windows if window.key in self._closed]
        return max((ceil(wait.total_seconds()) for wait in waits if wait.total_seconds() > 0), default=0)

    def _remember(self, windows: list[Window], wait: int) -> None:
        if len(windows) == 1:  # of several it is not known which one is full
            if len(self._closed) > REMEMBERED:
                self._closed.clear()
            self._closed[windows[0].key] = clock.now() + timedelta(seconds=wait)


class InMemory:
    """Counts in this process only."""

    def __init__(self) -> None:
        self._counts: dict[bytes, tuple[int, datetime]] = {}
        self._lock = threading.Lock()

    def count(self, window: Window) -> int:
        """Counts one; returns how many seconds to wait when that is over the most, else 0."""
        now, key = clock.now(), window.key
        with self._lock:
            if len(self._counts) > REMEMBERED:
                self._counts = {one: kept for one, kept in self._counts.items() if kept[1] > now}
            hits, ends = self._counts.get(key, (0, now))
            if ends <= now:
                hits, ends = 0, now + timedelta(seconds=window.seconds)
            self._counts[key] = (hits + 1, ends)
        return ceil((ends - now).total_seconds()) if hits + 1 > window.most else 0


def too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """429, for people or for machines."""
    if request.path.startswith("/api/"):
        response = problem(429, "Too many requests", detail=f"Wait {wait} seconds and send it again.")
    else:
        response = render(request, "429.html", {"seconds": wait, "minutes": ceil(wait / 60)}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _counts(request: HttpRequest) -> bool:
    return request.path != "/healthz" and not request.path.startswith("/api/")


def _limits_for(request: HttpRequest) -> tuple[str, tuple[Limit, ...]]:
    match = request.resolver_match
    if match is None:
        return "", ()
    name = f"{request.method} {match.view_name}"
    if name not in LIMITS and ("api" in match.app_names or match.namespace == "api"):
        return "api", LIMITS["api"]
    return name, LIMITS.get(name, ())


def _pages_limit(request: HttpRequest) -> Limit:
    return PAGES[Per.ACCOUNT if request.user.is_authenticated else Per.ADDRESS]


def _window_of(request: HttpRequest, name: str, limit: Limit) -> Window:
    return Window(name, f"{limit.per} {_who(request, limit.per)}", limit.most * settings.LIMITS_TIMES, limit.seconds)


def _who(request: HttpRequest, per: Per) -> str:
    if per is Per.ACCOUNT and request.user.is_authenticated:
        return str(request.user.pk)
    if per is Per.TOKEN and request.headers.get("Authorization"):
        return str(request.headers["Authorization"])[:512]
    if per is Per.NAME:
        return str(request.POST.get("email", "")).strip().casefold()[:254]
    return network_of(origin_of(request))


def network_of(origin: str) -> str:
    """An address as a limit sees it: of IPv6 the /64, because one machine has as many addresses as it likes."""
    try:
        address = ipaddress.ip_address(origin)
    except ValueError:
        return origin
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else origin


def _failed(request: HttpRequest, response: HttpResponse) -> bool:
    """A form that was let through leads on; one that failed shows itself again."""
    if getattr(request, "entry_failed", False):
        return True
    if request.path.startswith("/api/"):
        return response.status_code == 401
    return response.status_code >= 400 or (request.method == "POST" and response.status_code == 200)
