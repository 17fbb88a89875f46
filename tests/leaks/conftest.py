"""A world in empty tables, and one fixed rich situation for the planted leaks."""

from collections.abc import Callable

import psycopg
import pytest

from knooppunt.kernel.actor import Function
from tests.database import Run, empty_tables
from tests.leaks.worlds import World, world_of
from tests.properties.situations import IDENTITY, Drawn, Given

Worlds = Callable[..., World]


@pytest.fixture
def worlds(transactional_db: None, run_database: Run, owner_connection: psycopg.Connection) -> Worlds:
    """Makes a world of a drawn situation, a seed and how fit for work its people are."""

    def make(drawn: Drawn, seed: int, standing: str = "able") -> World:
        empty_tables(run_database.url("owner"))
        return world_of(owner_connection, drawn, seed, standing)

    return make


def reaching(hat: Function, who: int, *subjects: int) -> tuple[Given, ...]:
    """A right on each of these subjects, with the identity of persons and who is around them."""
    seen = frozenset({IDENTITY, "relations"})
    return tuple(Given(0, who, hat, subject, "", seen, "in force", spoofed=False) for subject in subjects)


def rich(hat: Function = Function.EXECUTION) -> Drawn:
    """One actor reaches one of two cases, the intake and the report; another reaches the other case."""
    rights = (*reaching(hat, 0, 0, 2, 3), *reaching(hat, 1, 1))
    # Rights of an organisation are the same for all its people, so who is second works elsewhere.
    second = tuple(Given(1, one.designee, one.function, one.subject, "", one.categories, one.validity, spoofed=False)
                   if one.designee == 1 else one for one in rights)  # fmt: skip
    return Drawn(
        cases=2,
        closed=hat is Function.OVERSIGHT,
        replaced=False,
        many=False,
        owners=(0, 1, 2, 0, 1),
        files=("clean", "clean", "checking", "stopped", "clean"),
        # What is about relations is for the second organisation alone, though the first is granted the category.
        limits=(None, None, (0,), None, (1,)),
        silent=frozenset(),
        withheld=frozenset({"relations"}),
        persons=(((0, False), (2, False), (3, False)), ((1, False), (3, True))),
        joins=((0, 1, False),),
        grants=second,
        designations=second,
        agreements=(),
        actors=((0, 0, hat), (1, 1, hat)),
    )
