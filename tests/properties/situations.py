"""Random situations: who was granted and designated what, and the rows that stand around it.

Drawn first (plain data, for the oracle that judges by itself), put in the database afterwards. The property test
of lists and the leak test of the doors both stand on it.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db.models import Model
from hypothesis import strategies as st

from knooppunt.cases.models import (
    AgreedAction,
    Attendance,
    Case,
    CasePerson,
    Consent,
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
    Sounding,
    SoundingAnswer,
    StateChange,
)
from knooppunt.kernel.access import scopes
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.models import Draft
from knooppunt.partners.models import Area, Organisation, Region, Table
from knooppunt.partners.rules import OrganisationKind, ParticipantClass
from knooppunt.people.models import Person, PersonJoin, PersonLink
from knooppunt.sharing import law
from knooppunt.sharing.access import Reach
from knooppunt.sharing.models import Agreement, AgreementParty, Designation, Grant, SupplyDecision, TableRegime
from knooppunt.sharing.rules import CORE
from knooppunt.signals.models import Report, ReportPerson, Route
from tests.walls.filling import NOW, SECRET, Filling

IDENTITY = "identity_contact"
CATEGORIES = (CORE, IDENTITY, "health", "police", "relations")
FUNCTIONS = (Function.EXECUTION, Function.OVERSIGHT, Function.COUNTS, Function.MAINTENANCE, Function.SYSTEM)
ABOVE = ("table", "region", "route")

VALIDITY: Mapping[str, dict[str, Any]] = {
    "in force": {},
    "in force until later": {"valid_until": NOW + timedelta(seconds=1)},
    "ended": {"valid_from": NOW - timedelta(days=2), "valid_until": NOW - timedelta(days=1)},
    "ends now": {"valid_from": NOW - timedelta(days=2), "valid_until": NOW},
    "to come": {"valid_from": NOW + timedelta(seconds=1)},
}

TODAY = NOW.date()
DAY = timedelta(days=1)
FRAMES = ("WPG20_CONVENANT", "LOCAL_PUBLIC_TASK")
HOLDING: Mapping[str, dict[str, Any]] = {
    "for good": {"starts_on": TODAY - 9 * DAY, "put_in_force_on": TODAY - 9 * DAY},
    "from today": {"starts_on": TODAY - 9 * DAY, "put_in_force_on": TODAY},
    "until tonight": {"starts_on": TODAY - 9 * DAY, "put_in_force_on": TODAY - 9 * DAY, "ends_on": TODAY},
}
TERMS: Mapping[str, dict[str, Any]] = {
    **HOLDING,
    "until yesterday": {"starts_on": TODAY - 9 * DAY, "put_in_force_on": TODAY - 9 * DAY, "ends_on": TODAY - DAY},
    "from tomorrow": {"starts_on": TODAY + DAY, "put_in_force_on": TODAY},
    "judged tomorrow": {"starts_on": TODAY, "put_in_force_on": TODAY + DAY},
    "a draft": {"starts_on": TODAY - 9 * DAY},
    "called off": {"starts_on": TODAY, "put_in_force_on": TODAY, "ends_on": TODAY - DAY},
}
"""When an agreement holds; that is the case for the first three only."""


@dataclass(frozen=True)
class Guard:
    """On which columns the right to see a row rests: subject, category (or a fixed one), own organisation, limits."""

    subject: str
    category: str = ""
    own: str = ""
    only: str = ""
    fixed: str = CORE


GUARDS: Mapping[type[Model], Guard] = {
    Intake: Guard("id"),
    Judgement: Guard("intake_id"),
    Case: Guard("id"),
    StateChange: Guard("case_id"),
    CasePerson: Guard("case_id", "category"),
    Participant: Guard("case_id", "category", "organisation_id"),
    PhaseChange: Guard("case_id", "category"),
    Item: Guard("case_id", "category", "supplier_id", "only_for"),
    Document: Guard("case_id", "category", "supplier_id", "only_for"),
    DocumentContent: Guard("document.case_id", "document.category", "document.supplier_id", "document.only_for"),
    SupplyDecision: Guard("subject_id", "category", "supplier_id", "only_for"),
    Consent: Guard("case_id", own="recorded_for_id", only="organisations"),
    Plan: Guard("case_id", "category"),
    Goal: Guard("case_id", "category"),
    AgreedAction: Guard("case_id", "category", "organisation_id"),
    Consultation: Guard("case_id", "category"),
    Attendance: Guard("case_id", "category", "organisation_id"),
    Note: Guard("case_id", "category", "organisation_id"),
    Sounding: Guard("id"),
    SoundingAnswer: Guard("sounding_id"),
    Report: Guard("id"),
    ReportPerson: Guard("report_id", fixed=IDENTITY),
    PersonLink: Guard("subject_id", "category"),
}
"""Written down once more, apart from the rooms' own tables: that is the point."""

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
    agreed: tuple[int, str] | None = None
    """For a grant that rests on an agreement: of which region, under which frame."""


