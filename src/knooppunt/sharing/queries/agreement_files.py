"""The files of an agreement: which there are, where they stand, and opening one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from knooppunt.kernel import crypto, uploads
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou, Refused
from knooppunt.kernel.work import look
from knooppunt.partners import queries as partners
from knooppunt.sharing.access import Permission, of_own_regions
from knooppunt.sharing.models import Agreement, AgreementDocument
from knooppunt.sharing.rules.agreement import objections_to_opening_file


@dataclass(frozen=True)
class AgreementFileLine:
    """A file as the page of its agreement shows it; stopped: with the reasons."""

    id: UUID
    name: str
    kind_label: str
    size_label: str
    status: str
    reasons: tuple[str, ...]
    added_by: str
    made_at: datetime


@dataclass(frozen=True)
class AgreementFile:
    """A file to send out. The name says nothing of anyone: it stays behind in folders and histories."""

    name: str
    media_type: str
    content: bytes


def agreement_files(actor: Actor, agreement: UUID) -> list[AgreementFileLine]:
    """The files of an agreement, newest first; what is in them is not read."""
    allow(actor, Permission.SEE_AGREEMENTS)
    with look(actor, "agreement_files") as work:
        owner = Agreement.objects.filter(of_own_regions(actor), pk=agreement).first()
        if owner is None:
            raise NotFoundForYou("agreement")
        rows = list(owner.documents.all())
        people = partners.professionals({row.added_by for row in rows})
        work.listed("agreementdocument", [row.pk for row in rows])
        return [_line(row, people[row.added_by].name if row.added_by in people else "") for row in rows]


def _line(row: AgreementDocument, added_by: str) -> AgreementFileLine:
    return AgreementFileLine(
        id=row.pk,
        name=row.name,
        kind_label=uploads.LABELS[uploads.Kind(row.kind)],
        size_label=uploads.size_label(row.size),
        status=row.status,
        reasons=_reasons(row.stopped_for),
        added_by=added_by,
        made_at=row.made_at,
    )


def _reasons(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(uploads.SAID[uploads.Stop(code)] for code in codes)


def agreement_file(actor: Actor, agreement: UUID, document: UUID) -> AgreementFile:
    """Opens a file of an agreement, for whoever reads the agreement."""
    allow(actor, Permission.SEE_AGREEMENTS)
    with look(actor, "look_at_agreement_file") as work, connection.cursor() as cursor:
        mine = of_own_regions(actor)
        owner = Agreement.objects.filter(mine, pk=agreement).first()
        row = owner.documents.filter(pk=document).first() if owner else None
        if row is None:
            raise NotFoundForYou("agreement_file")
        work.looked_at(row, "document")
        found = objections_to_opening_file(row.status)
        if found:
            raise Refused(found)
        cursor.execute("SELECT kn_agreement_file(%s)", [document])
        (stored,) = cursor.fetchone()
        if stored is None:
            raise NotFoundForYou("agreement_file")
        kind, content = uploads.Kind(row.kind), crypto.decrypt_bytes(stored)
        name = f"afspraak-{agreement.hex[:8]}-bestand-{row.pk.hex[:6]}.{uploads.EXTENSION[kind]}"
        return AgreementFile(name, uploads.media_type(kind, content), content)
