"""Printing the outage sheet: what goes on paper leaves the house, so each print is recorded."""

from uuid import UUID

from knooppunt.cases.queries.outage import PART, PRINT_SLOT, OutageSheet, sheet_in
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import Refused
from knooppunt.kernel.work import Work


def print_outage_sheet(actor: Actor, *, tomorrow: bool = False) -> OutageSheet:
    """The sheet, with a line for each person concerned on it: no line, no sheet."""
    with Work(actor, "print_outage_sheet") as work:
        sheet, shown = sheet_in(work, PRINT_SLOT, tomorrow=tomorrow)
        if sheet.is_empty:
            raise Refused(["Er staat niets op de noodlijst, dus er is niets om af te drukken."])
        for case in shown:
            persons: list[UUID | None] = [*case.concerned()] or [None]
            for person in persons:
                work.record("case.printed", case, person=person, part=PART)
    return sheet
