"""The head of a case: everything one must know before reading on, as far as this actor may."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from knooppunt.cases.access import Permission
from knooppunt.cases.models import Case, CasePerson, Participant
from knooppunt.cases.rules import LABELS, PLAIN_MOVES, CaseState
from knooppunt.kernel import clock
from knooppunt.kernel.access import allowed, scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import Refused
from knooppunt.kernel.terms import Due, due
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.partners.rules import knowledge_domains, phases
from knooppunt.people.queries import Occurrence, persons_of_in
from knooppunt.sharing import law
from knooppunt.sharing.access import Reach, reach
from knooppunt.sharing.rules import Regime


@dataclass(frozen=True)
class PersonLine:
    """A registered person or someone of the direct circle, as named in this case."""

    id: UUID
    name: str
    born: date | None
    registered: bool
    relation: str
    informed: str
    informed_label: str
    informed_on: date | None
    informed_note: str
    informed_review_on: date | None


@dataclass(frozen=True)
class PhaseStep:
    """One step of the ladder."""

    number: str
    label: str
    current: bool
    tone: int


@dataclass(frozen=True)
class PartnerLine:
    """An organisation that takes part, and what it may see."""

    organisation: UUID
    name: str
    class_label: str
    category: str
    category_label: str
    receives: tuple[str, ...]
    since: date


@dataclass(frozen=True)
class Rights:
    """What this actor may do here: for showing or hiding a button. The action checks again."""

    direct_process: bool
    direct_case: bool
    contribute: bool


@dataclass(frozen=True)
class Move:
    """A step that can be made with a button."""

    state: str
    label: str


@dataclass(frozen=True)
class CaseHead:
    """What stands above every part of a case."""

    id: UUID
    version: int
    number: str
    title: str
    regime_title: str
    regime_reference: str
    domain: str
    state: str
    state_label: str
    phase: str
    phases: tuple[PhaseStep, ...]
    moves: tuple[Move, ...]
    opened_on: date
    closed_on: date | None
    close_reason: str
    case_director: partners.ProfessionalView | None
    process_director: partners.ProfessionalView | None
    review: Due | None
    persons: tuple[PersonLine, ...]
    partners: tuple[PartnerLine, ...]
    sees: tuple[str, ...]
    sees_not: tuple[str, ...]
    categories: tuple[tuple[str, str], ...]
    may: Rights
    own_organisation: UUID | None
    organisation_kind: str


@dataclass(frozen=True)
class Opened:
    """A case that is open for reading: the work, the row, its head and how far the actor reaches."""

    work: Work
    case: Case
    head: CaseHead
    regime: Regime
    reach: Reach


def need_purpose(actor: Actor, purpose: str) -> None:
    """Oversight says why it looks before it does."""
    if actor.function is Function.OVERSIGHT and not purpose.strip():
        raise Refused(["Noteer eerst met welk doel u deze casus inziet (Wgs 1.8 lid 2 onder b)."])


@contextmanager
def opened(actor: Actor, case_id: UUID, part: str, purpose: str = "") -> Iterator[Opened]:
    """Opens one part of a case: checks, records the look, and gives the head. Oversight names its purpose."""
    need_purpose(actor, purpose)
    with look(actor, f"look_at_{part}", purpose=purpose.strip()) as work:
        case = work.open(Case, case_id, Permission.SEE_CASE, part=part)
        regime = law.by_reference(case.regime_version)
        reached = reach(actor, case.pk)
        head, known = _head(work, case, regime, reached)
        yield Opened(work, known, head, regime, reached)


def _head(work: Work, case: Case, regime: Regime, reached: Reach) -> tuple[CaseHead, Case]:
    """The head, and the case with its region and directors at hand."""
    actor = work.actor
    taking_part = _participants(work, case)
    if taking_part:
        case = taking_part[0].case
    persons = persons_in(work, case)
    state = CaseState(case.state)
    head = CaseHead(
        id=case.pk,
        version=case.version,
        number=case.number,
        title=title_of(case.number, [line.name for line in persons if line.registered]),
        regime_title=regime.title,
        regime_reference=regime.reference,
        domain=domain_label(case),
        state=case.state,
        state_label=LABELS[state],
        phase=case.phase,
        phases=_ladder(case),
        moves=tuple(Move(b.value, LABELS[b]) for a, b in sorted(PLAIN_MOVES) if a is state),
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        close_reason=LABELS.get(case.close_reason, ""),
        case_director=_colleague(case.case_director),
        process_director=_colleague(case.process_director),
        review=due(case.next_review_on, clock.today()) if case.next_review_on else None,
        persons=tuple(persons),
        partners=tuple(_partner(row, regime) for row in taking_part),
        sees=tuple(label for code, label in regime.categories.items() if code in reached.categories),
        sees_not=tuple(label for code, label in regime.categories.items() if code not in reached.categories),
        categories=tuple((code, label) for code, label in regime.categories.items() if code in reached.categories),
        may=Rights(
            direct_process=allowed(actor, Permission.DIRECT_PROCESS, case),
            direct_case=allowed(actor, Permission.DIRECT_CASE, case),
            contribute=allowed(actor, Permission.CONTRIBUTE, case),
        ),
        own_organisation=actor.organisation,
        organisation_kind=next(
            (r.organisation.kind for r in taking_part if r.organisation_id == actor.organisation), ""
        ),
    )
    return head, case


def title_of(number: str, names: list[str]) -> str:
    """How a case is called: after whom it is about, or by its number for who may not know that."""
    if not names:
        return f"Casus {number}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}"


def domain_label(case: Case) -> str:
    """The knowledge domain, as the region calls it."""
    return knowledge_domains(case.region.configuration).get(case.domain, "")


def _ladder(case: Case) -> tuple[PhaseStep, ...]:
    return tuple(
        PhaseStep(one.number, one.name, one.number == case.phase, min(place, 4))
        for place, one in enumerate(phases(case.region.configuration), start=1)
    )


def persons_in(work: Work, case: Case) -> list[PersonLine]:
    """Whom the case is about, registered persons first, as far as this actor may know."""
    named: dict[UUID, Occurrence] = {one.person: one for one in persons_of_in(work, [case.pk]).get(case.pk, [])}
    rows = CasePerson.objects.filter(scope(work.actor, CasePerson), case=case).order_by("-registered", "id")
    return [_person(row, named[row.person_id]) for row in rows if row.person_id in named]


def _person(row: CasePerson, named: Occurrence) -> PersonLine:
    return PersonLine(
        id=row.person_id,
        name=named.name,
        born=named.born,
        registered=row.registered,
        relation=row.relation,
        informed=row.informed,
        informed_label=LABELS[row.informed],
        informed_on=row.informed_on,
        informed_note=row.informed_note,
        informed_review_on=row.informed_review_on,
    )


def _participants(work: Work, case: Case) -> list[Participant]:
    """Who takes part, as far as one may know; in the same trip the case's region and directors."""
    rows = Participant.objects.filter(scope(work.actor, Participant), case=case).select_related(
        "organisation",
        "case__region",
        "case__case_director__organisation",
        "case__process_director__organisation",
    )
    return list(rows.order_by("organisation__name", "id"))


def _colleague(row: Any) -> partners.ProfessionalView | None:
    if row is None:
        return None
    return partners.ProfessionalView(row.pk, row.name, row.job_title, row.organisation_id, row.organisation.name)


def _partner(row: Participant, regime: Regime) -> PartnerLine:
    return PartnerLine(
        organisation=row.organisation_id,
        name=row.organisation.name,
        class_label=LABELS[row.participant_class],
        category=row.category,
        category_label=regime.categories.get(row.category, ""),
        receives=tuple(regime.categories[code] for code in row.receives if code in regime.categories),
        since=row.since,
    )
