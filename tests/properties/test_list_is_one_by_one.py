"""What a list, search or export shows is what opens one by one, and what row-level security alone shows.

Generated organisations, functions, designations, grants and categories; every scope of every room.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import attrgetter
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from django.db.models import Model, QuerySet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from knooppunt.cases import queries as cases
from knooppunt.cases.models import (
    AgreedAction,
    Attendance,
    Case,
    CasePerson,
    Consultation,
    Document,
    DocumentContent,
    Goal,
    Intake,
    Item,
    Judgement,
    Note,
    Participant,
    PhaseChange,
    Plan,
    StateChange,
)
from knooppunt.cases.queries.documents import files_in
from knooppunt.kernel import access, clock
from knooppunt.kernel.access import scope, scopes
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import NotFoundForYou, Refused
from knooppunt.kernel.models import Draft
from knooppunt.kernel.work import look
from knooppunt.partners.models import Area, Organisation, Region, Table
from knooppunt.partners.rules import OrganisationKind, ParticipantClass
from knooppunt.people import queries as people
from knooppunt.people.models import Person, PersonJoin, PersonLink
from knooppunt.sharing import law
from knooppunt.sharing.access import FEW, Reach, reach
from knooppunt.sharing.models import Designation, Grant
from knooppunt.sharing.rules import CORE
from knooppunt.signals import queries as signals
from knooppunt.signals.models import Report, ReportPerson, Route
from knooppunt.site.search import TEXT_KINDS
from tests.database import Run, empty_tables
from tests.walls.filling import NOW, SECRET, Filling

IDENTITY = "identity_contact"
CATEGORIES = (CORE, IDENTITY, "health", "police", "relations")
FUNCTIONS = (Function.EXECUTION, Function.OVERSIGHT, Function.COUNTS, Function.MAINTENANCE, Function.SYSTEM)
ABOVE = ("table", "region", "route")
EMPTIED_EVERY = 20

VALIDITY: Mapping[str, dict[str, Any]] = {
    "in force": {},
    "in force until later": {"valid_until": NOW + timedelta(seconds=1)},
    "ended": {"valid_from": NOW - timedelta(days=2), "valid_until": NOW - timedelta(days=1)},
    "ends now": {"valid_from": NOW - timedelta(days=2), "valid_until": NOW},
    "to come": {"valid_from": NOW + timedelta(seconds=1)},
}


@dataclass(frozen=True)
class Guard:
    """On which columns the right to see a row rests: subject, category (or a fixed one), own organisation."""

    subject: str
    category: str = ""
    own: str = ""
    fixed: str = CORE


GUARDS: Mapping[type[Model], Guard] = {
    Intake: Guard("id"),
    Judgement: Guard("intake_id"),
    Case: Guard("id"),
    StateChange: Guard("case_id"),
    CasePerson: Guard("case_id", "category"),
    Participant: Guard("case_id", "category", "organisation_id"),
    PhaseChange: Guard("case_id", "category"),
    Item: Guard("case_id", "category", "supplier_id"),
    Document: Guard("case_id", "category", "supplier_id"),
    DocumentContent: Guard("document.case_id", "document.category", "document.supplier_id"),
    Plan: Guard("case_id", "category"),
    Goal: Guard("case_id", "category"),
    AgreedAction: Guard("case_id", "category", "organisation_id"),
    Consultation: Guard("case_id", "category"),
    Attendance: Guard("case_id", "category", "organisation_id"),
    Note: Guard("case_id", "category", "organisation_id"),
    Report: Guard("id"),
    ReportPerson: Guard("report_id", fixed=IDENTITY),
    PersonLink: Guard("subject_id", "category"),
}
"""Written down once more, apart from the rooms' own tables: that is the point."""

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

PARTS = (CasePerson, PhaseChange, Item, Goal, AgreedAction, Note)
"""Of these every case has one per category, of a drawn organisation; of others one per case or organisation."""


@dataclass(frozen=True)
class Given:
    """A grant or designation, as drawn: by place in the lists of organisations, designees and subjects."""

    organisation: int
    designee: int
    function: Function
    subject: int
    above: str
    categories: frozenset[str]
    validity: str
    spoofed: bool


@dataclass(frozen=True)
class Drawn:
    """One generated situation."""

    cases: int
    closed: bool
    replaced: bool
    many: bool
    owners: tuple[int, ...]
    files: tuple[str, ...]
    silent: frozenset[str]
    withheld: frozenset[str]
    persons: tuple[tuple[tuple[int, bool], ...], ...]
    joins: tuple[tuple[int, int, bool], ...]
    grants: tuple[Given, ...]
    designations: tuple[Given, ...]
    actors: tuple[tuple[int, int, Function], ...]


