"""A question to the law: who supplies what, about whom, to whom, in which step, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from knooppunt.kernel.errors import BadInput
from knooppunt.partners.rules import OrganisationKind
from knooppunt.sharing.rules.codes import Category

PUBLIC, PRIVATE = "public", "private"
Party = tuple[str, str]
"""An organisation kind and the class of this organisation: public or private."""


class RegimeCode(StrEnum):
    """The legal frameworks that can be asked for; the files say what each of them allows."""

    WGS_ZVH = "WGS_ZVH"
    WPGA_RT = "WPGA_RT"
    WPG20_CONVENANT = "WPG20_CONVENANT"
    LOCAL_CONSENT = "LOCAL_CONSENT"
    LOCAL_PUBLIC_TASK = "LOCAL_PUBLIC_TASK"
    SAFE_HOME = "SAFE_HOME"
    WVGGZ = "WVGGZ"


class Step(StrEnum):
    """Where the work on a case stands."""

    SIGNAL = "signal"
    INTAKE = "intake"
    TRIAGE = "triage"
    CONSULTATION = "consultation"
    PLAN = "plan"
    EVALUATION = "evaluation"
    CLOSED = "closed"


class Role(StrEnum):
    """As what somebody would receive it."""

    PARTICIPANT = "participant"
    INCIDENTAL_THIRD = "incidental_third"
    THIRD_PARTY = "third_party"
    OTHER_ZVH = "other_zvh"
    OTHER_COLLABORATION = "other_collaboration"
    OVERSIGHT = "oversight"
    RESIDENT = "resident"
    FIRST_RESPONDER = "first_responder"


class About(StrEnum):
    """Whom the information is about."""

    RESIDENT = "resident"
    DIRECT_CIRCLE = "direct_circle"
    PROFESSIONAL = "professional"


class Sensitive(StrEnum):
    """Kinds of information beside the categories of Wgs 2.30, which a regime may forbid."""

    NATIONALITY = "nationality"
    ETHNICITY = "ethnicity"
    POLITICAL_RELIGIOUS = "political_religious"
    SEXUAL_LIFE = "sexual_life"
    POLICE_CLOSED = "police_closed"
    REPORTER_IDENTITY = "reporter_identity"


class Fact(StrEnum):
    """What may be known of a supply; what is not given is unknown."""

    NECESSARY = "necessary"
    BEARER_OF_MEDICAL_SECRECY = "bearer_of_medical_secrecy"
    EXPLICIT_CONSENT = "explicit_consent"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    LEGAL_DUTY = "legal_duty"
    LEGAL_PERMISSION = "legal_permission"
    GOOD_CAREGIVING = "good_caregiving"
    CONFLICT_OF_DUTIES = "conflict_of_duties"
    VITAL_INTEREST = "vital_interest"
    WEIGHTY_REASONS_AGAINST = "weighty_reasons_against"
    SUPPLIER_CONDITIONS = "supplier_conditions"
    SUPPLIER_CONSENT_ONWARD = "supplier_consent_onward"
    RAC_TESTED = "rac_tested"
    NO_PARTICIPANT_OBJECTS = "no_participant_objects"
    SECRECY_STATEMENT_SIGNED = "secrecy_statement_signed"
    NEEDED_FOR_IDENTIFICATION = "needed_for_identification"
    CASE_TAKEN_UP = "case_taken_up"
    CASE_CLOSED = "case_closed"
    RADICALISATION_TAKEN_UP = "radicalisation_taken_up"
    SUSPECTED_DOMESTIC_VIOLENCE = "suspected_domestic_violence"
    AGREEMENT_IN_FORCE = "agreement_in_force"
    WPG20_DECISION = "wpg20_decision"
    WPG20_DECISION_COVERS = "wpg20_decision_covers"
    COMPETENT_AUTHORITY_AGREES = "competent_authority_agrees"
    RETENTION_EXPIRED = "retention_expired"
    RENEWAL_CASE = "renewal_case"
    SUPPLIER_CONSENT_RENEWAL = "supplier_consent_renewal"
    FOR_PRIORITISED_LIST = "for_prioritised_list"
    LIST_CRITERIA_PUBLIC = "list_criteria_public"
    STAFF_WITH_COMMERCIAL_TASKS = "staff_with_commercial_tasks"
    REPORTER_PROFESSIONAL = "reporter_professional"
    REPORTER_CONSENTS = "reporter_consents"
    SUBJECT_UNDER_12 = "subject_under_12"
    REPRESENTED = "represented"
    IDENTITY_VERIFIED = "identity_verified"
    UAVG_41_INVOKED = "uavg_41_invoked"


CATEGORIES = (*(one.value for one in Category), *(one.value for one in Sensitive))
KINDS = tuple(kind.value for kind in OrganisationKind)

ALWAYS_PUBLIC = frozenset(
    {
        "police",
        "prosecution",
        "mayor",
        "municipality",
        "public_health",
        "child_protection_board",
        "prison_service",
        "riec",
    }
)
ALWAYS_PRIVATE = frozenset(
    {
        "probation",
        "safe_home",
        "youth_protection",
        "mental_health",
        "addiction_care",
        "forensic_care",
        "disability_care",
        "shelter",
        "housing_corporation",
        "health_insurer",
        "expert_by_experience",
        "next_of_kin",
        "resident",
    }
)


def classes_of(kind: str) -> tuple[str, ...]:
    """What an organisation of this kind can be; the first is what it is when nobody says so."""
    if kind in ALWAYS_PUBLIC:
        return (PUBLIC,)
    return (PRIVATE,) if kind in ALWAYS_PRIVATE else (PRIVATE, PUBLIC)


PARTIES: tuple[Party, ...] = tuple((kind, one) for kind in KINDS for one in classes_of(kind))
"""Every kind with every class that it can have."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, well-formed; `facts` holds only what is known."""

    regime: str
    step: str
    supplier: Party
    recipient: Party
    role: str
    category: str
    about: str
    on: date
    facts: Mapping[str, bool] = field(default_factory=dict)


