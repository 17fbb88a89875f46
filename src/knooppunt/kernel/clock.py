"""The only place that knows what time it is, so that tests can stop the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_stopped_at: list[datetime] = []


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _stopped_at[-1] if _stopped_at else datetime.now(UTC)


def today() -> date:
    """Today's date as the Dutch calendar has it."""
    return now().astimezone(AMSTERDAM).date()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Stops the clock at an aware moment: for tests and for loading history."""
    _stopped_at.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.pop()