@dataclass(frozen=True)
class Agreed:
    """An agreement of a region: between whom, under which frame, about what, and when."""

    region: int
    frame: str
    parties: frozenset[int]
    categories: frozenset[str]
    term: str


@dataclass(frozen=True)
class Drawn:
    """One generated situation."""

    cases: int
    closed: bool
    replaced: bool
    many: bool
    owners: tuple[int, ...]
    files: tuple[str, ...]
    limits: tuple[tuple[int, ...] | None, ...]
    silent: frozenset[str]
    withheld: frozenset[str]
    persons: tuple[tuple[tuple[int, bool], ...], ...]
    joins: tuple[tuple[int, int, bool], ...]
    grants: tuple[Given, ...]
    designations: tuple[Given, ...]
    agreements: tuple[Agreed, ...]
    actors: tuple[tuple[int, int, Function], ...]


Mark = Callable[[type[Model]], dict[str, Any]]

ORGANISATIONS, DESIGNEES, SUBJECTS = 3, 3, 5
some_organisation = st.integers(0, ORGANISATIONS - 1)
some_designee = st.integers(0, DESIGNEES - 1)
some_subject = st.integers(0, SUBJECTS - 1)
often_execution = st.sampled_from((*[Function.EXECUTION] * len(FUNCTIONS), *FUNCTIONS))
often_valid = st.sampled_from((*["in force"] * 3 * len(VALIDITY), *sorted(VALIDITY)))
seldom = st.sampled_from((False, False, False, True))
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
    agreed=st.one_of(st.none(), st.tuples(st.integers(0, 1), st.sampled_from(FRAMES))),
)
some_term = st.sampled_from((*sorted(TERMS), "from today", "until tonight", "until tonight"))
often_holding = st.one_of(st.sampled_from(sorted(HOLDING)), st.sampled_from(sorted(TERMS)))
some_parties = st.frozensets(some_organisation, min_size=1)
some_opened = st.frozensets(st.sampled_from(CATEGORIES[1:]))
often_all = st.one_of(st.just(frozenset(CATEGORIES[1:])), some_opened)
some_owners = st.lists(some_organisation, min_size=len(CATEGORIES), max_size=len(CATEGORIES))
some_files = st.lists(
    st.sampled_from(("clean", "clean", "checking", "stopped")), min_size=len(CATEGORIES), max_size=len(CATEGORIES)
)
often_limited = st.lists(
    st.lists(some_organisation, max_size=1).map(tuple), min_size=len(CATEGORIES), max_size=len(CATEGORIES)
)
some_limits = st.lists(
    st.none() | st.lists(some_organisation, max_size=2, unique=True).map(tuple),
    min_size=len(CATEGORIES), max_size=len(CATEGORIES),
)  # fmt: skip
some_categories = st.frozensets(st.sampled_from(CATEGORIES), max_size=2)
# Nobody is linked to a sounding, the last subject.
some_occurrences = st.lists(
    st.tuples(st.integers(0, SUBJECTS - 2), st.booleans()), max_size=3, unique_by=lambda one: one[0]
)
some_persons = st.lists(some_occurrences.map(tuple), max_size=3)
some_joins = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=2)


