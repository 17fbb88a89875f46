"""What in a text could identify somebody: pointed out to whoever typed it, before it goes to others.

Pure Python, for every room. It is an aid and no proof: it misses what only insiders recognise ("the baker with the
red car") and points out what is innocent. So it never rewrites a text; the writer changes it, or says that it points
at nobody. Organisations, laws, regions and months are no names.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class IdentifierKind(StrEnum):
    """What a piece of text could be."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    POSTCODE = "postcode"
    BSN = "bsn"
    PHONE = "phone"
    EMAIL = "email"
    LICENCE_PLATE = "licence_plate"
    CASE_NUMBER = "case_number"


@dataclass(frozen=True)
class Finding:
    """One piece: text[start:end]. The piece itself stays out of `repr`, so that no log or fault shows it."""

    kind: IdentifierKind
    start: int
    end: int
    text: str = field(repr=False)


def find_identifiers(text: str) -> tuple[Finding, ...]:
    """Everything in the text that could identify somebody, in order, no two overlapping; total, never raises."""
    taken: list[tuple[int, int]] = []
    found: list[Finding] = []
    # The surest come first: what an earlier one took, a later one leaves alone.
    for kind, finder in FINDERS:
        for start, end in finder(text):
            if all(end <= begun or start >= ended for begun, ended in taken):
                taken.append((start, end))
                found.append(Finding(kind, start, end, text[start:end]))
    return tuple(sorted(found, key=lambda one: one.start))


def passes_eleven_test(bsn: str) -> bool:
    """The eleven-test of the BSN: 9·a + 8·b + … + 2·h − i is a multiple of eleven, and not all zero."""
    if not re.fullmatch(r"[0-9]{9}", bsn) or bsn == "0" * 9:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(digit) * weight for digit, weight in zip(bsn, weights, strict=True)) % 11 == 0


def _words(text: str) -> frozenset[str]:
    """The words of a list that is too long to quote each."""
    return frozenset(text.split())


MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
SHORT_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")

EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
NINE_DIGITS = re.compile(r"(?<![\d+])(?<!\d[.\-/])[0-9](?:[ .\-]?[0-9]){8}(?![.\-/]?\d)")
AFTER_BSN = re.compile(
    r"\b(?:bsn|burgerservicenummer|sofinummer)\b[\s:.\-]*(?:is |nr\.? )?((?:[0-9][ .]?){7,8}[0-9])", re.I
)
PHONE = re.compile(r"(?<![\d+])(?:(?:\+|00)31[ \-]?(?:\(0\)[ ]?)?|0(?!800|900))[1-9](?:[ \-]{0,3}[0-9]){8}(?![\-]?\d)")
PLATE_FORMS = (
    "XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9", "9-XXX-99", "XX-999-X",
    "X-999-XX", "XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9",
)  # fmt: skip
"""The series of Dutch number plates (sidecodes 1 to 14, RDW)."""

PLATE = re.compile(
    r"(?<![\w\-])(?:"
    + "|".join(re.sub("9", "[0-9]", re.sub("X", "[A-Z]", form)) for form in PLATE_FORMS)
    + r")(?![\w\-])"
)
AFTER_PLATE = re.compile(
    r"\bkenteken\b[\s:]*(?:is )?(?=\S{0,8}\d)([A-Z0-9]{1,3}[ \-]?[A-Z0-9]{2,3}[ \-]?[A-Z0-9]{1,3})\b", re.I
)
CASE_NUMBER = re.compile(
    r"\bPL[0-9]{4}[\-/ ]?[0-9]{6,12}(?:-[0-9]{1,3})?\b|(?<!\d)[0-9]{2}[/.\-][0-9]{6}[\-/][0-9]{2}(?!\d)"
)
"""A number of a police report, and a number of the prosecution service."""

