"""Who would see an item, and why one was supplied."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from knooppunt.kernel.access import scope
from knooppunt.kernel.errors import Refused
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing import law
from knooppunt.sharing.models import SupplyDecision
from knooppunt.sharing.rules.deciding import Outcome
from knooppunt.sharing.rules.supplying import NOBODY, Occasion, Recipient, party_of
from knooppunt.sharing.rules.words import OUTCOMES as IN_WORDS

CLOSING = (Occasion.JOINED, Occasion.OUTSIDE, Occasion.WITHDRAWN)
"""What closes an item for somebody who is granted its category."""


@dataclass(frozen=True)
class ClosedView:
    """That an item is not open for an organisation, what came of it, and what the rule says."""

    recipient: UUID
    occasion: str
    sentence: str


@dataclass(frozen=True)
class LaterView:
    """For whom an item is closed still, and why its supplier keeps it so."""

    closed: tuple[ClosedView, ...]
    kept: str

    @property
    def came_later(self) -> bool:
        """Whether it is closed for somebody who came to take part later, and not for want of consent alone."""
        return any(one.occasion == Occasion.JOINED for one in self.closed)

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """What came of it and what the rule says, each once."""
        return tuple(dict.fromkeys((one.occasion, one.sentence) for one in self.closed))


@dataclass(frozen=True)
class DecisionView:
    """Why an item was supplied. To whom is left out: that somebody takes part is information with its own category."""

    category: str
    outcome: str
    articles: tuple[str, ...]
    known: tuple[tuple[str, bool], ...]
    motivation: str
    regime_version: str
    at: datetime
    version: tuple[str, str, str] | None = None
    """Code, first day and digest of the version that explains it, where this installation knows its text."""

    @property
    def nobody(self) -> bool:
        """Whether nobody else could see it on that day."""
        return self.outcome == NOBODY

    @property
    def in_words(self) -> str:
        """The outcome as a reader knows it, of what was weighed already."""
        said = {**IN_WORDS, Outcome.WEIGH: "mag na afweging"}
        return {one.value: text for one, text in said.items()}.get(self.outcome, "")


def recipients_in(work: Work, subject: UUID, category: str) -> tuple[Recipient, ...]:
    """Every other organisation that works on this subject and is granted this category now, as the law knows it.

    Through a gate: the actor need not see all of them. So who they are stays out of what is shown.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation FROM kn_recipients(%s, %s)", [subject, category])
        found = [UUID(str(row[0])) for row in cursor.fetchall()]
    known = partners.organisations(found) if found else {}
    return tuple(Recipient(key, party_of(view.kind, view.participant_class)) for key, view in known.items())


def decisions_on(work: Work, items: Iterable[UUID]) -> tuple[dict[UUID, DecisionView], dict[UUID, LaterView]]:
    """Why these items were supplied, as far as the actor may read them; what was withheld has none. One query.

    Beside it, of the own organisation's items that are closed for who came later: what the rules said.
    """
    rows = SupplyDecision.objects.filter(scope(work.actor, SupplyDecision), item_id__in=list(items))
    supplied: dict[UUID, DecisionView] = {}
    own: dict[UUID, list[SupplyDecision]] = {}
    for row in rows:
        if row.occasion == Occasion.SUPPLIED:
            supplied[row.item_id] = _decision(row)
        elif row.supplier_id == work.actor.organisation and row.only_for is not None:
            own.setdefault(row.item_id, []).append(row)
    later = {key: _later(those) for key, those in own.items()}
    return supplied, {key: one for key, one in later.items() if one.closed}


def question_kept_in(work: Work, item: UUID) -> Mapping[str, Any] | None:
    """The question that was asked when an item was supplied, as far as the actor may read it."""
    rows = SupplyDecision.objects.filter(scope(work.actor, SupplyDecision), item_id=item)
    return rows.filter(occasion=Occasion.SUPPLIED.value).values_list("question", flat=True).first()


def _later(rows: Iterable[SupplyDecision]) -> LaterView:
    """What the rows of one item come to, in the order in which they came."""
    closed, kept, in_order = [], "", [*Occasion]
    for row in sorted(rows, key=lambda one: (one.at, in_order.index(Occasion(one.occasion)))):
        if row.occasion in CLOSING:
            said = [one for one in row.answers if one["outcome"] != Outcome.PERMITTED]
            closed += [ClosedView(UUID(one["recipient"]), row.occasion, one["sentence"]) for one in said]
            kept = "" if said else kept  # an answer of before is about who was left out then
        elif row.occasion == Occasion.KEPT_CLOSED:
            kept = row.motivation
    # Of what closed twice, the last counts.
    last = {one.recipient: one for one in closed}
    return LaterView(tuple(one for one in last.values() if one.recipient not in _sees(rows)), kept)


def _sees(rows: Iterable[SupplyDecision]) -> set[UUID]:
    return {key for row in rows for key in row.only_for or ()}


def decisions_about(work: Work, item: UUID) -> tuple[DecisionView, ...]:
    """Why one thing was supplied, per kind of information in it."""
    rows = SupplyDecision.objects.filter(scope(work.actor, SupplyDecision), item_id=item).order_by("category")
    return tuple(_decision(row) for row in rows)


def _decision(row: SupplyDecision) -> DecisionView:
    # Of the answers that count only: articles and duties of the others could tell who takes part.
    answers: list[Mapping[str, Any]] = row.answers
    counting = [one for one in answers if one["outcome"] == row.outcome]
    asks = law.facts()
    return DecisionView(
        category=row.category,
        outcome=row.outcome,
        articles=tuple(dict.fromkeys(article for one in counting for article in one["articles"])),
        known=tuple((asks[name].ask, known) for name, known in row.question["facts"].items() if name in asks),
        motivation=row.motivation,
        regime_version=row.regime_version,
        at=row.at,
        version=_version(row.regime_version),
    )


def _version(reference: str) -> tuple[str, str, str] | None:
    try:
        found = law.by_reference(reference)
    except Refused:
        return None
    return found.code, found.version, found.digest[:12]
