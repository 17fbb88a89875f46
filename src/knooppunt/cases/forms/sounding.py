"""The forms of meedenken zonder naam. What could identify somebody is pointed out under the field where it stands.

None of them keeps a draft: what was typed and not yet looked at is stored nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.actions import AnswerDraft, BroughtDraft, SoundingDraft
from knooppunt.cases.forms.choices import labelled, long_text, offer
from knooppunt.cases.queries.soundings import AskPage
from knooppunt.cases.rules import ANSWERS, LABELS, AgeBand, AnswerKind, Brought, PointedOut, pointed_out
from knooppunt.kernel.doors import OnceForm, VersionedForm
from knooppunt.kernel.identifiers import IdentifierKind

MEND: Mapping[IdentifierKind, Any] = {
    IdentifierKind.NAME: _("Schrijf bijvoorbeeld ‘een man’, ‘de buurvrouw’ of ‘de huisarts’."),
    IdentifierKind.BIRTH_DATE: _("Kies een leeftijdsgroep. Schrijf bijvoorbeeld ‘vorige maand’ in plaats van een dag."),
    IdentifierKind.ADDRESS: _("Schrijf bijvoorbeeld ‘een huurwoning’ of ‘een portiek’."),
    IdentifierKind.POSTCODE: _("Laat de postcode weg."),
    IdentifierKind.BSN: _("Haal dit weg. Een BSN wijst altijd iemand aan."),
    IdentifierKind.PHONE: _("Laat het nummer weg. Een partner kan u vragen om te bellen."),
    IdentifierKind.EMAIL: _("Haal dit weg. Een e-mailadres wijst altijd iemand aan."),
    IdentifierKind.LICENCE_PLATE: _("Schrijf bijvoorbeeld ‘een auto’."),
    IdentifierKind.CASE_NUMBER: _("Laat het nummer weg."),
}


@dataclass(frozen=True)
class Piece:
    """A part of a text as it is shown again: marked where it could identify somebody."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Pointed:
    """What was found in one field: the text with its pieces marked, what to do, and the value of the confirmation."""

    pieces: tuple[Piece, ...]
    mends: tuple[tuple[str, str, Any], ...]
    confirmation: str
    confirmed: bool


class NamelessForm(OnceForm):
    """A form of which some fields may hold nothing that identifies somebody."""

    nameless: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, Any]:
        """All fields at once, so that everything is pointed out the first time."""
        said = super().clean() or self.cleaned_data
        for name in self.nameless:
            if name in said and pointed_out(said[name]).stops(self.confirmed.get(name, "")):
                self.add_error(
                    name, _("Hier staat iets dat iemand kan aanwijzen. Kijk onder het veld wat u kunt doen.")
                )
        return said

    @property
    def confirmed(self) -> dict[str, str]:
        """By field, the mark of what its writer says points at nobody."""
        get = getattr(self.data, "getlist", None)
        sent = get("confirmed") if get else self.data.get("confirmed", [])
        pairs = [one.partition(":") for one in sent if isinstance(one, str)]
        return {name: mark for name, _colon, mark in pairs if name in self.nameless}

    @property
    def texts(self) -> list[tuple[BoundField, Pointed | None]]:
        """The fields in order, each with what was found in it."""
        return [(self[name], self.pointed(name)) for name in self.nameless]

    def pointed(self, name: str) -> Pointed | None:
        """What was found in a field that was sent; None when nothing was."""
        text = str(self[name].value() or "") if self.is_bound else ""
        found = pointed_out(text)
        every = sorted([*found.must_go, *found.may_stay], key=lambda one: one.start)
        if not every:
            return None
        pieces, at = [], 0
        for one in every:
            pieces += [Piece(text[at : one.start]), Piece(text[one.start : one.end], LABELS[one.kind])]
            at = one.end
        pieces.append(Piece(text[at:]))
        mends = dict.fromkeys((one.text, LABELS[one.kind], MEND[one.kind]) for one in every)
        return Pointed(tuple(pieces), tuple(mends), self._confirmation(name, found), self._is_confirmed(name, found))

    def _confirmation(self, name: str, found: PointedOut) -> str:
        return f"{name}:{found.mark}" if found.may_stay and not found.must_go else ""

    def _is_confirmed(self, name: str, found: PointedOut) -> bool:
        return bool(found.mark) and self.confirmed.get(name) == found.mark


