"""Every address that the product has, knocked at by everyone: what the answer tells the browser."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from knooppunt.sharing import law
from knooppunt.sharing.web.regimetexts import TEXT_STEPS
from knooppunt.signals.actions import ReportDraft, register_report
from tests.cases.case_world import with_content
from tests.signals.conftest import System
from tests.signals.conftest import draft as draft
from tests.site.production import in_production
from tests.world import World
from tests.world import world as world

WHO = ("", "hamid", "bram", "farid", "karin")
SAMPLES = {"int": "1", "slug": "dossiers", "str": "dossiers", "anytext": "P-1", "regime": "WGS_ZVH", "path": "x"}
CONVERTER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
NEVER = ("Server", "X-Powered-By", "Access-Control-Allow-Origin")
ON_PURPOSE = {("/api/v1/openapi.json", "Access-Control-Allow-Origin")}
"""What the interface looks like is public, and programs of others read it from their own site (NL API Design Rules)."""


def patterns(found: Any = None, prefix: str = "") -> Iterator[str]:
    """Every address of the site, as its pattern."""
    for entry in found if found is not None else get_resolver().url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, address)
        elif isinstance(entry, URLPattern):
            yield address


def address_of(pattern: str, known: Mapping[str, str]) -> str:
    """One address that fits: of what there is where a name is known, of nothing otherwise."""

    def sample(found: re.Match[str]) -> str:
        kind, name = found["kind"] or "str", found["name"]
        if kind in known or name in known:
            return known.get(kind) or known[name]
        return str(uuid4()) if kind == "uuid" else SAMPLES.get(kind, known.get(kind, "x"))

    plain = re.sub(r"\(\?P<\w+>[^()]*\)", "x", pattern.replace("^", "").replace("$", "").replace("\\", ""))
    return "/" + CONVERTER.sub(sample, plain)


def complaints(response: HttpResponse, path: str) -> list[str]:
    """What this answer forgets to tell."""
    headers = response.headers
    wrong = [name for name, value in FIXED.items() if headers.get(name) != value]
    wrong += [name for name in NEVER if name in headers and (path, name) not in ON_PURPOSE]
    policy = dict(
        one.strip().split(" ", 1) for one in headers.get("Content-Security-Policy", "").split(";") if " " in one.strip()
    )
    wrong += [f"CSP {name}" for name, value in DIRECTIVES.items() if policy.get(name) != value]
    wrong += [f"CSP {name}" for name, value in policy.items() if "unsafe" in value or "*" in value or "http:" in value]
    if "form-action" not in policy or "camera=()" not in headers.get("Permissions-Policy", ""):
        wrong.append("form-action or Permissions-Policy")
    if "no-store" not in headers.get("Cache-Control", "") and not path.startswith("/static/"):
        wrong.append("Cache-Control")
    if response.status_code != 204 and response.content and "Content-Type" not in headers:
        wrong.append("Content-Type")
    for name, cookie in response.cookies.items():
        hidden = cookie["secure"] and cookie["httponly"] and cookie["samesite"] in {"Lax", "Strict"}
        if not (hidden and name.startswith("__Host-") and cookie["path"] == "/" and not cookie["domain"]):
            wrong.append(f"cookie {name}")
    return wrong


@pytest.fixture
def production() -> Iterator[None]:
    """As in production, over https."""
    with in_production():
        yield


@pytest.fixture
def visitors(world: World, production: None) -> dict[str, Client]:
    """Nobody, and some of the cast who logged in with both factors."""
    found = {"": Client()}
    for name in WHO[1:]:
        TOTP.activate(world.people[name].account, generate_totp_secret())
        found[name] = world.client(name)
    for client in found.values():
        client.raise_request_exception = False
    return found


def test_every_address_tells_the_browser_what_it_must(
    world: World, visitors: dict[str, Client], draft: Callable[..., ReportDraft]
) -> None:
    case = with_content(world)
    report = register_report(world.actor("bram"), draft())
    known = {"case_id": str(case), "report": str(report), "version": "2025-07-01", "what": "wijzigen", "key": ""}
    known["step"] = known["frequent_step"] = "tekst"
    known["text_step"], known["digest"] = next(iter(TEXT_STEPS)), law.versions_of("WGS_ZVH")[-1].digest[:12]
    known["key"] = str(world.people["karin"].pk)
    found: dict[str, set[int]] = {}
    for pattern in patterns():
        path = address_of(pattern, known)
        for name, client in visitors.items():
            for method in ("get", "post"):
                answer = getattr(client, method)(path, secure=True)
                assert complaints(answer, path) == [], (pattern, name, method, answer.status_code)
                found.setdefault(pattern, set()).add(answer.status_code)
            if name:  # a log-out among the addresses ended the session
                client.force_login(
                    world.people[name].account, backend="allauth.account.auth_backends.AuthenticationBackend"
                )
    assert len(found) > 80
    # An address that nobody could open, or send to, was not really tried.
    assert {pattern for pattern, codes in found.items() if codes <= {404}} <= NEVER_FOUND
    assert {200, 302, 400, 401, 403, 404, 405, 422} <= set().union(*found.values())


NEVER_FOUND = {
    "api/v1/",  # a name for the whole, which answers nothing
}


def test_asking_for_a_page_changes_nothing(
    world: World, visitors: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    case, changed = with_content(world), []
    monkeypatch.setattr("knooppunt.kernel.work.Work.record", lambda _work, event, *_, **__: changed.append(event))
    for pattern in patterns():
        visitors["hamid"].get(address_of(pattern, {"case_id": str(case)}), secure=True)
    assert changed == []


def test_so_does_an_address_that_does_not_exist_or_fails(
    visitors: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("Klaver")

    monkeypatch.setattr("knooppunt.site.web.my_work", broken)
    monkeypatch.setattr("knooppunt.site.api.problem", broken)
    for path, status in (
        ("/", 500),
        ("/api/v1/cijfers/dossiers", 500),
        ("/nergens/", 404),
        ("/static/nergens.css", 404),
    ):
        answer = visitors["hamid"].get(path, secure=True)
        assert answer.status_code == status
        assert complaints(answer, "/") == []
        assert b"Klaver" not in answer.content
        assert b"Traceback" not in answer.content


def test_plain_http_leads_a_browser_on_and_refuses_a_system(world: World, production: None) -> None:
    client = Client()
    page = client.get("/account/login/")
    assert (page.status_code, page.headers["Location"]) == (301, "https://testserver/account/login/")
    assert complaints(page, "/") == ["Strict-Transport-Security"]  # which browsers believe over https only
    system = System(world).client.get("/api/v1/meldingen")
    assert (system.status_code, system.headers["Content-Type"]) == (403, "application/problem+json")
    assert client.get("/healthz").status_code in {200, 503}


def test_another_host_is_told_nothing(visitors: dict[str, Client]) -> None:
    answer = visitors["hamid"].get("/", headers={"host": "elders.example"}, secure=True)
    assert (answer.status_code, complaints(answer, "/")) == (400, [])


def test_leaving_clears_what_the_browser_kept(visitors: dict[str, Client]) -> None:
    answer = visitors["hamid"].post("/account/logout/", secure=True)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_only_a_file_whose_name_changes_with_its_content_is_kept_long(
    db: None, tmp_path: Path, production: None
) -> None:
    from django.core.management import call_command
    from django.test import override_settings

    production_storage = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}
    with override_settings(STORAGES=production_storage, STATIC_ROOT=tmp_path, WHITENOISE_USE_FINDERS=False):
        call_command("collectstatic", interactive=False, verbosity=0)
        client = Client()
        hashed = next(path.name for path in (tmp_path / "knooppunt").glob("theme.*.css"))
        kept = {name: client.get(f"/static/knooppunt/{name}", secure=True) for name in (hashed, "theme.css")}
    assert "immutable" in kept[hashed].headers["Cache-Control"]
    assert kept["theme.css"].headers["Cache-Control"] == "max-age=60, public"
    for answer in kept.values():
        answer.close()
        assert answer.status_code == 200


MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
