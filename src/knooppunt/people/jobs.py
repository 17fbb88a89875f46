"""What the clock does in this room: searches end after ten minutes, also what was typed."""

from procrastinate.contrib.django import app

from knooppunt.kernel.actor import system_actor
from knooppunt.people import actions


@app.periodic(cron="*/5 * * * *")
@app.task(name="people.sweep_searches")
def sweep_searches(timestamp: int) -> None:
    """Every five minutes."""
    actions.sweep_searches(system_actor("sweep searches"))
