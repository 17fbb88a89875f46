"""Passkeys and single sign-on in a browser: a virtual authenticator, and a log-in service as a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession

from tests.journeys.conftest import UP_WITHIN, Cast, Person, Product, _answers, _free_port, _knooppunt

pytestmark = pytest.mark.journey

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Somebody(Person):
    """Somebody at `localhost`, which is where a browser lets passkeys work without https."""

    def press_here(self, button: str, address: str) -> None:
        """Presses a button whose script leads on to this address."""
        self.page.get_by_role("button", name=button).first.click()
        self.page.wait_for_url(f"{self.address}{address}")
        self.accessible()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser."""
    made = browser.new_context(viewport={"width": 1200, "height": 900}, locale="nl-NL")
    yield made
    made.close()


def authenticator(session: CDPSession, transport: str = "internal") -> str:
    """A device with a fingerprint reader, as Chromium plays it."""
    session.send("WebAuthn.enable")
    options = {**AUTHENTICATOR, "transport": transport}
    return str(session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def test_a_passkey_is_added_named_used_and_removed(product: Product, context: BrowserContext) -> None:
    lucas = Somebody("lucas", context, product.address.replace("127.0.0.1", "localhost"))
    device = context.new_cdp_session(lucas.page)
    key = authenticator(device)
    lucas.enter()
    lucas.page.locator(".kn-bar__who a").click()
    lucas.page.wait_for_url("**/account/")
    lucas.accessible()
    lucas.follow("Passkey toevoegen")
    lucas.fill(name="Werktelefoon")
    lucas.press_here("Passkey maken", "/account/2fa/recovery-codes/")
    assert lucas.page.locator(".kn-codes li").count() == 10
    lucas.open("/account/")
    assert lucas.sees("Werktelefoon")
    assert lucas.sees("zonder wachtwoord")
    lucas.follow("Hernoemen")
    lucas.fill(name="Oude telefoon")
    lucas.press("Opslaan")
    assert lucas.sees("Oude telefoon")

    # The only second factor stays.
    lucas.follow("Verwijderen")
    assert lucas.sees("uw enige tweede stap")
    assert lucas.page.get_by_role("button", name="Verwijderen").count() == 0

    # Out, and in again with nothing but the passkey.
    lucas.press("Uitloggen")
    lucas.open("/account/login/")
    lucas.press_here("Inloggen met een passkey", "/")
    assert lucas.page.locator(".kn-bar__who").inner_text().startswith("Lucas")

    # A device that does not recognise its owner opens nothing, and the page says so.
    lucas.press("Uitloggen")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    lucas.open("/account/login/")
    lucas.page.get_by_role("button", name="Inloggen met een passkey").click()
    lucas.page.locator("[data-passkey-error]").wait_for(state="visible")
    lucas.accessible()
    assert lucas.where() == "/account/login/"
    assert lucas.complaints == []


def test_a_passkey_that_the_installation_does_not_know_is_refused(product: Product, context: BrowserContext) -> None:
    greet = Somebody("greet", context, product.address.replace("127.0.0.1", "localhost"))
    device = context.new_cdp_session(greet.page)
    old = authenticator(device)
    greet.enter().open("/account/passkeys/add/")
    greet.press_here("Passkey maken", "/account/2fa/recovery-codes/")
    greet.open("/account/passkeys/add/")
    # A device makes one passkey for an account, so the second stands on a key of its own.
    authenticator(device, "usb")
    greet.fill(name="Tweede")
    greet.press_here("Passkey maken", "/account/")
    greet.page.locator("li", has_text="Tweede").get_by_role("link", name="Verwijderen").click()
    greet.press("Verwijderen")
    assert not greet.sees("Tweede")
    greet.press("Uitloggen")
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": old})
    greet.open("/account/login/")
    with greet.page.expect_navigation():
        greet.page.get_by_role("button", name="Inloggen met een passkey").click()
    assert greet.where() == "/account/login/"
    assert greet.page.locator("body").inner_text().count("lukte niet") >= 1
    assert greet.complaints == []


def test_one_sees_where_one_is_logged_in_and_leaves_there(cast: Cast) -> None:
    desk, phone = cast.esra, cast.narrow("esra", 390)
    desk.open("/account/sessies/")
    assert desk.sees("Chrome")
    assert desk.page.get_by_role("button", name="Beëindigen", exact=True).count() >= 1
    phone.open("/account/sessies/")
    desk.press("Alle andere sessies beëindigen")
    assert desk.page.locator("tbody tr").count() == 1
    phone.page.goto(f"{phone.address}/")
    assert phone.where().startswith("/account/login/")


def test_an_administrator_logs_a_colleague_out_everywhere(cast: Cast) -> None:
    nadia, karin = cast.nadia, cast.karin
    karin.open("/beheer/medewerkers/")
    karin.page.locator("main a", has_text="Nadia").first.click()
    karin.page.wait_for_load_state()
    karin.press("Overal uitloggen")
    assert karin.page.locator("body").inner_text().count("overal uitgelogd") == 1
    nadia.page.goto(f"{nadia.address}/")
    assert nadia.where().startswith("/account/login/")


# --- Single sign-on ------------------------------------------------------------------------------------


@dataclass
class Services:
    """The product beside log-in services of two organisations, and one whose tokens have run out."""

    address: str
    ports: dict[str, int]


@pytest.fixture(scope="module")
def services(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Started as processes, stopped at the end."""
    folder = tmp_path_factory.mktemp("sso")
    ports = {name: _free_port() for name in ("zaanstad", "politie", "verlopen", "web")}
    _write(folder, ports)
    people = [
        {"sub": "z-esra", "email": "esra@voorbeeld.invalid", "email_verified": True},
        {"sub": "z-bram", "email": "bram@voorbeeld.invalid", "email_verified": True},
        {"sub": "z-weg", "email": "weg@voorbeeld.invalid", "email_verified": True},
        {"sub": "z-niemand", "email": "niemand@voorbeeld.invalid", "email_verified": True},
    ]
    claims = [part for one in people for part in ("--user-claims", json.dumps(one))]
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    mock = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", *claims]
    started = [
        subprocess.Popen([*mock, "--require-nonce", "--port", str(ports["zaanstad"])], **quiet),
        subprocess.Popen([*mock, "--port", str(ports["politie"])], **quiet),
        subprocess.Popen([*mock, "--port", str(ports["verlopen"]), "--token-max-age", "-600"], **quiet),
        subprocess.Popen(
            _knooppunt("web", "--port", str(ports["web"])),
            env={**product.environment, "KNOOPPUNT_SSO": str(folder / "sso.yaml")},
        ),
    ]
    try:
        for name in ("zaanstad", "politie", "verlopen"):
            _wait(f"http://localhost:{ports[name]}/.well-known/openid-configuration")
        _wait(f"http://127.0.0.1:{ports['web']}/healthz")
        yield Services(f"http://localhost:{ports['web']}", ports)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=30)


def _write(folder: Path, ports: dict[str, int]) -> None:
    secret = os.open(folder / "secret", os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(secret, b"geheim")
    os.close(secret)
    owners = {"zaanstad": "gemeente-zaanstad", "politie": "politie", "verlopen": "gemeente-zaanstad"}
    rows = [
        {
            "code": name,
            "label": f"Inloggen bij {name}",
            "issuer": f"http://localhost:{ports[name]}",
            "client_id": "knooppunt",
            "client_secret_file": "secret",
            "organisation": owner,
            "domains": ["voorbeeld.invalid"],
        }
        for name, owner in owners.items()
    ]
    (folder / "sso.yaml").write_text(json.dumps({"providers": rows}), encoding="utf-8")


def _wait(address: str) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while not _answers(address):
        assert time.monotonic() < deadline, f"{address} did not come up"
        time.sleep(0.2)


def knock(somebody: Somebody, service: str, subject: str) -> None:
    """From the log-in page by way of the service and back."""
    somebody.open("/account/login/")
    somebody.page.get_by_role("button", name=f"Inloggen bij {service}").click()
    somebody.page.wait_for_url("**/oauth2/authorize**")
    with somebody.page.expect_navigation(url=lambda url: url.startswith(somebody.address)):
        somebody.page.locator(f'button[value="{subject}"]').click()
    somebody.page.wait_for_load_state()
    somebody.accessible()


def test_one_comes_in_with_the_account_of_the_own_organisation_once_known(
    services: Services, context: BrowserContext
) -> None:
    esra = Somebody("esra", context, services.address)
    seen: list[str] = []
    esra.page.on("request", lambda request: seen.append(request.url))
    knock(esra, "zaanstad", "z-esra")
    assert esra.where() == "/"
    assert esra.page.locator(".kn-bar__who").inner_text().startswith("Esra")
    assert "sturing" in esra.page.locator(".kn-bar__who").inner_text() or esra.sees("regels")
    esra.open("/account/")
    assert esra.sees("Koppeling losmaken")
    # What came back once is worth nothing a second time, also in the same browser.
    back = next(url for url in seen if "/account/organisatie/zaanstad/terug/" in url)
    esra.press("Uitloggen")
    esra.open(back.removeprefix(services.address), status=403)
    assert esra.sees("klopt niet, is al gebruikt of is verlopen")
    esra.open("/account/organisatie/zaanstad/terug/?code=x&state=geraden", status=403)
    # A second time the binding is found.
    knock(esra, "zaanstad", "z-esra")
    assert esra.where() == "/"
    assert esra.complaints == []


@pytest.mark.parametrize(
    ("service", "subject", "says"),
    [
        ("zaanstad", "z-niemand", "nog geen professional"),
        ("zaanstad", "z-bram", "andere organisatie"),
        ("verlopen", "z-esra", "klopt niet, is al gebruikt of is verlopen"),
    ],
)
def test_who_does_not_belong_is_told_why(
    services: Services, context: BrowserContext, service: str, subject: str, says: str
) -> None:
    somebody = Somebody(subject, context, services.address)
    knock(somebody, service, subject)
    assert somebody.sees("Inloggen lukte niet")
    assert somebody.sees(says)
    somebody.page.goto(f"{somebody.address}/")
    assert somebody.where().startswith("/account/login/")
    assert somebody.complaints == []


def test_who_left_the_organisation_does_not_come_in(services: Services, cast: Cast, context: BrowserContext) -> None:
    karin = cast.karin
    karin.open("/beheer/medewerkers/nieuw/")
    karin.fill(name="Wim Weg", email="weg@voorbeeld.invalid", functions="governance")
    karin.press("Toevoegen")
    karin.follow("Aanstelling beëindigen")
    karin.page.locator('main [name="when"]').first.check()
    karin.press("Beëindigen")
    wim = Somebody("z-weg", context, services.address)
    knock(wim, "zaanstad", "z-weg")
    assert wim.sees("aanstelling in Knooppunt is niet (meer) geldig")


def test_who_breaks_it_off_reads_what_to_do(services: Services, context: BrowserContext) -> None:
    somebody = Somebody("z-esra", context, services.address)
    somebody.open("/account/login/")
    somebody.page.get_by_role("button", name="Inloggen bij politie").click()
    somebody.page.wait_for_url("**/oauth2/authorize**")
    with somebody.page.expect_navigation(url=lambda url: url.startswith(somebody.address)):
        somebody.page.locator('button[value="deny"]').click()
    assert somebody.sees("afgebroken")
