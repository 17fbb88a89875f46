"""`./dev bench [NAME] [--json FILE]`: runs one benchmark or all; a table for people, JSON for machines."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".knooppunt" / "bench"
LONG = {"agreements", "size", "textsearch"}
"""These make databases of their own, for minutes; they run when they are named."""


def main(arguments: list[str]) -> int:
    """0 when measured, 2 for an unknown name."""
    from benchmarks import agreements, backup, decide, log, pages, size, textsearch

    benches = {"pages": pages.measure, "log": log.measure, "backup": backup.measure, "decide": decide.measure}
    benches |= {"agreements": agreements.measure}
    benches |= {"size": size.measure, "textsearch": textsearch.measure}
    parser = argparse.ArgumentParser(prog="./dev bench", description="measure, on the demo's data")
    parser.add_argument("name", nargs="?", choices=sorted(benches), help="which one; all short ones without a name")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    said = parser.parse_args(arguments)
    chosen = [said.name] if said.name else [name for name in benches if name not in LONG]
    figures = [figure for name in chosen for figure in benches[name]()]
    width = max(len(figure.name) for figure in figures)
    print(f"{'':{width}}  {'n':>5} {'p50':>9} {'p99':>9} {'per s':>9} {'cpu ms':>8} {'peak MB':>8}  unit")
    for one in figures:
        print(
            f"{one.name:{width}}  {one.n:5} {one.p50:9.1f} {one.p99:9.1f} {one.per_second:9.1f}"
            f" {one.cpu_ms:8.1f} {one.peak_mb:8.0f}  {one.unit}"
        )
    if said.json:
        said.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    os.environ.update(KNOOPPUNT_DATA=str(DATA), KNOOPPUNT_DEMO="1", DJANGO_SETTINGS_MODULE="knooppunt.site.settings")
    from benchmarks.demo import running_demo

    with running_demo(DATA):
        sys.exit(main(sys.argv[1:]))
