"""Mijn account: how one logs in, where one is logged in, and the account of one's own organisation."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from knooppunt.kernel import sessions
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.doors import account_door, public_door
from knooppunt.partners.actions import entry
from knooppunt.partners.queries import acting_as
from knooppunt.site.entry import binding, factors, sso
from knooppunt.site.entry.csp import may_leave_for_services
from knooppunt.site.entry.judging import Reason, did_second_factor
from knooppunt.site.entry.providers import Provider
from knooppunt.site.entry.sso import NotLetIn
from knooppunt.site.entry.texts import TEXTS

LOG_IN, BIND = "log_in", "bind"


@account_door()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """How this person logs in, and what can be changed about it."""
    mine = list(Authenticator.objects.filter(user_id=_account(request)).order_by("created_at"))
    apps = [one for one in mine if one.type == Authenticator.Type.TOTP]
    codes = [one.wrap() for one in mine if one.type == Authenticator.Type.RECOVERY_CODES]
    context = {
        "passkeys": [one.wrap() for one in mine if one.type == Authenticator.Type.WEBAUTHN],
        "has_app": bool(apps),
        "codes_left": len(codes[0].get_unused_codes()) if codes else None,
        "services": _services(request),
    }
    return may_leave_for_services(render(request, "account/home.html", context))


def _services(request: HttpRequest) -> list[tuple[Provider, bool]]:
    """The log-in services of the own organisation, and whether this account is bound to each."""
    viewer = getattr(request, "viewer", None)
    bound = binding.bound_to(_account(request))
    own = viewer.organisation_code if viewer else ""
    return [(one, one.code in bound) for one in settings.SSO_PROVIDERS.values() if one.organisation == own]


# --- Where one is logged in -----------------------------------------------------------------------


@account_door()
@require_safe
def sessions_page(request: HttpRequest) -> HttpResponse:
    """Every place where this account is logged in."""
    found = sessions.sessions_of(_account(request), request.user.get_session_auth_hash())  # type: ignore[union-attr]
    here = sessions.digest_of(request.session.session_key or "")
    context = {"sessions": found, "here": here, "others": [one for one in found if one.key != here]}
    return render(request, "account/sessions.html", context)


@account_door()
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Ends one of the own sessions; another's key finds nothing."""
    ended = sessions.end_sessions(_account(request), only=request.POST.get("session", ""))
    return _ended(request, ended)


@account_door()
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Ends all but this one."""
    return _ended(request, sessions.end_sessions(_account(request), but=request.session.session_key))


def _ended(request: HttpRequest, number: int) -> HttpResponse:
    if number:
        factors.note(request, entry.SESSIONS_ENDED, sessions=number)
        said = ngettext("%(n)d sessie is beëindigd.", "%(n)d sessies zijn beëindigd.", number) % {"n": number}
        messages.success(request, said)
    else:
        messages.info(request, _("Die sessie was al beëindigd."))
    return redirect("account_sessions")


# --- The account of one's own organisation --------------------------------------------------------


@public_door()
@require_POST
def sso_begin(request: HttpRequest, code: str) -> HttpResponse:
    """To the log-in service, to come in."""
    return redirect("/") if request.user.is_authenticated else _begin(request, code, LOG_IN)


@account_door()
@require_POST
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
def sso_bind(request: HttpRequest, code: str) -> HttpResponse:
    """To the log-in service, to bind its account to this one."""
    return _begin(request, code, BIND)


@account_door()
@require_POST
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
def sso_unbind(request: HttpRequest, code: str) -> HttpResponse:
    """Takes the binding away, where another way in is left."""
    if not request.user.has_usable_password() and not _has_passkey(request):  # type: ignore[union-attr]
        messages.error(request, _("Zo kunt u niet meer inloggen. Kies eerst een wachtwoord of voeg een passkey toe."))
    elif binding.unbind(code, _account(request)):
        factors.after_change(request, entry.UNBOUND)
        messages.success(request, _("De koppeling is losgemaakt."))
    return redirect("account_home")


@public_door()
@require_safe
def sso_callback(request: HttpRequest, code: str) -> HttpResponse:
    """Back from the log-in service: let in, bound, or told why not."""
    provider = _provider(code)
    try:
        knock, purpose = sso.finish(request, provider)
        if purpose == BIND:
            return _bind(request, provider, knock)
        return _let_in(request, provider, knock)
    except NotLetIn as refused:
        return _not_let_in(request, provider, refused.reason)


def _begin(request: HttpRequest, code: str, purpose: str) -> HttpResponse:
    provider = _provider(code)
    try:
        return redirect(sso.begin(request, provider, purpose))
    except NotLetIn as refused:
        return _not_let_in(request, provider, refused.reason)


def _let_in(request: HttpRequest, provider: Provider, knock: Any) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("/")
    account, is_new = binding.account_of(provider, knock)
    if is_new:
        binding.bind(provider, knock, account)
        _note_bound(account)
    user = get_user_model().objects.get(pk=account)
    factors.record_service(request, user, provider.code, second_factor=did_second_factor(provider, knock))
    answer: HttpResponse = perform_login(request, Login(user=user))
    return answer


def _bind(request: HttpRequest, provider: Provider, knock: Any) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotLetIn(Reason.FAILED)
    binding.bind(provider, knock, _account(request))
    factors.note(request, entry.BOUND)
    messages.success(request, _("Gekoppeld. U kunt nu inloggen met het account van uw organisatie."))
    return redirect("account_home")


def _note_bound(account: UUID) -> None:
    viewer = acting_as(account, None)
    if viewer is not None:
        entry.note_change(Actor(viewer.professional, viewer.organisation, Function(viewer.function)), entry.BOUND)


def _not_let_in(request: HttpRequest, provider: Provider, reason: Reason) -> HttpResponse:
    context = {"text": TEXTS[reason], "provider": provider}
    return render(request, "account/not_let_in.html", context, status=503 if reason is Reason.NO_ANSWER else 403)


def _provider(code: str) -> Provider:
    found: Provider | None = settings.SSO_PROVIDERS.get(code)
    if found is None:
        raise Http404
    return found


def _has_passkey(request: HttpRequest) -> bool:
    mine = Authenticator.objects.filter(user_id=_account(request), type=Authenticator.Type.WEBAUTHN)
    return any(one.wrap().is_passwordless for one in mine)


def _account(request: HttpRequest) -> UUID:
    return UUID(str(request.user.pk))
