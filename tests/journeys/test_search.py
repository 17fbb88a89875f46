"""Finding a person again, and deciding that two are one; on the running product."""

import re

import pytest

from tests.journeys.conftest import Cast, Person
from tests.journeys.sending import Sending

pytestmark = pytest.mark.journey

BSN = "999990019"
SURNAME = "Zoekelaar"
BORN = "1971-03-05"


def _register(person: Person, **said: str) -> None:
    person.open("/meldingen/nieuw/")
    person.pick("kind", "Niet-acute zorg")
    person.pick("municipality", "Zaanstad")
    person.fill(happened="Een buurvrouw maakt zich zorgen.", **said)
    person.press("Melding versturen")
    assert re.search(r"/meldingen/[0-9a-f-]{36}/$", person.page.url), person.page.locator("main").inner_text()


def _seek(person: Person, typed: str) -> None:
    person.open("/zoeken/")
    person.page.locator("main [name=q]").fill(typed)
    with person.page.expect_navigation():
        person.page.locator("main [name=q]").press("Enter")
    person.accessible()
    assert re.search(r"/zoeken/[0-9a-f-]{36}/$", person.page.url), person.where()
    assert typed not in person.page.title()


def _cards(person: Person) -> list[str]:
    """The names above the persons that were found."""
    return person.page.locator("section[aria-labelledby=persons] .kn-card:has(.kn-list) h3").all_inner_texts()


def test_a_person_is_found_with_a_slip_and_by_bsn(cast: Cast) -> None:
    anna = cast.anna
    _register(anna, given_names="Pim", surname=SURNAME, born=BORN, bsn=BSN)
    _seek(anna, f"Zoekelaars {BORN[8:]}-{BORN[5:7]}-{BORN[:4]}")
    assert _cards(anna) == [f"Pim {SURNAME} (05-03-1971)"]
    _seek(anna, BSN)
    assert _cards(anna) == [f"Pim {SURNAME} (05-03-1971)"]
    assert BSN not in anna.source()
    anna.page.locator("main .kn-list a").first.click()
    anna.page.wait_for_url(re.compile("/meldingen/"))
    assert anna.sees(SURNAME)
    _seek(anna, "Zoekelaars")
    assert anna.sees("Niemand gevonden"), "without a date of birth there is no tolerance"


def test_words_are_found_in_texts_and_lead_to_where_they_stand(cast: Cast) -> None:
    hamid = cast.hamid
    _seek(hamid, "overlast")
    assert hamid.page.locator("main mark").all_inner_texts() == ["overlast"]
    hamid.page.locator("main .kn-tabs").get_by_role("link", name="Overleg").click()
    hamid.page.wait_for_url(re.compile("soort=overleg"))
    assert hamid.sees("In dit soort tekst staat het niet")
    hamid.accessible()
    hamid.page.go_back()
    hamid.page.locator("main .kn-list a").first.click()
    hamid.page.wait_for_url(re.compile("/plan/"))
    assert hamid.sees("zonder nieuwe overlast")
    phone = cast.narrow("carla")
    _seek(phone, "overlast or huur or hulp")
    assert phone.page.locator("main mark").count() > 2
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_search_goes_to_a_random_address_of_the_searcher_alone(cast: Cast) -> None:
    anna = cast.anna
    anna.open("/zoeken/")
    answer = Sending(anna, "q").send(q="Testema 21-08-1954")
    assert answer.status == 303
    address = answer.headers["location"]
    assert re.fullmatch(r"/zoeken/[0-9a-f-]{36}/", address)
    again = Sending(anna, "q").send(q="Testema 21-08-1954").headers["location"]
    assert again != address, "the address says nothing about who was sought"
    anna.open(address)
    for name in ("joris", "bram", "karin"):
        other: Person = getattr(cast, name)
        found = other.page.request.get(other.address + address)
        assert found.status in {403, 404}, name
        assert "Testema" not in found.text()


def test_two_persons_become_one_and_two_again(cast: Cast) -> None:
    anna = cast.anna
    _seek(anna, "Testema 21-08-1954")
    assert len(_cards(anna)) == 2
    sending = _fill_join(anna, "")
    anna.press("Voeg samen")
    assert anna.page.evaluate("document.activeElement.id") == "errors"
    assert anna.sees("Hoe weet u dat?: ")
    assert anna.page.locator("main [name=persons]:checked").count() == 2, "what was chosen is still chosen"
    sending = _fill_join(anna, "Zelfde adres; nagevraagd bij de wijkagent.")
    anna.press("Voeg samen")
    assert anna.sees("Vastgelegd: dit is dezelfde persoon.")
    assert _cards(anna) == ["Loes Testema / Loes Testima (21-08-1954)"]
    assert anna.sees("nagevraagd bij de wijkagent")
    again = sending.send()
    assert again.status == 303, "the same form twice is one decision"
    other_form = sending.send(form_id="5a0d9c52-7b3a-4f0e-9a3e-0f2b4a8c1d11")
    assert other_form.status == 422
    assert "al samengevoegd" in other_form.text()
    sending.pairs = [pair for pair in sending.pairs if pair[0] != "form_id"]
    assert sending.send(form_id="geen-id").status == 422
    anna.open(anna.where())
    undo = Sending(anna, "join")
    anna.press("Toch niet dezelfde persoon")
    assert anna.sees("De koppeling is ongedaan gemaakt.")
    assert len(_cards(anna)) == 2
    assert undo.send().status == 404, "undone once; there is nothing left to undo"
    assert undo.send(join="geen-id").status == 400


def _fill_join(person: Person, reason: str) -> Sending:
    for box in person.page.locator("main [name=persons]").all():
        box.check()
    person.page.locator("main [name=reason]").fill(reason)
    return Sending(person, "persons")


def test_strangers_cannot_be_joined(cast: Cast) -> None:
    anna = cast.anna
    _seek(anna, "Testema 21-08-1954")
    sending = _fill_join(anna, "Zomaar.")
    persons = [value for name, value in sending.pairs if name == "persons"]
    sending.pairs = [pair for pair in sending.pairs if pair[0] != "persons"] + [("persons", persons[0])]
    assert sending.send().status == 422, "one person is not two"
    sending.pairs.append(("persons", "8f0d9c52-7b3a-4f0e-9a3e-0f2b4a8c1d11"))
    assert sending.send().status == 404, "somebody outside the own view does not exist"
    sending.pairs = [pair for pair in sending.pairs if pair[0] != "persons"]
    sending.refused("Wie zijn dezelfde persoon?", keeps="Zomaar.", persons="geen-id")


def test_what_cannot_be_sought_says_so(cast: Cast) -> None:
    anna = cast.anna
    anna.open("/zoeken/")
    sending = Sending(anna, "q")
    sending.refused("Zoek", q="")
    sending.refused("Zoek", q="a\x00b")
    sending.refused("Zoek", q="a" * 5_001)
    for typed in ("<script>alert(1)</script>", "%_' OR 1=1 --", "31-02-1970", "\x01\x1b", "🙂"):
        answer = sending.send(q=typed)
        assert answer.status == 303, typed
        anna.open(answer.headers["location"])
        assert anna.sees("Niemand gevonden")
