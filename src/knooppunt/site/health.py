"""Whether the installation is well: its database, its migrations and its worker."""

from datetime import datetime, timedelta

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from knooppunt.kernel import clock, faults, incarnation
from knooppunt.kernel.doors import public_door
from knooppunt.site.databases import pending_migrations

WORKER_SILENT = timedelta(seconds=60)
FULL_FOR = timedelta(seconds=60)
CLOCKS_APART = timedelta(seconds=30)


def findings() -> list[str]:
    """What is wrong, in a few words each; empty means well. Nothing here is about a person."""
    try:
        if pending_migrations():
            return ["migrations are pending: run knooppunt migrate"]
        if incarnation.current() is None:
            return ["the database was put back by other means than knooppunt restore: run knooppunt migrate"]
        found = [] if _worker_beats() else ["no worker is running: start knooppunt worker"]
        apart = _clocks_apart()
    except Error:
        return ["the database does not answer"]
    if apart > CLOCKS_APART:
        found.append(f"the clock differs {apart.total_seconds():.0f} seconds from the database's: set both right")
    if faults.was_full(FULL_FOR.total_seconds()):
        found.append("the database could not keep something: is its disk full?")
    return found


def unsent() -> list[str]:
    """Jobs that were tried for the last time: the installation may be well, but somebody did not hear something."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1")
            return [f"{number} × {name} failed for the last time: see the worker's log" for name, number in cursor]
    except Error:
        return []  # `findings` says so


def _clocks_apart() -> timedelta:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        theirs: datetime = cursor.fetchone()[0]
    return abs(theirs - clock.now())


def _worker_beats() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [WORKER_SILENT.total_seconds()],
        )
        return bool(cursor.fetchone()[0])


@public_door()
def healthz(_request: HttpRequest) -> JsonResponse:
    """For whoever watches over the installation."""
    found = findings()
    if found:
        return JsonResponse({"status": "unwell", "findings": found}, status=503)
    return JsonResponse({"status": "ok"})
