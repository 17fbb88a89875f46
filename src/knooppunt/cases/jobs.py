"""What the clock does in this room: files that wait are judged, quarantine ends, and so do soundings."""

from uuid import UUID

from procrastinate.contrib.django import app

from knooppunt.cases import actions
from knooppunt.kernel.actor import system_actor
from knooppunt.kernel.outbox import declare_sender


def judge(_message: UUID, document: UUID) -> None:
    """Asks the scanner; when it is away the outbox asks again later."""
    actions.judge_document(system_actor("judge files"), document)


declare_sender(actions.TO_JUDGE, judge)


@app.periodic(cron="41 3 * * *")
@app.task(name="cases.clear_quarantine")
def clear_quarantine(timestamp: int) -> None:
    """Every night."""
    actions.clear_quarantine(system_actor("clear quarantine"))


@app.periodic(cron="47 3 * * *")
@app.task(name="cases.clear_soundings")
def clear_soundings(timestamp: int) -> None:
    """Every night."""
    actions.clear_soundings(system_actor("clear soundings"))
