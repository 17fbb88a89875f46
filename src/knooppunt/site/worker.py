"""The worker: runs the jobs, and beside them seals the log about twice a second.

The head of the chain is written outside the database every hour and at the end, so that a log that is cut off
together with its seals is found too.
"""

import json
import os
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from procrastinate.contrib.django import app

from knooppunt.kernel import audit, clock, incarnation

SEAL_EVERY = 0.5
HEAD_EVERY = 3600.0
HEARTBEAT_EVERY = 5.0
LONGEST_JOB_AT_STOP = 20.0


def work() -> None:
    """Works until SIGTERM or SIGINT; then the running jobs and the last seals are finished."""
    stop = threading.Event()
    sealer = threading.Thread(target=_seal_until, args=(stop,), name="sealer")
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


def _seal_until(stop: threading.Event) -> None:
    written = time.monotonic()
    _try_noting()
    _try_sealing(everything=True)
    while not stop.wait(SEAL_EVERY):
        _try_sealing()
        if time.monotonic() - written > HEAD_EVERY and _try_writing_head():
            written = time.monotonic()
            _try_sealing(everything=True)
    while _try_sealing():
        pass
    _try_writing_head()
    connection.close()


def _try_noting() -> None:
    """Lets the log tell that the database was put back, before anything else is sealed."""
    try:
        incarnation.note()
    except DatabaseError:
        connection.close()


def _try_sealing(*, everything: bool = False) -> int:
    """Seals once. A database that is away for a moment is no reason to stop sealing."""
    try:
        return audit.seal(everything=everything)
    except DatabaseError:
        connection.close()
        return 0


def _try_writing_head() -> bool:
    try:
        write_head(settings.DATA / "heads")
    except DatabaseError:
        connection.close()
        return False
    return True
