"""Who may keep what in this room: the installation loads regions, an administrator keeps the own organisation."""

from enum import StrEnum

from django.db.models import Q

from knooppunt.kernel.access import NOTHING, Condition, acts_in, declare, declare_scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.partners.models import Organisation, Professional


class Permission(StrEnum):
    """What one may do in this room."""

    LOAD_REGION = "partners.load_region"
    SEE_STAFF = "partners.see_staff"
    KEEP_STAFF = "partners.keep_staff"
    EMPOWER_STAFF = "partners.empower_staff"
    NAME_ORGANISATION = "partners.name_organisation"


OF_OWN_ORGANISATION = Condition(
    name="works for the same organisation",
    holds=lambda actor, professional: (
        professional is None or (actor.organisation is not None and professional.organisation_id == actor.organisation)
    ),
    otherwise="U beheert alleen de medewerkers van uw eigen organisatie.",
)

SOMEONE_ELSE = Condition(
    name="is not the professional concerned",
    holds=lambda actor, professional: professional is None or professional.pk != actor.designee,
    otherwise="Uw eigen hoedanigheden, screening, training en aanstelling wijzigt een andere beheerder.",
)

declare(
    "partners",
    {
        Permission.LOAD_REGION: (acts_in(Function.SYSTEM),),
        Permission.SEE_STAFF: (acts_in(Function.MAINTENANCE), OF_OWN_ORGANISATION),
        Permission.KEEP_STAFF: (acts_in(Function.MAINTENANCE), OF_OWN_ORGANISATION),
        Permission.EMPOWER_STAFF: (acts_in(Function.MAINTENANCE), OF_OWN_ORGANISATION, SOMEONE_ELSE),
        Permission.NAME_ORGANISATION: (acts_in(Function.MAINTENANCE),),
    },
)


def own_staff(actor: Actor) -> Q:
    """An administrator keeps the professionals of the own organisation."""
    if actor.function is not Function.MAINTENANCE or actor.organisation is None:
        return NOTHING
    return Q(organisation_id=actor.organisation)


def own_organisation(actor: Actor) -> Q:
    """An administrator keeps the own organisation."""
    if actor.function is not Function.MAINTENANCE or actor.organisation is None:
        return NOTHING
    return Q(pk=actor.organisation)


declare_scope(Professional, own_staff)
declare_scope(Organisation, own_organisation)
