"""A change that is not recorded cannot be committed, whichever way it is made."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import IntegrityError, transaction

from knooppunt.cases.models import Case, Goal
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.errors import NotFoundForYou, Refused
from knooppunt.kernel.models import AuditLine, HandledForm
from knooppunt.kernel.work import Work, look
from tests.walls.conftest import Walled, announce, wearing
from tests.walls.filling import NOW, actor

pytestmark = pytest.mark.usefixtures("frozen")


def goal_text(owner: psycopg.Connection) -> str:
    """What really stands in the one goal."""
    found = owner.execute("SELECT text FROM cases_goal").fetchone()
    assert found is not None
    return str(found[0])


def lines(owner: psycopg.Connection, event: str) -> list[tuple[Any, ...]]:
    """The lines of an event, as they were committed."""
    return owner.execute(
        "SELECT designee, result, subject_id, detail FROM kernel_auditline WHERE event = %s", [event]
    ).fetchall()


def test_raw_sql_that_is_not_recorded_does_not_commit(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    announce(web, walled.insider)
    web.execute("UPDATE cases_goal SET text = 'anders'")
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="cases_goal is not recorded"):
        web.commit()
    assert goal_text(owner_connection) != "anders"


def test_the_owner_of_the_tables_cannot_leave_it_unrecorded_either(
    walled: Walled, owner_connection: psycopg.Connection
) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        owner_connection.execute("UPDATE cases_goal SET text = 'anders'")


def test_the_orm_outside_a_work_changes_nothing(walled: Walled, owner_connection: psycopg.Connection) -> None:
    assert Goal.objects.update(text="anders") == 0
    assert goal_text(owner_connection) != "anders"


def test_a_work_that_forgets_to_record_does_not_commit(walled: Walled, owner_connection: psycopg.Connection) -> None:
    with pytest.raises(IntegrityError, match="not recorded"), Work(walled.insider, "forget"):
        Goal.objects.update(text="anders")
    assert goal_text(owner_connection) != "anders"
    assert lines(owner_connection, "forget") == []


def test_having_looked_does_not_count_as_having_recorded(walled: Walled, owner_connection: psycopg.Connection) -> None:
    with pytest.raises(IntegrityError, match="not recorded"), look(walled.insider, "sneak") as work:
        case = Case.objects.get()
        work.looked_at(case, "plan")
        work.listed("goal", [case.pk])
        Goal.objects.update(text="anders")
    assert goal_text(owner_connection) != "anders"


def test_a_recorded_change_commits_with_its_line(walled: Walled, owner_connection: psycopg.Connection) -> None:
    with Work(walled.insider, "change_goal") as work:
        goal = Goal.objects.get()
        Goal.objects.update(text="anders")
        work.record("goal.changed", goal, case=goal.case_id)
    assert goal_text(owner_connection) == "anders"
    assert lines(owner_connection, "goal.changed") == [(walled.insider.who, "ok", goal.pk, {"case": str(goal.case_id)})]


def test_a_line_that_cannot_be_written_undoes_the_change(walled: Walled, owner_connection: psycopg.Connection) -> None:
    with pytest.raises(Exception, match="too long"), Work(walled.insider, "change_goal") as work:
        goal = Goal.objects.get()
        Goal.objects.update(text="anders")
        work.record("x" * 200, goal)
    assert goal_text(owner_connection) != "anders"


def test_a_line_for_another_transaction_is_refused(walled: Walled, web: psycopg.Connection) -> None:
    announce(web, walled.insider)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(
            "INSERT INTO kernel_auditline (id, at, trace, function, mandate, origin, event, result, subject_kind, part,"
            " purpose, shown, detail, xact) VALUES (gen_random_uuid(), now(), gen_random_uuid(), 'execution', '', '',"
            " 'x.done', 'ok', '', '', '', '{}', '{}', (pg_current_xact_id()::text::bigint + 1)::text::xid8)"
        )


def test_a_work_inside_a_work_is_a_mistake(walled: Walled) -> None:
    with (
        pytest.raises(RuntimeError, match="durable"),
        Work(walled.insider, "outer"),
        Work(walled.insider, "inner"),
    ):
        pass
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic(), Work(walled.insider, "inner"):
        pass


@pytest.mark.parametrize("error", [Refused(["Dit mag niet."]), NotFoundForYou("case")], ids=["refused", "not found"])
def test_a_refusal_is_recorded_after_the_rollback(
    walled: Walled, owner_connection: psycopg.Connection, error: Exception
) -> None:
    with pytest.raises(type(error)), Work(walled.insider, "change_goal") as work:
        goal = Goal.objects.get()
        Goal.objects.update(text="anders")
        work.record("goal.changed", goal)
        raise error
    assert goal_text(owner_connection) != "anders"
    assert lines(owner_connection, "goal.changed") == []
    assert lines(owner_connection, "change_goal") == [
        (walled.insider.who, "refused", None, {"kind": type(error).__name__})
    ]


def test_a_mistake_of_ours_rolls_back_too(walled: Walled, owner_connection: psycopg.Connection) -> None:
    with pytest.raises(ZeroDivisionError), Work(walled.insider, "change_goal") as work:
        goal = Goal.objects.get()
        Goal.objects.update(text="anders")
        work.record("goal.changed", goal)
        raise ZeroDivisionError
    assert goal_text(owner_connection) != "anders"


def test_a_look_is_one_line_per_person_and_a_list_one_line_with_its_ids(
    walled: Walled, owner_connection: psycopg.Connection
) -> None:
    case = walled.subjects["case"]
    with look(walled.insider, "case_page") as work:
        work.looked_at(Case.objects.get(), "plan")
        work.listed("case", [case])
        work.listed("case", [])
    rows = owner_connection.execute(
        "SELECT event, part, shown FROM kernel_auditline WHERE event IN ('look', 'list') ORDER BY event"
    ).fetchall()
    assert rows == [("list", "", [case]), ("look", "plan", [])]


def test_a_form_that_is_sent_twice_is_handled_once(walled: Walled, owner_connection: psycopg.Connection) -> None:
    form = uuid4()

    def change() -> UUID:
        with Work(walled.insider, "change_goal", once=form) as work:
            if work.before:
                return work.before
            goal = Goal.objects.get()
            work.record("goal.changed", goal)
            return work.finish(goal.pk)

    assert change() == change()
    assert len(lines(owner_connection, "goal.changed")) == 1


def test_a_form_that_failed_may_be_sent_again(walled: Walled) -> None:
    form = uuid4()
    with pytest.raises(Refused), Work(walled.insider, "change_goal", once=form):
        raise Refused(["Nog niet."])
    with Work(walled.insider, "change_goal", once=form) as work:
        assert work.before is None
    assert HandledForm.objects.filter(pk=form).exists()


def test_oversight_reads_the_lines_of_what_it_reaches_and_nobody_else_does(
    walled: Walled, owner_connection: psycopg.Connection
) -> None:
    case = walled.subjects["case"]
    overseer = wearing(actor(), Function.OVERSIGHT)
    walled.filling.let(overseer, case)
    walled.filling.commit()
    with look(walled.insider, "case_page") as work:
        work.looked_at(Case.objects.get())
    with look(overseer, "log"):
        assert set(AuditLine.objects.values_list("event", "subject_id")) == {("look", case)}
    with look(walled.insider, "log"):
        assert not AuditLine.objects.exists()


def test_what_was_committed_counts_as_recorded_only_in_its_own_transaction(
    walled: Walled, web: psycopg.Connection, as_role: Callable[[str], psycopg.Connection]
) -> None:
    with clock.stopped_at(NOW), Work(walled.insider, "change_goal") as work:
        work.record("goal.changed", Goal.objects.get())
    announce(web, walled.insider)
    web.execute("UPDATE cases_goal SET text = 'anders'")
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        web.commit()


def test_a_line_holds_who_when_and_whence(walled: Walled, owner_connection: psycopg.Connection) -> None:
    with Work(replace(walled.insider, origin="192.0.2.1"), "change_goal") as work:
        work.record("goal.changed", Goal.objects.get())
    found = owner_connection.execute(
        "SELECT designee, organisation, function, origin, at, trace FROM kernel_auditline WHERE event = 'goal.changed'"
    ).fetchone()
    insider = walled.insider
    assert found == (insider.who, insider.for_whom, "execution", "192.0.2.1", NOW, work.trace)
