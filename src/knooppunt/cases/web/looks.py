"""What the log's codes are called on the screen of oversight."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from knooppunt.cases.queries.log import LookLine
from knooppunt.cases.web.parts import ELSEWHERE, PARTS

EVENTS: Mapping[str, str | Promise] = {
    "look": _("gekeken"),
    "case.opened": _("casus geopend"),
    "case.moved": _("volgende stap gezet"),
    "case.partner_chosen": _("partner gekozen"),
    "case.director_named": _("casusregisseur gekozen"),
    "case.phase_changed": _("fase gewijzigd"),
    "case.review_set": _("evaluatie gepland"),
    "case.person_registered": _("inwoner vastgelegd"),
    "case.person_informed": _("informeren vastgelegd"),
    "case.closed": _("casus afgesloten"),
    "case.printed": _("afgedrukt"),
    "case.taken_in": _("casus overgenomen"),
    "share_item": _("inbrengen kon niet, of nog niet"),
    "stop_file": _("inbrengen kon niet, of nog niet"),
    "document.attached": _("bestand toegevoegd"),
    "document.cleared": _("bestand gecontroleerd"),
    "document.stopped": _("bestand tegengehouden"),
    "document.removed": _("tegengehouden bestand verwijderd"),
    "plan.own_words_written": _("eigen woorden opgeschreven"),
    "plan.adopted": _("plan vastgesteld"),
    "grant.ended": _("toegang beëindigd"),
}


def told(lines: Iterable[LookLine]) -> list[tuple[LookLine, str]]:
    """Each line with what happened, in words; a code without words is shown as it is."""
    return [(line, _what(line)) for line in lines]


def _what(line: LookLine) -> str:
    event = str(EVENTS.get(line.event, line.event))
    part = {**PARTS, **ELSEWHERE}.get(line.part, line.part)
    return translated("%(event)s: %(part)s") % {"event": event, "part": part} if line.part else event
