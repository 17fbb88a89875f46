"""Reading the log back about one subject. Whether one may is asked before; the database asks it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from knooppunt.kernel.models import AuditLine
from knooppunt.kernel.work import Work


@dataclass(frozen=True)
class LoggedLine:
    """One look or change: when, by whom, what, and with which purpose; `detail` holds codes and rules."""

    at: datetime
    designee: UUID | None
    organisation: UUID | None
    mandate: str
    event: str
    part: str
    purpose: str
    detail: Mapping[str, Any]


def lines_about_in(work: Work, subject: UUID, *, most: int = 200) -> list[LoggedLine]:
    """The latest lines about this subject and what belongs to it, newest first."""
    rows = AuditLine.objects.filter(Q(subject_id=subject) | Q(under_id=subject)).order_by("-at")[:most]
    return [
        LoggedLine(row.at, row.designee, row.organisation, row.mandate, row.event, row.part, row.purpose, row.detail)
        for row in rows
    ]
