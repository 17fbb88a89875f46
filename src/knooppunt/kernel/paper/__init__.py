"""Papers to keep, print or sign: what stands in one, apart from the kind of file it becomes.

A paper is a title and blocks in reading order. Rooms say what; the writers (`word`) say how that looks, so that
every paper of the house is accessible in the same way.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

KEPT = frozenset("\t\n")
TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NEVER_IN_XML = re.compile("[\ufffe\uffff]")
FORBIDDEN = frozenset({"Cc", "Cs"})


@dataclass(frozen=True)
class Heading:
    """A heading within the paper; level 1 is directly under the title."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; an empty line begins a new paragraph. `strong`: said with emphasis."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list whose order says nothing."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with one row of heads, repeated on each page; `title` and `summary` are for who hears it."""

    title: str
    summary: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Lines:
    """Named lines that stay together on a page; a line without a value is one to write on."""

    named: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Bullets | Table | Lines


@dataclass(frozen=True)
class Paper:
    """One paper. `notice` stands on every page, `foot` at the bottom beside the page number."""

    title: str
    subtitle: str
    made_at: datetime
    blocks: tuple[Block, ...]
    notice: str = ""
    foot: str = ""
    subject: str = ""
    of_page: tuple[str, str] = field(default=("Pagina", "van"))
    language: str = "nl-NL"


def plain(text: str) -> str:
    """A text with only what may stand in a file: no control signs, no lone surrogates, nothing that turns it around.

    Ends of lines become one sort. Total: whatever was typed, there is an answer.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in lines if sign in KEPT or _may_stand(sign))
    return NEVER_IN_XML.sub("", kept)


def _may_stand(sign: str) -> bool:
    return unicodedata.category(sign) not in FORBIDDEN and sign not in TURNS_TEXT_AROUND


def one_line(text: str) -> str:
    """A text on one line, as a heading or a title needs it."""
    return " ".join(plain(text).split())
