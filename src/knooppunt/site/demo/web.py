"""Log-in as one of the cast: only in the demo, where nobody has a password."""

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from knooppunt.kernel.doors import public_door
from knooppunt.partners.queries import organisations
from knooppunt.site.demo.cast import cast, persona

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public_door()
@require_safe
def cast_page(request: HttpRequest) -> HttpResponse:
    """Everyone of the cast, with a button to become that person."""
    _only_in_demo()
    names = {one.code: one.name for one in organisations().values()}
    lines = [(person, names.get(person.organisation, person.organisation)) for person in cast()]
    return render(request, "demo/cast.html", {"cast": lines})


@public_door()
@require_POST
def enter(request: HttpRequest, name: str) -> HttpResponse:
    """Logs in as one of the cast, and goes to Mijn werk."""
    _only_in_demo()
    chosen = persona(name)
    account = get_user_model().objects.filter(email=chosen.email).first() if chosen else None
    if account is None:
        raise Http404
    logout(request)
    login(request, account, backend=BACKEND)
    answer = redirect("/")
    answer.status_code = 303
    return answer


def _only_in_demo() -> None:
    # The addresses do not exist elsewhere; this is the second lock on the same door.
    if not settings.DEMO:
        raise Http404
