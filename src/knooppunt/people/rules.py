"""How a person is described and found again, as pure functions on text."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from knooppunt.kernel.identifiers import passes_eleven_test as passes_eleven_test

PREFIXES = frozenset(
    {"aan", "af", "bij", "da", "de", "del", "den", "der", "des", "di", "do", "du", "el", "het", "in", "la", "le", "les"}
    | {"onder", "op", "over", "'t", "te", "ten", "ter", "tot", "uit", "van", "von", "voor"}
)
SOUNDS = (
    ("ij", "y"), ("ei", "y"), ("ey", "y"), ("ou", "au"), ("auw", "au"), ("aa", "a"), ("ee", "e"), ("oo", "o"),
    ("uu", "u"), ("dt", "t"), ("ck", "k"), ("kh", "k"), ("ch", "g"), ("ph", "f"), ("sch", "sg"), ("th", "t"),
    ("c", "k"), ("z", "s"), ("v", "f"), ("w", "f"), ("q", "k"), ("x", "ks"),
)  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """What is known of who someone is. Every part may be missing, but not all."""

    surname: str = ""
    given_names: str = ""
    prefix: str = ""
    born: date | None = None
    bsn: str = ""

    @property
    def full_name(self) -> str:
        """As one writes it: given names, prefix, surname."""
        return " ".join(part for part in (self.given_names, self.prefix, self.surname) if part)


@dataclass(frozen=True)
class Key:
    """One way to find a person again, before it is made blind."""

    kind: str
    value: str


def folded(text: str) -> str:
    """Text without accents, case, spaces or signs: the form in which names are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z]", "", plain)


def surname_core(surname: str) -> str:
    """The surname without prefixes ("Van der Berg" and "Berg, van der" meet), folded, as it sounds in Dutch."""
    words = [word for word in re.split(r"[\s,'’-]+", surname.casefold()) if word and word not in PREFIXES]
    sound = folded("".join(words) or surname)
    for written, heard in SOUNDS:
        sound = sound.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", sound)


def near_forms(word: str) -> set[str]:
    """The word and every form of it with one letter left out: two words one slip apart share a form."""
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def near_dates(born: date) -> set[str]:
    """The date, and the same with day and month exchanged, as is often typed."""
    forms = {born.isoformat()}
    if born.day <= 12:
        forms.add(born.replace(month=born.day, day=born.month).isoformat())
    return forms


def stored_keys(identity: Identity) -> set[Key]:
    """The keys under which a person is kept: the BSN, the name, and its near forms with the date of birth."""
    keys = {Key("bsn", identity.bsn)} if identity.bsn else set()
    if identity.surname:
        core = surname_core(identity.surname)
        keys.add(Key("name", core))
        if identity.born:
            keys |= {Key("name_born", f"{form}|{identity.born.isoformat()}") for form in near_forms(core)}
    return keys


def sought_keys(identity: Identity) -> set[Key]:
    """The keys to look for: the BSN; the name with the date (or day and month exchanged); without a date the name."""
    keys = {Key("bsn", identity.bsn)} if identity.bsn else set()
    for core in {surname_core(tail) for tail in _tails(identity.surname)}:
        if identity.born:
            keys |= {
                Key("name_born", f"{form}|{born}") for form in near_forms(core) for born in near_dates(identity.born)
            }
        else:
            keys.add(Key("name", core))
    return keys


def _tails(name: str) -> list[str]:
    """Every end of a name: a search field holds given names and surname in one."""
    words = name.split()
    return [" ".join(words[start:]) for start in range(len(words))]


LONGEST_SOUGHT = 200
"""What is sought is not longer than this: the rest is left out, and whoever searches is told."""

BSN = r"(?<!\d)\d{9}(?!\d)"
DAY = r"(?<!\d)(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)"


def in_short(typed: str) -> str:
    """What is kept of what was typed: without U+0000, and cut after a whole word when it is too long."""
    clean = typed.replace("\x00", "").strip()
    if len(clean) <= LONGEST_SOUGHT:
        return clean
    kept = clean[: LONGEST_SOUGHT + 1]
    return kept[: kept.rfind(" ")].rstrip() if " " in kept else clean[:LONGEST_SOUGHT]


def sought_words(typed: str) -> str:
    """What is sought in texts: all but a BSN or a date, which say who someone is."""
    return " ".join(re.sub(f"{BSN}|{DAY}", " ", typed).split())


def parsed_query(text: str) -> Identity:
    """Whom someone typed into the search field: nine digits are a BSN, `dd-mm-jjjj` a date, the rest a name.

    Quotes and words with a minus before them are about texts; they are no part of a name.
    """
    bsn = re.search(BSN, text)
    born = None
    found = re.search(DAY, text)
    if found:
        day, month, year = (int(part) for part in found.groups())
        try:
            born = date(year, month, day)
        except ValueError:
            born = None
    rest = re.sub(r"(?<!\S)-\S+|[\"“”„]", " ", sought_words(text))
    return Identity(surname=" ".join(rest.split()), born=born, bsn=bsn.group() if bsn else "")
