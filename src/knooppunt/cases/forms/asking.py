"""What the law wants to know of a supply, in whatever form somebody supplies: a way through secrecy, facts, reasons."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.forms.choices import Pair, long_text, offer
from knooppunt.kernel.doors import OnceForm
from knooppunt.sharing import law
from knooppunt.sharing.forms.asking import KNOWN, NO, YES
from knooppunt.sharing.rules import Condition

FACT = "fact_"
"""Before the name of a fact in the form."""

KNOWN_OR_NOT = [(code or "onbekend", text) for code, text in KNOWN.items()]
"""Yes, no, and not known: that is an answer too, and may take back another."""


class AsksFacts(OnceForm):
    """A form that comes back with the questions of the law, when it turns out to need them."""

    def ask_again(self) -> None:
        """Puts those questions in that were in what was sent."""
        for fact in law.facts():
            if self.add_prefix(FACT + fact) in self.data:
                self._ask(fact)

    def ask(self, conditions: Iterable[Condition]) -> None:
        """Puts a question into the form for every fact that a condition waits for; each is asked once."""
        for one in conditions:
            for fact in one.facts:
                if FACT + fact not in self.fields:
                    self._ask(fact)
            enough = translated("%(text)s Eén van deze is genoeg.") % {"text": one.text}
            self.add_error(FACT + one.facts[0], enough if one.any else one.text)

    def _ask(self, fact: str) -> None:
        # What is left open is not sent, and so asked again by the law if it still matters.
        self.fields[FACT + fact] = forms.ChoiceField(
            label=law.facts()[fact].ask, choices=KNOWN_OR_NOT, widget=forms.RadioSelect
        )

    @property
    def facts(self) -> dict[str, bool]:
        """What was answered; what stayed unknown is not there."""
        answers = {name.removeprefix(FACT): said for name, said in self.cleaned_data.items() if name.startswith(FACT)}
        return {fact: said == YES for fact, said in answers.items() if said in (YES, NO)}


class LawForm(AsksFacts):
    """A form by which something goes to other organisations."""

    drafted: ClassVar[tuple[str, ...]] = ("secrecy_note", "motivation")

    secrecy_way = forms.ChoiceField(
        label=_("Waarom mag u dit delen ondanks uw beroepsgeheim?"), widget=forms.RadioSelect
    )
    secrecy_note = long_text(
        _("Leg dit uit"), _("Bijvoorbeeld: op 3 november besproken; mevrouw stemt in."), required=False, rows=2
    )
    motivation = long_text(
        _("Waarom deelt u dit?"),
        _("Alleen nodig als u eerst moet afwegen. Wij zeggen het als dat zo is."),
        required=False,
        rows=2,
    )
    necessary = forms.BooleanField(
        label=_("Dit is nodig voor het doel van deze casus."),
        error_messages={"required": _("Deel alleen wat nodig is. Is het niet nodig, deel het dan niet.")},
    )

    def __init__(self, *arguments: Any, ways: Sequence[Pair], asked: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if asked:
            offer(self, "secrecy_way", ways)
        for name in _unasked(asked):
            del self.fields[name]
        self.ask_again()

    @property
    def facts(self) -> dict[str, bool]:
        """What was answered, and that it is necessary: the form does not go without."""
        known = super().facts
        return {"necessary": True, **known} if self.cleaned_data.get("necessary") else known


def _unasked(secrecy: bool) -> tuple[str, ...]:
    """What is explained under secrecy needs no second motivation, and the other way round."""
    return ("motivation",) if secrecy else ("secrecy_way", "secrecy_note")
