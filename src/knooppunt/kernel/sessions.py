"""Sessions that know whose they are, so that a person can see where they are logged in, and end it.

What is kept of the browser is its kind and a shortened address, inside the session: it goes when the session goes.
The key in the browser is not in the table, only a digest of it: a copy of the database opens no session.
"""

import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from knooppunt.kernel.models import Session

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
"""What stands in a browser's own description, and what it is called. The first that fits counts."""


@dataclass(frozen=True)
class SessionView:
    """One place where somebody is logged in; `key` names it and opens nothing."""

    key: str
    began: datetime
    seen: datetime
    browser: str
    origin: str


class SessionStore(DatabaseStore):
    """Django's sessions in the database, under a digest of the key and with the account beside them."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our own table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = Session.objects.filter(
            session_key=digest_of(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Whether this key is taken."""
        return Session.objects.filter(session_key=digest_of(session_key)).exists()

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        """The row of this session."""
        account = data.get(SESSION_KEY)
        key: str = self._get_or_create_session_key()  # type: ignore[attr-defined]
        return Session(
            session_key=digest_of(key),
            session_data=self.encode(dict(data)),
            expire_date=self.get_expiry_date(),
            account=UUID(account) if account else None,
        )

    def delete(self, session_key: str | None = None) -> None:
        """Ends this session, or the one with this key."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=digest_of(key)).delete()


def digest_of(session_key: str) -> str:
    """What of a session's key is kept. The key is long and random, so a plain digest cannot be guessed back."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def sessions_of(account: UUID, auth_hash: str) -> list[SessionView]:
    """Where this account is logged in now, last used first. One from before a change of password no longer counts."""
    rows = Session.objects.filter(account=account, expire_date__gt=timezone.now())
    said = [(row.session_key, SessionStore().decode(row.session_data)) for row in rows]
    found = [_view(key, data) for key, data in said if data.get(HASH_SESSION_KEY) == auth_hash]
    return sorted(found, key=lambda view: view.seen, reverse=True)


def end_sessions(account: UUID, *, but: str | None = None, only: str | None = None) -> int:
    """Ends the sessions of an account: all, all `but` the one with this key, or `only` the one of a view."""
    rows = Session.objects.filter(account=account)
    if but is not None:
        rows = rows.exclude(session_key=digest_of(but))
    if only is not None:
        rows = rows.filter(session_key=only)
    return rows.delete()[0]


def browser_of(description: str) -> str:
    """The kind of browser and machine in words, without versions: enough to know one's own."""
    browser = next((name for mark, name in BROWSERS if mark in description), "")
    system = next((name for mark, name in SYSTEMS if mark in description), "")
    return " · ".join(part for part in (browser, system) if part)


def shortened(origin: str) -> str:
    """The network from which somebody came, not the machine: a /24 or /48."""
    try:
        address = ipaddress.ip_address(origin)
    except ValueError:
        return ""
    if address.version == 4:
        return ".".join([*str(address).split(".")[:3], "x"])
    network = ipaddress.ip_network(f"{address}/48", strict=False)
    return f"{network.network_address}/48"


def _view(key: str, data: Mapping[str, Any]) -> SessionView:
    began = float(data.get("began", 0))
    return SessionView(
        key=key,
        began=datetime.fromtimestamp(began, UTC),
        seen=datetime.fromtimestamp(float(data.get("seen", began)), UTC),
        browser=str(data.get("browser", "")),
        origin=str(data.get("origin", "")),
    )
