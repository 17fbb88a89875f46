"""Two people at the same form at once: the second is told what changed, keeps what was typed, and decides."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from knooppunt.kernel import clock
from tests.journeys.conftest import Cast, Person

pytestmark = pytest.mark.journey

RESIDENT = "Wilhelmina de Wit"
FIRST = "Iemand anders was u voor."
REVIEW = clock.today() + timedelta(days=21)


def _case(person: Person) -> str:
    person.open("/casussen/")
    person.follow(RESIDENT)
    return person.where()


def _both_at(people: tuple[Person, Person], path: str, first: Mapping[str, str], second: Mapping[str, str]) -> Person:
    """Both open the form and type; one saves, then the other, who gets the form back."""
    one, other = people
    for person in people:
        person.open(path)
    one.fill(**first)
    other.fill(**second)
    _save(one)
    assert not one.page.locator("#errors").count()
    _save(other)
    _is_told(other, second)
    return other


def _save(person: Person) -> None:
    with person.page.expect_navigation():
        person.page.locator("main form.kn-form .kn-buttons button").first.click()
    person.accessible()


def _is_told(person: Person, typed: Mapping[str, str]) -> None:
    assert FIRST in person.page.locator("#errors").inner_text()
    assert person.page.evaluate("document.activeElement.id") == "errors"
    for name, value in typed.items():
        assert _typed(person, name) == value, f"{name} is lost"


def _typed(person: Person, name: str) -> str:
    field = person.page.locator(f'main [name="{name}"]')
    if field.first.get_attribute("type") == "radio":
        field = person.page.locator(f'main [name="{name}"]:checked')
    return field.first.input_value()


def _now(person: Person) -> str:
    """What the form says that stands there now."""
    return person.page.locator("#errors dl").inner_text()


def test_own_words(cast: Cast) -> None:
    case = _case(cast.carla)
    theirs = {"own_words": "Dat Carla belt.", "discussed": "Met Carla"}
    mine = {"own_words": "Dat Hamid belt.", "discussed": "Met Hamid, thuis"}
    hamid = _both_at((cast.carla, cast.hamid), f"{case}plan/eigen-woorden/", theirs, mine)
    assert "Dat Carla belt." in _now(hamid)
    assert "Met Carla" in _now(hamid)
    _save(hamid)
    assert hamid.where() == f"{case}plan/"
    assert hamid.sees("Dat Hamid belt.")
    assert not hamid.sees("Dat Carla belt.")


def test_a_goal(cast: Cast) -> None:
    case = _case(cast.carla)
    cast.carla.open(f"{case}plan/")
    path = cast.carla.page.locator('main a[href*="/plan/doel/"]', has_text="Doel wijzigen").first.get_attribute("href")
    assert path
    theirs = {"text": "In maart een vast ritme.", "category": "guidance_care_help"}
    hamid = _both_at((cast.carla, cast.hamid), path, theirs, {"text": "In april een vast ritme."})
    assert "In maart een vast ritme." in _now(hamid)
    assert "egeleiding" in _now(hamid), "the category is told in words"
    assert "guidance_care_help" not in _now(hamid)
    _save(hamid)
    assert hamid.sees("In april een vast ritme.")


def test_an_agreed_action(cast: Cast) -> None:
    case = _case(cast.hamid)
    cast.hamid.open(f"{case}plan/afspraak/")
    cast.hamid.fill(text="Samen naar de wijkbank", due_on=(clock.today() + timedelta(days=7)).isoformat())
    cast.hamid.pick("organisation", "Wijkteam")
    cast.hamid.fill(category="guidance_care_help")
    cast.hamid.press("Afspraak toevoegen")
    changing = cast.hamid.page.locator("main li", has_text="Samen naar de wijkbank")
    path = changing.locator('a[href*="/plan/afspraak/"]:not([href$="/afronden/"])').first.get_attribute("href")
    assert path
    day = (clock.today() + timedelta(days=9)).isoformat()
    theirs = {"text": "Samen naar de winkel", "due_on": day}
    hamid = _both_at((cast.carla, cast.hamid), path, theirs, {"text": "Samen naar de voedselbank"})
    assert "Samen naar de winkel" in _now(hamid)
    assert "Wijkteam" in _now(hamid), "who does it is told by name"
    _save(hamid)
    assert hamid.sees("Samen naar de voedselbank")
    _settled_at_once(cast, f"{path}afronden/")


def _settled_at_once(cast: Cast, path: str) -> None:
    theirs = {"status": "done", "status_note": "Gedaan op dinsdag."}
    mine = {"status": "not_done", "status_note": "Hij was er niet."}
    hamid = _both_at((cast.carla, cast.hamid), path, theirs, mine)
    assert "Gedaan op dinsdag." in _now(hamid)
    _save(hamid)
    assert hamid.sees("Vastgelegd hoe het met deze afspraak staat.")


def test_a_phase_and_a_review(cast: Cast) -> None:
    """Only the process director moves a phase: here at two desks; the case director plans the review meanwhile."""
    case = _case(cast.carla)
    desk, phone = cast.carla, cast.narrow("carla", 390)
    soon = {"review_on": REVIEW.isoformat(), "category": "guidance_care_help"}
    up = {"phase": "4", "reason": "Het gaat mis.", **soon}
    down = {"phase": "2", "reason": "Het gaat goed.", **soon}
    second = _both_at((desk, phone), f"{case}regie/fase/", up, down)
    assert "4 Escalatie" in _now(second)
    _save(second)
    assert second.sees("De fase is gewijzigd.")
    later = {"review_on": (REVIEW + timedelta(days=1)).isoformat()}
    cast.hamid.open(f"{case}regie/evaluatie/")
    desk.open(f"{case}regie/fase/")
    desk.fill(**{**up, "phase": "3"})
    cast.hamid.fill(**later)
    _save(cast.hamid)
    _save(desk)
    _is_told(desk, {**up, "phase": "3"})
    assert f"{REVIEW.day + 1}" in _now(desk)
    _save(desk)
    assert desk.sees("De fase is gewijzigd.")


def test_the_third_is_told_again(cast: Cast) -> None:
    """Sending again is a choice about what one was told, not about what came after it."""
    case = _case(cast.carla)
    path = f"{case}plan/eigen-woorden/"
    hamid = _both_at((cast.carla, cast.hamid), path, {"own_words": "Eerst."}, {"own_words": "Mijn tekst."})
    cast.carla.open(path)
    cast.carla.fill(own_words="Nog later.")
    _save(cast.carla)
    _save(hamid)
    _is_told(hamid, {"own_words": "Mijn tekst."})
    assert "Nog later." in _now(hamid)
    _save(hamid)
    assert hamid.sees("Mijn tekst.")
