"""The file of an item: attaching it, keeping a dangerous one apart, and judging what waits for the scanner."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from knooppunt.cases.models import Case, Document, DocumentContent, Item
from knooppunt.cases.rules import DocumentStatus
from knooppunt.kernel import clock, crypto
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.outbox import tell
from knooppunt.kernel.uploads import Examined, Sent, Stop
from knooppunt.kernel.uploads.scanner import finds_virus
from knooppunt.kernel.work import Work

TO_JUDGE = "document.to_judge"
"""The message of the outbox that asks the scanner."""


def attach_in(work: Work, item: Item, sent: Sent, examined: Examined) -> UUID:
    """Keeps a file that passed our own checks with its item. Where there is a scanner, it waits for that."""
    waits = bool(settings.CLAMD)
    document = Document(
        case_id=item.case_id,
        item=item,
        category=item.category,
        supplier_id=item.supplier_id,
        supplied_by=work.actor.who,
        name=examined.name,
        kind=examined.kind or "",
        size=len(sent.content),
        status=(DocumentStatus.CHECKING if waits else DocumentStatus.CLEAN).value,
        judged_at=None if waits else clock.now(),
        made_at=clock.now(),
    )
    _keep(document, sent.content)
    for person in item.concerned():
        work.record("document.attached", document, person=person, item=item.pk, kind=document.kind, size=document.size)
    if waits:
        tell(work, TO_JUDGE, document.pk)
    return document.pk


def quarantine_in(work: Work, case: Case, category: str, sent: Sent, examined: Examined) -> UUID:
    """Keeps a dangerous file apart, encrypted, where nobody can open it."""
    document = Document(
        case=case,
        category=category,
        supplier_id=work.actor.for_whom,
        supplied_by=work.actor.who,
        name=examined.name,
        kind=examined.kind or "",
        size=len(sent.content),
        status=DocumentStatus.STOPPED.value,
        stopped_for=[reason.value for reason in examined.objections],
        judged_at=clock.now(),
        remove_on=_end_of_quarantine(),
        made_at=clock.now(),
    )
    _keep(document, sent.content)
    work.record("document.stopped", document, reasons=document.stopped_for)
    return document.pk


def _keep(document: Document, content: bytes) -> None:
    document.save(force_insert=True)
    DocumentContent(document=document, content=content).save(force_insert=True)


def _end_of_quarantine() -> date:
    return clock.today() + timedelta(days=settings.QUARANTINE_DAYS)


def judge_document(actor: Actor, document_id: UUID) -> None:
    """Asks the scanner about a file that waits. Raises `ScannerAway`: then it goes on waiting."""
    with Work(actor, "fetch_file_to_judge"):
        stored = _asked("SELECT kn_file_to_judge(%s)", document_id)
    if stored is None:
        return
    # Outside a transaction: a scanner takes its time.
    reasons = [Stop.VIRUS.value] if finds_virus(crypto.decrypt_bytes(bytes(stored)), settings.CLAMD) else []
    with Work(actor, "judge_document") as work:
        case = _asked("SELECT kn_judge_file(%s, %s, %s)", document_id, reasons, _end_of_quarantine())
        judged = Document(pk=document_id, case_id=case)
        if case and reasons:
            work.record("document.stopped", judged, reasons=reasons)
        elif case:
            work.record("document.cleared", judged)


def clear_quarantine(actor: Actor) -> int:
    """Removes what was kept apart long enough; returns how many."""
    with Work(actor, "clear_quarantine") as work, connection.cursor() as cursor:
        cursor.execute("SELECT document, of_case FROM kn_clear_quarantine()")
        removed = cursor.fetchall()
        for document, case in removed:
            work.record("document.removed", Document(pk=document, case_id=case))
    return len(removed)


def _asked(question: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        (answer,) = cursor.fetchone()
    return answer
