"""The rooms' own scopes without the second wall: as the owner of the tables, whom row-level security lets see all."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.urls import get_resolver
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from knooppunt.kernel import clock
from knooppunt.kernel.access import scope, scopes
from knooppunt.kernel.actor import Actor, Function
from knooppunt.people.models import Person, PersonLink
from knooppunt.sharing import access as sharing
from tests.database import Run
from tests.walls.conftest import Walled, wearing
from tests.walls.filling import NOW, actor
from tests.walls.test_lacking_one_thing import almost

OTHER = "health"
"""A category that the insider was not granted."""


@pytest.fixture
def without_walls(walled: Walled, run_database: Run) -> Iterator[Walled]:
    """Django works as kn_owner for a moment."""
    assert get_resolver().url_patterns  # every room is read, and so every scope declared
    login = conninfo_to_dict(run_database.url("owner"))
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(USER=login["user"], PASSWORD=login["password"])
    with clock.stopped_at(NOW):
        yield walled
    connection.close()
    connection.settings_dict.update(kept)


def seen_by(someone: Actor) -> set[str]:
    """The models of which the scope shows something."""
    return {
        model.__name__
        for model, _ in scopes().items()
        if model._meta.app_label != "partners" and model._default_manager.filter(scope(someone, model)).exists()
    }


def test_a_scope_alone_shows_what_one_reaches_and_nothing_to_others(without_walls: Walled) -> None:
    everything = {model.__name__ for model in scopes() if model._meta.app_label != "partners"}
    assert seen_by(without_walls.insider) == everything
    assert seen_by(actor()) == set()
    assert seen_by(actor(organisation=without_walls.insider.for_whom)) == set()


def test_a_scope_alone_shows_nothing_to_who_lacks_one_thing(without_walls: Walled) -> None:
    for lacks, someone in almost(without_walls).items():
        assert {sharing.reach(someone, subject).shows() for subject in without_walls.subjects.values()} == {False}, (
            lacks
        )
        assert seen_by(someone) == set(), lacks


def test_a_scope_alone_hides_a_category_that_was_not_granted(
    without_walls: Walled, owner_connection: psycopg.Connection
) -> None:
    marked = [model for model in scopes() if any(field.name == "category" for field in model._meta.fields)]
    assert len(marked) > 8
    with owner_connection.transaction():
        for model in marked:
            table = sql.Identifier(model._meta.db_table)
            owner_connection.execute(sql.SQL("UPDATE {} SET category = %s").format(table), [OTHER])
        without_walls.filling.record()
    assert seen_by(without_walls.insider) & {model.__name__ for model in marked} == set()


def test_a_scope_alone_shows_nobody_in_a_report_of_which_one_has_the_core_only(without_walls: Walled) -> None:
    someone = actor()
    without_walls.filling.let(someone, without_walls.subjects["report"], kind="report")
    without_walls.filling.commit()
    assert seen_by(someone) == {"Report"}


def test_a_scope_alone_shows_no_person_whom_one_does_not_meet(without_walls: Walled) -> None:
    near = without_walls.filling.link(without_walls.subjects["case"])
    far = without_walls.filling.link(uuid4())
    without_walls.filling.commit()
    for model, column in ((Person, "pk"), (PersonLink, "person_id")):
        shown = set(model._default_manager.filter(scope(without_walls.insider, model)).values_list(column, flat=True))
        assert near in shown
        assert far not in shown


def test_who_is_designated_for_a_table_is_so_now_in_this_function_and_for_this_table(without_walls: Walled) -> None:
    filling, table, me = without_walls.filling, uuid4(), actor()
    seated = actor()
    filling.designate(seated, table, "table")
    filling.designate(me, uuid4(), "table")
    filling.designate(me, table, "case")
    filling.designate(me, table, "table", valid_until=NOW)
    filling.designate(wearing(me, Function.OVERSIGHT), table, "table")
    filling.designate(replace(me, organisation=uuid4()), table, "table")
    filling.designate(actor(organisation=me.organisation), table, "table")
    filling.commit()
    assert (sharing.designated(seated, table), sharing.designated(me, table)) == (True, False)
