"""The tables of this room, by topic."""

from knooppunt.cases.models.case import Case, CaseCount, CasePerson, Participant, PhaseChange, StateChange
from knooppunt.cases.models.consent import Consent
from knooppunt.cases.models.consultation import Attendance, Consultation, Note
from knooppunt.cases.models.document import Document, DocumentContent
from knooppunt.cases.models.information import Item
from knooppunt.cases.models.intake import Intake, IntakeDecision, Judgement
from knooppunt.cases.models.plan import AgreedAction, Goal, Plan, open_actions
from knooppunt.cases.models.sounding import Sounding, SoundingAnswer

__all__ = [
    "AgreedAction",
    "Attendance",
    "Case",
    "CaseCount",
    "CasePerson",
    "Consent",
    "Consultation",
    "Document",
    "DocumentContent",
    "Goal",
    "Intake",
    "IntakeDecision",
    "Item",
    "Judgement",
    "Note",
    "Participant",
    "PhaseChange",
    "Plan",
    "Sounding",
    "SoundingAnswer",
    "StateChange",
    "open_actions",
]