AFTER_NUMBER = re.compile(
    r"\b(?:(?:zaak|casus|dossier|meldings?|melding|incident|registratie|parket|aangifte|cli[eë]nt|pati[eë]nt|"
    r"proces-verbaal|pv|bvh|kenmerk)[\- ]?(?:nummers?|nr\.?)|kenmerk:)"
    r"[\s:.]*(?:is )?(?=[A-Za-z/.\-]{0,6}[0-9])([A-Za-z0-9][\w/.\-]*[\w])",
    re.I,
)
BARE_NUMBER = re.compile(
    r"\b(?:zaak|casus|dossier|melding|incident)[ :]+((?=\S{0,6}[0-9]{3})[A-Z0-9][\w/\-]{4,})", re.I
)
POSTCODE = re.compile(r"(?<![\d.,/\-])([1-9][0-9]{3})(?: ?([A-Z]{2})|([a-z]{2}))(?![\w])")
NO_POSTCODE = {"SA", "SD", "SS"}
AFTER_A_YEAR = {"OM", "VT", "EU", "BW", "ZM", "RT", "SR", "SV", "MT", "NL", "WD"}
"""Two letters that are read as a word of their own after a year: "in 2025 OM en politie"."""

STREET = (
    r"(?:straat|laan|weg|plein|gracht|kade|dijk|singel|hof|pad|dreef|steeg|markt|plantsoen|park|baan|oord|ring|wal|erf)"
)
NUMBERED = re.compile(
    r"(?:\b[A-Z][\w'’\-]*[ ](?:(?:van|de|der|den|ten|ter|het|'t)[ ]){0,3}){0,3}"
    r"\b[\w'’\-]{2,40}(?i:" + STREET + r")[ ]+(?i:nr\.?[ ]|nummer[ ])?[0-9]{1,4}(?:[ ]?[A-Za-z]\b|-[0-9]{1,3}\b)?(?!\w)"
)
UNNUMBERED = re.compile(r"\b[A-Z][\w'’\-]{2,40}(?:straat|laan|gracht|singel|plein|dreef|steeg|kade|plantsoen)\b")
NO_STREET = {"onderweg", "snelweg", "halverwege", "middenweg", "werkplein", "jongerenplein", "zorgplein", "leerplein"}

NUMBERS = re.compile(
    r"(?<![\d./\-])(?:([0-9]{1,2})(?:[./\- ]([0-9]{1,2})[./\- ]([0-9]{4})|[/\-]([0-9]{1,2})[/\-]([0-9]{2}))"
    r"|([0-9]{4})-([0-9]{2})-([0-9]{2}))(?![./\-]?\d)"
)
WRITTEN = re.compile(
    r"(?<!\d)([0-9]{1,2})(?:e|ste|de)?[ ](" + "|".join(MONTHS + SHORT_MONTHS) + r")\.?[ ]([0-9]{4})(?!\d)", re.I
)
BORN = re.compile(r"(?:\bgeb(?:oren|oortedatum)?\b|\bjarig\b)\.?[^.\n]{0,20}$", re.I)
OF_A_TEXT = re.compile(
    r"(?:\b\w*(?:wet|besluit|regel|regeling|versie|tekst|convenant|afspraak|protocol|verordening|arrest|uitspraak)\b"
    r"(?: \w+)?,? (?:van|d\.d\.)|\b(?:per|sinds|vanaf|tot|voor|na|ingang van|geldt op|werking op))[ ]?(?:de )?$",
    re.I,
)
"""A day on which a text was made or began to hold; no birthday."""


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (one.span() for one in EMAIL.finditer(text))


def _bsns(text: str) -> Iterator[tuple[int, int]]:
    for one in AFTER_BSN.finditer(text):
        yield one.span(1)
    for one in NINE_DIGITS.finditer(text):
        if passes_eleven_test(re.sub(r"[ .\-]", "", one.group())):
            yield one.span()


def _phones(text: str) -> Iterator[tuple[int, int]]:
    return (one.span() for one in PHONE.finditer(text))


def _plates(text: str) -> Iterator[tuple[int, int]]:
    yield from (one.span() for one in PLATE.finditer(text))
    yield from (one.span(1) for one in AFTER_PLATE.finditer(text))


def _case_numbers(text: str) -> Iterator[tuple[int, int]]:
    yield from (one.span() for one in CASE_NUMBER.finditer(text))
    yield from (one.span(1) for one in AFTER_NUMBER.finditer(text))
    yield from (one.span(1) for one in BARE_NUMBER.finditer(text))


