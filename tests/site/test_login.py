"""Logging in: password and second factor, guessing, sessions that end, and persona log-in in the demo only."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from knooppunt.kernel.models import Session
from tests.conftest import Frozen

EMAIL = "anna@voorbeeld.invalid"
PASSWORD = "een lang wachtwoord voor een test"
Account = get_user_model()
Known = Callable[[str], Any]


@pytest.fixture
def secret(known: Known) -> str:
    """Anna has a password and an authenticator; this is its secret."""
    known("anna")
    account = Account.objects.get(email=EMAIL)
    account.set_password(PASSWORD)
    account.save()
    made = generate_totp_secret()
    TOTP.activate(account, made)
    return str(made)


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(counters()))))


def log_in(client: Client, secret: str) -> None:
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})


def test_password_and_code_lead_to_the_work(outside_demo: None, secret: str, client: Client) -> None:
    answer = client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert answer.url == "/account/2fa/authenticate/"
    assert client.get("/").status_code == 302
    answer = client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert answer.url == "/"
    assert client.get("/").status_code == 200


def test_a_password_without_the_code_is_not_enough(outside_demo: None, secret: str, client: Client) -> None:
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert client.get("/").url.startswith("/account/login/")


def test_the_secret_of_an_authenticator_is_not_readable_in_the_table(secret: str) -> None:
    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored
    assert Authenticator.objects.get().wrap().validate_code(code_of(secret))


def test_without_a_second_factor_one_is_led_to_set_it_up(outside_demo: None, secret: str, client: Client) -> None:
    Authenticator.objects.all().delete()
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    for address in ("/", "/meldingen/", "/account/password/change/"):
        assert client.get(address).url == "/account/tweede-stap/"
    choices = client.get("/account/tweede-stap/").content.decode()
    assert "/account/passkeys/add/" in choices
    assert "/account/2fa/totp/activate/" in choices
    # Whoever adds an authenticator says once more who it is.
    assert client.get("/account/2fa/totp/activate/").url.startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    assert page.status_code == 200
    made = page.context["form"].secret
    done = client.post("/account/2fa/totp/activate/", {"code": code_of(made)}, follow=True)
    assert done.redirect_chain[0][0] == "/account/2fa/recovery-codes/"
    assert client.get("/").status_code == 200


def test_five_wrong_guesses_close_the_account_for_a_while(secret: str, client: Client) -> None:
    for _ in range(4):
        assert client.post("/account/login/", {"login": EMAIL, "password": "geraden"}).status_code == 200
    answer = client.post("/account/login/", {"login": EMAIL, "password": "geraden"})
    assert answer.status_code == 429
    assert "Inloggen is even gesloten" in answer.content.decode()
    assert EMAIL not in answer.content.decode()
    again = Client().post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert again.status_code == 429


def test_an_idle_session_ends(enter: Callable[[str], Client]) -> None:
    client = enter("anna")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/").url.startswith("/account/login/")


def test_a_session_lives_half_an_hour_after_the_last_request(enter: Callable[[str], Client]) -> None:
    client = enter("anna")
    client.get("/")
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)


def test_a_session_ends_after_eight_hours_however_busy(frozen: Frozen, enter: Callable[[str], Client]) -> None:
    client = enter("anna")
    assert client.get("/").status_code == 200
    frozen.move(hours=7, minutes=59)
    assert client.get("/").status_code == 200
    frozen.move(minutes=2)
    assert client.get("/").url.startswith("/account/login/")


def test_one_can_leave(enter: Callable[[str], Client]) -> None:
    client = enter("anna")
    client.post("/account/logout/")
    assert client.get("/").url.startswith("/account/login/")


def test_nobody_signs_up(known: Known, client: Client) -> None:
    before = Account.objects.count()
    form = {"email": "nieuw@voorbeeld.invalid", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/account/signup/", form)
    assert Account.objects.count() == before


def test_persona_log_in_has_no_address_outside_the_demo(outside_demo: None, known: Known, client: Client) -> None:
    known("anna")
    for address in ("/demo/", "/demo/enter/anna"):
        with pytest.raises(Resolver404):
            resolve(address)
        assert client.post(address).status_code == 404


def test_an_unknown_persona_is_not_found(known: Known, client: Client) -> None:
    assert client.post("/demo/enter/niemand").status_code == 404
    assert client.get("/demo/enter/anna").status_code == 405


def test_persona_log_in_wants_the_csrf_token(known: Known) -> None:
    known("anna")
    assert Client(enforce_csrf_checks=True).post("/demo/enter/anna").status_code == 403


def test_an_account_of_the_cast_has_no_password(known: Known) -> None:
    known("anna")
    assert not any(account.has_usable_password() for account in Account.objects.all())
