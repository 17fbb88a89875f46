"""The same world with everything otherwise that somebody may not open: W becomes W′, and nobody may notice.

Rows that stay shut get other texts, names, days, categories and statuses, or go; others come. Rows that open stay as
they are, but for what they point at and may not be seen.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection
from django.db.models import BooleanField, DateField, DateTimeField, Model, PositiveSmallIntegerField
from psycopg import sql

from knooppunt.cases.models import (
    AgreedAction,
    Case,
    CaseCount,
    CasePerson,
    Consultation,
    Document,
    DocumentContent,
    Goal,
    Intake,
    Item,
)
from knooppunt.kernel.actor import Function
from knooppunt.kernel.models import AuditLine
from knooppunt.people.models import Person, PersonJoin, PersonKey, PersonLink, Search
from knooppunt.sharing.models import Designation, Grant
from knooppunt.signals.actions.registering import number_key
from knooppunt.signals.models import Report
from tests.leaks.worlds import (
    CANARY,
    MISSES,
    NEVER,
    Cluster,
    Eyes,
    World,
    cluster,
    hidden_partner,
    hidden_parts,
    keys_for,
    link_person,
)
from tests.properties.situations import GUARDS
from tests.walls.filling import NOW, insert

MAY_GO = ("Item", "Note", "PhaseChange", "CasePerson", "AgreedAction", "Attendance", "Participant", "PersonLink")
"""Rows that nothing else refers to: a shut one may simply be gone."""

NEWS = 6
"""More shut items than Mijn werk shows news lines: whoever cuts the list before filtering shows fewer."""


@dataclass
class Change:
    """What makes W′ of W: rows to put in, to change and to take away, and what they were before."""

    added: list[Any] = field(default_factory=list)
    altered: list[Any] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)


def two_worlds(world: World, eyes: Eyes) -> Change:
    """Puts the shut clusters in W, and plans W′; ids of what is to come are known beforehand."""
    actor, chance = eyes.actor, world.words.chance
    cluster(world, actor, chance.choice(MISSES))
    goes = cluster(world, actor, chance.choice(MISSES))
    _fill_open_cases(world, eyes, NEVER[0], world.outsiders[0])
    world.place.filling.commit()
    change = Change()
    _take_away(world, eyes, change, goes)
    _alter(world, eyes, change, {id(row) for row in change.gone})
    _add(world, eyes, change)
    return change


def _fill_open_cases(world: World, eyes: Eyes, category: str, other: UUID, times: int = 1) -> None:
    """Shut rows inside cases that open: that is where a forgotten category shows."""
    for case in eyes.open_rows(Case):
        for _ in range(times):
            hidden_parts(world, case.pk, category)
        hidden_partner(world, case.pk, category, other)
        link = link_person(world, world.add(Person).pk, "case", case.pk, category)
        world.add(CasePerson, case_id=case.pk, person_id=link.person_id, registered=True, category=category)


def _take_away(world: World, eyes: Eyes, change: Change, goes: Cluster) -> None:
    change.gone += goes.rows
    taken = {id(row) for row in goes.rows}
    for model, rows in world.made.rows.items():
        for row in rows:
            may = model.__name__ in MAY_GO and id(row) not in taken and not eyes.may_open(row)
            if may and world.words.chance.random() < 0.4 and not _is_counted(eyes, row):
                change.gone.append(row)
                if model is PersonLink:
                    change.gone += _keys_of(world, row)
                if model is Item:
                    files = [one for one in world.made.rows.get(Document, []) if one.item_id == row.pk]
                    keys = {one.pk for one in files}
                    change.gone += [one for one in world.made.rows.get(DocumentContent, []) if one.pk in keys] + files
    gone = {id(row) for row in change.gone}
    persons = {row.pk for row in change.gone if type(row).__name__ == "Person"}
    for join in world.made.rows.get(PersonJoin, []):
        if {join.kept_id, join.joined_id} & persons and id(join) not in gone:
            change.gone.append(join)


def _keys_of(world: World, link: Any) -> list[Any]:
    """Keys that only this link gave."""
    return [key for key in world.made.rows.get(PersonKey, []) if getattr(key, "of_link", None) == link.pk]


def _is_counted(eyes: Eyes, row: Any) -> bool:
    """The process director hears how many agreements are open before closing, shut ones too (ADR 0012)."""
    return type(row) is AgreedAction and row.status == "open" and eyes.holds(row.case_id)


def _alter(world: World, eyes: Eyes, change: Change, gone: set[int]) -> None:
    for model, rows in list(world.made.rows.items()):
        for row in list(rows):
            if id(row) in gone or model in (PersonKey, PersonJoin):
                continue
            if not eyes.may_open(row):
                _otherwise(world, eyes, row)
                change.altered.append(row)
                if model is PersonLink:
                    _rename(world, change, row)
            elif _point_elsewhere(world, eyes, row):
                change.altered.append(row)
    for join in world.made.rows.get(PersonJoin, []):
        if id(join) not in gone and not eyes.may_open(join):
            join.undone_at = None if join.undone_at else NOW
            change.altered.append(join)


def _rename(world: World, change: Change, link: Any) -> None:
    """Somebody is called otherwise there, so is found by other keys."""
    old = _keys_of(world, link)
    change.gone += old
    change.added += keys_for(world, link)


TOLD = {"judged_at", "remove_on"}


def _is_told(eyes: Eyes, row: Any) -> bool:
    """The administrator of who brought a stopped file hears when it was stopped and goes, not what it is (ADR 0019)."""
    keeps = eyes.actor is not None and eyes.actor.function is Function.MAINTENANCE
    stopped = type(row) is Document and row.status == "stopped"
    return keeps and stopped and row.supplier_id == eyes.actor.organisation  # type: ignore[union-attr]


def _otherwise(world: World, eyes: Eyes, row: Any) -> None:
    """Every column that is about the matter gets another value; keys and structure stay."""
    chance = world.words.chance
    for one in row._meta.concrete_fields:
        value = getattr(row, one.attname)
        if one.primary_key or one.is_relation or (one.attname in TOLD and _is_told(eyes, row)):
            continue
        if isinstance(value, str) and CANARY.search(value):
            setattr(row, one.attname, CANARY.sub(lambda _: world.words.canary(), value))
        elif isinstance(one, BooleanField) and type(row) is not CasePerson:
            setattr(row, one.attname, chance.random() < 0.5)
        elif isinstance(one, PositiveSmallIntegerField):
            setattr(row, one.attname, chance.randrange(1, 90))
        elif isinstance(value, datetime) and isinstance(one, DateTimeField) and type(row) not in (Grant, Designation):
            setattr(row, one.attname, value + timedelta(minutes=chance.randrange(-900, 900)))
        elif isinstance(value, date) and isinstance(one, DateField) and not isinstance(value, datetime):
            setattr(row, one.attname, value + timedelta(days=chance.randrange(-9, 9)))
    _codes(world, eyes, row)


def _codes(world: World, eyes: Eyes, row: Any) -> None:
    chance, model = world.words.chance, type(row)
    guard = GUARDS.get(model) if model not in (Document, DocumentContent) else None
    if model is Document:
        row.category = row.item.category  # The database keeps a file like its item.
    if guard and guard.category and not eyes.holds(getattr(row, guard.subject)):
        setattr(row, guard.category, chance.choice(["core", *NEVER]))
    elif guard and guard.category:
        setattr(row, guard.category, chance.choice(NEVER))
    if isinstance(row, Report):
        row.number_key, row.kind = number_key(row.number), chance.choice(["E33", "NAZ"])
        row.status, row.outcome = chance.choice([("open", ""), ("handled", "advice")])
    if isinstance(row, Intake):
        row.status = chance.choice(["in_triage", "taken_up"])
    if isinstance(row, Case):
        row.state, row.phase = chance.choice(["in_execution", "closing", "closed_shielded"]), chance.choice("1234")
    if isinstance(row, Consultation):
        row.status = chance.choice(["planned", "held"])
    if isinstance(row, AgreedAction) and not eyes.holds(row.case_id):
        row.status = chance.choice(["open", "done"])
    if isinstance(row, Grant):
        row.categories = ["core", *chance.sample(["health", "police", "relations", *NEVER], 2)]


def _point_elsewhere(world: World, eyes: Eyes, row: Any) -> bool:
    """An open row may point at a shut one; which one, and whether there is any, is no business of the reader."""
    if isinstance(row, AgreedAction) and row.goal_id:
        goals = {goal.pk: goal for goal in world.made.rows.get(Goal, [])}
        if not eyes.may_open(goals[row.goal_id]):
            shut = [
                None,
                *[key for key, goal in goals.items() if goal.case_id == row.case_id and not eyes.may_open(goal)],
            ]
            row.goal_id = world.words.chance.choice(shut)
            return True
    if isinstance(row, Case) and not eyes.holds(row.intake_id):
        row.intake_id = uuid4()
        return True
    return False


def _add(world: World, eyes: Eyes, change: Change) -> None:
    """New shut rows: a cluster, parts of open cases, a hidden link of persons that are known."""
    before = {model: len(rows) for model, rows in world.made.rows.items()}
    for _ in range(2):
        cluster(world, eyes.actor, world.words.chance.choice(MISSES))
    _fill_open_cases(world, eyes, NEVER[1], world.outsiders[1], NEWS)
    world.add(CaseCount, region=world.place.regions[1], regime="WGS_ZVH", opened_on=NOW.date(), closed_on=NOW.date())
    change.added += [row for model, rows in world.made.rows.items() for row in rows[before.get(model, 0) :]]
    world.place.filling.take_back()


# --- In the database ------------------------------------------------------------------------------


MADE_BY_ASKING = (AuditLine, Search)
"""Tables in which questions leave rows: emptied, and what belongs to the world put back."""


def carry_out(world: World, change: Change, owner: psycopg.Connection) -> None:
    """Makes W′ of W, and takes away what the first round of questions left: lines of the log and searches."""
    gone = {id(row) for row in change.gone}
    with owner.transaction(), owner.cursor() as cursor:
        cursor.execute("TRUNCATE kernel_auditline, kernel_auditseal, kernel_handledform, people_search")
        for row in _lasting(change.gone):
            _delete(cursor, row)
        for row in _lasting(change.added):
            insert(cursor, row)
        for row in _lasting(change.altered):
            _update(cursor, row)
        for model in MADE_BY_ASKING:
            for row in world.made.rows.get(model, []):
                if id(row) not in gone:
                    insert(cursor, row)
        world.place.filling.record()
    for rows in world.made.rows.values():
        rows[:] = [row for row in rows if id(row) not in gone]


def _lasting(rows: list[Any]) -> list[Any]:
    return [row for row in rows if not isinstance(row, MADE_BY_ASKING)]


def _delete(cursor: psycopg.Cursor, row: Model) -> None:
    key = sql.Identifier(row._meta.pk.column)
    cursor.execute(sql.SQL("DELETE FROM {} WHERE {} = %s").format(sql.Identifier(row._meta.db_table), key), [row.pk])


def _update(cursor: psycopg.Cursor, row: Model) -> None:
    fields = [one for one in row._meta.concrete_fields if not one.primary_key]
    values = [one.get_db_prep_save(getattr(row, one.attname), connection) for one in fields]
    statement = sql.SQL("UPDATE {} SET {} WHERE {} = %s").format(
        sql.Identifier(row._meta.db_table),
        sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(one.column)) for one in fields),
        sql.Identifier(row._meta.pk.column),
    )
    cursor.execute(statement, [*values, row.pk])


def ids_of(world: World, change: Change) -> set[UUID]:
    """Every id of both worlds: the only ones that mean something in an answer."""
    rows = [*world.made.every(), *change.added, *change.gone]
    return {row.pk for row in rows if isinstance(row.pk, UUID)}
