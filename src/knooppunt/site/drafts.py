"""The two doors of drafts: keeping what somebody types, and throwing it away."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knooppunt.kernel.doors import Request, door
from knooppunt.kernel.drafts import discard_drafts, keep_draft, read_slip


@door()
@require_POST
def keep(request: Request) -> HttpResponse:
    """Keeps one field; answers with the sentence that stands below it."""
    slip = read_slip(request.actor, request.POST.get("concept", ""))
    at = keep_draft(request.actor, slip, request.POST.get("field", ""), request.POST.get("text", ""))
    if at is None:
        said = _("Dit formulier is al verstuurd. Wat u nu nog typt, wordt niet bewaard.")
    else:
        said = _("Concept bewaard om %(time)s") % {"time": date_format(localtime(at), "H.i")}
    return HttpResponse(said, content_type="text/plain; charset=utf-8", status=409 if at is None else 200)


@door()
@require_POST
def discard(request: Request) -> HttpResponse:
    """Begins anew: back to the form, without what was typed."""
    discard_drafts(request.actor, read_slip(request.actor, request.POST.get("concept", "")))
    messages.success(request, _("Uw concept is weg. U begint opnieuw."))
    answer = redirect(_back(request))
    answer.status_code = 303
    return answer


def _back(request: Request) -> str:
    """The page on which the button stood: browsers say so to their own site (the Referrer-Policy)."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
