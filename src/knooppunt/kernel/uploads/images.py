"""PNG and JPEG: how large they are when shown, read from their headers; nothing is decoded."""

import struct

from knooppunt.kernel.uploads.findings import Stop

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
MOST_SIDE = 20_000
MOST_PIXELS = 60_000_000
"""A photo of a good camera or an A3 scan at 400 dpi; 180 MB when a program opens it."""

SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of a JPEG that hold its size (SOF0 to SOF15)."""
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def objections_to_png(content: bytes) -> set[Stop]:
    """Chunk after chunk from its header to its end, with nothing behind it."""
    at, number, size = len(PNG), 0, (0, 0)
    while at + 12 <= len(content):
        (length,), kind = struct.unpack(">I", content[at : at + 4]), content[at + 4 : at + 8]
        if number == 0:
            if (kind, length) != (b"IHDR", 13) or at + 25 > len(content):
                return {Stop.BROKEN}
            size = struct.unpack(">II", content[at + 8 : at + 16])
        at, number = at + 12 + length, number + 1
        if kind == b"IEND":
            return _too_many(size) if at == len(content) else {Stop.BROKEN}
    return {Stop.BROKEN}


def objections_to_jpeg(content: bytes) -> set[Stop]:
    """Marker after marker until the one that says the size; every further size before the picture counts too."""
    at, found = 2, set[Stop]()
    seen = False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if length < 2:
            return {Stop.BROKEN}
        if marker in SIZES:
            if length < 8 or at + 9 > len(content):
                return {Stop.BROKEN}
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            found, seen = found | _too_many((width, height)), True
        if marker == 0xDA:
            return found if seen else {Stop.BROKEN}
        at += 2 + length
    return {Stop.BROKEN}


def _too_many(size: tuple[int, int]) -> set[Stop]:
    width, height = size
    if not width or not height:
        return {Stop.BROKEN}
    return {Stop.PIXELS} if max(size) > MOST_SIDE or width * height > MOST_PIXELS else set()
