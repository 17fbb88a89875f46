"""The form that adds a file to an agreement, and the one that removes it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from knooppunt.kernel.doors import OnceForm
from knooppunt.kernel.uploads import Sent
from knooppunt.kernel.uploads.kinds import BY_EXTENSION, MB
from knooppunt.sharing.forms.agreements import ReadForm

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class AddFileForm(OnceForm):
    """One file, for instance the copy that everybody signed."""

    file = forms.FileField(
        label=_("Bestand"),
        allow_empty_file=True,
        error_messages={"required": _("Kies een bestand.")},
        widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in BY_EXTENSION)}),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        file = self.fields["file"]
        file.help_text = translated(
            "PDF, PNG, JPEG, Word (DOCX), Excel (XLSX), ODT of tekst, ten hoogste %(most)d MB. Noem in het bestand en"
            " in zijn naam geen inwoners."
        ) % {"most": _most()}
        file.widget.attrs |= {"data-largest": settings.LARGEST_FILE, "data-too-large": _too_large()}

    def clean_file(self) -> "UploadedFile[bytes]":
        """Of a file beyond the limit only the size is known."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.LARGEST_FILE:
            raise forms.ValidationError(_too_large())
        return file

    def sent(self) -> Sent:
        """The file as it arrived."""
        file = self.cleaned_data["file"]
        return Sent(file.name or "", file.read())


class RemoveFileForm(ReadForm):
    """Removing a file: nothing to fill in."""


def _too_large() -> str:
    said = translated("Dit bestand is groter dan %(most)d MB. Kies een kleiner bestand, of splits het.")
    return said % {"most": _most()}


def _most() -> int:
    return int(settings.LARGEST_FILE) // MB
