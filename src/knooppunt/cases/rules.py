"""What may happen to an intake and a case, as tables and pure functions that return objections."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knooppunt.partners.rules import Phase
from knooppunt.sharing.rules.question import Step as LawStep


class IntakeStatus(StrEnum):
    """Where a request stands."""

    IN_TRIAGE = "in_triage"
    TAKEN_UP = "taken_up"


class Criterion(StrEnum):
    """The four cumulative criteria of Bgs 2.20 lid 1, a to d."""

    PROBLEMS = "problems"
    LIFE_AREAS = "life_areas"
    THREAT = "threat"
    COOPERATION = "cooperation"


CRITERIA_TEXT: Mapping[Criterion, str] = {
    Criterion.PROBLEMS: "Er zijn problemen bij de persoon, of in het gezin als dat voor de persoon van belang is.",
    Criterion.LIFE_AREAS: "De problemen spelen op meer leefgebieden en kunnen tot strafbare feiten leiden.",
    Criterion.THREAT: "Zonder ingrijpen is er ernstige overlast, criminaliteit of onveiligheid, of die dreigt.",
    Criterion.COOPERATION: "Een goed plan lukt alleen als partijen uit meer domeinen samenwerken.",
}


class Outcome(StrEnum):
    """What a triage table can decide."""

    TAKE_UP = "take_up"
    ADVICE = "advice"
    LOCAL_APPROACH = "local_approach"
    OTHER_PLACE = "other_place"
    NOT_TAKEN_UP = "not_taken_up"


class CaseState(StrEnum):
    """The states of a case under the Wgs family [ZVH-1], from the moment it is taken up."""

    TAKEN_UP = "taken_up"
    PARTNERS_CHOSEN = "partners_chosen"
    IN_CONSULTATION = "in_consultation"
    PLAN_ADOPTED = "plan_adopted"
    IN_EXECUTION = "in_execution"
    IN_EVALUATION = "in_evaluation"
    CLOSING = "closing"
    CLOSED_SHIELDED = "closed_shielded"


TRANSITIONS: Mapping[tuple[CaseState, CaseState], str] = {
    (CaseState.TAKEN_UP, CaseState.PARTNERS_CHOSEN): "Wgs 2.31 lid 4",
    (CaseState.PARTNERS_CHOSEN, CaseState.IN_CONSULTATION): "Wgs 2.31 lid 5",
    (CaseState.IN_CONSULTATION, CaseState.PLAN_ADOPTED): "Wgs 2.31 lid 5",
    (CaseState.PLAN_ADOPTED, CaseState.IN_EXECUTION): "Wgs 2.31 lid 6",
    (CaseState.PLAN_ADOPTED, CaseState.IN_CONSULTATION): "Wgs 2.31 lid 5",
    (CaseState.IN_EXECUTION, CaseState.IN_EVALUATION): "Wgs 2.31 lid 6",
    (CaseState.IN_EXECUTION, CaseState.CLOSING): "Wgs 2.31 lid 6",
    (CaseState.IN_EVALUATION, CaseState.IN_EXECUTION): "Wgs 2.31 lid 6",
    (CaseState.IN_EVALUATION, CaseState.IN_CONSULTATION): "Wgs 2.31 lid 5",
    (CaseState.IN_EVALUATION, CaseState.CLOSING): "Wgs 2.31 lid 6",
    (CaseState.CLOSING, CaseState.IN_EXECUTION): "Wgs 2.31 lid 6",
    (CaseState.CLOSING, CaseState.CLOSED_SHIELDED): "Wgs 2.31 lid 8",
}
"""Every legal move and the article it rests on. Under a convenant the same moves follow the agreement."""

PLAIN_MOVES = frozenset(
    {
        (CaseState.PLAN_ADOPTED, CaseState.IN_EXECUTION),
        (CaseState.PLAN_ADOPTED, CaseState.IN_CONSULTATION),
        (CaseState.IN_EXECUTION, CaseState.IN_EVALUATION),
        (CaseState.IN_EXECUTION, CaseState.CLOSING),
        (CaseState.IN_EVALUATION, CaseState.IN_EXECUTION),
        (CaseState.IN_EVALUATION, CaseState.IN_CONSULTATION),
        (CaseState.IN_EVALUATION, CaseState.CLOSING),
        (CaseState.CLOSING, CaseState.IN_EXECUTION),
    }
)
"""Moves that a director makes with a button; the others come with an action of their own."""


STEP_OF_LAW: Mapping[CaseState, LawStep] = {
    CaseState.TAKEN_UP: LawStep.CONSULTATION,
    CaseState.PARTNERS_CHOSEN: LawStep.CONSULTATION,
    CaseState.IN_CONSULTATION: LawStep.CONSULTATION,
    CaseState.PLAN_ADOPTED: LawStep.PLAN,
    CaseState.IN_EXECUTION: LawStep.PLAN,
    CaseState.IN_EVALUATION: LawStep.EVALUATION,
    CaseState.CLOSING: LawStep.EVALUATION,
    CaseState.CLOSED_SHIELDED: LawStep.CLOSED,
}
"""Where the work stands, as a question to the law says it. Before a case there is an intake: what is shared in a case
comes after the decision to take it up, also while its partners are still being chosen."""


class DocumentStatus(StrEnum):
    """Where the file of an item stands: only one that was judged and found clean can be opened."""

    CHECKING = "checking"
    CLEAN = "clean"
    STOPPED = "stopped"


class Step(StrEnum):
    """The steps of a sitting: agenda, then BOB, and dissent from a decision."""

    AGENDA = "agenda"
    IMAGE = "image"
    JUDGEMENT = "judgement"
    DECISION = "decision"
    DISSENT = "dissent"


class ActionStatus(StrEnum):
    """Where an agreed action stands; an unfinished one says whether it could not or was not done."""

    OPEN = "open"
    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    NOT_DONE = "not_done"


class CloseReason(StrEnum):
    """Why a case is closed."""

    GOALS_REACHED = "goals_reached"
    DOWN_TO_LOCAL = "down_to_local"
    HANDED_OVER = "handed_over"
    DECEASED = "deceased"
    MOVED = "moved"
    CRITERIA_NO_LONGER_MET = "criteria_no_longer_met"
    NO_LONGER_NEEDED = "no_longer_needed"


class Informed(StrEnum):
    """Whether a registered person was told (AVG 14), or why not yet."""

    TO_DO = "to_do"
    INFORMED = "informed"
    POSTPONED_14_5_B = "postponed_14_5_b"
    POSTPONED_UAVG_41 = "postponed_uavg_41"


class ConsentHow(StrEnum):
    """How consent was given or withdrawn."""

    ORAL = "oral"
    WRITTEN = "written"
    DIGITAL = "digital"


class ConsentBy(StrEnum):
    """Who consented: somebody for themselves, or who represents them, by role and never by name."""

    RESIDENT = "self"
    PARENT = "parent"
    GUARDIAN = "guardian"
    CURATOR = "curator"
    MENTOR = "mentor"
    AUTHORISED = "authorised"


INVOLVEMENT: Mapping[str, str] = {
    "police": "police",
    "prosecution": "judicial",
    "prison_service": "judicial",
    "probation": "supervision_measures",
    "mayor": "supervision_measures",
    "child_protection_board": "relations",
    "safe_home": "relations",
    "youth_protection": "relations",
    "mental_health": "health",
    "addiction_care": "health",
    "forensic_care": "health",
    "general_practitioner": "health",
    "hospital_ambulance": "health",
    "disability_care": "health",
    "shelter": "housing",
    "housing_corporation": "housing",
    "debt_help": "financial",
    "care_office": "provisions",
}
"""That an organisation takes part tells something of a category: being in mental care is itself health data."""


@dataclass(frozen=True)
class Judged:
    """One participant's judgement, for the rules."""

    organisation: str
    absent: bool
    met: Mapping[Criterion, bool]


