"""For when the system is away: today's sittings on paper, of whoever may see them, with a line in the log."""

from datetime import timedelta

import pytest

from knooppunt.kernel import clock
from tests.journeys.conftest import Cast, Person
from tests.journeys.test_keyboard_and_phone import WIDTH, Keys

pytestmark = pytest.mark.journey

PRINTED = "window.print = () => document.documentElement.setAttribute('data-asked', 'yes')"
WARNING = "Bewaar veilig, vernietig na gebruik."
PAPER = ".kn-sheet"


def agree(person: Person, case: str, text: str) -> None:
    """An agreed action of the own organisation that is due today."""
    person.open(f"{case}plan/afspraak/")
    person.fill(text=text, due_on=clock.today().isoformat())
    person.pick("organisation", "Hamid")
    person.pick("category", "wonen")
    person.press("Afspraak toevoegen")


def test_a_duty_officer_prints_the_sheet_and_each_print_is_on_record(cast: Cast) -> None:
    hamid = cast.hamid
    hamid.open("/casussen/")
    hamid.follow("Wilhelmina de Wit")
    agree(hamid, hamid.where(), "De huismeester bellen")
    hamid.open("/overleg/")
    hamid.follow("Noodlijst")
    for said in ("Wilhelmina de Wit", "De huismeester bellen", "Carla Bakker", WARNING):
        assert hamid.sees(said), said
    hamid.page.emulate_media(media="print")
    assert not hamid.page.locator(PAPER).is_visible(), "what is not recorded does not come on paper"
    assert hamid.page.get_by_text("Dit is een voorbeeld.").is_visible()
    hamid.page.emulate_media(media="screen")

    hamid.page.add_init_script(PRINTED)
    keys = Keys(hamid)
    keys.to('main form[action="/overleg/noodlijst/afdrukken/"] button')
    keys.enter()
    hamid.page.locator('html[data-asked="yes"]').wait_for()
    hamid.page.emulate_media(media="print")
    paper = hamid.page.locator(PAPER)
    assert paper.is_visible()
    day = clock.now().astimezone(clock.AMSTERDAM)
    for said in ("Wilhelmina de Wit", "De huismeester bellen", WARNING, f"afgedrukt op {day.day} "):
        assert paper.get_by_text(said).first.is_visible(), said
    for selector in (".kn-nav", ".kn-bar__search", "main .utrecht-button", "main .kn-alert", ".kn-tabs"):
        assert hamid.page.locator(f"{selector}:visible").count() == 0, f"{selector} stands on paper"
    assert hamid.page.pdf(format="A4").startswith(b"%PDF")
    hamid.page.emulate_media(media="screen")
    assert cast.complaints() == []


def test_on_a_phone_and_for_tomorrow_as_well(cast: Cast) -> None:
    carla = cast.carla
    carla.open("/casussen/")
    carla.follow("Wilhelmina de Wit")
    carla.open(carla.where().replace("/casussen/", "/overleg/nieuw/"))
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    carla.fill(day=tomorrow, time="10:00", purpose="Morgen verder praten")
    carla.press("Overleg plannen")
    phone = cast.narrow("hamid")
    phone.open("/overleg/noodlijst/")
    assert not phone.sees("Morgen verder praten")
    phone.follow("Vandaag en morgen")
    assert phone.sees("Morgen verder praten") and phone.page.evaluate(WIDTH) <= 320
    assert "Wit" not in phone.where() and "Wit" not in phone.page.title()


def test_whoever_takes_no_part_has_nothing_to_print(cast: Cast) -> None:
    for person in (cast.bas, cast.femke):
        person.open("/overleg/noodlijst/?dag=morgen")
        assert "Wilhelmina" not in person.source()
        assert person.page.get_by_role("button", name="Noodlijst afdrukken").count() == 0
    cast.farid.open("/overleg/noodlijst/", status=403)
