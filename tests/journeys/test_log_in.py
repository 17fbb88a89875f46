"""Becoming somebody of the cast and leaving again; logging in with password and code is tested in tests/site."""

import pytest

from tests.journeys.conftest import Cast

pytestmark = pytest.mark.journey

EVERYONE = [
    "anna",
    "bram",
    "bas",
    "carla",
    "dirk",
    "esra",
    "farid",
    "femke",
    "greet",
    "hamid",
    "ilse",
    "joris",
    "karin",
    "lucas",
    "nadia",
    "mo",
]
NOTICE = "Voorbeeldomgeving. Alle inwoners en zaken zijn verzonnen."


def test_the_page_of_the_cast_shows_everyone(cast: Cast) -> None:
    anna = cast.anna
    anna.open("/demo/")
    forms = anna.page.locator('main form[action^="/demo/enter/"]')
    actions = forms.evaluate_all("es => es.map(e => e.getAttribute('action'))")
    assert sorted(actions) == sorted(f"/demo/enter/{name}" for name in EVERYONE)
    token = anna.page.locator("main [name=csrfmiddlewaretoken]").first.input_value()
    headers = {"Referer": anna.page.url, "X-CSRFToken": token}
    request = anna.page.request
    assert request.post(f"{anna.address}/demo/enter/niemand", headers=headers).status == 404
    assert request.post(f"{anna.address}/demo/enter/anna", headers={"Referer": anna.page.url}).status == 403
    assert request.get(f"{anna.address}/demo/enter/anna").status == 405
    anna.open("/")
    assert anna.page.locator(".kn-bar__who").inner_text().startswith("Anna de Meer")


def test_everyone_has_a_home_that_says_it_is_a_demo(cast: Cast) -> None:
    person = cast.narrow("anna", 1280)
    for name in EVERYONE:
        person.name = name
        person.enter().accessible()
        assert NOTICE in person.page.locator(".kn-demo").inner_text(), name
    for path in ("/casussen/", "/zoeken/", "/demo/"):
        cast.carla.open(path)
        assert NOTICE in cast.carla.page.locator(".kn-demo").inner_text(), path
    for path, status in (("/bestaat-niet/", 404), ("/beheer/medewerkers/", 403)):
        cast.carla.open(path, status=status)
        assert NOTICE in cast.carla.page.locator(".kn-demo").inner_text(), path


def test_whoever_leaves_is_out(cast: Cast) -> None:
    hamid = cast.hamid
    hamid.open("/casussen/")
    hamid.follow("Wilhelmina de Wit")
    case = hamid.where()
    session = next(one for one in hamid.page.context.cookies() if one["name"] == "knooppunt_session")
    assert session["httpOnly"], "no script reads the session"
    assert session["sameSite"] in {"Lax", "Strict"}
    hamid.press("Uitloggen")
    assert hamid.where() == "/account/login/?next=/"
    assert NOTICE in hamid.page.locator("body").inner_text()
    assert session["value"] not in {one["value"] for one in hamid.page.context.cookies()}
    for path in (case, "/", "/casussen/", "/meldingen/"):
        hamid.page.goto(hamid.address + path)
        assert hamid.where().startswith("/account/login/"), path
        assert "Wilhelmina" not in hamid.source()
    hamid.page.context.add_cookies([{"name": session["name"], "value": session["value"], "url": hamid.address}])
    hamid.page.goto(hamid.address + case)
    assert hamid.where().startswith("/account/login/"), "the old session is worth nothing"
    hamid.page.go_back()
    assert "Wilhelmina" not in hamid.page.locator("main").inner_text(), "a browser keeps no page of a case"


def test_becoming_another_leaves_nothing_behind(cast: Cast) -> None:
    person = cast.narrow("carla", 1000)
    person.open("/casussen/")
    assert person.sees("Wilhelmina de Wit")
    before = {one["name"]: one["value"] for one in person.page.context.cookies()}
    person.name = "karin"
    person.enter()
    after = {one["name"]: one["value"] for one in person.page.context.cookies()}
    assert before["knooppunt_session"] != after["knooppunt_session"]
    person.open("/casussen/", status=403)
    assert not person.sees("Wilhelmina")
