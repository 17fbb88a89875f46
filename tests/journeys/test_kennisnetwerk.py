"""A question to the knowledge network, in a browser: asked, pointed out, answered, published, and read by a visitor."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import AXE, WAIT, WCAG, Cast, Product

pytestmark = pytest.mark.journey

ASKED = "/delen/?van=police&aan=mental_health&wat=police&kader=WGS_ZVH"
TITLE = "Mag de politie in het overleg over incidenten vertellen?"


@pytest.fixture
def visitor(browser: Browser, product: Product) -> Iterator[Page]:
    """Somebody who does not log in, on a narrow phone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, locale="nl-NL", base_url=product.address,
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(WAIT)
    yield page
    context.close()


def fits_and_is_accessible(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = AXE.run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


def test_from_a_question_with_a_name_in_it_to_an_answer_for_everyone(cast: Cast, visitor: Page) -> None:
    bram, esra, lucas = cast.bram, cast.esra, cast.lucas
    bram.open(ASKED)
    bram.follow("Stel uw vraag aan het kennisnetwerk")
    bram.pick("region", "Zaanstreek")
    bram.fill(text="Mag ik in het overleg vertellen dat Piet Janssen is aangehouden?")
    bram.press("Verstuur de vraag")
    assert bram.sees("“Piet Janssen”: een naam")
    bram.fill(text="Mag ik in het overleg vertellen dat iemand is aangehouden?")
    bram.press("Verstuur de vraag")
    assert bram.sees("wacht op antwoord")

    esra.open("/")
    assert esra.sees("aan het kennisnetwerk wacht")
    esra.open("/beheer/vragen/")
    esra.follow("Mag ik in het overleg vertellen")
    esra.fill(answer="Ja, als het nodig is voor het doel van het overleg.", articles="Wgs 1.5 lid 1")
    esra.press("Antwoord versturen")
    esra.follow("Veelgestelde vraag maken")
    esra.fill(title=TITLE, body="De politie doet mee aan het overleg en kent een incident.")
    esra.press("Concept bewaren")
    assert esra.sees("U schreef deze tekst zelf")
    path = esra.where()

    bram.open("/")
    bram.follow("Het kennisnetwerk beantwoordde uw vraag")
    assert bram.sees("Ja, als het nodig is")

    lucas.open(path)
    lucas.follow("Publiceren")
    lucas.press("Publiceren")
    assert lucas.sees("gepubliceerd")
    read_without_log_in(visitor)
    assert cast.complaints() == []


def read_without_log_in(visitor: Page) -> None:
    """The answer, the text for a file, the frequent question and paper."""
    visitor.goto(ASKED)
    assert visitor.get_by_role("heading", name="Hierover schreef het kennisnetwerk").is_visible()
    visitor.get_by_text("Kopieer voor mijn dossier").click()
    fits_and_is_accessible(visitor)
    visitor.get_by_role("button", name="Kopieer").click()
    visitor.get_by_text("Gekopieerd").wait_for()
    copied = visitor.evaluate("navigator.clipboard.readText()")
    assert "Ik werk bij: politie" in copied
    assert "WGS_ZVH@" in copied
    visitor.locator("#geschreven").get_by_role("link", name=TITLE).click()
    visitor.wait_for_url(re.compile("/delen/gevraagd/"))
    fits_and_is_accessible(visitor)
    assert "Bram" not in visitor.content()
    visitor.emulate_media(media="print")
    said = visitor.locator("main").inner_text()
    for part in (TITLE, "Wgs 1.5 lid 1", "Afgedrukt op", "/delen/gevraagd/"):
        assert part in said, part
