"""What the clock does in this room: drafts end after their term, when they were sent, and when access ends.

Questions to the knowledge network go a year after their answer.
"""

from procrastinate.contrib.django import app

from knooppunt.kernel.actor import system_actor
from knooppunt.sharing import actions


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
