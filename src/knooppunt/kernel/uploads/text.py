"""Plain text: readable from beginning to end, and not something that a program would run or draw."""

import re

from knooppunt.kernel.uploads.findings import Stop

ENCODINGS = ("utf-8-sig", "cp1252")
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MARKUP = re.compile(r"\A\s*(<!doctype|<html|<svg|<\?xml|<\?php|<script|\{\\rtf|#!)|<script\b", re.IGNORECASE)


def encoding_of(content: bytes) -> str:
    """In which of the two encodings this is text without odd control signs; empty when in neither."""
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "" if UNREADABLE.search(text) else encoding
    return ""


def objections_to_text(content: bytes) -> set[Stop]:
    """Whether it is more than text."""
    encoding = encoding_of(content)
    if not encoding:
        return {Stop.MISMATCH}
    return {Stop.ACTIVE} if MARKUP.search(content.decode(encoding)) else set()
