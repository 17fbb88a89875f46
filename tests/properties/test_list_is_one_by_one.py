"""What a list, search or export shows is what opens one by one, and what row-level security alone shows.

Generated organisations, functions, designations, grants and categories; every scope of every room.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from django.db.models import Model, QuerySet
from hypothesis import HealthCheck, Phase, given, settings

from knooppunt.cases import queries as cases
from knooppunt.cases.models import (
    AgreedAction,
    Case,
    Consultation,
    Document,
    Goal,
    Intake,
    Item,
    Note,
    Participant,
    Plan,
    Sounding,
    SoundingAnswer,
    StateChange,
)
from knooppunt.cases.queries.documents import files_in
from knooppunt.kernel import access, clock
from knooppunt.kernel.access import scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import NotFoundForYou, Refused
from knooppunt.kernel.models import Draft
from knooppunt.kernel.work import look
from knooppunt.people import queries as people
from knooppunt.people.models import Person, PersonLink
from knooppunt.sharing import law
from knooppunt.sharing.access import FEW, Reach, reach
from knooppunt.sharing.models import Grant
from knooppunt.signals import queries as signals
from knooppunt.signals.models import Report
from knooppunt.site.search import TEXT_KINDS
from tests.database import Run, empty_tables
from tests.properties.situations import (
    CATEGORIES,
    GUARDS,
    Drawn,
    Place,
    Situation,
    expected,
    happen,
    may_see,
    one_by_one,
    resident_models,
    situations,
    stand,
)
from tests.walls.filling import NOW, SECRET

EMPTIED_EVERY = 20
LEADS_TO = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

TEXTS: Mapping[str, tuple[type[Model], tuple[str, ...]]] = {
    "item": (Item, ("text",)),
    "plan": (Plan, ("own_words",)),
    "goal": (Goal, ("text", "own_words")),
    "action": (AgreedAction, ("text", "status_note")),
    "consultation": (Consultation, ("purpose",)),
    "note": (Note, ("text",)),
    "report": (Report, ("happened", "worry", "question")),
}
"""In which fields of which rows words are sought; every invented text is or is not the word that is sought."""


def without_walls(place: Place, rows: QuerySet[Any]) -> set[Any]:
    """What a list shows by itself: as kn_web, row-level security would hide that its scope is too wide."""
    statement, values = rows.values_list("pk").query.sql_with_params()
    return {key for (key,) in place.owner.execute(statement, values)}  # type: ignore[call-overload]


def check(place: Place, made: Situation, drawn: Drawn) -> None:
    """The property, for every actor and every scope of the house."""
    for actor, seen in zip(made.actors, drawn.actors, strict=True):
        with look(actor, "property"):
            reaches = {subject: reach(actor, subject) for _, subject in made.subjects}
            for number, (_, subject) in enumerate(made.subjects):
                assert reaches[subject].categories == expected(drawn, seen, number), "what is reached differs"
            check_function(reaches)
            opens = one_by_one(actor, reaches, made)
            for model in resident_models():
                listed = without_walls(place, model._default_manager.filter(scope(actor, model)))
                alone = set(model._default_manager.values_list("pk", flat=True))
                assert listed == opens[model], f"{model.__name__}: the list differs from one by one"
                assert alone == opens[model], f"{model.__name__}: row-level security differs from one by one"
        check_texts(actor, made, reaches)
        if actor.function in (Function.EXECUTION, Function.OVERSIGHT):
            # Lists of who reaches many subjects take another road; with few as none, every list takes it.
            with mock.patch("knooppunt.sharing.access.FEW", 0 if drawn.many else FEW):
                check_pages(actor, made, reaches)


def check_texts(actor: Actor, made: Situation, reaches: Mapping[UUID, Reach]) -> None:
    """A search shows the texts that hold the word and open one by one; what the gate names, the rooms open again."""
    holding = set()
    for kind, (model, fields) in TEXTS.items():
        for row in made.rows.get(model, []):
            is_there = any(SECRET in getattr(row, field) for field in fields)
            is_said = not getattr(row, "withheld", False) and getattr(row, "status", "") != "replaced"
            if is_there and is_said and may_see(reaches, row):
                holding.add((kind, row.pk))
    with look(actor, "property") as work:
        if actor.function is not Function.EXECUTION:
            with pytest.raises(Refused):
                people.texts_in(work, SECRET, TEXTS)
            assert named_by_gate() == set(), "the gate opens to another function"
            return
        found, more = people.texts_in(work, SECRET.upper(), TEXTS)
        assert {(one.kind, one.row) for one in found} == holding, "the gate differs from one by one"
        assert named_by_gate() == holding, "the gate differs from one by one"
        assert not more
        assert (cases.opened_texts_in(work, found) | signals.opened_texts_in(work, found)).keys() == holding


def named_by_gate() -> set[tuple[str, UUID]]:
    """What the gate names to whoever acts now, whatever the application would ask before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, row_id FROM kn_texts(%s, %s, 100)", [SECRET, list(TEXTS)])
        return set(cursor.fetchall())


