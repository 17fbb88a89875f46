"""The forms of Beheer for people and organisations, and the Dutch words for this room's closed lists."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knooppunt.kernel.doors import OnceForm, VersionedForm
from knooppunt.partners.actions.people import GIVEN, Person, Read
from knooppunt.partners.rules import OrganisationKind, ParticipantClass, Power, objections_to_functions

Words = dict[str, str | Promise]

FUNCTIONS: Words = {
    "execution": _("uitvoering"),
    "oversight": _("toezicht"),
    "counts": _("cijfers"),
    "governance": _("sturing"),
    "maintenance": _("beheer"),
}

FUNCTIONS_AT_LENGTH: Words = {
    "execution": _("uitvoering: werkt aan meldingen en casussen"),
    "oversight": _("toezicht: controleert of alles volgens de wet gaat"),
    "counts": _("cijfers: ziet aantallen, nooit een persoon"),
    "governance": _("sturing: regels, afspraken en programma, geen casussen"),
    "maintenance": _("beheer: houdt mensen en organisaties bij, geen casussen"),
}

KINDS: Words = {
    OrganisationKind.POLICE: _("politie"),
    OrganisationKind.PROSECUTION: _("openbaar ministerie"),
    OrganisationKind.MAYOR: _("burgemeester"),
    OrganisationKind.MUNICIPALITY: _("gemeente (college)"),
    OrganisationKind.PUBLIC_HEALTH: _("GGD"),
    OrganisationKind.CHILD_PROTECTION_BOARD: _("Raad voor de Kinderbescherming"),
    OrganisationKind.PRISON_SERVICE: _("Dienst Justitiële Inrichtingen"),
    OrganisationKind.PROBATION: _("reclassering"),
    OrganisationKind.SAFE_HOME: _("Veilig Thuis"),
    OrganisationKind.YOUTH_PROTECTION: _("gecertificeerde instelling"),
    OrganisationKind.MENTAL_HEALTH: _("GGZ"),
    OrganisationKind.ADDICTION_CARE: _("verslavingszorg"),
    OrganisationKind.FORENSIC_CARE: _("forensische zorg"),
    OrganisationKind.DISABILITY_CARE: _("gehandicaptenzorg"),
    OrganisationKind.NEIGHBOURHOOD_TEAM: _("wijkteam"),
    OrganisationKind.SHELTER: _("maatschappelijke opvang / beschermd wonen"),
    OrganisationKind.GENERAL_PRACTITIONER: _("huisarts"),
    OrganisationKind.HOSPITAL_AMBULANCE: _("ziekenhuis en ambulance"),
    OrganisationKind.HOUSING_CORPORATION: _("woningcorporatie"),
    OrganisationKind.CARE_OFFICE: _("zorgkantoor"),
    OrganisationKind.HEALTH_INSURER: _("zorgverzekeraar"),
    OrganisationKind.SCHOOL: _("onderwijs"),
    OrganisationKind.DEBT_HELP: _("schuldhulp"),
    OrganisationKind.VICTIM_SUPPORT: _("Slachtofferhulp"),
    OrganisationKind.HALT: _("Halt"),
    OrganisationKind.CONTROL_ROOM: _("meldkamer"),
    OrganisationKind.CARE_SAFETY_HOUSE: _("Zorg- en Veiligheidshuis"),
    OrganisationKind.RIEC: _("RIEC"),
    OrganisationKind.OTHER_COLLABORATION: _("ander samenwerkingsverband"),
    OrganisationKind.EXPERT_BY_EXPERIENCE: _("ervaringsdeskundige"),
    OrganisationKind.NEXT_OF_KIN: _("naaste"),
    OrganisationKind.RESIDENT: _("betrokkene zelf"),
    OrganisationKind.OTHER: _("andere organisatie"),
}

CLASSES: Words = {
    ParticipantClass.PUBLIC: _("publieke deelnemer"),
    ParticipantClass.PRIVATE: _("private deelnemer"),
    ParticipantClass.INCIDENTAL_THIRD: _("incidentele derde"),
}

POWERS: Words = {
    Power.NONE: _("geen"),
    Power.OWN_ORGANISATION: _("ieder over de eigen organisatie"),
    Power.BINDING_BY_CONVENANT: _("bindend, volgens convenant"),
    Power.STATUTORY: _("volgens de wet"),
}


def _day(label: Any, *, required: bool = False, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=hint, widget=widget)


def _functions() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Hoedanigheden"),
        choices=[(code, FUNCTIONS_AT_LENGTH[code]) for code in GIVEN],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Beheer en uitvoering gaan nooit samen. Wie er meer heeft, kiest er één per sessie."),
    )


class _PersonFields(forms.Form):
    name = forms.CharField(label=_("Naam"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    job_title = forms.CharField(label=_("Functie of werk"), max_length=80, required=False)
    screened_on = _day(_("Screening (VOG) gezien op"), hint=_("Nodig voor uitvoering en toezicht (Bgs 1.11)."))
    trained_until = _day(
        _("Training geldig tot en met"),
        hint=_("Training over zorgvuldig omgaan met gegevens; nodig voor uitvoering en toezicht (Bgs 1.17)."),
    )

    def person(self) -> Person:
        """What was filled in, for the action."""
        said = self.cleaned_data
        return Person(said["name"], said["job_title"], said["screened_on"], said["trained_until"])


class _FunctionFields(forms.Form):
    functions = _functions()

    def clean_functions(self) -> tuple[str, ...]:
        """The functions, when they may go together."""
        wanted = tuple(self.cleaned_data["functions"])
        objections = objections_to_functions(wanted)
        if objections:
            raise forms.ValidationError(objections)
        return wanted


class AddForm(_PersonFields, _FunctionFields, OnceForm):
    """A new colleague."""

    email = forms.EmailField(
        label=_("E-mailadres van het werk"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Hiermee logt deze persoon in. Gebruik nooit een adres dat meer mensen delen."),
    )
    active_from = _day(_("Eerste werkdag"), required=True)
    field_order = ["name", "email", "job_title", "active_from", "functions", "screened_on", "trained_until"]


class _ReadForm(VersionedForm):
    def read(self) -> Read:
        """Which version was read, and the id of this form."""
        return Read(self.cleaned_data["version"], self.once)


class ChangeForm(_PersonFields, _ReadForm):
    """Name, work, screening and training of a colleague."""


class FunctionsForm(_FunctionFields, _ReadForm):
    """The functions of a colleague."""


class EndForm(_ReadForm):
    """The end of an employment: at once, or after a day that is known."""

    when = forms.ChoiceField(
        label=_("Wanneer"),
        choices=[("now", _("Nu meteen: alle sessies stoppen direct")), ("later", _("Na de laatste werkdag"))],
        widget=forms.RadioSelect,
    )
    last_day = _day(_("Laatste werkdag"), hint=_("Alleen nodig bij “na de laatste werkdag”."))

    def clean(self) -> dict[str, Any]:
        """A last day belongs to “later”, and to nothing else."""
        said = super().clean() or self.cleaned_data
        if said.get("when") == "later" and not said.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Vul de laatste werkdag in."))
        if said.get("when") == "now":
            said["last_day"] = None
        return said


class ResumeForm(_ReadForm):
    """Taking back an end."""


class NameForm(OnceForm):
    """The name of the own organisation, with the name that was read."""

    name = forms.CharField(label=_("Naam van de organisatie"), max_length=120)
    was = forms.CharField(widget=forms.HiddenInput, max_length=120)


class StaffChoices(forms.Form):
    """What the list of colleagues shows; stands in the address."""

    toon = forms.ChoiceField(
        label=_("Toon"),
        required=False,
        choices=[
            ("", _("in dienst")),
            ("aandacht", _("screening of training ontbreekt")),
            ("uit", _("niet in dienst")),
            ("alle", _("iedereen")),
        ],
    )
    hoedanigheid = forms.ChoiceField(
        label=_("Hoedanigheid"), required=False, choices=[("", _("alle")), *FUNCTIONS.items()]
    )


class OrganisationChoices(forms.Form):
    """What the list of organisations shows; stands in the address."""

    soort = forms.ChoiceField(label=_("Soort"), required=False, choices=[("", _("alle")), *KINDS.items()])
    klasse = forms.ChoiceField(label=_("Deelnemerklasse"), required=False, choices=[("", _("alle")), *CLASSES.items()])


class AreaChoices(forms.Form):
    """What the list of areas shows; stands in the address. The regions are those that reference data hold."""

    regio = forms.ChoiceField(label=_("Veiligheidsregio"), required=False)

    def __init__(self, data: Any, *, regions: list[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["regio"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("alle")), *regions]


class AreaSearch(forms.Form):
    """A name or code; typed text does not stand in an address, so this form is posted."""

    q = forms.CharField(
        label=_("Zoek op naam of code"), max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
