"""Who may keep what in this room: a region as configuration is loaded by the installation itself."""

from enum import StrEnum

from knooppunt.kernel.access import acts_in, declare
from knooppunt.kernel.actor import Function


class Permission(StrEnum):
    """What one may do in this room."""

    LOAD_REGION = "partners.load_region"


declare(
    "partners",
    {
        Permission.LOAD_REGION: (acts_in(Function.SYSTEM),),
    },
)
