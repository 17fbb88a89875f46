"""Asking whether something may be shared, on the running product: without log-in, without script, on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import AXE, WAIT, WCAG, Cast, Product

pytestmark = pytest.mark.journey

ASKED = "/delen/?van=mental_health&aan=police&wat=health&kader=WGS_ZVH&op=2026-01-15"


@pytest.fixture
def visitor(browser: Browser, product: Product) -> Iterator[Page]:
    """Somebody who does not log in, on a narrow phone."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, locale="nl-NL", base_url=product.address)
    page = context.new_page()
    page.set_default_timeout(WAIT)
    yield page
    context.close()


def fits_and_is_accessible(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = AXE.run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


def test_a_visitor_asks_answers_what_is_open_and_gets_another_answer(visitor: Page) -> None:
    visitor.goto("/account/login/")
    visitor.get_by_role("link", name="Mag ik dit delen?").click()
    fits_and_is_accessible(visitor)
    for label, choice in (
        ("Ik werk bij", "GGZ"),
        ("Ik wil delen met", "politie"),
        ("Het gaat om", "gezondheid"),
        ("Waar", "Zorg- en Veiligheidshuis (Wgs)"),
    ):
        visitor.get_by_label(label, exact=True).select_option(label=choice)
    visitor.get_by_role("button", name="Bekijk het antwoord").click()
    visitor.wait_for_url(re.compile("#antwoord$"))
    assert visitor.get_by_role("heading", name="Ja, onder voorwaarden").is_visible()
    fits_and_is_accessible(visitor)
    visitor.get_by_role("group", name="Is dit gegeven nodig voor het doel?").get_by_label("ja").check()
    visitor.get_by_role("group", name="Verplicht een wet om dit te delen?").get_by_label("ja").check()
    visitor.get_by_role("button", name="Reken opnieuw").click()
    visitor.wait_for_url(re.compile("legal_duty=ja"))
    assert visitor.get_by_role("heading", name="Ja, dit mag").is_visible()
    assert "explicit_consent" not in visitor.url, "what is not known does not stand in the address"
    fits_and_is_accessible(visitor)


def test_it_works_by_keyboard_alone(visitor: Page) -> None:
    visitor.goto(ASKED)
    visitor.locator("#id_necessary_2").focus()
    visitor.keyboard.press("ArrowLeft")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(re.compile("necessary=nee"))
    assert visitor.get_by_role("heading", name="Nee, dit mag niet").is_visible()


def test_a_link_with_a_slip_in_it_says_what_is_wrong(visitor: Page) -> None:
    answer = visitor.goto(ASKED.replace("police", "politie"))
    assert answer is not None
    assert answer.status == 422
    assert visitor.evaluate("document.activeElement.id") == "errors"
    assert visitor.get_by_label("Ik werk bij").input_value() == "mental_health"
    fits_and_is_accessible(visitor)


def test_on_paper_stand_question_answer_day_and_link(visitor: Page) -> None:
    visitor.goto(f"{ASKED}&necessary=ja")
    visitor.emulate_media(media="print")
    said = visitor.locator("main").inner_text()
    for part in ("De vraag", "GGZ", "15-01-2026", "Ja, onder voorwaarden", "Wgs 2.29 lid 2", "Afgedrukt op", ASKED):
        assert part in said, part
    assert not visitor.get_by_role("button", name="Reken opnieuw").is_visible()


def test_whoever_works_on_a_case_asks_from_there(cast: Cast) -> None:
    joris = cast.without_script("joris")
    joris.page.goto(f"{joris.address}/casussen/")
    joris.page.locator("main tbody th a, main .kn-list a").first.click()
    joris.page.get_by_role("link", name="Informatie", exact=True).click()
    joris.page.locator("main").get_by_role("link", name="Mag ik dit delen?").click()
    joris.page.wait_for_url(re.compile(r"/delen/\?van=mental_health&kader="))
    place = joris.page.locator(".kn-nav").get_by_role("link", name="Mag ik dit delen?").first
    assert place.get_attribute("aria-current") == "page"
    joris.page.get_by_label("Ik wil delen met").select_option("police")
    joris.page.get_by_label("Het gaat om").select_option("health")
    joris.page.get_by_role("button", name="Bekijk het antwoord").click()
    joris.page.wait_for_url(re.compile("op=2"))
    assert joris.page.locator("#antwoord-kop").inner_text()
