"""What people and systems do in this room: register, receive, judge, withdraw; and keep routes and tokens."""

from knooppunt.signals.actions.judging import judge_report, take_up_report_in, withdraw_report
from knooppunt.signals.actions.registering import ReportDraft, receive_report, register_report, replace_report
from knooppunt.signals.actions.routes import end_token, keep_route_in, make_token, token_actor

__all__ = [
    "ReportDraft",
    "end_token",
    "judge_report",
    "keep_route_in",
    "make_token",
    "receive_report",
    "register_report",
    "replace_report",
    "take_up_report_in",
    "token_actor",
    "withdraw_report",
]
