"""Counts for overviews; never a person. Read as `kn_counts`, which can see no identifying column."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from knooppunt.cases.models import Case, CaseCount
from knooppunt.kernel.errors import BadInput
from knooppunt.partners import queries as partners

COUNTS = "counts"


@dataclass(frozen=True)
class FigureRow:
    """One row of a figure: what it is called, its official code, and how many."""

    key: str
    code: str | None
    value: int


def dossiers(region_code: str, at: date) -> list[FigureRow]:
    """Cases in treatment on a day, per municipality of the region: living and closed ones, and those that left a count.

    In treatment: opened on or before the day, and not closed on or before it. Rows by official code, then
    `_unknown` (no municipality), then `_total`.
    """
    region = next((one for one in partners.all_regions() if one.code == region_code), None)
    if region is None:
        raise BadInput("region", f"Er is geen regio {region_code}. Kies een van de geladen regio's.")
    in_treatment = Q(opened_on__lte=at) & (Q(closed_on__isnull=True) | Q(closed_on__gt=at)) & Q(region_id=region.id)
    counted: Counter[object] = Counter()
    for model in (Case, CaseCount):
        rows = model._default_manager.using(COUNTS).filter(in_treatment).values("municipality_id")
        for row in rows.annotate(number=Count("opened_on")):
            counted[row["municipality_id"]] += row["number"]
    areas = partners.municipalities_with_codes(region.id, at)
    found = [FigureRow(name, code, counted.pop(key, 0)) for key, code, name in areas]
    unknown = sum(counted.values())
    found.append(FigureRow("_unknown", None, unknown))
    found.append(FigureRow("_total", None, sum(row.value for row in found)))
    return found
