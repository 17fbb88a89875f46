"""Consent in a real browser: recorded, shared with whom it names, withdrawn, and gone."""

from pathlib import Path

import pytest

from tests.journeys.conftest import Cast, Person
from tests.journeys.test_documents import download, information
from tests.journeys.test_keyboard_and_phone import WIDTH

pytestmark = pytest.mark.journey

TEXT = "Zij wil gebeld worden op dinsdag, niet bezocht."
WORD = "gebeld"


def record(joris: Person, case: str) -> None:
    """Joris records what the resident told him: about guidance, for the GGD."""
    joris.open(case)
    joris.follow("Toestemming vastleggen")
    joris.accessible()
    joris.page.locator('main [name="person"]').first.check()
    today = joris.page.evaluate("new Date().toISOString().slice(0, 10)")
    joris.fill(given_on=today, how="oral", categories="guidance_care_help")
    joris.pick("organisations", "GGD")
    joris.fill(purpose="Eén manier om haar te bereiken.")
    joris.press("Vastleggen")
    assert joris.sees("De toestemming is vastgelegd.")


def share(joris: Person, case: str, file: Path) -> None:
    """Joris shares something that rests on it, with a file."""
    joris.open(f"{case}inbrengen/")
    joris.fill(category="guidance_care_help", text=TEXT, secrecy_way="explicit_consent", secrecy_note="Besproken.")
    chosen = joris.page.locator('[name="consent"] option', has_text="begeleiding").get_attribute("value")
    joris.fill(consent=chosen or "", necessary="on")
    joris.page.locator("#id_file").set_input_files(file)
    joris.press("Informatie delen")
    assert joris.sees(TEXT)


def finds(person: Person) -> bool:
    """Whether somebody finds it by its words."""
    person.open("/zoeken/")
    person.page.locator("main [name=q]").fill(WORD)
    with person.page.expect_navigation():
        person.page.locator("main [name=q]").press("Enter")
    return person.page.locator("main mark").count() > 0


def test_what_rests_on_consent_is_gone_when_it_is_withdrawn(cast: Cast, tmp_path: Path) -> None:
    joris, anna, bram = cast.joris, cast.anna, cast.bram
    case, file = information(joris), tmp_path / "verslag.txt"
    file.write_bytes(b"Bellen op dinsdag.\n")
    record(joris, case)
    share(joris, case, file)
    joris.accessible()
    anna.open(case)
    assert anna.sees(TEXT)
    assert download(anna, file.name)[1] == file.read_bytes()
    address = anna.page.get_by_role("link", name=file.name).get_attribute("href")
    assert finds(anna)
    bram.open(case)
    assert not bram.sees(TEXT)
    assert not finds(bram)

    joris.open(case)
    joris.follow("Intrekken: toestemming van")
    assert joris.sees("Eén manier om haar te bereiken.")
    joris.fill(how="oral")
    joris.press("Intrekken")
    assert joris.sees("De toestemming is ingetrokken.")
    assert joris.sees(TEXT)
    joris.accessible()
    anna.open(case)
    assert not anna.sees(TEXT)
    assert not finds(anna)
    assert finds(joris), "its supplier keeps what is its own"
    assert anna.page.request.get(f"{anna.page.url.split('/casussen/')[0]}{address}").status == 404
    joris.open(case)
    joris.page.screenshot(path=str(tmp_path / "breed.png"), full_page=True)
    phone = cast.narrow("joris", 390)
    for path in (case, case.replace("informatie", "toestemming")):
        phone.open(path)
        assert phone.page.evaluate(WIDTH) <= 390
        phone.page.screenshot(path=str(tmp_path / f"smal{len(path)}.png"), full_page=True)
