"""The page "Mag ik dit delen?": four choices, one answer. For everyone; it asks and keeps nothing of a person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_safe

from knooppunt.kernel import clock
from knooppunt.kernel.doors import public_door
from knooppunt.sharing import law, queries
from knooppunt.sharing.forms.asking import (
    ABOUT,
    CLASS_OF,
    DETAILS,
    FIELDS,
    FOUR,
    KNOWN,
    NO,
    ROLES,
    YES,
    AskForm,
    settings_of_work,
)
from knooppunt.sharing.queries import FrequentView
from knooppunt.sharing.rules import Decision, Outcome, Question, Regime
from knooppunt.sharing.rules.asking import facts_that_matter
from knooppunt.sharing.rules.exchange import whole_question_as_data
from knooppunt.sharing.rules.question import Fact
from knooppunt.sharing.web.keeping import status_of


@dataclass(frozen=True)
class Shown:
    """How an outcome looks: a word and a drawing say it, the colour only adds to them."""

    word: str | Promise
    icon: str
    lead: str | Promise = ""


OUTCOMES: Mapping[Outcome, Shown] = {
    Outcome.PERMITTED: Shown(__("Ja, dit mag"), "check"),
    Outcome.CONDITIONAL: Shown(
        __("Ja, onder voorwaarden"), "info", __("Dit mag als u eerst regelt wat hieronder staat.")
    ),
    Outcome.WEIGH: Shown(__("Eerst afwegen"), "accountability"),
    Outcome.REFUSED: Shown(__("Nee, dit mag niet"), "cross"),
}

OFTEN_ASKED: tuple[tuple[str | Promise, Mapping[str, str]], ...] = (
    (
        __("Mag ik als GGZ iets over gezondheid aan de politie vertellen?"),
        {"van": "mental_health", "aan": "police", "wat": "health", "kader": "WGS_ZVH"},
    ),
    (
        __("Mag de woningcorporatie horen hoe iemand woont?"),
        {"van": "municipality", "aan": "housing_corporation", "wat": "housing", "kader": "WGS_ZVH"},
    ),
    (
        __("Mag ik de nationaliteit noemen?"),
        {"van": "municipality", "aan": "police", "wat": "nationality", "kader": "WGS_ZVH"},
    ),
)
"""Questions to begin with; the answers come from the rules, like every other."""


@dataclass(frozen=True)
class Condition:
    """What must still be so, with the facts that settle it as questions."""

    text: str
    any: bool
    fields: tuple[BoundField, ...]


@dataclass(frozen=True)
class Answer:
    """What the page says to one question."""

    decision: Decision
    shown: Shown
    conditions: tuple[Condition, ...]
    answered: tuple[BoundField, ...]
    more: tuple[BoundField, ...]
    version: Regime | None
    status: str
    link: str
    asked: tuple[tuple[str, str], ...]
    today: date
    written: tuple[FrequentView, ...]
    to_network: str

    @property
    def meant(self) -> tuple[tuple[str, str], ...]:
        """What went with the four choices, chosen or not: an answer must not hang on something unseen."""
        return self.asked[len(FOUR) : len(FOUR) + len(DETAILS) - len(CLASS_OF)]

    @property
    def sentence(self) -> str:
        """The answer in one sentence; conditions are not said twice."""
        return str(self.shown.lead) or self.decision.sentence

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, as far as the sentence does not say so already."""
        return tuple(reason for reason in self.decision.reasons if reason not in self.sentence)

    @property
    def for_file(self) -> str:
        """The whole answer as plain text, to paste into a file."""
        decision = self.decision
        parts = [
            (_("Vraag"), [f"{label}: {value}" for label, value in self.asked]),
            (_("Antwoord"), [str(self.shown.word), self.sentence]),
            (_("Eerst regelen"), [condition.text for condition in self.conditions]),
            (_("Waarom"), [*self.reasons, " · ".join(decision.articles)]),
            (_("Leg vast"), list(decision.record)),
            (_("Wat wel kan"), list(decision.possible_instead)),
            (_("Regels"), [f"{decision.regime_version or _('geen versie op deze dag')} · {self.status}".strip(" ·")]),
            (_("Link"), [self.link]),
        ]
        head = _("Mag ik dit delen? Antwoord van Knooppunt op %(day)s") % {"day": f"{self.today:%d-%m-%Y}"}
        told = [f"{title}\n" + "\n".join(f"- {line}" for line in lines if line) for title, lines in parts if any(lines)]
        return "\n\n".join([head, *told, _("Hulp bij een afweging, geen juridisch advies.")])