def _between(grant: Given, register: bool) -> st.SearchStrategy[frozenset[int]]:
    """Parties of an agreement that a grant rests on; where the register decides, now and then without its own."""
    own = some_parties.map(lambda drawn: drawn | {grant.organisation})
    return st.one_of(own, own, some_parties) if register else own


@st.composite
def situations(draw: st.DrawFn, *, about: str = "") -> Drawn:
    """Most grants get a designation that (nearly) fits, and most actors are designated: else nobody sees a thing.

    `about` says where faults are sought. "register": every grant rests on an agreement and works but for that, so that
    what the register says decides. "texts": none does, everything has its text, and
    items are often for some only.
    """
    grants = draw(st.lists(some_given, min_size=1, max_size=5))
    register, texts = about == "register", about == "texts"
    if texts:
        grants = [replace(one, agreed=None) for one in grants]
    if register:
        held = {"function": Function.EXECUTION, "validity": "in force"}
        grants = [replace(one, agreed=one.agreed or (0, FRAMES[0]), **held) for one in grants]
    designations = draw(st.lists(some_given, max_size=2))
    for grant in grants:
        valid = "in force" if register else draw(often_valid)
        fits = replace(grant, designee=draw(some_designee), validity=valid, spoofed=draw(seldom))
        designations.append(replace(fits, above=draw(st.sampled_from((*[grant.above] * 6, "", *ABOVE)))))
    agreements = [
        Agreed(
            *one.agreed,
            draw(_between(one, register)),
            draw(some_opened if register else often_all),
            draw(some_term if register else often_holding),
        )
        for one in grants
        if one.agreed and (register or draw(st.booleans()))
    ]
    agreements += draw(st.lists(st.builds(
        Agreed, region=st.integers(0, 1), frame=st.sampled_from(FRAMES), parties=some_parties, categories=often_all,
        term=often_holding,
    ), max_size=1))  # fmt: skip
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
        limits=tuple(draw(often_limited if texts else some_limits)),
        silent=frozenset() if texts else draw(some_categories),
        withheld=frozenset() if texts else draw(some_categories),
        persons=tuple(draw(some_persons)),
        joins=tuple(draw(some_joins)),
        grants=tuple(grants),
        designations=tuple(designations),
        agreements=tuple(agreements),
        actors=tuple(dict.fromkeys([*actors, stranger])),
    )


@dataclass
class Place:
    """What stands through all examples, and the filling that puts rows in."""

    owner: psycopg.Connection
    filling: Filling
    organisations: list[UUID] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)


HOLDERS = ("case_direction", "process_direction", "operational", "administrative")
PHASES = [
    {"number": str(step), "name": f"Fase {step}", "holders": {who: {"who": who, "required": False} for who in HOLDERS}}
    for step in range(1, 5)
]
AREAS = [{"code": "housing", "label": "wonen", "category": "housing"}]
REGIONS = ("VR91", "VR92")


def stand(owner: psycopg.Connection) -> Place:
    """Two regions, each with a table and a route, and organisations of different kinds and classes in both."""
    filling = Filling(owner)
    place = Place(owner, filling)
    kinds = itertools.cycle(OrganisationKind)
    for participant_class in ParticipantClass:
        row = filling.add(
            Organisation, kind=next(kinds).value, participant_class=participant_class.value, name=uuid4().hex
        )
        place.organisations.append(row.pk)
    filling.add(Area, kind="municipality")
    for code in REGIONS:
        region = filling.add(Region, code=code, name=code, configuration={"phases": PHASES, "life_areas": AREAS})
        place.regions.append(region)
        place.tables.append(filling.add(Table, region=region, kind="triage_team", name=f"tafel {code}"))
        kinds_of_report = ["E33", "NAZ", "VT"]
        place.routes.append(filling.add(Route, region=region, kinds=kinds_of_report, title=f"route {code}"))
    filling.commit()
    _let_work_together(place)
    return place


