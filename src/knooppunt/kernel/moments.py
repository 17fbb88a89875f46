"""A moment: one request or one `Work`, in which what was asked of the database once is not asked again.

Nothing outlives it, so whatever others commit meanwhile counts from the next request or Work on, in every process.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

Said = TypeVar("Said")

_known: ContextVar[dict[str, Any] | None] = ContextVar("known", default=None)


def begin() -> None:
    """What was asked before counts no more."""
    _known.set({})


def once(name: str, ask: Callable[[], Said]) -> Said:
    """What `ask` says, asked at most once in this moment; outside any moment it is asked each time."""
    known = _known.get()
    if known is None:
        return ask()
    if name not in known:
        known[name] = ask()
    said: Said = known[name]
    return said
