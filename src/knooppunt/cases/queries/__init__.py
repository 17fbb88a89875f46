"""What people look at in this room, by topic: frozen views, never model objects."""

from knooppunt.cases.queries.consultations import case_of, consultation_list, consultation_page
from knooppunt.cases.queries.direction import direction_page
from knooppunt.cases.queries.documents import document_file, stopped_files
from knooppunt.cases.queries.head import CaseHead
from knooppunt.cases.queries.intakes import intake_list, intake_page, request_page
from knooppunt.cases.queries.lists import CaseFilter, case_list, export, titles
from knooppunt.cases.queries.outage import outage_sheet
from knooppunt.cases.queries.parts import (
    accountability_page,
    consultations_page,
    information_page,
    network_page,
    overview_page,
    plan_page,
    timeline_page,
)
from knooppunt.cases.queries.soundings import ask_page, sounding_list, sounding_page
from knooppunt.cases.queries.texts import opened_texts_in
from knooppunt.cases.queries.work import my_work

__all__ = [
    "CaseFilter",
    "CaseHead",
    "accountability_page",
    "ask_page",
    "case_list",
    "case_of",
    "consultation_list",
    "consultation_page",
    "consultations_page",
    "direction_page",
    "document_file",
    "export",
    "information_page",
    "intake_list",
    "intake_page",
    "my_work",
    "network_page",
    "opened_texts_in",
    "outage_sheet",
    "overview_page",
    "plan_page",
    "request_page",
    "sounding_list",
    "sounding_page",
    "stopped_files",
    "timeline_page",
    "titles",
]
