"""Who may register, see, judge and withdraw a report, and who keeps routes and tokens."""

from enum import StrEnum

from django.db.models import OuterRef, Q

from knooppunt.kernel.access import Condition, acts_in, declare, declare_scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.sharing.access import ExistsByItself, grants_in_use, reached
from knooppunt.sharing.rules import Category
from knooppunt.signals.models import Report, ReportPerson


class Permission(StrEnum):
    """What one may do in this room."""

    REGISTER = "signals.register"
    SEND = "signals.send"
    SEE = "signals.see"
    JUDGE = "signals.judge"
    TAKE_UP = "signals.take_up"
    WITHDRAW = "signals.withdraw"
    KEEP_ROUTE = "signals.keep_route"
    MAKE_TOKEN = "signals.make_token"  # nosec B105


RECEIVES = Condition(
    name="works for an organisation that received the report",
    holds=lambda actor, report: report is None or actor.organisation in report.receivers,
    otherwise="Deze melding wordt beoordeeld door de organisatie die haar ontving.",
)

SENT = Condition(
    name="works for the organisation that sent the report",
    holds=lambda actor, report: report is None or actor.organisation == report.sender_id,
    otherwise="Alleen de organisatie die meldde, kan de melding intrekken of vervangen.",
)

RECEIVES_OR_SENT = Condition(
    name="works for an organisation that sent or received the report",
    holds=lambda actor, report: RECEIVES.holds(actor, report) or SENT.holds(actor, report),
    otherwise="Alleen wie meldde of de melding ontving, kan haar aanmelden voor triage.",
)

declare(
    "signals",
    {
        Permission.REGISTER: (acts_in(Function.EXECUTION),),
        Permission.SEND: (acts_in(Function.SYSTEM),),
        Permission.SEE: (acts_in(Function.EXECUTION, Function.OVERSIGHT, Function.SYSTEM),),
        Permission.JUDGE: (acts_in(Function.EXECUTION), RECEIVES),
        Permission.TAKE_UP: (acts_in(Function.EXECUTION), RECEIVES_OR_SENT),
        Permission.WITHDRAW: (acts_in(Function.EXECUTION, Function.SYSTEM), SENT),
        Permission.KEEP_ROUTE: (acts_in(Function.SYSTEM, Function.MAINTENANCE),),
        Permission.MAKE_TOKEN: (acts_in(Function.SYSTEM),),
    },
)


def reports(actor: Actor) -> Q:
    """Reports that the actor's organisation was granted, with a designation for the report or its route."""
    return reached(actor, "id")


def report_persons(actor: Actor) -> Q:
    """The descriptions of persons in reports whose identity the actor may see."""
    identity = Category.IDENTITY_CONTACT.value
    grants = grants_in_use(actor, identity).filter(subject_id=OuterRef("report_id"), categories__contains=[identity])
    return Q(ExistsByItself(grants))


declare_scope(Report, reports)
declare_scope(ReportPerson, report_persons)
