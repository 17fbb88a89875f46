"""Without a mouse, on a small phone, with large letters and on paper."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from knooppunt.kernel import clock
from tests.journeys.conftest import Cast, Person

pytestmark = pytest.mark.journey

FAR = 120
WIDTH = "document.documentElement.scrollWidth"
SEEN = """e => {
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return box.height > 0 && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
}"""
HERE = "document.activeElement"


class Keys:
    """Somebody who has only a keyboard."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def to(self, selector: str) -> None:
        """Tabs on until this has the focus; wherever one passes, the focus can be seen."""
        for _step in range(FAR):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate_handle(HERE).as_element()
            assert focused is not None
            assert focused.evaluate(SEEN), f"no visible focus at {focused.evaluate('e => e.outerHTML.slice(0, 90)')}"
            if focused.evaluate("(e, selector) => e.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached at {self.person.where()}")

    def type(self, selector: str, text: str) -> None:
        """Goes to a field and types."""
        self.to(selector)
        self.page.keyboard.type(text)

    def choose(self, selector: str, letters: str) -> None:
        """Goes to a list and types the first letters of a choice."""
        self.to(selector)
        self.page.keyboard.type(letters)

    def day(self, selector: str, day: str) -> None:
        """Types a day, in the order in which this browser asks for its parts."""
        year, month, number = day.split("-")
        for typed in (f"{number}{month}{year}", f"{month}{number}{year}"):
            self.to(selector)
            self.page.keyboard.type(typed)
            if self.page.locator(selector).input_value() == day:
                return
            while self.page.evaluate(f"(selector) => {HERE}.matches(selector)", selector):
                self.page.keyboard.press("Shift+Tab")
        raise AssertionError(f"{day} cannot be typed in {selector}")

    def enter(self, key: str = "Enter") -> None:
        """Presses what has the focus and waits for the next page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.person.accessible()


def test_a_report_by_keyboard_only(cast: Cast) -> None:
    anna = cast.anna
    keys = Keys(anna)
    anna.open("/meldingen/")
    keys.to(".kn-skip")
    assert anna.page.locator(".kn-skip").is_visible()
    anna.page.keyboard.press("Enter")
    assert anna.page.evaluate(f"{HERE}.id") == "main"
    keys.to('main a[href="/meldingen/nieuw/"]')
    keys.enter()
    keys.choose("#id_municipality", "Zaanst")
    keys.type("#id_surname", "Toetsenbordsma")
    keys.to("main form.kn-form button")
    keys.enter("Space")
    assert anna.page.evaluate(f"{HERE}.id") == "errors", "the focus goes to what is wrong"
    keys.to('#errors a[href="#id_happened"]')
    anna.page.keyboard.press("Enter")
    assert anna.page.evaluate(f"{HERE}.id") == "id_happened", "a line of the summary leads to its field"
    anna.page.keyboard.type("Met alleen een toetsenbord.")
    assert anna.page.locator("#id_surname").input_value() == "Toetsenbordsma"
    keys.to("main form.kn-form button")
    keys.enter()
    assert anna.sees("Toetsenbordsma")


def test_an_agreed_action_by_keyboard_only(cast: Cast) -> None:
    hamid = cast.hamid
    keys = Keys(hamid)
    hamid.open("/casussen/")
    keys.to("main tbody a")
    while "Wilhelmina" not in hamid.page.evaluate(f"{HERE}.textContent"):
        keys.to("main tbody a")
    keys.enter()
    keys.to('main .kn-tabs a[href$="/plan/"]')
    keys.enter()
    keys.to('main a[href$="/plan/afspraak/"]')
    keys.enter()
    keys.type("#id_text", "Met het toetsenbord afgesproken")
    keys.choose("#id_organisation", "Hamid")
    keys.day("#id_due_on", (clock.today() + timedelta(days=8)).isoformat())
    keys.choose("#id_category", "begeleiding")
    keys.to("main form.kn-form button")
    keys.enter()
    assert hamid.sees("Met het toetsenbord afgesproken")
    line = hamid.page.locator("main li", has_text="Met het toetsenbord afgesproken").last
    settle = line.locator('a[href$="/afronden/"]').get_attribute("href")
    keys.to(f'main a[href="{settle}"]')
    keys.enter()
    keys.to('main [name="status"]')
    hamid.page.keyboard.press("Space")
    hamid.page.keyboard.press("ArrowDown")
    hamid.page.keyboard.press("ArrowUp")
    assert hamid.page.locator('main [name="status"]:checked').input_value() == "done"
    keys.to("main form.kn-form button")
    keys.enter()
    assert hamid.sees("Vastgelegd hoe het met deze afspraak staat.")


def test_shortcuts_lead_to_the_places(cast: Cast) -> None:
    carla = cast.carla
    carla.open("/")
    for key, path in (("m", "/meldingen/"), ("c", "/casussen/"), ("o", "/overleg/"), ("w", "/")):
        with carla.page.expect_navigation():
            carla.page.keyboard.press(f"Alt+Shift+{key.upper()}")
        assert carla.where() == path
    carla.page.keyboard.press("Alt+Shift+Z")
    assert carla.page.evaluate(f"{HERE}.name") == "q"


def _pages(person: Person) -> Iterator[str]:
    """Every page of the main job that this person has, with its forms."""
    yield from ("/", "/meldingen/", "/meldingen/nieuw/", "/triage/", "/triage/nieuw/", "/overleg/", "/zoeken/")
    yield "/casussen/"
    person.page.goto(f"{person.address}/casussen/")
    case = person.page.get_by_role("link", name="Wilhelmina de Wit").first.get_attribute("href") or ""
    parts = ["", "plan/", "informatie/", "netwerk/", "overleg/", "regie/", "tijdlijn/", "verantwoording/"]
    parts += ["informatie/inbrengen/", "informatie/niet-delen/", "plan/afspraak/"]
    if person.name in {"carla", "hamid"}:
        parts += ["plan/doel/", "plan/eigen-woorden/", "regie/evaluatie/", "regie/informeren/"]
    if person.name == "carla":
        parts += ["regie/fase/", "regie/partner/", "regie/casusregisseur/", "regie/afsluiten/"]
    yield from (case + part for part in parts)
    for path in ("/overleg/", "/meldingen/", "/triage/"):
        person.page.goto(person.address + path)
        found = person.page.locator("main .kn-list a, main tbody a").all()
        links = {link.get_attribute("href") or "" for link in found}
        yield from sorted(link for link in links if link.startswith(path) and link.endswith("/"))[:1]


@pytest.mark.parametrize("name", ["anna", "carla", "hamid"])
def test_no_page_is_wider_than_a_small_phone(cast: Cast, name: str) -> None:
    person = cast.narrow(name)
    for path in list(_pages(person)):
        person.open(path)
        assert person.page.evaluate(WIDTH) <= 320, f"{name} must scroll sideways at {path}"


def test_the_bar_below_holds_all_places(cast: Cast) -> None:
    carla = cast.narrow("carla", 390)
    carla.open("/")
    bar = carla.page.locator(".kn-nav")
    assert bar.evaluate("e => Math.round(e.getBoundingClientRect().bottom) === window.innerHeight")
    links = bar.locator("a:visible")
    assert links.count() == 4
    bar.locator("summary").click()
    bar.locator(".kn-more").get_by_role("link", name="Overleg").click()
    carla.page.wait_for_url(f"{carla.address}/overleg/")
    bar.locator("summary").click()
    assert bar.locator('[aria-current="page"]:visible').inner_text().strip() == "Overleg"
    height = bar.evaluate("e => e.getBoundingClientRect().height")
    carla.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    foot = carla.page.locator(".kn-foot summary").bounding_box()
    assert foot and foot["y"] + foot["height"] <= 640 - height, "the bar covers nothing at the end of a page"


def test_on_paper_there_is_the_plan_and_no_buttons(cast: Cast) -> None:
    hamid = cast.hamid
    hamid.open("/casussen/")
    hamid.follow("Wilhelmina de Wit")
    hamid.open(f"{hamid.where()}plan/")
    hamid.page.emulate_media(media="print")
    for selector in (".kn-nav", ".kn-tabs", ".kn-bar__search", ".kn-bar__out", ".kn-foot", "main .utrecht-button"):
        assert hamid.page.locator(f"{selector}:visible").count() == 0, f"{selector} stands on paper"
    for text in ("Wilhelmina de Wit", "Wat de inwoner wil", "Doel:"):
        assert hamid.page.locator("main").get_by_text(text).first.is_visible()
    assert hamid.page.locator(".kn-bar__who").is_visible(), "paper says who printed it"
    assert hamid.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_letters_twice_as_large(cast: Cast) -> None:
    """Nothing is cut off and nothing scrolls sideways: on half a screen, and on one between phone and desk."""
    hamid = cast.narrow("hamid", 640)
    hamid.open("/casussen/")
    hamid.follow("Wilhelmina de Wit")
    case = hamid.where()
    for path in (
        "/",
        "/casussen/",
        "/meldingen/nieuw/",
        case,
        f"{case}plan/",
        f"{case}netwerk/",
        f"{case}plan/afspraak/",
    ):
        hamid.open(path)
        # By script: the Content-Security-Policy lets nobody add styles to a page.
        hamid.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert hamid.page.evaluate(WIDTH) <= 640, f"too wide with large letters at {path}"
        assert hamid.page.evaluate(CUT_OFF) == [], f"cut off with large letters at {path}"
        hamid.page.set_viewport_size({"width": 740, "height": 600})
        hamid.open(path)
        assert hamid.page.evaluate(WIDTH) <= 740, f"too wide on a tablet at {path}"
        hamid.page.set_viewport_size({"width": 640, "height": 600})


CUT_OFF = """[...document.querySelectorAll('main :is(p, h1, h2, h3, li, dd, td, th, a, button, label, legend)')]
  .filter(e => !e.closest('.kn-hidden, svg') && getComputedStyle(e).overflow !== 'visible'
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
  .map(e => e.outerHTML.slice(0, 80))"""
