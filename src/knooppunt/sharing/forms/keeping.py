"""The form to designate, and the Dutch words for this room's closed lists."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import OnceForm
from knooppunt.sharing.queries import Choice
from knooppunt.sharing.rules import SubjectKind

SUBJECTS: dict[str, str | Promise] = {
    SubjectKind.ROUTE: _("meldroute"),
    SubjectKind.TABLE: _("overlegtafel"),
    SubjectKind.REGION: _("toezicht op de regio"),
}

FUNCTION_FOR = {
    SubjectKind.ROUTE: Function.EXECUTION,
    SubjectKind.TABLE: Function.EXECUTION,
    SubjectKind.REGION: Function.OVERSIGHT,
}
"""In what function one is designated: working at a route or table, or overseeing a region."""


class DesignateForm(OnceForm):
    """For what a colleague is designated, and until when. The choices fit the functions that the colleague has."""

    subject = forms.ChoiceField(label=_("Aanwijzen voor"), choices=())
    until = forms.DateField(
        label=_("Tot en met"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Laat leeg als er geen einddatum is."),
    )

    def __init__(self, *args: Any, choices: list[Choice], functions: tuple[str, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        self.offered = {
            f"{choice.kind}:{choice.id}": choice for choice in choices if FUNCTION_FOR[choice.kind] in functions
        }
        field = self.fields["subject"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("kies")), *self._groups()]

    def _groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for code, choice in self.offered.items():
            place = f"{SUBJECTS[choice.kind]}, {choice.region}"
            groups.setdefault(place, []).append((code, choice.name))
        return list(groups.items())

    def clean_until(self) -> datetime | None:
        """The end of the last day, in Dutch time."""
        last = self.cleaned_data["until"]
        if last is None:
            return None
        if last < clock.today():
            raise forms.ValidationError(_("Kies vandaag of een latere dag."))
        return datetime.combine(last + timedelta(days=1), time.min, tzinfo=clock.AMSTERDAM)

    def chosen(self) -> tuple[tuple[SubjectKind, UUID], Function]:
        """What was chosen, with the function that goes with it."""
        choice = self.offered[self.cleaned_data["subject"]]
        return (choice.kind, choice.id), FUNCTION_FOR[choice.kind]


class EndDesignationForm(OnceForm):
    """The end of one designation."""

    designation = forms.UUIDField(widget=forms.HiddenInput)


class TableChoices(forms.Form):
    """What the list of tables shows; stands in the address."""

    kader = forms.ChoiceField(label=_("Juridisch kader"), required=False)

    def __init__(self, data: Any, *, regimes: list[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["kader"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("alle")), *regimes]