def check_function(reaches: Mapping[UUID, Reach]) -> None:
    """What gates ask, `kn_reaches`, says the same as the policies, which hold the condition in place."""
    asked = [(subject, category) for subject in reaches for category in CATEGORIES]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kn_reaches(asked.subject, asked.category, NULL) FROM unnest(%s::uuid[], %s::text[])"
            " WITH ORDINALITY AS asked(subject, category, place) ORDER BY place",
            [[subject for subject, _ in asked], [category for _, category in asked]],
        )
        said = [row[0] for row in cursor.fetchall()]
    assert said == [reaches[subject].shows(category) for subject, category in asked], "kn_reaches differs"


def opening(page: Callable[..., object], actor: Actor, keys: list[UUID], **said: Any) -> set[UUID]:
    """The keys whose page opens for this actor."""
    found = set()
    for key in keys:
        with suppress(NotFoundForYou, Refused):
            page(actor, key, **said)
            found.add(key)
    return found


def check_pages(actor: Actor, made: Situation, reaches: Mapping[UUID, Reach]) -> None:
    """What lists, counts, titles and exports of the pages show is what opens there."""
    every = [row.pk for row in made.rows[Case]]
    opens = opening(cases.overview_page, actor, every, purpose="test")
    shown = cases.case_list(actor, cases.CaseFilter())
    assert {line.id for line in shown.lines} == opens
    assert shown.total == len(opens)
    assert {line.id for line in cases.export(actor, cases.CaseFilter())} == opens
    intakes = opening(cases.intake_page, actor, [row.pk for row in made.rows[Intake]])
    assert {line.id for line in cases.intake_list(actor)} == intakes
    strangers = [key for _, key in made.subjects]
    assert cases.titles(actor, strangers).keys() == opens | intakes
    for case in opens:
        check_items(actor, made, case, reaches[case])
        check_plan(actor, made, case, reaches[case])
    check_sittings(actor, made)
    check_persons(actor, made, reaches)
    if actor.function is Function.EXECUTION:
        soundings = check_soundings(actor, made, reaches)
        check_my_work(actor, made, opens | intakes | soundings)
        check_outage_sheet(actor, made, reaches)
    check_reports(actor, made, reaches)


def check_my_work(actor: Actor, made: Situation, opens: set[UUID]) -> None:
    """What stands on Mijn werk opens one by one: cases, sittings, and whatever waits or is new leads to."""
    mine = cases.my_work(actor)
    assert {line.id for line in mine.cases} <= opens
    sittings = opening(cases.consultation_page, actor, [row.pk for row in made.rows[Consultation]], purpose="test")
    assert {line.id for line in mine.today} <= sittings
    reports = opening(signals.report_page, actor, [row.pk for row in made.rows[Report]])
    led_to = {UUID(LEADS_TO.findall(line.url)[0]) for line in [*mine.needs, *mine.news]}
    assert led_to <= opens | reports