ORGANISATIONS, DESIGNEES, SUBJECTS = 3, 3, 4
some_organisation = st.integers(0, ORGANISATIONS - 1)
some_designee = st.integers(0, DESIGNEES - 1)
some_subject = st.integers(0, SUBJECTS - 1)
often_execution = st.one_of(st.just(Function.EXECUTION), st.sampled_from(FUNCTIONS))
often_valid = st.one_of(st.just("in force"), st.sampled_from(sorted(VALIDITY)))
some_given = st.builds(
    Given,
    organisation=some_organisation,
    designee=some_designee,
    function=often_execution,
    subject=some_subject,
    above=st.sampled_from(("", "", *ABOVE)),
    categories=st.frozensets(st.sampled_from(CATEGORIES[1:]), max_size=3),
    validity=often_valid,
    spoofed=st.booleans(),
)
some_owners = st.lists(some_organisation, min_size=len(CATEGORIES), max_size=len(CATEGORIES))
some_files = st.lists(
    st.sampled_from(("clean", "clean", "checking", "stopped")), min_size=len(CATEGORIES), max_size=len(CATEGORIES)
)
some_categories = st.frozensets(st.sampled_from(CATEGORIES), max_size=2)
some_occurrences = st.lists(st.tuples(some_subject, st.booleans()), max_size=3, unique_by=lambda one: one[0])
some_persons = st.lists(some_occurrences.map(tuple), max_size=3)
some_joins = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=2)


@st.composite
def situations(draw: st.DrawFn) -> Drawn:
    """Most grants get a designation that (nearly) fits, and most actors are designated: else nobody sees a thing."""
    grants = draw(st.lists(some_given, min_size=1, max_size=5))
    designations = draw(st.lists(some_given, max_size=2))
    for grant in grants:
        fits = replace(grant, designee=draw(some_designee), validity=draw(often_valid), spoofed=draw(st.booleans()))
        designations.append(replace(fits, above=draw(st.sampled_from((grant.above, grant.above, "", *ABOVE)))))
    hats = [(one.organisation, one.designee, one.function) for one in designations]
    actors = draw(st.lists(st.sampled_from(hats), min_size=1, max_size=2, unique=True))
    stranger = draw(st.tuples(some_organisation, some_designee, often_execution))
    return Drawn(
        cases=draw(st.integers(1, 2)),
        closed=draw(st.booleans()),
        replaced=draw(st.booleans()),
        many=draw(st.booleans()),
        owners=tuple(draw(some_owners)),
        files=tuple(draw(some_files)),
        silent=draw(some_categories),
        withheld=draw(some_categories),
        persons=tuple(draw(some_persons)),
        joins=tuple(draw(some_joins)),
        grants=tuple(grants),
        designations=tuple(designations),
        actors=tuple(dict.fromkeys([*actors, stranger])),
    )


@dataclass
class Place:
    """What stands through all examples, and the filling that puts rows in."""

    owner: psycopg.Connection
    filling: Filling
    organisations: list[UUID] = field(default_factory=list)


def stand(owner: psycopg.Connection) -> Place:
    """A region with a table, a route and organisations of different kinds and classes."""
    filling = Filling(owner)
    place = Place(owner, filling)
    kinds = itertools.cycle(OrganisationKind)
    for participant_class in ParticipantClass:
        row = filling.add(
            Organisation, kind=next(kinds).value, participant_class=participant_class.value, name=uuid4().hex
        )
        place.organisations.append(row.pk)
    filling.add(Area, kind="municipality")
    for model in (Region, Table, Route):
        filling.one(model)
    filling.commit()
    return place


@dataclass
class Situation:
    """A drawn situation in the database: subjects, rows by model, and the actors who look."""

    subjects: list[tuple[str, UUID]]
    rows: dict[type[Model], list[Any]]
    designees: list[UUID]
    actors: list[Actor]
    above: dict[str, UUID] = field(default_factory=lambda: {kind: uuid4() for kind in ABOVE})
    """Opaque to grants and designations; new each time, or earlier examples would come within reach."""


def happen(place: Place, drawn: Drawn) -> Situation:
    """Puts a drawn situation in the database."""
    subjects = [("case", uuid4()), ("case", uuid4()), ("intake", uuid4()), ("report", uuid4())]
    designees = [uuid4() for _ in range(DESIGNEES)]
    actors = [Actor(designees[who], place.organisations[where], hat) for where, who, hat in drawn.actors]
    made = Situation(subjects, {}, designees, actors)
    for _, key in subjects[: drawn.cases]:
        _case(place, made, key, drawn)
    _intake_and_report(place, made, drawn)
    _parts(place, made, drawn)
    _drafts(place, made)
    _persons(place, made, drawn)
    _rights(place, made, drawn)
    place.filling.commit()
    return made


