"""*Regie en fase*: who directs and works on a case, which phases it went through, and what stands before closing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from knooppunt.cases.models import PhaseChange, open_actions
from knooppunt.cases.queries.head import CaseHead, Opened, opened
from knooppunt.cases.rules import CaseState, objections_to_closing
from knooppunt.kernel.access import scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.partners import queries as partners
from knooppunt.partners.rules import phases
from knooppunt.sharing.queries import pool


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    title: str
    text: str


@dataclass(frozen=True)
class Candidate:
    """A professional whom the own organisation designated for this table."""

    professional: UUID
    name: str
    organisation: UUID
    organisation_name: str


@dataclass(frozen=True)
class DirectionPage:
    """Who directs, in which phase, since when and why; and whom one may add."""

    head: CaseHead
    moments: tuple[Moment, ...]
    candidates: tuple[Candidate, ...]
    members: tuple[Candidate, ...]
    responsibilities: tuple[tuple[str, str], ...]
    objections_to_closing: tuple[str, ...]


def direction_page(actor: Actor, case_id: UUID, purpose: str = "") -> DirectionPage:
    """*Regie en fase*."""
    with opened(actor, case_id, "direction", purpose) as at:
        directs = at.head.may.direct_process
        members, candidates = _members_and_candidates(at) if directs else ((), ())
        return DirectionPage(
            head=at.head,
            moments=tuple(phase_moments(at)),
            candidates=candidates,
            members=members,
            responsibilities=_responsibilities(at),
            objections_to_closing=_objections_to_closing(at) if directs else (),
        )


def phase_moments(at: Opened) -> list[Moment]:
    rows = PhaseChange.objects.filter(scope(at.work.actor, PhaseChange), case=at.case).order_by("-at", "id")
    return [Moment(row.at, f"Fase {row.was} → {row.became}", row.reason) for row in rows]


def doers(at: Opened) -> tuple[Candidate, ...]:
    """Colleagues of the partners that one may know of: that somebody takes part is information as well."""
    known = {partner.organisation for partner in at.head.partners}
    working = partners.professionals(_designees(at, at.case.pk))
    return _candidates(one for one in working.values() if one.organisation in known)


def _candidates(found: Iterable[partners.ProfessionalView]) -> tuple[Candidate, ...]:
    return tuple(Candidate(p.id, p.name, p.organisation, p.organisation_name) for p in found)


def _designees(at: Opened, subject: UUID) -> set[UUID]:
    return {designee for _, designee in pool(at.work, subject, Function.EXECUTION)}


def _members_and_candidates(at: Opened) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Who works on this case for a partner that one may know of, and who else was designated for its table."""
    known = {partner.organisation for partner in at.head.partners} | {at.work.actor.organisation}
    inside, around = _designees(at, at.case.pk), _designees(at, at.case.table_id)
    found = partners.professionals(inside | around)
    members = {one.id for one in found.values() if one.id in inside and one.organisation in known}
    return (
        _candidates(one for one in found.values() if one.id in members),
        _candidates(one for one in found.values() if one.id in around - members),
    )


def _objections_to_closing(at: Opened) -> tuple[str, ...]:
    return tuple(objections_to_closing(CaseState(at.case.state), open_actions(at.case.pk)))


def _responsibilities(at: Opened) -> tuple[tuple[str, str], ...]:
    names = {
        "case_direction": "Casusregie",
        "process_direction": "Procesregie",
        "operational": "Operationeel verantwoordelijk",
        "administrative": "Bestuurlijk verantwoordelijk",
    }
    for phase in phases(at.case.region.configuration):
        if phase.number == at.case.phase:
            return tuple((label, phase.holders[code].who) for code, label in names.items())
    return ()
