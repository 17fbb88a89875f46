"""How pages keep up when a region grows: the same pages for the same readers at 10,000, 100,000 and 1,000,000 cases."""

import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from benchmarks import large
from benchmarks.figure import Figure, timed
from knooppunt.cases.models import Case
from knooppunt.cases.queries import CaseFilter, case_list
from knooppunt.kernel.access import scope
from knooppunt.kernel.actor import Actor, Function, system_actor
from knooppunt.kernel.work import look
from knooppunt.partners.queries import acting_as, organisation_by_code
from knooppunt.signals.actions import make_token
from knooppunt.site import embedded
from tests.signals.sample import body

SIZES = (10_000, 100_000, 1_000_000)
N = 30
CLIENTS, SECONDS = 16, 10
FRAME = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LISTS = {
    "Mijn werk": "/",
    "case list": "/casussen/",
    "case list of a phase": "/casussen/?fase=3",
    "agenda": "/overleg/",
    "inbox": "/meldingen/",
}


def measure() -> list[Figure]:
    """Builds what is missing, and measures size by size. `KNOOPPUNT_BENCH_SIZES=10000` chooses sizes."""
    sizes = [int(one) for one in os.environ.get("KNOOPPUNT_BENCH_SIZES", "").split(",") if one] or SIZES
    with embedded.start(settings.DATA) as cluster, override_settings(ALLOWED_HOSTS=["testserver", "127.0.0.1"]):
        return [figure for cases in sizes for figure in _at_size(cluster, cases)]


def _at_size(cluster: embedded.Cluster, cases: int) -> list[Figure]:
    connections.close_all()
    name = large.ensure(cluster, cases, "knooppunt")
    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    try:
        for alias in connections:
            connections[alias].settings_dict["NAME"] = name
        found = [figure for reader in large.READERS for figure in _reading(cases, reader)]
        return [*found, *_writing(cluster, cases), _together(cluster, name, cases)]
    finally:
        connections.close_all()
        for alias, kept in before.items():
            connections[alias].settings_dict["NAME"] = kept


def _reading(cases: int, reader: large.Reader) -> Iterator[Figure]:
    client, case = _client(reader), _first_case(reader)
    pages = {what: _getting(client, path) for what, path in LISTS.items()}
    pages["case page"] = _getting(client, f"/casussen/{case}/")
    pages["search of one person"] = lambda: _search(client, large.one_person())
    pages["search of a common name"] = lambda: _search(client, large.common_name())
    for what, act in pages.items():
        name = f"{cases:>9,} {reader.code:8} {what}"
        yield timed(name, act, N)
        yield Figure(name, "queries", 1, *[_queries(act)] * 2, 0, 0, 0)


def _getting(client: Client, path: str) -> Callable[[], None]:
    def get() -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            raise LookupError(f"{path} answered {answer.status_code}")

    return get


def _search(client: Client, sought: str) -> None:
    begun = client.post("/zoeken/", {"q": sought})
    if begun.status_code != 303 or client.get(begun["Location"]).status_code != 200:
        raise LookupError(f"the search answered {begun.status_code}")


def _queries(act: Callable[[], None]) -> float:
    with CaptureQueriesContext(connection) as asked:
        act()
    return sum(query["sql"].split(" ")[0] not in FRAME for query in asked.captured_queries)


def _client(reader: large.Reader) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(email=reader.email), backend=BACKEND)
    return client


def _actor(reader: large.Reader) -> Actor:
    viewer = acting_as(get_user_model().objects.get(email=reader.email).pk, None)
    if viewer is None:
        raise LookupError(reader.code)
    return Actor(viewer.professional, viewer.organisation, Function(viewer.function))


def _first_case(reader: large.Reader) -> UUID:
    return case_list(_actor(reader), CaseFilter()).lines[0].id


def _directed_case(reader: large.Reader) -> UUID:
    """A case whose plan this reader may change."""
    actor = _actor(reader)
    with look(actor, "benchmark"):
        return Case.objects.filter(scope(actor, Case), process_director=actor.designee).values_list("pk", flat=True)[0]


