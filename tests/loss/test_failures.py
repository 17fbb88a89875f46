"""The database fails under a page: a clear page, the right status, and nothing lost that was typed."""

import contextlib
import html
import io
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from django.test import Client

from knooppunt.kernel import faults, work
from knooppunt.kernel.actor import Actor
from knooppunt.signals import queries
from knooppunt.signals.queries import InboxFilter
from knooppunt.site import environment
from knooppunt.site.health import findings
from knooppunt.site.logs import WithoutValues
from tests.database import Run
from tests.loss.faulty import (
    CUT_OFF,
    NO_ROOM,
    answer_lost,
    cut_off,
    held,
    on_small_disk,
    patience,
    server_gone,
    small_disk,
    trap,
)
from tests.signals.conftest import System
from tests.signals.sample import body
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/meldingen/nieuw/?formulier=politie"
SURNAME, HAPPENED = "Testman", 'Hij riep <b>luid</b> & "lang".\nDaarna stil.'


class Failing:
    """The ways in which the database fails, by name."""

    def __init__(self, run: Run, owner: psycopg.Connection) -> None:
        self.run, self.owner = run, owner

    @contextmanager
    def way(self, name: str) -> Iterator[None]:
        """One of them, while the block lasts."""
        with {
            "gone": server_gone,
            "full": lambda: trap(self.owner, "signals_report", NO_ROOM),
            "cut off": lambda: trap(self.owner, "signals_report", CUT_OFF),
            "locked": lambda: self._waiting(lock=0.2, statement=10),
            "slow": lambda: self._waiting(lock=0, statement=0.2),
        }[name]():
            yield

    @contextmanager
    def _waiting(self, **seconds: float) -> Iterator[None]:
        with held(self.run.url("owner"), "LOCK signals_report IN ACCESS EXCLUSIVE MODE"), patience(**seconds):
            yield


@pytest.fixture
def failing(run_database: Run, owner_connection: psycopg.Connection) -> Failing:
    return Failing(run_database, owner_connection)


def typed(world: World, **changes: str) -> dict[str, str]:
    """What Bram types in the form."""
    return {
        "form_id": str(uuid4()),
        "kind": "E33",
        "municipality": f"{world.regions['VR11']}/{world.municipalities['GM0479']}",
        "happened": HAPPENED,
        "surname": SURNAME,
        "born": "1980-02-03",
        "feedback_wanted": "on",
        **changes,
    }


def sent_again(answer: Any) -> tuple[str, dict[str, str]]:
    """The form on a page as a browser would send it: its address, and its fields."""
    form = re.search(r'<form class="kn-form"[^>]*action="([^"]*)".*?</form>', answer.content.decode(), re.S)
    assert form is not None, answer.content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]+>", form[0]):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        found[said["name"]] = html.unescape(said.get("value", ""))
    for name, value in re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', form[0], re.S):
        found[name] = html.unescape(value)
    token = found.pop("csrfmiddlewaretoken")
    assert len(token) > 30
    return html.unescape(form[1]), found


def browser(world: World, name: str) -> Client:
    """Somebody's browser; what goes wrong in a page comes as a page."""
    client = world.client(name)
    client.raise_request_exception = False
    return client


def reports(world: World) -> int:
    """How many reports Bram sent."""
    return queries.inbox(world.actor("bram"), InboxFilter(box="gemeld")).count


