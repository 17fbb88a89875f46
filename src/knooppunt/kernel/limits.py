"""Counting what may not be done too often: one statement per request, in the database, so that all processes agree.

What is allowed how often stands in `site/limits.py`.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.conf import settings
from django.db import connection

from knooppunt.kernel import clock
from knooppunt.kernel.models import Counter

# A stretch that ended begins anew. The rows come in one order, so that two requests never wait for each other.
COUNT = """
WITH counted AS (
  INSERT INTO kernel_counter AS old (key, hits, ends_at)
  SELECT key, 1, ends_at FROM unnest(%(keys)s::bytea[], %(ends)s::timestamptz[]) AS new (key, ends_at) ORDER BY key
  ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN old.ends_at <= %(now)s THEN 1 ELSE old.hits + 1 END,
    ends_at = CASE WHEN old.ends_at <= %(now)s THEN EXCLUDED.ends_at ELSE old.ends_at END
  RETURNING key, hits, ends_at)
SELECT key, hits, ends_at FROM counted
 UNION ALL SELECT key, hits, ends_at FROM kernel_counter WHERE key = ANY(%(looked)s) AND ends_at > %(now)s
"""


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
    return count_and_look(windows, ())[0]


def count_and_look(windows: Sequence[Window], looked_at: Sequence[Window]) -> tuple[int, int]:
    """Counts one in each window and none in those that are only looked at, in one statement.

    Returns how many seconds to wait, else 0: when a counted one is over its most, and when one that is looked at has
    reached it.
    """
    if not windows and not looked_at:
        return 0, 0
    now, counted = clock.now(), {window.key: window for window in windows}
    looked = {window.key: window for window in looked_at}
    ends = [now + timedelta(seconds=window.seconds) for window in counted.values()]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"keys": [*counted], "ends": ends, "looked": [*looked], "now": now})
        found = {bytes(key): (hits, ends_at - now) for key, hits, ends_at in cursor.fetchall()}
    return _longest(counted, found, allowed=0), _longest(looked, found, allowed=1)


def clear_ended() -> None:
    """Removes the counters of stretches that ended."""
    Counter.objects.filter(ends_at__lte=clock.now()).delete()


def _longest(windows: Mapping[bytes, Window], found: Mapping[bytes, tuple[int, timedelta]], *, allowed: int) -> int:
    full = [wait for key, (hits, wait) in found.items() if key in windows and hits + allowed > windows[key].most]
    return max((ceil(wait.total_seconds()) for wait in full), default=0)
