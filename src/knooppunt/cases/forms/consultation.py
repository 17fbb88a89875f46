"""The forms of a sitting: planning one, a note under a step of BOB, and who was there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.actions import NoteDraft
from knooppunt.cases.forms.choices import Pair, day, long_text, offer, offer_category
from knooppunt.cases.rules import Step
from knooppunt.kernel import clock
from knooppunt.kernel.doors import OnceForm, VersionedForm

EARLIEST, LATEST = timedelta(days=31), timedelta(days=731)


class PlanConsultationForm(OnceForm):
    """When the sitting is, how long, and what for."""

    drafted = ("day", "time", "purpose")

    day = day(_("Dag"))
    time = forms.TimeField(
        label=_("Tijd"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Vul een tijd in, bijvoorbeeld 13:30.")},
    )
    minutes = forms.IntegerField(label=_("Duur in minuten"), initial=60, min_value=1, max_value=480)
    purpose = forms.CharField(
        label=_("Waarvoor is dit overleg?"),
        max_length=200,
        help_text=_("Iedereen die meedoet leest dit. Schrijf er geen namen of gevoelige gegevens in."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_day(self) -> Any:
        """A slip in the year is easily made."""
        chosen = self.cleaned_data["day"]
        if not clock.today() - EARLIEST <= chosen <= clock.today() + LATEST:
            raise forms.ValidationError(_("Kies een dag van hooguit een maand geleden tot twee jaar vooruit."))
        return chosen

    @property
    def starts_at(self) -> datetime:
        """The moment, on the clock of the Netherlands."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], clock.AMSTERDAM)


class NoteForm(OnceForm):
    """One point under a step. Each step has a form of its own on the same page, so ids carry the step."""

    drafted = ("text",)

    step = forms.ChoiceField(widget=forms.HiddenInput, choices=[(step.value, step.value) for step in Step])
    text = long_text(_("Wat noteert u?"), rows=3)
    category = forms.ChoiceField(
        label=_("Categorie"), help_text=_("Bepaalt welke partners dit lezen. Uw eigen organisatie leest het altijd.")
    )

    def __init__(self, *arguments: Any, step: str, categories: Sequence[Pair], **named: Any) -> None:
        self.under = step
        super().__init__(*arguments, **{"initial": {"step": step}, "auto_id": f"id_{step}_%s", **named})
        offer_category(self, categories)

    @property
    def drafted_as(self) -> str:
        """Each step has its own draft."""
        return f"{super().drafted_as}.{self.under}"

    @property
    def draft(self) -> NoteDraft:
        """What was typed, for the action."""
        said = self.cleaned_data
        return NoteDraft(Step(said["step"]), said["category"], said["text"])


class AttendanceForm(forms.Form):
    """Who of those who take part was there; nobody is an answer too."""

    present = forms.MultipleChoiceField(label=_("Wie was erbij?"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *arguments: Any, partners: Sequence[Pair], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer(self, "present", partners)

    @property
    def chosen(self) -> list[UUID]:
        """The organisations that were there."""
        return [UUID(one) for one in self.cleaned_data["present"]]


class EndForm(VersionedForm):
    """The sitting is over."""
