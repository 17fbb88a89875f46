"""A virus scanner beside the program: clamd on a socket of this machine, asked with INSTREAM (clamd(8))."""

import socket
import struct

CHUNK = 64 * 1024
PATIENCE = 60.0
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner did not answer, or not with a judgement: the file waits. Says nothing of the file."""


def finds_virus(content: bytes, path: str) -> bool:
    """What the scanner behind the socket at this path says. Raises `ScannerAway`."""
    try:
        answer = _asked(content, path)
    except OSError:
        raise ScannerAway("the scanner does not answer") from None
    if answer.endswith(b" FOUND"):
        return True
    if answer.endswith(b": OK"):
        return False
    raise ScannerAway("the scanner gave no judgement")


def _asked(content: bytes, path: str) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(PATIENCE)
        line.connect(path)
        line.sendall(b"zINSTREAM\0")
        for begin in range(0, len(content), CHUNK):
            part = content[begin : begin + CHUNK]
            line.sendall(struct.pack(">I", len(part)) + part)
        line.sendall(struct.pack(">I", 0))
        said = b""
        while len(said) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
            said += more
    return said.rstrip(b"\0\n")
