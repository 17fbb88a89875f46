"""What can go wrong, as few classes as doors need to tell apart."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID


class KnooppuntError(Exception):
    """The root of what Knooppunt itself raises."""


class Refused(KnooppuntError):
    """It may not, or not yet. Carries every objection in plain Dutch, and what is possible instead.

    `logged` is what the log keeps of it beside that it was refused: codes and rules, never what identifies a person.
    `under` is the case in whose log that stands, for an actor who had opened it.
    """

    under: UUID | None = None

    def __init__(
        self, objections: Sequence[str], possible: Sequence[str] = (), *, logged: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__("; ".join(objections))
        self.objections = tuple(objections)
        self.possible = tuple(possible)
        self.logged = dict(logged or {})


class NotFoundForYou(KnooppuntError):
    """It does not exist, or not for this actor: outsiders cannot tell which."""


class BadInput(KnooppuntError):
    """A value that cannot be taken in: names the field and the mend (Dutch)."""

    def __init__(self, field: str, mend: str) -> None:
        super().__init__(f"{field}: {mend}")
        self.field = field
        self.mend = mend


class ChangedMeanwhile(KnooppuntError):
    """Someone else changed the record since it was read. `now` holds what stands there, by field."""

    def __init__(self, version: int, now: Mapping[str, str]) -> None:
        super().__init__("changed meanwhile")
        self.version = version
        self.now = dict(now)


class ProgrammingMistake(KnooppuntError):
    """The code broke a rule of the house: a bug, never the user's fault."""