def _keep(place: Place, made: Situation, model: type[Model], **values: Any) -> Any:
    row = place.filling.add(model, **values)
    made.rows.setdefault(model, []).append(row)
    return row


def _case(place: Place, made: Situation, key: UUID, drawn: Drawn) -> None:
    regime = law.in_force("WGS_ZVH", NOW.date())
    state = "closed_shielded" if drawn.closed else "in_execution"
    _keep(
        place, made, Case, id=key, number=uuid4().hex[:10], regime=regime.code, regime_version=regime.reference,
        state=state, phase="3", opened_on=NOW.date(),
    )  # fmt: skip
    _keep(place, made, StateChange, case_id=key, became=state)
    _keep(place, made, Plan, case_id=key, category="health")
    sitting = _keep(place, made, Consultation, case_id=key, category=CORE, starts_at=NOW, purpose=SECRET)
    for number, organisation in enumerate(place.organisations):
        category = CATEGORIES[number + 1]
        _keep(
            place, made, Participant, case_id=key, category=category, organisation_id=organisation,
            participant_class="public", since=NOW.date(),
        )  # fmt: skip
        _keep(
            place, made, Attendance, case_id=key, category=category, organisation_id=organisation, consultation=sitting
        )


def _intake_and_report(place: Place, made: Situation, drawn: Drawn) -> None:
    (_, intake), (_, report) = made.subjects[2:]
    organisation = place.organisations[0]
    _keep(place, made, Intake, id=intake, status="in_triage", requested_for_id=organisation)
    _keep(place, made, Judgement, intake_id=intake, organisation_id=place.organisations[1])
    _keep(
        place, made, Report, id=report, sender_id=organisation, receivers=place.organisations[1:],
        number_key=uuid4().hex, kind="E33", status="replaced" if drawn.replaced else "open", received_at=NOW,
    )  # fmt: skip
    _keep(place, made, ReportPerson, report_id=report, person_id=uuid4(), born="", gender="")


def _parts(place: Place, made: Situation, drawn: Drawn) -> None:
    for sitting in made.rows[Consultation]:
        for model, (category, owner) in itertools.product(PARTS, zip(CATEGORIES, drawn.owners, strict=True)):
            values: dict[str, Any] = {"case_id": sitting.case_id, "category": category}
            names = {one.attname for one in model._meta.concrete_fields}
            own = names & {"organisation_id", "supplier_id"}
            values |= dict.fromkeys(own, place.organisations[owner])
            if model is Note:
                values |= {"consultation": sitting, "step": "image"}
            if model is Item:
                values |= {"subject": "resident", "basis": "test", "withheld": category in drawn.withheld}
            if model is AgreedAction:
                values |= {"due_on": NOW.date()}
            if category in drawn.silent:
                values |= dict.fromkeys(names & {"text", "own_words", "status_note"}, "iets anders")
            row = _keep(place, made, model, **values)
            if model is Item:
                _file(place, made, row, drawn.files[CATEGORIES.index(category)])


def _file(place: Place, made: Situation, item: Any, status: str) -> None:
    """A file with the item, which is clean, waits for the scanner or was stopped."""
    document = _keep(
        place, made, Document, item=item, case_id=item.case_id, category=item.category, supplier_id=item.supplier_id,
        status=status, kind="text", remove_on=NOW.date() if status == "stopped" else None,
    )  # fmt: skip
    _keep(place, made, DocumentContent, document=document)


def _drafts(place: Place, made: Situation) -> None:
    """Everyone typed something about every subject and about none; the first also elsewhere, and in another hat."""
    first = made.actors[0]
    others = [replace(first, organisation=place.organisations[2]), replace(first, function=Function.GOVERNANCE)]
    subjects = [*(key for _, key in made.subjects), None]
    for someone, subject in itertools.product([*made.actors, *others], subjects):
        _keep(
            place, made, Draft, designee=someone.who, organisation=someone.for_whom, function=someone.function.value,
            subject_id=subject, form=uuid4().hex, text="getypt",
        )  # fmt: skip


def _persons(place: Place, made: Situation, drawn: Drawn) -> None:
    persons = [_keep(place, made, Person) for _ in drawn.persons]
    for person, occurs in zip(persons, drawn.persons, strict=True):
        for which, around in occurs:
            kind, subject = made.subjects[which]
            _keep(
                place, made, PersonLink, person_id=person.pk, subject_kind=kind, subject_id=subject,
                category="relations" if around else IDENTITY, born="",
            )  # fmt: skip
    pairs = {}
    for kept, joined, undone in drawn.joins:
        if kept < joined < len(persons):
            pairs[kept, joined] = undone
    for (kept, joined), undone in pairs.items():
        place.filling.add(
            PersonJoin, kept_id=persons[kept].pk, joined_id=persons[joined].pk, undone_at=NOW if undone else None
        )


