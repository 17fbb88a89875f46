"""The name of a file: cleaned so that it only names, and never used as a path or in an address."""

import re
import unicodedata

LONGEST_NAME = 100
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories that nobody sees or that turn text around: control, format (bidi among them), surrogate, private."""


LIKE_AN_EXTENSION = re.compile(r"\.(?=(?=[0-9]*[A-Za-z])[A-Za-z0-9]{2,6}\s*(?:\.|$))")


def split(name: str) -> tuple[str, str]:
    """A name as it was sent → what may be shown of it, and its extension in small letters without the dot.

    Without folders, invisible signs and what looks like one more extension: `x/a.pdf.exe` becomes ("a-pdf", "exe");
    initials and dates keep their dots.
    Either may be empty.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(" " if sign.isspace() else sign for sign in last if _shown(sign))
    stem, dot, extension = seen.strip(" .").rpartition(".")
    if not dot:
        return _tidy(extension), ""
    return _tidy(stem), extension.strip().lower()


def _shown(sign: str) -> bool:
    return sign in "\t\n\r" or (unicodedata.category(sign) not in INVISIBLE and sign not in '<>:"|?*')


def _tidy(stem: str) -> str:
    return " ".join(LIKE_AN_EXTENSION.sub("-", stem).split())[:LONGEST_NAME].strip(" .")
