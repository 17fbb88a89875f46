"""What the clock does for every room: sending what waits in the outbox, and taking up what a killed worker left.

Arguments are ids only. A job may be done more than once: whatever it does must then be the same as once.
"""

from uuid import UUID

from procrastinate import BaseRetryStrategy, JobContext, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from knooppunt.kernel import faults, outbox

WORKER_GONE = 20.0
"""Seconds without a heartbeat (they come every five) after which a worker counts as killed."""

AFTER_A_FAULT = 5
"""Seconds: a database that was away is usually back by then."""

_RECEIVERS = RetryStrategy(max_attempts=8, exponential_wait=5)


class Patience(BaseRetryStrategy):
    """Eight tries in somewhat more than a day; then it stays unsent, and `knooppunt check` says so.

    A fault of our own database is no refusal of the receiver: it never is the last try.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, if at all."""
        if faults.fault_of(exception) is not None:
            return RetryDecision(retry_in={"seconds": AFTER_A_FAULT})
        return _RECEIVERS.get_retry_decision(exception=exception, job=job)


@app.task(name=outbox.SEND, retry=Patience())
def send(message: str) -> None:
    """Sends one message of the outbox; an error means: again later."""
    outbox.send(UUID(message))


@app.periodic(cron="* * * * * */15")
@app.task(name="kernel.take_up_left_jobs", queueing_lock="kernel.take_up_left_jobs", pass_context=True)
async def take_up_left_jobs(context: JobContext, timestamp: int) -> None:
    """Four times a minute: what a worker was doing when it was killed is done again, by whoever is there."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=WORKER_GONE):
        await manager.retry_job(job)
