"""The form of "Mag ik dit delen?": only choices from lists, so that the whole question stands in the address."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from knooppunt.kernel import clock
from knooppunt.kernel.errors import BadInput
from knooppunt.partners.forms import KINDS
from knooppunt.sharing import law
from knooppunt.sharing.rules import Category, Regime
from knooppunt.sharing.rules.asking import about_of, role_of
from knooppunt.sharing.rules.question import About, Fact, Question, Role, Sensitive, Step, classes_of, read_question

Words = Mapping[str, str | Promise]

STEPS: Words = {
    Step.SIGNAL: __("melding: er is een signaal"),
    Step.INTAKE: __("aanmelding"),
    Step.TRIAGE: __("triage: oppakken of niet"),
    Step.CONSULTATION: __("casusoverleg"),
    Step.PLAN: __("plan van aanpak"),
    Step.EVALUATION: __("evaluatie"),
    Step.CLOSED: __("na afsluiten"),
}

ROLES: Words = {
    Role.PARTICIPANT: __("deelnemer"),
    Role.INCIDENTAL_THIRD: __("derde die één keer aanschuift"),
    Role.THIRD_PARTY: __("derde buiten het overleg"),
    Role.OTHER_ZVH: __("een ander Zorg- en Veiligheidshuis"),
    Role.OTHER_COLLABORATION: __("een ander samenwerkingsverband"),
    Role.OVERSIGHT: __("toezicht (RAC of functionaris gegevensbescherming)"),
    Role.RESIDENT: __("de inwoner zelf"),
    Role.FIRST_RESPONDER: __("wie als eerste ter plaatse is"),
}

ABOUT: Words = {
    About.RESIDENT: __("de inwoner"),
    About.DIRECT_CIRCLE: __("iemand uit de directe kring"),
    About.PROFESSIONAL: __("een professional"),
}

SENSITIVE: Words = {
    Sensitive.NATIONALITY: __("nationaliteit"),
    Sensitive.ETHNICITY: __("afkomst"),
    Sensitive.POLITICAL_RELIGIOUS: __("politiek en geloof"),
    Sensitive.SEXUAL_LIFE: __("seksuele leven"),
    Sensitive.POLICE_CLOSED: __("opsporing door de politie (Wpg 9, 10 en 12)"),
    Sensitive.REPORTER_IDENTITY: __("wie er meldde"),
}
"""What a regime may forbid has no label in its file."""

OWN_CLASS: Words = {
    "private": __("privaat: stichting, vereniging of bedrijf"),
    "public": __("publiek: deel van de overheid"),
}

YES, NO = "ja", "nee"
KNOWN: Words = {YES: __("ja"), NO: __("nee"), "": __("weet ik niet")}

WRONG = {"invalid_choice": __("Deze keuze bestaat hier niet. Kies uit de lijst.")}

FOUR = ("van", "aan", "wat", "kader")
"""What must be chosen."""

DETAILS = ("als", "stap", "over", "op", "van_klasse", "aan_klasse")
"""What may be left as it is."""

FIELDS: Mapping[str, str] = {
    "kader": "regime",
    "stap": "step",
    "van": "supplier",
    "aan": "recipient",
    "als": "recipient_role",
    "wat": "category",
    "over": "subject",
    "van_klasse": "supplier_class",
    "aan_klasse": "recipient_class",
    "op": "on",
}
"""Name in the address → name in a question (contracts.md)."""

CLASS_OF: Mapping[str, str] = {"van_klasse": "van", "aan_klasse": "aan"}
"""Of which kind a class is."""

USUAL: Mapping[str, str] = {"stap": Step.CONSULTATION.value}
"""What an address need not say."""


def categories() -> Mapping[str, str]:
    """What each category of the law is called, as the first regime that knows it says."""
    labels: dict[str, str] = {}
    for regime in law.known():
        labels = {**regime.categories, **labels}
    return {one.value: labels.get(one.value, one.value) for one in Category}


def settings_of_work() -> Mapping[str, str]:
    """The legal frameworks that can be asked for, as their newest version is called."""
    return {regime.code: regime.title for regime in law.known()}


def _list(words: Mapping[str, Any], first: Any) -> list[tuple[str, Any]]:
    return [("", first), *words.items()]


def _kinds() -> list[tuple[str, Any]]:
    return [("", __("kies")), *sorted(KINDS.items(), key=lambda one: str(one[1]).casefold())]


def _categories() -> list[tuple[Any, Any]]:
    return [
        ("", __("kies")),
        (__("gewone gegevens"), list(categories().items())),
        (__("gevoelig: vaak niet toegestaan"), list(SENSITIVE.items())),
    ]


def _choice(label: Any, choices: Any, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, help_text=hint, error_messages=WRONG)


class AskForm(forms.Form):
    """One question. What stands in the address is kept, also when part of it is wrong."""

    van = _choice(__("Ik werk bij"), _kinds)
    aan = _choice(__("Ik wil delen met"), _kinds)
    wat = _choice(__("Het gaat om"), _categories)
    kader = _choice(__("Waar"), lambda: _list(settings_of_work(), __("kies")))
    als = _choice(__("De ontvanger is"), _list(ROLES, __("wat past bij deze ontvanger")))
    stap = _choice(__("Waar staat het werk"), list(STEPS.items()))
    over = _choice(__("Over wie gaat het"), _list(ABOUT, __("wie past bij dit gegeven")))
    op = forms.DateField(
        label=__("Op welke dag"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": __("Deze dag bestaat niet. Schrijf jjjj-mm-dd.")},
    )
    van_klasse = _choice(__("Mijn organisatie is"), _list(OWN_CLASS, __("weet ik niet")))
    aan_klasse = _choice(__("De ontvanger is een organisatie die is"), _list(OWN_CLASS, __("weet ik niet")))

    def __init__(self, address: QueryDict) -> None:
        facts = law.facts()
        usual = {**USUAL, "op": clock.today().isoformat()}
        names = (*self.base_fields, *facts)
        super().__init__({name: address.get(name) or usual.get(name, "") for name in names})
        self.unknown = [name for name in address if name not in names]
        for fact, text in facts.items():
            radios = forms.RadioSelect
            self.fields[fact] = forms.ChoiceField(
                label=text.ask, choices=list(KNOWN.items()), required=False, widget=radios, error_messages=WRONG
            )

    def clean(self) -> dict[str, Any]:
        """What belongs together: a name that is not known is refused, because it may be a fact with a slip in it."""
        for name in self.unknown[:1]:
            text = _("Deze pagina kent “%(name)s” niet. Haal dat uit het adres.")
            self.add_error(None, text % {"name": name[:40]})
        if not self.errors and self.complete:
            try:
                self.question = read_question(self._said())
            except BadInput as error:
                self._add_mend(error)
        return dict(self.cleaned_data)

    def _add_mend(self, error: BadInput) -> None:
        """The engine names its own fields in its own codes; a page says it in its own words."""
        mends = {
            "recipient_role": ("als", _("“De inwoner zelf” hoort bij de ontvanger “betrokkene zelf”, en andersom.")),
            "facts.case_closed": (Fact.CASE_CLOSED.value, _("Na afsluiten is de casus gesloten. Kies “weet ik niet”.")),
        }
        self.add_error(*mends.get(error.field, (None, error.mend)))

    question: Question | None = None
    """What is asked, when the form is valid and complete."""

    @property
    def complete(self) -> bool:
        """Whether the four choices are made."""
        return not self.lacking

    @property
    def lacking(self) -> list[str]:
        """The labels of the choices that are still to be made."""
        return [str(self.fields[name].label) for name in FOUR if not self.cleaned_data.get(name)]

    def _said(self) -> dict[str, Any]:
        """The question as JSON would say it."""
        chosen = {code: self.cleaned_data[name] for name, code in FIELDS.items()}
        for name, kind in (("supplier_class", "supplier"), ("recipient_class", "recipient")):
            # A class that was chosen for another kind stands in the address until this is sent.
            fits = chosen[name] in classes_of(chosen[kind])
            chosen[name] = chosen[name] if fits else None
        day: date = chosen["on"] or clock.today()
        recipient = chosen["recipient"], chosen["recipient_class"] or classes_of(chosen["recipient"])[0]
        return {
            **chosen,
            "on": day.isoformat(),
            "recipient_role": chosen["recipient_role"] or role_of(recipient, self.version(day)).value,
            "subject": chosen["subject"] or about_of(chosen["category"]).value,
            "facts": {name: self.cleaned_data[name] == YES for name in law.facts() if self.cleaned_data.get(name)},
        }

    def version(self, day: date) -> Regime | None:
        """The version of the chosen framework that is in force on a day."""
        found = law.known_of(str(self.cleaned_data["kader"]))
        return next((regime for regime in found if regime.in_force(day)), None)

    def open_classes(self) -> list[str]:
        """Which classes there is something to choose in: those of kinds that can be either."""
        kinds = {name: str(self[kind].value()) for name, kind in CLASS_OF.items()}
        return [name for name, kind in kinds.items() if kind in KINDS and len(classes_of(kind)) > 1]

    @property
    def address(self) -> dict[str, str]:
        """The shortest address with this question: nothing that is empty, or as it mostly is."""
        said = {name: str(self[name].value() or "") for name in self.fields}
        shut = CLASS_OF.keys() - set(self.open_classes())
        return {name: value for name, value in said.items() if value and value != USUAL.get(name) and name not in shut}