def check_soundings(actor: Actor, made: Situation, reaches: Mapping[UUID, Reach]) -> set[UUID]:
    """The list of questions shows those that open, each with the answers that open, and counts them the same."""
    opens = opening(cases.sounding_page, actor, [row.pk for row in made.rows[Sounding]])
    assert {row.pk for row in made.rows[Sounding] if may_see(reaches, row)} == opens
    lines = cases.sounding_list(actor)
    assert {line.id for line in lines} == opens
    for line in lines:
        answers = {row.pk for row in made.rows[SoundingAnswer] if row.sounding_id == line.id}
        assert {one.id for one in cases.sounding_page(actor, line.id).answers} == answers
        assert line.answers == len(answers)
    return opens


def check_items(actor: Actor, made: Situation, case: UUID, reached: Reach) -> None:
    """The page of a case shows the items that open, and no other."""
    page = cases.information_page(actor, case, "test")
    lines = [line for _, group in page.by_category for line in group] + list(page.withheld)
    regime = law.in_force("WGS_ZVH", NOW.date())
    rows = [row for row in made.rows.get(Item, []) if row.case_id == case and may_see({case: reached}, row)]
    assert {line.id for line in lines} == {row.pk for row in rows if row.withheld or row.category in regime.categories}
    check_files(actor, made, case, {row.pk for row in rows})


def check_files(actor: Actor, made: Situation, case: UUID, items: set[UUID]) -> None:
    """A file opens exactly when its item does and it was found clean; in another case it is not there."""
    rows = [row for row in made.rows.get(Document, []) if row.case_id == case]
    with look(actor, "check") as work:
        assert {line.id for line in files_in(work, Case(pk=case))} == {row.pk for row in rows if row.item_id in items}
    opens = {row.pk for row in rows if row.item_id in items and row.status == "clean"}
    for where, shown in ((case, opens), (uuid4(), set[UUID]())):

        def page(actor: Actor, key: UUID, where: UUID = where) -> object:
            return cases.document_file(actor, where, key, "test")

        assert opening(page, actor, [row.pk for row in rows]) == shown


def check_plan(actor: Actor, made: Situation, case: UUID, reached: Reach) -> None:
    """The plan of a case shows the goals and agreed actions that open, and no other."""
    page = cases.plan_page(actor, case, "test")
    shown = {line.id for goal in page.goals for line in goal.actions} | {line.id for line in page.loose_actions}
    for model, found in ((Goal, {goal.id for goal in page.goals}), (AgreedAction, shown)):
        rows = [row for row in made.rows.get(model, []) if row.case_id == case and may_see({case: reached}, row)]
        assert found == {row.pk for row in rows}, model.__name__


def check_sittings(actor: Actor, made: Situation) -> None:
    """The lists of sittings show those that open."""
    opens = opening(cases.consultation_page, actor, [row.pk for row in made.rows[Consultation]], purpose="test")
    assert {line.id for past in (True, False) for line in cases.consultation_list(actor, past=past)} == opens


def check_outage_sheet(actor: Actor, made: Situation, reaches: Mapping[UUID, Reach]) -> None:
    """On paper stands today what the lists of sittings, partners and own agreed actions show, by the same names."""
    (today,) = cases.outage_sheet(actor).days
    assert {(one.id, one.title) for one in today.sittings} == {
        (one.id, one.title) for one in cases.consultation_list(actor)
    }
    actions = [row for row in made.rows[AgreedAction] if may_see(reaches, row)]
    assert {one.id for one in today.actions} == {row.pk for row in actions if row.organisation_id == actor.organisation}
    partners = [row for row in made.rows[Participant] if may_see(reaches, row)]
    for line in today.sittings:
        head = cases.overview_page(actor, line.case).head
        assert line.partners == tuple(one.name for one in head.partners)
        assert len(line.partners) == sum(row.case_id == line.case for row in partners)


