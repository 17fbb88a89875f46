"""The agreements of the demo region: one in force whose review comes near, and one that is still a draft."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.partners.queries import table
from knooppunt.sharing.actions import (
    Judged,
    Read,
    Signature,
    draft_agreement,
    judge_agreement,
    put_in_force,
    sign_agreement,
)
from knooppunt.sharing.law.agreements import templates
from knooppunt.sharing.rules.agreement import Terms
from knooppunt.site.demo.living import World

WRITER, SECOND = "esra", "lucas"


def load_agreements(world: World, said: Mapping[str, Any]) -> None:
    """Through the same actions as real ones: what is in force was written by one and put in force by another."""
    now = clock.now()
    for one in said["agreements"]:
        terms = _terms(one, clock.today())
        members = table(world.tables[one["table"]]).members
        began = min(now, now + timedelta(days=one["starts"] - 10))
        with clock.stopped_at(began):
            key = draft_agreement(world.actors[WRITER], world.region, terms, members, template=one["template"])
            if "signed" in one:
                _sign(world, key, one)


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


def _sign(world: World, key: UUID, one: Mapping[str, Any]) -> None:
    writer, today = world.actors[WRITER], clock.today()
    judged = Judged(one["judgement"], one["motivation"], today)
    judge_agreement(writer, key, judged, read=Read(1))
    for version, (code, who) in enumerate(one["signed"].items(), 2):
        signature = Signature(world.organisations[code], who["name"], who["role"], today)
        sign_agreement(writer, key, signature, read=Read(version))
    put_in_force(world.actors[SECOND], key, read=Read(2 + len(one["signed"])))
