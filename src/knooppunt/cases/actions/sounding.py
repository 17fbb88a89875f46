"""Meedenken zonder naam: putting a situation to a table without anything that identifies, answering, ending it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.steps import text_of
from knooppunt.cases.models import Sounding, SoundingAnswer
from knooppunt.cases.rules import (
    ANSWERS,
    SOUNDING_TERM,
    SOUNDING_YEARS,
    AgeBand,
    AnswerKind,
    Brought,
    SoundingStatus,
    pointed_out,
    retain_until,
)
from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.terms import working_days_after
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.partners.rules import life_areas
from knooppunt.sharing.actions import NewGrant, designate_in, grant_in
from knooppunt.sharing.queries import seats_in
from knooppunt.sharing.rules import SubjectKind

BASIS = "geen persoonsgegevens"
"""On what the table reads it: nothing in it is about somebody who can be known."""


@dataclass(frozen=True)
class SoundingDraft:
    """What is put to a table. `confirmed` holds, by field, the mark of findings that point at nobody."""

    table: UUID
    age_band: AgeBand
    municipality: UUID | None
    life_areas: tuple[str, ...]
    worries: str
    tried: str
    question: str
    context: str
    shows_name: bool = False
    confirmed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerDraft:
    """What somebody answers; `confirmed` as in a `SoundingDraft`."""

    kind: AnswerKind
    text: str
    confirmed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BroughtDraft:
    """What a sounding brought, and what may be learnt from it."""

    brought: Brought
    lesson: str = ""
    confirmed: Mapping[str, str] = field(default_factory=dict)


def nameless(name: str, text: str, confirmed: Mapping[str, str], *, required: bool = True) -> str:
    """A text that points at nobody, as far as can be seen; `BadInput` names the field, never the piece."""
    cleaned = text_of(name, text, required=required)
    found = pointed_out(cleaned)
    if found.must_go:
        raise BadInput(name, "Haal het BSN of het e-mailadres weg. Dat wijst altijd iemand aan.")
    if found.stops(confirmed.get(name, "")):
        raise BadInput(name, "Haal weg wat iemand kan aanwijzen, of bevestig dat het niemand aanwijst.")
    return cleaned


def ask_sounding(actor: Actor, draft: SoundingDraft, *, once: UUID | None = None) -> UUID:
    """Puts a situation to a table: its members see it, each through whom they designated there."""
    with Work(actor, "ask_sounding", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.ASK_SOUNDING)
        table = _offered_table(work, draft)
        sounding = _sounding(actor, draft, table)
        subject, own = (SubjectKind.SOUNDING, sounding.pk), actor.for_whom
        readers = [own, *(member for member in table.members if member != own)]
        grant_in(work, subject, *(NewGrant(one, (), BASIS, under=table.id) for one in readers))
        designate_in(work, actor.who, own, subject)
        sounding.save(force_insert=True)
        work.record("sounding.asked", sounding, table=table.id)
        return work.finish(sounding.pk)


def _offered_table(work: Work, draft: SoundingDraft) -> partners.TableView:
    """The table, of which the own organisation is a member or for which the actor is designated; the rest fits it."""
    offered = {one.id: one for one in partners.tables_near(work.actor.for_whom)}
    table = offered.get(draft.table)
    if table is None or not (work.actor.for_whom in table.members or table.id in seats_in(work, SubjectKind.TABLE)):
        raise BadInput("table", "Kies een overleg uit de lijst.")
    if draft.municipality and draft.municipality not in partners.municipalities(table.region, clock.today()):
        raise BadInput("municipality", "Kies een gemeente in de regio van het overleg, of laat dit leeg.")
    known = {area.code for area in life_areas(partners.region(table.region).configuration)}
    if not set(draft.life_areas) <= known:
        raise BadInput("life_areas", "Kies leefgebieden uit de lijst.")
    return table


def _sounding(actor: Actor, draft: SoundingDraft, table: partners.TableView) -> Sounding:
    return Sounding(
        region_id=table.region,
        table_id=table.id,
        asked_by=actor.who,
        asked_for_id=actor.for_whom,
        shows_name=draft.shows_name,
        made_at=clock.now(),
        answer_on=working_days_after(clock.today(), SOUNDING_TERM),
        age_band=draft.age_band.value,
        municipality_id=draft.municipality,
        life_areas=list(draft.life_areas),
        worries=nameless("worries", draft.worries, draft.confirmed),
        tried=nameless("tried", draft.tried, draft.confirmed, required=False),
        question=nameless("question", draft.question, draft.confirmed),
        context=nameless("context", draft.context, draft.confirmed, required=False),
        status=SoundingStatus.OPEN.value,
        remove_on=retain_until(clock.today(), SOUNDING_YEARS),
    )


def answer_sounding(actor: Actor, sounding_id: UUID, draft: AnswerDraft, *, once: UUID | None = None) -> UUID:
    """Thinks along. For the organisation that asked it is an addition, so that its name stays out."""
    with Work(actor, "answer_sounding", once=once) as work:
        if work.before:
            return work.before
        sounding = work.open(Sounding, sounding_id, Permission.ANSWER_SOUNDING)
        own = sounding.asked_for_id == actor.for_whom
        if not own and draft.kind not in ANSWERS:
            raise BadInput("kind", "Kies wat voor antwoord u geeft.")
        row = SoundingAnswer(
            sounding=sounding,
            organisation_id=actor.for_whom,
            written_by=actor.who,
            kind=(AnswerKind.ADDITION if own else draft.kind).value,
            text=nameless("text", draft.text, draft.confirmed),
            at=clock.now(),
        )
        row.save(force_insert=True)
        work.record("sounding.answered", row, sounding=sounding.pk)
        return work.finish(row.pk)


def close_sounding(
    actor: Actor, sounding_id: UUID, draft: BroughtDraft, *, version: int, once: UUID | None = None
) -> None:
    """Who asked says what it brought; a year later it is removed."""
    with Work(actor, "close_sounding", once=once) as work:
        if work.before:
            return
        sounding = work.take(Sounding, sounding_id, Permission.END_SOUNDING, version=version)
        _still_open(sounding)
        sounding.brought = draft.brought.value
        sounding.lesson = nameless("lesson", draft.lesson, draft.confirmed, required=False)
        sounding.status = SoundingStatus.CLOSED.value
        sounding.closed_on = clock.today()
        sounding.remove_on = retain_until(clock.today(), SOUNDING_YEARS)
        _store(sounding)
        work.record("sounding.closed", sounding, brought=sounding.brought)


def withdraw_sounding(actor: Actor, sounding_id: UUID, *, once: UUID | None = None) -> None:
    """Takes a sounding back: it is gone at once, with what was answered."""
    with Work(actor, "withdraw_sounding", once=once) as work:
        if work.before:
            return
        sounding = work.take(Sounding, sounding_id, Permission.END_SOUNDING)
        with connection.cursor() as cursor:
            cursor.execute("SELECT kn_withdraw_sounding(%s)", [sounding.pk])
        work.record("sounding.withdrawn", sounding)


def mark_led_to_intake(actor: Actor, sounding_id: UUID) -> None:
    """Notes that an intake came of it, and nothing of that intake.

    In a Work of its own, after the intake: one Work has one trace in the log, and that would tie the two together.
    """
    with Work(actor, "mark_led_to_intake") as work:
        sounding = work.take(Sounding, sounding_id, Permission.END_SOUNDING)
        if not sounding.led_to_intake:
            sounding.led_to_intake = True
            _store(sounding)
            work.record("sounding.led_to_intake", sounding)


def clear_soundings(actor: Actor) -> int:
    """Removes what was kept long enough; returns how many."""
    with Work(actor, "clear_soundings") as work, connection.cursor() as cursor:
        cursor.execute("SELECT kn_clear_soundings()")
        removed = [row[0] for row in cursor.fetchall()]
        for key in removed:
            work.record("sounding.removed", Sounding(pk=key))
    return len(removed)


def _still_open(sounding: Sounding) -> None:
    if sounding.status != SoundingStatus.OPEN:
        raise Refused(["Deze meedenkvraag is al afgerond."], ["Stel een nieuwe meedenkvraag."])


def _store(sounding: Sounding) -> None:
    sounding.version += 1
    sounding.save(force_update=True)
