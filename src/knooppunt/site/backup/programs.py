"""pg_dump and pg_restore: which ones fit the server, and running them with nothing on disk or in a list of processes.

They must be of the server's own version: an older pg_dump refuses, and what a newer one wrote an older server does
not take back.
"""

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import make_conninfo

from knooppunt.kernel.errors import BadInput
from knooppunt.site.embedded import EmbeddedError, place

VARIABLE = "KNOOPPUNT_PG_BIN"
DEBIAN = "/usr/lib/postgresql/{major}/bin"
KEPT_LINES = 200


@dataclass(frozen=True)
class Server:
    """How to reach the database as its owner, and the server's major version."""

    address: Mapping[str, str]
    major: int


def find(program: str, server: Server) -> Path:
    """The program of the server's own version; an error says which versions are there."""
    seen = []
    for folder in _folders(server.major):
        path = shutil.which(program, path=folder)
        if path:
            major = _major(path)
            if major == server.major:
                return Path(path)
            seen.append(f"{path} is {major or 'unknown'}")
    found = "; ".join(dict.fromkeys(seen)) or "none was found"
    raise BadInput(
        program,
        f"the server is PostgreSQL {server.major} and needs {program} of that version ({found}):"
        f" install postgresql-client-{server.major}, or name its folder in {VARIABLE}",
    )


def _folders(major: int) -> Iterator[str]:
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_dir():
            raise ImproperlyConfigured(f"{VARIABLE} is {named}, which is no folder: name the folder that holds pg_dump")
        yield named
        return
    yield DEBIAN.format(major=major)
    yield os.environ.get("PATH", os.defpath)
    try:
        yield str(place.programs_of_wheel())
    except EmbeddedError:
        return


def _major(program: str) -> int:
    """The number in "pg_dump (PostgreSQL) 18.4"; 0 when it says something else."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.split()
    text = said[2].split(".")[0] if len(said) > 2 else ""
    return int(text) if text.isdecimal() else 0


class Running:
    """A program that runs: its two ends, and what it complains about."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self._said: deque[str] = deque(maxlen=KEPT_LINES)
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self.process.stderr or ():
            self._said.append(line.decode(errors="replace").strip())

    @property
    def output(self) -> IO[bytes]:
        """What it writes."""
        return _there(self.process.stdout)

    @property
    def input(self) -> IO[bytes]:
        """What it reads."""
        return _there(self.process.stdin)

    def complaint(self) -> str:
        """Waits for the end; empty when all went well, else its first complaint, without the lines that hold data."""
        code = self.process.wait()
        self._listener.join()
        if code == 0:
            return ""
        wrong = [line for line in self._said if "error:" in line.lower()]
        return wrong[0] if wrong else f"it ended with code {code}"


@contextmanager
def running(program: Path, arguments: Sequence[str], server: Server, *, reads: bool) -> Iterator[Running]:
    """Runs it on this database, one end piped to us. Killed when the block is left early, so nothing is half done."""
    password = server.address.get("password", "")
    shown = {name: value for name, value in server.address.items() if name != "password" and value}
    own = {name: value for name, value in os.environ.items() if not name.startswith("KNOOPPUNT_")}
    piped: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    if not reads:
        piped = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
    process = subprocess.Popen(
        [str(program), *arguments, "--no-password", f"--dbname={make_conninfo(**shown)}"],
        stderr=subprocess.PIPE,
        env={**own, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})},
        **piped,
    )
    started = Running(process)
    try:
        yield started
    finally:
        if process.poll() is None:
            process.kill()
        started.complaint()
        for end in (process.stdin, process.stdout, process.stderr):
            if end is not None:
                _close(end)


def _close(end: IO[bytes]) -> None:
    try:
        end.close()
    except BrokenPipeError:
        return


def _there(end: IO[bytes] | None) -> IO[bytes]:
    if end is None:
        raise ValueError("this end is not piped")
    return end