def _let_work_together(place: Place) -> None:
    """Every organisation works in both regions, sits at both tables and receives by both routes."""
    pairs = [
        ("partners_organisation_regions", "region_id", place.regions),
        ("partners_table_members", "table_id", place.tables),
        ("signals_route_receivers", "route_id", place.routes),
    ]
    with place.owner.transaction():
        for table, column, rows in pairs:
            for row, organisation in itertools.product(rows, place.organisations):
                statement = f"INSERT INTO {table} ({column}, organisation_id) VALUES (%s, %s)"
                place.owner.execute(statement, [row.pk, organisation])  # type: ignore[arg-type]
        place.filling.record()
    for table in place.tables:
        place.filling.add(TableRegime, table_id=table.pk, regime="WGS_ZVH")
    place.filling.commit()


@dataclass
class Situation:
    """A drawn situation in the database: subjects, rows by model, and the actors who look."""

    subjects: list[tuple[str, UUID]]
    rows: dict[type[Model], list[Any]]
    designees: list[UUID]
    actors: list[Actor]
    above: dict[str, UUID] = field(default_factory=lambda: {kind: uuid4() for kind in ABOVE})
    """Opaque to grants and designations; new each time, or earlier examples would come within reach."""
    agreed_in: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))
    """The regions of agreements, as opaque and as new."""
    mark: Mark = lambda _model: {}

    def every(self) -> Iterator[Any]:
        """All rows that were made."""
        return itertools.chain.from_iterable(self.rows.values())


def _said(model: type[Model]) -> dict[str, Any]:
    """Every longer text is the word that is sought, unless somebody marks the rows; a purpose is a short text."""
    return {"purpose": SECRET} if model is Consultation else {}


def happen(place: Place, drawn: Drawn) -> Situation:
    """Puts a drawn situation in the database."""
    made = arrange(place, drawn)
    place.filling.commit()
    return made


def arrange(
    place: Place, drawn: Drawn, *, mark: Mark | None = None, above: Mapping[str, UUID] | None = None
) -> Situation:
    """The rows of a drawn situation, which wait to be put in.

    `mark` says what stands in the text fields of a row; `above` names a real table, region and route to be
    designated for, instead of opaque ones.
    """
    subjects = [("case", uuid4()), ("case", uuid4()), ("intake", uuid4()), ("report", uuid4()), ("sounding", uuid4())]
    designees = [uuid4() for _ in range(DESIGNEES)]
    actors = [Actor(designees[who], place.organisations[where], hat) for where, who, hat in drawn.actors]
    made = Situation(subjects, {}, designees, actors, mark=mark or _said)
    made.above.update(above or {})
    for number, (_, key) in enumerate(subjects[: drawn.cases]):
        _case(place, made, key, drawn, number)
    _intake_and_report(place, made, drawn)
    _sounding(place, made, drawn)
    _parts(place, made, drawn)
    _drafts(place, made)
    _persons(place, made, drawn)
    _rights(place, made, drawn)
    return made


def keep(place: Place, made: Situation, model: type[Model], **values: Any) -> Any:
    """One more row of the situation, with marked texts where nothing else is said."""
    row = place.filling.add(model, **{**made.mark(model), **values})
    made.rows.setdefault(model, []).append(row)
    return row


