"""A random world with real sessions, in which every text holds a word of its own; and who may open which row of it.

Whether a row opens is judged here by what was drawn, in plain Python: nothing of it comes from the house.
"""

import itertools
import random
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Model, TextField

from knooppunt.cases.models import (
    AgreedAction,
    Attendance,
    Case,
    CaseCount,
    CasePerson,
    Consultation,
    DocumentContent,
    Goal,
    Intake,
    Item,
    Judgement,
    Note,
    Participant,
    Plan,
    Sounding,
    SoundingAnswer,
    StateChange,
)
from knooppunt.cases.rules import ActionStatus, Step
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.crypto import EncryptedTextField
from knooppunt.kernel.models import AuditLine, Draft
from knooppunt.kernel.privacy import Privacy, privacy_of
from knooppunt.partners.models import Account, Organisation, Professional
from knooppunt.people.actions import blind
from knooppunt.people.models import Person, PersonJoin, PersonKey, PersonLink, Search
from knooppunt.people.rules import Identity, passes_eleven_test, stored_keys
from knooppunt.sharing import law
from knooppunt.sharing.models import Designation, Grant, SupplyDecision
from knooppunt.sharing.rules import CORE
from knooppunt.signals.actions.registering import number_key
from knooppunt.signals.actions.routes import digest_of
from knooppunt.signals.models import ApiToken, Report, ReportPerson
from tests.properties.situations import (
    GUARDS,
    IDENTITY,
    PARTS,
    Drawn,
    Place,
    Situation,
    arrange,
    expected,
    keep,
    stand,
)
from tests.walls.filling import NOW

CANARY = re.compile(r"kanarie(?:[bdgklmnprst][aeiou]){3}", re.IGNORECASE)
"""A word that no text holds by itself. It sounds as it is written, so that a name can be searched by it."""

SAID = frozenset({Privacy.RESIDENT_CONTENT, Privacy.RESIDENT_IDENTITY})
SHAPED = frozenset({"born", "bsn", "gender"})
"""Fields that hold a date, a number or a code, not words."""

NEVER = ("housing", "judicial", "financial")
"""Categories that no grant of a drawn situation holds: what is filed under them opens for nobody."""

BORN = date(1980, 2, 3)
STANDINGS: Mapping[str, dict[str, Any]] = {
    "able": {},
    "training ended": {"trained_until": date(2026, 11, 21)},
    "not screened": {"screened_on": None},
    "left": {"active_until": date(2026, 11, 21)},
}
MISSES = ("nothing", "grant only", "designation only", "ended grant", "grant to come", "other function")
"""How near an actor comes to a subject that stays shut."""


