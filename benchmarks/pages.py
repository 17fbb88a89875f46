"""How long the pages of the main job take on the server, and how many queries they ask."""

from collections.abc import Iterator
from itertools import chain

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from benchmarks.figure import Figure, timed
from knooppunt.cases.queries import CaseFilter, case_list, consultation_list
from knooppunt.kernel.actor import Actor, Function
from knooppunt.partners.queries import acting_as
from knooppunt.site.demo.cast import cast, persona

N = 40
PARTS = ("", "plan/", "informatie/", "netwerk/", "overleg/", "regie/", "tijdlijn/", "verantwoording/")
FRAME = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}


def measure() -> list[Figure]:
    """Every page of the journey for who uses it, and the figure of queries beside it."""
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        return list(chain.from_iterable(_page(name, path) for name, path in _walk()))


def _walk() -> Iterator[tuple[str, str]]:
    for name in ("hamid", "carla", "bram"):
        yield from ((name, path) for path in ("/", "/meldingen/", "/triage/", "/casussen/", "/overleg/"))
    actor = _actor("carla")
    case = next(line for line in case_list(actor, CaseFilter()).lines if line.state == "in_execution").id
    for name in ("hamid", "carla"):
        yield from ((name, f"/casussen/{case}/{part}") for part in PARTS)
    yield "carla", f"/overleg/{consultation_list(actor)[0].id}/"


def _page(name: str, path: str) -> Iterator[Figure]:
    client = _client(name)
    shown = "/".join("…" if len(part) == 36 else part for part in path.split("/"))
    yield timed(f"{name} {shown}", lambda: _get(client, path), N)
    with CaptureQueriesContext(connection) as asked:
        _get(client, path)
    count = sum(query["sql"].split(" ")[0] not in FRAME for query in asked.captured_queries)
    yield Figure(f"{name} {shown}", "queries", 1, count, count, 0, 0, 0)


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise LookupError(f"{path} answered {answer.status_code}")


def _client(name: str) -> Client:
    client = Client()
    answer = client.post(f"/demo/enter/{name}")
    if answer.status_code != 303:
        raise LookupError(f"{name} cannot enter: {answer.status_code}")
    return client


def _actor(name: str) -> Actor:
    from django.contrib.auth import get_user_model

    found = persona(name) or next(iter(cast()))
    viewer = acting_as(get_user_model().objects.get(email=found.email).pk, None)
    if viewer is None:
        raise LookupError(name)
    return Actor(viewer.professional, viewer.organisation, Function(viewer.function))
