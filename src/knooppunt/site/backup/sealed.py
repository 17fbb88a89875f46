"""A file in encrypted chunks that can be written and read as a stream, however large it is.

After STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) with AES-256-GCM: the nonce of a chunk is its place in the file
and whether it is the last. So a chunk that was changed, left out, repeated or moved does not open, nor does a file
that was cut off or made longer. A key serves one file only, so that no nonce is used twice.
"""

from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from knooppunt.site.backup.errors import Unsound

MAGIC = b"knooppunt backup 1\n"
CHUNK = 1 << 20
TAG = 16
COUNTER = 11
LAST = b"\x01"
NOT_LAST = b"\x00"


class Written(Protocol):
    """What one can write to."""

    def write(self, data: bytes, /) -> int:
        """Takes all of it."""
        ...


class Sealing:
    """Writes what it is given in chunks; leaving the `with` block without an error closes the last one."""

    def __init__(self, file: Written, key: bytes) -> None:
        self._file = file
        self._cipher = AESGCM(key)
        self._waiting = bytearray()
        self._place = 0
        file.write(MAGIC)

    def write(self, data: bytes) -> None:
        """Takes any amount. One byte always waits, because only the end knows which chunk is the last."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), NOT_LAST)
            del self._waiting[:CHUNK]

    def _put(self, chunk: bytes, last: bytes) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._place, last), chunk, MAGIC))
        self._place += 1

    def __enter__(self) -> "Sealing":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._put(bytes(self._waiting), LAST)


def opened(file: BinaryIO, key: bytes, name: str) -> Iterator[bytes]:
    """What was sealed, chunk by chunk; none is given before it was proved. `Unsound` where it does not open."""
    cipher, place = AESGCM(key), 0
    if file.read(len(MAGIC)) != MAGIC:
        raise Unsound(f"{name} is no file of a backup that this version can read")
    chunk = file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(place, NOT_LAST if following else LAST), chunk, MAGIC)
        except InvalidTag:
            raise Unsound(
                f"{name} was changed, cut off or put in another order, at or after chunk {place + 1}"
            ) from None
        if not following:
            return
        chunk, place = following, place + 1


def _nonce(place: int, last: bytes) -> bytes:
    return place.to_bytes(COUNTER, "big") + last
