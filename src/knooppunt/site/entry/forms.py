"""The forms of the account pages: a passkey and its name."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 60


def _name(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Naam"),
        max_length=LONGEST_NAME,
        required=required,
        help_text=_("Zodat u hem herkent, bijvoorbeeld: werktelefoon."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: always one that asks for fingerprint, face or PIN, so that it can stand for both factors."""

    name = _name(required=False)
    passwordless = forms.BooleanField(
        label=_("Ook gebruiken om zonder wachtwoord in te loggen"),
        required=False,
        initial=True,
        help_text=_("Lukt dat niet met uw sleutel? Haal dit weg; dan is de passkey alleen uw tweede stap."),
    )

    def clean_credential(self) -> Any:
        """What the browser sent, if it has the shape of a credential at all."""
        return _shaped(self.cleaned_data["credential"])


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = _name(required=True)


def _shaped(credential: Any) -> Any:
    """The library wants a mapping with a mapping inside; anything else is no answer of a browser."""
    if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
        raise forms.ValidationError(_("Dat lukte niet. Probeer het opnieuw."))
    return credential
