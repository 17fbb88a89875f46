"""Sending out a file, never to be shown inside a page."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

AS_A_FILE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Whatever a browser makes of it: no script, no page of ours around it, no copy kept."""


def as_a_file(content: bytes, media_type: str, name: str) -> HttpResponse:
    """An answer that a browser keeps as a file under this name."""
    answer = HttpResponse(content, content_type=media_type, headers=AS_A_FILE)
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer
