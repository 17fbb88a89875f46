"""Recording consent, and that it was withdrawn."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.actions import ConsentDraft
from knooppunt.cases.forms.choices import Pair, day, labelled, long_text, offer
from knooppunt.cases.rules import ConsentBy, ConsentHow
from knooppunt.kernel.doors import OnceForm


class ConsentForm(OnceForm):
    """Who agreed, when and how, to sharing what with whom, and for what purpose."""

    drafted = ("purpose", "note")

    person = forms.ChoiceField(label=_("Van wie is de toestemming?"), widget=forms.RadioSelect)
    given_on = day(_("Gegeven op"))
    how = forms.ChoiceField(label=_("Hoe?"), widget=forms.RadioSelect, choices=labelled(ConsentHow))
    by = forms.ChoiceField(
        label=_("Door wie?"),
        widget=forms.RadioSelect,
        choices=labelled(ConsentBy),
        initial=ConsentBy.RESIDENT.value,
    )
    categories = forms.MultipleChoiceField(
        label=_("Waarover?"),
        help_text=_("Alleen wat echt is besproken."),
        widget=forms.CheckboxSelectMultiple,
    )
    organisations = forms.MultipleChoiceField(
        label=_("Met wie mag dit worden gedeeld?"),
        help_text=_("Alleen de organisaties die bij het gesprek zijn genoemd. Een ander ziet het niet."),
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = long_text(_("Waarvoor?"), _("Het doel, zoals het is besproken."), rows=2)
    note = long_text(_("Notitie"), _("Bijvoorbeeld hoe is uitgelegd dat nee zeggen mag."), required=False, rows=2)

    def __init__(
        self,
        *arguments: Any,
        persons: Sequence[Pair],
        categories: Sequence[Pair],
        organisations: Sequence[Pair],
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        offer(self, "person", persons)
        offer(self, "categories", categories)
        offer(self, "organisations", organisations)

    @property
    def draft(self) -> ConsentDraft:
        """What was filled in."""
        said = self.cleaned_data
        return ConsentDraft(
            person=UUID(said["person"]),
            given_on=said["given_on"],
            how=ConsentHow(said["how"]),
            by=ConsentBy(said["by"]),
            categories=frozenset(said["categories"]),
            organisations=frozenset(map(UUID, said["organisations"])),
            purpose=said["purpose"],
            note=said["note"],
        )


class WithdrawConsentForm(OnceForm):
    """How somebody said that consent is withdrawn."""

    how = forms.ChoiceField(
        label=_("Hoe is de toestemming ingetrokken?"), widget=forms.RadioSelect, choices=labelled(ConsentHow)
    )
