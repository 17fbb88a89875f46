"""A log-in service of an organisation, as far as tests need one: it says what a test tells it to say.

It checks what a real one checks (our secret, the code, PKCE) and can be told to lie.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from knooppunt.site.entry.providers import Provider

SECRET = "geheim van de inlogdienst"


class Service:
    """The service; `claims` are what it says of whoever knocks."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with: Any = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.exchanged = 0
        self.issuer = ""
        self.lies: dict[str, Any] = {}
        self.down = False

    def provider(self, **more: Any) -> Provider:
        """As an installation configures it."""
        said: dict[str, Any] = {
            "code": "zaanstad",
            "label": "Gemeente Zaanstad",
            "issuer": self.issuer,
            "client_id": "knooppunt",
            "client_secret": SECRET,
            "organisation": "gemeente-zaanstad",
            "domains": ("voorbeeld.invalid",),
            "form_origins": (self.issuer,),
        }
        return Provider(**{**said, **more})

    def asks(self, address: str) -> str:
        """What the browser brings; returns the state that must go back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return self.asked["state"]

    def discovery(self) -> dict[str, Any]:
        """Where everything is."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **self.lies,
        }

    def keys(self) -> dict[str, Any]:
        """The public key."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "1", "use": "sig"}]}

    def token(self, sent: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The answer to a code: none when the secret or the verifier is wrong."""
        told = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest())
        if unquote(told) != f"knooppunt:{SECRET}" or challenge.decode().rstrip("=") != self.asked["code_challenge"]:
            return None
        self.exchanged += 1
        now = int(time.time())
        said = {"iss": self.issuer, "aud": "knooppunt", "sub": "abc", "iat": now, "exp": now + 60}
        said |= {"nonce": self.asked["nonce"], **self.claims}
        content = {name: value for name, value in said.items() if value is not None}
        made = jwt.encode(content, self.signs_with, algorithm=self.algorithm, headers={"kid": "1"})
        return {"access_token": "x", "token_type": "Bearer", "id_token": made}


@contextmanager
def running() -> Iterator[Service]:
    """The service, on this machine."""
    service = Service()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    service.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {"/.well-known/openid-configuration": service.discovery, "/jwks": service.keys}
            make = pages.get(self.path)
            self._answer(make() if make and not service.down else None)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(service.token(sent, self.headers.get("Authorization", "")))

        def _answer(self, said: dict[str, Any] | None) -> None:
            content = json.dumps(said or {"error": "invalid_request"}).encode()
            self.send_response(200 if said else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    return Handler
