"""A file with an item, in a real browser: attached, opened by whoever may, or refused with nothing lost."""

from pathlib import Path

import pytest

from tests.journeys.conftest import Cast, Person
from tests.journeys.test_keyboard_and_phone import WIDTH, Keys
from tests.uploads.samples import GOOD, pdf

pytestmark = pytest.mark.journey

TEXT = "Zie het verslag van het huisbezoek."


def information(person: Person) -> str:
    """The address of *Informatie* of the cast's case."""
    person.open("/casussen/")
    person.follow("Wilhelmina de Wit")
    return f"{person.where()}informatie/"


def fill_in(person: Person, case: str, file: Path) -> None:
    """The form, with a file."""
    person.open(f"{case}inbrengen/")
    person.fill(category="health", text=TEXT, secrecy_way="legal_duty", secrecy_note="Besproken.")
    person.fill(necessary="on")
    person.page.locator("#id_file").set_input_files(file)


def download(person: Person, name: str) -> tuple[str, bytes]:
    """What a browser keeps when one follows the link with this name."""
    with person.page.expect_download() as coming:
        person.page.get_by_role("link", name=name).click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


@pytest.fixture
def printed(cast: Cast, tmp_path: Path) -> Path:
    """A real PDF, as a browser prints it."""
    path = tmp_path / "Huisbezoek W. de Wit.pdf"
    cast.joris.page.set_content("<h1>Huisbezoek</h1><p>Rustig gesprek.</p>")
    cast.joris.page.pdf(path=str(path))
    return path


def test_a_file_is_attached_and_opens_for_whoever_sees_the_item(cast: Cast, printed: Path) -> None:
    joris = cast.joris
    case = information(joris)
    fill_in(joris, case, printed)
    joris.press("Informatie delen")
    assert joris.sees(TEXT)
    for person in (joris, cast.anna):
        person.open(case)
        name, content = download(person, printed.name)
        assert content == printed.read_bytes()
        assert name.startswith("casus-") and "Wit" not in name
        assert person.where() == case, "the page stays where it is"
    address = joris.page.get_by_role("link", name=printed.name).get_attribute("href")
    for person in (cast.hamid, cast.bas):
        assert person.page.request.get(f"{person.address}{address}").status == 404
    cast.hamid.open(case)
    assert printed.name not in cast.hamid.source() and TEXT not in cast.hamid.source()
    assert cast.complaints() == []


def test_a_bad_file_is_refused_with_its_reason_and_nothing_is_lost(cast: Cast, tmp_path: Path) -> None:
    joris = cast.joris
    case = information(joris)
    bad = tmp_path / "verslag.pdf"
    bad.write_bytes(pdf(b"<< /S /JavaScript >>"))
    fill_in(joris, case, bad)
    joris.press("Informatie delen")
    assert joris.sees("iets dat vanzelf start")
    assert joris.page.locator("#id_text").input_value() == TEXT
    assert joris.page.locator('[name="secrecy_way"]:checked').input_value() == "legal_duty"
    assert joris.page.evaluate("document.activeElement.id") == "errors"
    joris.page.locator("#id_file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": GOOD["foto.png"]}
    )
    joris.fill(text="")
    joris.press("Informatie delen")
    assert joris.sees("Kies het bestand opnieuw")
    joris.open(case)
    assert joris.sees("Tegengehouden bestanden")


def test_a_browser_says_at_once_that_a_file_is_too_large(cast: Cast, tmp_path: Path) -> None:
    joris = cast.joris
    joris.open(f"{information(joris)}inbrengen/")
    large = tmp_path / "groot.txt"
    large.write_bytes(b"a" * (10 * 1024 * 1024 + 1))
    field = joris.page.locator("#id_file")
    field.set_input_files(large)
    assert field.evaluate("e => [e.value, e.validationMessage]") == [
        "", "Dit bestand is groter dan 10 MB. Kies een kleiner bestand, of splits het.",
    ]  # fmt: skip
    field.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"klein"})
    assert field.evaluate("e => e.validationMessage") == ""


def test_a_file_is_chosen_and_opened_by_keyboard_on_a_small_phone(cast: Cast, printed: Path) -> None:
    joris = cast.narrow("joris")
    # listens from the start: asked for just before the key, the browser may be too late to look out for it
    joris.page.on("filechooser", lambda _chooser: None)
    case = information(joris)
    joris.open(f"{case}inbrengen/")
    assert joris.page.evaluate(WIDTH) <= 320
    keys = Keys(joris)
    keys.to("#id_file")
    with joris.page.expect_file_chooser() as chooser:
        joris.page.keyboard.press("Enter")
    chooser.value.set_files(printed)
    joris.fill(category="health", text="Met het toetsenbord.", secrecy_way="legal_duty", secrecy_note="Ja.")
    joris.fill(necessary="on")
    joris.press("Informatie delen")
    assert joris.page.evaluate(WIDTH) <= 320, "a long name of a file does not make the page wider"
    keys.to('main a[href$="/bestand/"]')
    with joris.page.expect_download():
        joris.page.keyboard.press("Enter")
