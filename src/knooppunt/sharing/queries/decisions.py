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
from knooppunt.sharing.rules.supplying import NOBODY, Recipient, party_of
from knooppunt.sharing.rules.words import OUTCOMES as IN_WORDS


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


def decisions_on(work: Work, items: Iterable[UUID]) -> dict[UUID, DecisionView]:
    """Why these items were supplied, as far as the actor may read them; what was withheld has none. One query."""
    rows = SupplyDecision.objects.filter(scope(work.actor, SupplyDecision), item_id__in=list(items))
    return {row.item_id: _decision(row) for row in rows}


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
