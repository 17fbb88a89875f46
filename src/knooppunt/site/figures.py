"""`knooppunt figures`: prints a figure as a table, CSV or JSON."""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any

from knooppunt.cases import statistics
from knooppunt.kernel import clock
from knooppunt.kernel.errors import BadInput
from knooppunt.partners.queries import all_regions

Count = Callable[[str, date], Sequence[statistics.FigureRow]]

FIGURES: Mapping[str, tuple[str, Count]] = {
    "dossiers": ("casussen in behandeling op een datum, per gemeente", statistics.dossiers),
}

NOT_PUBLISHED = "nothing is published yet: figures for the public come with the protection of small counts"


def show(options: argparse.Namespace) -> int:
    """Prints what is asked; 1 when it may not be published."""
    if options.list:
        for name, (title, _) in FIGURES.items():
            print(f"{name}  {title}")
        return 0
    if options.name not in FIGURES:
        raise BadInput("figures", f"{options.name or 'no name'} is not one of {', '.join(FIGURES)}")
    if options.audience == "public":
        print(f"knooppunt: {NOT_PUBLISHED}", file=sys.stderr)
        return 1
    region = _region(options.region)
    at = options.at or clock.today()
    _, count = FIGURES[options.name]
    rows = [{"key": row.key, "code": row.code, "value": row.value, "status": "open"} for row in count(region, at)]
    whole = {"name": options.name, "region": region, "at": at.isoformat(), "audience": options.audience, "rows": rows}
    print(FORMATS[options.format](whole))
    return 0


def _region(wanted: str | None) -> str:
    known = [one.code for one in all_regions()]
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted not in known:
        raise BadInput("--region", f"choose one of {', '.join(known) or 'none, for no region is loaded'}")
    return wanted


def _json(whole: Mapping[str, Any]) -> str:
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _csv(whole: Mapping[str, Any]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, ["key", "code", "value", "status"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(whole["rows"])
    return text.getvalue().rstrip("\n")


def _table(whole: Mapping[str, Any]) -> str:
    names = {"_unknown": "niet gespecificeerd", "_total": "totaal"}
    shown = [(names.get(row["key"], row["key"]), row["code"] or "", str(row["value"])) for row in whole["rows"]]
    width = max((len(name) for name, _, _ in shown), default=0)
    lines = [f"{name:{width}}  {code:6}  {value:>6}" for name, code, value in shown]
    return "\n".join([f"{whole['name']} · {whole['region']} · {whole['at']}", *lines])


FORMATS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {"json": _json, "csv": _csv, "table": _table}
