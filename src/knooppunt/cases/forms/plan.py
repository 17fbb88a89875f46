"""The forms of the one plan: own words, goals, agreed actions and how they ended."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.forms.choices import Pair, day, labelled, long_text, offer, offer_category
from knooppunt.cases.rules import ActionStatus
from knooppunt.kernel.doors import OnceForm, VersionedForm

ENDINGS = (ActionStatus.DONE, ActionStatus.NOT_POSSIBLE, ActionStatus.NOT_DONE)


class OwnWordsForm(VersionedForm):
    """What the resident wants."""

    drafted = ("own_words", "discussed")

    own_words = long_text(_("Wat de inwoner wil"), _("In de eigen woorden van de inwoner of het gezin."))
    discussed = forms.CharField(
        label=_("Met wie en wanneer besproken"),
        help_text=_("Bijvoorbeeld: besproken met mevrouw, thuis, op 2 oktober."),
        max_length=200,
        required=False,
    )
    category = forms.ChoiceField(
        label=_("Categorie"), help_text=_("Dit bepaalt welke partners deze woorden kunnen lezen.")
    )

    def __init__(self, *arguments: Any, categories: Sequence[Pair], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer_category(self, categories)


class GoalForm(OnceForm):
    """A new goal."""

    drafted = ("text", "own_words")

    life_area = forms.ChoiceField(label=_("Leefgebied"))
    text = long_text(_("Doel"), _("Wat moet er anders zijn, en wanneer? Schrijf het zo dat u het kunt nagaan."), rows=3)
    own_words = long_text(_("In de woorden van de inwoner"), required=False, rows=2)
    category = forms.ChoiceField(
        label=_("Categorie"),
        help_text=_("Laat dit leeg: dan geldt de categorie die bij het leefgebied hoort."),
        required=False,
    )

    def __init__(self, *arguments: Any, life_areas: Sequence[Pair], categories: Sequence[Pair], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer(self, "life_area", life_areas, empty=_("Kies een leefgebied"))
        offer_category(self, categories, empty=_("Zoals bij het leefgebied"))


class GoalChangeForm(GoalForm, VersionedForm):
    """A goal that is changed, or reached."""

    reached = forms.BooleanField(label=_("Dit doel is bereikt"), required=False)


class ActionForm(OnceForm):
    """A new agreed action."""

    drafted = ("text", "due_on")

    text = long_text(_("Wat spreken we af?"), rows=2)
    organisation = forms.ChoiceField(
        label=_("Wie doet dit?"),
        help_text=_("Een collega bij naam, of een organisatie die zelf bepaalt wie het doet."),
    )
    due_on = day(_("Klaar op"))
    goal = forms.ChoiceField(label=_("Hoort bij het doel"), required=False)
    category = forms.ChoiceField(
        label=_("Categorie"),
        help_text=_(
            "Bepaalt welke partners dit lezen; wie het doet, leest het altijd. Leeg: de categorie van het doel."
        ),
        required=False,
    )

    def __init__(
        self,
        *arguments: Any,
        doers: Sequence[Pair],
        goals: Sequence[Pair],
        categories: Sequence[Pair],
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        offer(self, "organisation", doers, empty=_("Kies wie dit doet"))
        offer(self, "goal", goals, empty=_("Geen doel"))
        offer_category(self, categories, empty=_("Zoals bij het doel"))

    def clean(self) -> dict[str, Any]:
        """Without a goal there is no category to take over."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("goal") and not cleaned.get("category"):
            self.add_error("category", _("Kies een categorie, of kies bij welk doel dit hoort."))
        return cleaned


class ActionChangeForm(ActionForm, VersionedForm):
    """An agreed action that is changed; a later date counts as postponed."""


class SettleForm(VersionedForm):
    """How an agreed action ended."""

    drafted = ("status_note",)

    status = forms.ChoiceField(label=_("Hoe staat het?"), choices=labelled(ENDINGS), widget=forms.RadioSelect)
    status_note = long_text(
        _("Toelichting"), _("Nodig als het niet mogelijk was of niet is gedaan: waarom?"), required=False, rows=3
    )

    def clean(self) -> dict[str, Any]:
        """Not done says why."""
        cleaned = super().clean() or self.cleaned_data
        unfinished = cleaned.get("status") in {ActionStatus.NOT_POSSIBLE, ActionStatus.NOT_DONE}
        if unfinished and not str(cleaned.get("status_note", "")).strip():
            self.add_error("status_note", _("Schrijf waarom niet."))
        return cleaned


class AdoptForm(VersionedForm):
    """The consultation agreed on the plan."""
