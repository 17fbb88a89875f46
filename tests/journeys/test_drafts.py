"""What was typed outlives the page, the browser, the connection and the session; and nobody else reads it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Cast, Person
from tests.journeys.test_keyboard_and_phone import WIDTH, Keys

pytestmark = pytest.mark.journey

NOTICE = "Dit is uw concept"
KEPT = "Concept bewaard om"


def case_of(person: Person, title: str) -> str:
    """The address of a case, found in the list."""
    person.open("/casussen/")
    person.follow(title)
    return person.where()


def type_in(person: Person, field: str, text: str) -> None:
    """Types and waits until the line below the field says that it is kept."""
    person.page.locator(f"#{field}").fill(text)
    expect(person.page.locator(f"#{field}_draft")).to_contain_text(KEPT)


def stands(person: Person, field: str, text: str) -> bool:
    """Whether this stands in a field, with the notice that it is a draft."""
    return person.page.locator(f"#{field}").input_value() == text and person.sees(NOTICE)


def test_what_was_typed_survives_the_page_the_device_and_the_session(cast: Cast) -> None:
    hamid, text = cast.hamid, "Wilhelmina wil in haar huis blijven, zonder ruzie met de buren."
    address = f"{case_of(hamid, 'Wilhelmina de Wit')}plan/doel/"
    hamid.open(address)
    assert not hamid.sees(NOTICE)
    type_in(hamid, "id_text", text)
    hamid.accessible()
    hamid.page.close(run_before_unload=False)

    phone = cast.narrow("hamid")
    phone.open(address)
    assert stands(phone, "id_text", text)
    assert phone.page.evaluate(WIDTH) <= 320
    type_in(phone, "id_own_words", "Laat mij hier wonen.")
    phone.page.context.clear_cookies()
    phone.page.locator("#id_own_words").press_sequentially(" Nu.")
    expect(phone.page.locator("#id_own_words_draft")).to_contain_text("Niet bewaard")
    phone.accessible()
    assert phone.page.locator("#id_own_words").input_value().endswith(" Nu."), "what was typed stays on the page"

    phone.enter().open(address)
    assert stands(phone, "id_text", text)
    assert phone.page.locator("#id_own_words").input_value() == "Laat mij hier wonen."
    for other in (cast.carla, cast.joris):
        other.open(address if other is cast.carla else address.replace("plan/doel/", "informatie/inbrengen/"))
        assert text not in other.source() and not other.sees(NOTICE)

    phone.pick("life_area", "wonen")
    phone.press("Doel toevoegen")
    assert phone.sees(text)
    phone.open(address)
    assert not phone.sees(NOTICE) and phone.page.locator("#id_text").input_value() == ""
    assert cast.complaints() == [] and phone.complaints == []


def test_leaving_in_the_middle_of_a_word_keeps_it_and_a_colleague_finds_nothing(cast: Cast) -> None:
    bram = cast.bram
    bram.open("/meldingen/nieuw/")
    bram.page.locator("#id_happened").press_sequentially("Er werd geschreeuw")
    bram.open("/")
    bram.open("/meldingen/nieuw/")
    assert stands(bram, "id_happened", "Er werd geschreeuw")
    cast.bas.open("/meldingen/nieuw/")
    assert not cast.bas.sees(NOTICE) and cast.bas.page.locator("#id_happened").input_value() == ""
    bram.press("Begin opnieuw")
    assert bram.where().startswith("/meldingen/nieuw/") and not bram.sees(NOTICE)
    assert bram.page.locator("#id_happened").input_value() == ""


def test_without_a_connection_the_page_says_so_and_tries_again(cast: Cast) -> None:
    anna = cast.anna
    anna.open("/meldingen/nieuw/")
    anna.page.context.set_offline(True)
    anna.page.locator("#id_worry").fill("De buurvrouw maakt zich zorgen.")
    expect(anna.page.locator("#id_worry_draft")).to_contain_text("er is geen verbinding")
    anna.page.context.set_offline(False)
    expect(anna.page.locator("#id_worry_draft")).to_contain_text(KEPT)
    anna.open("/meldingen/nieuw/")
    assert stands(anna, "id_worry", "De buurvrouw maakt zich zorgen.")
    anna.press("Begin opnieuw")


def test_enter_in_a_field_sends_the_form_and_does_not_begin_anew(cast: Cast) -> None:
    carla = cast.carla
    address = f"{case_of(carla, 'Wilhelmina de Wit')}netwerk/directe-kring/"
    carla.open(address)
    type_in(carla, "id_surname", "Conceptsma")
    carla.open(address)
    keys = Keys(carla)
    keys.to('main button[form="draft-away"]')
    keys.type("#id_relation", "zus")
    keys.enter()
    assert carla.sees("Conceptsma") and "directe-kring" not in carla.where()


def test_without_script_a_form_works_as_it_did_and_shows_the_draft(cast: Cast) -> None:
    hamid = cast.hamid
    case = case_of(hamid, "Wilhelmina de Wit")
    hamid.open(f"{case}informatie/niet-delen/")
    type_in(hamid, "id_text", "Dat hoort hier niet thuis.")
    plain = cast.without_script("hamid")
    plain.page.goto(f"{plain.address}{case}informatie/niet-delen/")
    assert stands(plain, "id_text", "Dat hoort hier niet thuis.")
    plain.page.locator("#id_category").select_option(index=1)
    plain.page.get_by_role("button", name="Vastleggen").click()
    assert plain.sees("Vastgelegd dat u dit niet deelt.")


def test_a_note_in_a_sitting_is_kept_per_step(cast: Cast) -> None:
    ilse = cast.ilse
    ilse.open("/overleg/")
    ilse.page.locator("#vandaag a").first.click()
    ilse.page.wait_for_load_state()
    sitting = ilse.where()
    ilse.page.locator("#stap-image summary").click()
    type_in(ilse, "id_image_text", "Het is rustiger in de straat.")
    ilse.open(sitting)
    assert stands(ilse, "id_image_text", "Het is rustiger in de straat.")
    assert ilse.page.locator("#id_judgement_text").input_value() == ""
    ilse.page.locator("#id_image_category").select_option(index=1)
    ilse.page.locator("#stap-image").get_by_role("button", name="Toevoegen").click()
    expect(ilse.page.locator("#stap-image li", has_text="Het is rustiger in de straat.")).to_be_visible()
    expect(ilse.page.locator("#id_image_text")).to_have_value("")
    ilse.open(sitting)
    assert not ilse.sees(NOTICE)
