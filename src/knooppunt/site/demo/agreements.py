"""The agreements of the demo: per region one in force whose review comes near, and one that is still a draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.paper.word import docx_of
from knooppunt.kernel.uploads import Sent
from knooppunt.partners.queries import table
from knooppunt.sharing.actions import (
    Judged,
    Read,
    Signature,
    add_agreement_file,
    draft_agreement,
    judge_agreement,
    put_in_force,
    sign_agreement,
)
from knooppunt.sharing.law.agreements import templates
from knooppunt.sharing.queries import agreement
from knooppunt.sharing.rules.agreement import Terms
from knooppunt.sharing.web.agreement_word import paper_of


@dataclass(frozen=True)
class Desk:
    """Where the agreements of one region are kept: its tables and organisations by code, and the two who keep them."""

    region: UUID
    tables: Mapping[str, UUID]
    organisations: Mapping[str, UUID]
    writer: Actor
    second: Actor


def load_agreements(desk: Desk, said: list[Mapping[str, Any]]) -> None:
    """Through the same actions as real ones: what is in force was written by one and put in force by another."""
    now = clock.now()
    for one in said:
        terms = _terms(one, clock.today())
        members = table(desk.tables[one["table"]]).members
        began = min(now, now + timedelta(days=one["starts"] - 10))
        with clock.stopped_at(began):
            key = draft_agreement(desk.writer, desk.region, terms, members, template=one["template"])
            if "signed" in one:
                _sign(desk, key, one)
            if "file" in one:
                _file(desk.writer, key, one["file"])


def _terms(one: Mapping[str, Any], today: date) -> Terms:
    template = next(known for known in templates() if known.code == one["template"])
    decision = dict(template.terms.decision or {})
    if "weighty_interest" in one:
        decision["weighty_interest"] = one["weighty_interest"]
    return replace(
        template.terms,
        title=one["title"],
        decision=decision,
        competent_authority=one["competent_authority"],
        starts_on=_day(today, one["starts"]),
        ends_on=_day(today, one["ends"]),
        review_on=_day(today, one["review"]),
    )


def _day(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)


def _sign(desk: Desk, key: UUID, one: Mapping[str, Any]) -> None:
    writer, today = desk.writer, clock.today()
    judged = Judged(one["judgement"], one["motivation"], today)
    judge_agreement(writer, key, judged, read=Read(1))
    for version, (code, who) in enumerate(one["signed"].items(), 2):
        signature = Signature(desk.organisations[code], who["name"], who["role"], today)
        sign_agreement(writer, key, signature, read=Read(version))
    put_in_force(desk.second, key, read=Read(2 + len(one["signed"])))


def _file(writer: Actor, key: UUID, name: str) -> None:
    """The text that was signed, as the register itself gives it."""
    paper = paper_of(agreement(writer, key), clock.today())
    add_agreement_file(writer, key, Sent(name, docx_of(paper)))
