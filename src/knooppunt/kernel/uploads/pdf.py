"""PDF: nothing that runs, starts by itself or carries another file. Names are sought also where they are hidden.

A reader of PDF finds its objects in the file itself and in compressed object streams, and a name may be written
with hexadecimal signs (`/J#61vaScript`). All three are looked at (ISO 32000-1, 7.3.5 and 7.5.7).
"""

import re
import zlib

from knooppunt.kernel.uploads.findings import Stop, virus_in

HEAD = b"%PDF-"
TAIL = b"%%EOF"
TAIL_WITHIN = 2048
ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|Rendition|XFA)(?![A-Za-z0-9])"
)
LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
OBJECT_STREAM = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
HEXADECIMAL = re.compile(rb"#([0-9A-Fa-f]{2})")
MOST_HEXADECIMAL = 100_000
MOST_IN_STREAM = 8 * 1024 * 1024
MOST_IN_ALL = 64 * 1024 * 1024
"""Bytes: a larger object stream is not looked through, so its file does not come in."""
MOST_STREAMS = 20_000
DICTIONARY = 4096
"""How far before its data the description of a stream may begin."""


def objections_to_pdf(content: bytes) -> set[Stop]:
    """What stands in it that may not, and whether all of it could be looked at."""
    if TAIL not in content[-TAIL_WITHIN:]:
        return {Stop.BROKEN}
    plain = _plain(content)
    if plain is None:
        return {Stop.BROKEN}
    if LOCKED.search(plain):
        return {Stop.LOCKED}
    found = {Stop.ACTIVE} if ACTIVE.search(plain) else set()
    return found | _hidden(content, announced=len(OBJECT_STREAM.findall(plain)))


def _hidden(content: bytes, *, announced: int) -> set[Stop]:
    """What stands in the object streams. One that cannot be opened, or is not where it should be, stops the file."""
    found, opened, total = set[Stop](), 0, 0
    for number, stream in enumerate(STREAM.finditer(content)):
        if number >= MOST_STREAMS:
            return {Stop.BROKEN}
        about = _description(content, stream.start())
        if not OBJECT_STREAM.search(about):
            continue
        if b"/FlateDecode" not in about or about.count(b"Decode") != 1:
            return found | {Stop.BROKEN}
        inside = _inflated(content[stream.end() : content.find(b"endstream", stream.end())])
        if inside is None:
            return found | {Stop.BROKEN}
        opened, total = opened + 1, total + len(inside)
        if total > MOST_IN_ALL or len(inside) >= MOST_IN_STREAM:
            return found | {Stop.BOMB}
        plain = _plain(inside)
        if plain is None or ACTIVE.search(plain):
            found.add(Stop.ACTIVE)
        if virus_in(inside):
            found.add(Stop.VIRUS)
    return found | ({Stop.BROKEN} if opened != announced else set())


def _description(content: bytes, end: int) -> bytes:
    """The dictionary of a stream: from the beginning of its object."""
    before = content[max(0, end - DICTIONARY) : end]
    return _plain(before[before.rfind(b"obj") + 1 :]) or b""


def _inflated(data: bytes) -> bytes | None:
    opening = zlib.decompressobj()
    try:
        inside = opening.decompress(data, MOST_IN_STREAM)
    except zlib.error:
        return None
    return inside if opening.eof or len(inside) >= MOST_IN_STREAM else None


def _plain(content: bytes) -> bytes | None:
    """Names as they are read: `#41` is A. None when there are so many that reading them is meant to take long."""
    plain, number = HEXADECIMAL.subn(lambda sign: bytes([int(sign[1], 16)]), content, count=MOST_HEXADECIMAL)
    return plain if number < MOST_HEXADECIMAL else None
