"""The worker: runs the jobs, and beside them seals the log about twice a second.

The head of the chain is written outside the database every hour and at the end, so that a log that is cut off
together with its seals is found too.
"""

import json
import logging
import os
import signal
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from procrastinate.contrib.django import app

from knooppunt.kernel import audit, clock, incarnation

logger = logging.getLogger(__name__)

SEAL_EVERY = 0.5
HEAD_EVERY = 3600.0
HEARTBEAT_EVERY = 5.0
LONGEST_JOB_AT_STOP = 20.0


def work() -> None:
    """Works until SIGTERM or SIGINT; then the running jobs and the last seals are finished."""
    stop = threading.Event()
    sealer = threading.Thread(target=_seal_or_end, args=(stop,), name="sealer")
    sealer.start()
    try:
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            app.run_worker(
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_EVERY,
                shutdown_graceful_timeout=LONGEST_JOB_AT_STOP,
                install_signal_handlers=True,
            )
    finally:
        stop.set()
        sealer.join()


def write_head(folder: Path) -> Path:
    """Writes the head of the chain in a file of its own that nothing overwrites."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = audit.head()
    path = folder / f"{clock.now():%Y%m%dT%H%M%S%f}.json"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"sequence": found.sequence, "chain": found.chain, "at": clock.now().isoformat()}, file)
    return path


def read_head(path: Path) -> audit.Head:
    """Reads such a file; ValueError when it is not one."""
    said = json.loads(path.read_text(encoding="utf-8"))
    if (
        not isinstance(said, dict)
        or not isinstance(said.get("sequence"), int)
        or not isinstance(said.get("chain"), str)
    ):
        raise ValueError("no head of a log")
    return audit.Head(said["sequence"], said["chain"])


def _seal_or_end(stop: threading.Event) -> None:
    """A worker that does not seal must not look well: it ends, and whoever watches over it starts another."""
    try:
        _seal_until(stop)
    finally:
        if not stop.is_set():
            os.kill(os.getpid(), signal.SIGTERM)


def _seal_until(stop: threading.Event) -> None:
    _try_noting()
    written, everything = time.monotonic(), True
    while not stop.wait(SEAL_EVERY):
        if _try_sealing(everything=everything) is not None:
            everything = False
        if time.monotonic() - written > HEAD_EVERY and _try_writing_head():
            written, everything = time.monotonic(), True
    while _try_sealing():
        pass
    _try_writing_head()
    connection.close()


def _try_noting() -> None:
    """Lets the log tell that the database was put back, before anything else is sealed."""
    try:
        incarnation.note()
    except Error:
        connection.close()


def _try_sealing(*, everything: bool = False) -> int | None:
    """Seals once; None when the database is away for a moment, which is no reason to stop sealing."""
    try:
        return audit.seal(everything=everything)
    except Error:
        connection.close()
        return None


def _try_writing_head() -> bool:
    try:
        write_head(settings.DATA / "heads")
    except Error:
        connection.close()
        return False
    except OSError as error:
        # The lines are sealed all the same; whoever watches over the machine must make room.
        logger.error("the head of the log cannot be written in heads/: %s", error.strerror)
        return False
    return True
