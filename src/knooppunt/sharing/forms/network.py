"""The forms for the knowledge network. What was typed is looked through for what could identify somebody."""

from collections.abc import Iterable, Mapping
from copy import copy
from hashlib import sha256
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from knooppunt.kernel.doors import WITHOUT_ID, OnceForm, VersionedForm
from knooppunt.kernel.identifiers import Finding, IdentifierKind, find_identifiers
from knooppunt.sharing.actions import Read
from knooppunt.sharing.rules.network import LONGEST, FrequentStatus, FrequentText, QuestionStatus, Reply, articles_in

KINDS: Mapping[IdentifierKind, str | Promise] = {
    IdentifierKind.NAME: __("een naam"),
    IdentifierKind.BIRTH_DATE: __("een geboortedatum"),
    IdentifierKind.ADDRESS: __("een adres"),
    IdentifierKind.POSTCODE: __("een postcode"),
    IdentifierKind.BSN: __("een BSN"),
    IdentifierKind.PHONE: __("een telefoonnummer"),
    IdentifierKind.EMAIL: __("een e-mailadres"),
    IdentifierKind.LICENCE_PLATE: __("een kenteken"),
    IdentifierKind.CASE_NUMBER: __("een nummer van een zaak of melding"),
}

QUESTION_STANDS: Mapping[str, tuple[str, str | Promise]] = {
    QuestionStatus.OPEN: ("soon", __("wacht op antwoord")),
    QuestionStatus.ANSWERED: ("ok", __("beantwoord")),
}

FREQUENT_STANDS: Mapping[str, tuple[str, str | Promise]] = {
    FrequentStatus.DRAFT: ("plain", __("concept")),
    FrequentStatus.PUBLISHED: ("ok", __("gepubliceerd")),
    FrequentStatus.WITHDRAWN: ("late", __("ingetrokken")),
}
"""How it stands: the kind of chip and the words."""


def said_of(found: Iterable[Finding]) -> list[str]:
    """What could identify somebody, in words: each piece once."""
    return list(dict.fromkeys(f"“{one.text}”: {KINDS[one.kind]}" for one in found))


def _text(label: Any, *, rows: int = 6, hint: Any = "", most: int = LONGEST, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, help_text=hint, widget=area)


class NobodyForm(OnceForm):
    """A form whose text may point at nobody. What could is shown, and must be changed or confirmed.

    The confirmation is for the pieces that were shown: when others are typed, it is asked again.
    """

    looked_through: ClassVar[tuple[str, ...]] = ()

    nobody = forms.BooleanField(label=__("Ik keek dit na: het wijst niemand aan"), required=False)
    pointed_out = forms.CharField(required=False, widget=forms.HiddenInput(attrs=WITHOUT_ID))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not self.is_bound or not self.found():
            del self.fields["nobody"], self.fields["pointed_out"]

    def found(self) -> list[Finding]:
        """What could identify somebody in the texts of this form."""
        texts = (str(self.data.get(self.add_prefix(name), "")) for name in self.looked_through)
        return [one for text in texts for one in find_identifiers(text)]

    def clean(self) -> dict[str, Any]:
        """What was pointed out just now and confirmed may pass; anything else is pointed out."""
        said = dict(super().clean() or self.cleaned_data)
        found = self.found()
        if found:
            shown = sha256("\n".join(one.text for one in found).encode()).hexdigest()
            if not said.get("nobody") or said.get("pointed_out") != shown:
                self._point_out(found, shown)
        return said

    def _point_out(self, found: list[Finding], shown: str) -> None:
        text = _("Wijst dit iemand aan? Haal het dan weg. Wijst het niemand aan? Bevestig dat onder het formulier.")
        self.add_error(None, [text, *said_of(found)])
        data: Any = copy(self.data)
        data[self.add_prefix("pointed_out")] = shown
        data.pop(self.add_prefix("nobody"), None)
        self.data = data

    @property
    def confirmed(self) -> bool:
        """Whether what was pointed out was said to point at nobody."""
        return bool(self.cleaned_data.get("nobody"))


class AskNetworkForm(NobodyForm):
    """The question in own words."""

    drafted = ("text",)
    looked_through = ("text",)

    region = forms.ChoiceField(label=__("Regio"), choices=())
    text = _text(
        __("Wat wilt u weten?"),
        hint=__("Beschrijf de situatie zonder iets wat iemand aanwijst: geen naam, datum, adres of nummer."),
    )
    field_order = ("form_id", "region", "text", "nobody", "pointed_out")

    def __init__(self, *arguments: Any, regions: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["region"]
        if isinstance(field, forms.ChoiceField):
            # Whoever works in several regions chooses whom to ask: the first of a list is nobody's choice.
            field.choices = regions if len(regions) == 1 else [("", _("kies")), *regions]
        if len(regions) == 1:
            field.widget = forms.HiddenInput(attrs=WITHOUT_ID)
            field.initial = regions[0][0]


class ReadForm(VersionedForm):
    """A step on a version that was read; by itself there is nothing to fill in."""

    def read(self) -> Read:
        """Which version was read, and the id of this form."""
        return Read(self.cleaned_data["version"], self.once)


class ReplyForm(NobodyForm, ReadForm):
    """The answer to a question."""

    drafted = ("answer", "articles")
    looked_through = ("answer",)

    answer = _text(__("Antwoord"), hint=__("Kort en in gewone woorden. Wie vroeg, leest dit bij Mijn vragen."))
    articles = _text(
        __("Artikelen"), rows=3, required=False, most=1_000, hint=__("Eén per regel, bijvoorbeeld Wgs 2.29 lid 2.")
    )
    field_order = ("form_id", "version", "answer", "articles", "nobody", "pointed_out")

    def reply(self) -> Reply:
        """What was written."""
        return Reply(self.cleaned_data["answer"], articles_in(self.cleaned_data["articles"]))


class FrequentForm(NobodyForm, ReadForm):
    """A frequent question: written anew for everyone."""

    drafted = ("body", "answer", "articles")
    looked_through = ("title", "body", "answer")

    title = forms.CharField(label=__("Titel"), max_length=200, help_text=__("De vraag in één regel."))
    body = _text(
        __("De vraag"), hint=__("Herschrijf de vraag. Laat weg wat iemand kan aanwijzen, ook een bijzondere situatie.")
    )
    answer = _text(__("Antwoord"))
    articles = _text(
        __("Artikelen"), rows=3, required=False, most=1_000, hint=__("Eén per regel, bijvoorbeeld Wgs 2.29 lid 2.")
    )
    field_order = ("form_id", "version", "title", "body", "answer", "articles", "nobody", "pointed_out")

    def text(self) -> FrequentText:
        """What was written."""
        said = self.cleaned_data
        return FrequentText(said["title"], said["body"], Reply(said["answer"], articles_in(said["articles"])))


class PublishForm(ReadForm):
    """Publishing: what could still point at somebody is confirmed by the second person too."""

    nobody = forms.BooleanField(label=__("Ik keek dit na: het wijst niemand aan"))

    def __init__(self, *arguments: Any, found: list[Finding], **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not found:
            del self.fields["nobody"]
        else:
            self.fields["nobody"].help_text = "; ".join(said_of(found))

    @property
    def confirmed(self) -> bool:
        """Whether what was pointed out was said to point at nobody."""
        return bool(self.cleaned_data.get("nobody"))