def check_persons(actor: Actor, made: Situation, reaches: Mapping[UUID, Reach]) -> None:
    """Whom a subject is about, and where a person occurs, is told only where the link itself may be seen."""
    rows = made.rows.get(PersonLink, [])
    seen = {(row.person_id, row.subject_id) for row in rows if may_see(reaches, row)}
    with look(actor, "check") as work:
        told = people.persons_of_in(work, {row.subject_id for row in rows})
        assert {(one.person, key) for key, those in told.items() for one in those} == seen
        for person in {row.person_id for row in rows}:
            assert {(one.person, one.subject_id) for one in people.same_person_in(work, person)} <= seen


def check_reports(actor: Actor, made: Situation, reaches: Mapping[UUID, Reach]) -> None:
    """The boxes of reports show the reports that open and belong there."""
    rows = {row.pk: row for row in made.rows[Report]}
    opens = opening(signals.report_page, actor, list(rows))
    assert opens == {key for key, row in rows.items() if may_see(reaches, row) and row.status != "replaced"}
    sent = {row.id for row in signals.inbox(actor, signals.InboxFilter(box="gemeld")).rows}
    received = signals.inbox(actor, signals.InboxFilter(box="open"))
    assert sent == {key for key in opens if rows[key].sender_id == actor.organisation}
    assert {row.id for row in received.rows} == {key for key in opens if actor.organisation in rows[key].receivers}
    assert received.count == len(received.rows) == len(signals.export(actor, signals.InboxFilter(box="open"))) - 1


@pytest.fixture
def examples(
    transactional_db: None, run_database: Run, owner_connection: psycopg.Connection
) -> Callable[[Drawn], None]:
    """Runs one example after another; now and then the tables are emptied, so that they stay small."""
    places: list[Place] = []
    done = itertools.count()

    def run(drawn: Drawn) -> None:
        if next(done) % EMPTIED_EVERY == 0:
            empty_tables(run_database.url("owner"))
            places.append(stand(owner_connection))
        with clock.stopped_at(NOW):
            check(places[-1], happen(places[-1], drawn), drawn)

    return run


# Making an example smaller takes a database as long as making it; the first one found must do.
bounded = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
# For a fault that is there: it ends at the first example that shows it, so many cost nothing.
ONCE = settings(bounded, max_examples=600, database=None)


def run_property(examples: Callable[[Drawn], None], how: settings, *, about: str = "") -> None:
    """The property over generated situations."""

    @how
    @given(situations(about=about))
    def holds(drawn: Drawn) -> None:
        examples(drawn)

    holds()


def test_every_scope_about_residents_stands_in_this_test() -> None:
    assert set(resident_models()) == {*GUARDS, Person, Draft}


def test_every_kind_of_text_that_is_found_stands_in_this_test_and_is_shown(
    db: None, owner_connection: psycopg.Connection
) -> None:
    kept = owner_connection.execute("SELECT substr(proname, 13) FROM pg_proc WHERE proname LIKE 'kn\\_words\\_of\\_%'")
    assert {row[0] for row in kept} == set(TEXTS)
    assert {code for _label, _icon, codes in TEXT_KINDS.values() for code in codes} == set(TEXTS)


