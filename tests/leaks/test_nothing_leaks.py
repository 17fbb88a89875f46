"""Nobody learns at any door of what they may not open: two worlds that differ only in that answer alike.

`docs/leesroutes.md` tells how it works, ADR 0014 why, and what may differ after all.
"""

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from knooppunt.cases.models import Case
from knooppunt.kernel.actor import Function
from tests.leaks.answers import Leak, Reader, after_another, leaks
from tests.leaks.conftest import Worlds, rich
from tests.leaks.going_out import commands, error_pages, figures, messages
from tests.leaks.otherwise import carry_out, two_worlds
from tests.leaks.worlds import STANDINGS, Eyes, World
from tests.properties.situations import Drawn, situations

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "counts"])
ABLE = len(STANDINGS) * ["able"]
SHOWN = 5

# A world takes a database and hundreds of questions, so the first that leaks is told as it is.
bounded = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def none(found: list[Leak]) -> None:
    """Fails with the first leaks, by name."""
    assert not found, "\n\n".join(str(one) for one in found[:SHOWN])


def test_nobody_learns_what_they_may_not_open(worlds: Worlds, owner_connection: psycopg.Connection) -> None:
    @settings(bounded, max_examples=max(3, settings().max_examples // 15))
    @given(situations(), st.integers(0, 2**30), st.sampled_from([*ABLE, *sorted(STANDINGS)]))
    def holds(drawn: Drawn, seed: int, standing: str) -> None:
        for number in range(len(drawn.actors)):
            none(leaks(worlds(drawn, seed, standing), number, owner_connection))

    holds()


@pytest.mark.parametrize("hat", [Function.EXECUTION, Function.OVERSIGHT, Function.SYSTEM])
def test_whoever_reaches_much_learns_no_more(
    worlds: Worlds, owner_connection: psycopg.Connection, hat: Function
) -> None:
    none(leaks(worlds(rich(hat), 7), 0, owner_connection))


def test_whoever_did_not_log_in_learns_nothing(worlds: Worlds, owner_connection: psycopg.Connection) -> None:
    none(leaks(worlds(rich(), 8), None, owner_connection))


def test_one_reader_gets_nothing_of_another(worlds: Worlds, owner_connection: psycopg.Connection) -> None:
    none(after_another(worlds(rich(), 9), 0, 1, owner_connection, frozenset({"home", "cases:list", "cases:overview"})))


def test_a_message_goes_only_to_who_may_read_what_it_is_about(
    worlds: Worlds, owner_connection: psycopg.Connection
) -> None:
    world = full(worlds, Function.SYSTEM)
    none(list(messages(world, owner_connection)))


def full(worlds: Worlds, hat: Function = Function.EXECUTION) -> World:
    """The rich world with the clusters that stay shut for its first actor."""
    world = worlds(rich(hat), 11)
    two_worlds(world, world.seen_by(0))
    return world


def test_a_figure_counts_its_own_region_and_tells_nothing_else(
    worlds: Worlds, owner_connection: psycopg.Connection
) -> None:
    world = full(worlds)
    none(list(figures(lambda: otherwise_but_for_numbers(world, owner_connection))))


def otherwise_but_for_numbers(world: World, owner: psycopg.Connection) -> None:
    """In this region other phases, states and numbers of cases; in the other region no case that counts."""
    with owner.transaction():
        owner.execute("UPDATE cases_case SET phase = '4', state = 'closing', number = left(id::text, 20)")
        owner.execute(
            "UPDATE cases_case SET opened_on = opened_on + 900 WHERE region_id = %s", [world.place.regions[1].pk]
        )
        world.place.filling.record()


def test_a_command_prints_no_word_of_a_row(
    worlds: Worlds, owner_connection: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    full(worlds)
    none(list(commands(lambda: "".join(capsys.readouterr()))))


def test_an_error_tells_where_and_not_what(worlds: Worlds, owner_connection: psycopg.Connection) -> None:
    world = full(worlds)
    reader = Reader(world, world.seen_by(0), frozenset(), owner_connection)
    none(list(error_pages(world, reader.client, world.words.canary())))


def test_the_two_worlds_differ(worlds: Worlds, owner_connection: psycopg.Connection) -> None:
    world = worlds(rich(), 12)
    eyes = world.seen_by(0)
    change = two_worlds(world, eyes)
    open_before = {(type(row), row.pk) for row in world.made.every() if eyes.may_open(row)}
    carry_out(world, change, owner_connection)
    now = world.seen_by(0)
    assert change.added and change.altered and change.gone
    assert {(type(row), row.pk) for row in world.made.every() if now.may_open(row)} >= {
        one for one in open_before if one[0] is Case
    }
    nobody = Eyes(None, {}, world.made.rows)
    assert nobody.open_words() == set()
