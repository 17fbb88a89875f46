"""How long searching takes among many cases: words in texts, and persons, for three who reach more and more."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from benchmarks.figure import Figure, timed
from benchmarks.textdata import ABSENT, COMMON, GRANTS, MIDDLE, RARE, Size, prepare, surname
from knooppunt.site import embedded

N = 15
SIZES = "10000,100000"
"""Other sizes in KNOOPPUNT_BENCH_CASES; a database stays, so that the next time only measures."""
WORDS = {"common": COMMON, "middle": MIDDLE, "rare": RARE, "absent": ABSENT, "common -middle": f"{COMMON} -{MIDDLE}"}
PERSONS = {
    "common name": surname(0),
    "rare name": surname(1_999),
    "BSN": "900000042",
    "name and date": f"{surname(41)} 15-07-1982",
    "absent name": "Nergenshuizen",
}


def measure() -> Iterator[Figure]:
    """The page with results, as its server makes it, at each size."""
    data = Path(os.environ["KNOOPPUNT_DATA"])
    with embedded.start(data) as cluster, override_settings(ALLOWED_HOSTS=["testserver"]):
        for cases in os.environ.get("KNOOPPUNT_BENCH_CASES", SIZES).split(","):
            size = Size(int(cases))
            prepare(cluster, size)
            with _database(size.database):
                yield from _searches(size)


@contextmanager
def _database(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _searches(size: Size) -> Iterator[Figure]:
    for name in GRANTS:
        client = Client()
        client.post(f"/demo/enter/{name}")
        for label, typed in {**WORDS, **PERSONS}.items():
            address = urlsplit(_post(client, typed)).path
            shown = f"{size.cases:9,} cases {size.granted(name):6,} grants: {label}"
            yield timed(shown, partial(_get, client, address), N, beside=_database_time)
            with CaptureQueriesContext(connection) as asked:
                _get(client, address)
            yield Figure(shown, "queries", 1, len(asked), len(asked), 0, 0, 0)
        shown = f"{size.cases:9,} cases {size.granted(name):6,} grants: typing it"
        yield timed(shown, partial(_post, client, COMMON), N, beside=_database_time)


def _database_time() -> float:
    """Processor time of the database's process for this connection, where the system tells (Linux)."""
    if connection.connection is None:
        return 0.0
    said = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(said.read_text().split()[0]) / 1e9 if said.exists() else 0.0


def _post(client: Client, typed: str) -> str:
    answer = client.post("/zoeken/", {"q": typed})
    if answer.status_code != 303:
        raise LookupError(f"searching answered {answer.status_code}")
    return str(answer["Location"])


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise LookupError(f"{path} answered {answer.status_code}")
