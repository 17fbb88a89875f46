"""Log-in with allauth: no sign-up, one second factor, and after log-in straight to work."""

from base64 import b64decode, b64encode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from knooppunt.kernel import crypto


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator of the organisation, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To Mijn werk."""
        return "/"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticators and seeds of recovery codes are kept encrypted with the installation's key."""

    def encrypt(self, text: str) -> str:
        """As it is stored."""
        return b64encode(crypto.encrypt(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """As it was."""
        return crypto.decrypt(b64decode(encrypted_text))
