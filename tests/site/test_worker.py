"""The worker as a process: it seals the log, keeps its head outside, sends the outbox and stops cleanly."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from knooppunt.kernel import outbox
from knooppunt.kernel.actor import system_actor
from knooppunt.kernel.errors import Refused
from knooppunt.kernel.work import Work
from knooppunt.partners.actions.region import load_areas
from knooppunt.site.health import findings

AsRole = Callable[[str], psycopg.Connection]
SOME_SYSTEM = system_actor("test", designee=uuid4())


def patiently(question: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.2)
    return False


@contextmanager
def working(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "knooppunt", "worker"], env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def command(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "knooppunt", *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.django_db(transaction=True)
def test_the_worker_seals_keeps_the_head_and_stops_cleanly(
    process_environment: dict[str, str], as_role: AsRole, owner_connection: psycopg.Connection, tmp_path: Path
) -> None:
    secrets = Path(process_environment["KNOOPPUNT_DATA"]) / "secrets.json"
    environment = {**process_environment, "KNOOPPUNT_DATA": str(tmp_path), "KNOOPPUNT_SECRETS": str(secrets)}
    assert findings() == ["no worker is running: start knooppunt worker"]
    load_areas(SOME_SYSTEM)
    jobs = as_role("jobs")
    jobs.autocommit = True
    with working(environment) as worker:
        assert patiently(lambda: jobs.execute("SELECT count(*) FROM kernel_auditseal").fetchone() == (1,))
        assert patiently(lambda: findings() == [])
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    (kept,) = (tmp_path / "heads").iterdir()
    assert json.loads(kept.read_text())["sequence"] == 1
    whole = command(environment, "audit", "verify", "--head", str(kept))
    assert (whole.returncode, whole.stdout.split()[0]) == (0, "1")
    owner_connection.execute("UPDATE kernel_auditline SET event = 'nothing.happened'")
    broken = command(environment, "audit", "verify")
    assert (broken.returncode, broken.stderr) == (1, "")
    assert "entry 1" in broken.stdout


def _queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [outbox.SEND])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_message_and_the_job_that_sends_it_are_both_there_or_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[UUID] = []
    monkeypatch.setitem(outbox._senders, "test", lambda _message, subject: sent.append(subject))
    subject = uuid4()
    with pytest.raises(Refused), Work(SOME_SYSTEM, "tell") as work:
        outbox.tell(work, "test", subject)
        raise Refused(["toch niet"])
    assert _queued() == 0
    with Work(SOME_SYSTEM, "tell") as work:
        outbox.tell(work, "test", subject)
    assert (_queued(), sent) == (1, [])
