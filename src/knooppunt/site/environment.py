"""What an installation tells the program: environment variables and the two files of the data folder.

Secrets come from a variable or from a file that it names, never from a command line. A file that everyone on the
machine can read is refused. Every mistake is one line that names the variable or file and how to mend it.
"""

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

ROLES = ("web", "jobs", "owner")

LOCK_SECONDS = 4
STATEMENT_SECONDS = 20
PATIENCE: Mapping[str, Mapping[str, int]] = {
    # login: seconds, by PostgreSQL setting. A page that waits longer tells so, and keeps what was typed.
    "web": {"lock_timeout": LOCK_SECONDS, "statement_timeout": STATEMENT_SECONDS},
    "counts": {"lock_timeout": LOCK_SECONDS, "statement_timeout": 60},
    "jobs": {"lock_timeout": 10, "statement_timeout": 300},
    # Whoever waits behind a migration that waits for a lock, waits as long: so it gives up and is run again.
    "owner": {"lock_timeout": 30},
}
IDLE_SECONDS = 60
"""How long a transaction may stand still: a process that hangs must not hold others up for ever."""

NETWORK = {
    # libpq's own settings (text): a server that is gone is noticed within seconds, not after the system's two hours.
    "connect_timeout": "5",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
KEYS = ("secret_key", "field_keys", "index_key", "seal_key")
SECRETS = (
    "KNOOPPUNT_DATABASE_URL_OWNER",
    "KNOOPPUNT_DATABASE_URL_WEB",
    "KNOOPPUNT_DATABASE_URL_JOBS",
    "KNOOPPUNT_DATABASE_URL_COUNTS",
    "KNOOPPUNT_SMTP_PASSWORD",
)
"""Variables that hold a secret: each may be given as `<name>_FILE`, the path of a file, instead."""


def data_folder(environment: Mapping[str, str]) -> Path:
    """The folder that holds what this installation keeps outside the database."""
    return Path(environment.get("KNOOPPUNT_DATA") or ".knooppunt").absolute()


def login_role(environment: Mapping[str, str]) -> str:
    """As which database role this process works: web, jobs or owner (migrations only)."""
    role = environment.get("KNOOPPUNT_ROLE") or "web"
    if role not in ROLES:
        raise ImproperlyConfigured(f"KNOOPPUNT_ROLE is {role!r}: make it one of {', '.join(ROLES)}")
    return role


def secret(environment: Mapping[str, str], name: str) -> str:
    """A secret from its variable, or from the file that `<name>_FILE` names; empty when neither is given."""
    value, path = environment.get(name) or "", environment.get(f"{name}_FILE") or ""
    if value and path:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one of them")
    return secret_file(Path(path), f"set {name}_FILE to the file that holds it") if path else value


def is_given(environment: Mapping[str, str], name: str) -> bool:
    """Whether a secret is given, in either way."""
    return bool(environment.get(name) or environment.get(f"{name}_FILE"))


def secret_file(path: Path, advice: str) -> str:
    """What a file with a secret holds, without the line end after it; refused when everyone may read or write it."""
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & stat.S_IRWXO:
                raise ImproperlyConfigured(f"{path} is open to everyone on this machine: chmod o= {path}")
            return file.read().rstrip("\r\n")
    except FileNotFoundError as missing:
        raise ImproperlyConfigured(f"{path} does not exist: {advice}") from missing
    except (OSError, UnicodeDecodeError) as unreadable:
        raise ImproperlyConfigured(f"{path} cannot be read: {advice}") from unreadable


def databases(environment: Mapping[str, str], role: str) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` as this process's role, `counts` for figures without persons."""
    return {alias: _database(environment, login) for alias, login in (("default", role), ("counts", "counts"))}


def names_a_server(environment: Mapping[str, str]) -> bool:
    """Whether a PostgreSQL server is named, instead of the embedded one of the data folder."""
    return any(is_given(environment, f"KNOOPPUNT_DATABASE_URL_{role}") for role in ("OWNER", "WEB", "JOBS"))


def keys(environment: Mapping[str, str]) -> dict[str, Any]:
    """The installation's keys: `secret_key`, `field_keys` (id → base64), `index_key`, `seal_key`."""
    path = Path(environment.get("KNOOPPUNT_SECRETS") or data_folder(environment) / "secrets.json")
    found = _read(path, "set KNOOPPUNT_SECRETS to the file with the keys")
    missing = [key for key in KEYS if not found.get(key)]
    if missing:
        raise ImproperlyConfigured(f"{path} lacks {', '.join(missing)}: put back the complete file")
    return found


def allowed_hosts(environment: Mapping[str, str], *, demo: bool) -> list[str]:
    """The names under which browsers reach this installation; without any it answers nobody.

    That is no error here: most commands serve no pages. `django check --deploy` tells who does.
    """
    hosts = [host.strip() for host in environment.get("KNOOPPUNT_HOSTS", "").split(",") if host.strip()]
    return [*hosts, "localhost", "127.0.0.1"] if demo else hosts


def security_contact(environment: Mapping[str, str]) -> str:
    """Where weaknesses are reported, as it stands in security.txt: a mailto:, https: or tel: address, or nothing."""
    contact = environment.get("KNOOPPUNT_SECURITY_CONTACT", "").strip()
    if contact and (not contact.startswith(("mailto:", "https://", "tel:")) or len(contact.split()) > 1):
        raise ImproperlyConfigured("KNOOPPUNT_SECURITY_CONTACT is no address: make it mailto:…, https://… or tel:…")
    return contact


def whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    """An environment variable that holds a number of zero or more."""
    text = environment.get(name) or str(default)
    if not text.isdecimal():
        raise ImproperlyConfigured(f"{name} is {text!r}: make it a whole number")
    return int(text)


SAME_PATH = "-c search_path=public,pg_temp"
"""The path of the gate functions. With another one PostgreSQL plans the wall anew at each change between the two."""

PREPARED_AFTER = 3
"""So often a connection asks the same before the server keeps its plan."""


def _database(environment: Mapping[str, str], login: str) -> dict[str, Any]:
    variable = f"KNOOPPUNT_DATABASE_URL_{login.upper()}"
    url = secret(environment, variable)
    if not url:
        path = data_folder(environment) / "database.json"
        advice = f"start the demo, point KNOOPPUNT_DATA at its folder, or set {variable}"
        url = str(_read(path, advice).get(login) or "")
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as unreadable:
        raise ImproperlyConfigured(f"{variable} cannot be read: make it postgresql://…") from unreadable
    if not parts.get("dbname"):
        raise ImproperlyConfigured(f"{variable} names no database: make it postgresql://user:password@host/name")
    said = parts.pop("options", "")  # what stands in the address goes last, and so before ours
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **NETWORK,
            **parts,
            "application_name": f"knooppunt-{login}",
            # The walls make every statement long: reading and planning it anew each time costs more than running it.
            "server_side_binding": True,
            "prepare_threshold": PREPARED_AFTER,
            "options": f"{SAME_PATH} {_patience(environment, login)} {said}".strip(),
        },
    }


def _patience(environment: Mapping[str, str], login: str) -> str:
    """What this login tells the server when it connects; for the pages the environment may say otherwise."""
    chosen = {**PATIENCE[login], "idle_in_transaction_session_timeout": IDLE_SECONDS}
    if login == "web":
        for name in PATIENCE[login]:
            chosen[name] = whole_number(environment, f"KNOOPPUNT_DATABASE_{name.upper()}", chosen[name])
    return " ".join(f"-c {name}={seconds}s" for name, seconds in chosen.items())


def _read(path: Path, advice: str) -> dict[str, Any]:
    text = secret_file(path, advice)
    try:
        found = json.loads(text)
    except ValueError as unreadable:
        raise ImproperlyConfigured(f"{path} cannot be read: {advice}") from unreadable
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{path} holds no settings: {advice}")
    return found
