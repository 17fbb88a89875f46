"""What a report is, what may be done with it when, and when it is due: plain Python, no tables."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from knooppunt.kernel.clock import AMSTERDAM
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.terms import working_days_after
from knooppunt.people.rules import passes_eleven_test


class Kind(StrEnum):
    """The kinds of report (contracts: Reports)."""

    E33 = "E33"
    E14 = "E14"
    NAZ = "NAZ"
    VT = "VT"
    ZVH = "ZVH"
    WVGGZ = "WVGGZ"
    NUISANCE = "WOONOVERLAST"
    TRAFFICKING = "MENSENHANDEL"
    CTER = "CTER"
    HOMELESS = "DAKLOOS"
    STREET_TRIAGE = "TRIAGE"


KIND_LABELS = {
    Kind.E33: "Overlast door verward of overspannen persoon (E33)",
    Kind.E14: "Poging tot zelfdoding (E14)",
    Kind.NAZ: "Niet-acute zorg",
    Kind.VT: "Veilig Thuis",
    Kind.ZVH: "Zorg- en Veiligheidshuis",
    Kind.WVGGZ: "Verplichte zorg (Wvggz)",
    Kind.NUISANCE: "Woonoverlast",
    Kind.TRAFFICKING: "Mensenhandel",
    Kind.CTER: "Radicalisering (CTER)",
    Kind.HOMELESS: "Dakloosheid",
    Kind.STREET_TRIAGE: "Straattriage",
}

JZV_KINDS = (Kind.NAZ, Kind.VT, Kind.ZVH)
"""The kinds that the national interface JZV Meldingen 1.0 knows."""


class Status(StrEnum):
    """Where a report stands. A replaced or withdrawn one is seen by nobody."""

    OPEN = "open"
    HANDLED = "handled"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class Outcome(StrEnum):
    """What came of a report. `take_up` is what a table answers when it makes a case of it."""

    ADVICE = "advice"
    LOCAL_APPROACH = "local_approach"
    TABLE = "table"
    OTHER_PLACE = "other_place"
    NOT_TAKEN_UP = "not_taken_up"
    TAKE_UP = "take_up"


OUTCOME_LABELS = {
    Outcome.ADVICE: "Advies aan de melder",
    Outcome.LOCAL_APPROACH: "Lokale aanpak",
    Outcome.TABLE: "Naar een tafel, voor triage",
    Outcome.OTHER_PLACE: "Hoort bij een andere plek",
    Outcome.NOT_TAKEN_UP: "Niet opgepakt",
    Outcome.TAKE_UP: "Opgepakt als casus",
}

JUDGED = (Outcome.ADVICE, Outcome.LOCAL_APPROACH, Outcome.OTHER_PLACE, Outcome.NOT_TAKEN_UP)
"""What a receiver decides alone; a table is asked by a request for triage, and answers itself."""

VT_CODES = {
    Outcome.ADVICE: "VT-03",
    Outcome.LOCAL_APPROACH: "VT-01-02",
    Outcome.TABLE: "VT-01-02",
    Outcome.TAKE_UP: "VT-01-02",
    Outcome.OTHER_PLACE: "VT-99",
    Outcome.NOT_TAKEN_UP: "VT-01-03",
}
"""Our reading of the outcome codes of JZV Meldingen 1.0: VT-03 closed without hand-over, VT-01-02 hand-over,
VT-99 wrongly addressed, VT-01-03 no follow-up. NAZ and ZVH have no codes in that version."""


class Mark(StrEnum):
    """What a receiver must know about the quality of a report that was taken in all the same."""

    BSN_FAILS = "bsn_fails_eleven_test"
    IN_THE_FUTURE = "in_the_future"
    BORN_IN_THE_FUTURE = "born_in_the_future"
    NO_MUNICIPALITY = "no_municipality"
    NO_PERSON = "no_person"
    MOMENT_UNREADABLE = "moment_unreadable"


MARK_LABELS = {
    Mark.BSN_FAILS: "Het BSN klopt niet volgens de elfproef. Er is niet op gezocht.",
    Mark.IN_THE_FUTURE: "Het moment van het voorval ligt in de toekomst.",
    Mark.BORN_IN_THE_FUTURE: "De geboortedatum ligt in de toekomst.",
    Mark.NO_MUNICIPALITY: "De gemeente is niet bekend.",
    Mark.NO_PERSON: "Niet bekend over wie het gaat.",
    Mark.MOMENT_UNREADABLE: "Het moment van het voorval kon niet gelezen worden.",
}


class Gender(StrEnum):
    """The gender codes of JZV Meldingen 1.0."""

    MAN = "man"
    WOMAN = "vrouw"
    OTHER = "anders"
    UNKNOWN = "onbekend"


@dataclass(frozen=True)
class Described:
    """A person as the reporter describes them; every part may be missing."""

    surname: str = ""
    prefix: str = ""
    given_names: str = ""
    born: date | None = None
    bsn: str = ""
    address: str = ""
    contact: str = ""
    gender: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is anything by which to find this person again."""
        return bool(self.surname.strip() or passes_eleven_test(self.bsn))


