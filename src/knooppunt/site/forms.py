"""The forms of the home page and of searching."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from knooppunt.kernel.doors import OnceForm


class SearchForm(forms.Form):
    """What someone looks for. Sent by POST, because it may be a person's name.

    More is taken in than is sought, so that a paste that is too long comes back with a word about it.
    """

    q = forms.CharField(
        label=_("Zoek"),
        max_length=5_000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
        help_text=_("Een naam, een geboortedatum (dd-mm-jjjj) of een BSN, of woorden uit een tekst."),
    )


class _PersonsField(forms.MultipleChoiceField):
    """Persons of a search result. Whoever was joined a moment ago is no choice any more, but may be sent again:
    who may be joined is for the action to say."""

    def valid_value(self, value: Any) -> bool:
        """Any id."""
        try:
            UUID(str(value))
        except ValueError:
            return False
        return True


class JoinForm(OnceForm):
    """Two persons of a search result that are one, and why."""

    persons = _PersonsField(
        label=_("Wie zijn dezelfde persoon?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Kies er twee."),
    )
    reason = forms.CharField(
        label=_("Hoe weet u dat?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Bijvoorbeeld: zelfde adres en geboortedatum, nagevraagd bij de wijkagent."),
    )

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["persons"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = choices

    def clean_persons(self) -> list[UUID]:
        """Exactly two."""
        chosen = [UUID(one) for one in self.cleaned_data["persons"]]
        if len(chosen) != 2:
            raise forms.ValidationError(_("Kies precies twee personen."))
        return chosen
