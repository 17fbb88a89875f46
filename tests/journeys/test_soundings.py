"""Meedenken zonder naam: Joris hesitates, asks without a name, Bram thinks along, and an intake comes of it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Cast, Person

pytestmark = pytest.mark.journey

BSN = "999990007"
NAMED = f"De zus van Piet de Vries belt ons. Zijn BSN is {BSN}."
MENDED = "De zus van een man in zorg belt ons. Hij slaapt al weken niet."
ANSWER = "De wijkagent kan met de buren praten, in het algemeen."
SURNAME = "Naamvoorbeeld"


def test_from_a_question_without_a_name_to_an_intake(cast: Cast) -> None:
    key = _joris_asks(cast.joris)
    _bram_answers(cast.bram, key)
    _others_see_nothing(cast, key)
    _joris_makes_an_intake(cast.joris, key)
    cast.bram.open(f"/overleg/meedenken/{key}/")
    assert SURNAME not in cast.bram.source()
    assert cast.complaints() == []


def _joris_asks(joris: Person) -> str:
    joris.open("/overleg/")
    joris.follow("Meedenken zonder naam")
    joris.open("/overleg/meedenken/nieuw/")
    joris.pick("table", "Casusoverleg Zorg")
    joris.pick("age_band", "27 tot en met 44 jaar")
    joris.fill(worries=NAMED, question="Wie denkt mee over een eerste stap?")
    joris.press("Nakijken en versturen")
    assert joris.page.locator("main mark").all_inner_texts() == ["van Piet de Vries", BSN]
    assert joris.page.locator('input[name="confirmed"]').count() == 0, "while a BSN stands there nothing is confirmed"
    expect(joris.page.locator("#id_worries")).to_have_value(NAMED)
    joris.fill(worries=MENDED)
    joris.press("Nakijken en versturen")
    assert joris.sees("Uw vraag staat bij het overleg.") or "Uw vraag staat bij het overleg." in joris.source()
    return joris.where().strip("/").split("/")[-1]


def _bram_answers(bram: Person, key: str) -> None:
    bram.open("/")
    bram.follow("Meedenken: vraag aan Casusoverleg Zorg- en Veiligheidshuis")
    assert bram.sees(MENDED)
    assert "Joris" not in bram.source()
    assert "GGZ De Dijk" not in bram.source()
    bram.pick("kind", "Wij kunnen helpen")
    bram.fill(text="Is dit mevrouw Jansen?")
    bram.press("Antwoord versturen")
    assert bram.page.locator("main mark").all_inner_texts() == ["Jansen"]
    bram.fill(text=ANSWER)
    bram.press("Antwoord versturen")
    assert bram.sees(ANSWER)
    bram.open("/")
    assert key not in bram.source()


def _others_see_nothing(cast: Cast, key: str) -> None:
    for name in ("bas", "dirk"):
        outsider: Person = getattr(cast, name)
        outsider.open(f"/overleg/meedenken/{key}/", status=404)
        outsider.open("/overleg/meedenken/")
        assert outsider.sees("Er is nu geen open meedenkvraag.")


def _joris_makes_an_intake(joris: Person, key: str) -> None:
    joris.open("/")
    joris.follow("Politie (voorbeeld) dacht met u mee")
    assert joris.sees(ANSWER)
    joris.follow("Maak hier een aanmelding van")
    expect(joris.page.locator("#id_problems")).to_have_value(MENDED)
    joris.pick("table", "Triageteam Zorg")
    joris.fill(surname=SURNAME, life_areas="Gezondheid en wonen.", threat="Het loopt op.")
    joris.fill(cooperation="Zorg en politie samen.", tried="Huisbezoek.")
    joris.pick("informed", "Ja")
    for named in ('[name="categories"][value="health"]', '[name="necessary"]', "#id_accuracy_checked"):
        joris.page.locator(f"main {named}").check()
    joris.page.locator('main [name="secrecy_way"][value="legal_duty"]').check()
    joris.fill(secrecy_note="De Wvggz verplicht ons hiertoe.")
    joris.press("Aanmelding versturen")
    assert joris.where().startswith("/triage/")
    assert key not in joris.source()
    joris.open(f"/overleg/meedenken/{key}/")
    assert joris.sees("Hieruit kwam al een aanmelding.")
    assert SURNAME not in joris.source()
