"""What the clock does in this room: drafts end after their term, and files of agreements that wait are judged.

Questions to the knowledge network go a year after their answer.
"""

from uuid import UUID

from procrastinate.contrib.django import app

from knooppunt.kernel.actor import system_actor
from knooppunt.kernel.outbox import declare_sender
from knooppunt.sharing import actions


def judge(_message: UUID, document: UUID) -> None:
    """Asks the scanner; when it is away the outbox asks again later."""
    actions.judge_agreement_file(system_actor("judge agreement files"), document)


declare_sender(actions.TO_JUDGE, judge)


@app.periodic(cron="*/10 * * * *")
@app.task(name="sharing.sweep_drafts")
def sweep_drafts(timestamp: int) -> None:
    """Every ten minutes."""
    actions.sweep_drafts(system_actor("sweep drafts"))


@app.periodic(cron="20 3 * * *")
@app.task(name="sharing.sweep_network_questions")
def sweep_network_questions(timestamp: int) -> None:
    """Every night."""
    actions.sweep_network_questions(system_actor("sweep network questions"))
