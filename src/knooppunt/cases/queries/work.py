"""Mijn werk: what needs me, the sittings of today, my cases, and what partners added."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from knooppunt.cases.access import Permission
from knooppunt.cases.models import AgreedAction, Case, CasePerson, Item
from knooppunt.cases.queries.consultations import SittingLine, sitting_lines, sittings_today_in
from knooppunt.cases.queries.head import title_of
from knooppunt.cases.queries.intakes import IntakeLine, intake_lines_in
from knooppunt.cases.queries.lists import CaseLine, lines_named
from knooppunt.cases.queries.soundings import SoundingLine, fresh_answers_in, sounding_lines_in
from knooppunt.cases.rules import ActionStatus, CaseState, Informed
from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.terms import Need, due
from knooppunt.kernel.work import Work, look
from knooppunt.people.queries import names_of_in
from knooppunt.sharing.access import Among, Near, near, newest
from knooppunt.sharing.queries import ClosedTable, closed_tables_in
from knooppunt.sharing.rules import SubjectKind
from knooppunt.signals.queries import reports_due_in

MOST = 25
"""Of cases and of what waits; what is less pressing stands in the lists themselves."""
MORE = MOST + 1
"""Of everything that may wait one more is looked up, to know whether more waits than is shown."""
NEWS = 5
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
    more_needs: bool
    today: tuple[SittingLine, ...]
    cases: tuple[CaseLine, ...]
    more_cases: bool
    news: tuple[NewsLine, ...]
    closed: tuple[ClosedTable, ...]


def my_work(actor: Actor) -> MyWork:
    """What waits for this person, the oldest deadline first."""
    with look(actor, "look_at_my_work") as work:
        allow(actor, Permission.LIST_CASES)
        triage = [_judge(line) for line in intake_lines_in(work) if line.may_judge and not line.own_judgement]
        within = near(actor, SubjectKind.CASE)
        rows = list(_cases(actor, within))
        directed = _directed(actor, rows)
        actions, today = _actions(actor, within), sittings_today_in(work, within)
        news = _news(actor, within, rows + directed)
        mentioned = [*rows, *directed, *(one.case for one in actions), *(one.case for one in today)]
        mentioned += [one.case for one in news]
        names = names_of_in(work, {row.pk for row in mentioned})
        titles = {row.pk: title_of(row.number, names.get(row.pk, [])) for row in mentioned}
        reviewed = lines_named(directed, names)
        needs = triage + reports_due_in(work) + [_action(row, titles[row.case_id]) for row in actions]
        soundings = sounding_lines_in(work)
        needs += [_think_along(line) for line in soundings if line.open and not (line.own or line.answered)]
        needs += _reviews(reviewed) + _to_inform(work, reviewed)
        work.listed("my_work", [row.pk for row in rows])
        return MyWork(
            needs=tuple(sorted(needs)[:MOST]),
            more_needs=len(needs) > MOST,
            today=sitting_lines(today, titles),
            cases=tuple(lines_named(rows, names)),
            more_cases=len(rows) == MOST,
            news=_newest([_news_line(row, titles[row.case_id]) for row in news] + _answers(work, soundings)),
            closed=closed_tables_in(work, clock.today()),
        )


def _cases(actor: Actor, within: Near) -> QuerySet[Case]:
    """The cases of this person, the heaviest phase first; of very many the newest."""
    many = within.keys is None
    wanted = Q(Among(F("pk"), newest(actor, SubjectKind.CASE, MOST))) if many else within.narrows()
    rows = Case.objects.filter(scope(actor, Case), wanted).exclude(state=CaseState.CLOSED_SHIELDED)
    return rows.select_related(*SHOWN).order_by("-phase", "next_review_on", "id")[:MOST]


def _directed(actor: Actor, rows: list[Case]) -> list[Case]:
    """The cases that this person directs: of those on the page, or where not all fit, the first to be reviewed."""
    if len(rows) < MOST:
        return [row for row in rows if actor.designee in {row.case_director_id, row.process_director_id}]
    mine = Q(case_director=actor.designee) | Q(process_director=actor.designee)
    found = Case.objects.filter(scope(actor, Case), mine).exclude(state=CaseState.CLOSED_SHIELDED)
    return list(found.select_related(*SHOWN).order_by("next_review_on", "id")[:MORE])


def _judge(line: IntakeLine) -> Need:
    return Need(
        on=line.due.date,
        text=f"Oordeel geven: {line.title}",
        detail=f"{line.table} · aangemeld door {line.requested_for}",
        url=f"/triage/{line.id}/",
        due=line.due,
        icon="triage",
    )


def _think_along(line: SoundingLine) -> Need:
    """What waits at a table one sits at. Nothing of the situation stands here."""
    return Need(
        on=line.answer.date if line.answer else line.made_at.date(),
        text=f"Meedenken: vraag aan {line.table}",
        detail=f"van {line.asker}",
        url=f"/overleg/meedenken/{line.id}/",
        due=line.answer,
        icon="meeting",
    )


def _actions(actor: Actor, within: Near) -> list[AgreedAction]:
    """What this person, or anybody of the organisation, agreed to do soon."""
    soon = AgreedAction.objects.filter(
        scope(actor, AgreedAction),
        within.narrows("case_id"),
        status=ActionStatus.OPEN,
        due_on__lte=clock.today() + AHEAD,
    )
    own, anybodys = Q(professional=actor.who), Q(professional__isnull=True, organisation=actor.for_whom)
    # Among very many each by itself: an index that is in order of date is then walked to the first few.
    wanted = (own, anybodys) if within.keys is None else (own | anybodys,)
    return [row for some in wanted for row in soon.filter(some).select_related("case").order_by("due_on", "id")[:MORE]]


def _action(row: AgreedAction, title: str) -> Need:
    return Need(
        on=row.due_on,
        text=f"Afspraak: {row.text}",
        detail=title,
        url=f"/casussen/{row.case_id}/plan/",
        due=due(row.due_on, clock.today()),
        icon="check",
    )


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


def _news(actor: Actor, within: Near, shown: list[Case]) -> list[Item]:
    # Of very many cases only those that stand on the page.
    where = Q(Among(F("case_id"), {row.pk for row in shown})) if within.keys is None else within.narrows("case_id")
    rows = Item.objects.filter(scope(actor, Item), where, made_at__gt=clock.now() - NEW, withheld=False)
    rows = rows.exclude(supplier_id=actor.organisation).select_related("supplier", "case")
    return list(rows.order_by("-made_at", "id")[:NEWS])


def _answers(work: Work, soundings: tuple[SoundingLine, ...]) -> list[NewsLine]:
    if not any(line.own and line.answers for line in soundings):
        return []
    return [
        NewsLine(f"{who} dacht met u mee", f"Meedenkvraag aan {table}", f"/overleg/meedenken/{key}/", at)
        for who, table, key, at in fresh_answers_in(work)
    ]


def _newest(lines: list[NewsLine]) -> tuple[NewsLine, ...]:
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True)[:NEWS])


def _news_line(row: Item, title: str) -> NewsLine:
    return NewsLine(
        text=f"{row.supplier.name} bracht informatie in",
        detail=title,
        url=f"/casussen/{row.case_id}/informatie/",
        at=row.made_at,
    )
