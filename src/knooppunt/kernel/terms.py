"""Terms: when something is due, how near that is in plain Dutch, and what a person has to do by then."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays

DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


class DueKind(StrEnum):
    """How pressing a date is; the chip shows it, the text says it."""

    LATE = "late"
    SOON = "soon"
    PLAIN = "plain"
    OK = "ok"


@dataclass(frozen=True)
class Due:
    """A date by which something must be done, in words; `date` is for machines."""

    text: str
    kind: str
    date: date


@dataclass(frozen=True, order=True)
class Need:
    """Something that waits for this person. Needs sort on their date."""

    on: date
    text: str = field(compare=False)
    detail: str = field(compare=False)
    url: str = field(compare=False)
    due: Due | None = field(compare=False)
    icon: str = field(compare=False)


def short_date(on: date, today: date) -> str:
    """ "ma 27 nov", with the year when it is another one."""
    text = f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"
    return text if on.year == today.year else f"{text} {on.year}"


def due(on: date, today: date) -> Due:
    """How near a date is: "3 dagen te laat", "vandaag", "morgen", "ma 27 nov"."""
    days = (on - today).days
    if days < 0:
        return Due(f"{-days} {'dag' if days == -1 else 'dagen'} te laat", DueKind.LATE.value, on)
    if days == 0:
        return Due("vandaag", DueKind.SOON.value, on)
    if days == 1:
        return Due("morgen", DueKind.SOON.value, on)
    return Due(short_date(on, today), DueKind.PLAIN.value, on)


@lru_cache(maxsize=32)
def _free_days(year: int) -> frozenset[date]:
    """The days that count as Sundays: Algemene termijnenwet 3, Good Friday and 5 May among them."""
    found = holidays.country_holidays("NL", years=[year], categories=("public", "optional"), language="nl")
    return frozenset(found)


def is_working_day(day: date) -> bool:
    """Monday to Friday, and not a day that counts as a Sunday (Algemene termijnenwet 1 and 3)."""
    return day.weekday() < 5 and day not in _free_days(day.year)


def working_days_after(start: date, days: int) -> date:
    """The last of so many working days after a day; the day itself does not count. `days` is 1 or more."""
    if days < 1:
        raise ValueError("a term has at least one day")
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day
