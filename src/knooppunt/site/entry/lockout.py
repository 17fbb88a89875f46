"""The lock on an account: wrong passwords and wrong second factors count together (django-axes, in the database)."""

from allauth.account.internal.stagekit import clear_login
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.http import HttpRequest, HttpResponse


def is_closed(request: HttpRequest, email: str) -> bool:
    """Whether this account waits because of wrong guesses."""
    return not AxesProxyHandler.is_allowed(request, {"email": email})


def note_wrong_guess(request: HttpRequest, email: str) -> None:
    """One more wrong guess for this account. The one that closes it makes axes' middleware say so."""
    AxesProxyHandler.user_login_failed(__name__, {"email": email}, request)


def page(request: HttpRequest, email: str) -> HttpResponse:
    """That log-in is closed for a while; whoever was halfway begins anew."""
    clear_login(request)
    answer: HttpResponse = get_lockout_response(request, None, {"email": email})
    return answer
