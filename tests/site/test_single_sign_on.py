"""Coming in with the account of one's own organisation: the token says who knocks, and nothing else."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import get_user_model
from django.test import Client

from knooppunt.kernel import clock
from knooppunt.kernel.models import Session
from knooppunt.kernel.work import Work
from knooppunt.partners.models import Professional
from knooppunt.site.entry.judging import knock_of
from knooppunt.site.entry.sso import uid_of
from tests.site.conftest import LOADER
from tests.site.service import Service, running

Known = Callable[[str], UUID]
Account = get_user_model()
BEGIN, BACK = "/account/organisatie/zaanstad/", "/account/organisatie/zaanstad/terug/"
NADIA = {"sub": "n-1", "email": "nadia@voorbeeld.invalid", "email_verified": True}

pytestmark = pytest.mark.usefixtures("outside_demo")


@pytest.fixture
def service(settings: Any, known: Known) -> Iterator[Service]:
    """The log-in service of gemeente-zaanstad, where Nadia works; it did no second factor unless it says so."""
    known("nadia")
    with running() as started:
        settings.SSO_PROVIDERS = {"zaanstad": started.provider(amr=("mfa",), acr=("hoog",))}
        started.claims = dict(NADIA)
        yield started


def knock(client: Client, service: Service, **claims: Any) -> Any:
    """From our button, by way of the service, back to us."""
    service.claims |= claims
    state = service.asks(client.post(BEGIN).url)
    return client.get(BACK, {"code": "c", "state": state})


def events(owner: psycopg.Connection) -> list[str]:
    """What the log says of accounts, in order."""
    rows = owner.execute("SELECT event FROM kernel_auditline WHERE event LIKE 'account.%' ORDER BY at")
    return [row[0] for row in rows]


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.django_db(transaction=True)
def test_who_was_invited_comes_in_with_a_verified_address_and_is_bound_once(
    service: Service, client: Client, owner_connection: psycopg.Connection
) -> None:
    answer = knock(client, service, amr=["pwd", "mfa"])
    assert answer.url == "/"
    assert client.get("/").status_code == 200
    bound = SocialAccount.objects.get()
    assert bound.user.email == NADIA["email"]
    assert events(owner_connection) == ["account.single_sign_on_bound"]
    # Later the subject counts, and no longer the address.
    other = Client()
    assert knock(other, service, email=None, email_verified=None).url == "/"
    assert SocialAccount.objects.count() == 1


def test_of_the_token_nothing_is_kept_but_a_digest(service: Service, client: Client) -> None:
    knock(client, service, name="Iemand Anders", groups=["beheer"], organisation="politie")
    bound = SocialAccount.objects.get()
    assert bound.extra_data == {}
    assert "n-1" not in bound.uid
    assert not SocialToken.objects.exists()


def test_the_token_gives_no_organisation_and_no_function(service: Service, client: Client) -> None:
    before = Professional.objects.values("organisation", "functions", "name").get()
    knock(client, service, amr=["mfa"], functions=["maintenance"], organization="politie", name="Een Ander")
    client.get("/")
    assert Professional.objects.values("organisation", "functions", "name").get() == before
    assert client.get("/beheer/medewerkers/").status_code == 403


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"sub": "x-9", "email": "onbekend@voorbeeld.invalid"}, "nog geen professional"),
        ({"sub": "x-9", "email": None}, "nog geen professional"),
        ({"email": "nadia@elders.invalid"}, "hoort niet bij de organisatie"),
        ({"email_verified": False}, "niet bevestigd"),
        ({"email_verified": None}, "niet bevestigd"),
        ({"email_verified": "ja"}, "niet bevestigd"),
    ],
)
def test_an_unknown_or_doubtful_person_is_told_why_and_makes_no_account(
    service: Service, client: Client, claims: dict[str, Any], says: str
) -> None:
    before = Account.objects.count()
    answer = knock(client, service, **claims)
    assert answer.status_code == 403
    assert says in answer.content.decode()
    assert not is_in(client)
    assert (Account.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_who_works_elsewhere_does_not_come_in_by_this_service(service: Service, known: Known, client: Client) -> None:
    known("bram")
    answer = knock(client, service, sub="b-1", email="bram@voorbeeld.invalid")
    assert answer.status_code == 403
    assert "andere organisatie" in answer.content.decode()
    assert not SocialAccount.objects.exists()


def test_who_changed_organisation_does_not_come_in_by_the_old_service(
    service: Service, settings: Any, client: Client
) -> None:
    knock(client, service, amr=["mfa"])
    settings.SSO_PROVIDERS = {"zaanstad": service.provider(organisation="politie")}
    assert knock(Client(), service).status_code == 403


def test_who_left_does_not_come_in(service: Service, client: Client) -> None:
    knock(client, service, amr=["mfa"])
    with Work(LOADER, "leave") as work:
        person = Professional.objects.get()
        person.active_until = clock.today() - timedelta(days=1)
        person.save()
        work.record("professional.ended", person)
    answer = knock(Client(), service)
    assert answer.status_code == 403
    assert "aanstelling" in answer.content.decode()


def test_a_closed_account_does_not_come_in(service: Service, client: Client) -> None:
    Account.objects.update(is_active=False)
    assert knock(client, service).status_code == 403
    assert not is_in(client)


def test_an_account_that_is_in_use_is_not_taken_over_by_its_address(service: Service, client: Client) -> None:
    nadia = Account.objects.get(email=NADIA["email"])
    nadia.set_password("een lang wachtwoord voor een test")
    nadia.save()
    answer = knock(client, service)
    assert "Log één keer in zoals u gewend bent" in answer.content.decode()
    assert not SocialAccount.objects.exists()


def test_without_a_second_factor_at_the_service_our_own_is_asked(service: Service, client: Client) -> None:
    assert knock(client, service).url == "/"
    assert client.get("/").url == "/account/tweede-stap/"
    TOTP.activate(Account.objects.get(email=NADIA["email"]), generate_totp_secret())
    other = Client()
    assert knock(other, service).url == "/account/2fa/authenticate/"
    assert not is_in(other)


@pytest.mark.parametrize("claims", [{"amr": ["mfa"]}, {"acr": "hoog"}])
def test_a_second_factor_at_the_service_is_enough(service: Service, client: Client, claims: dict[str, Any]) -> None:
    TOTP.activate(Account.objects.get(email=NADIA["email"]), generate_totp_secret())
    nadia = Account.objects.get(email=NADIA["email"])
    SocialAccount.objects.create(user=nadia, provider="zaanstad", uid=_uid(service))
    assert knock(client, service, **claims).url == "/"
    assert client.get("/").status_code == 200


def test_who_guesses_passwords_does_not_close_this_way_in(service: Service, client: Client) -> None:
    for _ in range(5):
        Client().post("/account/login/", {"login": NADIA["email"], "password": "geraden"})
    assert Client().post("/account/login/", {"login": NADIA["email"], "password": "geraden"}).status_code == 429
    assert knock(client, service, amr=["mfa"]).url == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("claims", [{"amr": ["pwd"]}, {"amr": "mfa"}, {"acr": "laag"}, {"acr": ""}])
def test_other_words_for_a_second_factor_do_not_count(service: Service, client: Client, claims: dict[str, Any]) -> None:
    knock(client, service, **claims)
    assert client.get("/").url == "/account/tweede-stap/"


def _uid(service: Service) -> str:
    return uid_of(service.provider(), knock_of(NADIA))


# --- A token that is not what it should be ---------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 3600},
        {"aud": "iemand anders"},
        {"iss": "https://elders.example"},
        {"nonce": "van een ander"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"azp": "iemand anders"},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_that_was_not_made_for_this_moment_is_refused(
    service: Service, client: Client, claims: dict[str, Any]
) -> None:
    answer = knock(client, service, **claims)
    assert answer.status_code == 403
    assert "klopt niet" in answer.content.decode()
    assert service.exchanged == 1
    assert not is_in(client)


def test_a_token_that_another_signed_is_refused(service: Service, client: Client) -> None:
    service.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert knock(client, service).status_code == 403
    assert not is_in(client)


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(("key", "algorithm"), [("", "none"), ("knooppunt", "HS256")])
def test_a_token_without_a_real_signature_is_refused(
    service: Service, client: Client, key: str, algorithm: str
) -> None:
    service.signs_with, service.algorithm = key, algorithm
    assert knock(client, service).status_code == 403
    assert not is_in(client)


def test_a_state_works_once_and_only_in_the_browser_that_began(service: Service, client: Client) -> None:
    state = service.asks(client.post(BEGIN).url)
    assert Client().get(BACK, {"code": "c", "state": state}).status_code == 403
    assert client.get(BACK, {"code": "c", "state": state}).url == "/"
    client.post("/account/logout/")
    assert client.get(BACK, {"code": "c", "state": state}).status_code == 403
    assert client.get(BACK, {"code": "c", "state": "geraden"}).status_code == 403
    assert client.get(BACK).status_code == 403
    assert service.exchanged == 1


def test_state_nonce_and_proof_key_are_asked_for_and_nothing_of_the_address_is_passed_on(
    service: Service, client: Client
) -> None:
    service.asks(client.post(f"{BEGIN}?scope=admin&auth_params=acr_values%3Dlaag&process=connect").url)
    assert {"state", "nonce", "code_challenge", "code_challenge_method"} <= set(service.asked)
    assert service.asked["code_challenge_method"] == "S256"
    assert set(service.asked["scope"].split()) == {"openid", "email"}
    assert service.asked["acr_values"] == "hoog"
    assert service.asked["redirect_uri"].endswith(BACK)


def test_who_breaks_it_off_is_told_what_to_do(service: Service, client: Client) -> None:
    state = service.asks(client.post(BEGIN).url)
    answer = client.get(BACK, {"error": "access_denied", "state": state})
    assert "afgebroken" in answer.content.decode()


@pytest.mark.parametrize(
    "lies",
    [
        {"issuer": "https://elders.example"},
        {"token_endpoint": "http://elders.example/token"},
        {"jwks_uri": None},
    ],
    ids=lambda lies: next(iter(lies)),
)
def test_a_service_that_says_to_be_another_is_not_believed(
    service: Service, client: Client, lies: dict[str, Any]
) -> None:
    service.lies = lies
    assert client.post(BEGIN).status_code == 503


def test_a_service_that_is_away_gives_a_page_and_no_error(service: Service, client: Client) -> None:
    service.down = True
    answer = client.post(BEGIN)
    assert answer.status_code == 503
    assert "antwoordt niet" in answer.content.decode()


def test_the_log_in_page_may_send_its_form_to_the_service_and_other_pages_may_not(
    service: Service, client: Client
) -> None:
    assert service.issuer in client.get("/account/login/").headers["Content-Security-Policy"]
    assert service.issuer not in client.get("/zoeken/").headers["Content-Security-Policy"]


def test_beginning_is_a_post_with_the_csrf_token(service: Service) -> None:
    assert Client().get(BEGIN).status_code == 405
    assert Client(enforce_csrf_checks=True).post(BEGIN).status_code == 403


# --- Binding by whoever is logged in -----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_who_is_logged_in_binds_once_and_can_take_it_away(
    service: Service, client: Client, owner_connection: psycopg.Connection
) -> None:
    nadia = Account.objects.get(email=NADIA["email"])
    nadia.set_password("een lang wachtwoord voor een test")
    nadia.save()
    TOTP.activate(nadia, generate_totp_secret())
    client.force_login(nadia, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = client.post(f"{BEGIN}koppelen/")
    assert asked.url.startswith("/account/reauthenticate/"), "first say again who you are"
    resumed = client.post(asked.url, {"password": "een lang wachtwoord voor een test"})
    state = service.asks(resumed.url)
    assert client.get(BACK, {"code": "c", "state": state}).url == "/account/"
    assert SocialAccount.objects.get().user == nadia
    assert "Koppeling losmaken" in client.get("/account/").content.decode()
    client.post(f"{BEGIN}losmaken/")
    assert not SocialAccount.objects.exists()
    assert events(owner_connection) == ["account.single_sign_on_bound", "account.single_sign_on_unbound"]


def test_one_identity_belongs_to_one_account(service: Service, known: Known, client: Client) -> None:
    known("carla")
    SocialAccount.objects.create(
        user=Account.objects.get(email="carla@voorbeeld.invalid"), provider="zaanstad", uid=_uid(service)
    )
    nadia = Account.objects.get(email=NADIA["email"])
    TOTP.activate(nadia, generate_totp_secret())
    client.force_login(nadia, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(nadia.pk)
    session.save()
    state = service.asks(client.post(f"{BEGIN}koppelen/").url)
    assert client.get(BACK, {"code": "c", "state": state}).status_code == 403
    assert SocialAccount.objects.count() == 1


def test_the_last_way_in_is_not_taken_away(service: Service, client: Client) -> None:
    knock(client, service, amr=["mfa"])
    client.post(f"{BEGIN}losmaken/")
    assert SocialAccount.objects.count() == 1
    assert not Authenticator.objects.exists()


def test_a_session_that_waits_for_a_second_factor_holds_nothing_of_the_token(service: Service, client: Client) -> None:
    nadia = Account.objects.get(email=NADIA["email"])
    SocialAccount.objects.create(user=nadia, provider="zaanstad", uid=_uid(service))
    TOTP.activate(nadia, generate_totp_secret())
    knock(client, service)
    stored = str([client.session.decode(row.session_data) for row in Session.objects.all()])
    assert NADIA["sub"] not in stored
    assert "id_token" not in stored