def _birth_dates(text: str) -> Iterator[tuple[int, int]]:
    """Complete days in the past of somebody alive; what goes before says whether it is the day of a text instead."""
    for one in NUMBERS.finditer(text):
        day, month, year = (one[1] or one[8], one[2] or one[4] or one[7], one[3] or one[5] or one[6])
        yield from _if_a_birthday(text, one.span(), (int(day), int(month), int(year)))
    for one in WRITTEN.finditer(text):
        name = one.group(2).casefold()
        month_number = (MONTHS.index(name) if name in MONTHS else SHORT_MONTHS.index(name)) + 1
        yield from _if_a_birthday(text, one.span(), (int(one.group(1)), month_number, int(one.group(3))))


def _if_a_birthday(text: str, span: tuple[int, int], said: tuple[int, int, int]) -> Iterator[tuple[int, int]]:
    day, month, year = said
    before = text[max(0, span[0] - 60) : span[0]]
    full = year + 1900 if year < 100 else year
    try:
        date(full, month, day)
    except ValueError:
        return
    if BORN.search(before) or (1900 <= full <= 2100 and not OF_A_TEXT.search(before)):
        yield span


def _postcodes(text: str) -> Iterator[tuple[int, int]]:
    for one in POSTCODE.finditer(text):
        letters = (one.group(2) or one.group(3)).upper()
        after_a_year = 1990 <= int(one.group(1)) <= 2049 and " " in one.group() and letters in AFTER_A_YEAR
        if letters not in NO_POSTCODE and not after_a_year:
            yield one.span()


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (NUMBERED, UNNUMBERED):
        for one in pattern.finditer(text):
            if not NO_STREET & set(re.findall(r"\w+", one.group().casefold())):
                yield one.span()


WORD = re.compile(r"(?:[A-Z]\.){1,5}|[^\W\d_]+(?:['’\-][^\W\d_]+)*")
PARTICLES = _words(
    """
    van de der den ten ter het 't te von el al la le di du da dos
    """
)
TITLES = _words(
    """
    dhr mevr mw mej fam meneer mijnheer heer mevrouw familie buurman buurvrouw cliënt client cliënte patiënt
    patient patiënte verdachte dokter dr zoon dochter moeder vader broer zus oom tante opa oma ex genaamd heet
    wijkagent
    """
)
STARTERS = _words(
    """
    aan als alle alleen bij daar dan dat deze die dit door een en er geen goed graag hallo heb hebben heeft hij
    hoe hun ik in is ja je kan kunnen kunt maar mag mijn mogen moet moeten na naar nee nog nu of om omdat onder
    ons onze ook op over per sinds soms tegen tijdens toch toen tot tussen u uit uw vanaf veel via volgens voor
    waar waarom wanneer want was wat we welke wie wij wil wilt willen wordt worden zal ze zij zijn zo zou zonder
    beste geachte groet dank geldt valt deelt geeft maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    kerst pasen pinksteren
    """
)
"""Words that begin a sentence or are written with a capital without being part of a name."""

PUBLIC = _words(
    """
    openbaar ministerie justitie politie gemeente burgemeester wethouder college raad state kinderbescherming
    veilig thuis veiligheid reclassering nederland nederlandse jeugd jeugdzorg jeugdbescherming halt
    slachtofferhulp leger heils rode kruis autoriteit persoonsgegevens hoge rechtbank gerechtshof hof kamer tweede
    eerste europese europees unie verenigde naties koninkrijk samen sociaal sociale maatschappelijke opvang
    beschermd wonen algemene algemeen verplichte gegevensverwerking samenwerkingsverbanden burgerlijk strafrecht
    strafvordering boek artikel lid bijlage hoofdstuk noord zuid oost west midden noord-holland zuid-holland
    holland hollands noord-brabant brabant limburg gelderland zeeland utrecht groningen friesland fryslân drenthe
    overijssel flevoland twente zaanstreek waterland amsterdam amstelland kennemerland haaglanden rotterdam
    rijnmond haag bosch helder wgs bgs wpg bpg wjsg wmo wlz zvw wvggz wzd avg uavg wgbo wpga ggz ggd convenant
    protocol regio knooppunt
    """
)
"""Organisations, functions, laws and places: no person."""

