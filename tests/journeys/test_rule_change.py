"""A privacy officer changes a rule: from text to version in force; what was decided before stays explained."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from knooppunt.kernel import clock
from tests.journeys.conftest import Cast, Person
from tests.journeys.test_keyboard_and_phone import Keys

pytestmark = pytest.mark.journey

CODE, BASE = "WGS_ZVH", "2025-07-01"
REFERENCE = re.compile(rf"{CODE}@\d{{4}}-\d{{2}}-\d{{2}}#[0-9a-f]{{12}}")
OLD_NEEDS = "    needs: [secrecy_statement_signed, necessary, case_taken_up]\n"
NEW_NEEDS = "    needs: [necessary, case_taken_up]\n"
QUESTION = (
    f"/delen/?van=police&aan=housing_corporation&wat=housing&kader={CODE}&als=incidental_third&necessary=ja"
    "&case_taken_up=ja"
)
WHY = "Na overleg met het kennisnetwerk: de verklaring staat al in de afspraak."


def reference_at(person: Person) -> str:
    """The version that the page names first."""
    found = REFERENCE.search(person.page.locator("main").inner_text())
    assert found, person.where()
    return found.group()


def decision_of(person: Person) -> str:
    """Opens *Afweging* at the first item that has one, and says where its version leads."""
    person.open("/casussen/")
    person.follow("Wilhelmina de Wit")
    person.open(f"{person.where()}informatie/")
    person.page.locator("main details", has_text="Uitkomst:").first.locator("summary").click()
    link = person.page.locator("main details[open] a[href*='/beheer/kaders/']").first
    where = link.get_attribute("href")
    assert where
    return where


def text_of(person: Person) -> str:
    return person.page.locator('textarea[name="content"]').input_value()


def copied(esra: Person, day: str) -> str:
    """The way to a new version, and its text with the rule changed."""
    esra.open("/beheer/kaders/")
    esra.page.locator(f'main a[href*="/{CODE}/{BASE}/"]').first.click()
    esra.page.wait_for_load_state()
    esra.accessible()
    esra.follow("Maak een nieuwe versie")
    content = text_of(esra)
    assert content.count(OLD_NEEDS) == 1
    content = content.replace(OLD_NEEDS, NEW_NEEDS)
    for key, value in (("version", f'"{day}"'), ("valid_from", day)):
        content = re.sub(rf"(?m)^{key}:.*$", f"{key}: {value}", content, count=1)
    return content


def test_a_rule_changes_and_what_was_decided_stays_explained(cast: Cast, tmp_path: Path) -> None:
    anna, esra, lucas = cast.anna, cast.esra, cast.lucas
    today = clock.today().isoformat()
    decided = decision_of(anna)
    anna.open(decided)
    old = reference_at(anna)
    assert anna.sees("geldt nu")
    anna.open(QUESTION)
    assert reference_at(anna) == old

    content = copied(esra, today)
    wrong = content.replace("regime: WGS_ZVH\n", "regime: WGS_ZVH\nregime: WGS_ZVH\n", 1)
    esra.fill(content=wrong, motivation=WHY)
    esra.press("Concept bewaren")
    assert esra.sees("De sleutel regime staat er twee keer. Haal er een weg.")
    assert re.search(r"regel \d+", esra.page.locator("#errors").inner_text())
    assert text_of(esra).splitlines() == wrong.splitlines(), "nothing that was typed is lost"

    file = tmp_path / "mijn-versie.yaml"
    file.write_text(content, encoding="utf-8")
    esra.page.locator('input[name="file"]').set_input_files(file)
    esra.press("Concept bewaren")
    draft = esra.where()
    assert esra.sees("incidental_third")
    assert esra.sees("mag niet → mag")
    assert esra.sees("U schreef zelf aan deze tekst.")
    assert esra.page.get_by_role("link", name="Laat deze versie gelden").count() == 0
    esra.open(f"{draft}laten-gelden/")
    assert esra.sees("U schreef zelf aan deze tekst.")
    anna.open(QUESTION)
    assert reference_at(anna) == old, "a draft holds nothing"

    lucas.open("/beheer/kaders/")
    lucas.page.locator(f'main a[href="{draft}"]').click()
    lucas.page.wait_for_load_state()
    lucas.accessible()
    assert lucas.sees(WHY)
    lucas.follow("Laat deze versie gelden")
    lucas.press("Laat deze versie gelden")
    assert lucas.sees("goedgekeurd, staat vast")
    lucas.follow("Lees deze versie")
    new = reference_at(lucas)
    assert lucas.sees("geldt nu")
    assert new.startswith(f"{CODE}@{today}#")

    anna.open(QUESTION)
    assert reference_at(anna) == new, "what is asked from now on is answered by the new version"
    assert decision_of(anna) == decided
    anna.open(decided)
    assert reference_at(anna) == old
    assert anna.sees("geldt nu niet")
    assert (clock.today() - timedelta(days=1)).strftime("%d-%m-%Y") in anna.page.locator("main").inner_text()
    assert cast.complaints() == []


def test_by_keyboard_and_on_a_phone(cast: Cast) -> None:
    esra = cast.narrow("esra", 390)
    content = copied(esra, (clock.today() + timedelta(days=30)).isoformat())
    esra.fill(content=content, motivation=WHY)
    keys = Keys(esra)
    keys.to("main form.kn-form .kn-buttons button")
    keys.enter()
    esra.accessible()
    draft = esra.where()
    assert esra.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    esra.open(f"{draft}laten-vervallen/")
    keys.to("main form.kn-form .kn-buttons button")
    keys.enter()
    assert esra.sees("concept dat niet doorging")
