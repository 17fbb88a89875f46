"""What the clock does for the installation itself: sessions and counters that ended are removed."""

from django.core.management import call_command
from procrastinate.contrib.django import app

from knooppunt.kernel import limits


@app.periodic(cron="17 * * * *")
@app.task(name="site.clear_sessions")
def clear_sessions(timestamp: int) -> None:
    """Every hour."""
    call_command("clearsessions")
    limits.clear_ended()
