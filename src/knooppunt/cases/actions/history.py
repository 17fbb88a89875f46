"""Taking in cases that ended before this installation began: shielded at once, or only a count past their term."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid4

from knooppunt.cases.actions.direction import shield_in
from knooppunt.cases.models import Case, CaseCount, CasePerson, StateChange
from knooppunt.cases.rules import CaseState, Informed, retain_until
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.work import Work
from knooppunt.people.actions import know_person_in, link_person_in
from knooppunt.people.rules import Identity
from knooppunt.sharing import law
from knooppunt.sharing.actions import designate_in, end_grants_in, grant_in, granted_under
from knooppunt.sharing.rules import Regime, SubjectKind


@dataclass(frozen=True)
class PastCase:
    """A closed case of before: where, when, under which regime, and about whom."""

    number: str
    municipality: UUID | None
    opened_on: date
    closed_on: date
    reason: str
    identity: Identity


@dataclass(frozen=True)
class Past:
    """What all cases of one taking-in share."""

    region: UUID
    table: UUID
    regime: str


def take_in_history(actor: Actor, past: Past, cases: Iterable[PastCase]) -> tuple[int, int]:
    """Takes closed cases in: how many as shielded cases, and how many only as a count.

    Past its retention term a case leaves no more than region, municipality, regime and two dates.
    """
    kept = counted = 0
    with Work(actor, "take_in_history") as work:
        for case in cases:
            if case.closed_on < case.opened_on:
                raise BadInput("closed_on", f"Casus {case.number} sluit voordat hij begint.")
            regime = law.in_force(past.regime, case.opened_on)
            if retain_until(case.opened_on, regime.retention_years) < clock.today():
                _count(work, past, case)
                counted += 1
            else:
                _keep(work, past, case, regime)
                kept += 1
    return kept, counted


def _count(work: Work, past: Past, case: PastCase) -> None:
    row = CaseCount(
        region_id=past.region,
        municipality_id=case.municipality,
        regime=past.regime,
        opened_on=case.opened_on,
        closed_on=case.closed_on,
    )
    row.save(force_insert=True)
    work.record("case.counted", row)


def _keep(work: Work, past: Past, case: PastCase, regime: Regime) -> None:
    key, organisation, mandate = uuid4(), work.actor.for_whom, work.actor.who
    subject = (SubjectKind.CASE, key)
    said = {"categories": ["identity_contact"], "function": Function.SYSTEM}
    grant_in(work, subject, granted_under(regime, past.region, organisation, **said))
    designate_in(work, mandate, organisation, subject, function=Function.SYSTEM)
    row = Case(
        pk=key,
        region_id=past.region,
        table_id=past.table,
        municipality_id=case.municipality,
        number=case.number,
        regime=past.regime,
        regime_version=regime.reference,
        state=CaseState.CLOSED_SHIELDED.value,
        phase="1",
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        close_reason=case.reason,
    )
    row.save(force_insert=True)
    _steps(row)
    person = know_person_in(work, case.identity)
    link_person_in(work, person, subject, case.identity)
    CasePerson(
        case=row, person_id=person, registered=True, category="identity_contact", informed=Informed.INFORMED.value
    ).save(force_insert=True)
    work.record("case.taken_in", row, person=person)
    shield_in(work, row)
    end_grants_in(work, key, Function.SYSTEM)


def _steps(row: Case) -> None:
    ended = row.closed_on or row.opened_on
    for was, became, on in (
        ("", CaseState.TAKEN_UP, row.opened_on),
        (CaseState.CLOSING, CaseState.CLOSED_SHIELDED, ended),
    ):
        at = datetime.combine(on, time(12), tzinfo=clock.AMSTERDAM)
        StateChange(case=row, was=str(was), became=became.value, at=at).save(force_insert=True)
