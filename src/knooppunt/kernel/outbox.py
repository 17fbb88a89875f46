"""What others must be told: written in the same transaction as the change, sent after the commit.

A message names only a kind and a subject; the sender looks up the rest at the moment of sending, so that
nothing personal waits in a queue. Each message is sent at least once; its id lets a receiver tell a repeat.
"""

from collections.abc import Callable
from uuid import UUID

from knooppunt.kernel.errors import ProgrammingMistake
from knooppunt.kernel.models import OutboxMessage
from knooppunt.kernel.work import Work

Deliver = Callable[[UUID, UUID], None]

_senders: dict[str, Deliver] = {}


def declare_sender(kind: str, deliver: Deliver) -> None:
    """Says who sends messages of a kind: `deliver(message_id, subject_id)` raises when it could not."""
    _senders[kind] = deliver


def tell(work: Work, kind: str, subject: UUID) -> OutboxMessage:
    """Puts a message in the outbox, inside a Work."""
    if kind not in _senders:
        raise ProgrammingMistake(f"nobody sends messages of kind {kind}; {work.intention} wanted to")
    return OutboxMessage.objects.create(kind=kind, subject_id=subject)


def sender_of(kind: str) -> Deliver:
    """Who sends messages of this kind."""
    return _senders[kind]
