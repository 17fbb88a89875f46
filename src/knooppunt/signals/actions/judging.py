"""What a receiver decides about a report, what the sender takes back, and what a table takes over."""

from typing import Any
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.outbox import tell
from knooppunt.kernel.work import Work
from knooppunt.sharing.queries import seats_in
from knooppunt.sharing.rules import SubjectKind
from knooppunt.signals.access import Permission
from knooppunt.signals.actions.registering import hide_in
from knooppunt.signals.models import Report
from knooppunt.signals.rules import JUDGED, Outcome, Status, objections_to_handling

OUTCOME_NOTICE = "outcome_notice"


def judge_report(
    actor: Actor, report: UUID, *, outcome: str, text: str, version: int, once: UUID | None = None
) -> UUID:
    """A receiver decides what comes of a report; the reporter hears it when they asked to."""
    with Work(actor, "judge_report", once=once) as work:
        if work.before:
            return work.before
        row = work.take(Report, report, Permission.JUDGE, version=version)
        _refuse(objections_to_handling(row.status))
        if row.route_id not in seats_in(work, SubjectKind.ROUTE):
            # A colleague who registered it sees the report, but does not judge it.
            raise Refused(["U bent niet aangewezen voor deze meldroute."])
        if outcome not in {known.value for known in JUDGED}:
            raise BadInput("outcome", "Kies een uitkomst. Naar een tafel gaat via 'Aanmelden voor triage'.")
        if not text.strip():
            raise BadInput("outcome_text", "Schrijf op wat de melder terughoort, in gewone taal.")
        row.outcome_text = text.strip()
        _settle(work, row, Outcome(outcome))
        return work.finish(row.pk)


def take_up_report_in(work: Work, report_id: UUID, outcome: Outcome = Outcome.TABLE) -> None:
    """Part of making a request for triage from a report: its receiver or sender brought it to a table."""
    row = work.take(Report, report_id, Permission.TAKE_UP)
    _refuse(objections_to_handling(row.status))
    _settle(work, row, outcome)


def withdraw_report(actor: Actor, report: UUID, *, version: int | None = None, once: UUID | None = None) -> UUID:
    """The sender takes back a report that was not handled yet. Nobody sees it any more; its number stays used."""
    with Work(actor, "withdraw_report", once=once) as work:
        if work.before:
            return work.before
        row = work.take(Report, report, Permission.WITHDRAW, version=version)
        _refuse(objections_to_handling(row.status))
        row.status, row.version = Status.WITHDRAWN.value, row.version + 1
        row.save(update_fields=["status", "version"])
        _record(work, "report.withdrawn", row)
        hide_in(work, row)
        return work.finish(row.pk)


def _settle(work: Work, row: Report, outcome: Outcome) -> None:
    row.status, row.outcome = Status.HANDLED.value, outcome.value
    row.outcome_at, row.version = clock.now(), row.version + 1
    row.save(update_fields=["status", "outcome", "outcome_text", "outcome_at", "version"])
    _record(work, "report.judged", row, outcome=outcome.value)
    if row.feedback_wanted and row.token_id:
        tell(work, OUTCOME_NOTICE, row.pk)


def _record(work: Work, event: str, row: Report, **detail: Any) -> None:
    """One line per person concerned."""
    persons: list[UUID | None] = [*row.concerned()]
    for person in persons or [None]:
        work.record(event, row, person=person, **detail)


def _refuse(objections: list[str]) -> None:
    if objections:
        raise Refused(objections, ["Kijk bij de melding zelf wat er al mee gedaan is."])
