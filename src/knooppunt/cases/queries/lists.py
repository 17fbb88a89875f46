"""Lists of cases, by choices only; the same scope as opening one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, QuerySet

from knooppunt.cases.access import Permission
from knooppunt.cases.models import Case, Intake
from knooppunt.cases.queries.head import domain_label, title_of
from knooppunt.cases.rules import LABELS, CaseState
from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.terms import Due, due
from knooppunt.kernel.work import Work, look
from knooppunt.partners import queries as partners
from knooppunt.partners.queries import RegionView
from knooppunt.partners.rules import phases
from knooppunt.people.queries import names_of_in
from knooppunt.sharing.access import Among, near, newest
from knooppunt.sharing.queries import ClosedTable, closed_tables_in
from knooppunt.sharing.rules import SubjectKind

PAGE = 25
MOST = 1_000
"""How far a list counts and leafs; who reaches more chooses what to see."""
SORTS = {"nummer": "number", "fase": "phase", "evaluatie": "next_review_on", "sinds": "opened_on", "stand": "state"}


@dataclass(frozen=True)
class CaseFilter:
    """Choices from lists; never a person's data."""

    state: str = ""
    phase: str = ""
    municipality: UUID | None = None
    sort: str = "-sinds"
    page: int = 1


@dataclass(frozen=True)
class CaseLine:
    """One case in a list."""

    id: UUID
    number: str
    title: str
    phase: str
    phase_name: str
    state: str
    state_label: str
    municipality: str
    domain: str
    regime: str
    opened_on: date
    case_director: str
    process_director: str
    review: Due | None

    @property
    def tone(self) -> str:
        """How heavy the phase is, for the chip that names it."""
        return "late" if self.phase >= "3" else "soon" if self.phase == "2" else "plain"


@dataclass(frozen=True)
class CaseListPage:
    """A page of cases and how many there are for this actor, counted to `MOST`."""

    lines: tuple[CaseLine, ...]
    total: int
    more: bool
    page: int
    pages: int
    states: tuple[tuple[str, str], ...]
    phases: tuple[tuple[str, str], ...]
    municipalities: tuple[tuple[str, str], ...]
    closed: tuple[ClosedTable, ...]


@dataclass(frozen=True)
class Titled:
    """What something is called and where it is opened."""

    title: str
    url: str


def case_list(actor: Actor, chosen: CaseFilter) -> CaseListPage:
    """The cases that this actor may open, filtered and sorted."""
    with look(actor, "list_cases") as work:
        allow(actor, Permission.LIST_CASES)
        rows, page, total = _page_of(actor, chosen)
        lines = lines_of(work, rows)
        work.listed("case", [line.id for line in lines])
        regions = partners.regions_of(actor.organisation) if actor.organisation else []
        return CaseListPage(
            lines=tuple(lines),
            total=min(total, MOST),
            more=total > MOST,
            page=page,
            pages=_pages(total),
            states=tuple((state.value, LABELS[state]) for state in CaseState if _can_show(actor, state)),
            phases=_phase_choices(regions),
            municipalities=_municipality_choices(regions),
            closed=closed_tables_in(work, clock.today()),
        )


def _page_of(actor: Actor, chosen: CaseFilter) -> tuple[QuerySet[Case], int, int]:
    """The cases of the page, which page that is, and how many there are: one more than `MOST` for all beyond it."""
    within = near(actor, SubjectKind.CASE)
    every = _chosen(actor, chosen).filter(within.narrows())
    if within.keys is None and chosen == CaseFilter(page=chosen.page):
        # Newest first is the order of the grants themselves: nothing of anybody else's is passed on the way.
        granted = newest(actor, SubjectKind.CASE, MOST + 1)
        # These grants are the scope; what remains is which of the cases are there, and the wall judges those again.
        there = set(Case.objects.filter(Among(F("pk"), granted)).values_list("pk", flat=True))
        found = [key for key in granted if key in there]
    else:
        found = list(every.values_list("pk", flat=True)[: MOST + 1])
    page = min(max(chosen.page, 1), _pages(len(found)))
    return every.filter(Among(F("pk"), found[(page - 1) * PAGE : min(page * PAGE, MOST)])), page, len(found)