@public_door()
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """The question as the address says it, and its answer. What an address says needlessly is led to a shorter one."""
    form = AskForm(request.GET)
    valid, question = form.is_valid(), form.question
    if question is not None and form.address != request.GET.dict():
        return redirect(f"{_address(form.address)}#antwoord")
    published = queries.frequent_questions()
    context = {
        "form": form,
        "four": [form[name] for name in FOUR],
        "details": [form[name] for name in (*DETAILS[:4], *form.open_classes())],
        "details_wrong": any(form[name].errors for name in DETAILS),
        "wrong_facts": [form[name] for name in law.facts() if form[name].errors],
        "lacking": form.lacking if request.GET and valid else [],
        "answer": answer_to(form, question, request, published) if question else None,
        "often_asked": list(_often_asked()),
        "published": by_regime(published),
    }
    return render(request, "sharing/ask.html", context, status=200 if valid else 422)


def answer_to(form: AskForm, question: Question, request: HttpRequest, published: list[FrequentView]) -> Answer:
    """What the rules say, with every fact that can still change it as a question."""
    decision, version = law.answer_to(question), form.version(question.on)
    told = [name for name in law.facts() if name in question.facts]
    placed = set(told)
    conditions = []
    for one in decision.conditions:
        # A fact that two conditions name is asked at the first.
        new = [name for name in (*_gate_of(one.text), *one.facts) if name not in placed]
        placed.update(new)
        conditions.append(Condition(one.text, one.any, tuple(form[name] for name in new)))
    matter = facts_that_matter(question, version) if version else ()
    return Answer(
        decision=decision,
        shown=OUTCOMES[decision.outcome],
        conditions=tuple(conditions),
        answered=tuple(form[name] for name in told),
        more=tuple(form[name] for name in matter if name not in placed),
        version=version,
        status=status_of(version) if version else "",
        link=request.build_absolute_uri(_address(form.address)),
        asked=tuple(_asked(form, question)),
        today=clock.today(),
        written=tuple(queries.written_about(question, published)),
        to_network=f"{reverse('sharing:ask_network')}?{urlencode(form.address)}",
    )


def _gate_of(text: str) -> tuple[str, ...]:
    """A condition that holds for bearers of medical secrecy only begins with that question: it is asked there too."""
    gate = Fact.BEARER_OF_MEDICAL_SECRECY.value
    return (gate,) if text.startswith(law.facts()[gate].ask) else ()


def _asked(form: AskForm, question: Question) -> Iterator[tuple[str, str]]:
    """The whole question in words, with what was filled in by itself: for paper and for a file."""
    resolved = {"als": str(ROLES[question.role]), "over": str(ABOUT[question.about])}
    for name in (*FOUR, *DETAILS[:3]):
        yield str(form.fields[name].label), resolved.get(name) or _label(form[name])
    yield str(form.fields["op"].label), f"{question.on:%d-%m-%Y}"
    for name in form.open_classes():
        yield str(form.fields[name].label), _label(form[name])
    for name, known in question.facts.items():
        yield str(form.fields[name].label), str(KNOWN["ja" if known else "nee"])


def _label(field: BoundField) -> str:
    """A choice as the list calls it."""
    chosen = field.value()
    for value, label in field.field.choices:  # type: ignore[attr-defined]
        inner = label if isinstance(label, list) else [(value, label)]
        for code, text in inner:
            if str(code) == str(chosen):
                return str(text)
    return str(chosen)


def _often_asked() -> Iterator[dict[str, Any]]:
    known = settings_of_work()
    for text, said in OFTEN_ASKED:
        if said["kader"] not in known:
            continue
        form = AskForm(QueryDict(urlencode(said)))
        if form.is_valid() and form.question is not None:
            shown = OUTCOMES[law.answer_to(form.question).outcome]
            yield {"text": text, "href": _address(said), "shown": shown}


def _address(said: Mapping[str, str]) -> str:
    return f"{reverse('sharing:ask')}?{urlencode(said)}"


def address_of(question: Question) -> str:
    """Where a question has its live answer: the same codes, on the day of whoever opens it."""
    data = {name: code for name, code in whole_question_as_data(question).items() if name not in ("on", "facts")}
    said = {name: str(data[code]) for name, code in FIELDS.items() if data.get(code)}
    return _address(said | {fact: YES if known else NO for fact, known in question.facts.items()})


def in_words(question: Question) -> tuple[tuple[str, str], ...]:
    """A question as label and choice, as the page asks it."""
    form = AskForm(QueryDict(address_of(question).partition("?")[2]))
    form.is_valid()
    return tuple(_asked(form, question))


def by_regime(found: list[FrequentView]) -> list[tuple[str, list[FrequentView]]]:
    """What was published, per framework as it is called; `found` stands in the order of the frameworks."""
    known = settings_of_work()
    return [(known.get(code, code), list(rows)) for code, rows in groupby(found, key=lambda view: view.regime)]


def ask_address(kind: str, regime: str) -> str:
    """Where somebody of this kind asks under this framework; the rest is still to be chosen there."""
    said = {"van": kind, "kader": regime if regime in settings_of_work() else ""}
    return _address({name: value for name, value in said.items() if value})
