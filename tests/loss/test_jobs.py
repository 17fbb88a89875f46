"""A worker that is killed in the middle of a job: another does the job, and the receiver can tell the repeat."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from procrastinate import RetryDecision
from procrastinate.jobs import Job

from knooppunt.kernel.jobs import Patience
from knooppunt.kernel.models import OutboxMessage
from knooppunt.sharing.rules import SubjectKind
from knooppunt.signals import queries
from knooppunt.signals.actions import judge_report
from knooppunt.signals.queries import InboxFilter
from knooppunt.site.health import unsent
from tests.signals.conftest import System
from tests.signals.sample import body
from tests.site.test_worker import patiently
from tests.world import World, build


class SlowReceiver:
    """Takes the first message in and does not answer; the others it answers at once."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.first, outer = threading.Event(), self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.heard.append((self.headers["Idempotency-Key"], said))
                if len(outer.heard) == 1:
                    outer.first.set()
                    outer.released.wait(60)
                    return
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Silent."""

        self.released = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def receiver() -> Iterator[SlowReceiver]:
    made = SlowReceiver()
    yield made
    made.released.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_was_sending_is_sent_again_with_the_same_id(
    receiver: SlowReceiver,
    process_environment: dict[str, str],
    owner_connection: psycopg.Connection,
    tmp_path: Path,
) -> None:
    secrets = Path(process_environment["KNOOPPUNT_DATA"]) / "secrets.json"
    environment = {**process_environment, "KNOOPPUNT_DATA": str(tmp_path), "KNOOPPUNT_SECRETS": str(secrets)}
    world = build()  # on the real clock, which the worker has as well
    message = _judged(world, System(world, outcome_url=receiver.address))
    workers = [_worker(environment)]
    try:
        assert receiver.first.wait(60)
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait(10)
        # As if its last heartbeat were longer ago, so that the test need not wait for it.
        owner_connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        workers.append(_worker(environment))

        def sent() -> bool:
            found = owner_connection.execute("SELECT sent_at IS NOT NULL, attempts FROM kernel_outboxmessage")
            return found.fetchall() == [(True, 2)]

        assert patiently(sent, 60)
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait(30)
    assert len(receiver.heard) == 2 and len(set(receiver.heard)) == 1
    key, said = receiver.heard[0]
    assert UUID(key) == message
    assert json.loads(said) == {"registratienummer": "P-2026-1", "status": "VT-03"}


def _judged(world: World, sender: System) -> UUID:
    """The message that waits after Veilig Thuis judged a report."""
    assert sender.send(body(soort="VT")).status_code == 201
    vera = world.add("vera", "veilig-thuis")
    world.designate("vera", SubjectKind.ROUTE, world.routes["VR11", "vt"])
    (row,) = queries.inbox(vera, InboxFilter()).rows
    judge_report(vera, row.id, outcome="advice", text="Advies.", version=1)
    return OutboxMessage.objects.get().pk


def _worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "knooppunt", "worker"], env=environment)


@pytest.mark.parametrize(
    ("error", "attempts", "again"),
    [
        (psycopg.OperationalError("the connection is closed"), 100, True),
        (ValueError(), 7, True),
        (ValueError(), 8, False),
    ],
)
def test_a_fault_of_the_database_is_never_the_last_try(error: Exception, attempts: int, again: bool) -> None:
    job = Job(
        id=1, queue="default", lock=None, queueing_lock=None, task_name="kernel.send", task_kwargs={}, attempts=attempts
    )
    decision = Patience().get_retry_decision(exception=error, job=job)
    assert isinstance(decision, RetryDecision) is again


@pytest.mark.django_db(transaction=True)
def test_a_message_that_was_tried_for_the_last_time_is_told(owner_connection: psycopg.Connection) -> None:
    assert unsent() == []
    owner_connection.execute(
        "INSERT INTO procrastinate_jobs (task_name, queue_name, status) VALUES ('kernel.send', 'default', 'failed')"
    )
    assert unsent() == ["1 × kernel.send failed for the last time: see the worker's log"]