def involvement_category(kind: str) -> str:
    """The category of the fact that an organisation of this kind takes part."""
    return INVOLVEMENT.get(kind, "guidance_care_help")


def objections_to_deciding(members: Iterable[str], judged: Sequence[Judged], quorum: int) -> list[str]:
    """Why a triage table may not decide yet: every member judged or absent, and enough of them present [ZVH-3]."""
    spoken = {one.organisation for one in judged}
    found = [
        f"Het oordeel van {member} ontbreekt. Leg het vast, of noteer ‘afwezig’."
        for member in members
        if member not in spoken
    ]
    present = sum(not one.absent for one in judged)
    if present < quorum:
        found.append(f"Er zijn {present} oordelen; er zijn er {quorum} nodig om te besluiten.")
    return found


def criteria_met(judged: Sequence[Judged]) -> dict[Criterion, bool]:
    """Per criterion: whether more than half of those present found it met."""
    present = [one for one in judged if not one.absent]
    return {c: 2 * sum(one.met.get(c, False) for one in present) > len(present) for c in Criterion}


def objections_to_admission(judged: Sequence[Judged]) -> list[str]:
    """Why a case may not be taken up: all four criteria must be met (Bgs 2.20 lid 1)."""
    return [
        f"Niet voldaan aan: {CRITERIA_TEXT[criterion]} (Bgs 2.20 lid 1)"
        for criterion, met in criteria_met(judged).items()
        if not met
    ]


def objections_to_moving(was: CaseState, becomes: CaseState) -> list[str]:
    """Why a case may not go from one state to another."""
    if (was, becomes) in TRANSITIONS:
        return []
    return ["Deze stap kan niet vanuit waar de casus nu staat."]