CHOICES: Mapping[str, tuple[str, ...]] = {
    "regime": tuple(RegimeCode),
    "step": tuple(Step),
    "supplier": KINDS,
    "recipient": KINDS,
    "recipient_role": tuple(Role),
    "category": CATEGORIES,
    "subject": tuple(About),
}
"""What a question must say, and from which list."""

OPTIONAL: Mapping[str, tuple[str, ...]] = {"supplier_class": (PUBLIC, PRIVATE), "recipient_class": (PUBLIC, PRIVATE)}
FACTS = frozenset(fact.value for fact in Fact)


WHOLE = "vraag"
"""How a complaint about a question as a whole names its field."""


def read_question(said: object) -> Question:
    """A question as JSON gives it; `BadInput` names the field that is wrong and the mend."""
    if not isinstance(said, dict):
        raise BadInput(WHOLE, "Een vraag is een JSON-object.")
    _check_keys(said)
    chosen = {name: _chosen(said, name, values) for name, values in CHOICES.items()}
    supplier, recipient = (_party(said, chosen[name], name) for name in ("supplier", "recipient"))
    if (chosen["recipient_role"] == Role.RESIDENT) != (chosen["recipient"] == OrganisationKind.RESIDENT):
        raise BadInput("recipient_role", "De rol resident hoort bij de ontvanger resident, en andersom.")
    facts = _facts(said.get("facts"))
    if chosen["step"] == Step.CLOSED and facts.get(Fact.CASE_CLOSED) is False:
        raise BadInput("facts.case_closed", "De stap closed betekent dat de casus is gesloten: laat dit feit weg.")
    return Question(
        regime=chosen["regime"],
        step=chosen["step"],
        supplier=supplier,
        recipient=recipient,
        role=chosen["recipient_role"],
        category=chosen["category"],
        about=chosen["subject"],
        on=_day(said.get("on")),
        facts=facts,
    )


def _check_keys(said: Mapping[Any, Any]) -> None:
    known = {*CHOICES, *OPTIONAL, "facts", "on"}
    for name in said:
        if name not in known:
            raise BadInput(_short(name), f"Dit veld is niet bekend. Bekend zijn: {', '.join(sorted(known))}.")


def _chosen(said: Mapping[str, object], name: str, values: tuple[str, ...]) -> str:
    value = said.get(name)
    if not isinstance(value, str) or value not in values:
        # Not what stood there: a complaint may end in a log or on a screen, and it could name somebody.
        wrong = "Deze code is hier niet bekend" if isinstance(value, str) else "Hier hoort een code"
        raise BadInput(name, f"{wrong}. Kies uit: {', '.join(values)}.")
    return value


def _party(said: Mapping[str, object], kind: str, name: str) -> Party:
    key, possible = f"{name}_class", classes_of(kind)
    value = said.get(key)
    if value is None:
        return kind, possible[0]
    _chosen(said, key, OPTIONAL[key])
    if value not in possible:
        raise BadInput(key, f"Een organisatie van de soort {kind} is altijd {possible[0]}: laat dit veld weg.")
    return kind, str(value)


def _facts(said: object) -> dict[str, bool]:
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise BadInput("facts", "De feiten zijn een JSON-object van naam naar true, false of null.")
    for name, value in said.items():
        if name not in FACTS:
            raise BadInput(
                f"facts.{_short(name)}", f"Dit feit is niet bekend. Bekend zijn: {', '.join(sorted(FACTS))}."
            )
        if value is not None and not isinstance(value, bool):
            raise BadInput(f"facts.{name}", "Een feit is true, false of null.")
    return {name: value for name, value in said.items() if value is not None}


def _day(said: object) -> date:
    try:
        if isinstance(said, str) and len(said) == len("2026-01-15"):
            return date.fromisoformat(said)
    except ValueError:
        pass
    raise BadInput("on", "Geef de dag als jjjj-mm-dd.")


def _short(said: object) -> str:
    """What stood there, short enough for one line."""
    return str(said).encode("unicode_escape").decode()[:60]
