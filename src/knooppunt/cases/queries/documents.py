"""Files of items: which there are, where they stand, and opening one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from knooppunt.cases.access import Permission
from knooppunt.cases.models import Case, Document, DocumentContent
from knooppunt.cases.queries.head import need_purpose
from knooppunt.cases.rules import LABELS, DocumentStatus, objections_to_opening_file
from knooppunt.kernel import uploads
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou, Refused
from knooppunt.kernel.work import Work, look


@dataclass(frozen=True)
class DocumentLine:
    """A file as its item shows it. Stopped: with the reasons, and until when it is kept apart."""

    id: UUID
    item: UUID | None
    supplier: UUID
    name: str
    kind_label: str
    size_label: str
    status: str
    status_label: str
    reasons: tuple[str, ...]
    made_at: datetime
    remove_on: date | None


@dataclass(frozen=True)
class FileView:
    """A file to send out. The name says nothing of anyone: it stays behind in folders and histories."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class StoppedFile:
    """A file of the own organisation that was stopped, without its name or its case: for the administrator."""

    id: UUID
    kind_label: str
    size_label: str
    reasons: tuple[str, ...]
    stopped_at: datetime
    remove_on: date


def files_in(work: Work, case: Case) -> list[DocumentLine]:
    """The files of a case that this actor may see, newest first; what is in them is not read."""
    rows = Document.objects.filter(scope(work.actor, Document), case=case).order_by("-made_at", "id")
    return [_line(row) for row in rows]


def _line(row: Document) -> DocumentLine:
    return DocumentLine(
        id=row.pk,
        item=row.item_id,
        supplier=row.supplier_id,
        name=row.name,
        kind_label=_kind(row.kind),
        size_label=uploads.size_label(row.size),
        status=row.status,
        status_label=LABELS[row.status],
        reasons=_reasons(row.stopped_for),
        made_at=row.made_at,
        remove_on=row.remove_on,
    )


def by_item(lines: Iterable[DocumentLine]) -> Mapping[UUID, DocumentLine]:
    """The file of each item."""
    return {line.item: line for line in lines if line.item is not None}


def document_file(actor: Actor, case_id: UUID, document_id: UUID, purpose: str = "") -> FileView:
    """Opens the file of an item, as far as one may see the item. Oversight names its purpose."""
    need_purpose(actor, purpose)
    with look(actor, "look_at_document", purpose=purpose.strip()) as work:
        row = work.open(Document, document_id, Permission.SEE_CASE, part="document")
        if row.case_id != case_id:
            raise NotFoundForYou("Document")
        found = objections_to_opening_file(DocumentStatus(row.status))
        if found:
            raise Refused(found)
        kept = DocumentContent.objects.filter(scope(actor, DocumentContent), pk=row.pk).first()
        if kept is None:
            raise NotFoundForYou("DocumentContent")
        kind = uploads.Kind(row.kind)
        name = f"casus-{row.case.number}-bestand-{row.pk.hex[:6]}.{uploads.EXTENSION[kind]}"
        return FileView(name, uploads.media_type(kind, kept.content), kept.content)


def stopped_files(actor: Actor) -> list[StoppedFile]:
    """What was stopped of the own organisation's files, newest first."""
    with look(actor, "list_stopped_files") as work, connection.cursor() as cursor:
        allow(actor, Permission.SEE_STOPPED_FILES)
        cursor.execute("SELECT document, sort, bytes, reasons, at, until FROM kn_stopped_files() ORDER BY at DESC")
        found = [
            StoppedFile(key, _kind(kind), uploads.size_label(size), _reasons(reasons), at, until)
            for key, kind, size, reasons, at, until in cursor.fetchall()
        ]
        work.listed("document", [line.id for line in found])
    return found


def _kind(code: str) -> str:
    return uploads.LABELS[uploads.Kind(code)] if code else "ander soort"


def _reasons(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(uploads.SAID[uploads.Stop(code)] for code in codes)
