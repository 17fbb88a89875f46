"""What people look at in this room: the inbox, one report, and what a sender's own system may read back."""

from knooppunt.signals.queries.lists import (
    BOXES,
    PER_PAGE,
    SORTS,
    TERMS,
    InboxFilter,
    InboxRow,
    InboxView,
    export,
    inbox,
    reports_due_in,
)
from knooppunt.signals.queries.naming import RouteView, Titled, routes_in, titles, titles_in
from knooppunt.signals.queries.own import OwnReport, own_report, own_report_by_id, own_reports
from knooppunt.signals.queries.page import ForIntake, ReportPage, for_intake, report_page
from knooppunt.signals.queries.texts import opened_texts_in

__all__ = [
    "BOXES",
    "PER_PAGE",
    "SORTS",
    "TERMS",
    "ForIntake",
    "InboxFilter",
    "InboxRow",
    "InboxView",
    "OwnReport",
    "ReportPage",
    "RouteView",
    "Titled",
    "export",
    "for_intake",
    "inbox",
    "opened_texts_in",
    "own_report",
    "own_report_by_id",
    "own_reports",
    "report_page",
    "reports_due_in",
    "routes_in",
    "titles",
    "titles_in",
]
