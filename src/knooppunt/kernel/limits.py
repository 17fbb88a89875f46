"""Counting what may not be done too often: one statement per request, in the database, so that all processes agree.

What is allowed how often stands in `site/limits.py`.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.conf import settings
from django.db import connection

from knooppunt.kernel import clock
from knooppunt.kernel.models import Counter

# A stretch that ended begins anew. The rows come in one order, so that two requests never wait for each other.
COUNT = """
INSERT INTO kernel_counter AS old (key, hits, ends_at)
SELECT key, 1, ends_at FROM unnest(%(keys)s::bytea[], %(ends)s::timestamptz[]) AS new (key, ends_at) ORDER BY key
ON CONFLICT (key) DO UPDATE SET
  hits = CASE WHEN old.ends_at <= %(now)s THEN 1 ELSE old.hits + 1 END,
  ends_at = CASE WHEN old.ends_at <= %(now)s THEN EXCLUDED.ends_at ELSE old.ends_at END
RETURNING key, hits, ends_at
"""
LOOK = "SELECT key, hits, ends_at FROM kernel_counter WHERE key = ANY(%(keys)s) AND ends_at > %(now)s"


@dataclass(frozen=True)
class Window:
    """At most so often in so many seconds, for one who."""

    name: str
    who: str
    most: int
    seconds: int

    @property
    def key(self) -> bytes:
        """Which counter this is: nobody reads an address or account back from it."""
        said = f"{self.name}\0{self.seconds}\0{self.who}"
        return hmac.digest(settings.SECRET_KEY.encode(), said.encode(), "sha256")[:20]


def count(windows: Sequence[Window]) -> int:
    """Counts one in each; returns how many seconds to wait when one is over its most, else 0."""
    return _ask(COUNT, windows, allowed=0)


def look(windows: Sequence[Window]) -> int:
    """Counts nothing; returns how many seconds to wait when one has reached its most, else 0."""
    return _ask(LOOK, windows, allowed=1)


def clear_ended() -> None:
    """Removes the counters of stretches that ended."""
    Counter.objects.filter(ends_at__lte=clock.now()).delete()


def _ask(statement: str, windows: Sequence[Window], *, allowed: int) -> int:
    if not windows:
        return 0
    now, by_key = clock.now(), {window.key: window for window in windows}
    ends = [now + timedelta(seconds=window.seconds) for window in by_key.values()]
    with connection.cursor() as cursor:
        cursor.execute(statement, {"keys": [*by_key], "ends": ends, "now": now})
        rows = cursor.fetchall()
    waits = [ends_at - now for key, hits, ends_at in rows if hits + allowed > by_key[bytes(key)].most and ends_at > now]
    return max((ceil(wait.total_seconds()) for wait in waits), default=0)
