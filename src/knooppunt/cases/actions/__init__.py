"""What people do in this room, by topic. Rooms above and doors import from here."""

from knooppunt.cases.actions.consent import ConsentDraft, record_consent, withdraw_consent
from knooppunt.cases.actions.consultation import (
    NoteDraft,
    end_consultation,
    plan_consultation,
    record_attendance,
    write_note,
)
from knooppunt.cases.actions.direction import (
    CloseDraft,
    InformedDraft,
    PhaseDraft,
    advance_case,
    change_phase,
    choose_partner,
    close_case,
    name_case_director,
    record_informed,
    set_review,
)
from knooppunt.cases.actions.documents import TO_JUDGE, clear_quarantine, judge_document
from knooppunt.cases.actions.history import Past, PastCase, take_in_history
from knooppunt.cases.actions.information import share_item
from knooppunt.cases.actions.intake import (
    IntakeDraft,
    JudgementDraft,
    decide_intake,
    judge_intake,
    record_absent,
    request_intake,
)
from knooppunt.cases.actions.joining import OpenDraft, keep_closed, open_to_later
from knooppunt.cases.actions.outage import print_outage_sheet
from knooppunt.cases.actions.persons import add_to_circle
from knooppunt.cases.actions.plan import (
    ActionDraft,
    GoalDraft,
    OwnWordsDraft,
    adopt_plan,
    agree_action,
    change_action,
    change_goal,
    set_goal,
    settle_action,
    write_own_words,
)
from knooppunt.cases.actions.sounding import (
    AnswerDraft,
    BroughtDraft,
    SoundingDraft,
    answer_sounding,
    ask_sounding,
    clear_soundings,
    close_sounding,
    mark_led_to_intake,
    withdraw_sounding,
)
from knooppunt.cases.actions.supplying import ItemDraft

__all__ = [
    "TO_JUDGE",
    "ActionDraft",
    "AnswerDraft",
    "BroughtDraft",
    "CloseDraft",
    "ConsentDraft",
    "GoalDraft",
    "InformedDraft",
    "IntakeDraft",
    "ItemDraft",
    "JudgementDraft",
    "NoteDraft",
    "OpenDraft",
    "OwnWordsDraft",
    "Past",
    "PastCase",
    "PhaseDraft",
    "SoundingDraft",
    "add_to_circle",
    "adopt_plan",
    "advance_case",
    "agree_action",
    "answer_sounding",
    "ask_sounding",
    "change_action",
    "change_goal",
    "change_phase",
    "choose_partner",
    "clear_quarantine",
    "clear_soundings",
    "close_case",
    "close_sounding",
    "decide_intake",
    "end_consultation",
    "judge_document",
    "judge_intake",
    "keep_closed",
    "mark_led_to_intake",
    "name_case_director",
    "open_to_later",
    "plan_consultation",
    "print_outage_sheet",
    "record_absent",
    "record_attendance",
    "record_consent",
    "record_informed",
    "request_intake",
    "set_goal",
    "set_review",
    "settle_action",
    "share_item",
    "take_in_history",
    "withdraw_consent",
    "withdraw_sounding",
    "write_note",
    "write_own_words",
]