def _pages(total: int) -> int:
    return max(1, -(-min(total, MOST) // PAGE))


def export(actor: Actor, chosen: CaseFilter) -> list[CaseLine]:
    """The whole list, for a file: exactly what the list shows."""
    with look(actor, "export_cases") as work:
        allow(actor, Permission.LIST_CASES)
        within = near(actor, SubjectKind.CASE)
        lines = lines_of(work, _chosen(actor, chosen).filter(within.narrows()))
        work.listed("case_export", [line.id for line in lines])
        return lines


def titles(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Titled]:
    """What cases and intakes among these ids are called; those the actor may not open are not there."""
    wanted = list(ids)
    with look(actor, "name_cases") as work:
        numbers = dict(Case.objects.filter(scope(actor, Case), pk__in=wanted).values_list("pk", "number"))
        names = names_of_in(work, numbers)
        named = {
            key: Titled(f"Casus {number}: {title_of(number, names.get(key, []))}", f"/casussen/{key}/")
            for key, number in numbers.items()
        }
        open_intakes = Intake.objects.filter(scope(actor, Intake), pk__in=wanted, status="in_triage")
        named |= {
            row.pk: Titled(f"Aanmelding van {row.made_at:%d-%m-%Y}", f"/triage/{row.pk}/") for row in open_intakes
        }
        work.listed("titles", sorted(named, key=str))
        return named


def _chosen(actor: Actor, chosen: CaseFilter) -> QuerySet[Case]:
    rows = Case.objects.filter(scope(actor, Case)).select_related(
        "region", "municipality", "case_director", "process_director"
    )
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.phase:
        rows = rows.filter(phase=chosen.phase)
    if chosen.municipality:
        rows = rows.filter(municipality=chosen.municipality)
    column = SORTS.get(chosen.sort.lstrip("-"), "opened_on")
    return rows.order_by(f"-{column}" if chosen.sort.startswith("-") else column, "-number", "id")


def lines_of(work: Work, rows: Iterable[Case]) -> list[CaseLine]:
    """Cases as lines, with names for who may know them."""
    found = list(rows)
    return lines_named(found, names_of_in(work, [row.pk for row in found]))


def lines_named(rows: Iterable[Case], names: Mapping[UUID, list[str]]) -> list[CaseLine]:
    """As `lines_of`, where the names are known already."""
    return [_line(row, names.get(row.pk, [])) for row in rows]


def _line(row: Case, names: list[str]) -> CaseLine:
    named = {phase.number: phase.name for phase in phases(row.region.configuration)}
    return CaseLine(
        id=row.pk,
        number=row.number,
        title=title_of(row.number, names),
        phase=row.phase,
        phase_name=named.get(row.phase, ""),
        state=row.state,
        state_label=LABELS[row.state],
        municipality=row.municipality.name if row.municipality else "",
        domain=domain_label(row),
        regime=row.regime,
        opened_on=row.opened_on,
        case_director=row.case_director.name if row.case_director else "",
        process_director=row.process_director.name if row.process_director else "",
        review=due(row.next_review_on, clock.today()) if row.next_review_on else None,
    )


def _can_show(actor: Actor, state: CaseState) -> bool:
    """Who works on cases never sees a closed one, oversight sees nothing else."""
    return (actor.function is Function.OVERSIGHT) == (state is CaseState.CLOSED_SHIELDED)


def _phase_choices(regions: Iterable[RegionView]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for region in regions:
        for phase in phases(region.configuration):
            found.setdefault(phase.number, f"{phase.number} {phase.name}")
    return tuple(found.items())


def _municipality_choices(regions: Iterable[RegionView]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for region in regions:
        found |= {str(key): name for key, name in partners.municipalities(region.id, clock.today()).items()}
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))
