"""The agreements register in a real browser: from what asks for attention to the file that is signed and kept."""

from pathlib import Path

import docx
import pytest

from tests.journeys.conftest import Cast, Person
from tests.journeys.test_keyboard_and_phone import WIDTH, Keys

pytestmark = pytest.mark.journey

IN_FORCE = "Convenant lokale persoonsgerichte aanpak Zaanstad"
DRAFT = "Convenant aanpak problematische jeugdgroepen Zaanstad"
WORD = "Download als Word (DOCX)"


def read(content: bytes, folder: Path) -> tuple[str, str]:
    """What stands in a Word file, and on top of each page of it."""
    path = folder / "afspraak.docx"
    path.write_bytes(content)
    document = docx.Document(str(path))
    return "\n".join(one.text for one in document.paragraphs), document.sections[0].header.paragraphs[0].text


def download(person: Person, name: str) -> tuple[str, bytes]:
    """What a browser keeps when one follows the link with exactly this name."""
    with person.page.expect_download() as coming:
        person.page.get_by_role("link", name=name, exact=True).click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def opened(person: Person, title: str) -> str:
    """The page of an agreement, by the list."""
    person.open("/beheer/afspraken/")
    person.follow(title)
    return person.where()


def test_from_the_warning_at_home_to_the_file_of_what_holds(cast: Cast, tmp_path: Path) -> None:
    esra = cast.esra
    esra.open("/")
    assert esra.sees("evalueren op")
    esra.follow(IN_FORCE)
    name, content = download(esra, WORD)
    assert name.startswith("afspraak-")
    assert name.endswith(".docx")
    text, notice = read(content, tmp_path)
    assert IN_FORCE in text
    assert "Naam: N. Voorbeeld" in text
    assert notice == ""
    kept, before = download(esra, "Tekst zoals getekend.docx")
    assert kept.startswith("afspraak-")
    assert "Naam: N. Voorbeeld" in read(before, tmp_path)[0]
    assert not esra.sees("Verwijderen")


def test_a_draft_is_taken_out_to_sign_and_gets_files(cast: Cast, tmp_path: Path) -> None:
    esra = cast.esra
    where = opened(esra, DRAFT)
    text, notice = read(download(esra, WORD)[1], tmp_path)
    assert notice == "Concept, geldt niet"
    assert "Handtekening: \t" in text
    esra.follow("Bestand toevoegen")
    annex = tmp_path / "Bijlage kaart van de wijk.txt"
    annex.write_bytes(b"De wijk loopt van de spoorlijn tot de dijk.\n")
    esra.page.locator("#id_file").set_input_files(annex)
    esra.press("Toevoegen")
    assert esra.where() == where
    assert download(esra, annex.name)[1] == annex.read_bytes()
    karin = cast.karin
    karin.open(where)
    assert download(karin, annex.name)[1] == annex.read_bytes()
    assert not karin.sees("Bestand toevoegen")
    esra.open(where)
    esra.follow(f"Verwijderen {annex.name}")
    esra.press("Verwijderen")
    assert esra.sees("Er horen nog geen bestanden")
    assert cast.complaints() == []


def test_a_bad_file_is_refused_with_its_reason(cast: Cast) -> None:
    esra = cast.esra
    where = opened(esra, DRAFT)
    esra.open(f"{where}bestanden/toevoegen/")
    bad = {"name": "convenant.pdf", "mimeType": "application/pdf", "buffer": b"geen pdf"}
    esra.page.locator("#id_file").set_input_files(bad)
    esra.press("Toevoegen")
    assert esra.sees("past niet bij de naam")
    assert esra.page.evaluate("document.activeElement.id") == "errors"


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_and_by_keyboard(cast: Cast, width: int) -> None:
    esra = cast.narrow("esra", width)
    for title in (IN_FORCE, DRAFT):
        where = opened(esra, title)
        assert esra.page.evaluate(WIDTH) <= width
        Keys(esra).to('main a[href$="/word/"]')
        with esra.page.expect_download():
            esra.page.keyboard.press("Enter")
    esra.open(f"{where}bestanden/toevoegen/")
    assert esra.page.evaluate(WIDTH) <= width
    esra.open("/")
    assert esra.page.evaluate(WIDTH) <= width
