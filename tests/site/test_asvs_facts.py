"""Small facts that docs/asvs.yaml leans on and that no other test looks at."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import get_hasher
from django.test import Client, override_settings

from knooppunt.site import environment
from knooppunt.site.wellknown import GOOD_FOR
from tests.conftest import Frozen
from tests.site.production import settings_of_production

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src/knooppunt/site/static/knooppunt"
Known = Callable[[str], Any]
EMAIL = "anna@voorbeeld.invalid"
PASSWORD = "Een zin van ruim 64 tekens mag gewoon, met spaties, ë, 漢字 en leestekens!"
REAL = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]


@pytest.fixture
def account(known: Known) -> Any:
    """Anna with a password, in a product without second factor: what is looked at here comes before it."""
    known("anna")
    found = get_user_model().objects.get(email=EMAIL)
    found.set_password(PASSWORD)
    found.save()
    return found


def test_passwords_are_kept_by_a_slow_hash(db: None) -> None:
    with override_settings(PASSWORD_HASHERS=settings_of_production().get("PASSWORD_HASHERS", REAL)):
        assert get_hasher().algorithm == "argon2"
        assert getattr(get_hasher(), "memory_cost", 0) >= 19 * 1024


def test_a_long_password_of_any_signs_opens_a_session_with_a_new_key(account: Any, client: Client) -> None:
    client.get("/account/login/")
    before = client.session.session_key
    answer = client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session.session_key not in {None, before}
    assert len(str(client.session.session_key)) == 32
    for wrong in (PASSWORD.lower(), PASSWORD[:64], f"{PASSWORD} "):
        assert Client().post("/account/login/", {"login": EMAIL, "password": wrong}).status_code == 200


def test_changing_a_password_asks_for_the_old_one_and_ends_other_sessions(account: Any, client: Client) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    new = {"password1": f"{PASSWORD} anders", "password2": f"{PASSWORD} anders"}
    assert client.post("/account/password/change/", {"oldpassword": "geraden", **new}).status_code == 200
    assert client.post("/account/password/change/", {"oldpassword": PASSWORD, **new}).status_code == 302
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").url.startswith("/account/login/")


def test_a_password_is_masked_and_may_be_pasted_or_filled_in(db: None, client: Client) -> None:
    page = client.get("/account/login/").content.decode()
    field = next(one for one in re.findall(r"<input[^>]*>", page) if 'name="password"' in one)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_after_log_in_one_is_never_led_to_another_site(account: Any, client: Client) -> None:
    for elsewhere in ("https://elders.example/", "//elders.example/", "javascript:alert(1)"):
        answer = Client().post(f"/account/login/?next={elsewhere}", {"login": EMAIL, "password": PASSWORD})
        assert "elders" not in answer.headers.get("Location", "")
        assert "javascript" not in answer.headers.get("Location", "")


def test_trace_repeats_nothing(db: None, client: Client) -> None:
    answer = client.trace("/", headers={"X-Told": "Klaver"})
    assert b"Klaver" not in answer.content


def test_no_script_of_ours_keeps_anything_in_the_browser() -> None:
    scripts = [path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")]
    assert scripts
    for word in ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "eval(", "innerHTML", "postMessage"):
        assert not any(word in script for script in scripts), word


def test_every_part_is_locked_with_its_digest() -> None:
    lock = (ROOT / "requirements/dev.txt").read_text(encoding="utf-8")
    named = re.findall(r"^[a-z0-9][\w.\-\[\]]*==\S+", lock, re.MULTILINE | re.IGNORECASE)
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE | re.IGNORECASE)
    assert len(named) > 50
    assert sum("--hash=sha256:" in block for block in blocks) >= len(named)


def test_the_page_on_security_says_when_parts_are_renewed() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "## Supported versions" in page
    assert re.search(r"known weakness .* within \d+ days", page)


def test_security_txt_says_where_to_report_and_does_not_end_soon(db: None, client: Client, frozen: Frozen) -> None:
    with override_settings(SECURITY_CONTACT="mailto:beveiliging@voorbeeld.invalid"):
        answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:beveiliging@voorbeeld.invalid"
    assert fields["Expires"] == f"{frozen.now + GOOD_FOR:%Y-%m-%dT%H:%M:%SZ}"
    assert timedelta(days=30) < GOOD_FOR < timedelta(days=365)
    with override_settings(SECURITY_CONTACT=""):
        assert client.get("/.well-known/security.txt").status_code == 404


def test_a_contact_that_is_no_address_says_how_to_mend_it() -> None:
    assert environment.security_contact({"KNOOPPUNT_SECURITY_CONTACT": "mailto:a@b.example"}) == "mailto:a@b.example"
    assert environment.security_contact({}) == ""
    for wrong in ("a@b.example", "http://b.example", "mailto:a b"):
        with pytest.raises(environment.ImproperlyConfigured, match=r"mailto:…, https://… or tel:…"):
            environment.security_contact({"KNOOPPUNT_SECURITY_CONTACT": wrong})
