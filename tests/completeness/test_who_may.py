"""Who may what, written down once more apart from the rooms' own tables: what is wider there is noticed here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps

from knooppunt.cases.access import Permission as Cases
from knooppunt.cases.models import AgreedAction, Case, Intake, Sounding
from knooppunt.cases.rules import CaseState, SoundingStatus
from knooppunt.kernel import access
from knooppunt.kernel.access import Condition, allow, allowed, declare, objections, scope, tables
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import ProgrammingMistake, Refused
from knooppunt.kernel.work import look
from knooppunt.partners.access import Permission as Partners
from knooppunt.partners.models import Area, Organisation, Professional, Table
from knooppunt.people.access import Permission as People
from knooppunt.sharing import access as sharing
from knooppunt.sharing.access import Permission as Sharing
from knooppunt.signals.access import Permission as Signals
from knooppunt.signals.models import Report
from tests.world import World
from tests.world import world as world

NOT_YOUR_FUNCTION = "Dit past niet bij uw hoedanigheid in deze sessie."
E, O, S, M, G = Function.EXECUTION, Function.OVERSIGHT, Function.SYSTEM, Function.MAINTENANCE, Function.GOVERNANCE  # noqa: E741

IN_WHICH_FUNCTION: Mapping[StrEnum, set[Function]] = {
    Cases.REQUEST_INTAKE: {E},
    Cases.SEE_INTAKE: {E, O},
    Cases.JUDGE_INTAKE: {E},
    Cases.DECIDE_INTAKE: {E},
    Cases.SEE_CASE: {E, O},
    Cases.LIST_CASES: {E, O},
    Cases.DIRECT_PROCESS: {E},
    Cases.DIRECT_CASE: {E},
    Cases.CONTRIBUTE: {E},
    Cases.SETTLE_ACTION: {E},
    Cases.SEE_STOPPED_FILES: {M},
    Cases.ASK_SOUNDING: {E},
    Cases.SEE_SOUNDING: {E},
    Cases.ANSWER_SOUNDING: {E},
    Cases.END_SOUNDING: {E},
    Partners.LOAD_REGION: {S},
    Partners.SEE_STAFF: {M},
    Partners.KEEP_STAFF: {M},
    Partners.EMPOWER_STAFF: {M},
    Partners.NAME_ORGANISATION: {M},
    People.SEARCH: {E, O},
    People.JOIN: {E},
    People.SEARCH_TEXTS: {E},
    Sharing.DESIGNATE: {M},
    Sharing.SEE_DESIGNATIONS: {M},
    Sharing.SEE_TABLES: {M, G},
    Sharing.SEE_AGREEMENTS: {M, G},
    Sharing.KEEP_AGREEMENTS: {G},
    Sharing.ASK_NETWORK: {E, O, M, G, Function.COUNTS},
    Sharing.ANSWER_NETWORK: {G},
    Sharing.SEE_REGIMES: {M, G},
    Sharing.KEEP_REGIMES: {G},
    Signals.REGISTER: {E},
    Signals.SEND: {S},
    Signals.SEE: {E, O, S},
    Signals.JUDGE: {E},
    Signals.TAKE_UP: {E},
    Signals.WITHDRAW: {E, S},
    Signals.KEEP_ROUTE: {S, M},
    Signals.MAKE_TOKEN: {S},
}

ME = Actor(uuid4(), uuid4(), E)
KEEPER = replace(ME, function=M)


def case(process: Any = None, director: Any = None, state: CaseState = CaseState.IN_EXECUTION) -> Case:
    """A case with these directors; strangers where none is named."""
    return Case(process_director_id=process or uuid4(), case_director_id=director or uuid4(), state=state)


def action(of: Any, in_: Case) -> AgreedAction:
    """An agreed action of an organisation."""
    return AgreedAction(case=in_, organisation_id=of)


def sounding(of: Any = None, status: SoundingStatus = SoundingStatus.OPEN) -> Sounding:
    """A question of an organisation to a table."""
    return Sounding(asked_for_id=of or uuid4(), status=status)


def report(sender: Any = None, *receivers: Any) -> Report:
    """A report of a sender to receivers."""
    return Report(sender_id=sender or uuid4(), receivers=[uuid4(), *receivers])


def colleague(organisation: Any, key: Any = None) -> Professional:
    """Somebody of an organisation."""
    return Professional(pk=key or uuid4(), organisation_id=organisation)


CLOSED = CaseState.CLOSED_SHIELDED
ORGANISATION, PERSON = ME.organisation, ME.designee
NOBODYS_KEEPER = replace(KEEPER, organisation=None)

MAY: list[tuple[StrEnum, Actor, Any]] = [
    (Cases.DIRECT_PROCESS, ME, case(process=PERSON)),
    (Cases.DIRECT_CASE, ME, case(process=PERSON)),
    (Cases.DIRECT_CASE, ME, case(director=PERSON)),
    (Cases.CONTRIBUTE, ME, case()),
    (Cases.SETTLE_ACTION, ME, action(ORGANISATION, case())),
    (Cases.SETTLE_ACTION, ME, action(uuid4(), case(director=PERSON))),
    (Cases.ANSWER_SOUNDING, ME, sounding()),
    (Cases.END_SOUNDING, ME, sounding(ORGANISATION)),
    (Cases.END_SOUNDING, ME, sounding(ORGANISATION, SoundingStatus.CLOSED)),
    (Signals.JUDGE, ME, report(None, ORGANISATION)),
    (Signals.TAKE_UP, ME, report(None, ORGANISATION)),
    (Signals.TAKE_UP, ME, report(ORGANISATION)),
    (Signals.WITHDRAW, ME, report(ORGANISATION)),
    (Partners.SEE_STAFF, KEEPER, colleague(ORGANISATION)),
    (Partners.SEE_STAFF, KEEPER, None),
    (Partners.KEEP_STAFF, KEEPER, colleague(ORGANISATION)),
    (Partners.EMPOWER_STAFF, KEEPER, colleague(ORGANISATION)),
]
"""With all that is asked; each line below lacks one thing."""

MAY_NOT: list[tuple[StrEnum, Actor, Any]] = [
    (Cases.DIRECT_PROCESS, ME, case(director=PERSON)),
    (Cases.DIRECT_PROCESS, ME, case(process=PERSON, state=CLOSED)),
    (Cases.DIRECT_CASE, ME, case()),
    (Cases.DIRECT_CASE, ME, case(director=PERSON, state=CLOSED)),
    (Cases.CONTRIBUTE, ME, case(state=CLOSED)),
    (Cases.SETTLE_ACTION, ME, action(uuid4(), case())),
    (Cases.SETTLE_ACTION, ME, action(ORGANISATION, case(state=CLOSED))),
    (Cases.ANSWER_SOUNDING, ME, sounding(status=SoundingStatus.CLOSED)),
    (Cases.END_SOUNDING, ME, sounding()),
    (Signals.JUDGE, ME, report(ORGANISATION)),
    (Signals.TAKE_UP, ME, report()),
    (Signals.WITHDRAW, ME, report(None, ORGANISATION)),
    (Partners.SEE_STAFF, KEEPER, colleague(uuid4())),
    (Partners.SEE_STAFF, NOBODYS_KEEPER, colleague(None)),
    (Partners.KEEP_STAFF, KEEPER, colleague(uuid4())),
    (Partners.EMPOWER_STAFF, KEEPER, colleague(uuid4())),
    (Partners.EMPOWER_STAFF, KEEPER, colleague(ORGANISATION, PERSON)),
]

AT_NO_TABLE = SimpleNamespace(table=SimpleNamespace(members=SimpleNamespace(all=list)), table_id=uuid4())
THING: Mapping[StrEnum, Any] = {
    Cases.JUDGE_INTAKE: AT_NO_TABLE,
    Cases.DECIDE_INTAKE: AT_NO_TABLE,
    Cases.DIRECT_PROCESS: case(),
    Cases.DIRECT_CASE: case(),
    Cases.CONTRIBUTE: case(),
    Cases.ANSWER_SOUNDING: sounding(),
    Cases.END_SOUNDING: sounding(),
    Cases.SETTLE_ACTION: action(uuid4(), case()),
}
"""Where a condition looks at something, so that it can be asked at all."""


def test_every_permission_stands_here() -> None:
    assert apps.ready
    assert {one for table in tables().values() for one in table} == set(IN_WHICH_FUNCTION)


@pytest.mark.parametrize("permission", IN_WHICH_FUNCTION)
def test_a_permission_belongs_to_these_functions_and_no_other(permission: StrEnum) -> None:
    for function in Function:
        found = objections(replace(ME, function=function), permission, THING.get(permission))
        assert (NOT_YOUR_FUNCTION in found) == (function not in IN_WHICH_FUNCTION[permission]), function


@pytest.mark.parametrize(("permission", "actor", "thing"), MAY)
def test_with_all_that_is_asked_one_may(permission: StrEnum, actor: Actor, thing: Any) -> None:
    allow(actor, permission, thing)
    assert allowed(actor, permission, thing)


@pytest.mark.parametrize(("permission", "actor", "thing"), MAY_NOT)
def test_without_one_thing_that_is_asked_one_may_not(permission: StrEnum, actor: Actor, thing: Any) -> None:
    assert len(objections(actor, permission, thing)) == 1
    assert not allowed(actor, permission, thing)
    with pytest.raises(Refused):
        allow(actor, permission, thing)


def test_a_reach_shows_its_categories_and_what_is_ones_own() -> None:
    reach = sharing.Reach(ORGANISATION, frozenset({"core", "housing"}))
    assert reach.shows()
    assert reach.shows("housing", uuid4())
    assert reach.shows("health", ORGANISATION)
    assert not reach.shows("health")
    assert not reach.shows("health", uuid4())
    assert not sharing.Reach(None, frozenset({"core"})).shows("health", None)
    # Without a grant not even what is one's own.
    assert not sharing.Reach(ORGANISATION, frozenset()).shows("health", ORGANISATION)


class Unknown(StrEnum):
    """A permission that no table names."""

    ANYTHING = "nowhere.anything"
    TWICE = "cases.see_case"


def test_what_stands_in_no_table_is_a_mistake_and_never_a_yes() -> None:
    for ask in (objections, allow, allowed):
        with pytest.raises(ProgrammingMistake):
            ask(ME, Unknown.ANYTHING)
    with pytest.raises(ProgrammingMistake):
        scope(ME, Area)


def test_one_permission_cannot_stand_in_two_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_tables", dict(tables()))
    free = Condition("passes", lambda *_: True, "Nee.")
    with pytest.raises(ProgrammingMistake):
        declare("elsewhere", {Unknown.TWICE: (free,)})


def test_a_refusal_names_everything_that_is_lacking() -> None:
    with pytest.raises(Refused) as refused:
        allow(replace(ME, function=O), Cases.DIRECT_CASE, case(state=CLOSED))
    assert len(refused.value.objections) == 3


@pytest.mark.parametrize("permission", [Cases.JUDGE_INTAKE, Cases.DECIDE_INTAKE])
def test_only_who_was_designated_for_a_table_by_a_public_member_judges_there(world: World, permission: StrEnum) -> None:
    nadia, undesignated = world.actor("nadia"), world.add("mara", "gemeente-zaanstad")
    assert (_judges(world, nadia, permission), _judges(world, undesignated, permission)) == (True, False)
    # Designated, but the own organisation is no member, or takes part as a private one.
    organisation = Organisation.objects.get(pk=nadia.organisation)
    table = Table.objects.get(pk=world.tables["VR11", "triage-zvh"])
    for change in (table.members.remove, _private):
        change(organisation)
        assert not _judges(world, nadia, permission)
        table.members.add(organisation)


def _judges(world: World, actor: Actor, permission: StrEnum) -> bool:
    with look(actor, "asks"):
        table = Table.objects.get(pk=world.tables["VR11", "triage-zvh"])
        return allowed(actor, permission, Intake(table=table))


def _private(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(participant_class="private")


def test_an_administrator_keeps_the_own_organisation_and_no_other(world: World) -> None:
    karin = world.actor("karin")
    staff = Professional.objects.filter(scope(karin, Professional))
    assert {one.organisation_id for one in staff} == {karin.organisation}
    assert [one.pk for one in Organisation.objects.filter(scope(karin, Organisation))] == [karin.organisation]
    for someone in (replace(karin, organisation=None), replace(karin, function=E)):
        for model in (Professional, Organisation):
            assert not model._default_manager.filter(scope(someone, model)).exists()


def test_nothing_is_no_row_and_everything_is_all(world: World) -> None:
    find: Callable[[Any], int] = lambda asked: Area.objects.filter(asked).count()  # noqa: E731
    assert (find(access.NOTHING), find(access.EVERYTHING)) == (0, Area.objects.count())
    assert Area.objects.count()
