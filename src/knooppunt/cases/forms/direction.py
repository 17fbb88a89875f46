"""The forms of direction and phase: partners, directors, phases, reviews, informing and closing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.forms.choices import Pair, day, labelled, long_text, offer, offer_category
from knooppunt.cases.rules import CloseReason, Informed
from knooppunt.kernel.doors import OnceForm, VersionedForm

HOW = (Informed.INFORMED, Informed.POSTPONED_14_5_B, Informed.POSTPONED_UAVG_41)


class _ColleagueForm(VersionedForm):
    def __init__(self, *arguments: Any, people: Sequence[Pair], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer(self, "professional", people, empty=_("Kies een collega"))


class PartnerForm(_ColleagueForm):
    """Who takes part, for which organisation."""

    professional = forms.ChoiceField(
        label=_("Wie gaat meedoen?"),
        help_text=_("Collega’s die hun organisatie voor dit overleg heeft aangewezen."),
    )


class DirectorForm(_ColleagueForm):
    """Who keeps the plan going."""

    professional = forms.ChoiceField(
        label=_("Wie wordt casusregisseur?"), help_text=_("Een van de collega’s die aan deze casus meedoen.")
    )


class PhaseForm(VersionedForm):
    """Up or down the ladder."""

    drafted = ("reason", "review_on")

    phase = forms.ChoiceField(label=_("Nieuwe fase"), widget=forms.RadioSelect)
    reason = long_text(_("Waarom?"), _("Wat is er veranderd? Wat doet u samen nu anders?"))
    category = forms.ChoiceField(
        label=_("Categorie van deze reden"), help_text=_("Dit bepaalt welke partners de reden kunnen lezen.")
    )
    review_on = day(_("Volgende evaluatie"))

    def __init__(self, *arguments: Any, phases: Sequence[Pair], categories: Sequence[Pair], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer(self, "phase", phases)
        offer_category(self, categories)


class ReviewForm(VersionedForm):
    """When the plan is looked at again."""

    review_on = day(_("Volgende evaluatie"))


class StepForm(VersionedForm):
    """A step that a director makes with a button."""

    state = forms.ChoiceField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, moves: Sequence[Pair], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer(self, "state", moves)


class InformedForm(OnceForm):
    """Whether a registered person was told, or why not yet."""

    drafted = ("note", "review_on")

    person = forms.ChoiceField(label=_("Wie?"), widget=forms.RadioSelect)
    how = forms.ChoiceField(label=_("Geïnformeerd?"), choices=labelled(HOW), widget=forms.RadioSelect)
    note = long_text(
        _("Hoe, of waarom nog niet"), _("Bijvoorbeeld: in een gesprek thuis, met de folder erbij."), rows=3
    )
    review_on = day(
        _("Opnieuw beoordelen op"), _("Nodig als het is uitgesteld: dan kijkt u er opnieuw naar."), required=False
    )

    def __init__(self, *arguments: Any, persons: Sequence[Pair], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer(self, "person", persons)

    def clean(self) -> dict[str, Any]:
        """A delay is looked at again."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("how") not in {None, Informed.INFORMED.value} and not cleaned.get("review_on"):
            self.add_error("review_on", _("Kies wanneer u dit opnieuw beoordeelt."))
        return cleaned


class CloseForm(VersionedForm):
    """Why the case ends."""

    reason = forms.ChoiceField(
        label=_("Waarom sluit u deze casus af?"), choices=labelled(CloseReason), widget=forms.RadioSelect
    )


class PurposeForm(forms.Form):
    """With which purpose oversight looks."""

    purpose = forms.CharField(
        label=_("Met welk doel kijkt u?"),
        help_text=_("Dit komt in het logboek en de inwoner kan het lezen. Schrijf geen namen op."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    to = forms.CharField(widget=forms.HiddenInput, required=False)
