"""What went wrong, for machines: problem+json (RFC 9457)."""

from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse

PROBLEM = "application/problem+json"


def problem(
    status: HTTPStatus, detail: str, *, kind: str = "about:blank", errors: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """An answer in the form of RFC 9457. `errors` are places (JSON pointers) and mends, never values."""
    said: dict[str, object] = {"type": kind, "title": status.phrase, "status": status.value, "detail": detail}
    if errors:
        said["errors"] = [{"pointer": pointer, "detail": mend} for pointer, mend in errors]
    return JsonResponse(said, status=status.value, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})
