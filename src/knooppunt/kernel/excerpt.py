"""A short piece of a text around the words that were sought in it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

BEGIN, END = "\x02", "\x03"
"""What PostgreSQL puts around a word that it found; in a text they mean nothing."""

LENGTH, BEFORE = 240, 60
BLANK = str.maketrans(dict.fromkeys(f"<>{BEGIN}{END}", " "))


@dataclass(frozen=True)
class Piece:
    """A part of an excerpt: a word that was sought, or what stands around it."""

    text: str
    sought: bool = False


def joined(texts: Iterable[str]) -> str:
    """Fields that are searched as one text, told apart by a sign that is no word."""
    return " · ".join(text for text in texts if text)


def composed(text: str) -> str:
    """The text with each letter and its accent as one sign, and white space as spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def unaccented(text: str) -> str:
    """The text as words are sought in it, of the same length: a place in the one is that place in the other."""
    plain = text if text.isascii() else "".join(_plain(sign) for sign in text)
    return plain.translate(BLANK)


def _plain(sign: str) -> str:
    apart = unicodedata.normalize("NFKD", sign)
    return apart[0] if all(unicodedata.combining(mark) for mark in apart[1:]) else sign


def places(marked: str, plain: str) -> list[tuple[int, int]]:
    """Where in `plain` the words stand that are marked in `marked`; nowhere when it is not the same text."""
    found, length, began = [], 0, 0
    for part in marked.replace(END, BEGIN).split(BEGIN):
        length += len(part)
        found.append((began, length))
        began = length
    if marked.replace(BEGIN, "").replace(END, "") != plain:
        return []
    return found[1::2]


def excerpt(text: str, sought: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """The piece of a text that begins just before the first word that was sought; its beginning when there is none."""
    at = sorted(sought)
    since = _word_before(text, at[0][0] - BEFORE) if at else 0
    until = _word_before(text, since + LENGTH) if since + LENGTH < len(text) else len(text)
    pieces, place = [Piece("… ")] if since else [], since
    for begin, end in at:
        if begin >= place and end <= until:
            pieces += [Piece(text[place:begin]), Piece(text[begin:end], sought=True)]
            place = end
    pieces += [Piece(text[place:until]), Piece(" …" if until < len(text) else "")]
    return tuple(piece for piece in pieces if piece.text)


def _word_before(text: str, place: int) -> int:
    """The beginning of the word at this place; the place itself in the middle of something very long."""
    if place <= 0:
        return 0
    space = text.rfind(" ", max(0, place - BEFORE), place + 1)
    return space + 1 if space >= 0 else place
