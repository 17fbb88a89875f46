"""One measured figure, and how it is measured."""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What something costs. `p50` and `p99` in `unit`; `cpu_ms` per time; `peak_mb` of this process so far."""

    name: str
    unit: str
    n: int
    p50: float
    p99: float
    per_second: float
    cpu_ms: float
    peak_mb: float


def nothing_beside() -> float:
    """What is measured in one process has no other at work."""
    return 0.0


def timed(
    name: str, act: Callable[[], object], n: int, *, each: int = 1, beside: Callable[[], float] = nothing_beside
) -> Figure:
    """Does it once to warm up and then n times; `each` is how many things one time does.

    `beside` tells how many seconds of processor time another process (the database's) used so far.
    """
    act()
    taken, cpu = [], time.process_time() + beside()
    for _ in range(n):
        begin = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begin) * 1000)
    used = (time.process_time() + beside() - cpu) * 1000 / n
    p99 = statistics.quantiles(taken, n=100, method="inclusive")[98]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figure(name, "ms", n, statistics.median(taken), p99, each * n * 1000 / sum(taken), used, peak)