def _rights(place: Place, made: Situation, drawn: Drawn) -> None:
    for one in drawn.grants:
        kind, subject = made.subjects[one.subject]
        place.filling.add(
            Grant, organisation_id=place.organisations[one.organisation], function=one.function.value,
            subject_kind=kind, subject_id=subject, under_id=made.above.get(one.above), basis="test",
            categories=[CORE, *sorted(one.categories)], **{"valid_from": NOW, **VALIDITY[one.validity]},
        )  # fmt: skip
    for one in drawn.designations:
        kind, subject = (one.above, made.above[one.above]) if one.above else made.subjects[one.subject]
        place.filling.add(
            Designation, organisation_id=place.organisations[one.organisation], function=one.function.value,
            designee_id=made.designees[one.designee], subject_kind="case" if one.spoofed and one.above else kind,
            subject_id=subject, **{"valid_from": NOW, **VALIDITY[one.validity]},
        )  # fmt: skip


def expected(drawn: Drawn, seen: tuple[int, int, Function], subject: int) -> set[str]:
    """The categories that someone reaches of a subject, in plain Python; nothing of it comes from the house."""
    where, who, hat = seen
    runs = {"in force", "in force until later"}
    held: set[str] = set()
    for grant in drawn.grants:
        if (grant.organisation, grant.function, grant.subject) != (where, hat, subject) or grant.validity not in runs:
            continue
        for one in drawn.designations:
            mine = (one.organisation, one.designee, one.function) == (where, who, hat) and one.validity in runs
            direct = not one.above and one.subject == subject
            above = bool(one.above) and one.above == grant.above and not one.spoofed
            if mine and (direct or above):
                held |= {CORE, *grant.categories}
    return held


def may_see(reaches: Mapping[UUID, Reach], row: Any) -> bool:
    """Whether one record opens, judged by itself."""
    guard = GUARDS[type(row)]
    category = attrgetter(guard.category)(row) if guard.category else guard.fixed
    own = attrgetter(guard.own)(row) if guard.own else None
    judged = not isinstance(row, DocumentContent) or row.document.status == "clean"
    return judged and reaches[attrgetter(guard.subject)(row)].shows(category, own)


def is_own(actor: Actor, reaches: Mapping[UUID, Reach], draft: Draft) -> bool:
    """Whether this actor typed a draft, for this organisation and in this hat, and still reaches what it is about."""
    mine = (draft.designee, draft.organisation, draft.function) == (actor.who, actor.for_whom, actor.function.value)
    return mine and (draft.subject_id is None or reaches[draft.subject_id].shows())


def one_by_one(actor: Actor, reaches: Mapping[UUID, Reach], made: Situation) -> dict[type[Model], set[Any]]:
    """What opens for an actor, record by record."""
    found = {model: {row.pk for row in made.rows.get(model, []) if may_see(reaches, row)} for model in GUARDS}
    links = [row for row in made.rows.get(PersonLink, []) if row.pk in found[PersonLink]]
    found[Person] = {link.person_id for link in links}
    found[Draft] = {row.pk for row in made.rows[Draft] if is_own(actor, reaches, row)}
    return found


def resident_models() -> list[type[Model]]:
    """Every model with a scope that is about residents: professionals are listed for their administrators."""
    return [model for model in scopes() if model._meta.app_label != "partners"]


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
        assert {line.id for line in cases.my_work(actor).cases} <= opens
        check_outage_sheet(actor, made, reaches)
    check_reports(actor, made, reaches)


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
    for where, expected in ((case, opens), (uuid4(), set[UUID]())):

        def page(actor: Actor, key: UUID, where: UUID = where) -> object:
            return cases.document_file(actor, where, key, "test")

        assert opening(page, actor, [row.pk for row in rows]) == expected


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
ONCE = settings(bounded, max_examples=60, database=None)


def run_property(examples: Callable[[Drawn], None], how: settings) -> None:
    """The property over generated situations."""

    @how
    @given(situations())
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


@contextmanager
def altered_gate(owner: psycopg.Connection, was: str, becomes: str) -> Iterator[None]:
    """The gate of texts with something else in it, for a while."""
    found = owner.execute("SELECT pg_get_functiondef('kn_texts(text, text[], int)'::regprocedure)").fetchone()
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


REACHED = "g.organisation_id = $4)\n      AND kn_reaches(m.subject_id, m.category, m.own_id)"

FORGOTTEN = {
    "category": (REACHED, REACHED.replace("m.category", "''core''")),
    "that only some things are one's own": (REACHED, REACHED.replace("m.own_id", "$4")),
    "that some things are one's own": (REACHED, REACHED.replace("m.own_id", "NULL")),
    "validity and designation": (REACHED, "g.organisation_id = $4 AND m.category = ANY (g.categories))"),
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
        run_property(examples, ONCE)