def _case(place: Place, made: Situation, key: UUID, drawn: Drawn, number: int) -> None:
    region, table = place.regions[number % 2], place.tables[number % 2]
    regime = law.in_force("WGS_ZVH", NOW.date())
    state = "closed_shielded" if drawn.closed else "in_execution"
    keep(
        place, made, Case, id=key, region=region, table=table, number=uuid4().hex[:10], regime=regime.code,
        regime_version=regime.reference,
        state=state, phase="3", opened_on=NOW.date(),
    )  # fmt: skip
    keep(place, made, StateChange, case_id=key, became=state)
    keep(place, made, Plan, case_id=key, category="health")
    sitting = keep(place, made, Consultation, case_id=key, table=table, category=CORE, starts_at=NOW, minutes=45)
    for recorder, limits in zip(drawn.owners, drawn.limits, strict=True):
        keep(
            place, made, Consent, case_id=key, recorded_for_id=place.organisations[recorder], given_how="oral",
            given_by="self", categories=["health"], organisations=[place.organisations[one] for one in limits or ()],
        )  # fmt: skip
    for number, organisation in enumerate(place.organisations):
        category = CATEGORIES[number + 1]
        keep(
            place, made, Participant, case_id=key, category=category, organisation_id=organisation,
            participant_class="public", since=NOW.date(),
        )  # fmt: skip
        keep(
            place, made, Attendance, case_id=key, category=category, organisation_id=organisation, consultation=sitting
        )


def _intake_and_report(place: Place, made: Situation, drawn: Drawn) -> None:
    (_, intake), (_, report) = made.subjects[2:4]
    organisation = place.organisations[0]
    keep(place, made, Intake, id=intake, status="in_triage", requested_for_id=organisation)
    keep(place, made, Judgement, intake_id=intake, organisation_id=place.organisations[1])
    keep(
        place, made, Report, id=report, sender_id=organisation, receivers=place.organisations[1:],
        number_key=uuid4().hex, kind="E33", status="replaced" if drawn.replaced else "open", received_at=NOW,
    )  # fmt: skip
    keep(place, made, ReportPerson, report_id=report, person_id=uuid4(), born="", gender="")


def _sounding(place: Place, made: Situation, drawn: Drawn) -> None:
    """A question put to a table, with an answer of one organisation and an addition of who asked."""
    _, key = made.subjects[4]
    asked_for, region = place.organisations[drawn.owners[0]], place.regions[0]
    keep(
        place, made, Sounding, id=key, region=region, table=place.tables[0], asked_for_id=asked_for,
        age_band="not_said", life_areas=["housing"], status="closed" if drawn.closed else "open", made_at=NOW,
    )  # fmt: skip
    for owner, kind in ((place.organisations[1], "can_help"), (asked_for, "addition")):
        keep(place, made, SoundingAnswer, sounding_id=key, organisation_id=owner, kind=kind, at=NOW)


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
                limits = drawn.limits[CATEGORIES.index(category)]
                values["only_for"] = None if limits is None else [place.organisations[one] for one in limits]
            if model is AgreedAction:
                values |= {"due_on": NOW.date()}
            if category in drawn.silent:
                values |= dict.fromkeys(names & {"text", "own_words", "status_note"}, "iets anders")
            row = keep(place, made, model, **values)
            if model is Item:
                _file(place, made, row, drawn.files[CATEGORIES.index(category)])
                decision_on(place, made, row)


def _file(place: Place, made: Situation, item: Any, status: str) -> None:
    """A file with the item, which is clean, waits for the scanner or was stopped."""
    document = keep(
        place, made, Document, item=item, case_id=item.case_id, category=item.category, supplier_id=item.supplier_id,
        only_for=item.only_for, status=status, kind="text", remove_on=NOW.date() if status == "stopped" else None,
    )  # fmt: skip
    keep(place, made, DocumentContent, document=document)


def decision_on(place: Place, made: Situation, item: Any) -> None:
    """Why an item was supplied."""
    keep(
        place, made, SupplyDecision, item_id=item.pk, subject_id=item.case_id, category=item.category,
        supplier_id=item.supplier_id, only_for=item.only_for, outcome="weigh", answers=[],
        question={"facts": {"necessary": True}},
    )  # fmt: skip


