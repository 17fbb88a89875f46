"""The national interface, from the outside: statuses, addresses, and whose reports are whose."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from knooppunt.kernel import outbox
from knooppunt.kernel.actor import system_actor
from knooppunt.signals import jobs, queries
from knooppunt.signals.actions import end_token, judge_report, token_actor
from knooppunt.signals.queries import InboxFilter
from tests.signals.conftest import System
from tests.signals.sample import BSN, body
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., System]


def only(world: World, name: str = "anna") -> Any:
    """The one report that waits for somebody."""
    (row,) = queries.inbox(world.actor(name), InboxFilter()).rows
    return queries.report_page(world.actor(name), row.id)


def test_a_report_is_taken_in_and_read_back_exactly_as_sent(world: World, system: Make) -> None:
    sender, raw = system(), json.dumps(body(), indent=2).encode() + b"\n"
    made = sender.send(raw)
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/meldingen/P-2026-1")
    assert sender.client.get(made.headers["Location"]).content == raw
    assert sender.get().content == b"[" + raw + b"]"
    page = only(world)
    assert (page.municipality, page.persons[0].name, page.persons[0].address) == (
        "Zaanstad",
        "Tobias van der Testman",
        "Dorpsstraat 12 A",
    )


def test_an_invalid_body_is_named_by_its_place(system: Make) -> None:
    answer = system().send(body(soort="X"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["pointer"] == "/soort"
    assert BSN not in answer.content.decode()


def test_without_a_token_nobody_gets_in(world: World, system: Make) -> None:
    for headers in ({}, {"Authorization": "Bearer kn_nope"}, {"Authorization": "Basic eDp5"}):
        for method in ("GET", "POST", "PUT"):
            answer = Client(headers=headers).generic(method, "/api/v1/meldingen", b"{}", "application/json")
            assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    sender = system()
    found = token_actor(sender.token)
    assert found is not None
    end_token(system_actor("tests"), found[1].id)
    assert sender.get().status_code == 401
    # A session is no token.
    assert world.client("anna").get("/api/v1/meldingen").status_code == 401


def test_a_token_keeps_to_its_route(system: Make) -> None:
    sender = system(routes=["vt"])
    answer = sender.send(body())
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
    assert sender.send(body(soort="VT")).status_code == 201


def test_a_token_keeps_to_its_region(world: World, system: Make) -> None:
    sender = system(regions=["VR04"])
    assert sender.send(body()).status_code == 201
    assert queries.inbox(world.actor("anna"), InboxFilter()).count == 0


def test_the_place_chooses_between_the_regions_of_a_token(world: World, system: Make) -> None:
    assert system(regions=["VR04", "VR11"]).send(body()).status_code == 201
    assert only(world).region == "Zaanstreek-Waterland"


def test_a_number_is_never_used_twice(world: World, system: Make) -> None:
    sender = system()
    assert sender.send(body()).status_code == 201
    assert sender.send(body(verzoek="anders")).status_code == 409
    assert only(world).question == "Wilt u contact zoeken?"
    assert sender.client.delete("/api/v1/meldingen/P-2026-1").status_code == 204
    assert sender.send(body()).status_code == 409
    assert sender.get("/P-2026-1").status_code == 404
    assert sender.get().content == b"[]"
    assert system(organisation="ggz").send(body()).status_code == 201


@pytest.mark.parametrize("number", ["a/b", "a b?c#d%", "é\u0007\n", "..", "x" * 3_000, "=1+1", "uitkomst/1"])
def test_any_number_has_an_address(system: Make, number: str) -> None:
    sender, said = system(), body(registratienummer=number)
    made = sender.send(said)
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/meldingen/{quote(number, safe='')}"
    assert sender.client.get(made.headers["Location"]).json() == said


def test_anothers_report_does_not_exist(system: Make) -> None:
    system().send(body())
    other = system(organisation="ggz")
    assert other.get("/P-2026-1").status_code == other.get("/niets").status_code == 404
    assert other.client.delete("/api/v1/meldingen/P-2026-1").status_code == 404
    assert other.send(body(), "put").status_code == 404
    assert other.get().content == b"[]"
    assert other.client.get("/api/v1/uitkomstmeldingen/P-2026-1").status_code == 404


def test_a_report_is_replaced_while_it_is_not_handled(world: World, system: Make) -> None:
    sender = system()
    sender.send(body())
    before = only(world)
    other = json.loads(json.dumps(body()))
    other["natuurlijkPersoon"]["naam"]["geslachtsnaam"] = "Anders"
    other["natuurlijkPersoon"]["burgerservicenummer"] = "999999990"
    assert sender.send(other, "put").status_code == 200
    page = only(world)
    assert (page.persons[0].name, page.number, page.due_on) == ("Tobias van der Anders", "P-2026-1", before.due_on)
    assert sender.send(other, "put", "/P-2026-1").status_code == 200
    assert sender.send(other, "put", "/ander").status_code == 400
    assert sender.send(body(registratienummer="onbekend"), "put").status_code == 404
    assert len(sender.get().json()) == 1
    page = only(world)
    judge_report(world.actor("anna"), page.id, outcome="advice", text="Advies.", version=page.version)
    assert sender.send(other, "put").status_code == 409
    assert sender.client.delete("/api/v1/meldingen/P-2026-1").status_code == 409


def test_doubtful_is_taken_in_and_marked_and_a_wrong_bsn_joins_nobody(world: World, system: Make) -> None:
    sender = system()
    for number in ("1", "2"):
        said = json.loads(json.dumps(body(registratienummer=number)))
        said["natuurlijkPersoon"]["burgerservicenummer"] = "123456789"
        said["natuurlijkPersoon"]["naam"]["geslachtsnaam"] = f"Naam{number}xx"
        said["incident"]["datumTijd"] = "2030-01-01T00:00:00Z"
        assert sender.send(said).status_code == 201
    rows = queries.inbox(world.actor("anna"), InboxFilter()).rows
    pages = [queries.report_page(world.actor("anna"), row.id) for row in rows]
    assert len({page.persons[0].person for page in pages}) == 2
    assert all(len(page.marks) == 2 and page.persons[0].bsn_fails for page in pages)


def test_the_newest_stands_first_and_pages_end(system: Make, frozen: Any) -> None:
    sender = system()
    for number in range(52):
        frozen.move(seconds=1)
        assert sender.send(body(registratienummer=str(number))).status_code == 201
    first, second, third = (sender.get(f"?page={page}").json() for page in (1, 2, 3))
    assert [said["registratienummer"] for said in first[:2]] == ["51", "50"]
    assert (len(first), len(second), third) == (50, 2, [])
    for wrong in ("0", "-1", "x", "1.5", "9" * 30, "²"):
        assert sender.get(f"?page={wrong}").status_code == 400


def test_a_body_that_is_too_large_is_said_to_be(system: Make) -> None:
    answer = system().send(b" " * 1_000_001)
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert system().send(b" " * 5_000_000).status_code == 413


def outcome_of(sender: System) -> Any:
    return sender.client.get("/api/v1/uitkomstmeldingen/P-2026-1")


def test_an_outcome_has_a_code_for_veilig_thuis_only(world: World, system: Make) -> None:
    from knooppunt.sharing.rules import SubjectKind

    sender = system()
    sender.send(body(soort="VT"))
    assert outcome_of(sender).json()["type"] == "no-outcome-yet"
    world.add("vera", "veilig-thuis")
    world.designate("vera", SubjectKind.ROUTE, world.routes["VR11", "vt"])
    page = only(world, "vera")
    judge_report(world.actor("vera"), page.id, outcome="not_taken_up", text="Geen vervolg.", version=1)
    assert outcome_of(sender).json() == {"registratienummer": "P-2026-1", "status": "VT-01-03"}


def test_naz_and_zvh_have_no_code(world: World, system: Make) -> None:
    sender = system()
    sender.send(body())
    answer = outcome_of(sender)
    assert (answer.status_code, answer.json()["type"]) == (404, "no-outcome-code")


def test_an_outcome_is_sent_to_the_address_of_the_token(
    world: World, system: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knooppunt.sharing.rules import SubjectKind

    system(organisation="ggz", outcome_url="https://elders.invalid/")
    sender = system(outcome_url="https://politie.invalid/uitkomst")
    sender.send(body(soort="VT"))
    world.add("vera", "veilig-thuis")
    world.designate("vera", SubjectKind.ROUTE, world.routes["VR11", "vt"])
    page = only(world, "vera")
    posted: list[Any] = []
    monkeypatch.setattr(jobs, "_post", lambda url, _message, outcome: posted.append((url, outcome)))
    told: list[Any] = []
    monkeypatch.setattr("knooppunt.signals.actions.judging.tell", lambda _work, kind, key: told.append((kind, key)))
    judge_report(world.actor("vera"), page.id, outcome="advice", text="Advies.", version=1)
    assert told == [("outcome_notice", page.id)]
    outbox.sender_of("outcome_notice")(page.id, page.id)
    assert posted == [("https://politie.invalid/uitkomst", {"registratienummer": "P-2026-1", "status": "VT-03"})]


def test_outcomes_go_over_https_or_stay_on_this_machine(settings: Any) -> None:
    assert jobs.may_be_sent_to("https://x.invalid/")
    assert jobs.may_be_sent_to("http://localhost:9/")
    assert not jobs.may_be_sent_to("http://x.invalid/")
    settings.DEMO = False
    assert not jobs.may_be_sent_to("http://localhost:9/")