class SoundingForm(NamelessForm):
    """A situation that is put to a table. The names of fields are those that `ask_sounding` mends."""

    nameless = ("worries", "tried", "question", "context")

    table = forms.ChoiceField(label=_("Aan welk overleg vraagt u het?"))
    age_band = forms.ChoiceField(label=_("Leeftijd"), choices=labelled(AgeBand), initial=AgeBand.NOT_SAID.value)
    municipality = forms.ChoiceField(
        label=_("Gemeente"),
        required=False,
        help_text=_("Alleen als het voor de vraag uitmaakt. In een kleine gemeente herkent men iemand sneller."),
    )
    life_areas = forms.MultipleChoiceField(
        label=_("Waar gaat het over?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    worries = long_text(_("Waar maakt u zich zorgen over?"))
    tried = long_text(_("Wat is er al geprobeerd?"), required=False, rows=3)
    question = long_text(_("Wat vraagt u aan de partners?"), rows=3)
    context = long_text(_("Wat moeten zij nog meer weten?"), required=False, rows=3)
    shows_name = forms.BooleanField(
        label=_("Laat de naam van mijn organisatie zien"),
        required=False,
        help_text=_(
            "Zonder vinkje zien de anderen alleen wat voor organisatie het vraagt, bijvoorbeeld ‘een zorgaanbieder’."
        ),
    )

    def __init__(self, *arguments: Any, offered: AskPage, **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer(self, "table", offered.tables, empty=_("Kies een overleg") if len(offered.tables) > 1 else None)
        offer(self, "municipality", offered.municipalities, empty=_("Regio, geen gemeente"))
        offer(self, "life_areas", [(code, label.capitalize()) for code, label in offered.life_areas])

    @property
    def draft(self) -> SoundingDraft:
        """What was typed, for the action."""
        said = self.cleaned_data
        return SoundingDraft(
            table=UUID(said["table"]),
            age_band=AgeBand(said["age_band"]),
            municipality=UUID(said["municipality"]) if said["municipality"] else None,
            life_areas=tuple(said["life_areas"]),
            **{name: said[name] for name in self.nameless},
            shows_name=said["shows_name"],
            confirmed=self.confirmed,
        )


class SoundingAnswerForm(NamelessForm):
    """An answer; who asked only adds to the question."""

    nameless = ("text",)

    kind = forms.ChoiceField(label=_("Wat antwoordt u?"), choices=labelled(ANSWERS), widget=forms.RadioSelect)
    text = long_text(_("Uw antwoord"))

    def __init__(self, *arguments: Any, own: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if own:
            del self.fields["kind"]
            self.fields["text"].label = _("Uw aanvulling")

    @property
    def draft(self) -> AnswerDraft:
        """What was typed, for the action."""
        kind = AnswerKind(self.cleaned_data.get("kind", AnswerKind.ADDITION))
        return AnswerDraft(kind, self.cleaned_data["text"], self.confirmed)


class SoundingEndForm(NamelessForm, VersionedForm):
    """What it brought."""

    nameless = ("lesson",)

    brought = forms.ChoiceField(label=_("Wat bracht het?"), choices=labelled(Brought), widget=forms.RadioSelect)
    lesson = long_text(_("Wat kunnen anderen hiervan leren?"), required=False, rows=3)

    @property
    def draft(self) -> BroughtDraft:
        """What was chosen, for the action."""
        return BroughtDraft(Brought(self.cleaned_data["brought"]), self.cleaned_data["lesson"], self.confirmed)


class WithdrawForm(OnceForm):
    """Taking it back."""
