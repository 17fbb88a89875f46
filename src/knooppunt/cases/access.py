"""Who may do and see what in a case. Reading rests on grants; doing, on one's place in the case."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.db.models import Model, Q

from knooppunt.cases.models import (
    AgreedAction,
    Attendance,
    Case,
    CasePerson,
    Consent,
    Consultation,
    Document,
    DocumentContent,
    Goal,
    Intake,
    Item,
    Judgement,
    Note,
    Participant,
    PhaseChange,
    Plan,
    Sounding,
    SoundingAnswer,
    StateChange,
)
from knooppunt.cases.rules import CaseState, DocumentStatus, SoundingStatus
from knooppunt.kernel.access import Condition, acts_in, declare, declare_scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.sharing.access import designated, reached


class Permission(StrEnum):
    """What one may do in this room."""

    REQUEST_INTAKE = "cases.request_intake"
    SEE_INTAKE = "cases.see_intake"
    JUDGE_INTAKE = "cases.judge_intake"
    DECIDE_INTAKE = "cases.decide_intake"
    SEE_CASE = "cases.see_case"
    LIST_CASES = "cases.list"
    DIRECT_PROCESS = "cases.direct_process"
    DIRECT_CASE = "cases.direct_case"
    CONTRIBUTE = "cases.contribute"
    SETTLE_ACTION = "cases.settle_action"
    SEE_STOPPED_FILES = "cases.see_stopped_files"
    ASK_SOUNDING = "cases.ask_sounding"
    SEE_SOUNDING = "cases.see_sounding"
    ANSWER_SOUNDING = "cases.answer_sounding"
    END_SOUNDING = "cases.end_sounding"


def _case_of(thing: Any) -> Case:
    case: Case = thing if isinstance(thing, Case) else thing.case
    return case


def _sits_publicly(actor: Actor, thing: Any) -> bool:
    # Over all members, so that a page that fetched them already asks nothing more.
    members = thing.table.members.all()
    public = any(one.pk == actor.organisation and one.participant_class == "public" for one in members)
    return public and designated(actor, thing.table_id)


executes = acts_in(Function.EXECUTION)
sits_publicly = Condition(
    "sits at the table for a public participant",
    _sits_publicly,
    "Alleen wie een publieke deelnemer voor dit overleg aanwees, oordeelt en besluit (Wgs 2.31 lid 2).",
)
directs_process = Condition(
    "is process director of the case",
    lambda actor, thing: _case_of(thing).process_director_id == actor.designee,
    "Dit doet de procesregisseur van deze casus. Vraag het aan die collega.",
)
directs = Condition(
    "is case director or process director of the case",
    lambda actor, thing: actor.designee in {_case_of(thing).process_director_id, _case_of(thing).case_director_id},
    "Dit doet de casusregisseur of de procesregisseur. Vraag het aan die collega.",
)
open_case = Condition(
    "finds the case open",
    lambda _actor, thing: _case_of(thing).state != CaseState.CLOSED_SHIELDED,
    "Deze casus is afgesloten en afgeschermd.",
)
owns_or_directs = Condition(
    "acts for the organisation that has the action, or directs",
    lambda actor, thing: thing.organisation_id == actor.organisation or directs.holds(actor, thing),
    "Deze afspraak is van een andere organisatie.",
)
open_sounding = Condition(
    "finds the sounding open",
    lambda _actor, thing: thing.status == SoundingStatus.OPEN,
    "Deze meedenkvraag is al afgerond.",
)
asked_it = Condition(
    "acts for the organisation that asked",
    lambda actor, thing: actor.organisation is not None and thing.asked_for_id == actor.organisation,
    "Dit doet de organisatie die de meedenkvraag stelde.",
)

declare(
    "cases",
    {
        Permission.REQUEST_INTAKE: (executes,),
        Permission.SEE_INTAKE: (acts_in(Function.EXECUTION, Function.OVERSIGHT),),
        Permission.JUDGE_INTAKE: (executes, sits_publicly),
        Permission.DECIDE_INTAKE: (executes, sits_publicly),
        Permission.SEE_CASE: (acts_in(Function.EXECUTION, Function.OVERSIGHT),),
        Permission.LIST_CASES: (acts_in(Function.EXECUTION, Function.OVERSIGHT),),
        Permission.DIRECT_PROCESS: (executes, open_case, directs_process),
        Permission.DIRECT_CASE: (executes, open_case, directs),
        Permission.CONTRIBUTE: (executes, open_case),
        Permission.SETTLE_ACTION: (executes, open_case, owns_or_directs),
        Permission.SEE_STOPPED_FILES: (acts_in(Function.MAINTENANCE),),
        Permission.ASK_SOUNDING: (executes,),
        Permission.SEE_SOUNDING: (executes,),
        Permission.ANSWER_SOUNDING: (executes, open_sounding),
        Permission.END_SOUNDING: (executes, asked_it),
    },
)


def _by(subject: str, *columns: str) -> Callable[[Actor], Q]:
    return lambda actor: reached(actor, subject, *columns)


def _clean_content(actor: Actor) -> Q:
    """What is in a file: as its document, and only when that was judged and found clean."""
    clean = Q(document__status=DocumentStatus.CLEAN.value)
    columns = ("case_id", "category", "supplier_id", "only_for")
    return clean & reached(actor, *(f"document__{one}" for one in columns))


SCOPES: dict[type[Model], Callable[[Actor], Q]] = {
    Intake: _by("pk"),
    Judgement: _by("intake_id"),
    Case: _by("pk"),
    StateChange: _by("case_id"),
    CasePerson: _by("case_id", "category"),
    Participant: _by("case_id", "category", "organisation_id"),
    PhaseChange: _by("case_id", "category"),
    Item: _by("case_id", "category", "supplier_id", "only_for"),
    Consent: lambda actor: reached(actor, "case_id", own="recorded_for_id", only_for="organisations"),
    Document: _by("case_id", "category", "supplier_id", "only_for"),
    DocumentContent: _clean_content,
    Plan: _by("case_id", "category"),
    Goal: _by("case_id", "category"),
    AgreedAction: _by("case_id", "category", "organisation_id"),
    Consultation: _by("case_id", "category"),
    Attendance: _by("case_id", "category", "organisation_id"),
    Note: _by("case_id", "category", "organisation_id"),
    Sounding: _by("pk"),
    SoundingAnswer: _by("sounding_id"),
}

for _model, _scope in SCOPES.items():
    declare_scope(_model, _scope)
