"""What somebody reads who is not let in by single sign-on: why, and what is possible."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knooppunt.site.entry.judging import Reason


class Text(NamedTuple):
    """Why not, and what then."""

    why: str | Promise
    then: str | Promise


TEXTS: Mapping[Reason, Text] = {
    Reason.UNKNOWN: Text(
        _("Bij dit account van uw organisatie hoort in Knooppunt nog geen professional."),
        _("Vraag de beheerder van uw organisatie om u toe te voegen, met hetzelfde e-mailadres."),
    ),
    Reason.OTHER_ORGANISATION: Text(
        _("Deze inlogdienst hoort bij een andere organisatie dan die waarvoor u in Knooppunt werkt."),
        _("Kies op de pagina Inloggen de inlogdienst van uw eigen organisatie."),
    ),
    Reason.OTHER_DOMAIN: Text(
        _("Uw e-mailadres hoort niet bij de organisatie van deze inlogdienst."),
        _("Kies de inlogdienst van uw eigen organisatie, of vraag uw beheerder om hulp."),
    ),
    Reason.ADDRESS_NOT_VERIFIED: Text(
        _("Uw organisatie heeft niet bevestigd dat dit e-mailadres van u is."),
        _("Vraag de helpdesk van uw organisatie om uw e-mailadres te bevestigen."),
    ),
    Reason.NOT_EMPLOYED: Text(
        _("Uw aanstelling in Knooppunt is niet (meer) geldig."),
        _("Vraag de beheerder van uw organisatie."),
    ),
    Reason.BIND_FIRST: Text(
        _("Er is al een account met uw e-mailadres. Dat is nog niet gekoppeld aan het account van uw organisatie."),
        _("Log één keer in zoals u gewend bent. Koppel daarna bij Mijn account het account van uw organisatie."),
    ),
    Reason.BOUND_TO_ANOTHER: Text(
        _("Dit account van uw organisatie is al gekoppeld aan een andere professional, of u aan een ander account."),
        _("Maak eerst de oude koppeling los bij Mijn account, of vraag uw beheerder om hulp."),
    ),
    Reason.FAILED: Text(
        _("Het antwoord van de inlogdienst klopt niet, is al gebruikt of is verlopen."),
        _("Begin opnieuw op de pagina Inloggen."),
    ),
    Reason.NO_ANSWER: Text(
        _("De inlogdienst van uw organisatie antwoordt niet."),
        _("Probeer het over een paar minuten opnieuw, of log op een andere manier in."),
    ),
    Reason.CANCELLED: Text(
        _("Het inloggen bij uw organisatie is afgebroken."),
        _("Begin opnieuw op de pagina Inloggen."),
    ),
}
