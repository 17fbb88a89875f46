"""The frame of every page: home per function, the menu, searching, and errors that tell nothing of a person."""

from collections.abc import Callable
from uuid import uuid4

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from knooppunt.kernel.doors import access_of
from knooppunt.site.demo.cast import cast
from tests.conftest import Frozen

Enter = Callable[[str], Client]

MENUS = {
    "anna": ["/", "/meldingen/", "/triage/", "/casussen/", "/overleg/", "/delen/"],
    "farid": ["/", "/casussen/", "/delen/"],
    "greet": ["/", "/delen/"],
    "esra": ["/", "/beheer/", "/delen/"],
    "karin": ["/", "/beheer/", "/delen/"],
}


def test_everyone_of_the_cast_has_a_home(frozen: Frozen, enter: Enter) -> None:
    for person in cast():
        answer = enter(person.name).get("/")
        assert answer.status_code == 200, person.name
        assert person.display_name in answer.content.decode()
        assert "Voorbeeldomgeving" in answer.content.decode()


def test_the_menu_holds_only_what_the_function_may_open(frozen: Frozen, enter: Enter) -> None:
    for name, menu in MENUS.items():
        client = enter(name)
        places = client.get("/").context["places"]
        assert [place.url for place in places] == menu
        for place in places:
            assert client.get(place.url, follow=True).status_code == 200, (name, place.url)


def test_the_cast_page_lists_all(db: None, client: Client) -> None:
    page = client.get("/demo/").content.decode()
    assert all(person.display_name in page for person in cast())


def test_without_log_in_one_is_led_to_it(client: Client, db: None) -> None:
    assert client.get("/").url == "/account/login/?next=/"


def test_every_address_of_ours_says_who_may_knock() -> None:
    silent = [
        str(pattern.pattern)
        for pattern in _patterns(get_resolver().url_patterns)
        if not pattern.callback.__module__.startswith("allauth.") and access_of(pattern.callback) is None
    ]
    assert silent == []


def _patterns(found: list[URLPattern | URLResolver]) -> list[URLPattern]:
    flat: list[URLPattern] = []
    for pattern in found:
        flat += [pattern] if isinstance(pattern, URLPattern) else _patterns(pattern.url_patterns)
    return flat


def test_a_search_has_a_random_address_that_ends_after_ten_minutes(frozen: Frozen, enter: Enter) -> None:
    client = enter("anna")
    answer = client.post("/zoeken/", {"q": "Klaver 01-02-1990"})
    assert answer.status_code == 303
    assert "Klaver" not in answer.url
    assert client.get(answer.url).status_code == 200
    frozen.move(minutes=11)
    assert client.get(answer.url).status_code == 404


def test_a_search_is_the_searchers_own(frozen: Frozen, enter: Enter) -> None:
    address = enter("anna").post("/zoeken/", {"q": "Klaver"}).url
    assert enter("hamid").get(address).status_code == 404


def test_only_who_works_on_cases_searches_persons(frozen: Frozen, enter: Enter) -> None:
    for name in ("karin", "greet", "esra", "lucas"):
        assert enter(name).post("/zoeken/", {"q": "Klaver"}).status_code == 403


def test_an_empty_search_says_what_to_do(enter: Enter) -> None:
    answer = enter("anna").post("/zoeken/", {"q": " "})
    assert answer.status_code == 422


def test_anyone_may_search_partners(enter: Enter, client: Client) -> None:
    enter("hamid")
    page = client.get("/zoeken/", {"q": "wijkteam"}).content.decode()
    assert "Wijkteam Zaanstad" in page


def test_a_function_that_one_does_not_have_cannot_be_chosen(enter: Enter) -> None:
    assert enter("anna").post("/hoedanigheid/", {"function": "maintenance"}).status_code == 400


def test_what_does_not_exist_is_a_page_without_what_was_asked(enter: Enter, client: Client) -> None:
    answer = enter("anna").get("/zoekt-iemand-klaver/")
    assert answer.status_code == 404
    assert "klaver" not in answer.content.decode().casefold()
    machine = client.get("/api/v1/onbekend-klaver")
    assert (machine.status_code, machine.headers["Content-Type"]) == (404, "application/problem+json")
    assert "klaver" not in machine.content.decode()


def test_the_interface_describes_itself_and_names_its_version(client: Client, db: None) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["API-Version"] == "1.0.0"


def test_no_figure_is_published_yet(client: Client, db: None) -> None:
    answer = client.get("/api/v1/cijfers/dossiers?region=VR11&at=2023-02-01")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert client.get("/api/v1/cijfers/dossiers?at=gisteren").status_code == 400


def test_an_unknown_search_address_is_not_found(enter: Enter) -> None:
    assert enter("anna").get(f"/zoeken/{uuid4()}/").status_code == 404
