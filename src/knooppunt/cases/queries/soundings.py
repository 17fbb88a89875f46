"""Meedenken zonder naam: what is asked of the tables one sits at, and one such question with its answers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from knooppunt.cases.access import Permission
from knooppunt.cases.models import Sounding, SoundingAnswer
from knooppunt.cases.rules import LABELS, AnswerKind, SoundingStatus, asker_shown_as
from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, allowed, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.terms import Due, due
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.partners.rules import life_areas
from knooppunt.sharing.access import granted
from knooppunt.sharing.queries import seats_in
from knooppunt.sharing.rules import SubjectKind

NEW = timedelta(days=7)
NEWS = 5


@dataclass(frozen=True)
class SoundingLine:
    """One question in the list. `asker` is a name only where who asked wished that, or to the own organisation."""

    id: UUID
    table: str
    asker: str
    subject: str
    made_at: datetime
    answer: Due | None
    open: bool
    own: bool
    answers: int
    answered: bool


@dataclass(frozen=True)
class AnswerLine:
    """One answer: by whom, of what kind. What who asked added bears no name where the question bears none."""

    id: UUID
    author: str
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True)
class SoundingPage:
    """One question with all its answers."""

    id: UUID
    version: int
    table: str
    asker: str
    own: bool
    shows_name: bool
    made_at: datetime
    answer: Due | None
    open: bool
    age_band: str
    where: str
    life_areas: tuple[str, ...]
    worries: str
    tried: str
    question: str
    context: str
    brought: str
    lesson: str
    led_to_intake: bool
    closed_on: date | None
    remove_on: date
    answers: tuple[AnswerLine, ...]
    may_answer: bool
    may_end: bool


@dataclass(frozen=True)
class AskPage:
    """What the form offers: tables at which one may ask, municipalities and life areas there."""

    tables: tuple[tuple[str, str], ...]
    municipalities: tuple[tuple[str, str], ...]
    life_areas: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ForIntakeForm:
    """What the request form takes over from a question: texts, and nothing about who is meant."""

    id: UUID
    table: UUID
    municipality: UUID | None
    life_areas: tuple[str, ...]
    worries: str
    tried: str
    question: str
    context: str


def sounding_list(actor: Actor) -> tuple[SoundingLine, ...]:
    """What was asked of the tables that this actor sits at, and what the own organisation asked; newest first."""
    with look(actor, "list_soundings") as work:
        lines = sounding_lines_in(work)
        work.listed("sounding", [line.id for line in lines])
        return lines


def sounding_lines_in(work: Work) -> tuple[SoundingLine, ...]:
    """As `sounding_list`, inside a Work."""
    actor = work.actor
    allow(actor, Permission.SEE_SOUNDING)
    rows = list(
        Sounding.objects.filter(scope(actor, Sounding), granted(actor, SubjectKind.SOUNDING))
        .select_related("table", "asked_for", "region")
        .order_by("-made_at", "id")
    )
    answers = SoundingAnswer.objects.filter(scope(actor, SoundingAnswer), sounding__in=rows)
    given = list(answers.values_list("sounding_id", "organisation_id"))
    return tuple(_line(actor, row, [by for of, by in given if of == row.pk]) for row in rows)


def _line(actor: Actor, row: Sounding, answered_by: list[UUID]) -> SoundingLine:
    is_open, own = row.status == SoundingStatus.OPEN, row.asked_for_id == actor.organisation
    return SoundingLine(
        id=row.pk,
        table=row.table.name,
        asker=_asker(actor, row),
        subject=_subject(row),
        made_at=row.made_at,
        answer=due(row.answer_on, clock.today()) if is_open else None,
        open=is_open,
        own=own,
        answers=len(answered_by),
        answered=actor.organisation in answered_by,
    )


def _asker(actor: Actor, row: Sounding) -> str:
    if row.shows_name:
        return row.asked_for.name
    return "uw organisatie" if row.asked_for_id == actor.organisation else asker_shown_as(row.asked_for.kind)


def _areas(row: Sounding) -> tuple[str, ...]:
    labels = {area.code: area.label for area in life_areas(row.region.configuration)}
    return tuple(labels.get(code, code) for code in row.life_areas)


def _subject(row: Sounding) -> str:
    return ", ".join(_areas(row)) or "geen leefgebied gekozen"


def sounding_page(actor: Actor, sounding_id: UUID) -> SoundingPage:
    """One question; nobody is meant who can be known, so the look names nobody."""
    with look(actor, "look_at_sounding") as work:
        row = work.open(Sounding, sounding_id, Permission.SEE_SOUNDING)
        is_open = row.status == SoundingStatus.OPEN
        return SoundingPage(
            id=row.pk,
            version=row.version,
            table=row.table.name,
            asker=_asker(actor, row),
            own=row.asked_for_id == actor.organisation,
            shows_name=row.shows_name,
            made_at=row.made_at,
            answer=due(row.answer_on, clock.today()) if is_open else None,
            open=is_open,
            age_band=LABELS.get(row.age_band, row.age_band),
            where=row.municipality.name if row.municipality else f"ergens in de regio {row.region.name}",
            life_areas=_areas(row),
            worries=row.worries,
            tried=row.tried,
            question=row.question,
            context=row.context,
            brought=LABELS.get(row.brought, row.brought),
            lesson=row.lesson,
            led_to_intake=row.led_to_intake,
            closed_on=row.closed_on,
            remove_on=row.remove_on,
            answers=_answers(actor, row),
            may_answer=allowed(actor, Permission.ANSWER_SOUNDING, row),
            may_end=allowed(actor, Permission.END_SOUNDING, row),
        )


def _answers(actor: Actor, sounding: Sounding) -> tuple[AnswerLine, ...]:
    rows = SoundingAnswer.objects.filter(scope(actor, SoundingAnswer), sounding=sounding)
    found = list(rows.select_related("organisation").order_by("at", "id"))
    names = partners.professionals(row.written_by for row in found)
    lines = []
    for row in found:
        author = row.organisation.name
        if row.kind == AnswerKind.ADDITION:
            author = _asker(actor, sounding)
        elif row.written_by in names:
            author = f"{names[row.written_by].name}, {author}"
        lines.append(AnswerLine(row.pk, author, LABELS.get(row.kind, row.kind), row.text, row.at))
    return tuple(lines)


def ask_page(actor: Actor) -> AskPage:
    """The tables of which the own organisation is a member, or for which one is designated."""
    with look(actor, "look_at_sounding_form") as work:
        allow(actor, Permission.ASK_SOUNDING)
        seats = seats_in(work, SubjectKind.TABLE)
        near_by = partners.tables_near(actor.for_whom)
        tables = [one for one in near_by if actor.for_whom in one.members or one.id in seats]
        regions = [one for one in partners.regions_of(actor.for_whom) if one.id in {t.region for t in tables}]
        names = {one.id: one.name for one in regions}
        several, today = len(regions) > 1, clock.today()
        areas: dict[str, str] = {}
        for region in regions:
            areas |= {area.code: area.label for area in life_areas(region.configuration)}
        return AskPage(
            tables=tuple((str(t.id), f"{t.name} ({names[t.region]})" if several else t.name) for t in tables),
            municipalities=tuple(
                (str(key), name) for r in regions for key, name in partners.municipalities(r.id, today).items()
            ),
            life_areas=tuple(areas.items()),
        )


def sounding_for_intake_in(work: Work, sounding_id: UUID) -> ForIntakeForm:
    """What an intake takes over, for the organisation that asked."""
    row = work.open(Sounding, sounding_id, Permission.END_SOUNDING)
    return ForIntakeForm(
        row.pk, row.table_id, row.municipality_id, _areas(row), row.worries, row.tried, row.question, row.context
    )


def fresh_answers_in(work: Work) -> tuple[tuple[str, str, UUID, datetime], ...]:
    """Who answered lately what the own organisation asked, for Mijn werk: organisation, table, question, moment."""
    actor = work.actor
    rows = SoundingAnswer.objects.filter(
        scope(actor, SoundingAnswer),
        granted(actor, SubjectKind.SOUNDING, "sounding_id"),
        Q(sounding__asked_for_id=actor.organisation) & ~Q(organisation_id=actor.organisation),
        at__gt=clock.now() - NEW,
    )
    found = rows.select_related("organisation", "sounding__table").order_by("-at", "id")[:NEWS]
    return tuple((row.organisation.name, row.sounding.table.name, row.sounding_id, row.at) for row in found)
