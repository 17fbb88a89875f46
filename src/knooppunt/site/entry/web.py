"""Logging in and everything about it that changes: log-in page, second factor, passkeys, password.

The pages are allauth's; added are the lock on guessing, the end of other sessions after a change,
and a line in the log.
"""

from typing import Any

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knooppunt.kernel import sessions
from knooppunt.kernel.doors import account_door, public_door
from knooppunt.partners.actions import entry
from knooppunt.site.entry import factors, lockout
from knooppunt.site.entry.csp import may_leave_for_services

HOME = reverse_lazy("account_home")


class LogIn(account.LoginView):  # type: ignore[misc]
    """The log-in page: password, passkey, or the account of one's own organisation."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only here a form may lead to a log-in service."""
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return may_leave_for_services(answer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the log-in services of this installation."""
        return {**super().get_context_data(**kwargs), "services": settings.SSO_PROVIDERS.values()}


class LogInWithPasskey(passkey.LoginWebAuthnView):  # type: ignore[misc]
    """A passkey that asked for fingerprint, face or PIN is two factors at once."""

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Back to the log-in page; the limits count it as a failure."""
        self.request.entry_failed = True
        messages.error(self.request, _("Inloggen met deze passkey lukte niet."))
        return redirect("account_login")


class SecondFactor(factor.AuthenticateView):  # type: ignore[misc]
    """Guesses of the second factor count on the same lock as guesses of the password."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A closed account is not even asked."""
        email = self.stage.login.user.email
        if lockout.is_closed(request, email):
            return lockout.page(request, email)
        answer: HttpResponse = super().post(request)
        return answer

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """One more wrong guess."""
        lockout.note_wrong_guess(self.request, self.stage.login.user.email)
        answer: HttpResponse = super().form_invalid(form)
        return answer


class SayAgainWithPasskey(passkey.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Shows again what went wrong, on the same page."""

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """The form, with what is wrong."""
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form that was sent stays, with its errors."""
        return {**super().get_context_data(), **kwargs}


class Changing:
    """A change of how an account is entered: other sessions end, and the log says so."""

    change: entry.Change
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever came in some time ago, and cannot say again who it is, logs in anew first."""
        if not settings.DEMO and request.user.is_authenticated and not factors.is_fresh(request):
            why = _("Wie dit wijzigt, moet kort daarvoor zijn ingelogd.")
            then = _("Log uit, log opnieuw in met het account van uw organisatie, en doe het dan meteen.")
            return render(request, "error.html", {"objections": [why], "possible": [then]}, status=403)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """The change, and what follows from it."""
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        if self.change is entry.FACTOR_ADDED:
            # Whoever just used it need not use it again to see the recovery codes.
            record_authentication(self.request, self.request.user, "mfa", reauthenticated=True)
        factors.after_change(self.request, self.change)
        return answer


class ChangePassword(Changing, account.PasswordChangeView):  # type: ignore[misc]
    """Another password."""

    change = entry.PASSWORD_CHANGED
    success_url = HOME


class SetPassword(Changing, account.PasswordSetView):  # type: ignore[misc]
    """A first password, for whoever came in by way of the own organisation."""

    change = entry.PASSWORD_CHANGED
    success_url = HOME


class SetPasswordByMail(account.PasswordResetFromKeyView):  # type: ignore[misc]
    """A new password with the address from a mail or invitation: every session ends."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Nobody stays logged in."""
        answer: HttpResponse = super().form_valid(form)
        sessions.end_sessions(self.reset_user.pk)
        return answer


class AddApp(Changing, totp.ActivateTOTPView):  # type: ignore[misc]
    """Couples an authenticator app."""

    change = entry.FACTOR_ADDED


class RemoveApp(Changing, totp.DeactivateTOTPView):  # type: ignore[misc]
    """Takes the app away, if another second factor is left."""

    change = entry.FACTOR_REMOVED
    success_url = HOME


class AddPasskey(Changing, passkey.AddWebAuthnView):  # type: ignore[misc]
    """Adds a passkey."""

    change = entry.FACTOR_ADDED

    def get_success_url(self) -> str:
        """To the recovery codes when they were made with it."""
        return str(super().get_success_url()) if self.did_generate_recovery_codes else str(HOME)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form that was sent stays, with its errors."""
        return {**super().get_context_data(), **kwargs}


class RemovePasskey(Changing, passkey.RemoveWebAuthnView):  # type: ignore[misc]
    """Takes a passkey away, if another second factor is left."""

    change = entry.FACTOR_REMOVED
    success_url = HOME

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it may go."""
        may = get_adapter().can_delete_authenticator(self.object)
        return {**super().get_context_data(**kwargs), "may_remove": may}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Refused for the last one, whatever page was open."""
        if get_adapter().can_delete_authenticator(self.object):
            return super().form_valid(form)
        refused: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=409)
        return refused


class RenamePasskey(passkey.EditWebAuthnView):  # type: ignore[misc]
    """Another name; nothing else changes."""

    success_url = HOME


class RenewCodes(Changing, codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes; the old ones are worth nothing."""

    change = entry.CODES_RENEWED


log_in = public_door()(LogIn.as_view())
log_in_with_passkey = public_door()(LogInWithPasskey.as_view())
second_factor = public_door()(SecondFactor.as_view())
say_again_with_passkey = account_door()(SayAgainWithPasskey.as_view())
change_password = account_door()(ChangePassword.as_view())
set_password = account_door()(reauthentication_required(app="allauth.mfa")(SetPassword.as_view()))
set_password_by_mail = public_door()(SetPasswordByMail.as_view())
add_app = account_door()(AddApp.as_view())
remove_app = account_door()(RemoveApp.as_view())
add_passkey = account_door()(AddPasskey.as_view())
remove_passkey = account_door()(RemovePasskey.as_view())
rename_passkey = account_door()(reauthentication_required(app="allauth.mfa")(RenamePasskey.as_view()))
renew_codes = account_door()(RenewCodes.as_view())


@account_door()
@require_safe
def choose_factor(request: HttpRequest) -> HttpResponse:
    """Whoever has no second factor chooses which one to set up."""
    return render(request, "account/second_factor.html")
