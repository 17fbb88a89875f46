"""Every page that anybody of the cast is led to: it opens, says what it is, and leads on to what exists."""

import re
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoDbBlocker

from knooppunt.kernel.actor import Function
from knooppunt.site.demo.cast import cast as everyone
from tests.database import Run
from tests.journeys.conftest import Cast, Product
from tests.journeys.crawling import Crawl, Visited

pytestmark = pytest.mark.journey

NAMES = [persona.name for persona in everyone()]
FUNCTIONS = {persona.name: persona.function for persona in everyone()}
RESIDENTS = re.compile(r"\b(Wit|Wilhelmina|Fenna|Proefman|Daan|Voorbeeldsma|Testema|Testima|Schijnhof|Bedacht)\b")
FEW, ALL = 3, 100_000
Crawled = Callable[[str, int], Crawl]


@pytest.fixture(scope="module")
def crawled(product: Product, run_database: Run, django_db_blocker: DjangoDbBlocker) -> Crawled:
    """What somebody is led to, on the data of the running demo; walked once."""
    known: dict[tuple[str, int], Crawl] = {}
    for alias in connections:
        connections[alias].settings_dict["NAME"] = run_database.name

    def crawl(name: str, most: int) -> Crawl:
        if (name, most) not in known:
            # The browser of other journeys keeps an event loop in this thread, in which Django asks no database.
            with django_db_blocker.unblock(), ThreadPoolExecutor(max_workers=1) as beside:
                known[name, most] = beside.submit(walk, name, most).result()
        return known[name, most]

    return crawl


def walk(name: str, most: int) -> Crawl:
    """Enters as somebody and follows every link."""
    try:
        client = Client()
        assert client.post(f"/demo/enter/{name}").status_code == 303
        say_purposes(client, FUNCTIONS[name])
        return Crawl(client, most).walk("/", "/demo/")
    finally:
        connections.close_all()


def say_purposes(client: Client, function: str) -> None:
    """Oversight says why it looks, at two cases: these open, and the others still ask."""
    if function == Function.OVERSIGHT:
        cases = re.findall(r'href="(/casussen/[0-9a-f-]{36}/)"', client.get("/casussen/").content.decode())
        for case in sorted(set(cases))[:2]:
            assert client.post(f"{case}doel/", {"purpose": "Steekproef", "to": ""}).status_code == 303


def opens(crawl: Crawl) -> None:
    """No page fails, and none that is shown is missing or closed to whom it is shown."""
    wrong = {page.address: (page.status, crawl.came_from[page.address]) for page in crawl.visited.values()}
    assert {address: found for address, found in wrong.items() if found[0] != 200} == {}
    assert len(crawl.visited) > 3


def says_what_it_is(crawl: Crawl) -> None:
    """Language, heading, ids used once, and a title that no other page has and that names nobody."""
    titles: dict[str, set[str]] = defaultdict(set)
    for page in crawl.pages():
        assert page.reading is not None
        where = (page.address, page.reading.title)
        assert page.reading.language == "nl", where
        assert page.reading.headings == 1, where
        assert page.reading.title.removesuffix("Knooppunt").strip(" ·"), where
        assert not RESIDENTS.search(page.reading.title), where
        assert not RESIDENTS.search(page.address), where
        assert [name for name, times in page.reading.ids.items() if times > 1] == [], where
        titles[page.reading.title].add(page.arrived.partition("?")[0])
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


def leads_to_what_exists(crawl: Crawl) -> None:
    """A link to a place on a page finds that place."""
    missing = set()
    for address, target, anchor in crawl.anchors:
        page = crawl.visited.get(target)
        if page is not None and page.reading is not None and not page.reading.ids[anchor]:
            missing.add((address, target, anchor))
    assert missing == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_page_opens_says_what_it_is_and_leads_on(crawled: Crawled, name: str) -> None:
    crawl = crawled(name, FEW)
    opens(crawl)
    says_what_it_is(crawl)
    leads_to_what_exists(crawl)


@pytest.mark.nightly
@pytest.mark.parametrize("name", NAMES)
def test_really_every_page_does(crawled: Crawled, name: str) -> None:
    crawl = crawled(name, ALL)
    opens(crawl)
    says_what_it_is(crawl)
    leads_to_what_exists(crawl)


def one_of_each(crawled: Crawled) -> dict[tuple[str, str], tuple[str, Visited]]:
    """For every function and route the first page that somebody came across."""
    found: dict[tuple[str, str], tuple[str, Visited]] = {}
    for name in NAMES:
        for page in crawled(name, FEW).pages():
            found.setdefault((FUNCTIONS[name], page.route), (name, page))
    return found


def test_one_page_of_every_kind_is_accessible(cast: Cast, crawled: Crawled) -> None:
    pages = one_of_each(crawled)
    assert len(pages) > 30
    files = [page for page in crawled("anna", FEW).visited.values() if page.route == "cases:file"]
    assert files, "a file is part of the walk too"
    for name, page in pages.values():
        getattr(cast, name).open(page.address)
    assert cast.complaints() == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", NAMES)
def test_really_every_page_is_accessible(cast: Cast, crawled: Crawled, name: str) -> None:
    for page in crawled(name, ALL).pages():
        getattr(cast, name).open(page.address)
    assert cast.complaints() == []


class OnPaper:
    """A site of a few pages, for trying the crawl itself."""

    def __init__(self, **pages: str) -> None:
        self.pages = pages

    def get(self, address: str, *, follow: bool) -> HttpResponse:
        """One of the pages, as the client of Django answers."""
        body = self.pages.get(address.partition("?")[0].strip("/") or "home")
        answer = HttpResponse(body or "", status=404 if body is None else 200)
        answer.redirect_chain = []  # type: ignore[attr-defined]
        return answer


GOOD = '<html lang="nl"><title>{}</title><h1 id="a">Kop</h1>{}'
BROKEN = {
    "a link to nothing": (opens, {"casussen": GOOD.format("Een", '<a href="/triage/">x</a>')}),
    "a form that leads nowhere": (
        opens,
        {"casussen": GOOD.format("Een", '<form action="/triage/"><input name="q"></form>')},
    ),
    "no such place": (leads_to_what_exists, {"casussen": GOOD.format("Een", '<a href="/casussen/#weg">x</a>')}),
    "no title": (says_what_it_is, {"casussen": GOOD.format(" · Knooppunt", "")}),
    "no heading": (says_what_it_is, {"casussen": '<html lang="nl"><title>Een</title>'}),
    "no language": (says_what_it_is, {"casussen": "<title>Een</title><h1>Kop</h1>"}),
    "a name in the title": (says_what_it_is, {"casussen": GOOD.format("Wilhelmina", "")}),
    "one title twice": (says_what_it_is, {"casussen": GOOD.format("Thuis", "")}),
    "one id twice": (says_what_it_is, {"casussen": GOOD.format("Een", '<p id="a">')}),
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_crawl_finds(what: str) -> None:
    check, pages = BROKEN[what]
    links = '<a href="/casussen/">x</a><a href="/overleg/">y</a><a href="/zoeken/?q=a">z</a>'
    good = {"home": GOOD.format("Thuis", links), "overleg": GOOD.format("Twee", ""), "zoeken": GOOD.format("Drie", "")}
    whole = Crawl(OnPaper(**good, casussen=GOOD.format("Een", "")), FEW).walk("/")  # type: ignore[arg-type]
    check(whole)
    with pytest.raises(AssertionError):
        check(Crawl(OnPaper(**{**good, **pages}), FEW).walk("/"))  # type: ignore[arg-type]
