"""What a sender's own system may read back of what it sent."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.work import look
from knooppunt.signals.access import Permission
from knooppunt.signals.actions.registering import number_key
from knooppunt.signals.models import Report
from knooppunt.signals.queries.naming import visible
from knooppunt.signals.rules import (
    VT_CODES,
    Kind,
    Outcome,
)

API_PER_PAGE = 50


def _sent(actor: Actor) -> QuerySet[Report]:
    """What the sender's systems sent and did not take back."""
    return visible(actor).filter(sender_id=actor.organisation, token_id__isnull=False)


def own_reports(actor: Actor, page: int) -> list[str]:
    """The bodies that the sender sent, exactly as sent, newest first."""
    with look(actor, "own_reports") as work:
        allow(actor, Permission.SEND)
        start = (page - 1) * API_PER_PAGE
        rows = list(_sent(actor).order_by("-received_at", "-id")[start : start + API_PER_PAGE])
        work.listed("report", [row.pk for row in rows])
        return [row.body for row in rows]


@dataclass(frozen=True)
class OwnReport:
    """A report as its sender's system reads it back."""

    id: UUID
    number: str
    kind: str
    body: str
    status: str
    outcome_code: str


def own_report(actor: Actor, number: str) -> OwnReport:
    """One report of the sender, by the sender's own number."""
    with look(actor, "own_report") as work:
        allow(actor, Permission.SEND)
        row = _sent(actor).filter(number_key=number_key(number)).first()
        if row is None:
            raise NotFoundForYou("report")
        work.looked_at(row, "body")
        return _own(row)


def own_report_by_id(actor: Actor, key: UUID) -> OwnReport | None:
    """One report of the sender, for sending its outcome; None when this mandate does not reach it."""
    with look(actor, "own_report") as work:
        row = _sent(actor).filter(pk=key).first()
        if row is not None:
            work.looked_at(row, "outcome")
        return None if row is None else _own(row)


def _own(row: Report) -> OwnReport:
    code = VT_CODES.get(Outcome(row.outcome), "") if row.outcome and row.kind == Kind.VT else ""
    return OwnReport(row.pk, row.number, row.kind, row.body, row.status, code)
