"""The demo as a running product, and people in a real browser who walk through it.

Every page that a person opens is checked with axe; a violation fails the journey at that page.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.database import Run

CHROMIUM = os.environ.get("KNOOPPUNT_CHROMIUM", "/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
UP_WITHIN = 90.0
WAIT = 15_000
AXE = Axe()
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}


class Product:
    """The demo, loaded and served, on this test process's own database."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.address = f"http://127.0.0.1:{_free_port()}"
        self._parts: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Loads the demo and serves it, with its worker."""
        self.run("demo-load")
        port = self.address.rsplit(":", 1)[1]
        for command in (["web", "--port", port], ["worker"]):
            self._parts.append(subprocess.Popen(_knooppunt(*command), env=self.environment))
        deadline = time.monotonic() + UP_WITHIN
        while not _answers(f"{self.address}/healthz"):
            assert time.monotonic() < deadline, "the product did not come up"
            time.sleep(0.2)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command of the product, on the same database."""
        return subprocess.run(
            _knooppunt(*arguments), env=self.environment, capture_output=True, text=True, check=True, timeout=120
        )

    def stop(self) -> None:
        """Stops web and worker."""
        for part in self._parts:
            part.send_signal(signal.SIGTERM)
        for part in self._parts:
            part.wait(timeout=30)


class Person:
    """Somebody of the cast, at a browser of their own."""

    def __init__(self, name: str, context: BrowserContext, address: str) -> None:
        self.name = name
        self.page: Page = context.new_page()
        self.page.set_default_timeout(WAIT)
        self.address = address
        self.complaints: list[str] = []
        self.page.on("console", self._hear)

    def enter(self) -> "Person":
        """Logs in by the cast page of the demo."""
        self.page.goto(f"{self.address}/demo/")
        self.page.locator(f'form[action="/demo/enter/{self.name}"] button').click()
        self.page.wait_for_url(f"{self.address}/")
        return self

    def open(self, path: str, *, status: int = 200) -> Response:
        """Opens an address and checks what axe thinks of it."""
        response = self.page.goto(self.address + path)
        assert response is not None
        assert response.status == status, f"{self.name} got {response.status} for {self.where()}"
        self.accessible()
        return response

    def follow(self, link: str) -> None:
        """Follows a link by its name."""
        self.page.get_by_role("link", name=link).first.click()
        self.page.wait_for_load_state()
        self.accessible()

    def fill(self, **values: str) -> None:
        """Fills fields by their names: text, choices and radio buttons alike."""
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name}"]:not([type="hidden"])')
            kind = field.first.evaluate("e => e.type || e.tagName.toLowerCase()")
            if kind == "checkbox" and value == "on":
                field.first.check()
            elif kind in {"radio", "checkbox"}:
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif kind == "select-one":
                field.first.select_option(value)
            else:
                field.first.fill(value)

    def pick(self, name: str, label: str) -> None:
        """Picks by what stands beside a radio button or in a list."""
        field = self.page.locator(f'main [name="{name}"]:not([type="hidden"])').first
        if field.evaluate("e => e.tagName") == "SELECT":
            option = field.locator("option", has_text=label).first.get_attribute("value")
            field.select_option(option)
        else:
            self.page.locator("main label", has_text=label).first.click()

    def press(self, button: str) -> None:
        """Presses a button by its name and waits for what comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).first.click()
        self.accessible()

    def sees(self, text: str) -> bool:
        """Whether the main part of the page holds this text."""
        return text in self.page.locator("main").inner_text()

    def source(self) -> str:
        """The whole page as it was sent."""
        return self.page.content()

    def where(self) -> str:
        """The path of the page, without ids that mean nothing to a reader."""
        return self.page.url.removeprefix(self.address)

    def accessible(self) -> None:
        """No violation of WCAG 2.2 A or AA that a machine can find."""
        found = AXE.run(self.page, options=WCAG)
        assert found.violations_count == 0, f"{self.name} at {self.where()}: {found.generate_report()}"

    def _hear(self, message: object) -> None:
        kind = getattr(message, "type", "")
        if kind == "error" and "Content Security Policy" in getattr(message, "text", ""):
            self.complaints.append(str(getattr(message, "text", "")))


class Cast:
    """Everyone who walks in a journey; each logs in once."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self._browser, self.product = browser, product
        self._people: dict[str, Person] = {}
        self._contexts: list[BrowserContext] = []

    def __getattr__(self, name: str) -> Person:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._people:
            self._people[name] = self._arrive(name, 1280, 900)
        return self._people[name]

    def narrow(self, name: str, width: int = 320) -> Person:
        """Somebody on a phone."""
        return self._arrive(name, width, 640)

    def without_script(self, name: str) -> Person:
        """Somebody whose browser runs no script: axe cannot look along."""
        return self._arrive(name, 1280, 900, java_script_enabled=False)

    def leave(self) -> None:
        """Closes every browser: a page that stays open takes time from the next journey."""
        for context in self._contexts:
            context.close()

    def _arrive(self, name: str, width: int, height: int, **how: bool) -> Person:
        context = self._browser.new_context(viewport={"width": width, "height": height}, locale="nl-NL", **how)
        self._contexts.append(context)
        return Person(name, context, self.product.address).enter()

    def complaints(self) -> list[str]:
        """What browsers said about the Content-Security-Policy."""
        return [line for person in self._people.values() for line in person.complaints]


@pytest.fixture(scope="session")
def product(run_database: Run) -> Iterator[Product]:
    """The running demo."""
    roles = ("web", "jobs", "counts", "owner")
    addresses = {f"KNOOPPUNT_DATABASE_URL_{role.upper()}": run_database.url(role) for role in roles}
    running = Product({**os.environ, **addresses})
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture
def cast(browser: Browser, product: Product, owner_connection: psycopg.Connection) -> Iterator[Cast]:
    """The cast, each in a browser of their own. What they typed and did not send does not wait for the next journey."""
    everyone = Cast(browser, product)
    yield everyone
    everyone.leave()
    owner_connection.execute("DELETE FROM kernel_draft")


def _knooppunt(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "knooppunt", *arguments]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False
