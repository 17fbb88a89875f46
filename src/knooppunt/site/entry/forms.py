"""The forms of passkeys: a new one, its name, and what a browser answers when one is used.

The library takes some answers that no browser gives for a mistake of its own; here they are simply wrong answers.
"""

import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 60

NO_ANSWER = (ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error, InvalidSignature)
"""What the library raises for an answer without the shape or signature of one."""


def _name(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Naam"),
        max_length=LONGEST_NAME,
        required=required,
        help_text=_("Zodat u hem herkent, bijvoorbeeld: werktelefoon."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey; one that asks for fingerprint, face or PIN can stand for both factors."""

    name = _name(required=False)
    passwordless = forms.BooleanField(
        label=_("Ook gebruiken om zonder wachtwoord in te loggen"),
        required=False,
        initial=True,
        help_text=_("Lukt dat niet met uw sleutel? Haal dit weg; dan is de passkey alleen uw tweede stap."),
    )

    def clean(self) -> Any:
        """What the browser made, checked."""
        try:
            return super().clean()
        except NO_ANSWER:
            raise get_adapter().validation_error("incorrect_code") from None


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = _name(required=True)


class _Answer:
    def clean_credential(self) -> Any:
        """The passkey that answered."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except NO_ANSWER:
            raise get_adapter().validation_error("incorrect_code") from None


class PasskeyAnswer(_Answer, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """As second factor."""


class PasskeyLogIn(_Answer, LoginWebAuthnForm):  # type: ignore[misc]
    """As both factors."""


class PasskeyAgain(_Answer, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """To say again who one is."""
