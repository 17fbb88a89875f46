"""The conversation with a log-in service (OpenID Connect, code flow with state, nonce and PKCE).

State, code exchange and the table of bindings are allauth's. What allauth does not do is done here: a nonce, and the
signature of the token is always checked, also when it came straight from the service (ADR 0018).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException, Session

from knooppunt.site.entry.judging import Knock, Reason, knock_of
from knooppunt.site.entry.providers import Provider, is_safe

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key that only the service has; never one that is made with a shared secret."""

CLAIMS = ("iss", "sub", "aud", "exp", "iat", "nonce")
LEEWAY = 30
PATIENCE = 5


class NotLetIn(Exception):
    """The conversation ended without somebody to let in."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def begin(request: HttpRequest, provider: Provider, purpose: str) -> str:
    """Where the browser goes; what must come back is remembered in the session, once and for ten minutes."""
    there = _discover(provider)
    pkce = generate_code_challenge()
    nonce = secrets.token_urlsafe(32)
    state = {"purpose": purpose, "nonce": nonce, "verifier": pkce.pop("code_verifier")}
    client = _client(request, provider, there)
    client.state = statekit.stash_state(request, provider_id=provider.code, state=state)
    asked = {"nonce": nonce, **pkce}
    if provider.acr:
        asked["acr_values"] = " ".join(provider.acr)
    return str(client.get_redirect_url(there["authorization_endpoint"], ["openid", "email"], asked))


def finish(request: HttpRequest, provider: Provider) -> tuple[Knock, str]:
    """Who knocks according to the service, and for which purpose this was begun; raises `NotLetIn`."""
    state = statekit.unstash_state(request, provider_id=provider.code, state_id=request.GET.get("state", ""))
    if request.GET.get("error") == "access_denied":
        raise NotLetIn(Reason.CANCELLED)
    if state is None or "error" in request.GET:
        raise NotLetIn(Reason.FAILED)
    there = _discover(provider)
    try:
        answer = _client(request, provider, there).get_access_token(
            request.GET.get("code", ""), pkce_code_verifier=state["verifier"]
        )
    except (RequestException, KeyError) as silent:  # allauth looks for a header that need not be there
        raise NotLetIn(Reason.NO_ANSWER) from silent
    except OAuth2Error as refused:
        raise NotLetIn(Reason.FAILED) from refused
    claims = _verified(provider, there, str(answer.get("id_token", "")), str(state["nonce"]))
    return knock_of(claims), str(state["purpose"])


def uid_of(provider: Provider, knock: Knock) -> str:
    """By which somebody is recognised: issuer and subject together, as a digest that says nothing by itself."""
    return hashlib.sha256(f"{provider.issuer}\0{knock.subject}".encode()).hexdigest()


def _verified(provider: Provider, there: Mapping[str, str], token: str, nonce: str) -> Mapping[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key_of(there, token),
            algorithms=list(ALGORITHMS),
            audience=provider.client_id,
            issuer=there["issuer"],
            leeway=LEEWAY,
            options={"require": list(CLAIMS)},
        )
    except jwt.PyJWTError as wrong:
        raise NotLetIn(Reason.FAILED) from wrong
    meant_for_us = claims.get("azp", provider.client_id) == provider.client_id
    if not meant_for_us or not claims["sub"] or not hmac.compare_digest(str(claims["nonce"]), nonce):
        raise NotLetIn(Reason.FAILED)
    return claims


def _key_of(there: Mapping[str, str], token: str) -> jwt.PyJWK:
    """The key of the service with which this token says that it was signed."""
    named = jwt.get_unverified_header(token).get("kid")
    keys = jwt.PyJWKSet.from_dict(dict(_fetch(there["jwks_uri"]))).keys
    usable = [key for key in keys if key.public_key_use in (None, "sig")]
    fitting = [key for key in usable if named is None or key.key_id == named]
    if len(fitting) != 1:
        raise NotLetIn(Reason.FAILED)
    return fitting[0]


def _discover(provider: Provider) -> Mapping[str, str]:
    """What the service says about itself; it must be who it was configured to be, at safe addresses."""
    said = _fetch(f"{provider.issuer}/.well-known/openid-configuration")
    if str(said.get("issuer", "")).rstrip("/") != provider.issuer:
        raise NotLetIn(Reason.NO_ANSWER)
    plain = provider.issuer.startswith("http://")  # only a demo's file may name such a one
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_safe(str(said.get(name, "")), demo=plain):
            raise NotLetIn(Reason.NO_ANSWER)
    return said


def _fetch(address: str) -> Mapping[str, Any]:
    try:
        with Session() as session:
            answer = session.get(address, timeout=PATIENCE, allow_redirects=False)
            answer.raise_for_status()
            said = answer.json()
    except RequestException as silent:
        raise NotLetIn(Reason.NO_ANSWER) from silent
    if not isinstance(said, dict):
        raise NotLetIn(Reason.NO_ANSWER)
    return said


def _client(request: HttpRequest, provider: Provider, there: Mapping[str, Any]) -> OAuth2Client:
    ways = there.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return OAuth2Client(
        request,
        provider.client_id,
        provider.client_secret,
        "POST",
        there["token_endpoint"],
        request.build_absolute_uri(reverse("sso_callback", args=[provider.code])),
        basic_auth="client_secret_post" not in ways,
    )
