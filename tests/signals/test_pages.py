"""The pages of Meldingen: nothing typed is lost, nothing is shown to whom it is not for."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knooppunt.signals import queries
from knooppunt.signals.actions import ReportDraft, judge_report, register_report, withdraw_report
from knooppunt.signals.queries import InboxFilter
from tests.signals.sample import BSN
from tests.world import World

pytestmark = pytest.mark.django_db
Draft = Callable[..., ReportDraft]


def typed(world: World, **changes: str) -> dict[str, str]:
    """What Bram types in the form."""
    place = f"{world.regions['VR11']}/{world.municipalities['GM0479']}"
    said = {
        "form_id": str(uuid4()),
        "kind": "E33",
        "municipality": place,
        "happened": "Hij riep \x07 <b>luid</b>.",
        "surname": "Testman",
        "born": "1980-02-03",
        "bsn": "1234.56.782",
        "feedback_wanted": "on",
    }
    return {**said, **changes}


def test_a_report_is_registered_once_and_shown_escaped(world: World) -> None:
    client, said = world.client("bram"), typed(world)
    answers = [client.post("/meldingen/nieuw/", said) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    page = world.client("anna").get(answers[0].headers["Location"]).content.decode()
    assert "\\u0007 &lt;b&gt;luid&lt;/b&gt;" in page
    assert BSN in page


@pytest.mark.parametrize(
    ("changes", "mend"),
    [
        ({"bsn": "123456789"}, "Dit BSN klopt niet"),
        ({"happened": ""}, "verplicht"),
        ({"happened": "a\x00b"}, "null"),
        ({"born": "2030-01-01"}, "toekomst"),
        ({"kind": "NAZ"}, ""),
        ({"municipality": "elders"}, ""),
        ({"kind": "WVGGZ", "municipality": "{VR11}/"}, "Kies de gemeente"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(world: World, changes: dict[str, str], mend: str) -> None:
    filled = {key: value.replace("{VR11}", str(world.regions["VR11"])) for key, value in changes.items()}
    answer = world.client("bram").post("/meldingen/nieuw/?formulier=politie", typed(world, **filled))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert mend.casefold() in page.casefold()
    assert 'value="Testman"' in page and 'id="errors"' in page
    assert queries.inbox(world.actor("bram"), InboxFilter(box="gemeld")).count == 0


def test_the_form_fits_who_reports(world: World) -> None:
    police = world.client("bram").get("/meldingen/nieuw/").content.decode()
    assert "Overlast door verward of overspannen persoon (E33)" in police
    page = world.client("hamid").get("/meldingen/nieuw/").content.decode()
    assert "Overlast door verward of overspannen persoon (E33)" not in page and "Niet-acute zorg" in page


def test_outsiders_see_nothing_of_it(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft())
    for name in ("bas", "femke", "dirk", "farid"):
        client = world.client(name)
        assert client.get(f"/meldingen/{key}/").status_code == 404
        for address in ("/meldingen/", "/meldingen/?lijst=gemeld", "/meldingen/export.csv?lijst=gemeld"):
            page = client.get(address)
            assert page.status_code == 200
            assert "Testman" not in page.content.decode() and str(key) not in page.content.decode()
    for name in ("greet", "karin", "esra", "lucas"):
        for address in ("/meldingen/", f"/meldingen/{key}/", "/meldingen/export.csv", "/meldingen/nieuw/"):
            assert world.client(name).get(address).status_code == 403


def test_the_list_says_how_many_and_why_it_is_empty(world: World, draft: Draft) -> None:
    assert "Er wacht geen melding op u" in world.client("anna").get("/meldingen/").content.decode()
    register_report(world.actor("bram"), draft())
    page = world.client("anna").get("/meldingen/?sorteer=-ontvangen&soort=E33&termijn=zeven-dagen").content.decode()
    assert "1 melding" in page and "Testman" in page
    assert "Geen melding past" in world.client("anna").get("/meldingen/?termijn=te-laat").content.decode()
    assert world.client("anna").get("/meldingen/?soort=%00&pagina=99999&sorteer=x&route='").status_code == 200


def test_the_file_has_no_names_and_no_formulas(world: World, draft: Draft) -> None:
    register_report(world.actor("bram"), draft(number="=1+1"))
    answer = world.client("bram").get("/meldingen/export.csv?lijst=gemeld")
    text = answer.content.decode()
    assert "'=1+1;E33" in text and "Testman" not in text and BSN not in text


def judgement(**changes: str) -> dict[str, str]:
    said = {"form_id": str(uuid4()), "version": "1", "outcome": "advice", "outcome_text": "Bel het wijkteam."}
    return {**said, **changes}


def test_a_judgement_is_recorded_and_read_by_the_reporter(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft())
    answer = world.client("anna").post(f"/meldingen/{key}/beoordelen/", judgement())
    assert answer.status_code == 302
    assert "Bel het wijkteam." in world.client("bram").get(f"/meldingen/{key}/").content.decode()
    assert "Testman" in world.client("anna").get("/meldingen/?lijst=afgehandeld").content.decode()


def test_whoever_comes_second_is_told_and_keeps_the_text(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft())
    judge_report(world.actor("anna"), key, outcome="local_approach", text="Eerste.", version=1)
    answer = world.client("anna").post(f"/meldingen/{key}/beoordelen/", judgement(outcome_text="Tweede."))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Iemand anders" in page and "Tweede." in page and "Eerste." in page


def test_a_judgement_on_what_was_withdrawn_is_given_back(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft())
    withdraw_report(world.actor("bram"), key)
    answer = world.client("anna").post(f"/meldingen/{key}/beoordelen/", judgement(outcome_text="Niet kwijt."))
    assert answer.status_code == 404
    assert "Niet kwijt." in answer.content.decode()


def test_the_reporter_takes_a_report_back(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft())
    said = {"form_id": str(uuid4()), "version": "1"}
    assert world.client("anna").post(f"/meldingen/{key}/intrekken/", said).status_code == 403
    assert world.client("bram").post(f"/meldingen/{key}/intrekken/", said).status_code == 302
    assert world.client("anna").get(f"/meldingen/{key}/").status_code == 404


def test_two_descriptions_become_one_person_by_decision(world: World, draft: Draft) -> None:
    from datetime import date

    from knooppunt.signals.rules import Described

    born = date(1980, 2, 3)
    register_report(world.actor("bram"), draft(described=Described(surname="Testman", born=born)))
    key = register_report(world.actor("bram"), draft(described=Described(surname="Tesman", born=born)))
    client = world.client("anna")
    (person,) = queries.report_page(world.actor("anna"), key).persons
    said: dict[str, Any] = {
        "form_id": uuid4(),
        "kept": person.person,
        "joined": person.lookalikes[0].person,
        "reason": "",
    }
    assert client.post(f"/meldingen/{key}/samenvoegen/", said).status_code == 422
    answer = client.post(f"/meldingen/{key}/samenvoegen/", {**said, "reason": "Zelfde adres."})
    assert answer.status_code == 302
    (person,) = queries.report_page(world.actor("anna"), key).persons
    assert len(person.earlier) == 1 and person.lookalikes == ()


@pytest.mark.parametrize("address", ["/meldingen/", "/meldingen/{key}/", "/meldingen/nieuw/"])
def test_pages_need_at_most_twenty_queries(world: World, draft: Draft, address: str) -> None:
    for number in range(5):
        key = register_report(world.actor("bram"), draft(number=str(number)))
    client = world.client("anna")
    with CaptureQueriesContext(connection) as queries_done:
        assert client.get(address.format(key=key)).status_code == 200
    # Savepoints, and forgetting who acted, are only asked because a test is a transaction around every other one.
    only_here = ("SAVEPOINT", "set_config('kn.organisation', ''")
    asked = [one["sql"] for one in queries_done.captured_queries if not any(part in one["sql"] for part in only_here)]
    assert len(asked) <= 20
