"""The forms of this room: registering a report, judging it, taking it back, joining two persons."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from knooppunt.kernel import clock
from knooppunt.kernel.doors import OnceForm, VersionedForm
from knooppunt.people.rules import passes_eleven_test
from knooppunt.signals.actions import ReportDraft
from knooppunt.signals.queries import InboxFilter
from knooppunt.signals.rules import JUDGED, KIND_LABELS, OUTCOME_LABELS, Described, Gender, Kind

POLICE = (Kind.E33, Kind.E14, Kind.ZVH, Kind.VT, Kind.WVGGZ, Kind.NUISANCE, Kind.TRAFFICKING)
DESK = (Kind.NAZ, Kind.STREET_TRIAGE, Kind.HOMELESS, Kind.ZVH, Kind.VT, Kind.WVGGZ, Kind.NUISANCE, Kind.TRAFFICKING)
TEAM = (Kind.NAZ, Kind.ZVH, Kind.VT, Kind.WVGGZ, Kind.HOMELESS, Kind.NUISANCE, Kind.TRAFFICKING)
FORMS = {
    "politie": (_("Politie"), POLICE),
    "meldpunt": (_("Meldpunt"), DESK),
    "wijkteam": (_("Wijkteam"), TEAM),
}
"""One form, three doors: which kinds stand in it, most used first."""

FORM_OF_KIND = {"police": "politie", "neighbourhood_team": "wijkteam"}
LONG = 20_000
GENDERS = {
    "": _("niet bekend"),
    Gender.MAN.value: _("man"),
    Gender.WOMAN.value: _("vrouw"),
    Gender.OTHER.value: _("anders"),
}


def _area(rows: int = 5) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _line(**attrs: str) -> forms.TextInput:
    # A browser must not offer one resident's data in the form about another.
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


def _select() -> forms.Select:
    return forms.Select()


class ReportForm(OnceForm):
    """A report as somebody types it in. The names of fields are those that `register_report` mends.

    A BSN is no draft: nine digits are typed again in no time, and it is kept nowhere without need (Wabb).
    """

    drafted = (
        "number", "incident_day", "incident_time", "place", "happened", "worry", "question",
        "given_names", "name_prefix", "surname", "born", "address", "contact",
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Soort melding"), widget=_select())
    municipality = forms.ChoiceField(
        label=_("Gemeente"), widget=_select(), help_text=_("Waar het gebeurde, of waar de inwoner verblijft.")
    )
    number = forms.CharField(
        label=_("Eigen kenmerk"), required=False, max_length=200, widget=_line(), help_text=_("Zonder namen of BSN.")
    )
    incident_day = forms.DateField(label=_("Datum"), required=False, widget=_day())
    incident_time = forms.TimeField(label=_("Tijd"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    place = forms.CharField(label=_("Plaats"), required=False, max_length=500, widget=_line())
    happened = forms.CharField(label=_("Wat is er gebeurd?"), max_length=LONG, widget=_area(6))
    worry = forms.CharField(label=_("Waarover maakt u zich zorgen?"), required=False, max_length=LONG, widget=_area(4))
    question = forms.CharField(label=_("Wat vraagt u?"), required=False, max_length=LONG, widget=_area(3))
    given_names = forms.CharField(label=_("Voornamen"), required=False, max_length=200, widget=_line())
    name_prefix = forms.CharField(label=_("Tussenvoegsel"), required=False, max_length=20, widget=_line())
    surname = forms.CharField(label=_("Achternaam"), required=False, max_length=200, widget=_line())
    born = forms.DateField(label=_("Geboortedatum"), required=False, widget=_day())
    gender = forms.ChoiceField(label=_("Geslacht"), required=False, choices=list(GENDERS.items()), widget=_select())
    bsn = forms.CharField(
        label=_("BSN"), required=False, max_length=20, widget=_line(inputmode="numeric"), help_text=_("Negen cijfers.")
    )
    address = forms.CharField(label=_("Adres"), required=False, max_length=500, widget=_line())
    contact = forms.CharField(label=_("Telefoon of e-mail"), required=False, max_length=500, widget=_line())
    feedback_wanted = forms.BooleanField(label=_("Ik wil de uitkomst horen"), required=False, initial=True)

    def __init__(self, *args: Any, kinds: Iterable[str], places: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._field("kind").choices = [(kind, KIND_LABELS[Kind(kind)]) for kind in kinds]
        self._field("municipality").choices = [("", _("Kies een gemeente")), *places]

    def _field(self, name: str) -> forms.ChoiceField:
        return cast(forms.ChoiceField, self.fields[name])

    def clean_bsn(self) -> str:
        """Nine digits that pass the eleven-test; spaces and dots are only how one writes them."""
        bsn = str(self.cleaned_data["bsn"])
        digits = bsn.replace(" ", "").replace(".", "")
        if digits and not passes_eleven_test(digits):
            raise forms.ValidationError(_("Dit BSN klopt niet. Kijk de negen cijfers na."))
        return digits

    def clean_born(self) -> date | None:
        """Nobody is born tomorrow."""
        return self._not_later("born")

    def clean_incident_day(self) -> date | None:
        """Nothing happened tomorrow."""
        return self._not_later("incident_day")

    def _not_later(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("Deze datum ligt in de toekomst."))
        return day

    @property
    def draft(self) -> ReportDraft:
        """What was typed, for the action."""
        said = self.cleaned_data
        region, _slash, municipality = said["municipality"].partition("/")
        return ReportDraft(
            kind=said["kind"],
            region=UUID(region),
            municipality=UUID(municipality) if municipality else None,
            happened=said["happened"],
            incident_at=self._moment(),
            place=said["place"],
            worry=said["worry"],
            question=said["question"],
            feedback_wanted=said["feedback_wanted"],
            described=self._described(),
            number=said["number"],
        )

    def _described(self) -> Described:
        said = self.cleaned_data
        parts = ("surname", "given_names", "born", "bsn", "address", "contact", "gender")
        return Described(prefix=said["name_prefix"], **{part: said[part] for part in parts})

    def _moment(self) -> datetime | None:
        day, at = self.cleaned_data["incident_day"], self.cleaned_data["incident_time"]
        return datetime.combine(day, at or time(0), clock.AMSTERDAM) if day else None


class JudgeForm(VersionedForm):
    """What a receiver decides alone."""

    drafted = ("outcome_text",)

    outcome = forms.ChoiceField(
        label=_("Uitkomst"),
        choices=[(outcome.value, OUTCOME_LABELS[outcome]) for outcome in JUDGED],
        widget=forms.RadioSelect,
    )
    outcome_text = forms.CharField(
        label=_("Wat de melder terughoort"),
        max_length=LONG,
        widget=_area(4),
        help_text=_("In gewone taal, met niet meer over de inwoner dan de melder moet weten."),
    )


class WithdrawForm(VersionedForm):
    """Taking back a report: nothing to fill in."""


class JoinForm(OnceForm):
    """A person's decision that two are one, with the reason."""

    kept = forms.UUIDField(widget=forms.HiddenInput)
    joined = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Waarom is dit dezelfde persoon?"), max_length=300, widget=_line())


class FilterForm(forms.Form):
    """The choices above the list; what is not on the list is left out."""

    lijst = forms.CharField(required=False, widget=forms.HiddenInput)
    route = forms.ChoiceField(label=_("Meldroute"), required=False, widget=_select())
    soort = forms.ChoiceField(label=_("Soort"), required=False, widget=_select())
    termijn = forms.ChoiceField(
        label=_("Termijn"),
        required=False,
        choices=[("", _("alle")), ("te-laat", _("te laat")), ("zeven-dagen", _("binnen zeven dagen"))],
        widget=_select(),
    )
    sorteer = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, chosen: InboxFilter, routes: Iterable[tuple[str, str]], kinds: Iterable[tuple[str, str]]
    ) -> None:
        initial = {
            "lijst": chosen.box,
            "route": chosen.route,
            "soort": chosen.kind,
            "termijn": chosen.term,
            "sorteer": chosen.sort,
        }
        super().__init__(initial=initial)
        for name, choices in (("route", routes), ("soort", kinds)):
            cast(forms.ChoiceField, self.fields[name]).choices = [("", _("alle")), *choices]
