"""What a gate function may do for somebody, it does to that and to nothing beside it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from knooppunt.cases.models import AgreedAction, Case, Intake, Judgement
from knooppunt.kernel.actor import Function
from knooppunt.partners.models import Region
from knooppunt.people.models import PersonJoin, PersonKey
from knooppunt.signals.models import Report
from tests.walls.conftest import Walled, announce
from tests.walls.filling import NOW, actor

AROUND = {
    "cases_judgement": "intake_id",
    "people_personlink": "subject_id",
    "sharing_grant": "subject_id",
    "sharing_designation": "subject_id",
    "cases_intake": "id",
}


def rows(owner: psycopg.Connection, table: str, column: str, key: UUID) -> int:
    """How many rows hang under this key."""
    found = owner.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s".encode(), [key]).fetchone()
    return int(found[0]) if found else 0


@pytest.fixture
def two_intakes(walled: Walled) -> tuple[UUID, UUID, UUID]:
    """Two that wait, each with all that can hang under it; and the person of the second."""
    insider, filling = walled.insider, walled.filling
    made, person = [], uuid4()
    for _ in range(2):
        intake = filling.add(Intake, status="in_triage").pk
        filling.add(Judgement, intake_id=intake)
        person = filling.link(intake, "intake")
        filling.add(PersonKey, person_id=person, kind="bsn")
        filling.let(insider, intake, kind="intake")
        made.append(intake)
    filling.commit()
    return made[0], made[1], person


def test_clearing_one_intake_leaves_another_whole(
    walled: Walled, two_intakes: tuple[UUID, UUID, UUID], web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    first, second, person = two_intakes
    join = walled.filling.add(PersonJoin, kept_id=person, joined_id=walled.filling.link(second, "intake")).pk
    walled.filling.commit()
    with owner_connection.transaction(force_rollback=True):
        announce(owner_connection, walled.insider)
        owner_connection.execute("SELECT kn_clear_intake(%s)", [first])
        left = {key: [rows(owner_connection, *one, key) for one in AROUND.items()] for key in (first, second)}
        assert left == {first: [0] * len(AROUND), second: [1, 2, 1, 1, 1]}
        assert rows(owner_connection, "people_personjoin", "id", join) == 1
        assert rows(owner_connection, "people_personkey", "person_id", person) == 1
        assert rows(owner_connection, "people_person", "id", person) == 1


def test_only_an_intake_that_waits_is_cleared_and_only_by_who_works_on_it(
    walled: Walled, two_intakes: tuple[UUID, UUID, UUID], web: psycopg.Connection
) -> None:
    first, filling = two_intakes[0], walled.filling
    decided = filling.add(Intake, status="decided").pk
    filling.let(walled.insider, decided, kind="intake")
    overseer = actor(Function.OVERSIGHT)
    filling.let(overseer, first, kind="intake")
    filling.commit()
    tried = [(walled.insider, walled.subjects["case"]), (walled.insider, walled.subjects["report"])]
    for someone, subject in [*tried, (walled.insider, decided), (actor(), first), (overseer, first)]:
        announce(web, someone)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("SELECT kn_clear_intake(%s)", [subject])
        web.rollback()


def test_only_open_actions_of_the_case_itself_are_counted(walled: Walled, web: psycopg.Connection) -> None:
    elsewhere = walled.filling.add(Case).pk
    walled.filling.add(AgreedAction, case_id=elsewhere)
    walled.filling.add(AgreedAction, case_id=walled.subjects["case"], status="done")
    walled.filling.commit()
    announce(web, walled.insider)
    assert web.execute("SELECT kn_open_actions(%s)", [walled.subjects["case"]]).fetchone() == (1,)


def test_ending_grants_ends_those_of_this_subject_function_and_organisation(
    walled: Walled, owner_connection: psycopg.Connection
) -> None:
    case, insider, other = walled.subjects["case"], walled.insider, actor()
    ended = NOW - timedelta(days=1)
    kept: dict[str, Any] = {
        "of another organisation": walled.filling.grant(other, case).pk,
        "in another function": walled.filling.grant(actor(Function.OVERSIGHT, insider.for_whom), case).pk,
        "of another subject": walled.filling.grant(insider, uuid4()).pk,
    }
    before = walled.filling.grant(insider, case, valid_from=ended - timedelta(days=1), valid_until=ended).pk
    walled.filling.commit()
    with owner_connection.transaction(force_rollback=True):
        announce(owner_connection, insider)
        owner_connection.execute("SELECT kn_end_grants(%s, 'execution', %s)", [case, insider.organisation])
        untouched = owner_connection.execute("SELECT id FROM sharing_grant WHERE valid_until IS NULL").fetchall()
        assert set(kept.values()) <= {row[0] for row in untouched}
        assert owner_connection.execute("SELECT valid_until FROM sharing_grant WHERE id = %s", [before]).fetchone() == (
            ended,
        )


def test_ending_a_designation_ends_that_one_once(walled: Walled, owner_connection: psycopg.Connection) -> None:
    keeper = actor(Function.MAINTENANCE, walled.insider.for_whom)
    one, another = (walled.filling.designate(walled.insider, uuid4(), "table").pk for _ in range(2))
    walled.filling.commit()
    with owner_connection.transaction(force_rollback=True):
        announce(owner_connection, keeper)
        owner_connection.execute("SELECT kn_end_designation(%s)", [one])
        found = owner_connection.execute("SELECT valid_until FROM sharing_designation WHERE id = %s", [another])
        assert found.fetchone() == (None,)
        for key in (one, uuid4()):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), owner_connection.transaction():
                owner_connection.execute("SELECT kn_end_designation(%s)", [key])
        # A table is arranged by who administrates, also where nobody was granted anything.
        announce(owner_connection, walled.insider)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), owner_connection.transaction():
            owner_connection.execute("SELECT kn_end_designation(%s)", [another])


def test_who_is_designated_is_told_of_this_subject_in_this_function_and_now(
    walled: Walled, web: psycopg.Connection
) -> None:
    case, filling = walled.subjects["case"], walled.filling
    filling.designate(actor(), uuid4(), "table")
    filling.designate(actor(Function.OVERSIGHT), case)
    filling.designate(actor(), case, valid_from=NOW - timedelta(days=2), valid_until=NOW - timedelta(days=1))
    filling.commit()
    announce(web, walled.insider)
    found = web.execute("SELECT designee FROM kn_designated(%s, 'execution')", [case]).fetchall()
    assert found == [(walled.insider.designee,)]


def test_the_report_of_this_intake_is_answered_and_only_by_who_works_on_it(
    walled: Walled, two_intakes: tuple[UUID, UUID, UUID], owner_connection: psycopg.Connection
) -> None:
    first, filling, overseer = two_intakes[0], walled.filling, actor(Function.OVERSIGHT)
    reports = [filling.add(Report).pk for _ in range(2)]
    filling.let(overseer, first, kind="intake")
    filling.commit()
    with owner_connection.transaction(force_rollback=True):
        for intake, report in zip(two_intakes, reports, strict=False):
            owner_connection.execute("UPDATE cases_intake SET report_id = %s WHERE id = %s", [report, intake])
        for someone, told in ((overseer, []), (walled.insider, [(reports[0],)])):
            announce(owner_connection, someone)
            owner_connection.execute("SELECT kn_tell_reporter(%s, 'take_up')", [first])
            answered = owner_connection.execute("SELECT id FROM signals_report WHERE outcome = 'take_up'").fetchall()
            assert answered == told


def test_case_numbers_count_per_region_and_year(walled: Walled, web: psycopg.Connection) -> None:
    region, other = walled.filling.one(Region).pk, walled.filling.add(Region).pk
    for number, where in (("2026-0004", region), ("2025-0009", region), ("2026-0012", other)):
        walled.filling.add(Case, number=number, region_id=where)
    walled.filling.commit()
    announce(web, walled.insider)
    assert web.execute("SELECT kn_next_case_number(%s, 2026)", [region]).fetchone() == (5,)
