"""What is kept: the log's chain, the keys, the files they stand in, the clock, and what the server writes aside."""

import stat
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from knooppunt.kernel import audit, clock
from knooppunt.site import environment
from knooppunt.site.selftest.finding import Finding, Installation, judged, skipped
from knooppunt.site.worker import read_head

WALKED = 20_000
"""Entries of the log that are walked: the newest. `knooppunt audit verify` walks them all."""
SHORTEST_SECRET, KEY_BYTES = 50, 32
CLOCK_WITHIN = 30.0
OTHERS = stat.S_IRWXG | stat.S_IRWXO

QUIET: Mapping[str, frozenset[str]] = {
    # What these write holds statements, and statements hold what people typed.
    "log_statement": frozenset({"none"}),
    "log_min_duration_statement": frozenset({"-1"}),
    "log_min_duration_sample": frozenset({"-1"}),
    "log_transaction_sample_rate": frozenset({"0"}),
    "log_min_error_statement": frozenset({"panic"}),
    "log_error_verbosity": frozenset({"terse"}),
    "log_parameter_max_length": frozenset({"0"}),
    "log_parameter_max_length_on_error": frozenset({"0"}),
}


def findings(installation: Installation) -> Iterator[Finding]:
    """What stands in the database, in files and in the server's settings."""
    yield _chain(installation)
    yield _keys(installation.variables)
    yield _files(installation.variables)
    with installation.connected("web") as raw:
        yield from of_server(raw)


def of_server(raw: psycopg.Connection) -> Iterator[Finding]:
    """What one connection tells about the server at the other end."""
    yield _clock(raw)
    yield _quiet(raw)
    yield _transport(raw)


def _chain(installation: Installation) -> Finding:
    name, says = "log-chain", "De keten van het logboek is heel en past op de laatst bewaarde kop"
    login = installation.login("jobs")
    if login is None:
        return skipped(name, says, "hier is geen adres voor jobs")
    heads = sorted((environment.data_folder(installation.variables) / "heads").glob("*.json"))
    with django_as(login):
        last = audit.head().sequence
        try:
            kept = read_head(heads[-1]) if heads else None
            broken = audit.verify(kept, since=max(0, last - WALKED)).broken
        except (OSError, ValueError):
            broken = f"{heads[-1].name} is niet te lezen"
    return judged(
        name, says, [broken] if broken else [], "vergelijk met een reservekopie: er is aan het logboek gezeten"
    )


@contextmanager
def django_as(login: Mapping[str, Any]) -> Iterator[None]:
    """Django's own connection works as another role for a moment."""
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({word: login[word] for word in ("USER", "PASSWORD", "HOST", "PORT")})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(kept)


def _keys(variables: Mapping[str, str]) -> Finding:
    says = "De sleutels zijn er, lang genoeg, en alle verschillend"
    mend = "zet het bewaarde bestand met sleutels terug; nieuwe sleutels openen oude gegevens niet"
    try:
        keys = environment.keys(variables)
    except ImproperlyConfigured:
        return judged("keys", says, ["het bestand ontbreekt of is niet volledig"], mend)
    long = {f"field_keys {number}": key for number, key in dict(keys["field_keys"]).items()}
    long |= {name: str(keys[name]) for name in ("index_key", "seal_key")}
    wrong = [name for name, key in long.items() if _length(key) != KEY_BYTES]
    if len(str(keys["secret_key"])) < SHORTEST_SECRET:
        wrong.append("secret_key is te kort")
    if len({*long.values(), str(keys["secret_key"])}) != len(long) + 1:
        wrong.append("twee sleutels zijn gelijk")
    return judged("keys", says, wrong, mend)


def _length(key: str) -> int:
    try:
        return len(b64decode(key, validate=True))
    except (NotBase64, ValueError):
        return 0


def _files(variables: Mapping[str, str]) -> Finding:
    data = environment.data_folder(variables)
    named = [value for name, value in variables.items() if name.startswith("KNOOPPUNT_") and name.endswith("_FILE")]
    paths = [Path(variables.get("KNOOPPUNT_SECRETS") or data / "secrets.json"), data / "database.json", data / "heads"]
    open_ones = [
        path.name
        for path in (*paths, *map(Path, named))
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & OTHERS
    ]
    return judged(
        "files-private",
        "Sleutels, adressen en koppen kan alleen hun eigenaar lezen",
        open_ones,
        "chmod 600 op het bestand, 700 op de map",
    )


def _clock(raw: psycopg.Connection) -> Finding:
    row = raw.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
    apart = abs(float(row[0]) - clock.now().timestamp()) if row else CLOCK_WITHIN + 1
    return judged(
        "clock",
        "De klok van deze machine en die van de database lopen gelijk",
        [f"{apart:.0f} seconden verschil"] if apart > CLOCK_WITHIN else [],
        "zet tijdsynchronisatie aan op beide machines",
    )


def _quiet(raw: psycopg.Connection) -> Finding:
    found: dict[str, str] = dict(
        raw.execute("SELECT name, setting FROM pg_settings WHERE name = ANY (%s)", [list(QUIET)]).fetchall()
    )
    wrong = [f"{name} is {found.get(name)}" for name, fine in QUIET.items() if found.get(name, "") not in fine]
    return judged(
        "server-log",
        "Het logboek van de databaseserver bevat geen opdrachten, en dus geen gegevens van inwoners",
        wrong,
        "zet in postgresql.conf wat docs/installeren.md noemt",
    )


def _transport(raw: psycopg.Connection) -> Finding:
    says = (
        "De verbinding met de database loopt binnen deze machine of is versleuteld, met een gecontroleerd certificaat"
    )
    near = raw.info.host.startswith("/") or raw.info.host in {"", "localhost", "127.0.0.1", "::1"}
    checked = raw.info.get_parameters().get("sslmode") in {"verify-full", "verify-ca"}
    wrong = [] if near or (raw.pgconn.ssl_in_use and checked) else ["het adres zegt geen sslmode=verify-full"]
    return judged("database-transport", says, wrong, "zet sslmode=verify-full in de adressen")
