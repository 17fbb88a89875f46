"""The product as real processes on a server of its own, and killing them; whoever starts them anew is played here.

In production systemd does that: it restarts PostgreSQL, `knooppunt web` and `knooppunt worker` when they end.
The processes that serve pages are started anew by `knooppunt web` itself.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from knooppunt.site import embedded
from knooppunt.site.embedded import Cluster, server

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
SERVER = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "32MB",
    # After a crash the server sees to it that all its files are on the disk: one call instead of one per file.
    "recovery_init_sync_method": "syncfs",
}


class Receiver:
    """Somebody else's system that takes outcomes in: remembers each message with its id."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.seen.append((self.headers["Idempotency-Key"], said))
                time.sleep(0.03)  # room for a kill between taking in and answering
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/uitkomst"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Takes nothing in any more."""
        self._server.shutdown()
        self._server.server_close()


class Product:
    """A PostgreSQL server that keeps what it says it keeps, two processes that serve pages, and a worker."""

    def __init__(self, cluster: Cluster, log: Path) -> None:
        self.cluster, self.log = cluster, log
        self.port = _free_port()
        roles = ("web", "jobs", "counts", "owner")
        self.environment = {
            **os.environ,
            **{f"KNOOPPUNT_DATABASE_URL_{role.upper()}": cluster.url(role) for role in roles},
            "KNOOPPUNT_DATA": str(cluster.data),
            "KNOOPPUNT_DEMO": "1",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        self._parts: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()
        self.starts = dict.fromkeys(("web", "worker", "server"), 0)

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """A Python program in the product's environment."""
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=180)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self) -> None:
        """Starts all parts, and whoever watches over them."""
        for name in ("web", "worker"):
            self._start(name)
        threading.Thread(target=self._watch, daemon=True).start()
        self.wait_until(self.well)

    def stop(self) -> None:
        """Stops all parts in order."""
        self._stopping.set()
        for part in self._parts.values():
            part.terminate()
        for part in self._parts.values():
            try:
                part.wait(40)
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()
            _end_group(part.pid)

    def well(self) -> bool:
        """What /healthz says."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def wait_until(self, question: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Waits patiently for something; it is an error when it does not come."""
        end = time.monotonic() + seconds
        while not question():
            assert time.monotonic() < end, f"in vain: {self.log.read_text()[-3000:]}"
            time.sleep(0.1)

    def kill_server(self) -> None:
        """PostgreSQL itself; starting it recovers what was committed."""
        postmaster = int((self.cluster.place.files / "postmaster.pid").read_text().split("\n", 1)[0])
        _kill(postmaster)
        self.wait_until(lambda: not _command(postmaster))
        self.starts["server"] += 1
        server.launch(self.cluster.place, SERVER)

    def kill_session(self, chance: random.Random) -> bool:
        """One of the server's processes that works for us: the server then starts all of them anew."""
        found = [pid for pid, command in _processes() if command.startswith("postgres: kn_") and self._is_ours(pid)]
        return bool(found) and _kill(chance.choice(found))

    def kill_web(self, chance: random.Random) -> bool:
        """One of the processes that serve pages."""
        children = _children(self._parts["web"].pid)
        return bool(children) and _kill(chance.choice(children))

    def kill_worker(self) -> bool:
        """The worker."""
        return _kill(self._parts["worker"].pid)

    def rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Asks the database as the owner of its tables, who sees all of them; again while it recovers."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with psycopg.connect(self.cluster.url("owner"), connect_timeout=10) as connection:
                    return connection.execute(question.encode(), values).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def _is_ours(self, pid: int) -> bool:
        postmaster = (self.cluster.place.files / "postmaster.pid").read_text().split("\n", 1)[0]
        return _parent(pid) == int(postmaster or 0)

    def _start(self, name: str) -> None:
        extra = ["--port", str(self.port), "--workers", "2"] if name == "web" else []
        self.starts[name] += 1
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "knooppunt", name, *extra]
            # A group of its own: what is left of a part ends with it, as in systemd's.
            part = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        self._parts[name] = part

    def _watch(self) -> None:
        while not self._stopping.wait(0.1):
            for name, part in self._parts.items():
                if part.poll() is not None and not self._stopping.is_set():
                    _end_group(part.pid)
                    self._start(name)


@contextmanager
def running(data: Path, receiver: Receiver) -> Iterator[tuple[Product, dict[str, Any]]]:
    """The product, with the cast at work in it; nothing of it is left afterwards."""
    cluster = embedded.start(data, SERVER)
    try:
        product = Product(cluster, data / "parts.log")
        product.run("-m", "knooppunt", "migrate")
        known = json.loads(product.run("-m", "tests.loss.prepare", receiver.address).stdout)
        try:
            product.start()
            yield product, known
        finally:
            product.stop()
    finally:
        cluster.stop()
        embedded.destroy(data)


def _processes() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def _children(pid: int) -> list[int]:
    found = [child for child, command in _processes() if "multiprocessing" in command or "knooppunt web" in command]
    return [child for child in found if _parent(child) == pid and "resource_tracker" not in _command(child)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
