"""From where transactions are counted: a database that was put back counts on, so that no number comes back.

The database does the counting (`kn_xact`); here is who begins an incarnation, and that the log tells of it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from knooppunt.kernel.actor import system_actor
from knooppunt.kernel.audit import Line, write
from knooppunt.kernel.models import AuditLine

FIRST = 1
NOTE_LOCK = 7_200_002


@dataclass(frozen=True)
class Incarnation:
    """One life of the database: which, since when, and from which backup if it was put back."""

    number: int
    id: UUID
    since: datetime
    backup: str


def current() -> Incarnation | None:
    """The one in which changes are made; None when the database was put back by other means than ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, id, since, backup FROM kernel_incarnation WHERE xmin = xact::xid"
            " ORDER BY number DESC LIMIT 1"
        )
        found = cursor.fetchone()
    return Incarnation(*found) if found else None


def begin(backup: str = "", above: int = 0) -> int:
    """Begins a new one whose numbers lie above `above` and all that the log holds. As owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_begin_incarnation(%s, %s)", [backup, above])
        return int(cursor.fetchone()[0])


def note() -> bool:
    """Lets the log tell, once, that the database was put back; True when it did now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NOTE_LOCK])
        found = current()
        if found is None or found.number == FIRST or AuditLine.objects.filter(subject_id=found.id).exists():
            return False
        said = {"number": found.number, "since": found.since.isoformat(), "backup": found.backup}
        line = Line("database.restored", "incarnation", found.id, detail=said)
        write(system_actor("worker"), uuid4(), [line])
        return True