def test_a_list_shows_what_opens_one_by_one_and_row_level_security_agrees(
    examples: Callable[[Drawn], None],
) -> None:
    run_property(examples, settings(bounded, max_examples=max(25, settings().max_examples // 2)))


def test_a_scope_that_forgets_the_category_is_found(examples: Callable[[Drawn], None]) -> None:
    leak = {Goal: access.scopes()[StateChange]}
    with (
        mock.patch.dict(access._scopes, leak),
        pytest.raises(AssertionError, match="Goal: the list differs from one by one"),
    ):
        run_property(examples, ONCE)


def test_a_policy_that_lets_everyone_read_is_found(
    examples: Callable[[Drawn], None], owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute("CREATE POLICY leak ON cases_note FOR SELECT TO kn_web USING (true)")
    try:
        with pytest.raises(AssertionError, match="Note: row-level security differs from one by one"):
            run_property(examples, ONCE)
    finally:
        owner_connection.execute("DROP POLICY leak ON cases_note")


def test_a_reader_that_ignores_designations_is_found(examples: Callable[[Drawn], None]) -> None:
    def granted(actor: Actor) -> Any:
        return Grant.objects.filter(organisation_id=actor.for_whom, function=actor.function.value)

    with mock.patch("knooppunt.sharing.access.grants_in_use", granted), pytest.raises(AssertionError):
        run_property(examples, ONCE)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("a.put_in_force_on <= kn_opened.today", "true"),
        ("a.starts_on <= kn_opened.today", "true"),
        ("a.ends_on >= kn_opened.today", "true"),
        ("p.organisation_id = kn_opened.organisation", "true"),
        ("a.ends_on >= kn_opened.today", "a.ends_on > kn_opened.today"),
        ("a.put_in_force_on <= kn_opened.today", "a.put_in_force_on < kn_opened.today"),
    ],
)
def test_a_database_that_reads_the_register_wrongly_is_found(
    examples: Callable[[Drawn], None], owner_connection: psycopg.Connection, was: str, becomes: str
) -> None:
    with (
        altered_gate(owner_connection, was, becomes, OPENED),
        pytest.raises(AssertionError, match=r"what is reached differs|differs from one by one|kn_reaches differs"),
    ):
        run_property(examples, ONCE, about="register")


def test_a_reader_that_never_looks_in_the_register_is_found(examples: Callable[[Drawn], None]) -> None:
    def anything(*_said: object) -> frozenset[str]:
        return frozenset(CATEGORIES)

    with (
        mock.patch("knooppunt.sharing.access.opened_now", anything),
        pytest.raises(AssertionError, match="what is reached differs"),
    ):
        run_property(examples, ONCE, about="register")


TEXT_GATE = "kn_texts(text, text[], int)"
OPENED = "kn_opened(uuid, date)"


@contextmanager
def altered_gate(owner: psycopg.Connection, was: str, becomes: str, gate: str = TEXT_GATE) -> Iterator[None]:
    """The gate of texts, or another function, with something else in it, for a while."""
    found = owner.execute("SELECT pg_get_functiondef(%s::regprocedure)", [gate]).fetchone()
    assert found is not None
    original = str(found[0])
    assert was in original
    owner.execute(original.replace(was, becomes))  # type: ignore[call-overload]
    try:
        yield
    finally:
        owner.execute(original)  # type: ignore[call-overload]


def test_texts_are_the_same_for_whoever_reaches_many_subjects(
    examples: Callable[[Drawn], None], owner_connection: psycopg.Connection
) -> None:
    with altered_gate(owner_connection, "few CONSTANT int := 2000", "few CONSTANT int := 0"):
        run_property(examples, settings(bounded, max_examples=max(10, settings().max_examples // 5)))


LIMITED = "CASE WHEN m.only_for IS NULL OR $4 = ANY (m.only_for) THEN m.category END"
REACHED = f"g.organisation_id = $4) THEN kn_reaches(m.subject_id, {LIMITED}, m.own_id) END"

FORGOTTEN = {
    "category": (REACHED, REACHED.replace("m.category", "''core''")),
    "that some things are for some only": (REACHED, REACHED.replace(LIMITED, "m.category")),
    "that only some things are one's own": (REACHED, REACHED.replace("m.own_id", "$4")),
    "that some things are one's own": (REACHED, REACHED.replace("m.own_id", "NULL")),
    "validity and designation": (REACHED, "g.organisation_id = $4 AND m.category = ANY (g.categories)) THEN true END"),
    "function": ("IS DISTINCT FROM 'execution'", "IS DISTINCT FROM kn_setting('function')"),
}


@pytest.mark.parametrize("what", FORGOTTEN)
def test_a_gate_of_texts_that_forgets_something_is_found(
    examples: Callable[[Drawn], None], owner_connection: psycopg.Connection, what: str
) -> None:
    with (
        altered_gate(owner_connection, *FORGOTTEN[what]),
        pytest.raises(AssertionError, match=r"the gate (differs|opens)"),
    ):
        run_property(examples, ONCE, about="texts")
