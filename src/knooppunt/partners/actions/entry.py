"""What a professional changes in how the own account is entered: kept in the log, and nothing but what and when."""

from dataclasses import dataclass
from typing import Any

from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.work import Work
from knooppunt.partners.models import Professional


@dataclass(frozen=True)
class Change:
    """One kind of change, by its name in the log."""

    event: str


PASSWORD_CHANGED = Change("account.password_changed")
FACTOR_ADDED = Change("account.second_factor_added")
FACTOR_REMOVED = Change("account.second_factor_removed")
CODES_RENEWED = Change("account.recovery_codes_renewed")
BOUND = Change("account.single_sign_on_bound")
UNBOUND = Change("account.single_sign_on_unbound")
SESSIONS_ENDED = Change("account.sessions_ended")


def note_change(actor: Actor, change: Change, **detail: Any) -> None:
    """Records that somebody changed this of the own account; the change itself is the library's."""
    with Work(actor, "note_change") as work:
        row = Professional.objects.filter(pk=actor.who).first()
        if row is None:
            raise NotFoundForYou("professional")
        work.record(change.event, row, **detail)
