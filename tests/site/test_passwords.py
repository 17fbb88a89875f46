"""A password is long and not what everybody tries; nothing else is asked of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

Known = Callable[[str], UUID]
HASHERS = ["knooppunt.site.entry.passwords.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]


@pytest.fixture
def anna(known: Known) -> Any:
    """Anna, of the GGD in Zaanstreek-Waterland."""
    known("anna")
    return get_user_model().objects.get(email="anna@voorbeeld.invalid")


@pytest.mark.parametrize(
    "password",
    [
        "vier paarse fietsen zingen",
        "alleen kleine letters",
        "8f3k-22xq-91zz",
        "correct horse battery staple",
        "zinnen met Knooppunt mogen wel als er genoeg bij staat",
        "x" * 20 + "een lange staart",
        "ünïcode is góéd ☂ hoor",
        "p" * 100 + "abcdefghijk qrstuv" + "z" * 100,
    ],
)
def test_any_long_sentence_is_fine(anna: Any, password: str) -> None:
    validate_password(password, anna)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("elf tekens.", "minimaal 12"),
        ("y" * 130 + "abcdefgh" * 20, "hoogste 256"),
        ("aaaaaaaaaaaaaaaa", "herhaalt"),
        ("abcabcabcabcabc", "herhaalt"),
        ("Knooppunt2026!", "makkelijk te raden"),
        ("Kn00ppunt-2026", "makkelijk te raden"),
        ("Welkom01Welkom01", "makkelijk te raden"),
        ("Wachtwoord1234", "makkelijk te raden"),
        ("Zomer2026Zomer2026", "makkelijk te raden"),
        ("GGD-Zaanstreek!!", "makkelijk te raden"),
        ("zaanstreek-waterland", "makkelijk te raden"),
        ("VR11VR11vr11-2026", "makkelijk te raden"),
        ("qwerty123456qwerty", "makkelijk te raden"),
        ("passwordpassword1", "makkelijk te raden"),
        ("anna@voorbeeld.invalid", "makkelijk te raden"),
        ("voorbeeld-invalid-1", "makkelijk te raden"),
    ],
)
def test_what_everybody_tries_is_refused_in_words(anna: Any, password: str, says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, anna)
    assert says in " ".join(refused.value.messages)
    assert password not in " ".join(refused.value.messages)


def test_the_words_are_those_of_this_installation(db: None, known: Known) -> None:
    validate_password("GGD-Zaanstreek!!")
    known("anna")
    with pytest.raises(ValidationError):
        validate_password("GGD-Zaanstreek!!")


def test_a_password_is_hashed_with_argon2_and_an_old_hash_is_renewed_at_log_in(
    anna: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PASSWORD_HASHERS", HASHERS)
    _forget_hashers()
    try:
        assert make_password("x").startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
        anna.password = make_password("vier paarse fietsen zingen", hasher="pbkdf2_sha256")
        anna.save()
        assert anna.check_password("vier paarse fietsen zingen")
        anna.refresh_from_db()
        assert identify_hasher(anna.password).algorithm == "argon2"
    finally:
        monkeypatch.undo()
        _forget_hashers()


def _forget_hashers() -> None:
    from django.contrib.auth import hashers

    hashers.get_hashers.cache_clear()
    hashers.get_hashers_by_algorithm.cache_clear()


def test_the_page_for_a_first_password_allows_pasting_and_says_the_rules(anna: Any, client: Client) -> None:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    key = f"{user_pk_to_url_str(anna)}-{default_token_generator.make_token(anna)}"
    page = client.get(f"/account/password/reset/key/{key}/", follow=True)
    text = page.content.decode()
    assert "onpaste" not in text
    assert 'autocomplete="new-password"' in text
    assert "show-password.js" in text
    assert "minimaal 12" in text
    refused = client.post(page.request["PATH_INFO"], {"password1": "Welkom01Welkom01", "password2": "Welkom01Welkom01"})
    assert "makkelijk te raden" in refused.content.decode()
    new = "vier paarse fietsen zingen"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    anna.refresh_from_db()
    assert anna.check_password(new)
