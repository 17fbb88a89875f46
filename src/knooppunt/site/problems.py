"""Errors as problem+json (RFC 9457) for machines, and as plain pages for people; neither repeats what was sent."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults


def problem(
    status: int, title: str, *, kind: str = "about:blank", detail: str = "", errors: Sequence[Any] = ()
) -> HttpResponse:
    """One problem; `errors` name fields and mends."""
    body: dict[str, Any] = {"type": kind, "title": title, "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    return JsonResponse(body, status=status, content_type="application/problem+json")


def is_machine(request: HttpRequest) -> bool:
    """Whether a program asks, and not a browser."""
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return problem(400, "Bad request") if is_machine(request) else defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return problem(403, "Forbidden") if is_machine(request) else defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return problem(404, "Not found") if is_machine(request) else defaults.page_not_found(request, exception)
