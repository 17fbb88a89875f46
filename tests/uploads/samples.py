"""Small files of every kind that may come in, and of what may not; made here, so that nobody wonders what they hold."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from knooppunt.kernel.uploads.findings import EICAR as EICAR

LARGEST = 10 * 1024 * 1024
SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def zipped(parts: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts, in this order."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def types(part: str, kind: str) -> bytes:
    """What an office file says of its own parts."""
    return (
        f'<?xml version="1.0"?><Types xmlns="{SPACE}"><Override PartName="/{part}"'
        f' ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    ).encode()


DOCX_PARTS = {
    "[Content_Types].xml": types("word/document.xml", "wordprocessingml.document"),
    "word/document.xml": b"<document><p>Verslag</p></document>",
    "word/media/image1.png": b"\x89PNG\r\n\x1a\n",
}
XLSX_PARTS = {
    "[Content_Types].xml": types("xl/workbook.xml", "spreadsheetml.sheet"),
    "xl/workbook.xml": b"<workbook/>",
}
ODT_PARTS = {
    "mimetype": b"application/vnd.oasis.opendocument.text",
    "content.xml": b"<office/>",
    "Configurations2/accelerator/current.xml": b"",
}


def docx(**more: bytes) -> bytes:
    """A DOCX with further parts."""
    return zipped({**DOCX_PARTS, **more})


def relation(kind: str, *, outside: bool) -> bytes:
    """A relation of a document with something, here or elsewhere."""
    where = ' TargetMode="External"' if outside else ""
    one = f'<Relationship Type="http://x/{kind}" Target="y"{where}/>'
    return f'<Relationships xmlns="{RELATIONS}">{one}</Relationships>'.encode()


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int = 2, height: int = 2) -> bytes:
    """A PNG that says it has this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 14)) + chunk(b"IEND", b"")
    )


def jpeg(width: int = 2, height: int = 2) -> bytes:
    """A JPEG that says it has this size; its picture is no picture."""
    start = b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    size = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return start + size + b"\xff\xda" + struct.pack(">H", 8) + b"\1\1\0\0\x3f\0" + b"\x12\x34" + b"\xff\xd9"


def pdf(*objects: bytes) -> bytes:
    """A PDF with these objects."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def object_stream(inside: bytes, *, said: bytes = b"/Type /ObjStm /Filter /FlateDecode") -> bytes:
    """Objects that stand compressed in a PDF."""
    return b"<< " + said + b" /N 1 /First 4 >>\nstream\n" + zlib.compress(inside) + b"\nendstream"


GOOD: dict[str, bytes] = {
    "verslag.pdf": pdf(b"<< /Type /Catalog /OpenAction [3 0 R /Fit] >>", object_stream(b"5 0 << /A 1 >>")),
    "foto.png": png(),
    "foto.jpg": jpeg(),
    "foto.JPEG": jpeg(),
    "brief.docx": docx(**{"word/_rels/document.xml.rels": relation("hyperlink", outside=True)}),
    "lijst.xlsx": zipped(XLSX_PARTS),
    "brief.odt": zipped(ODT_PARTS),
    "los.txt": "Mevrouw zei: “ik blijf”.\r\n\tMorgen weer.".encode(),
    "oud.txt": "Eén café, € 5".encode("cp1252"),
}
"""A file of each kind, by its name."""
