"""The forms of triage: the request [ZVH-2], a judgement, an absence, and the decision [ZVH-3]."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.actions import IntakeDraft, JudgementDraft
from knooppunt.cases.forms.asking import FACT, LawForm
from knooppunt.cases.forms.choices import Pair, day, labelled, long_text, offer
from knooppunt.cases.queries.intakes import RequestPage
from knooppunt.cases.rules import CRITERIA_TEXT, Criterion, Outcome
from knooppunt.kernel import clock
from knooppunt.kernel.doors import OnceForm
from knooppunt.people.rules import Identity, passes_eleven_test

YES_NO = [("yes", _("Ja")), ("no", _("Nee"))]
CRITERIA = tuple(criterion.value for criterion in Criterion)


def _line(label: Any, length: int = 100, *, hint: Any = "") -> forms.CharField:
    # A browser must not offer one resident's data in the form about another.
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=length, widget=widget, help_text=hint)


class RequestForm(LawForm):
    """The request to take something up. The names of fields are those that `request_intake` mends.

    A BSN is no draft: nine digits are typed again in no time, and it is kept nowhere without need (Wabb).
    """

    drafted = (
        "given_names", "prefix", "surname", "born",
        "also_given_names", "also_prefix", "also_surname", "also_born",
        "problems", "life_areas", "threat", "cooperation", "goal", "tried", "informed_note",
        "secrecy_note", "motivation",
    )  # fmt: skip
    report = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sounding = forms.UUIDField(required=False, widget=forms.HiddenInput)
    table = forms.ChoiceField(label=_("Bij welk overleg meldt u aan?"))
    urgent = forms.BooleanField(label=_("Dit heeft spoed"), required=False)
    municipality = forms.ChoiceField(label=_("Gemeente"), required=False)
    domain = forms.ChoiceField(label=_("Kennisdomein"), required=False)
    given_names = _line(_("Voornamen"))
    prefix = _line(_("Tussenvoegsel"), 20)  # type: ignore[assignment]
    surname = _line(_("Achternaam"))
    born = day(_("Geboortedatum"), required=False)
    bsn = _line(_("BSN"), 20, hint=_("Negen cijfers, als u het heeft en mag gebruiken."))
    also_given_names = _line(_("Voornamen"))
    also_prefix = _line(_("Tussenvoegsel"), 20)
    also_surname = _line(_("Achternaam"))
    also_born = day(_("Geboortedatum"), required=False)
    problems = long_text(CRITERIA_TEXT[Criterion.PROBLEMS])
    life_areas = long_text(CRITERIA_TEXT[Criterion.LIFE_AREAS])
    threat = long_text(CRITERIA_TEXT[Criterion.THREAT])
    cooperation = long_text(CRITERIA_TEXT[Criterion.COOPERATION])
    goal = long_text(_("Wat wilt u bereiken?"), rows=3)
    tried = long_text(_("Wat is er al geprobeerd?"), rows=3)
    informed = forms.ChoiceField(
        label=_("Weet de inwoner van deze aanmelding?"),
        choices=[("yes", _("Ja")), ("no", _("Nee, nog niet"))],
        widget=forms.RadioSelect,
    )
    informed_note = long_text(
        _("Toelichting"), _("Bij ‘nee’: waarom nog niet, en wanneer wel?"), required=False, rows=2
    )
    partners = forms.MultipleChoiceField(
        label=_("Wie zou mee moeten doen?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label=_("Wat voor informatie schreef u op, behalve over wie het gaat?"),
        help_text=_("Kies alles wat erin staat. De wet maakt verschil."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies wat voor informatie er in uw aanmelding staat.")},
    )
    accuracy_checked = forms.BooleanField(
        label=_("Ik heb gecontroleerd of deze gegevens kloppen en van goede kwaliteit zijn (Bgs 1.6)."),
        error_messages={"required": _("Controleer de gegevens en vink dit aan.")},
    )

    def __init__(self, *arguments: Any, offered: RequestPage, **named: Any) -> None:
        self.offered = offered
        super().__init__(*arguments, ways=offered.secrecy_ways, asked=offered.secrecy_asked, **named)
        self.fields["necessary"].label = _("Dit is nodig om te kunnen oordelen.")
        offer(self, "categories", offered.categories)
        several = len(offered.tables) > 1
        offer(self, "table", offered.tables, empty=_("Kies een overleg") if several else None)
        offer(self, "municipality", offered.municipalities, empty=_("Niet bekend"))
        offer(self, "domain", offered.domains, empty=_("Niet gekozen"))
        offer(self, "partners", offered.partners)

    @property
    def law(self) -> list[BoundField]:
        """What the law wants to know, with the questions that it asked after the first try."""
        names = ("categories", "secrecy_way", "secrecy_note", "motivation")
        asked = [name for name in self.fields if name.startswith(FACT)]
        return [self[name] for name in (*names, *asked) if name in self.fields]

    @property
    def criteria(self) -> list[BoundField]:
        """The motivation of each criterion."""
        return [self[criterion.value] for criterion in Criterion]

    def clean_bsn(self) -> str:
        """Nine digits that pass the eleven-test; spaces and dots are only how one writes them."""
        digits = str(self.cleaned_data["bsn"]).replace(" ", "").replace(".", "")
        if digits and not passes_eleven_test(digits):
            raise forms.ValidationError(_("Dit BSN klopt niet. Kijk de negen cijfers na."))
        return digits

    @property
    def persons_known(self) -> bool:
        """Whether the report already says who it is about."""
        return bool(self.offered.report and self.offered.report.persons)

    def clean_also_born(self) -> Any:
        """Nobody is born tomorrow."""
        return self._in_the_past("also_born")

    def clean_born(self) -> Any:
        """Nobody is born tomorrow."""
        return self._in_the_past("born")

    def _in_the_past(self, name: str) -> Any:
        born = self.cleaned_data[name]
        if born is not None and born > clock.today():
            raise forms.ValidationError(_("Deze datum ligt in de toekomst."))
        return born

    def clean(self) -> dict[str, Any]:
        """Somebody must be meant; and who is not informed yet, has a reason for it."""
        said = super().clean() or self.cleaned_data
        typed = said.get("surname") or said.get("bsn") or self.errors.keys() & {"surname", "bsn"}
        if not typed and not self.persons_known:
            self.add_error("surname", _("Vul een achternaam of een BSN in, of begin bij een melding."))
        if said.get("informed") == "no" and not str(said.get("informed_note", "")).strip():
            self.add_error("informed_note", _("Schrijf op waarom de inwoner het nog niet weet."))
        return said

    @property
    def draft(self) -> IntakeDraft:
        """What was typed, for the action. With a report, whom it is about comes from there."""
        said = self.cleaned_data
        report = self.offered.report.id if self.offered.report else None
        return IntakeDraft(
            table=UUID(said["table"]),
            report=report,
            identities=() if self.persons_known else self._identities(),
            municipality=UUID(said["municipality"]) if said["municipality"] else None,
            domain=said["domain"],
            urgent=said["urgent"],
            criteria={criterion: said[criterion.value] for criterion in Criterion},
            goal=said["goal"],
            tried=said["tried"],
            informed=said["informed"] == "yes",
            informed_note=said["informed_note"],
            accuracy_checked=said["accuracy_checked"],
            partners=tuple(UUID(one) for one in said["partners"]),
            categories=tuple(said["categories"]),
            secrecy_way=said.get("secrecy_way", ""),
            secrecy_note=said.get("secrecy_note", ""),
            facts=self.facts,
            motivation=said.get("motivation", ""),
        )

    def _identities(self) -> tuple[Identity, ...]:
        typed = (
            Identity(
                **{part: self.cleaned_data[prefix + part] for part in ("surname", "given_names", "prefix", "born")},
                bsn=bsn,
            )
            for prefix, bsn in (("", self.cleaned_data["bsn"]), ("also_", ""))
        )
        return tuple(one for one in typed if one.surname or one.bsn)


class JudgeForm(OnceForm):
    """What the own organisation judges of each criterion; judging again replaces the former."""

    drafted = ("motivation",)

    problems = forms.ChoiceField(label=CRITERIA_TEXT[Criterion.PROBLEMS], choices=YES_NO, widget=forms.RadioSelect)
    life_areas = forms.ChoiceField(label=CRITERIA_TEXT[Criterion.LIFE_AREAS], choices=YES_NO, widget=forms.RadioSelect)
    threat = forms.ChoiceField(label=CRITERIA_TEXT[Criterion.THREAT], choices=YES_NO, widget=forms.RadioSelect)
    cooperation = forms.ChoiceField(
        label=CRITERIA_TEXT[Criterion.COOPERATION], choices=YES_NO, widget=forms.RadioSelect
    )
    motivation = long_text(_("Motivatie van uw oordeel"))

    @property
    def draft(self) -> JudgementDraft:
        """What was chosen, for the action."""
        met = {criterion: self.cleaned_data[criterion.value] == "yes" for criterion in Criterion}
        return JudgementDraft(met, self.cleaned_data["motivation"])


class AbsentForm(forms.Form):
    """A member that was not there."""

    organisation = forms.UUIDField(widget=forms.HiddenInput)


class DecideForm(OnceForm):
    """What the table decided; the phase counts when the request is taken up."""

    outcome = forms.ChoiceField(label=_("Besluit van het overleg"), widget=forms.RadioSelect, choices=labelled(Outcome))
    # No choice field: a decision that was sent twice must be understood when the request is gone already.
    phase = forms.CharField(
        label=_("Fase van de casus"), required=False, max_length=10, help_text=_("Alleen bij ‘oppakken als casus’.")
    )

    def offer_phases(self, choices: Sequence[Pair]) -> None:
        """The phases of the region, for whoever looks at the form."""
        self.fields["phase"].widget = forms.Select(choices=[("", _("Zoals gebruikelijk bij dit overleg")), *choices])
