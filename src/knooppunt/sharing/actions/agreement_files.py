"""The files of an agreement: adding one, removing it from a draft, and judging what waits for the scanner."""

from typing import NoReturn
from uuid import UUID

from django.conf import settings

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, NotFoundForYou
from knooppunt.kernel.outbox import tell
from knooppunt.kernel.uploads import SAID, Examined, Sent, Stop, examine
from knooppunt.kernel.uploads.scanner import finds_virus
from knooppunt.kernel.work import Work
from knooppunt.sharing.access import Permission, of_own_regions
from knooppunt.sharing.actions.agreements import Read, refuse, take_in
from knooppunt.sharing.models import Agreement, AgreementDocument, AgreementDocumentContent
from knooppunt.sharing.rules import agreement as rules
from knooppunt.sharing.rules.agreement import FileStatus

TO_JUDGE = "agreement_file.to_judge"
"""The message of the outbox that asks the scanner."""


def add_agreement_file(actor: Actor, agreement: UUID, sent: Sent, *, once: UUID | None = None) -> UUID:
    """Adds a file to an agreement. Where there is a scanner, nobody opens it before that judged.

    A file that may not come in is refused with the reasons (`BadInput("file", …)`), and nothing of it is kept.
    """
    examined = examine(sent, settings.LARGEST_FILE)
    if examined.objections or examined.kind is None:
        _stop(actor, agreement, examined)
    with Work(actor, "add_agreement_file", once=once) as work:
        if work.before:
            return work.before
        row = _held(work, agreement)
        refuse(rules.objections_to_adding_file(row.status, row.documents.count()))
        waits = bool(settings.CLAMD)
        document = AgreementDocument(
            agreement=row,
            name=examined.name,
            kind=examined.kind.value,
            size=len(sent.content),
            status=(FileStatus.CHECKING if waits else FileStatus.CLEAN).value,
            judged_at=None if waits else clock.now(),
            added_by=actor.who,
            made_at=clock.now(),
        )
        document.save(force_insert=True)
        AgreementDocumentContent(document=document, content=sent.content).save(force_insert=True)
        work.record("agreement_file.added", document, agreement=row.pk, kind=document.kind, size=document.size)
        if waits:
            tell(work, TO_JUDGE, document.pk)
        return work.finish(document.pk)


def remove_agreement_file(actor: Actor, agreement: UUID, document: UUID, *, read: Read) -> UUID:
    """Removes a file from a draft, or one that was stopped."""
    with Work(actor, "remove_agreement_file", once=read.form) as work:
        if work.before:
            return work.before
        row = take_in(work, agreement, read)
        found = row.documents.filter(pk=document).first()
        if found is None:
            raise NotFoundForYou("agreement_file")
        refuse(rules.objections_to_removing_file(row.status, found.status))
        work.record("agreement_file.removed", found, agreement=row.pk, kind=found.kind)
        # What is in it goes by the constraint of the database: this role may not even read that.
        AgreementDocument.objects.filter(pk=document).delete()
        return work.finish(document)


def judge_agreement_file(actor: Actor, document: UUID) -> None:
    """Asks the scanner about a file that waits; of what is bad nothing is kept but the reason.

    Raises `ScannerAway`: then it goes on waiting.
    """
    with Work(actor, "fetch_file_to_judge"):
        kept = AgreementDocumentContent.objects.filter(
            document_id=document, document__status=FileStatus.CHECKING.value
        ).first()
    if kept is None:
        return
    # Outside a transaction: a scanner takes its time.
    bad = finds_virus(bytes(kept.content), settings.CLAMD)
    with Work(actor, "judge_agreement_file") as work:
        row = AgreementDocument.objects.filter(pk=document, status=FileStatus.CHECKING.value)
        reasons = [Stop.VIRUS.value] if bad else []
        status = FileStatus.STOPPED if bad else FileStatus.CLEAN
        if not row.update(status=status.value, stopped_for=reasons, judged_at=clock.now()):
            return
        judged = AgreementDocument(pk=document)
        if bad:
            AgreementDocumentContent.objects.filter(document_id=document).delete()
            work.record("agreement_file.stopped", judged, reasons=reasons)
        else:
            work.record("agreement_file.cleared", judged)


def _stop(actor: Actor, agreement: UUID, examined: Examined) -> NoReturn:
    """Says why, to whoever might have added it; what is dangerous is written in the log."""
    with Work(actor, "stop_agreement_file") as work:
        row = _held(work, agreement)
        if examined.dangerous:
            work.record("agreement_file.stopped", row, reasons=[reason.value for reason in examined.objections])
    said = [SAID[reason] for reason in examined.objections]
    if examined.dangerous:
        said.append("Wij hebben het bestand niet bewaard.")
    raise BadInput("file", " ".join(said))


def _held(work: Work, key: UUID) -> Agreement:
    """The agreement that gets a file, locked so that two files are counted one after the other."""
    allow(work.actor, Permission.KEEP_AGREEMENTS)
    row = Agreement.objects.filter(of_own_regions(work.actor), pk=key).select_for_update().first()
    if row is None:
        raise NotFoundForYou("agreement")
    return row
