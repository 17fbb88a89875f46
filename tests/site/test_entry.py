"""Guessing the second factor, who has which factor, where one is logged in, and telling nobody who has an account."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client

from knooppunt.kernel import sessions
from knooppunt.kernel.models import Session
from knooppunt.kernel.sessions import browser_of, digest_of, shortened
from tests.conftest import Frozen
from tests.site.test_login import EMAIL, PASSWORD, code_of, log_in

Known = Callable[[str], UUID]
Account = get_user_model()
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


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


def anna() -> Any:
    return Account.objects.get(email=EMAIL)


# --- Guessing ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("outside_demo")
def test_five_wrong_codes_close_the_account_for_a_while(secret: str, client: Client) -> None:
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    statuses = [client.post("/account/2fa/authenticate/", {"code": f"00000{n}"}).status_code for n in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    answer = client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert answer.status_code == 429
    assert "even gesloten" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert Client().post("/account/login/", {"login": EMAIL, "password": PASSWORD}).status_code == 429


@pytest.mark.usefixtures("outside_demo")
def test_wrong_passwords_and_wrong_codes_count_together(secret: str, client: Client) -> None:
    for _ in range(3):
        client.post("/account/login/", {"login": EMAIL, "password": "geraden"})
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/account/2fa/authenticate/", {"code": "000001"}).status_code == 429


@pytest.mark.usefixtures("outside_demo")
@pytest.mark.parametrize(
    "credential",
    ["", "{", "[]", '"x"', "{}", '{"id": 1}', '{"response": {}}', '{"response": {"userHandle": "!!"}}', "null", "1"],
)
def test_nonsense_instead_of_a_passkey_is_no_error_of_ours(secret: str, client: Client, credential: str) -> None:
    client.get("/account/passkeys/login/", headers={"Accept": "application/json"})
    answer = client.post("/account/passkeys/login/", {"credential": credential})
    assert answer.url == "/account/login/"
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert client.post("/account/2fa/authenticate/", {"credential": credential}).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("outside_demo")
@pytest.mark.parametrize("credential", ["", "{", "[]", '"x"', "{}", '{"id": 1}', '{"response": {}}', "null"])
def test_nonsense_instead_of_a_new_passkey_adds_nothing(secret: str, client: Client, credential: str) -> None:
    log_in(client, secret)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.get("/account/passkeys/add/")
    answer = client.post("/account/passkeys/add/", {"name": "x", "credential": credential})
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


# --- Nobody learns who has an account ----------------------------------------------------------------


class Counting(MD5PasswordHasher):
    """Counts how often a password is hashed: that is what takes time."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.fixture
def counted(settings: Any) -> Iterator[type[Counting]]:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    yield Counting


@pytest.mark.usefixtures("outside_demo")
def test_logging_in_tells_nobody_who_has_an_account(counted: type[Counting], secret: str, known: Known) -> None:
    known("bram")
    said, work = [], []
    for email in (EMAIL, "bram@voorbeeld.invalid", "niemand@voorbeeld.invalid"):
        before = counted.hashed
        answer = Client().post("/account/login/", {"login": email, "password": "geraden wachtwoord"})
        work.append(counted.hashed - before)
        text = answer.content.decode().replace(email, "")
        said.append((answer.status_code, text[text.index("<h1") :].count("<li>"), "kloppen niet" in text or text))
    assert work == [1, 1, 1], "known, without a password, unknown: the same work"
    assert said[0][:2] == said[1][:2] == said[2][:2]


@pytest.mark.usefixtures("outside_demo")
def test_asking_for_a_new_password_tells_nobody_who_has_an_account(secret: str) -> None:
    answers = [Client().post("/account/password/reset/", {"email": e}) for e in (EMAIL, "niemand@voorbeeld.invalid")]
    assert [(one.status_code, one.url) for one in answers] == [(302, "/account/password/reset/done/")] * 2
    assert [message.to for message in mail.outbox] == [[EMAIL], ["niemand@voorbeeld.invalid"]]


def test_an_invitation_that_is_wrong_says_the_same_for_every_account(secret: str, client: Client) -> None:
    from allauth.account.utils import user_pk_to_url_str

    pages = []
    for uid in (user_pk_to_url_str(anna()), "123abc", "0" * 32):
        answer = client.get(f"/account/password/reset/key/{uid}-abc-123/")
        pages.append((answer.status_code, answer.content.decode().count("<p>")))
    assert len(set(pages)) == 1


# --- The last second factor stays --------------------------------------------------------------------


@pytest.mark.usefixtures("outside_demo")
def test_the_last_second_factor_cannot_be_removed(secret: str, client: Client) -> None:
    log_in(client, secret)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/deactivate/").content.decode()
    assert "Voeg eerst een andere toe" in page
    client.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.usefixtures("outside_demo")
def test_a_first_password_is_not_set_in_a_session_that_somebody_left_open(known: Known, client: Client) -> None:
    known("anna")
    TOTP.activate(anna(), generate_totp_secret())
    client.force_login(anna(), backend="allauth.account.auth_backends.AuthenticationBackend")
    new = "vier paarse fietsen zingen"
    answer = client.post("/account/password/set/", {"password1": new, "password2": new})
    assert answer.url.startswith("/account/2fa/reauthenticate/")
    assert not anna().has_usable_password()


