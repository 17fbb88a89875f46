"""The forms of the agreements register, and the Dutch words for its closed lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knooppunt.kernel.doors import OnceForm, VersionedForm
from knooppunt.sharing.actions import Judged, Read, Signature
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, AgreementKind, NetworkJudgement, Stand, Terms

KINDS: Mapping[str, str | Promise] = {
    AgreementKind.CONVENANT: _("convenant"),
    AgreementKind.DVO: _("dienstverleningsovereenkomst (DVO)"),
    AgreementKind.PROTOCOL: _("protocol"),
}

JUDGEMENTS: Mapping[str, str | Promise] = {
    NetworkJudgement.NONE: _("nog geen oordeel"),
    NetworkJudgement.POSITIVE: _("positief"),
    NetworkJudgement.POSITIVE_WITH_CONDITIONS: _("positief, onder voorwaarden"),
    NetworkJudgement.NEGATIVE: _("negatief"),
}

DECISION_LABELS: Mapping[str, str | Promise] = {
    "weighty_interest": _("Zwaarwegend algemeen belang"),
    "collaboration_and_purpose": _("Samenwerking en doel"),
    "data": _("Welke gegevens"),
    "conditions": _("Onder welke voorwaarden"),
    "recipients": _("Aan wie"),
}

STANDS: Mapping[Stand, tuple[str, str | Promise]] = {
    Stand.DRAFT: ("plain", _("concept: geldt nog niet")),
    Stand.TO_COME: ("soon", _("gaat nog gelden")),
    Stand.IN_FORCE: ("ok", _("geldt nu")),
    Stand.OVER: ("late", _("geldt niet meer")),
    Stand.DROPPED: ("plain", _("concept dat niet doorging")),
}
"""How it stands: the kind of chip and the words."""

STAND_CHOICES: Mapping[str, tuple[Stand, str | Promise]] = {
    "concept": (Stand.DRAFT, _("concept")),
    "straks": (Stand.TO_COME, _("gaat nog gelden")),
    "nu": (Stand.IN_FORCE, _("geldt nu")),
    "voorbij": (Stand.OVER, _("geldt niet meer")),
    "vervallen": (Stand.DROPPED, _("ging niet door")),
}

LONG = 4_000


def _day(label: Any, *, required: bool = False, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=hint, widget=widget)


def _text(label: Any, *, rows: int = 4, most: int = LONG, hint: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=most, help_text=hint, widget=area)


@dataclass(frozen=True)
class Offered:
    """What can be chosen on the form of an agreement, as code and word."""

    regimes: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    parties: list[tuple[str, str]]


class AgreementForm(OnceForm):
    """The text of an agreement. What is not known yet may stay empty until it is to hold."""

    drafted = ("purpose", *DECISION_FIELDS, "clauses")

    title = forms.CharField(label=_("Naam van de afspraak"), max_length=200)
    kind = forms.ChoiceField(label=_("Soort"), choices=list(KINDS.items()))
    regime = forms.ChoiceField(label=_("Juridisch kader"), choices=())
    parties = forms.MultipleChoiceField(
        label=_("Partijen"), choices=(), required=False, widget=forms.CheckboxSelectMultiple
    )
    purpose = _text(_("Doel"), hint=_("Waarvoor werkt u samen? Noem hier geen inwoners."))
    categories = forms.MultipleChoiceField(
        label=_("Soorten gegevens die de partijen mogen delen"),
        choices=(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    weighty_interest = _text(
        _("Besluit politie: zwaarwegend algemeen belang"),
        hint=_("Alleen bij Convenant (Wpg 20), net als de vier velden hierna (Wpg 20 lid 2)."),
    )
    collaboration_and_purpose = _text(_("Besluit politie: samenwerking en doel"))
    # Named as the law's list of what the decision names. Django takes fields out of the class, so nothing is hidden.
    data = _text(_("Besluit politie: welke gegevens"))  # type: ignore[assignment]
    conditions = _text(_("Besluit politie: onder welke voorwaarden"))
    recipients = _text(_("Besluit politie: aan wie"))
    competent_authority = forms.CharField(
        label=_("Bevoegd gezag"),
        max_length=200,
        required=False,
        help_text=_(
            "Met wie kwam de politie dit overeen (Wpg 20 lid 1)? Noem de functie, bijvoorbeeld de burgemeester."
        ),
    )
    clauses = _text(_("Bepalingen"), rows=12, most=20_000)
    starts_on = _day(_("Geldt vanaf"))
    ends_on = _day(_("Geldt tot en met"), hint=_("Laat leeg als er geen einddatum is."))
    review_on = _day(_("Evalueren op"))

    def __init__(self, *arguments: Any, offered: Offered, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name, choices in vars(offered).items():
            field = self.fields["regime" if name == "regimes" else name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def terms(self) -> Terms:
        """What was written."""
        said = self.cleaned_data
        same = ("kind", "title", "purpose", "regime", "competent_authority", "clauses")
        return Terms(
            **{name: said[name] for name in (*same, "starts_on", "ends_on", "review_on")},
            categories=tuple(said["categories"]),
            decision={name: said[name] for name in DECISION_FIELDS},
        )

    def chosen_parties(self) -> list[UUID]:
        """The organisations that were chosen."""
        return [UUID(one) for one in self.cleaned_data["parties"]]


class ReadForm(VersionedForm):
    """A form that changes what belongs to an agreement, and knows which version was read."""

    def read(self) -> Read:
        """Which version was read, and the id of this form."""
        return Read(self.cleaned_data["version"], self.once)


class ChangeAgreementForm(AgreementForm, ReadForm):
    """The text of a draft, changed."""


class SignForm(ReadForm):
    """A signature: for which party, by whom, in which role, on which day."""

    party = forms.ChoiceField(label=_("Partij"), choices=())
    signatory_name = forms.CharField(label=_("Wie tekende"), max_length=80)
    signatory_role = forms.CharField(
        label=_("Functie"), max_length=80, help_text=_("Bijvoorbeeld: burgemeester, of bestuurder.")
    )
    signed_on = _day(_("Getekend op"), required=True)

    def __init__(self, *arguments: Any, parties: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["party"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("kies")), *parties]

    def signature(self) -> Signature:
        """What was filled in."""
        said = self.cleaned_data
        return Signature(UUID(said["party"]), said["signatory_name"], said["signatory_role"], said["signed_on"])


class PutInForceForm(ReadForm):
    """Letting an agreement hold: nothing to fill in."""


class EndAgreementForm(ReadForm):
    """The last day of an agreement that holds."""

    last_day = _day(_("Laatste dag waarop de afspraak geldt"), required=True)


class DropForm(ReadForm):
    """A draft that does not go on: nothing to fill in."""


class JudgementForm(ReadForm):
    """What the knowledge network thinks, and why."""

    drafted = ("motivation",)

    judgement = forms.ChoiceField(label=_("Oordeel"), choices=list(JUDGEMENTS.items()), widget=forms.RadioSelect)
    motivation = _text(_("Motivering"))
    judged_on = _day(_("Dag van het oordeel"))

    def judged(self) -> Judged:
        """What was filled in."""
        said = self.cleaned_data
        return Judged(said["judgement"], said["motivation"], said["judged_on"])


class ReviewAgreementForm(ReadForm):
    """That it was reviewed today, and when again."""

    next_on = _day(_("Volgende evaluatie op"), required=True)


class StartChoices(forms.Form):
    """Where a new agreement begins: the region and a template; stands in the address."""

    regio = forms.ChoiceField(label=_("Regio"), required=False)
    sjabloon = forms.ChoiceField(label=_("Begin met een sjabloon"), required=False)

    def __init__(self, data: Any, *, regions: list[tuple[str, str]], templates: list[tuple[str, str]]) -> None:
        super().__init__(data)
        for name, choices in (("regio", regions), ("sjabloon", [("", _("geen: leeg beginnen")), *templates])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


class AgreementChoices(forms.Form):
    """What the list of agreements shows; stands in the address."""

    regio = forms.ChoiceField(label=_("Regio"), required=False)
    stand = forms.ChoiceField(
        label=_("Stand"),
        required=False,
        choices=[("", _("alle")), *((code, label) for code, (_stand, label) in STAND_CHOICES.items())],
    )

    def __init__(self, data: Any, *, regions: list[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["regio"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("alle")), *regions]
