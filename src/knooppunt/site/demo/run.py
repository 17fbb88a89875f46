"""`knooppunt demo`: database, migrations, example regions, pages and worker together, stopped together."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg

from knooppunt.site import embedded
from knooppunt.site.demo.cast import LOADED, cast
from knooppunt.site.embedded import Cluster, EmbeddedError

PATIENCE = 60.0
PAUSE = 0.1
PENDING = "migrations are pending"
Parts = list[subprocess.Popen[bytes]]
LEAVING = 30.0


class Stopped(Exception):
    """Somebody asked the demo to stop."""


def run(data: Path, port: int, *, reset: bool) -> int:
    """Runs the demo until Ctrl-C or SIGTERM; 1 when a part of it failed."""
    if not _free(port):
        raise EmbeddedError(f"port {port} is in use: stop what uses it, or choose another with --port")
    if reset:
        _throw_away(data)
    try:
        with _listening_for_stop(), embedded.start(data) as cluster:
            return _serve(cluster, data, port)
    except Stopped:
        return 0


def _serve(cluster: Cluster, data: Path, port: int) -> int:
    environment = {**os.environ, "KNOOPPUNT_DATA": str(data), "KNOOPPUNT_DEMO": "1"}
    (data / "static").mkdir(exist_ok=True)  # the pages' files come from the package, but their server wants a folder
    # A later start goes straight to the pages, which say by themselves whether migrations are pending.
    if not _loaded(cluster):
        print("knooppunt: loading the example regions, once", file=sys.stderr)
        _once(environment, "migrate")
        _once(environment, "demo-load")
    parts = [_start(environment, "web", "--port", str(port)), _start(environment, "worker")]
    try:
        if PENDING in _answer(f"http://127.0.0.1:{port}/healthz", parts):
            _once(environment, "migrate")
        _wait_until_well(f"http://127.0.0.1:{port}/healthz", parts)
        print(welcome(f"http://127.0.0.1:{port}"), flush=True)
        while all(part.poll() is None for part in parts):
            time.sleep(0.5)
        print("knooppunt: a part of the demo stopped by itself", file=sys.stderr)
        return 1
    finally:
        _stop(parts)


def welcome(address: str) -> str:
    """What the terminal says when everything is up."""
    width = max(len(person.name) for person in cast())
    lines = [f"  {p.name:{width}}  {p.job_title}, {p.organisation} ({p.function_label})" for p in cast()]
    return "\n".join([f"Knooppunt: {address}/demo/", "", "The cast (all invented); choose one on that page:", *lines])


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _throw_away(data: Path) -> None:
    embedded.destroy(data)
    for folder in ("heads", "mail"):
        shutil.rmtree(data / folder, ignore_errors=True)


def _loaded(cluster: Cluster) -> bool:
    # Asked without starting Django, so that a later start is quick.
    with psycopg.connect(cluster.url("web")) as connection:
        made = connection.execute("SELECT to_regclass('kernel_handledform') IS NOT NULL").fetchone()
        if made != (True,):
            return False
        found = connection.execute("SELECT result FROM kernel_handledform WHERE id = %s", [LOADED]).fetchone()
    return found is not None and found[0] is not None


def _start(environment: Mapping[str, str], *command: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches only us, and we stop the parts in order.
    return subprocess.Popen(
        [sys.executable, "-m", "knooppunt", *command], env=dict(environment), start_new_session=True
    )


def _once(environment: Mapping[str, str], *command: str) -> None:
    part = _start(environment, *command)
    try:
        code = part.wait()
    finally:
        _stop([part])
    if code:
        raise EmbeddedError(f"knooppunt {command[0]} failed: see above")


def _wait_until_well(address: str, parts: Parts) -> None:
    deadline = time.monotonic() + PATIENCE
    while wrong := _answer(address, parts):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"the demo does not get well: {wrong}")
        time.sleep(PAUSE)


def _answer(address: str, parts: Parts) -> str:
    """The first answer of the pages: empty when all is well, otherwise what is wrong."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and all(part.poll() is None for part in parts):
        try:
            with urlopen(address, timeout=10):  # nosec B310
                return ""
        except HTTPError as unwell:
            return unwell.read().decode(errors="replace")
        except OSError:
            time.sleep(PAUSE)
    raise EmbeddedError("the demo does not get well: see the lines above, or start it anew with --reset")


def _stop(parts: Parts) -> None:
    for part in parts:
        if part.poll() is None:
            part.terminate()
    for part in parts:
        try:
            part.wait(LEAVING)
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()


@contextmanager
def _listening_for_stop() -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        # Once is enough: stopping in order must not be broken off.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise Stopped

    before = [(number, signal.signal(number, stop)) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
