"""What others must be told: written in the same transaction as the change, sent after the commit.

A message names only a kind and a subject; the sender looks up the rest at the moment of sending, so that
nothing personal waits in a queue. Each message is sent at least once; its id lets a receiver tell a repeat.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db.models import F
from procrastinate.contrib.django import app

from knooppunt.kernel import clock
from knooppunt.kernel.errors import ProgrammingMistake
from knooppunt.kernel.models import OutboxMessage
from knooppunt.kernel.work import Work

Deliver = Callable[[UUID, UUID], None]

SEND = "kernel.send"

_senders: dict[str, Deliver] = {}


def declare_sender(kind: str, deliver: Deliver) -> None:
    """Says who sends messages of a kind: `deliver(message_id, subject_id)` raises when it could not."""
    _senders[kind] = deliver


def tell(work: Work, kind: str, subject: UUID) -> OutboxMessage:
    """Puts a message in the outbox, inside a Work, with the job that sends it: both are there, or neither."""
    if kind not in _senders:
        raise ProgrammingMistake(f"nobody sends messages of kind {kind}; {work.intention} wanted to")
    message = OutboxMessage.objects.create(kind=kind, subject_id=subject)
    app.configure_task(SEND).defer(message=str(message.pk))
    return message


def send(key: UUID) -> None:
    """Sends one message and notes that it was sent; a message that was sent before is left alone."""
    message = OutboxMessage.objects.get(pk=key)
    if message.sent_at is not None:
        return
    OutboxMessage.objects.filter(pk=key).update(attempts=F("attempts") + 1)
    _senders[message.kind](message.pk, message.subject_id)
    OutboxMessage.objects.filter(pk=key).update(sent_at=clock.now())


def senders() -> Mapping[str, Deliver]:
    """Every kind of message with who sends it: what can leave the house by itself."""
    return _senders


def sender_of(kind: str) -> Deliver:
    """Who sends messages of this kind."""
    return _senders[kind]