PLAIN = STARTERS | PUBLIC | set(MONTHS) | set(SHORT_MONTHS)
OF_PUBLIC_THINGS = re.compile(
    r"(?:wet|wetten|wetboek|besluit|regeling|verordening|ministerie|veiligheidshuis|ziekenhuis|gemeentehuis|stichting|"
    r"vereniging|commissie|inspectie|dienst|diensten|instelling|reclassering|politie|zorg|team|bureau|school|corporatie|"
    r"college|groep|hogeschool|universiteit|rechtbank|kantoor|platform|netwerk|huisarts|raad|overleg|fonds|academie)$"
)
GIVEN = _words(
    """
    ahmed ali anna anne annemarie arjan bart bram carla cor dennis dirk ellen els emma erik esther eva fatima
    frank fred gerard gerrit hans harry hassan henk hendrik ibrahim ingrid jan janneke jeroen jeffrey joanne johan
    johannes joost joris karel karin kees kevin khadija klaas laura lars linda lisa lotte maaike maarten maria
    marieke marloes martijn michael michel miriam mohamed mohammed monique mustafa myrthe nico noor omar paul
    peter petra pieter ricardo richard rik robert rutger ruud samira sandra sanne sara sophie stefan steven sven
    thijs thomas tim tom wilma willem wim wouter yasmin youssef yusuf
    """
)
"""Given names that are no ordinary Dutch word: one of these alone is already pointed out."""


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Runs of words with a capital: two or more, or one after a title ("mevrouw"), initials, or a known given name."""
    words = list(WORD.finditer(text))
    at = 0
    while at < len(words):
        run = _run(text, words, at)
        capitals = [word for word in run if _has_capital(word.group()) and word.group().casefold() not in PARTICLES]
        if capitals and (
            len(capitals) > 1
            or _follows_a_title(text, words, at)
            or capitals[0].group().casefold() in GIVEN
            or (
                run[0].group()[0].isupper()
                and run[0] is not capitals[0]
                and not _starts_a_sentence(text, run[0].start())
            )
        ):
            yield run[0].start(), capitals[-1].end()
        at += max(1, len(run))


def _run(text: str, words: list[re.Match[str]], at: int) -> list[re.Match[str]]:
    """The words from here that could be one name: with a capital, or a particle; only spaces between them."""
    run: list[re.Match[str]] = []
    for word in words[at:]:
        if (run and text[run[-1].end() : word.start()].strip(" \t")) or not _could_be_part(word.group()):
            break
        run.append(word)
    return run


def _could_be_part(word: str) -> bool:
    plain = word.casefold()
    return plain in PARTICLES or (
        _has_capital(word) and plain not in PLAIN | TITLES and not OF_PUBLIC_THINGS.search(plain)
    )


def _has_capital(word: str) -> bool:
    """A name is written with a capital and small letters, or is an initial; GGZ and OM are neither."""
    return word[0].isupper() and (word.endswith(".") or any(letter.islower() for letter in word))


def _follows_a_title(text: str, words: list[re.Match[str]], at: int) -> bool:
    if at == 0:
        return False
    title = words[at - 1]
    gap = text[title.end() : words[at].start()]
    return title.group().casefold().rstrip(".") in TITLES and gap.strip(" ") in ("", ".", ":")


def _starts_a_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t")
    return not before or before[-1] in ".!?:;\n\"“‘'(•-–"


FINDERS: tuple[tuple[IdentifierKind, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    (IdentifierKind.EMAIL, _emails),
    (IdentifierKind.BIRTH_DATE, _birth_dates),
    (IdentifierKind.CASE_NUMBER, _case_numbers),
    (IdentifierKind.PHONE, _phones),
    (IdentifierKind.BSN, _bsns),
    (IdentifierKind.LICENCE_PLATE, _plates),
    (IdentifierKind.POSTCODE, _postcodes),
    (IdentifierKind.ADDRESS, _addresses),
    (IdentifierKind.NAME, _names),
)
