"""Terms, marks and texts of Meldingen: plain rules."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knooppunt.kernel.terms import DueKind, due, is_working_day, working_days_after
from knooppunt.signals.rules import (
    Described,
    Mark,
    Receiver,
    age_in_days,
    due_on,
    marks_of,
    moment,
    municipality_named,
    objections_to_handling,
    objections_to_registering,
    receivers_of,
    shown,
)

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
TERMS = st.integers(1, 60)


@given(DAYS, TERMS)
def test_a_term_in_working_days_ends_on_a_working_day_with_so_many_in_between(start: date, days: int) -> None:
    end = working_days_after(start, days)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert is_working_day(end)
    assert sum(is_working_day(day) for day in between) == days


@given(DAYS, TERMS)
def test_one_working_day_more_is_never_earlier(start: date, days: int) -> None:
    assert working_days_after(start, days) < working_days_after(start, days + 1)
    assert working_days_after(start, days) <= working_days_after(start + timedelta(days=1), days)


def test_no_term_is_shorter_than_a_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        working_days_after(date(2026, 11, 22), 0)


@pytest.mark.parametrize(
    "free",
    [
        date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 5),
        date(2026, 5, 14), date(2026, 5, 25), date(2026, 12, 25), date(2027, 1, 1),
    ],
)  # fmt: skip
def test_the_days_of_the_general_act_on_terms_are_free(free: date) -> None:
    assert not is_working_day(free)


def test_a_report_on_a_sunday_in_november_is_due_on_friday() -> None:
    assert due_on(date(2026, 11, 22), 5, working=True) == date(2026, 11, 27)


def test_christmas_and_new_year_do_not_count() -> None:
    assert due_on(date(2026, 12, 23), 5, working=True) == date(2026, 12, 31)


def test_fourteen_days_are_fourteen_days() -> None:
    assert due_on(date(2026, 11, 22), 14, working=False) == date(2026, 12, 6)


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "text", "kind"),
    [
        (-3, "3 dagen te laat", DueKind.LATE),
        (-1, "1 dag te laat", DueKind.LATE),
        (0, "vandaag", DueKind.SOON),
        (1, "morgen", DueKind.SOON),
        (5, "vr 27 nov", DueKind.PLAIN),
        (60, "do 21 jan 2027", DueKind.PLAIN),
    ],
)
def test_a_due_date_reads_as_people_say_it(days: int, text: str, kind: DueKind) -> None:
    found = due(TODAY + timedelta(days=days), TODAY)
    assert (found.text, found.kind, found.date) == (text, kind, TODAY + timedelta(days=days))


@given(DAYS, DAYS)
def test_what_is_late_says_so_and_nothing_else_does(on: date, today: date) -> None:
    assert ("te laat" in due(on, today).text) == (on < today) == (due(on, today).kind == DueKind.LATE)


NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_age_counts_days_of_the_calendar_and_never_goes_below_nought() -> None:
    assert age_in_days(NOW - timedelta(hours=47), NOW) == 2
    assert age_in_days(NOW - timedelta(hours=11), NOW) == 1, "last night at eleven is yesterday"
    assert age_in_days(NOW - timedelta(hours=9), NOW) == 0
    assert age_in_days(NOW + timedelta(hours=5), NOW) == 0


def test_doubtful_reports_are_marked() -> None:
    described = Described(surname="X", bsn="123456789", born=date(2027, 1, 1))
    found = marks_of(described, NOW + timedelta(days=1), None, NOW)
    assert found == [Mark.BSN_FAILS, Mark.IN_THE_FUTURE, Mark.BORN_IN_THE_FUTURE, Mark.NO_MUNICIPALITY]
    assert marks_of(Described(), None, uuid4(), NOW) == [Mark.NO_PERSON]


def test_a_report_is_handled_once_and_only_while_it_is_there() -> None:
    assert objections_to_handling("open") == []
    assert all(objections_to_handling(status) for status in ("handled", "withdrawn", "replaced"))


def test_radicalisation_goes_to_the_police_at_once() -> None:
    assert "politie" in objections_to_registering("CTER", routed=True, received=True)[0]


def test_a_route_by_municipality_reaches_one_municipality_and_without_one_nobody() -> None:
    here, there = uuid4(), uuid4()
    route = [Receiver(uuid4(), here), Receiver(uuid4(), there), Receiver(uuid4(), None)]
    assert receivers_of(route, True, here) == [route[0].id]
    assert receivers_of(route, True, None) == []
    assert len(receivers_of(route, False, None)) == 3


@given(st.text(max_size=40))
def test_shown_text_hides_nothing_and_turns_nothing_round(text: str) -> None:
    found = shown(text)
    assert not any(sign in found for sign in "\u202e\u2066\x07\x1b\x85")
    assert shown(found) == found


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_moment_beyond_the_calendar_is_no_moment(text: str) -> None:
    assert moment(text) is None


def test_a_leap_second_is_taken_in() -> None:
    assert moment("2016-12-31T23:59:60Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_the_last_municipality_in_a_place_counts_as_a_whole_word() -> None:
    zaanstad, purmerend = uuid4(), uuid4()
    names = [(zaanstad, "Zaanstad"), (purmerend, "Purmerend")]
    assert municipality_named("Purmerendweg 1, ZAANSTAD", names) == zaanstad
    assert municipality_named("Zaanstad, later Purmerend", names) == purmerend
    assert municipality_named("Zaandam", names) is None
