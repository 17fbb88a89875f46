"""The functions (hoedanigheden) as the screens name them, and what each is there for."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knooppunt.kernel.actor import Function

LABELS: Mapping[Function, str | Promise] = {
    Function.EXECUTION: _("uitvoering"),
    Function.OVERSIGHT: _("toezicht"),
    Function.COUNTS: _("cijfers"),
    Function.GOVERNANCE: _("sturing"),
    Function.MAINTENANCE: _("beheer"),
}

HERE_FOR: Mapping[Function, tuple[str | Promise, ...]] = {
    Function.OVERSIGHT: (
        _("U controleert of alles volgens de wet gaat. U ziet afgesloten casussen, en alleen voor dat doel."),
        _("Elke keer dat u iets opent, wordt vastgelegd."),
    ),
    Function.COUNTS: (
        _("U werkt met cijfers. Namen en casussen ziet u niet."),
        _("De cijfers staan hier nog niet: eerst moeten kleine aantallen goed beschermd zijn."),
    ),
    Function.GOVERNANCE: (
        _("U werkt aan regels en afspraken. De inhoud van casussen ziet u niet."),
        _("Ga naar Beheer voor de afspraken van uw regio. De bladen voor het programma staan hier nog niet."),
    ),
    Function.MAINTENANCE: (
        _("U beheert organisaties, mensen en overleggen. De inhoud van casussen ziet u niet."),
        _("Ga naar Beheer om mensen aan te wijzen of een overleg aan te passen."),
    ),
}
