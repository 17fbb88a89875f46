"""Who acts, for which organisation and in which function: one hat per session."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from knooppunt.kernel.errors import ProgrammingMistake


class Function(StrEnum):
    """The capacity (hoedanigheid) in which one acts in a session."""

    EXECUTION = "execution"
    OVERSIGHT = "oversight"
    COUNTS = "counts"
    GOVERNANCE = "governance"
    MAINTENANCE = "maintenance"
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True)
class Actor:
    """Whoever does or looks at something. Never optional: a system is an actor with a mandate.

    `designee` is the id of a professional, or of the mandate (an API token, a job) of a system.
    """

    designee: UUID | None
    organisation: UUID | None
    function: Function
    mandate: str = ""
    origin: str = ""

    @property
    def is_professional(self) -> bool:
        """A person of flesh and blood, known by name."""
        return self.designee is not None and self.function not in {Function.SYSTEM, Function.PUBLIC}

    @property
    def who(self) -> UUID:
        """The id of who acts, where that must be known: a change has somebody who made it."""
        if self.designee is None:
            raise ProgrammingMistake("somebody must act here")
        return self.designee

    @property
    def for_whom(self) -> UUID:
        """The organisation for which one acts, where that must be known."""
        if self.organisation is None:
            raise ProgrammingMistake("one acts for an organisation here")
        return self.organisation


NOBODY = Actor(designee=None, organisation=None, function=Function.PUBLIC)


def system_actor(mandate: str, organisation: UUID | None = None, designee: UUID | None = None) -> Actor:
    """A job or coupling that acts under a named mandate."""
    return Actor(designee=designee, organisation=organisation, function=Function.SYSTEM, mandate=mandate)