class Words:
    """Hands out canaries and BSNs, each once."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._given: set[str] = set()
        self._bsn = itertools.count(900_000_001 + chance.randrange(50_000_000))

    def canary(self) -> str:
        """A new word."""
        while True:
            word = "kanarie" + "".join(self.chance.choice("bdgklmnprst") + self.chance.choice("aeiou") for _ in "123")
            if word not in self._given:
                self._given.add(word)
                return word

    def bsn(self) -> str:
        """A new number that passes the eleven-test."""
        return next(text for text in map(str, self._bsn) if passes_eleven_test(text))

    def mark(self, model: type[Model]) -> dict[str, Any]:
        """A word of its own in every text that says something of a resident, whatever the model."""
        return {
            one.attname: self.canary()
            for one in model._meta.concrete_fields
            if privacy_of(one) in SAID and _holds_words(one)
        }


def _holds_words(one: Any) -> bool:
    return (
        isinstance(one, CharField | TextField | EncryptedTextField)
        and not isinstance(one, ArrayField)
        and one.name not in SHAPED
    )


def canaries(text: str) -> set[str]:
    """The words of rows that a text holds, however they are written."""
    return {word.lower() for word in CANARY.findall(text)}


def words_of(row: Model) -> set[str]:
    """The canaries that a row holds."""
    return canaries(" ".join(str(getattr(row, one.attname)) for one in row._meta.concrete_fields))


@dataclass
class Cluster:
    """A case, an intake, a report and a sounding with what belongs to them, which open for none of the actors."""

    case: UUID
    intake: UUID
    report: UUID
    sounding: UUID
    rows: list[Any] = field(default_factory=list)


@dataclass
class World:
    """What stands in the database: the drawn situation and the clusters around it."""

    place: Place
    drawn: Drawn
    made: Situation
    words: Words
    standing: str
    outsiders: list[UUID]
    professionals: dict[UUID, Professional] = field(default_factory=dict)

    def seen_by(self, number: int) -> "Eyes":
        """What the actor of this number may open."""
        actor, able = self.made.actors[number], self.standing == "able"
        content = actor.function in (Function.EXECUTION, Function.OVERSIGHT)
        reached: dict[UUID, set[str]] = {}
        for place, (_, subject) in enumerate(self.made.subjects):
            reached[subject] = expected(self.drawn, self.drawn.actors[number], place) if able or not content else set()
        return Eyes(actor, reached, self.made.rows)

    def add(self, model: type[Model], **values: Any) -> Any:
        """One more row, which waits to be put in."""
        return keep(self.place, self.made, model, **values)


@dataclass
class Eyes:
    """How far somebody reaches, by subject; an actor that is None is a visitor who did not log in."""

    actor: Actor | None
    reached: Mapping[UUID, set[str]]
    rows: Mapping[type[Model], list[Any]]

    def holds(
        self,
        subject: UUID | None,
        category: str = CORE,
        own: UUID | None = None,
        only: Collection[UUID] | None = None,
    ) -> bool:
        """Grant and designation and function, as drawn; `only` names the organisations that it is limited to."""
        held = self.reached.get(subject, set()) if subject else set()
        mine = own is not None and self.actor is not None and own == self.actor.organisation
        oversees = self.actor is not None and self.actor.function is Function.OVERSIGHT
        opens = only is None or oversees or (self.actor is not None and self.actor.organisation in only)
        return bool(held) and ((opens and category in held) or mine)

    def may_open(self, row: Any) -> bool:
        """Whether one row opens. A row that says nothing of a resident counts as open."""
        model = type(row)
        if model in GUARDS:
            guard = GUARDS[model]
            category = attrgetter(guard.category)(row) if guard.category else guard.fixed
            judged = model is not DocumentContent or row.document.status == "clean"
            own = attrgetter(guard.own)(row) if guard.own else None
            only = attrgetter(guard.only)(row) if guard.only else None
            return judged and self.holds(attrgetter(guard.subject)(row), category, own, only)
        rule = OTHERS.get(model)
        return rule is None or rule(self, row)

    def opens_person(self, person: UUID | None) -> bool:
        """Whether somebody is known to this actor: by a link that opens."""
        return any(link.person_id == person and self.may_open(link) for link in self.rows.get(PersonLink, []))

    def open_rows(self, model: type[Model]) -> list[Any]:
        """The rows of a model that open."""
        return [row for row in self.rows.get(model, []) if self.may_open(row)]

    def shut_rows(self, model: type[Model]) -> list[Any]:
        """Those that stay shut."""
        return [row for row in self.rows.get(model, []) if not self.may_open(row)]

    def open_words(self) -> set[str]:
        """The canaries that this actor may read."""
        rows = itertools.chain.from_iterable(self.rows.values())
        return {word for row in rows if self.may_open(row) for word in words_of(row)}


def _sees_line(eyes: Eyes, line: Any) -> bool:
    overseer = eyes.actor is not None and eyes.actor.function is Function.OVERSIGHT
    return overseer and eyes.holds(line.under_id or line.subject_id)


def _sees_professional(eyes: Eyes, row: Any) -> bool:
    """A name of a colleague is no secret, but those who do nothing here are for their own administrator."""
    if not words_of(row):
        return True
    actor = eyes.actor
    return actor is not None and actor.function is Function.MAINTENANCE and actor.organisation == row.organisation_id


def _typed(eyes: Eyes, draft: Any) -> bool:
    """A draft is for who typed it, in the same hat, as long as what it is about is reached."""
    actor = eyes.actor
    mine = actor is not None and (actor.designee, actor.organisation, actor.function.value) == (
        draft.designee, draft.organisation, draft.function,
    )  # fmt: skip
    return mine and (draft.subject_id is None or eyes.holds(draft.subject_id))


OTHERS: Mapping[type[Model], Callable[[Eyes, Any], bool]] = {
    Person: lambda eyes, row: eyes.opens_person(row.pk),
    PersonJoin: lambda eyes, row: eyes.opens_person(row.kept_id) and eyes.opens_person(row.joined_id),
    Search: lambda eyes, row: eyes.actor is not None and row.designee_id == eyes.actor.designee,
    AuditLine: _sees_line,
    Draft: _typed,
    Professional: _sees_professional,
    CaseCount: lambda _eyes, _row: False,
    Grant: lambda eyes, row: eyes.actor is not None and row.organisation_id == eyes.actor.organisation,
    Designation: lambda eyes, row: eyes.actor is not None and row.organisation_id == eyes.actor.organisation,
}
"""Who may open what rests on no single subject; a new table of residents without a guard needs a line here."""


# --- Making a world -------------------------------------------------------------------------------


def world_of(owner: Any, drawn: Drawn, seed: int, standing: str = "able") -> World:
    """A drawn situation in empty tables, with sessions, keys, log lines, searches and shut clusters around it."""
    chance = random.Random(seed)
    words = Words(chance)
    place = stand(owner)
    # Two organisations that take part in nothing.
    outsiders = [
        place.filling.add(Organisation, kind="housing_corporation", participant_class="public").pk for _ in "12"
    ]
    above = {"table": place.tables[0].pk, "region": place.regions[0].pk, "route": place.routes[0].pk}
    made = arrange(place, drawn, mark=words.mark, above=above)
    world = World(place, drawn, made, words, standing, outsiders)
    _people(world)
    _enrich(world)
    _log(world)
    place.filling.commit()
    return world


def _people(world: World) -> None:
    """An account for whoever acts, and one colleague per organisation who does nothing here."""
    for number, actor in enumerate(world.made.actors):
        if actor.who not in world.professionals:
            world.professionals[actor.who] = _professional(world, actor.for_whom, f"Speler {number}", key=actor.who)
            world.add(
                ApiToken, id=actor.who, organisation_id=actor.for_whom, name=f"koppeling {number}",
                regions=["VR91", "VR92"], routes=["all"], digest=digest_of(secret_of(actor.who)),
            )  # fmt: skip
    for organisation in world.place.organisations:
        _professional(world, organisation, f"{world.words.canary()} Collega")


def _professional(world: World, organisation: UUID, name: str, *, key: UUID | None = None) -> Professional:
    account = world.add(Account, email=f"{uuid4().hex}@voorbeeld.invalid", password="!")
    return world.add(  # type: ignore[no-any-return]
        Professional, id=key or uuid4(), account=account, organisation_id=organisation, name=name,
        job_title="", functions=["execution"], active_from=date(2020, 1, 1), screened_on=date(2020, 1, 1),
        trained_until=date(2099, 12, 31),
    )  # fmt: skip


def secret_of(mandate: UUID) -> str:
    """The bearer token of a system that acts under this mandate."""
    return f"kn_{mandate.hex}"


def _enrich(world: World) -> None:
    """What the property of lists does not need, and a page does: directors, statuses, who is who, keys."""
    rows, chance = world.made.rows, world.words.chance
    acting = list(world.professionals)
    for case in rows.get(Case, []):
        case.process_director_id, case.case_director_id = chance.choice([None, *acting]), chance.choice([None, *acting])
        case.next_review_on = chance.choice([None, NOW.date() + timedelta(days=3)])
        case.intake_id = chance.choice([world.made.subjects[2][1], uuid4()])
        case.state = "closing" if case.state != "closed_shielded" and chance.random() < 0.3 else case.state
    for report in rows.get(Report, []):
        report.number_key = number_key(report.number)
        report.region, report.route = world.place.regions[0], world.place.routes[0]
        report.token_id = chance.choice([None, uuid4()])
        report.kind, report.outcome = chance.choice([("E33", ""), ("VT", "advice"), ("NAZ", "")])
        report.sender_id = chance.choice(world.place.organisations)
        report.status = report.status if report.status == "replaced" else ("handled" if report.outcome else "open")
    for intake in rows.get(Intake, []):
        intake.region, intake.table = world.place.regions[0], world.place.tables[0]
    for action in rows.get(AgreedAction, []):
        action.professional_id = chance.choice([None, *acting])
        action.status = chance.choice(list(ActionStatus)).value
        goals = [goal for goal in rows.get(Goal, []) if goal.case_id == action.case_id]
        action.goal_id = chance.choice([None, *[goal.pk for goal in goals]])
    for note in rows.get(Note, []):
        note.step = chance.choice(list(Step)).value
    for item in rows.get(Item, []):
        item.withheld = chance.random() < 0.3
    _name_persons(world, rows, chance)


def _name_persons(world: World, rows: Mapping[type[Model], list[Any]], chance: random.Random) -> None:
    """Persons of a case and a report are those who are linked to it."""
    links = rows.get(PersonLink, [])
    for row in rows.get(CasePerson, []):
        row.registered = chance.random() < 0.6
        linked = [link.person_id for link in links if link.subject_id == row.case_id]
        row.person_id = chance.choice(linked) if linked else row.person_id
    for row in rows.get(ReportPerson, []):
        linked = [link.person_id for link in links if link.subject_id == row.report_id]
        row.person_id = chance.choice(linked) if linked else None
        row.bsn = world.words.bsn()
    for link in links:
        link.born = chance.choice(["", BORN.isoformat()])
        keys_for(world, link)


def keys_for(world: World, link: Any) -> list[Any]:
    """The keys by which a person is found, as a link names them."""
    said = {"subject_id": link.subject_id} if any(f.name == "subject_id" for f in PersonKey._meta.fields) else {}
    born = date.fromisoformat(link.born) if link.born else None
    found = blind(stored_keys(Identity(surname=link.name, born=born)))
    keys = [world.add(PersonKey, person_id=link.person_id, kind=kind, digest=digest, **said) for kind, digest in found]
    for key in keys:
        key.of_link = link.pk
    return keys


def _log(world: World) -> None:
    """A line of the log about every subject, and a search of somebody else."""
    for kind, subject in world.made.subjects:
        log_line(world, kind, subject)
    for designee in [*world.made.designees, uuid4()]:
        world.add(Search, designee_id=designee, made_at=NOW)


def log_line(world: World, kind: str, subject: UUID) -> Any:
    """Somebody looked at a subject, with a purpose."""
    return world.add(
        AuditLine, trace=uuid4(), function="oversight", event="look", part="overview", subject_kind=kind,
        subject_id=subject, purpose=world.words.canary(), at=NOW - timedelta(hours=1),
    )  # fmt: skip


# --- What stays shut ------------------------------------------------------------------------------


def cluster(world: World, actor: Actor | None, miss: str) -> Cluster:
    """A case, an intake, a report and a sounding that do not open for this actor, however near a right may come."""
    before = {model: len(rows) for model, rows in world.made.rows.items()}
    made = Cluster(uuid4(), uuid4(), uuid4(), uuid4())
    _cluster_case(world, made)
    _cluster_parts(world, made.case)
    _cluster_requests(world, made)
    _cluster_sounding(world, made.sounding)
    known = [person.pk for person in world.made.rows.get(Person, [])]
    new = world.add(Person)
    for kind, subject in (("case", made.case), ("intake", made.intake), ("report", made.report)):
        for person in {new.pk, world.words.chance.choice([new.pk, *known])}:
            link_person(world, person, kind, subject, IDENTITY)
        log_line(world, kind, subject)
        _rights(world, actor, miss, kind, subject)
    log_line(world, "sounding", made.sounding)
    _rights(world, actor, miss, "sounding", made.sounding)
    if known:
        world.add(PersonJoin, kept_id=world.words.chance.choice(known), joined_id=new.pk, at=NOW)
    made.rows = [row for model, rows in world.made.rows.items() for row in rows[before.get(model, 0) :]]
    return made


def link_person(world: World, person: UUID, kind: str, subject: UUID, category: str) -> Any:
    """That somebody occurs in a subject, with the keys of how they are called there."""
    born = world.words.chance.choice(["", BORN.isoformat()])
    link = world.add(PersonLink, person_id=person, subject_kind=kind, subject_id=subject, category=category, born=born)
    keys_for(world, link)
    return link


def _cluster_case(world: World, made: Cluster) -> None:
    chance, place, regime = world.words.chance, world.place, law.in_force("WGS_ZVH", NOW.date())
    number = chance.randrange(2)
    state = chance.choice(["in_execution", "closing", "closed_shielded"])
    world.add(
        Case, id=made.case, region=place.regions[number], table=place.tables[number],
        number=world.words.canary(), regime=regime.code, regime_version=regime.reference, state=state,
        phase=chance.choice("1234"), opened_on=NOW.date() - timedelta(days=chance.randrange(60)),
        next_review_on=NOW.date() + timedelta(days=chance.randrange(9)),
        process_director_id=chance.choice([None, *world.professionals]), intake_id=made.intake,
    )  # fmt: skip
    world.add(StateChange, case_id=made.case, became=state)
    world.add(Plan, case_id=made.case, category="health")


def _cluster_parts(world: World, case: UUID) -> None:
    for category in (CORE, *NEVER[:1]):
        hidden_parts(world, case, category)
    for organisation in world.place.organisations:
        world.add(
            Participant, case_id=case, category=CORE, organisation_id=organisation, participant_class="public",
            since=NOW.date(),
        )  # fmt: skip


def hidden_parts(world: World, case: UUID, category: str) -> list[Any]:
    """One more of everything that a case holds, of one category and of an organisation that takes part in nothing."""
    chance, other = world.words.chance, world.outsiders[0]
    sitting = world.add(
        Consultation, case_id=case, table=world.place.tables[0], category=category, minutes=30,
        starts_at=NOW + timedelta(hours=chance.randrange(1, 40)),
    )  # fmt: skip
    made = [sitting]
    for model in PARTS:
        names = {one.attname for one in model._meta.concrete_fields}
        values: dict[str, Any] = {"case_id": case, "category": category}
        values |= dict.fromkeys(names & {"organisation_id", "supplier_id"}, other)
        if model is Note:
            values |= {"consultation": sitting, "step": chance.choice(list(Step)).value}
        if model is Item:
            values |= {"subject": "resident", "basis": "test", "withheld": chance.random() < 0.5, "made_at": NOW}
        if model is AgreedAction:
            values |= {"status": ActionStatus.DONE.value, "due_on": NOW.date()}
        made.append(world.add(model, **values))
        if model is Item:
            made.append(_decision(world, made[-1]))
    return made


def _decision(world: World, item: Any) -> Any:
    return world.add(
        SupplyDecision, item_id=item.pk, subject_id=item.case_id, category=item.category,
        supplier_id=item.supplier_id, outcome="weigh", question={"facts": {"necessary": True}}, answers=[],
    )  # fmt: skip


def hidden_partner(world: World, case: UUID, category: str, other: UUID) -> None:
    """An organisation takes part, was there, and designated somebody: all of it under a category that stays shut."""
    world.add(
        Participant, case_id=case, category=category, organisation_id=other, participant_class="public",
        since=NOW.date(),
    )  # fmt: skip
    colleague = _professional(world, other, f"{world.words.canary()} Collega")
    _grant(world, other, Function.EXECUTION, "case", case)
    _designation(world, other, colleague.pk, Function.EXECUTION, "case", case)
    for sitting in [row for row in world.made.rows.get(Consultation, []) if row.case_id == case][:1]:
        world.add(
            Attendance, case_id=case, category=category, organisation_id=other, consultation=sitting, present=True
        )


def _cluster_requests(world: World, made: Cluster) -> None:
    chance, place = world.words.chance, world.place
    sender = chance.choice([*place.organisations, *world.outsiders])
    number = chance.randrange(2)
    world.add(
        Intake, id=made.intake, region=place.regions[number], table=place.tables[number],
        status=chance.choice(["in_triage", "taken_up"]), requested_for_id=sender,
        due_on=NOW.date() + timedelta(days=chance.randrange(-3, 9)), report_id=made.report,
    )  # fmt: skip
    world.add(Judgement, intake_id=made.intake, organisation_id=place.organisations[0])
    said = world.words.canary()
    kind, outcome = chance.choice([("E33", ""), ("VT", "advice"), ("NAZ", "")])
    report = world.add(
        Report, id=made.report, region=place.regions[number], route=place.routes[number], sender_id=sender,
        receivers=list(place.organisations), number=said, number_key=number_key(said), kind=kind, outcome=outcome,
        status="handled" if outcome else "open", received_at=NOW, due_on=NOW.date() + timedelta(days=2),
        token_id=uuid4(),
    )  # fmt: skip
    world.add(ReportPerson, report=report, person_id=None, born="", gender="", bsn=world.words.bsn())


def _cluster_sounding(world: World, sounding: UUID) -> None:
    chance, place = world.words.chance, world.place
    number, asker = chance.randrange(2), chance.choice([*place.organisations, *world.outsiders])
    world.add(
        Sounding, id=sounding, region=place.regions[number], table=place.tables[number], asked_for_id=asker,
        shows_name=chance.random() < 0.5, status=chance.choice(["open", "closed"]), made_at=NOW,
        answer_on=NOW.date() + timedelta(days=chance.randrange(-3, 9)),
    )  # fmt: skip
    for organisation in (place.organisations[0], asker):
        world.add(SoundingAnswer, sounding_id=sounding, organisation_id=organisation, kind="can_help", at=NOW)


def _rights(world: World, actor: Actor | None, miss: str, kind: str, subject: UUID) -> None:
    """Others reach it; the actor nearly."""
    ended = {"valid_from": NOW - timedelta(days=2), "valid_until": NOW - timedelta(days=1)}
    _grant(world, world.outsiders[0], Function.EXECUTION, kind, subject)
    _designation(world, world.outsiders[0], uuid4(), Function.EXECUTION, kind, subject)
    if actor is None or miss == "nothing":
        return
    hat = actor.function
    if miss == "other function":
        hat = Function.OVERSIGHT if hat is Function.EXECUTION else Function.EXECUTION
    when = {"ended grant": ended, "grant to come": {"valid_from": NOW + timedelta(seconds=1)}}.get(miss, {})
    if miss != "designation only":
        _grant(world, actor.for_whom, hat, kind, subject, **when)
    if miss != "grant only":
        _designation(world, actor.for_whom, actor.who, hat, kind, subject)


def _grant(world: World, organisation: UUID, hat: Function, kind: str, subject: UUID, **when: Any) -> None:
    world.add(
        Grant, organisation_id=organisation, function=hat.value, subject_kind=kind, subject_id=subject,
        categories=[CORE, IDENTITY, "health", "relations"], basis="test", **{"valid_from": NOW, **when},
    )  # fmt: skip


def _designation(world: World, organisation: UUID, who: UUID, hat: Function, kind: str, subject: UUID) -> None:
    world.add(
        Designation, organisation_id=organisation, designee_id=who, function=hat.value, subject_kind=kind,
        subject_id=subject, valid_from=NOW,
    )  # fmt: skip
