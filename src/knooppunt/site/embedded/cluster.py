"""One process's use of a running server: its addresses, and the end of the use."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from knooppunt.site.embedded import server
from knooppunt.site.embedded.place import Place

DATABASE = "knooppunt"


@dataclass(frozen=True)
class Cluster:
    """A running server that this process uses; leaving the `with` block ends the use."""

    data: Path
    place: Place
    passwords: Mapping[str, str]
    use: int  # file descriptor that holds the shared lock

    def url(self, role: str = "owner", database: str = DATABASE) -> str:
        """Connection address for `owner`, `web`, `jobs`, `counts`, or `cluster` (the superuser)."""
        return (
            f"postgresql://kn_{role}:{quote(self.passwords[role])}@/{quote(database)}"
            f"?host={quote(str(self.place.sockets), safe='')}"
        )

    def stop(self) -> None:
        """End this use; the last user stops the server, in order (no recovery at the next start)."""
        with gate(self.data):
            # Changing the lock releases the shared one first; the gate keeps others out meanwhile.
            if try_lock(self.use, fcntl.LOCK_EX):
                server.stop(self.place)
            os.close(self.use)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@contextmanager
def gate(data: Path) -> Iterator[None]:
    """One process at a time starts or stops the server of this folder."""
    handle = os.open(data / "database.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def open_use(data: Path) -> int:
    """The file on which everyone who uses the server holds a shared lock."""
    return os.open(data / "database.users", os.O_RDWR | os.O_CREAT, 0o600)


@contextmanager
def closing_use(data: Path) -> Iterator[int]:
    """The same file, for a moment."""
    handle = open_use(data)
    try:
        yield handle
    finally:
        os.close(handle)


def try_lock(handle: int, kind: int) -> bool:
    """Take a lock if it can be had at once."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
