"""What every answer tells the browser, whoever made it: page, file, interface, redirect or error.

This stands outside all other middleware, so that also an answer that one of them gives by itself passes here.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from knooppunt.kernel import faults
from knooppunt.site.problems import problem

Respond = Callable[[HttpRequest], HttpResponse]

NOT_USED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
"""What browsers can do and no page of ours asks for."""

ALWAYS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NOT_USED),
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """Nothing personal stays in a cache, nothing is used from another site, and a system says nothing without https."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Adds what the answer lacks."""
        # Before anything that asks the database: a fault must not speak of what an earlier request kept.
        faults.begin()
        # A page sends a browser on to https. A system that would be sent on never learns that its token was readable.
        unsafe = settings.SECURE_SSL_REDIRECT and request.path.startswith("/api/") and not request.is_secure()
        response = problem(403, "This interface is open by https only") if unsafe else self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if not _is_file_of_ours(request, response) and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        if _logs_out(request):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _is_file_of_ours(request: HttpRequest, response: HttpResponse) -> bool:
    """A static file says itself how long it is good; a page that says there is none is a page."""
    return request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/") and response.status_code in {200, 206, 304}


def _logs_out(request: HttpRequest) -> bool:
    match = request.resolver_match
    return request.method == "POST" and match is not None and match.url_name == "account_logout"
