"""What goes wrong under our feet: the database away, busy, slow or full. No mistake of ours, and it passes.

Beside the kind stands what became of the change that was under way: kept, not kept, or unknown because the
connection went while it was being committed.
"""

import errno
import time
from collections.abc import Iterator
from contextvars import ContextVar
from enum import StrEnum

import psycopg
from django.db import InterfaceError


class Fault(StrEnum):
    """The kinds that people and programs can do something different about."""

    AWAY = "away"
    """There is no connection, or it was lost."""
    BUSY = "busy"
    """Somebody else holds what is needed, for longer than we wait."""
    SLOW = "slow"
    """The question took longer than it may."""
    FULL = "full"
    """There is no room to keep anything."""


class Kept(StrEnum):
    """What became of the last change of this request or job."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"
    KEPT = "kept"


# https://www.postgresql.org/docs/current/errcodes-appendix.html
BY_CODE = {
    "25006": Fault.AWAY,  # read only: a standby answers
    "25P03": Fault.AWAY,  # ended for being idle in a transaction
    "40001": Fault.BUSY,
    "40P01": Fault.BUSY,
    "53100": Fault.FULL,
    "53200": Fault.FULL,
    "53300": Fault.AWAY,  # no connection left
    "53400": Fault.FULL,
    "55P03": Fault.BUSY,
    "57014": Fault.SLOW,
    "57P01": Fault.AWAY,
    "57P02": Fault.AWAY,
    "57P03": Fault.AWAY,
    "57P05": Fault.AWAY,
    "58030": Fault.AWAY,
}
CONNECTION = "08"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}

_kept: ContextVar[Kept] = ContextVar("kept", default=Kept.NOTHING)
_last_full: list[float] = []


def fault_of(error: BaseException | None) -> Fault | None:
    """Which fault lies under an error; None when it is something else, such as a mistake of ours."""
    for one in chain(error):
        found = _fault(one)
        if found is not None:
            return found
    return None


def code_of(error: BaseException | None) -> str:
    """The code that PostgreSQL gave, or the name of the error: enough for whoever looks into it."""
    named = [one.sqlstate for one in chain(error) if isinstance(one, psycopg.Error) and one.sqlstate]
    return named[0] if named else type(error).__name__


def begin() -> None:
    """A request begins: nothing was kept yet."""
    _kept.set(Kept.NOTHING)


def mark(kept: Kept) -> None:
    """Notes what became of a change."""
    _kept.set(kept)


def kept() -> Kept:
    """What became of the last change."""
    return _kept.get()


def note_full() -> None:
    """Remembers that there was no room, for whoever asks whether this process is well."""
    _last_full[:] = [time.monotonic()]


def was_full(seconds: float) -> bool:
    """Whether there was no room within these last seconds."""
    return any(time.monotonic() - moment < seconds for moment in _last_full)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what lies under it, each once: chains can run in a circle."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _fault(error: BaseException) -> Fault | None:
    if isinstance(error, psycopg.Error):
        return _by_code(error)
    if isinstance(error, InterfaceError):
        return Fault.AWAY
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return Fault.FULL
    return None


def _by_code(error: psycopg.Error) -> Fault | None:
    code = error.sqlstate
    if code is None:
        # The driver itself found out: refused, lost, or closed before.
        return Fault.AWAY if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) else None
    return Fault.AWAY if code.startswith(CONNECTION) else BY_CODE.get(code)
