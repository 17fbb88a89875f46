"""What may happen to an intake and a case, as tables and pure functions that return objections."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b

from knooppunt.kernel.identifiers import Finding, IdentifierKind, find_identifiers
from knooppunt.partners.rules import OrganisationKind, Phase
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


class SoundingStatus(StrEnum):
    """Where a sounding stands: a situation put to a table without anything that identifies."""

    OPEN = "open"
    CLOSED = "closed"


class AgeBand(StrEnum):
    """How old somebody is, without an age."""

    CHILD = "child"
    YOUTH = "youth"
    YOUNG_ADULT = "young_adult"
    ADULT = "adult"
    MIDDLE_AGED = "middle_aged"
    OLDER = "older"
    HOUSEHOLD = "household"
    NOT_SAID = "not_said"


class AnswerKind(StrEnum):
    """What a partner answers to a sounding; whoever asked adds to it."""

    THINK_ALONG = "think_along"
    CAN_HELP = "can_help"
    MAKE_REPORT = "make_report"
    CALL_ME = "call_me"
    ADDITION = "addition"


ANSWERS = (AnswerKind.THINK_ALONG, AnswerKind.CAN_HELP, AnswerKind.MAKE_REPORT, AnswerKind.CALL_ME)
"""What others than who asked may choose from."""


class Brought(StrEnum):
    """What a sounding brought."""

    WENT_ON = "went_on"
    HELP_FOUND = "help_found"
    REPORTED = "reported"
    INTAKE_ASKED = "intake_asked"
    NO_ANSWER = "no_answer"
    NOTHING = "nothing"


SOUNDING_TERM = 5
"""Working days within which the table is asked to think along."""

SOUNDING_YEARS = 1
"""How long a sounding is kept after it was closed; one that nobody closes, after it was asked."""

MUST_GO = frozenset({IdentifierKind.BSN, IdentifierKind.EMAIL})
"""What is an identifier whatever its writer thinks of it."""

_CARE, _SAFETY = "een zorgaanbieder", "een organisatie voor veiligheid"
_SUPPORT, _GOVERNMENT = "een organisatie voor hulp en wonen", "een gemeente of regionale dienst"
SHOWN_AS: Mapping[str, str] = {
    **dict.fromkeys(("mental_health", "addiction_care", "forensic_care", "disability_care"), _CARE),
    **dict.fromkeys(("general_practitioner", "hospital_ambulance", "care_office", "health_insurer"), _CARE),
    **dict.fromkeys(("police", "prosecution", "probation", "prison_service", "halt", "control_room"), _SAFETY),
    **dict.fromkeys(("riec", "care_safety_house", "victim_support", "child_protection_board"), _SAFETY),
    **dict.fromkeys(("safe_home", "youth_protection", "neighbourhood_team", "shelter", "debt_help"), _SUPPORT),
    **dict.fromkeys(("housing_corporation", "school"), _SUPPORT),
    **dict.fromkeys(("municipality", "mayor", "public_health"), _GOVERNMENT),
}
"""Of who asks without a name only this is said: of some kinds a region has one, so that the kind is a name."""


@dataclass(frozen=True)
class PointedOut:
    """What in one text could identify somebody: `must_go` has to be changed, `may_stay` may be said to point at nobody.

    `mark` stands for these findings: who confirms it, confirms these and no later ones.
    """

    must_go: tuple[Finding, ...]
    may_stay: tuple[Finding, ...]

    @property
    def mark(self) -> str:
        """The same for the same findings, wherever they stand in the text; empty when there are none."""
        pieces = sorted({f"{one.kind} {one.text.casefold()}" for one in self.may_stay})
        return blake2b("\n".join(pieces).encode(), digest_size=8).hexdigest() if pieces else ""

    def stops(self, confirmed: str) -> bool:
        """Whether the text may not go out: something must go, or was not confirmed."""
        return bool(self.must_go) or (bool(self.may_stay) and confirmed != self.mark)


def pointed_out(text: str) -> PointedOut:
    """What a text holds that could identify somebody."""
    found = find_identifiers(text)
    return PointedOut(
        must_go=tuple(one for one in found if one.kind in MUST_GO),
        may_stay=tuple(one for one in found if one.kind not in MUST_GO),
    )


def asker_shown_as(kind: str) -> str:
    """What is said of an organisation that asks without its name."""
    return SHOWN_AS.get(OrganisationKind(kind).value, "een partner")


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
    SoundingStatus.OPEN: "open",
    SoundingStatus.CLOSED: "afgerond",
    AgeBand.CHILD: "jonger dan 12 jaar",
    AgeBand.YOUTH: "12 tot en met 17 jaar",
    AgeBand.YOUNG_ADULT: "18 tot en met 26 jaar",
    AgeBand.ADULT: "27 tot en met 44 jaar",
    AgeBand.MIDDLE_AGED: "45 tot en met 64 jaar",
    AgeBand.OLDER: "65 jaar of ouder",
    AgeBand.HOUSEHOLD: "een gezin of huishouden",
    AgeBand.NOT_SAID: "zeg ik niet",
    AnswerKind.THINK_ALONG: "denkt mee",
    AnswerKind.CAN_HELP: "wij kunnen helpen",
    AnswerKind.MAKE_REPORT: "doe een melding",
    AnswerKind.CALL_ME: "bel mij",
    AnswerKind.ADDITION: "aanvulling van de vrager",
    Brought.WENT_ON: "ik kon zelf verder",
    Brought.HELP_FOUND: "een partner kon helpen",
    Brought.REPORTED: "er is een melding gedaan",
    Brought.INTAKE_ASKED: "er is een aanmelding gedaan",
    Brought.NO_ANSWER: "er kwam geen antwoord",
    Brought.NOTHING: "het bracht niets",
    IdentifierKind.NAME: "een naam",
    IdentifierKind.BIRTH_DATE: "een datum",
    IdentifierKind.ADDRESS: "een adres",
    IdentifierKind.POSTCODE: "een postcode",
    IdentifierKind.BSN: "een BSN",
    IdentifierKind.PHONE: "een telefoonnummer",
    IdentifierKind.EMAIL: "een e-mailadres",
    IdentifierKind.LICENCE_PLATE: "een kenteken",
    IdentifierKind.CASE_NUMBER: "een dossiernummer",
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