def _drafts(place: Place, made: Situation) -> None:
    """Everyone typed something about every subject and about none; the first also elsewhere, and in another hat."""
    first = made.actors[0]
    others = [replace(first, organisation=place.organisations[2]), replace(first, function=Function.GOVERNANCE)]
    subjects = [*(key for _, key in made.subjects), None]
    for someone, subject in itertools.product([*made.actors, *others], subjects):
        keep(
            place, made, Draft, designee=someone.who, organisation=someone.for_whom, function=someone.function.value,
            subject_id=subject, form=uuid4().hex, text="getypt",
        )  # fmt: skip


def _persons(place: Place, made: Situation, drawn: Drawn) -> None:
    persons = [keep(place, made, Person) for _ in drawn.persons]
    for person, occurs in zip(persons, drawn.persons, strict=True):
        for which, around in occurs:
            kind, subject = made.subjects[which]
            keep(
                place, made, PersonLink, person_id=person.pk, subject_kind=kind, subject_id=subject,
                category="relations" if around else IDENTITY, born="",
            )  # fmt: skip
    pairs = {}
    for kept, joined, undone in drawn.joins:
        if kept < joined < len(persons):
            pairs[kept, joined] = undone
    for (kept, joined), undone in pairs.items():
        keep(
            place,
            made,
            PersonJoin,
            kept_id=persons[kept].pk,
            joined_id=persons[joined].pk,
            undone_at=NOW if undone else None,
        )


def _agree(place: Place, made: Situation, one: Agreed) -> None:
    said: dict[str, Any] = {"status": "draft", "review_on": TODAY, **TERMS[one.term]}
    agreement = place.filling.add(
        Agreement, region_id=made.agreed_in[one.region], regime=one.frame, categories=sorted(one.categories), **said
    )
    for party in sorted(one.parties):
        place.filling.add(AgreementParty, agreement=agreement, organisation_id=place.organisations[party])


def _rights(place: Place, made: Situation, drawn: Drawn) -> None:
    for agreed in drawn.agreements:
        _agree(place, made, agreed)
    for one in drawn.grants:
        kind, subject = made.subjects[one.subject]
        keep(
            place, made, Grant, organisation_id=place.organisations[one.organisation], function=one.function.value,
            subject_kind=kind, subject_id=subject, under_id=made.above.get(one.above), basis="test",
            categories=[CORE, *sorted(one.categories)], **{"valid_from": NOW, **VALIDITY[one.validity]},
            **({"agreed_in": made.agreed_in[one.agreed[0]], "agreed_under": one.agreed[1]} if one.agreed else {}),
        )  # fmt: skip
    for one in drawn.designations:
        kind, subject = (one.above, made.above[one.above]) if one.above else made.subjects[one.subject]
        keep(
            place, made, Designation, organisation_id=place.organisations[one.organisation],
            function=one.function.value,
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
                held |= {CORE, *grant.categories} & opened(drawn, grant)
    return held


def opened(drawn: Drawn, grant: Given) -> set[str]:
    """What the agreement that a grant rests on lets it open; everything where it rests on the law alone."""
    if grant.agreed is None:
        return set(CATEGORIES)
    found: set[str] = set()
    for one in drawn.agreements:
        if (one.region, one.frame) == grant.agreed and grant.organisation in one.parties and one.term in HOLDING:
            found |= {CORE, *one.categories}
    return found


def may_see(reaches: Mapping[UUID, Reach], row: Any) -> bool:
    """Whether one record opens, judged by itself."""
    guard = GUARDS[type(row)]
    category = attrgetter(guard.category)(row) if guard.category else guard.fixed
    own = attrgetter(guard.own)(row) if guard.own else None
    only = attrgetter(guard.only)(row) if guard.only else None
    judged = not isinstance(row, DocumentContent) or row.document.status == "clean"
    return judged and reaches[attrgetter(guard.subject)(row)].shows(category, own, only)


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
