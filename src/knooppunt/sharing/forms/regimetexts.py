"""The forms for a version of a regime that is written here."""

from copy import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knooppunt.kernel.doors import OnceForm, VersionedForm
from knooppunt.sharing.actions import Read, Written
from knooppunt.sharing.actions.regimetexts import LONGEST
from knooppunt.sharing.rules.regimetext import TextStatus

STATUSES = {
    TextStatus.DRAFT: ("plain", _("concept: geldt nog niet")),
    TextStatus.IN_FORCE: ("ok", _("goedgekeurd, staat vast")),
    TextStatus.DROPPED: ("plain", _("concept dat niet doorging")),
}
"""How a text stands: the kind of chip and the words."""

TOO_LONG = _("Dit bestand is te groot voor een juridisch kader. Kies een YAML-bestand van ten hoogste 100.000 tekens.")
NO_TEXT = _("Dit bestand is geen tekst in UTF-8. Kies een YAML-bestand.")
FIELD = {"spellcheck": "false", "autocapitalize": "off", "class": "kn-code", "rows": 24}


class RegimeTextForm(OnceForm):
    """The whole text, typed or from a file, and why it changes. A file takes the place of what stands in the field."""

    drafted = ("content", "motivation")

    motivation = forms.CharField(
        label=_("Waarom moet deze versie er komen?"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    content = forms.CharField(
        label=_("Tekst van het kader"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs=FIELD),
        help_text=_("Wijzig alleen wat anders moet. Klopt er iets niet, dan noemen wij de regel in de tekst."),
    )
    file = forms.FileField(
        label=_("Of kies een YAML-bestand"),
        required=False,
        allow_empty_file=True,
        help_text=_("De inhoud komt in plaats van de tekst hierboven."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.unread = ""
        sent = self.files.get("file") if self.is_bound else None
        if sent:
            self._take_text_of(sent)

    def _take_text_of(self, sent: Any) -> None:
        """Into the field, so that whoever must mend it can do so there."""
        if (sent.size or 0) > LONGEST:
            self.unread = str(TOO_LONG)
            return
        try:
            text = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.unread = str(NO_TEXT)
            return
        data: Any = copy(self.data)
        data[self.add_prefix("content")] = text
        self.data = data

    def clean_file(self) -> None:
        """A file that could not be read is named; what it held stands in the field already."""
        if self.unread:
            raise forms.ValidationError(self.unread)

    def written(self) -> Written:
        """What was written."""
        return Written(self.cleaned_data["content"], self.cleaned_data["motivation"])


class _ReadForm(VersionedForm):
    def read(self) -> Read:
        """Which version was read, and the id of this form."""
        return Read(self.cleaned_data["version"], self.once)


class ChangeRegimeTextForm(RegimeTextForm, _ReadForm):
    """The text of a draft, changed."""


class ApproveForm(_ReadForm):
    """Letting a text hold: nothing to fill in."""


class DropTextForm(_ReadForm):
    """A draft that does not go on: nothing to fill in."""
