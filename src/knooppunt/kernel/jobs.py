"""What the clock does for every room: sending what waits in the outbox. Arguments are ids only."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from knooppunt.kernel import outbox

# Eight tries over a bit more than a day; then it stays unsent, and `knooppunt check` says so.
PATIENCE = RetryStrategy(max_attempts=8, exponential_wait=5)


@app.task(name=outbox.SEND, retry=PATIENCE)
def send(message: str) -> None:
    """Sends one message of the outbox; an error means: again later."""
    outbox.send(UUID(message))