def objections_to_phase(phase: Phase, *, has_case_director: bool, has_process_director: bool) -> list[str]:
    """Why a case may not enter a phase: whoever must lead there is missing [AVE-2]."""
    found = []
    if phase.holders["case_direction"].required and not has_case_director:
        found.append(f"In fase {phase.number} hoort een casusregisseur. Wijs die eerst aan.")
    if phase.holders["process_direction"].required and not has_process_director:
        found.append(f"In fase {phase.number} hoort een procesregisseur. Wijs die eerst aan.")
    return found


def objections_to_closing(state: CaseState, open_actions: int) -> list[str]:
    """Why a case may not be closed yet."""
    found = objections_to_moving(state, CaseState.CLOSED_SHIELDED)
    if found:
        found = ["Bespreek het afsluiten eerst: zet de casus op ‘afsluiten bespreken’."]
    if open_actions:
        found.append(f"Er staan nog {open_actions} afspraken open. Rond ze af of noteer waarom niet.")
    return found


def retain_until(first_processed: date, years: int) -> date:
    """The last day that a datum may be kept: that many years after first processing (Wgs 1.8 lid 7)."""
    try:
        return first_processed.replace(year=first_processed.year + years)
    except ValueError:
        return date(first_processed.year + years, 2, 28)


def objections_to_opening_file(status: DocumentStatus) -> list[str]:
    """Why a file cannot be opened; nobody opens what was not judged or was found bad, also not who sent it."""
    if status is DocumentStatus.CHECKING:
        return ["Dit bestand wordt nog gecontroleerd op virussen. Probeer het over een paar minuten opnieuw."]
    if status is DocumentStatus.STOPPED:
        return ["Dit bestand is tegengehouden door de controle. Niemand kan het openen."]
    return []


LABELS: Mapping[str, str] = {
    IntakeStatus.IN_TRIAGE: "in triage",
    Outcome.TAKE_UP: "oppakken als casus",
    Outcome.ADVICE: "advies aan de melder",
    Outcome.LOCAL_APPROACH: "lokale aanpak",
    Outcome.OTHER_PLACE: "naar een andere plek",
    Outcome.NOT_TAKEN_UP: "niet oppakken",
    CaseState.TAKEN_UP: "opgepakt",
    CaseState.PARTNERS_CHOSEN: "partners bepaald",
    CaseState.IN_CONSULTATION: "in overleg",
    CaseState.PLAN_ADOPTED: "plan vastgesteld",
    CaseState.IN_EXECUTION: "in uitvoering",
    CaseState.IN_EVALUATION: "in evaluatie",
    CaseState.CLOSING: "afsluiten bespreken",
    CaseState.CLOSED_SHIELDED: "afgesloten en afgeschermd",
    Step.AGENDA: "agenda en inbreng",
    Step.IMAGE: "beeld",
    Step.JUDGEMENT: "oordeel",
    Step.DECISION: "besluit",
    Step.DISSENT: "ander standpunt",
    DocumentStatus.CHECKING: "wordt gecontroleerd",
    DocumentStatus.CLEAN: "gecontroleerd",
    DocumentStatus.STOPPED: "tegengehouden",
    ActionStatus.OPEN: "open",
    ActionStatus.DONE: "gedaan",
    ActionStatus.NOT_POSSIBLE: "niet mogelijk",
    ActionStatus.NOT_DONE: "niet gedaan",
    CloseReason.GOALS_REACHED: "doelen behaald",
    CloseReason.DOWN_TO_LOCAL: "afgeschaald naar lokaal",
    CloseReason.HANDED_OVER: "overgedragen",
    CloseReason.DECEASED: "overleden",
    CloseReason.MOVED: "verhuisd",
    CloseReason.CRITERIA_NO_LONGER_MET: "voldoet niet meer aan de criteria",
    CloseReason.NO_LONGER_NEEDED: "geen noodzaak meer",
    Informed.TO_DO: "nog te doen",
    Informed.INFORMED: "geïnformeerd",
    Informed.POSTPONED_14_5_B: "uitgesteld (AVG 14 lid 5 onder b)",
    Informed.POSTPONED_UAVG_41: "uitgesteld (UAVG 41)",
    ConsentHow.ORAL: "mondeling",
    ConsentHow.WRITTEN: "schriftelijk",
    ConsentHow.DIGITAL: "digitaal",
    ConsentBy.RESIDENT: "de persoon zelf",
    ConsentBy.PARENT: "een ouder met gezag",
    ConsentBy.GUARDIAN: "een voogd",
    ConsentBy.CURATOR: "een curator",
    ConsentBy.MENTOR: "een mentor",
    ConsentBy.AUTHORISED: "een schriftelijk gemachtigde",
    "resident": "de inwoner",
    "direct_circle": "iemand uit de directe kring",
    "professional": "een professional",
    "outside_secrecy": "Dit valt niet onder mijn beroepsgeheim.",
    "public": "publieke deelnemer",
    "private": "private deelnemer",
    "incidental_third": "incidentele derde",
    "planned": "gepland",
    "held": "gehouden",
}
"""What the screen calls each code."""
