"""Mijn werk: what needs me, the sittings of today, my cases, and what partners added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from knooppunt.cases.access import Permission
from knooppunt.cases.models import AgreedAction, Case, CasePerson, Item
from knooppunt.cases.queries.consultations import SittingLine, sittings_today_in
from knooppunt.cases.queries.head import title_of
from knooppunt.cases.queries.intakes import IntakeLine, intake_lines_in
from knooppunt.cases.queries.lists import CaseLine, lines_of
from knooppunt.cases.rules import ActionStatus, CaseState, Informed
from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.terms import Need, due
from knooppunt.kernel.work import Work, look
from knooppunt.people.queries import names_of_in
from knooppunt.sharing.access import Among, Near, near, newest
from knooppunt.sharing.rules import SubjectKind

MOST = 25
SHOWN = ("region", "municipality", "case_director", "process_director")
AHEAD = timedelta(days=14)
NEW = timedelta(days=7)


@dataclass(frozen=True)
class NewsLine:
    """Something a partner brought in lately."""

    text: str
    detail: str
    url: str
    at: datetime


@dataclass(frozen=True)
class MyWork:
    """The home page of who executes."""

    needs: tuple[Need, ...]
    today: tuple[SittingLine, ...]
    cases: tuple[CaseLine, ...]
    more_cases: bool
    news: tuple[NewsLine, ...]


def my_work(actor: Actor) -> MyWork:
    """What waits for this person, the oldest deadline first."""
    with look(actor, "look_at_my_work") as work:
        allow(actor, Permission.LIST_CASES)
        triage = [_judge(line) for line in intake_lines_in(work) if line.may_judge and not line.own_judgement]
        within = near(actor, SubjectKind.CASE)
        rows = list(_cases(actor, within))
        cases = lines_of(work, rows)
        directed = _directed(work, rows, cases)
        titles = {line.id: line.title for line in [*cases, *directed]}
        needs = triage + _actions(work, within, titles) + _reviews(directed) + _to_inform(work, directed)
        news, today = _news(work, within, titles), sittings_today_in(work, within)
        work.listed("my_work", [line.id for line in cases])
        return MyWork(tuple(sorted(needs)), today, tuple(cases), len(cases) == MOST, news)


def _cases(actor: Actor, within: Near) -> QuerySet[Case]:
    """The cases of this person, the heaviest phase first; of very many the newest."""
    many = within.keys is None
    wanted = Q(Among(F("pk"), newest(actor, SubjectKind.CASE)[:MOST])) if many else within.narrows()
    rows = Case.objects.filter(scope(actor, Case), wanted).exclude(state=CaseState.CLOSED_SHIELDED)
    return rows.select_related(*SHOWN).order_by("-phase", "next_review_on", "id")[:MOST]


def _directed(work: Work, rows: list[Case], lines: list[CaseLine]) -> list[CaseLine]:
    """The cases that this person directs: of those on the page, or where not all fit, the first to be reviewed."""
    actor = work.actor
    if len(rows) < MOST:
        own = {row.pk for row in rows if actor.designee in {row.case_director_id, row.process_director_id}}
        return [line for line in lines if line.id in own]
    mine = Q(case_director=actor.designee) | Q(process_director=actor.designee)
    found = Case.objects.filter(scope(actor, Case), mine).exclude(state=CaseState.CLOSED_SHIELDED)
    return lines_of(work, found.select_related(*SHOWN).order_by("next_review_on", "id")[:MOST])


def _judge(line: IntakeLine) -> Need:
    return Need(
        on=line.due.date,
        text=f"Oordeel geven: {line.title}",
        detail=f"{line.table} · aangemeld door {line.requested_for}",
        url=f"/triage/{line.id}/",
        due=line.due,
        icon="triage",
    )


def _actions(work: Work, within: Near, titles: Mapping[UUID, str]) -> list[Need]:
    actor = work.actor
    soon = AgreedAction.objects.filter(
        scope(actor, AgreedAction),
        within.narrows("case_id"),
        status=ActionStatus.OPEN,
        due_on__lte=clock.today() + AHEAD,
    )
    own, anybodys = Q(professional=actor.who), Q(professional__isnull=True, organisation=actor.for_whom)
    # Among very many each by itself: an index that is in order of date is then walked to the first few.
    wanted = (own, anybodys) if within.keys is None else (own | anybodys,)
    rows = [row for some in wanted for row in soon.filter(some).select_related("case").order_by("due_on", "id")[:MOST]]
    named = _titles_of(work, [row.case for row in rows], titles)
    return [
        Need(
            on=row.due_on,
            text=f"Afspraak: {row.text}",
            detail=named[row.case_id],
            url=f"/casussen/{row.case_id}/plan/",
            due=due(row.due_on, clock.today()),
            icon="check",
        )
        for row in rows
    ]


def _reviews(directed: list[CaseLine]) -> list[Need]:
    last = clock.today() + AHEAD
    return [
        Need(
            line.review.date,
            f"Evaluatie plan: {line.title}",
            f"Casus {line.number}",
            f"/casussen/{line.id}/",
            line.review,
            "clock",
        )
        for line in directed
        if line.review is not None and line.review.date <= last
    ]


def _to_inform(work: Work, directed: list[CaseLine]) -> list[Need]:
    by_id = {line.id: line for line in directed}
    rows = CasePerson.objects.filter(scope(work.actor, CasePerson), case__in=by_id, registered=True).exclude(
        informed=Informed.INFORMED
    )
    found = []
    for row in rows:
        line = by_id[row.case_id]
        on: date = row.informed_review_on or line.opened_on + timedelta(days=28)
        text = f"Informatieplicht: {line.title} nog niet geïnformeerd"
        url = f"/casussen/{line.id}/verantwoording/"
        found.append(Need(on, text, f"Casus {line.number}", url, due(on, clock.today()), "accountability"))
    return found


def _news(work: Work, within: Near, titles: Mapping[UUID, str]) -> tuple[NewsLine, ...]:
    actor = work.actor
    # Of very many cases only those that stand on the page.
    where = Q(Among(F("case_id"), titles)) if within.keys is None else within.narrows("case_id")
    rows = list(
        Item.objects.filter(scope(actor, Item), where, made_at__gt=clock.now() - NEW, withheld=False)
        .exclude(supplier_id=actor.organisation)
        .select_related("supplier", "case")
        .order_by("-made_at", "id")[:5]
    )
    named = _titles_of(work, [row.case for row in rows], titles)
    return tuple(
        NewsLine(
            text=f"{row.supplier.name} bracht informatie in",
            detail=named[row.case_id],
            url=f"/casussen/{row.case_id}/informatie/",
            at=row.made_at,
        )
        for row in rows
    )


def _titles_of(work: Work, rows: Iterable[Case], known: Mapping[UUID, str]) -> dict[UUID, str]:
    """How these cases are called; only those that the page does not name yet are looked up."""
    found = {row.pk: row for row in rows}
    named = names_of_in(work, found.keys() - known.keys())
    return {key: known.get(key) or title_of(row.number, named.get(key, [])) for key, row in found.items()}
