"""Bringing information in, and saying that something is not shared: two equal answers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.forms.asking import AsksFacts, LawForm
from knooppunt.cases.forms.choices import Pair, labelled, long_text, offer, offer_category
from knooppunt.kernel.doors import OnceForm
from knooppunt.kernel.uploads.kinds import BY_EXTENSION

FILE_HINT = _(
    "PDF, PNG, JPEG, Word (DOCX), Excel (XLSX), ODT of tekst, ten hoogste %(most)d MB. Het bestand hoort bij deze"
    " informatie: dezelfde mensen zien het en het wordt even lang bewaard."
)

SUBJECTS = ("resident", "direct_circle", "professional")

NO_CONSENT = _("Dit rust niet op toestemming")


def offer_consent(form: forms.Form, consents: Sequence[Pair] | None) -> None:
    """The consents that hold and that one may see; None takes the question out, where nothing rests on consent."""
    if consents is None:
        del form.fields["consent"]
    else:
        offer(form, "consent", consents, empty=NO_CONSENT)


class ShareForm(LawForm):
    """One piece of information, with what the law wants to know of it."""

    drafted = ("text", "secrecy_note", "motivation", "conditions")
    field_order = (
        "form_id", "category", "subject", "text", "file",
        "secrecy_way", "secrecy_note", "consent", "motivation", "conditions", "necessary",
    )  # fmt: skip

    category = forms.ChoiceField(
        label=_("Categorie"), help_text=_("Alleen wat bij de taak van uw organisatie hoort onder dit kader.")
    )
    subject = forms.ChoiceField(
        label=_("Over wie gaat het?"), choices=labelled(SUBJECTS), widget=forms.RadioSelect, initial="resident"
    )
    text = long_text(_("Informatie"), _("Niet meer dan nodig is voor het doel van deze casus."))
    file = forms.FileField(
        label=_("Bestand"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in BY_EXTENSION)}),
    )
    consent = forms.ChoiceField(
        label=_("Op welke toestemming rust dit?"),
        help_text=_(
            "Alleen als u deelt met toestemming. Wie zij niet noemt, ziet dit niet, tenzij het zonder toestemming mag."
        ),
        required=False,
    )
    conditions = long_text(
        _("Voorwaarden"), _("Bijvoorbeeld: niet verder vertellen zonder overleg met ons."), required=False, rows=2
    )

    def __init__(
        self, *arguments: Any, supplies: Sequence[Pair], consents: Sequence[Pair] | None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        offer_category(self, supplies)
        offer_consent(self, consents)
        file = self.fields["file"]
        file.help_text = FILE_HINT % {"most": _most()}
        file.widget.attrs |= {"data-largest": settings.LARGEST_FILE, "data-too-large": _too_large()}

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """Of a file beyond the limit only the size is known."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file and (file.size or 0) > settings.LARGEST_FILE:
            raise forms.ValidationError(_too_large())
        return file or None

    def ask_for_file_again(self) -> None:
        """A browser forgets which file was chosen when it gets the page back, and says nothing of it."""
        if self.errors and self.files.get("file") and "file" not in self.errors:
            self.add_error(
                "file", _("Kies het bestand opnieuw: uw browser bewaart het niet. Wat u typte staat er nog.")
            )


def _too_large() -> str:
    return translated("Dit bestand is groter dan %(most)d MB. Kies een kleiner bestand, of splits het.") % {
        "most": _most()
    }


class WithholdForm(OnceForm):
    """That something is not shared, and why."""

    drafted = ("text",)

    category = forms.ChoiceField(label=_("Wat voor informatie deelt u niet?"))
    subject = forms.ChoiceField(
        label=_("Over wie gaat het?"), choices=labelled(SUBJECTS), widget=forms.RadioSelect, initial="resident"
    )
    text = long_text(
        _("Ik deel dit niet, omdat …"),
        _("Schrijf alleen de reden, niet de informatie zelf. Schrijf ook wat u wél kunt doen."),
    )

    def __init__(self, *arguments: Any, supplies: Sequence[Pair], **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer_category(self, supplies)


class OpenForm(AsksFacts):
    """An own item that opens for who came later."""

    drafted = ("motivation",)

    motivation = long_text(
        _("Waarom deelt u dit nu ook met hen?"),
        _("Alleen nodig als u eerst moet afwegen. Wij zeggen het als dat zo is."),
        required=False,
        rows=2,
    )
    consent = forms.ChoiceField(
        label=_("Welke toestemming noemt hen?"),
        help_text=_("Alleen als u deelt met toestemming. Een toestemming die hen niet noemt, telt hier niet."),
        required=False,
    )

    def __init__(self, *arguments: Any, consents: Sequence[Pair] | None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer_consent(self, consents)
        self.ask_again()


class KeepClosedForm(OnceForm):
    """That an own item stays closed for who came later, and why."""

    drafted = ("reason",)

    reason = long_text(_("Ik deel dit niet, omdat …"), _("Schrijf alleen de reden. Zij staat bij uw informatie."))


def _most() -> int:
    return int(settings.LARGEST_FILE) // (1024 * 1024)
