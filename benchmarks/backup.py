"""How long a backup of the demo takes, how large it is, and how long it takes to put it back and prove it."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks.figure import Figure
from knooppunt.site import embedded
from knooppunt.site.embedded.server import LOGINS

TIMES = 3
ELSEWHERE = "bench_restored"


def measure() -> list[Figure]:
    """The commands as an administrator runs them, start-up and all; restored in an empty database beside it."""
    folder = Path(tempfile.mkdtemp(prefix="knooppunt-bench-"))
    with embedded.start(Path(os.environ["KNOOPPUNT_DATA"])) as cluster:
        there = {f"KNOOPPUNT_DATABASE_URL_{role.upper()}": cluster.url(role, ELSEWHERE) for role in LOGINS}
        key = {"KNOOPPUNT_BACKUP_KEY": str(folder / "backup.key")}
        try:
            _run({}, "backup-key", str(folder / "backup.key"))
            made = [_timed(key, "backup", str(folder / str(one))) for one in range(TIMES)]
            proved = [_timed(key, "restore", "--check", str(folder / "0")) for _ in range(TIMES)]
            restored = []
            for one in range(TIMES):
                embedded.drop_database(cluster, ELSEWHERE)
                embedded.create_database(cluster, ELSEWHERE)
                restored.append(_timed({**key, **there}, "restore", str(folder / str(one))))
            size = sum(path.stat().st_size for path in (folder / "0").iterdir()) / 1_000_000
        finally:
            embedded.drop_database(cluster, ELSEWHERE)
            shutil.rmtree(folder)
    return [
        _figure("backup: make", made),
        _figure("backup: prove a set", proved),
        _figure("backup: restore and compare", restored),
        Figure("backup: size of the set", "MB", 1, size, size, 0, 0, 0),
    ]


def _run(more: Mapping[str, str], *command: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "knooppunt", *command], env={**os.environ, **more}, check=True, stdout=subprocess.DEVNULL
    )


def _timed(more: Mapping[str, str], *command: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of processor in the command and its programs."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(more, *command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (time.perf_counter() - begin) * 1000, used * 1000


def _figure(name: str, taken: list[tuple[float, float]]) -> Figure:
    clock, cpu = [one for one, _ in taken], [one for _, one in taken]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Figure(name, "ms", len(taken), median(clock), max(clock), 1000 / median(clock), median(cpu), peak)
