"""What the log holds of one case, for oversight: who looked and changed, and what the law stopped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from knooppunt.cases.queries.head import Opened
from knooppunt.kernel.looks import LoggedLine, lines_about_in
from knooppunt.partners import queries as partners
from knooppunt.sharing.rules.words import OUTCOMES


@dataclass(frozen=True)
class LookLine:
    """Who looked at this case: for oversight only."""

    at: datetime
    who: str
    organisation: str
    event: str
    part: str
    purpose: str


@dataclass(frozen=True)
class StoppedLine:
    """What the law stopped: when, of whom, what kind of information, what it said, by which version of the rules."""

    at: datetime
    organisation: str
    category_label: str
    outcome: str
    sentence: str
    articles: tuple[str, ...]
    regime_version: str


def log_of(at: Opened) -> tuple[tuple[LookLine, ...], tuple[StoppedLine, ...]]:
    """What the log holds of this case: looks and changes, and what the law stopped."""
    rows = lines_about_in(at.work, at.case.pk)
    organisations = partners.organisations({row.organisation for row in rows if row.organisation})
    names = {key: one.name for key, one in organisations.items()}
    return _looks(rows, names), _stopped(at, rows, names)


def _looks(rows: list[LoggedLine], names: Mapping[UUID, str]) -> tuple[LookLine, ...]:
    people = partners.professionals({row.designee for row in rows if row.designee})
    return tuple(
        LookLine(
            at=row.at,
            who=people[row.designee].name if row.designee in people else row.mandate,
            organisation=names.get(row.organisation, "") if row.organisation else "",
            event=row.event,
            part=row.part,
            purpose=row.purpose,
        )
        for row in rows
    )


def _stopped(at: Opened, rows: list[LoggedLine], names: Mapping[UUID, str]) -> tuple[StoppedLine, ...]:
    labels = {outcome.value: text for outcome, text in OUTCOMES.items()}
    return tuple(
        StoppedLine(
            at=row.at,
            organisation=names.get(row.organisation, "") if row.organisation else "",
            category_label=at.regime.categories.get(said["question"]["category"], said["question"]["category"]),
            outcome=labels[said["outcome"]],
            sentence=said["sentence"],
            articles=tuple(said["articles"]),
            regime_version=said["regime_version"],
        )
        for row in rows
        if "regime_version" in (said := row.detail) and "question" in said
    )
