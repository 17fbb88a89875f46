"""The one thing that a page with a log-in service needs beyond our Content-Security-Policy: to send a form there."""

from typing import TypeVar

from django.conf import settings
from django.http import HttpResponseBase

Response = TypeVar("Response", bound=HttpResponseBase)


def may_leave_for_services(response: Response) -> Response:
    """A form of this page may lead to the log-in services that are configured; nothing changes without any."""
    origins = {origin for one in settings.SSO_PROVIDERS.values() for origin in one.form_origins}
    if origins:
        response._csp_update = {"form-action": [*sorted(origins)]}  # type: ignore[attr-defined]
    return response