WAYS = {
    "gone": "Knooppunt is even niet bereikbaar",
    "full": "Knooppunt kan nu niets opslaan",
    "cut off": "Knooppunt is even niet bereikbaar",
    "locked": "Iemand anders is hier op dit moment mee bezig",
    "slow": "Dit duurde te lang",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_form_that_fails_comes_back_with_what_was_typed_and_can_be_sent_again(
    world: World, failing: Failing, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    client, said = browser(world, "bram"), typed(world)
    with failing.way(way):
        answer = client.post(NEW, said)
        page = answer.content.decode()
        assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
        assert int(answer.headers["Retry-After"]) > 0
        assert WAYS[way] in page and "Er is niets opgeslagen." in page
        assert "SELECT" not in page and "INSERT" not in page and "Traceback" not in page
    address, again = sent_again(answer)
    assert (address, again) == (NEW, said)
    assert "Achternaam" in page and "Wat is er gebeurd?" in page
    assert reports(world) == 0
    for _ in range(2):
        assert client.post(address, again).status_code == 302
    assert reports(world) == 1
    assert SURNAME not in caplog.text and "Traceback" not in caplog.text


def test_an_answer_that_got_lost_is_told_as_such_and_sending_again_changes_nothing(
    world: World, server: psycopg.Connection
) -> None:
    client, said = browser(world, "bram"), typed(world)
    with answer_lost(server):
        answer = client.post(NEW, said)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Wij weten niet zeker of dit is opgeslagen." in page and "niet nog een keer" in page
    assert reports(world) == 1
    address, again = sent_again(answer)
    assert client.post(address, again).status_code == 302
    assert reports(world) == 1


def test_what_was_kept_before_the_fault_is_not_sent_again(world: World, owner_connection: psycopg.Connection) -> None:
    client = browser(world, "bram")
    with trap(owner_connection, "kernel_session", NO_ROOM):
        answer = client.post(NEW, typed(world))
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Wat u verstuurde is opgeslagen." in page and SURNAME not in page
    assert reports(world) == 1


@pytest.mark.parametrize("way", ["gone", "locked", "slow"])
def test_a_page_that_cannot_be_read_says_so_and_offers_to_try_again(world: World, failing: Failing, way: str) -> None:
    client = browser(world, "anna")
    with failing.way(way):
        answer = client.get("/meldingen/?sorteer=-ontvangen")
        page = answer.content.decode()
    assert answer.status_code == 503
    assert WAYS[way] in page and 'href="/meldingen/?sorteer=-ontvangen"' in page and "Er is niets verloren." in page


@pytest.mark.parametrize("way", ["gone", "full", "cut off", "locked", "slow"])
def test_a_system_hears_that_it_may_send_again(world: World, failing: Failing, way: str) -> None:
    system = System(world)
    system.client.raise_request_exception = False
    with failing.way(way):
        answer = system.send(body())
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    assert "niets opgeslagen" in answer.json()["detail"]
    assert [system.send(body()).status_code for _ in range(2)] == [201, 409]


def test_a_system_whose_answer_got_lost_finds_its_report_by_sending_it_again(
    world: World, server: psycopg.Connection
) -> None:
    system = System(world)
    system.client.raise_request_exception = False
    with answer_lost(server):
        answer = system.send(body())
    assert answer.status_code == 503 and "409" in answer.json()["detail"]
    assert system.send(body()).status_code == 409
    assert len(system.get().json()) == 1


@pytest.mark.parametrize("part", ["get", "post"])
def test_a_part_of_a_page_tells_it_too(world: World, failing: Failing, part: str) -> None:
    client = browser(world, "bram")
    with failing.way("gone"):
        answer = getattr(client, part)(NEW, typed(world) if part == "post" else {}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 503
    if part == "post":
        assert answer.headers["HX-Retarget"] == "#main" and SURNAME in page
    else:
        assert "Dit deel kon niet worden geladen." in page and "<html" not in page


def test_a_form_of_another_site_and_a_log_in_are_not_given_back(world: World) -> None:
    stranger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    stranger.cookies = world.client("bram").cookies
    with server_gone():
        forged = stranger.post(NEW, typed(world))
        login = stranger.post("/account/login/", {"login": "bram@voorbeeld.invalid", "password": "geheim12345"})
    assert forged.status_code == 503
    for answer in (forged, login):
        assert SURNAME not in answer.content.decode() and "geheim12345" not in answer.content.decode()


def test_a_mistake_of_ours_gives_back_what_was_typed_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_named: object) -> UUID:
        raise ZeroDivisionError

    client, said = browser(world, "bram"), typed(world)
    monkeypatch.setattr("knooppunt.signals.web.register_report", broken)
    answer = client.post(NEW, said)
    assert answer.status_code == 500
    assert "Er ging bij ons iets mis" in answer.content.decode()
    assert sent_again(answer) == (NEW, said)


def test_a_fault_is_one_line_in_the_log_and_names_nobody(
    world: World, failing: Failing, capfd: pytest.CaptureFixture[str]
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WithoutValues("%(levelname)s %(message)s"))
    logging.getLogger("django.request").addHandler(handler)
    client = browser(world, "bram")
    with failing.way("full"):
        client.post(NEW, typed(world))
    logging.getLogger("django.request").removeHandler(handler)
    written = capfd.readouterr().err
    assert written.count("full (53100) at signals/actions/registering.py:") == 1
    assert written.count("Service Unavailable: meldingen/nieuw/") == 1
    assert SURNAME not in written and "INSERT" not in written and "Traceback" not in written


def test_a_log_that_cannot_be_written_tells_nothing_elsewhere(capfd: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.stream.close()
    try:
        raise ValueError(SURNAME)
    except ValueError:
        handler.handle(logging.makeLogRecord({"msg": SURNAME, "exc_info": sys.exc_info()}))
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only an administrator can make a small disk")
def test_a_disk_that_is_really_full_loses_nothing_and_goes_on_when_there_is_room(
    world: World, run_database: Run, server: psycopg.Connection
) -> None:
    here = run_database.cluster.place
    client, said = browser(world, "bram"), typed(world)
    place = here.home / f"small-{os.getpid()}"
    with small_disk(place, str(here.files.stat().st_uid)), on_small_disk(server, place, "signals_report"):
        filler = place / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"0" * 4096):
                pass
        answer = client.post(NEW, said)
        assert answer.status_code == 503 and WAYS["full"] in answer.content.decode()
        filler.unlink()
        assert client.post(*sent_again(answer)).status_code == 302
        assert reports(world) == 1
    faults._last_full.clear()


def test_errors_that_lead_to_one_another_in_a_circle_are_told_as_well() -> None:
    first, second = psycopg.OperationalError("Testman"), ValueError("Testman")
    first.__context__, second.__context__ = second, first
    assert faults.fault_of(second) is faults.Fault.AWAY
    third, fourth = KeyError("Testman"), ValueError("Testman")
    third.__context__, fourth.__context__ = fourth, third
    assert faults.fault_of(third) is None
    written = WithoutValues().formatException((KeyError, third, None))
    assert written.split() == ["builtins.KeyError", "builtins.ValueError"]


def test_whoever_watches_over_the_installation_hears_of_it(world: World, failing: Failing) -> None:
    with server_gone():
        answer = Client().get("/healthz")
        assert (answer.status_code, answer.json()["findings"]) == (503, ["the database does not answer"])
    with failing.way("full"):
        browser(world, "bram").post(NEW, typed(world))
    assert "the database could not keep something: is its disk full?" in findings()
    faults._last_full.clear()


def test_a_connection_that_was_lost_between_two_requests_costs_none(world: World, server: psycopg.Connection) -> None:
    client = browser(world, "bram")
    assert client.get("/").status_code == 200
    # What happens at the end of a request: the connection is kept, to be tried before it is used again.
    connection.close_if_unusable_or_obsolete()
    cut_off(server)
    connection.health_check_done = False
    assert client.get("/").status_code == 200


def test_a_connection_that_is_lost_when_work_begins_spoils_no_later_request(
    world: World, server: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce = work._announce

    def cut_off_first(actor: Actor) -> None:
        cut_off(server)
        announce(actor)

    client = browser(world, "bram")
    with monkeypatch.context() as patch:
        patch.setattr(work, "_announce", cut_off_first)
        assert client.get("/").status_code == 503
    connection.close_if_unusable_or_obsolete()  # as at the end of every request
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("role", ["web", "jobs", "counts", "owner"])
def test_every_role_says_how_long_it_waits(run_database: Run, role: str) -> None:
    addresses = {f"KNOOPPUNT_DATABASE_URL_{one.upper()}": run_database.url(one) for one in (role, "web", "counts")}
    found = environment.databases(addresses, "web" if role == "counts" else role)
    options = found["counts" if role == "counts" else "default"]["OPTIONS"]["options"]
    with psycopg.connect(run_database.url(role), options=options) as raw:
        waits = {**environment.PATIENCE[role], "idle_in_transaction_session_timeout": environment.IDLE_SECONDS}
        for name, seconds in waits.items():
            shown = raw.execute("SELECT setting::int / 1000 FROM pg_settings WHERE name = %s", [name]).fetchone()
            assert shown == (seconds,), name


def test_the_pages_wait_as_long_as_was_said_and_the_environment_may_say_otherwise(db: None, run_database: Run) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == (f"{environment.LOCK_SECONDS}s",)
    said = {"KNOOPPUNT_DATABASE_LOCK_TIMEOUT": "9"}
    for login in ("WEB", "COUNTS"):
        said[f"KNOOPPUNT_DATABASE_URL_{login}"] = run_database.url(login.lower())
    assert "-c lock_timeout=9s" in environment.databases(said, "web")["default"]["OPTIONS"]["options"]
