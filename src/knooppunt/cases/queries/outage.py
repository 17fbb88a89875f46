"""The outage sheet (noodlijst): what one needs on paper when the system is away. It shows what the lists show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from knooppunt.cases.access import Permission
from knooppunt.cases.models import AgreedAction, Case, Consultation, Participant
from knooppunt.cases.queries.head import title_of
from knooppunt.cases.rules import LABELS, ActionStatus
from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.slots import addresses
from knooppunt.kernel.work import Work, look
from knooppunt.partners.rules import phases
from knooppunt.people.queries import names_of_in

SLOT, PRINT_SLOT = "outage_sheet", "outage_sheet.print"
"""Where a higher room adds what belongs on the sheet, for the professional who asks. What fills the second slot is
printed: it records that, as this sheet does."""

PART = "outage_sheet"
MOST = 100


@dataclass(frozen=True)
class SheetSitting:
    """One sitting, as it stands on paper."""

    id: UUID
    case: UUID
    number: str
    title: str
    table: str
    starts_at: datetime
    minutes: int
    purpose: str
    status_label: str
    phase: str
    case_director: str
    process_director: str
    partners: tuple[str, ...]


@dataclass(frozen=True)
class SheetAction:
    """An agreed action of the own organisation that is due; `who` is empty while the organisation has not said."""

    id: UUID
    case: UUID
    title: str
    text: str
    who: str


@dataclass(frozen=True)
class SheetDay:
    """One day of the sheet."""

    on: date
    sittings: tuple[SheetSitting, ...]
    actions: tuple[SheetAction, ...]


@dataclass(frozen=True)
class OutageSheet:
    """The whole sheet, and where to load what higher rooms add to it."""

    days: tuple[SheetDay, ...]
    slots: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to print."""
        return not self.slots and not any(day.sittings or day.actions for day in self.days)


def outage_sheet(actor: Actor, *, tomorrow: bool = False) -> OutageSheet:
    """What would stand on the sheet of today, or of today and tomorrow: a look at each case that is on it."""
    with look(actor, "look_at_outage_sheet") as work:
        sheet, shown = sheet_in(work, SLOT, tomorrow=tomorrow)
        for case in shown:
            work.looked_at(case, PART)
    return sheet


def sheet_in(work: Work, slot: str, *, tomorrow: bool) -> tuple[OutageSheet, list[Case]]:
    """The sheet, and the cases on it: whoever shows it records them."""
    actor = work.actor
    allow(actor, Permission.LIST_CASES)
    days = [clock.today() + timedelta(days=ahead) for ahead in range(2 if tomorrow else 1)]
    sittings, actions = _sittings(actor, days), _actions(actor, days)
    cases = {row.case_id: row.case for row in sittings} | {row.case_id: row.case for row in actions}
    named = names_of_in(work, cases)
    titles = {key: title_of(case.number, named.get(key, [])) for key, case in cases.items()}
    partners = _partners(actor, cases)
    shown = tuple(
        SheetDay(
            on=day,
            sittings=tuple(
                _sitting(row, titles, partners)
                for row in sittings
                if row.starts_at.astimezone(clock.AMSTERDAM).date() == day
            ),
            actions=tuple(_action(row, titles) for row in actions if row.due_on == day),
        )
        for day in days
    )
    return OutageSheet(shown, tuple(addresses(slot, actor.who))), list(cases.values())


def _sittings(actor: Actor, days: list[date]) -> list[Consultation]:
    begin = datetime.combine(days[0], time(0), clock.AMSTERDAM)
    end = datetime.combine(days[-1] + timedelta(days=1), time(0), clock.AMSTERDAM)
    rows = Consultation.objects.filter(scope(actor, Consultation), starts_at__gte=begin, starts_at__lt=end)
    related = ("table", "case__region", "case__case_director", "case__process_director")
    return list(rows.select_related(*related).order_by("starts_at", "id")[:MOST])


def _actions(actor: Actor, days: list[date]) -> list[AgreedAction]:
    rows = AgreedAction.objects.filter(
        scope(actor, AgreedAction),
        organisation_id=actor.for_whom,
        status=ActionStatus.OPEN,
        due_on__in=days,
    )
    return list(rows.select_related("case", "professional").order_by("due_on", "made_at", "id")[:MOST])


def _partners(actor: Actor, cases: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Who takes part in these cases, as far as the actor may know."""
    rows = Participant.objects.filter(scope(actor, Participant), case__in=list(cases)).select_related("organisation")
    found: dict[UUID, list[str]] = {}
    for row in rows.order_by("organisation__name", "id"):
        found.setdefault(row.case_id, []).append(row.organisation.name)
    return found


def _sitting(row: Consultation, titles: dict[UUID, str], partners: dict[UUID, list[str]]) -> SheetSitting:
    case = row.case
    ladder = {phase.number: phase.name for phase in phases(case.region.configuration)}
    return SheetSitting(
        id=row.pk,
        case=row.case_id,
        number=case.number,
        title=titles[row.case_id],
        table=row.table.name,
        starts_at=row.starts_at,
        minutes=row.minutes,
        purpose=row.purpose,
        status_label=LABELS[row.status],
        phase=f"{case.phase} {ladder.get(case.phase, '')}".strip(),
        case_director=_name(case.case_director),
        process_director=_name(case.process_director),
        partners=tuple(partners.get(row.case_id, ())),
    )


def _action(row: AgreedAction, titles: dict[UUID, str]) -> SheetAction:
    return SheetAction(row.pk, row.case_id, titles[row.case_id], row.text, _name(row.professional))


def _name(professional: Any) -> str:
    return professional.name if professional else ""
