"""May this file come in? By size, name and content; pure functions that return reasons why not.

The kind follows from the content, and the name must agree with it. What can hold programs is opened and read through.
"""

from dataclasses import dataclass

from knooppunt.kernel.uploads import archives, images, pdf, text
from knooppunt.kernel.uploads.findings import DANGEROUS, SAID, Stop, in_order, virus_in
from knooppunt.kernel.uploads.kinds import BY_EXTENSION, EXTENSION, LABELS, MEDIA_TYPE, Kind, looks_like, size_label
from knooppunt.kernel.uploads.names import split

__all__ = ["EXTENSION", "LABELS", "SAID", "Examined", "Kind", "Sent", "Stop", "examine", "media_type", "size_label"]

LOCKED_OFFICE = b"\xd0\xcf\x11\xe0"
"""An office file with a password is a container of the old kind; under a new name it cannot be anything else."""

OFFICE = frozenset({Kind.DOCX, Kind.XLSX, Kind.ODT})


@dataclass(frozen=True)
class Sent:
    """A file as it arrived."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Examined:
    """A file that was looked at: how it may be called, what it is, and why it may not come in (empty = it may)."""

    name: str
    kind: Kind | None
    objections: tuple[Stop, ...]

    @property
    def dangerous(self) -> bool:
        """Whether this belongs in quarantine."""
        return bool(DANGEROUS.intersection(self.objections))


def examine(sent: Sent, largest: int) -> Examined:
    """Judges a file of at most `largest` bytes. Total: whatever is sent, there is an answer."""
    stem, extension = split(sent.name)
    named = BY_EXTENSION.get(extension)
    shown = f"{stem}.{extension}" if named else stem or "bestand"
    return Examined(shown, named, in_order(_objections(sent.content, stem, named, largest)))


def _objections(content: bytes, stem: str, named: Kind | None, largest: int) -> set[Stop]:
    if not content:
        return {Stop.EMPTY}
    if len(content) > largest:
        return {Stop.TOO_LARGE}
    found = {Stop.VIRUS} if virus_in(content) else set()
    if not stem:
        found.add(Stop.NO_NAME)
    if content.startswith(archives.PROGRAMS):
        return found | {Stop.ACTIVE}
    if named is None:
        return found | {Stop.KIND}
    return found | _by_content(content, named)


def _by_content(content: bytes, named: Kind) -> set[Stop]:
    """What the content says of itself, and whether that is what the name says."""
    if named is Kind.TEXT:
        return text.objections_to_text(content)
    if named in OFFICE and content.startswith(LOCKED_OFFICE):
        return {Stop.LOCKED}
    if named in OFFICE:
        return _office(content, named)
    kind = _picture_or_pdf(content)
    if kind is not named or not looks_like(content, named):
        return {Stop.MISMATCH} | (text.objections_to_text(content) & {Stop.ACTIVE})
    judge = {Kind.PDF: pdf.objections_to_pdf, Kind.PNG: images.objections_to_png, Kind.JPEG: images.objections_to_jpeg}
    return judge[named](content)


def _office(content: bytes, named: Kind) -> set[Stop]:
    if not content.startswith(archives.HEAD):
        return {Stop.MISMATCH} | (text.objections_to_text(content) & {Stop.ACTIVE})
    kind = archives.kind_of_archive(content)
    found = archives.objections_to_archive(content, kind or named)
    return found if kind is named and looks_like(content, named) else found or {Stop.MISMATCH}


def _picture_or_pdf(content: bytes) -> Kind | None:
    for beginning, kind in ((pdf.HEAD, Kind.PDF), (images.PNG, Kind.PNG), (images.JPEG, Kind.JPEG)):
        if content.startswith(beginning):
            return kind
    return None


def media_type(kind: Kind, content: bytes) -> str:
    """With which type a file goes out; text with the encoding in which it can be read."""
    if kind is not Kind.TEXT:
        return MEDIA_TYPE[kind]
    return f"{MEDIA_TYPE[kind]}; charset={'utf-8' if text.encoding_of(content) == 'utf-8-sig' else 'windows-1252'}"
