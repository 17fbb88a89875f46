"""What is done too often waits: for all processes together, and without closing an office behind one address."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from knooppunt.kernel import limits as counting
from knooppunt.kernel.limits import Window
from knooppunt.site import limits
from knooppunt.site.limits import LIMITS, PAGES, InMemory, Limit, Per, network_of
from tests.completeness.source import ROOT
from tests.conftest import Frozen

Known = Callable[[str], UUID]
Account = get_user_model()
PASSWORD = "een lang wachtwoord voor een test"
WRONG = {"login": "niemand@voorbeeld.invalid", "password": "geraden"}

COUNT = """
import django; django.setup()
from knooppunt.kernel.limits import Window, count
print(sum(count([Window("test", "iemand", 10, 600)]) == 0 for _ in range(9)))
"""


@pytest.fixture
def as_in_production(settings: Any) -> None:
    """The limits as they are outside a demo."""
    settings.LIMITS_TIMES = 1


@pytest.mark.django_db(transaction=True)
def test_a_limit_holds_for_all_processes_together(process_environment: dict[str, str]) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", COUNT], env=process_environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    allowed = [int(process.communicate(timeout=60)[0]) for process in started]
    assert sum(allowed) == 10
    assert counting.count([Window("test", "iemand anders", 10, 600)]) == 0


CLEAR = """
import django; django.setup()
from knooppunt.site.jobs import clear_sessions
clear_sessions(0)
"""


@pytest.mark.django_db(transaction=True)
def test_the_worker_removes_sessions_and_counters_that_ended(
    process_environment: dict[str, str], owner_connection: psycopg.Connection
) -> None:
    for ends in (timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(hours=1)):
        row = {"key": str(ends), "ends": ends}
        owner_connection.execute(
            "INSERT INTO kernel_counter (key, hits, ends_at) VALUES (%(key)s::text::bytea, 1, %(ends)s)", row
        )
        owner_connection.execute(
            "INSERT INTO kernel_session (session_key, session_data, expire_date) VALUES (%(key)s, '', %(ends)s)", row
        )
    environment = {**process_environment, "KNOOPPUNT_ROLE": "jobs"}
    subprocess.run([sys.executable, "-c", CLEAR], env=environment, check=True, timeout=60)
    for left in ("SELECT count(*) FROM kernel_counter", "SELECT count(*) FROM kernel_session"):
        assert owner_connection.execute(left).fetchone() == (1,)


def test_a_stretch_that_ended_begins_anew(db: None, frozen: Frozen) -> None:
    window = Window("test", "iemand", 2, 60)
    assert [counting.count([window]) for _ in range(4)] == [0, 0, 60, 60]
    frozen.move(seconds=59)
    assert counting.count([window]) == 1
    frozen.move(seconds=2)
    assert counting.count([window]) == 0


def test_no_address_or_account_stands_in_the_table(db: None) -> None:
    counting.count([Window("test", "192.0.2.7", 2, 60)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM kernel_counter")
        assert all(b"192" not in bytes(row[0]) and len(row[0]) == 20 for row in cursor.fetchall())


@pytest.mark.usefixtures("as_in_production")
def test_guessing_from_one_address_is_stopped_and_colleagues_there_work_on(
    enter: Callable[[str], Client], known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_few_failures(monkeypatch, "POST account_login")
    anna = enter("anna")
    guesser = Client()
    for number in range(5):
        assert guesser.post("/account/login/", {**WRONG, "login": f"n{number}@x.invalid"}).status_code == 200
    answer = guesser.post("/account/login/", WRONG)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "Even wachten" in answer.content.decode()
    assert anna.get("/").status_code == 200
    assert guesser.post("/account/login/", WRONG, REMOTE_ADDR="192.0.2.9").status_code == 200


def with_few_failures(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """After five failures it is enough, so that a test need not make a hundred."""
    few = tuple(replace(one, most=5) if one.failures else one for one in LIMITS[name])
    monkeypatch.setattr(limits, "LIMITS", {**LIMITS, name: few})


@pytest.mark.usefixtures("as_in_production")
def test_an_office_behind_one_address_logs_in_at_once(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    with_few_failures(monkeypatch, "POST account_login")
    known("anna")
    anna = Account.objects.get(email="anna@voorbeeld.invalid")
    anna.set_password(PASSWORD)
    anna.save()
    for _ in range(12):
        answer = Client().post("/account/login/", {"login": anna.email, "password": PASSWORD})
        assert answer.status_code == 302, "who comes in does not count as a guesser"
    assert all(one.most >= 100 for one in LIMITS["POST account_login"] if one.per is Per.ADDRESS)


@pytest.mark.usefixtures("as_in_production")
def test_searching_for_persons_is_limited_by_person(enter: Callable[[str], Client]) -> None:
    anna, bram = enter("anna"), enter("bram")
    for _ in range(30):
        assert anna.post("/zoeken/", {"q": "Jansen"}).status_code == 303
    answer = anna.post("/zoeken/", {"q": "Jansen"})
    assert answer.status_code == 429
    assert "Jansen" not in answer.content.decode()
    assert bram.post("/zoeken/", {"q": "Jansen"}).status_code == 303
    assert anna.get("/").status_code == 200


@pytest.mark.usefixtures("as_in_production")
def test_a_forgotten_password_is_mailed_three_times_an_hour_whether_it_is_known_or_not(known: Known) -> None:
    known("anna")
    for email in ("anna@voorbeeld.invalid", "niemand@voorbeeld.invalid"):
        statuses = [Client().post("/account/password/reset/", {"email": email}).status_code for _ in range(4)]
        assert statuses == [302, 302, 302, 429]
    assert len(mail.outbox) == 6


@pytest.mark.usefixtures("as_in_production")
def test_guessing_tokens_is_stopped_with_a_problem_that_machines_understand(known: Known) -> None:
    known("anna")
    guesser = Client()
    for number in range(60):
        headers = {"Authorization": f"Bearer geraden{number}"}
        assert guesser.get("/api/v1/meldingen", headers=headers).status_code == 401
    answer = guesser.get("/api/v1/meldingen", headers={"Authorization": "Bearer geraden"})
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_each_token_has_its_own_limit(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.LIMITS_TIMES = 1
    monkeypatch.setattr(limits, "LIMITS", {**LIMITS, "api": (Limit(2, 60, Per.TOKEN),)})
    one, other = ({"Authorization": f"Bearer {name}"} for name in ("een", "ander"))
    client = Client()
    assert [client.get("/api/v1/meldingen", headers=one).status_code for _ in range(3)] == [401, 401, 429]
    assert client.get("/api/v1/meldingen", headers=other).status_code == 401


def test_an_ordinary_page_counts_without_a_write(enter: Callable[[str], Client]) -> None:
    client = enter("anna")
    client.get("/")
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/").status_code == 200
    assert not [query for query in seen if "kernel_counter" in query["sql"] or query["sql"].startswith("INSERT")]
    assert len(seen) <= 20


def test_pages_are_limited_too_and_a_check_of_health_is_not(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LIMITS_TIMES = 1
    monkeypatch.setattr(limits, "PAGES", {**PAGES, Per.ADDRESS: Limit(3, 60, Per.ADDRESS)})
    client = Client()
    statuses = [client.get("/zoeken/").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert client.get("/bestaat-niet/").status_code == 429
    assert client.get("/healthz").status_code in {200, 503}


def test_the_memory_of_a_process_does_not_grow_without_end(frozen: Frozen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 10)
    memory = InMemory()
    for number in range(12):
        memory.count(Window("test", str(number), 1, 60))
    frozen.move(minutes=2)
    memory.count(Window("test", "nog een", 1, 60))
    assert len(memory._counts) == 1


@pytest.mark.parametrize(
    ("origin", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8::1", "2001:db8::/64"),
        ("", ""),
    ],
)
def test_one_machine_with_many_addresses_is_one(origin: str, network: str) -> None:
    assert network_of(origin) == network


def test_the_handbook_says_what_the_table_says() -> None:
    said = (ROOT / "docs/installeren.md").read_text(encoding="utf-8")
    per = {Per.ADDRESS: "adres", Per.ACCOUNT: "account", Per.TOKEN: "token", Per.NAME: "e-mailadres"}
    for name, found in {**LIMITS, "pagina's": tuple(PAGES.values())}.items():
        text = "; ".join(
            f"{one.most}{' mislukte' if one.failures else ''} per {one.seconds // 60} min per {per[one.per]}"
            for one in found
        )
        assert f"| `{name}` | {text} |" in said, f"| `{name}` | {text} |"
