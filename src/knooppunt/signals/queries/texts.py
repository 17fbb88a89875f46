"""Reports that a search found by their words, opened one more time: by the same scope as their pages."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from knooppunt.kernel.excerpt import joined
from knooppunt.kernel.work import Work
from knooppunt.people.queries import FoundText, OpenedText
from knooppunt.signals.models import Report
from knooppunt.signals.queries.naming import kind_label, url_of, visible

REPORT = "report"


def opened_texts_in(work: Work, found: Iterable[FoundText]) -> dict[tuple[str, UUID], OpenedText]:
    """Those of the found texts that are reports and open for this actor, by kind and row."""
    keys = [one.row for one in found if one.kind == REPORT]
    rows = visible(work.actor).filter(pk__in=keys) if keys else []
    return {(REPORT, row.pk): _opened(row) for row in rows}


def _opened(row: Report) -> OpenedText:
    return OpenedText(
        label=_("Melding: %(kind)s") % {"kind": kind_label(row.kind)},
        category_label="",
        text=joined((row.happened, row.worry, row.question)),
        url=url_of(row.pk),
    )