@pytest.mark.usefixtures("outside_demo")
def test_who_has_nothing_to_say_again_who_it_is_logs_in_anew_to_change_something(known: Known, client: Client) -> None:
    known("anna")
    client.force_login(anna(), backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/account/passkeys/add/")
    assert answer.status_code == 403
    assert "kort daarvoor zijn ingelogd" in answer.content.decode()


@pytest.mark.usefixtures("outside_demo")
def test_a_passkey_is_a_second_factor_and_recovery_codes_alone_are_none(known: Known, client: Client) -> None:
    known("anna")
    client.force_login(anna(), backend="allauth.account.auth_backends.AuthenticationBackend")
    Authenticator.objects.create(user=anna(), type="recovery_codes", data={})
    assert client.get("/").url == "/account/tweede-stap/"
    Authenticator.objects.create(user=anna(), type="webauthn", data={"name": "Telefoon", "credential": {}})
    assert client.get("/").status_code == 200


# --- Where one is logged in --------------------------------------------------------------------------


def test_the_table_of_sessions_opens_no_session(enter: Callable[[str], Client]) -> None:
    client = enter("anna")
    client.get("/")
    stored = Session.objects.get()
    assert stored.session_key == digest_of(client.session.session_key)
    thief = Client()
    thief.cookies["knooppunt_session"] = stored.session_key
    assert thief.get("/").url.startswith("/account/login/")


def test_one_sees_where_one_is_logged_in_and_ends_it(enter: Callable[[str], Client], known: Known) -> None:
    here = enter("anna")
    there = Client(headers={"User-Agent": PHONE}, REMOTE_ADDR="192.0.2.77")
    there.post("/demo/enter/anna")
    for client in (here, there):
        client.get("/")
    page = here.get("/account/sessies/").content.decode()
    assert "Chrome · Android" in page
    assert "192.0.2.x" in page
    assert "192.0.2.77" not in page
    assert page.count("deze sessie") == 1
    other = next(v for v in sessions.sessions_of(anna().pk, anna().get_session_auth_hash()) if v.browser)
    here.post("/account/sessies/beeindigen/", {"session": other.key})
    assert there.get("/").url.startswith("/account/login/")
    assert here.get("/").status_code == 200


def test_one_ends_all_others_and_keeps_this_one(enter: Callable[[str], Client], known: Known) -> None:
    here, others = enter("anna"), [Client() for _ in range(2)]
    for client in others:
        client.post("/demo/enter/anna")
    here.post("/account/sessies/andere/")
    assert here.get("/").status_code == 200
    assert all(client.get("/").status_code == 302 for client in others)


def test_nobody_ends_the_session_of_another(enter: Callable[[str], Client]) -> None:
    one, other = enter("anna"), enter("bram")
    bram = Account.objects.get(email="bram@voorbeeld.invalid")
    for view in sessions.sessions_of(bram.pk, bram.get_session_auth_hash()):
        one.post("/account/sessies/beeindigen/", {"session": view.key})
    assert other.get("/").status_code == 200


def test_the_list_is_open_to_whoever_may_not_work(enter: Callable[[str], Client], frozen: Frozen) -> None:
    client = enter("anna")
    Account.objects.get(email=EMAIL).professional  # noqa: B018 - there is one
    frozen.move(days=365 * 80)
    client = Client()
    client.post("/demo/enter/anna")
    assert client.get("/account/sessies/").status_code == 200
    assert client.get("/").status_code == 403


@pytest.mark.usefixtures("outside_demo")
@pytest.mark.django_db(transaction=True)
def test_another_password_ends_the_other_sessions(
    secret: str, client: Client, owner_connection: psycopg.Connection
) -> None:
    log_in(client, secret)
    other = Client()
    other.force_login(anna(), backend="allauth.account.auth_backends.AuthenticationBackend")
    new = "vier paarse fietsen zingen"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert anna().check_password(new)
    assert client.get("/account/").status_code == 200
    assert Session.objects.filter(account=anna().pk).count() == 1
    assert other.get("/account/").status_code == 302
    rows = owner_connection.execute("SELECT event FROM kernel_auditline WHERE event LIKE 'account.%'").fetchall()
    assert rows == [("account.password_changed",)]


@pytest.mark.usefixtures("outside_demo")
def test_another_second_factor_ends_the_other_sessions(secret: str, client: Client) -> None:
    log_in(client, secret)
    other = Client()
    other.force_login(anna(), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/2fa/recovery-codes/generate/")
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("description", "words"),
    [(FIREFOX, "Firefox · Windows"), (PHONE, "Chrome · Android"), ("curl/8.0", ""), ("", "")],
)
def test_of_a_browser_only_its_kind_is_known(description: str, words: str) -> None:
    assert browser_of(description) == words


@pytest.mark.parametrize(
    ("origin", "short"), [("192.0.2.77", "192.0.2.x"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("onzin", ""), ("", "")]
)
def test_of_an_address_only_the_network_is_kept(origin: str, short: str) -> None:
    assert shortened(origin) == short
