"""DOCX, XLSX and ODT: archives of XML, opened within limits and read through to the end.

What the directory announces is judged first; reading then keeps to what was announced, so that nothing can grow
in memory beyond it. Archives that hold programs, other archives or what a program fetches by itself stay out.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pyexpat import ExpatError, ParserCreate

from knooppunt.kernel.uploads.findings import Stop, virus_in
from knooppunt.kernel.uploads.kinds import Kind

HEAD = b"PK\x03\x04"
END, END_LENGTH = b"PK\x05\x06", 22
LOCATOR = b"PK\x06\x07"
MOST_ENTRIES = 2_000
MOST_DIRECTORY = 1024 * 1024
MOST_IN_ENTRY = 40 * 1024 * 1024
MOST_IN_ALL = 80 * 1024 * 1024
MOST_RATIO, RATIO_FROM = 150, 1024 * 1024
"""How many times larger an entry of at least so many bytes may become: the XML of an office file stays below 100."""

METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
MADE_TO_RUN = re.compile(
    r"(vbaProject|vbaData|/activeX/|^Basic/|^Scripts/|\.(exe|dll|js|vbs|jar|class|sh|bat|ps1)$)", re.I
)
CARRIED = re.compile(
    r"(/embeddings/|^Object |\.(zip|docx|docm|xlsx|xlsm|xlsb|pptx|odt|ods|rar|7z|gz|tar|cab|iso|pdf)$)", re.I
)
ARCHIVES = (HEAD, b"Rar!\x1a", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"\xd0\xcf\x11\xe0", b"%PDF-")
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!")
FETCHED = ("attachedTemplate", "oleObject", "subDocument", "aFChunk", "frame")
"""Kinds of relation by which a document brings in something from elsewhere; a link to click is none of them."""
CLOSELY = re.compile(r"(\.rels$|^\[Content_Types\]\.xml$|externalLinks/|^(content|styles)\.xml$)", re.I)
SCRIPTS = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"

MAIN: dict[Kind, tuple[str, str]] = {
    Kind.DOCX: ("word/document.xml", "wordprocessingml.document.main+xml"),
    Kind.XLSX: ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
CANNOT_BE_READ = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError,
    struct.error, KeyError, OSError,
)  # fmt: skip
"""All that Python's zipfile raises for what is no good archive."""


class _Found(Exception):
    """Something that may not be there; ends the reading."""

    def __init__(self, reason: Stop) -> None:
        super().__init__(reason.value)
        self.reason = reason


def kind_of_archive(content: bytes) -> Kind | None:
    """Which of the three this is by its parts, or None."""
    try:
        if not _ends_well(content):
            return None
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            kinds = [kind for kind, (part, _) in MAIN.items() if part in names]
            if "mimetype" in names and _read(archive, archive.getinfo("mimetype"), 100) == ODT_TYPE:
                kinds.append(Kind.ODT)
    except CANNOT_BE_READ:
        return None
    return kinds[0] if len(kinds) == 1 else None


def objections_to_archive(content: bytes, kind: Kind) -> set[Stop]:
    """What is wrong with it. Raises nothing, whatever is sent."""
    try:
        if not _ends_well(content):
            return {Stop.BROKEN}
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            announced = _announced(entries)
            return announced or set(_inside(archive, entries, kind))
    except CANNOT_BE_READ:
        return {Stop.BROKEN}


def _ends_well(content: bytes) -> bool:
    """One directory at the very end, of a size that can be read, and not the kind for huge archives."""
    end = content[-END_LENGTH:]
    if len(content) < END_LENGTH or not end.startswith(END) or content[-END_LENGTH - 20 :].startswith(LOCATOR):
        return False
    disks, _, _, entries, size, offset, comment = struct.unpack("<HHHHIIH", end[4:])
    whole = offset + size + END_LENGTH == len(content)
    return bool(whole and disks == comment == 0 and entries <= MOST_ENTRIES and size <= MOST_DIRECTORY)


def _announced(entries: list[zipfile.ZipInfo]) -> set[Stop]:
    """What the directory alone says."""
    found = set[Stop]()
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(_leads_out(name) for name in names):
        found.add(Stop.BROKEN)
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_IN_ALL:
        found.add(Stop.BOMB)
    for entry in entries:
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > MOST_IN_ENTRY or (entry.file_size >= RATIO_FROM and ratio > MOST_RATIO):
            found.add(Stop.BOMB)
        if entry.flag_bits & 0x1:
            found.add(Stop.LOCKED)
        if entry.compress_type not in METHODS:
            found.add(Stop.BROKEN)
    return found


def _leads_out(name: str) -> bool:
    parts = name.split("/")
    return not name or ".." in parts or parts[0] == "" or "\\" in name or ":" in parts[0] or not name.isprintable()


def _inside(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], kind: Kind) -> Iterator[Stop]:
    """Every entry by its name and its content."""
    for entry in entries:
        if MADE_TO_RUN.search(entry.filename):
            yield Stop.MACROS
        if CARRIED.search(entry.filename):
            yield Stop.NESTED
        content = _read(archive, entry, entry.file_size)
        yield from _in_entry(entry.filename, content)
    if kind in MAIN and MAIN[kind][1].encode() not in _read(
        archive, archive.getinfo("[Content_Types].xml"), MOST_IN_ENTRY
    ):
        yield Stop.BROKEN


def _in_entry(name: str, content: bytes) -> Iterator[Stop]:
    if virus_in(content):
        yield Stop.VIRUS
    if content.startswith(ARCHIVES):
        yield Stop.NESTED
    if content.startswith(PROGRAMS):
        yield Stop.ACTIVE
    # LibreOffice keeps a file of its own empty.
    if content and name.lower().endswith((".xml", ".rels", ".rdf")):
        try:
            _read_through(content, closely=bool(CLOSELY.search(name)))
        except _Found as found:
            yield found.reason
        except (ExpatError, LookupError, ValueError):
            # The last two: an encoding that is not known, or of which a sign takes several bytes.
            yield Stop.BROKEN


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """One entry, whole: more than was announced is an error, and never kept."""
    with archive.open(entry) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise zipfile.BadZipFile("longer than announced")
    return content


def _read_through(content: bytes, *, closely: bool) -> None:
    """XML from beginning to end. A document type, which office files never need, is where entities are declared.

    Closely: element by element, in the parts that can name programs and other places.
    """
    parser = ParserCreate(namespace_separator=" ")

    def declares(*_said: object) -> None:
        raise _Found(Stop.ENTITIES)

    def begins(name: str, said: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        kinds = said.get("ContentType", "")
        if "macroEnabled" in kinds or "vbaProject" in kinds or space == SCRIPTS:
            raise _Found(Stop.MACROS)
        fetches = said.get("TargetMode") == "External" and said.get("Type", "").endswith(FETCHED)
        if local == "ddeLink" or (local == "Relationship" and fetches):
            raise _Found(Stop.ACTIVE)

    parser.StartDoctypeDeclHandler = declares
    if closely:
        parser.StartElementHandler = begins
    parser.Parse(content, True)