@dataclass(frozen=True)
class Receiver:
    """An organisation on a route, and the municipality it works for, if one."""

    id: UUID
    area: UUID | None


def due_on(received: date, days: int, working: bool) -> date:
    """The last day of a route's term. Calendar days run on through free days: early is safe, late is not."""
    return working_days_after(received, days) if working else received + timedelta(days=days)


def age_in_days(received: datetime, now: datetime) -> int:
    """Days on the calendar since it came in, as one counts on fingers; never below nought."""
    today, then = (moment.astimezone(AMSTERDAM).date() for moment in (now, received))
    return max(0, (today - then).days)


def age_text(days: int) -> str:
    """An age as people say it."""
    return "vandaag" if days == 0 else f"{days} {'dag' if days == 1 else 'dagen'}"


class NumberUsed(BadInput):
    """The sender used this number before: nothing is changed."""

    def __init__(self) -> None:
        super().__init__("number", "Dit kenmerk heeft u al eerder gebruikt. Kies een ander kenmerk.")


def receivers_of(receivers: Iterable[Receiver], by_municipality: bool, municipality: UUID | None) -> list[UUID]:
    """Who of a route gets this report: everyone, or only the organisation of the municipality."""
    return [r.id for r in receivers if not by_municipality or (r.area is not None and r.area == municipality)]


def objections_to_handling(status: str) -> list[str]:
    """Why a report cannot be judged (any more)."""
    if status == Status.HANDLED:
        return ["Deze melding is al afgehandeld."]
    if status != Status.OPEN:
        return ["De melder heeft deze melding ingetrokken of vervangen."]
    return []


def objections_to_registering(kind: str, routed: bool, received: bool) -> list[str]:
    """Why a report of this kind cannot be taken in: no route, or nobody on it for this municipality."""
    if kind == Kind.CTER:
        return ["Voor radicalisering (CTER) is hier geen meldroute. Neem direct contact op met de politie."]
    if not routed:
        return ["Voor deze soort melding is in deze regio geen meldroute. Vraag de beheerder wie dit aanneemt."]
    if not received:
        return ["Kies de gemeente: deze soort melding gaat naar de gemeente waar het om gaat."]
    return []


def marks_of(described: Described, incident: datetime | None, municipality: UUID | None, now: datetime) -> list[Mark]:
    """What the receiver must know about the quality of what came in."""
    found = []
    if described.bsn and not passes_eleven_test(described.bsn):
        found.append(Mark.BSN_FAILS)
    if incident is not None and incident > now:
        found.append(Mark.IN_THE_FUTURE)
    if described.born is not None and described.born > now.date():
        found.append(Mark.BORN_IN_THE_FUTURE)
    if municipality is None:
        found.append(Mark.NO_MUNICIPALITY)
    if not described.is_known:
        found.append(Mark.NO_PERSON)
    return found


def moment(text: str) -> datetime | None:
    """An RFC 3339 moment, or None where no clock of ours can hold it (a leap second becomes the second before)."""
    try:
        return datetime.fromisoformat(text.upper().replace(":60", ":59")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def shown(text: str) -> str:
    """Text with control and direction characters written out, so that nothing hides or turns round."""
    return "".join(
        f"\\u{ord(sign):04x}"
        if sign not in "\n\r\t"
        and (unicodedata.category(sign) == "Cc" or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        else sign
        for sign in text
    )


def municipality_named(text: str, names: Iterable[tuple[UUID, str]]) -> UUID | None:
    """The municipality that stands last in a description of a place, as a whole word; of two there the longest."""
    last, place = None, (-1, 0)
    said = text.casefold()
    for key, name in names:
        for found in re.finditer(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", said):
            if (found.start(), len(name)) > place:
                last, place = key, (found.start(), len(name))
    return last
