"""Log-in with allauth: no sign-up, always a second factor, and after log-in straight to work."""

import functools
from base64 import b64decode, b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from requests import Session

from knooppunt.kernel import crypto

PATIENCE = 5
"""Seconds that a log-in service gets to answer."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator of the organisation, never by a visitor."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("Het e-mailadres en het wachtwoord kloppen niet bij elkaar."),
        "enter_current_password": gettext_lazy("Dit is niet uw huidige wachtwoord."),
        "incorrect_password": gettext_lazy("Dit wachtwoord klopt niet."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To Mijn werk."""
        return "/"

    def get_login_stages(self) -> list[str]:
        """The only stage after a password, passkey or log-in service is the second factor."""
        return ["knooppunt.site.entry.factors.SecondFactorStage"]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """To say again who one is: a password or passkey before a code, which not everybody has."""
        return sorted(super().get_reauthentication_methods(user), key=lambda way: way["id"] == "mfa_reauthenticate")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticators and seeds of recovery codes are kept encrypted with the installation's key."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy(
            "Dit is uw enige tweede stap. Voeg eerst een andere toe; daarna kunt u deze verwijderen."
        ),
        "incorrect_code": gettext_lazy("Dat klopt niet. Probeer het opnieuw."),
    }

    def encrypt(self, text: str) -> str:
        """As it is stored."""
        return b64encode(crypto.encrypt(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """As it was."""
        return crypto.decrypt(b64decode(encrypted_text))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Never the last one: everybody has a second factor."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """What a new passkey is called when nobody calls it otherwise."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a device shows of us."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Knooppunt"}


class ServiceAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Talks with log-in services; they make no accounts."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up."""
        return False

    def get_requests_session(self) -> Session:
        """Soon tired, and never sent on to another place with our secret in hand."""
        session = Session()
        session.request = functools.partial(  # type: ignore[method-assign]
            session.request, timeout=PATIENCE, allow_redirects=False
        )
        return session
