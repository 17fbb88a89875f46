"""The log-in services of organisations (OpenID Connect), from the file that KNOOPPUNT_SSO names.

Each belongs to one organisation. Its secret stands in a file of its own. A mistake is one line that names the file,
the service and the mend; docs/installeren.md has an example.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.core.exceptions import ImproperlyConfigured

from knooppunt.site.environment import secret_file

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
REQUIRED = ("code", "label", "issuer", "client_id", "client_secret_file", "organisation", "domains")
OPTIONAL = ("second_factor", "trusts_email", "form_origins")
HERE = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Provider:
    """One log-in service: whose it is, what it may vouch for, and how we make ourselves known to it."""

    code: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    organisation: str
    domains: tuple[str, ...]
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    trusts_email: bool = False
    form_origins: tuple[str, ...] = ()


def read(environment: Mapping[str, str], *, demo: bool) -> dict[str, Provider]:
    """Every log-in service by its code; none without KNOOPPUNT_SSO."""
    named = environment.get("KNOOPPUNT_SSO") or ""
    if not named:
        return {}
    path = Path(named)
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as unreadable:
        raise ImproperlyConfigured(f"{path} cannot be read: set KNOOPPUNT_SSO to a YAML file") from unreadable
    rows = said.get("providers") if isinstance(said, dict) else None
    if not isinstance(rows, list):
        raise ImproperlyConfigured(f"{path} has no list named providers: see docs/installeren.md")
    found = [_Row(path, row, demo).provider() for row in rows]
    if len({one.code for one in found}) < len(found):
        raise ImproperlyConfigured(f"{path} names a code twice: give each log-in service its own")
    return {one.code: one for one in found}


def origin_of(address: str) -> str:
    """The part of an address that a Content-Security-Policy names."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def is_safe(address: str, *, demo: bool) -> bool:
    """Https; in a demo also plain http on this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (demo and parts.hostname in HERE))


class _Row:
    """One entry of the file, while it is read."""

    def __init__(self, path: Path, row: Any, demo: bool) -> None:
        self.path, self.demo = path, demo
        self.row: Mapping[str, Any] = row if isinstance(row, dict) else {}
        self.name = str(self.row.get("code") or "a service without a code")

    def provider(self) -> Provider:
        """The entry as a log-in service."""
        unknown = sorted({str(key) for key in self.row} - {*REQUIRED, *OPTIONAL})
        if unknown:
            raise self.wrong(f"{unknown[0]} is not known: leave it out")
        code, issuer = self.text("code"), self.text("issuer").rstrip("/")
        if not CODE.fullmatch(code):
            raise self.wrong("code: use small letters, digits and hyphens")
        if not is_safe(issuer, demo=self.demo):
            raise self.wrong("issuer: make it an https:// address")
        second = self.row.get("second_factor") or {}
        if not isinstance(second, dict) or set(second) - {"acr", "amr"}:
            raise self.wrong("second_factor: give acr and amr, each a list")
        return Provider(
            code=code,
            label=self.text("label"),
            issuer=issuer,
            client_id=self.text("client_id"),
            client_secret=self.secret(),
            organisation=self.text("organisation"),
            domains=tuple(domain.lower().lstrip("@") for domain in self.texts(self.row, "domains", least=1)),
            acr=self.texts(second, "acr"),
            amr=self.texts(second, "amr"),
            trusts_email=self.row.get("trusts_email") is True,
            form_origins=(origin_of(issuer), *self.texts(self.row, "form_origins")),
        )

    def secret(self) -> str:
        """The secret that proves to the service that it is us who ask."""
        found = secret_file(self.path.parent / self.text("client_secret_file"), f"{self.name} in {self.path} names it")
        if not found:
            raise self.wrong("client_secret_file: the file is empty")
        return found

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.row.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"{key}: fill it in as text")
        return value.strip()

    def texts(self, row: Mapping[str, Any], key: str, *, least: int = 0) -> tuple[str, ...]:
        """A list of texts."""
        value = row.get(key, [])
        if not isinstance(value, list) or len(value) < least or not all(isinstance(one, str) and one for one in value):
            raise self.wrong(f"{key}: make it a list of texts")
        return tuple(value)

    def wrong(self, mend: str) -> ImproperlyConfigured:
        """What is wrong, and where."""
        return ImproperlyConfigured(f"{self.path}: {self.name}: {mend}")
