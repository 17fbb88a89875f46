"""The list of cases, and the same list as a file."""

import csv
import io
from datetime import date
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knooppunt.cases import queries
from knooppunt.cases.queries import CaseFilter
from knooppunt.cases.queries.lists import PAGE, CaseLine
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, door

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
def case_list(request: Request) -> HttpResponse:
    """The cases that one may open."""
    chosen = _chosen(request)
    page = queries.case_list(request.actor, chosen)
    context = {
        "cases": page,
        "chosen": chosen,
        "municipality": str(chosen.municipality or ""),
        "filtered": bool(chosen.state or chosen.phase or chosen.municipality),
        "oversees": request.actor.function is Function.OVERSIGHT,
        "leaf": Paginator(range(page.total), PAGE).get_page(page.page),
    }
    return render(request, "cases/list.html", context)


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
def export(request: Request) -> HttpResponse:
    """The whole list with the same choices, for a spreadsheet."""
    lines = queries.export(request.actor, _chosen(request))
    answer = HttpResponse(_file(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="casussen-{clock.today():%Y-%m-%d}.csv"'
    return answer


def _chosen(request: Request) -> CaseFilter:
    asked = request.GET
    return CaseFilter(
        state=_code(asked.get("stand", "")),
        phase=_code(asked.get("fase", "")),
        municipality=_key(asked.get("gemeente", "")),
        sort=asked.get("sorteer", "") or "-sinds",
        page=_number(asked.get("pagina", "")),
    )


def _code(text: str) -> str:
    """A code as the database may be asked for it."""
    return text.replace("\x00", "")[:40]


def _key(text: str) -> UUID | None:
    """A choice that does not exist counts as none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _file(lines: list[CaseLine]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Nummer"),
            _("Casus"),
            _("Fase"),
            _("Stand"),
            _("Gemeente"),
            _("Domein"),
            _("Kader"),
            _("Sinds"),
            _("Casusregie"),
            _("Procesregie"),
            _("Volgende evaluatie"),
        ]
    )
    writer.writerows([_cell(value) for value in _values(line)] for line in lines)
    return BOM + sheet.getvalue()


def _values(line: CaseLine) -> tuple[str | date | None, ...]:
    return (
        line.number,
        line.title,
        f"{line.phase} {line.phase_name}".strip(),
        line.state_label,
        line.municipality,
        line.domain,
        line.regime,
        line.opened_on,
        line.case_director,
        line.process_director,
        line.review.date if line.review else None,
    )


def _cell(value: str | date | None) -> str:
    """Text that a spreadsheet takes for text: a cell that begins like a formula gets an apostrophe first."""
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    text = (value or "").replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
