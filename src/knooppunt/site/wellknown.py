"""`/.well-known/security.txt` (RFC 9116): where whoever finds a weakness reports it to this installation."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from knooppunt.kernel import clock
from knooppunt.kernel.doors import public_door

GOOD_FOR = timedelta(days=180)
"""RFC 9116 2.5.5 advises less than a year. It is counted anew at each request: the installation runs, so it holds."""


@public_door()
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contact of this installation; not found where none was set."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (clock.now() + GOOD_FOR).replace(microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: https://{request.get_host()}{request.path}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
