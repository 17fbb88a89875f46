"""The form for someone of the direct circle."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.forms.choices import day
from knooppunt.kernel.doors import OnceForm
from knooppunt.people.rules import Identity


def _line(label: Any, length: int = 100, *, required: bool = False, hint: Any = "") -> forms.CharField:
    # A browser must not offer one resident's data in the form about another.
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, help_text=hint)


class CircleForm(OnceForm):
    """Who it is, and how they belong to the resident."""

    drafted = ("given_names", "name_prefix", "surname", "born", "relation")

    given_names = _line(_("Voornamen"))
    name_prefix = _line(_("Tussenvoegsel"), 20)
    surname = _line(_("Achternaam"), required=True)
    born = day(_("Geboortedatum"), required=False)
    relation = _line(
        _("Wat is deze persoon van de inwoner?"), 60, required=True, hint=_("Bijvoorbeeld: moeder, buurman.")
    )

    @property
    def identity(self) -> Identity:
        """Who was described."""
        said = self.cleaned_data
        return Identity(said["surname"], said["given_names"], said["name_prefix"], said["born"])
