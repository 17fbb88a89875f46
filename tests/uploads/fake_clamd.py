"""A small fake of clamd: speaks INSTREAM on a socket, remembers what it was sent, and answers as a test wishes."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.uploads.samples import EICAR

Answer = Callable[[bytes], bytes]


class FakeClamd:
    """Speaks INSTREAM, and finds the test virus."""

    def __init__(self, path: str) -> None:
        self.path, self.seen = path, list[bytes]()
        self.answer: Answer = lambda content: b"stream: Test-Virus FOUND" if EICAR in content else b"stream: OK"
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._line.bind(path)
        self._line.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._line.accept()
            except OSError:
                return
            with caller, caller.makefile("rb") as said:
                assert said.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack(">I", said.read(4))[0]:
                    content += said.read(length)
                self.seen.append(content)
                caller.sendall(self.answer(content) + b"\0")

    def stop(self) -> None:
        """Goes away."""
        self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
        self._thread.join(5)


@pytest.fixture
def clamd() -> Iterator[FakeClamd]:
    """A daemon on a socket of its own; a short path, because a socket's path may not be long."""
    with TemporaryDirectory(prefix="kn") as folder:
        daemon = FakeClamd(str(Path(folder) / "clamd"))
        yield daemon
        daemon.stop()
