"""The kinds of file that may come in, by name and by what stands at their beginning."""

from collections.abc import Mapping
from enum import StrEnum

import puremagic


class Kind(StrEnum):
    """What a file is."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    TEXT = "text"


BY_EXTENSION: Mapping[str, Kind] = {
    "pdf": Kind.PDF,
    "png": Kind.PNG,
    "jpg": Kind.JPEG,
    "jpeg": Kind.JPEG,
    "docx": Kind.DOCX,
    "xlsx": Kind.XLSX,
    "odt": Kind.ODT,
    "txt": Kind.TEXT,
}

EXTENSION: Mapping[Kind, str] = {
    Kind.PDF: "pdf",
    Kind.PNG: "png",
    Kind.JPEG: "jpg",
    Kind.DOCX: "docx",
    Kind.XLSX: "xlsx",
    Kind.ODT: "odt",
    Kind.TEXT: "txt",
}
"""With which extension a file goes out."""

MEDIA_TYPE: Mapping[Kind, str] = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.TEXT: "text/plain",
}

LABELS: Mapping[Kind, str] = {
    Kind.PDF: "PDF",
    Kind.PNG: "PNG-afbeelding",
    Kind.JPEG: "JPEG-afbeelding",
    Kind.DOCX: "Word-document",
    Kind.XLSX: "Excel-bestand",
    Kind.ODT: "ODT-document",
    Kind.TEXT: "tekst",
}

BEGINNING = 4096
KB, MB = 1024, 1024 * 1024


def size_label(size: int) -> str:
    """Bytes as people say it: "14 kB", "2,3 MB"."""
    if size < MB:
        return f"{max(1, round(size / KB))} kB"
    return f"{size / MB:.1f} MB".replace(".", ",")


def looks_like(content: bytes, kind: Kind) -> bool:
    """Whether the library that knows beginnings of files thinks so too."""
    try:
        known = puremagic.magic_string(content[:BEGINNING])
    except (puremagic.PureError, ValueError):
        return False
    return any(BY_EXTENSION.get(one.extension.removeprefix(".")) is kind for one in known)