def _writing(cluster: embedded.Cluster, cases: int) -> Iterator[Figure]:
    """Saving the resident's own words in a plan, and taking in a report; the server's processor time counts too."""
    reader = large.READERS[-2]
    client, path = _client(reader), f"/casussen/{_directed_case(reader)}/plan/eigen-woorden/"
    yield _with_server(cluster, lambda: timed(f"{cases:>9,} save of a plan", lambda: _save(client, path), N))
    token = make_token(
        system_actor("benchmark"), organisation=organisation_by_code("politie").id, name="benchmark", regions=["VR11"]
    )
    sender = Client(headers={"Authorization": f"Bearer {token}"})
    for _ in range(N):  # until the connection keeps its plans, as one in use does
        _send(sender)
    yield _with_server(cluster, lambda: timed(f"{cases:>9,} report intake", lambda: _send(sender), 4 * N))


def _save(client: Client, path: str) -> None:
    shown = client.get(path).content.decode()
    version = re.search(r'name="version"[^>]*value="(\d+)"', shown)
    said = {"form_id": str(uuid4()), "version": version[1] if version else "", "own_words": "Ik wil rust."}
    said |= {"discussed": "", "category": "guidance_care_help"}
    answer = client.post(path, said)
    if answer.status_code != 303:
        raise LookupError(f"{path} answered {answer.status_code}")


def _send(client: Client) -> None:
    said = body(registratienummer=str(uuid4()))
    said["natuurlijkPersoon"]["burgerservicenummer"] = f"9999{random.randrange(10**5):05}"
    answer = client.post("/api/v1/meldingen", json.dumps(said), content_type="application/json")
    if answer.status_code != 201:
        raise LookupError(f"the report was answered {answer.status_code}: {answer.content.decode()[:200]}")


def _with_server(cluster: embedded.Cluster, figure: Callable[[], Figure]) -> Figure:
    """The figure, with the processor time of the database server added."""
    before = _server_ms(cluster)
    made = figure()
    return replace(made, cpu_ms=made.cpu_ms + (_server_ms(cluster) - before) / made.n)


def _server_ms(cluster: embedded.Cluster) -> float:
    """Processor time of the server and of what it started, in milliseconds, ended processes included."""
    postmaster = int((cluster.place.files / "postmaster.pid").read_text(encoding="ascii").split()[0])
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parts = (folder / "stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
            if int(folder.name) == postmaster:
                total += sum(int(part) for part in parts[11:15])
            elif int(parts[1]) == postmaster:
                total += sum(int(part) for part in parts[11:13])
    return total * 1000 / os.sysconf("SC_CLK_TCK")


def _together(cluster: embedded.Cluster, name: str, cases: int) -> Figure:
    """So many clients at once at the real web server, each asking for the case list again and again."""
    port = _free_port()
    addresses = {
        f"KNOOPPUNT_DATABASE_URL_{role.upper()}": cluster.url(role, name) for role in ("owner", "web", "jobs", "counts")
    }
    workers = str(os.cpu_count() or 1)
    command = [sys.executable, "-m", "knooppunt", "web", "--port", str(port), "--workers", workers]
    with subprocess.Popen(command, env={**os.environ, **addresses}, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            cookies = [_session(reader) for reader in large.READERS]
            taken: list[float] = []
            workers = [
                threading.Thread(target=_ask, args=(port, cookies[number % len(cookies)], taken))
                for number in range(CLIENTS)
            ]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        finally:
            server.terminate()
    p99 = statistics.quantiles(taken, n=100, method="inclusive")[98]
    title = f"{cases:>9,} {CLIENTS} clients at once, case list"
    return Figure(title, "ms", len(taken), statistics.median(taken), p99, len(taken) / SECONDS, 0, 0)


def _ask(port: int, cookie: str, taken: list[float]) -> None:
    asking, end = HTTPConnection("127.0.0.1", port), time.monotonic() + SECONDS
    while time.monotonic() < end:
        begin = time.perf_counter()
        asking.request("GET", "/casussen/", headers={"Cookie": cookie})
        answer = asking.getresponse()
        answer.read()
        if answer.status != 200:
            raise LookupError(f"the case list answered {answer.status}")
        taken.append((time.perf_counter() - begin) * 1000)


def _session(reader: large.Reader) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={_client(reader).cookies[settings.SESSION_COOKIE_NAME].value}"


def _wait_for(port: int) -> None:
    for _ in range(300):
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/zoeken/", timeout=2):
            return
        time.sleep(0.2)
    raise LookupError("the web server did not come up")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
