"""The clock of the machine jumps: nothing is lost, no session lives longer, and the log keeps its order."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from knooppunt.kernel import audit, clock
from knooppunt.kernel.models import AuditLine, AuditSeal
from knooppunt.signals import queries
from knooppunt.signals.queries import InboxFilter
from knooppunt.site.health import findings
from tests.conftest import Frozen
from tests.database import Run
from tests.loss.test_failures import typed
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "/meldingen/nieuw/?formulier=politie"


@pytest.mark.parametrize(
    ("jump", "stays", "comes_back"),
    [
        (timedelta(seconds=-20), True, True),
        (timedelta(minutes=-10), False, False),
        (timedelta(days=-400), False, False),
        (timedelta(minutes=10), True, False),
        (timedelta(hours=9), False, False),
    ],
)
def test_a_session_never_lives_longer_because_the_clock_jumped(
    world: World, frozen: Frozen, jump: timedelta, stays: bool, comes_back: bool
) -> None:
    client = world.client("anna")
    assert client.get("/").status_code == 200
    frozen.set(frozen.now + jump)
    assert (client.get("/").status_code == 200) is stays
    # Setting the clock right again is a jump as well, and brings no ended session back.
    frozen.set(frozen.now - jump)
    assert (client.get("/").status_code == 200) is comes_back


@contextmanager
def as_jobs(run: Run) -> Iterator[None]:
    """Django works as kn_jobs, which seals and verifies."""
    login, kept = conninfo_to_dict(run.url("jobs")), dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(USER=login["user"], PASSWORD=login["password"])
    yield
    connection.close()
    connection.settings_dict.update(kept)


def test_the_log_keeps_the_order_in_which_it_happened_and_its_seals(
    world: World, frozen: Frozen, run_database: Run
) -> None:
    for name, jump in (("eerst", 0), ("later", -3), ("daarna", 5), ("ten slotte", -48)):
        frozen.set(frozen.now + timedelta(hours=jump))
        answer = world.client("bram").post(NEW, typed(world, number=name))
        assert answer.status_code == 302
    with as_jobs(run_database):
        while audit.seal():
            pass
        order = list(AuditSeal.objects.order_by("sequence").values_list("line_id", flat=True))
        lines = AuditLine.objects.in_bulk(order)
        verdict = audit.verify()
    received = [lines[key].at for key in order if lines[key].event == "report.received"]
    assert received == [received[0] + timedelta(hours=hours) for hours in (0, -3, 2, -46)]
    assert (verdict.broken, verdict.unsealed) == (None, 0)


def test_a_term_is_a_day_and_is_judged_by_the_clock_of_the_moment(world: World, frozen: Frozen) -> None:
    world.client("bram").post(NEW, typed(world))
    late = InboxFilter(term="te-laat")

    def waiting() -> int:
        return queries.inbox(world.actor("anna"), late).count

    (row,) = queries.inbox(world.actor("anna"), InboxFilter()).rows
    due = row.due_on
    assert waiting() == 0
    frozen.move(days=30)
    assert waiting() == 1
    frozen.move(days=-29)
    assert waiting() == 0
    (row,) = queries.inbox(world.actor("anna"), InboxFilter()).rows
    assert row.due_on == due


def test_a_clock_that_differs_from_the_database_is_told_to_whoever_watches(db: None) -> None:
    assert not any("clock" in finding for finding in findings())
    with clock.stopped_at(clock.now() - timedelta(minutes=10)):
        assert any(
            "the clock differs 600 seconds" in finding or "the clock differs 59" in finding for finding in findings()
        )
