"""A case under an agreement is there while the register holds one: every door closes and opens at that moment."""

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from knooppunt.cases import actions, queries
from knooppunt.cases.queries import CaseFilter
from knooppunt.cases.rules import ActionStatus, CaseState, CloseReason, Criterion, Outcome
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.errors import NotFoundForYou, Refused
from knooppunt.kernel.work import look
from knooppunt.people import queries as people
from knooppunt.people.rules import Identity
from knooppunt.sharing.models import Grant
from knooppunt.sharing.queries import recipients_in
from tests.cases.case_world import item, taken_up
from tests.cases.pages import ALL_MET, text
from tests.sharing.agreeing import MEMBERS, agree, drafted, end
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
BORN = date(1991, 11, 2)
SAID = "Twee maanden huurachterstand."
OPEN = {"page", "list", "count", "export", "file", "my work", "title", "words", "person", "partner"}


def request(world: World, name: str = "nadia") -> UUID:
    """Somebody asks the local table to take something up."""
    draft = actions.IntakeDraft(
        table=world.tables["VR11", "mdo-zaanstad"],
        report=None,
        identities=(Identity(surname="Proefman", given_names="Daan", born=BORN),),
        municipality=world.municipalities["GM0479"],
        domain="",
        urgent=False,
        criteria=dict.fromkeys(Criterion, "Dit speelt al maanden."),
        goal="Rust.",
        tried="Gesprekken.",
        informed=True,
        informed_note="Thuis besproken.",
        accuracy_checked=True,
        facts={"necessary": True},
    )
    return actions.request_intake(world.actor(name), draft)


def made(world: World, partners: tuple[str, ...] = ("hamid", "dirk")) -> UUID:
    """A case of the local table, with something about housing in it that the corporation brought."""
    intake = request(world)
    for name in ("nadia", "bram"):
        actions.judge_intake(world.actor(name), intake, ALL_MET)
    for absent in ("ggd", "ggz", "wijkteam-zaanstad", "corporatie"):
        actions.record_absent(world.actor("nadia"), intake, world.organisations[absent])
    case = actions.decide_intake(world.actor("nadia"), intake, Outcome.TAKE_UP, "2")
    assert case is not None
    for name in partners:
        version = queries.direction_page(world.actor("nadia"), case).head.version
        actions.choose_partner(world.actor("nadia"), case, world.actor(name).who, version=version)
    if "dirk" in partners:
        actions.share_item(world.actor("dirk"), case, item("housing", SAID))
    return case


def doors(world: World, name: str, case: UUID) -> set[str]:
    """By which doors this one meets the case, or what stands in it."""
    me = world.actor(name)
    found = {"page"} if _opens(lambda: queries.overview_page(me, case)) else set()
    page = queries.case_list(me, CaseFilter())
    found |= {"list"} if case in {line.id for line in page.lines} else set()
    found |= {"count"} if page.total else set()
    found |= {"export"} if case in {line.id for line in queries.export(me, CaseFilter())} else set()
    found |= {"file"} if "Proefman" in world.client(name).get("/casussen/export.csv").content.decode() else set()
    found |= {"my work"} if case in {line.id for line in queries.my_work(me).cases} else set()
    found |= {"title"} if queries.titles(me, [case]) else set()
    with look(me, "test") as work:
        found |= {"words"} if people.texts_in(work, "huurachterstand", ("item",))[0] else set()
        found |= {"person"} if people.occurrences_in(work, Identity(surname="Proefman", born=BORN))[0] else set()
        found |= {"partner"} if recipients_in(work, case, "housing") else set()
    return found


def _opens(page: Callable[[], object]) -> bool:
    try:
        page()
    except (NotFoundForYou, Refused):
        return False
    return True


def test_while_it_holds_every_door_is_open_and_the_day_after_none(world: World, frozen: Any) -> None:
    agree(world, ends_on=TODAY + 2 * DAY)
    case = made(world)
    assert doors(world, "hamid", case) == OPEN
    frozen.set(clock.now() + 2 * DAY)
    assert doors(world, "hamid", case) == OPEN
    frozen.set(clock.now() + DAY)
    assert doors(world, "hamid", case) == set()
    assert doors(world, "nadia", case) == set()
    # The one who reaches nothing is told the same as about a case that is not there.
    answer = world.client("hamid").get(f"/casussen/{case}/")
    assert (answer.status_code, "Proefman" in text(answer)) == (404, False)


def test_ending_it_closes_after_the_last_day_and_a_new_one_opens_again_at_once(world: World, frozen: Any) -> None:
    key = agree(world)
    case = made(world)
    end(world, key, TODAY)
    assert doors(world, "hamid", case) == OPEN
    frozen.set(clock.now() + DAY)
    assert doors(world, "hamid", case) == set()
    later = agree(world, starts_on=TODAY + 2 * DAY)
    assert doors(world, "hamid", case) == set(), "it has not begun"
    frozen.set(clock.now() + DAY)
    assert doors(world, "hamid", case) == OPEN
    end(world, later, TODAY + 2 * DAY)
    agree(world)
    frozen.set(clock.now() + DAY)
    assert doors(world, "hamid", case) == OPEN, "what holds counts, whichever of the two it is"


@pytest.mark.parametrize("other", ["under another regime", "in another region", "without this organisation"])
def test_another_agreement_opens_nothing(world: World, frozen: Any, other: str) -> None:
    key = agree(world)
    case = made(world, partners=("bram", "hamid", "dirk"))
    end(world, key, TODAY)
    frozen.set(clock.now() + DAY)
    assert doors(world, "bram", case) == set()
    if other == "under another regime":
        agree(world, regime="LOCAL_PUBLIC_TASK")
    elif other == "in another region":
        for name in ("gwen", "gijs"):
            world.add(name, "gemeente-zwolle", Function.GOVERNANCE)
        agree(world, ("gemeente-zwolle", "politie"), region="VR04", by=("gwen", "gijs"))
    else:
        agree(world, ("gemeente-zaanstad", "corporatie"))
        assert doors(world, "nadia", case) == OPEN
    assert doors(world, "bram", case) == set()


def test_what_is_not_agreed_stays_shut_and_the_rest_is_open(world: World, frozen: Any) -> None:
    key = agree(world)
    case = made(world)
    end(world, key, TODAY)
    agree(world, categories=("identity_contact", "police"))
    assert doors(world, "hamid", case) == OPEN, "until tonight both hold"
    frozen.set(clock.now() + DAY)
    assert doors(world, "hamid", case) == OPEN - {"words", "partner"}
    page = queries.information_page(world.actor("hamid"), case)
    assert [line for _, group in page.by_category for line in group] == []
    # What one brought in oneself is there as long as the case is.
    page = queries.information_page(world.actor("dirk"), case)
    assert [line.text for _, group in page.by_category for line in group] == [SAID]


def test_who_would_see_an_item_are_those_whose_agreement_opens_it(world: World, frozen: Any) -> None:
    key = agree(world)
    case = made(world)
    end(world, key, TODAY)
    agree(world, parties=("gemeente-zaanstad", "corporatie"))
    hamid = world.actor("hamid").for_whom

    def told() -> set[UUID]:
        with look(world.actor("dirk"), "test") as work:
            return {one.organisation for one in recipients_in(work, case, "housing")}

    assert hamid in told()
    frozen.set(clock.now() + DAY)
    assert told() == {world.organisations["gemeente-zaanstad"]}


def test_without_an_agreement_nothing_is_asked_and_nobody_joins(world: World) -> None:
    drafted(world)
    with pytest.raises(Refused) as refused:
        request(world)
    assert "Gemeente Zaanstad" in refused.value.objections[0]
    assert refused.value.possible
    agree(world, parties=[one for one in MEMBERS if one != "corporatie"])
    case = made(world, partners=("hamid",))
    version = queries.direction_page(world.actor("nadia"), case).head.version
    with pytest.raises(Refused, match="geen partij"):
        actions.choose_partner(world.actor("nadia"), case, world.actor("dirk").who, version=version)


def test_an_intake_too_is_there_while_it_holds(world: World, frozen: Any) -> None:
    agree(world, ends_on=TODAY)
    intake = request(world)
    assert {line.id for line in queries.intake_list(world.actor("bram"))} == {intake}
    frozen.set(clock.now() + DAY)
    assert not queries.intake_list(world.actor("bram"))
    with pytest.raises(NotFoundForYou):
        actions.judge_intake(world.actor("bram"), intake, ALL_MET)


def test_oversight_stays_and_what_rests_on_the_law_is_never_asked_about(world: World, frozen: Any) -> None:
    agree(world, ends_on=TODAY)
    case, other = made(world, partners=()), taken_up(world)
    _close(world, case)
    frozen.set(clock.now() + DAY)
    page = queries.overview_page(world.actor("farid"), case, purpose="test")
    assert page.head.id == case
    assert queries.overview_page(world.actor("carla"), other).head.id == other
    with look(world.actor("carla"), "test"):
        rows = Grant.objects.filter(subject_id=other).values_list("agreed_in", "agreed_under")
        assert set(rows) == {(None, "")}


def _close(world: World, case: UUID) -> None:
    nadia = world.actor("nadia")

    def version() -> int:
        return queries.direction_page(nadia, case).head.version

    actions.choose_partner(nadia, case, world.actor("bram").who, version=version())
    actions.name_case_director(nadia, case, nadia.who, version=version())
    sitting = actions.plan_consultation(nadia, case, clock.now(), 60, "Plan")
    actions.record_attendance(nadia, sitting, {nadia.for_whom})
    goal = actions.set_goal(nadia, case, actions.GoalDraft("housing", "Rustig wonen."))
    actions.agree_action(nadia, case, actions.ActionDraft("Bellen", nadia.for_whom, nadia.who, TODAY, goal=goal))
    actions.adopt_plan(nadia, case, version=version())
    for group in queries.plan_page(nadia, case).goals:
        for one in group.actions:
            actions.settle_action(nadia, one.id, ActionStatus.DONE, "", version=one.version)
    actions.advance_case(nadia, case, CaseState.CLOSING, version=version())
    actions.close_case(nadia, case, actions.CloseDraft(CloseReason.GOALS_REACHED), version=version())


def test_nothing_is_written_when_a_term_ends(world: World, frozen: Any, owner_connection: psycopg.Connection) -> None:
    agree(world, ends_on=TODAY)
    case = made(world)
    rows = "SELECT id, valid_until, agreed_in, agreed_under FROM sharing_grant WHERE subject_id = %s ORDER BY id"
    before = owner_connection.execute(rows, [case]).fetchall()
    frozen.set(clock.now() + DAY)
    assert doors(world, "hamid", case) == set()
    assert owner_connection.execute(rows, [case]).fetchall() == before


def test_a_gate_too_closes(world: World, frozen: Any) -> None:
    agree(world, ends_on=TODAY)
    case = made(world)

    def asked(call: str) -> Any:
        with look(world.actor("hamid"), "test"), connection.cursor() as cursor:
            cursor.execute(f"SELECT {call}", [case])
            return cursor.fetchone()[0]

    assert asked("kn_reaches(%s, 'core', NULL)")
    assert asked("count(*) FROM kn_designated(%s, 'execution')")
    frozen.set(clock.now() + DAY)
    assert not asked("kn_reaches(%s, 'core', NULL)")
    assert not asked("count(*) FROM kn_designated(%s, 'execution')")


def notice(world: World, name: str, address: str = "/casussen/") -> str:
    """What the page says of tables that are shut."""
    answer = world.client(name).get(address)
    assert answer.status_code == 200
    said = text(answer)
    return said if "zijn dicht" in said else ""


@pytest.mark.parametrize("address", ["/casussen/", "/"])
def test_who_is_designated_for_the_table_is_told_since_when_it_is_shut(world: World, frozen: Any, address: str) -> None:
    key = agree(world)
    made(world)
    assert notice(world, "hamid", address) == ""
    end(world, key, TODAY)
    assert notice(world, "hamid", address) == ""
    frozen.set(clock.now() + DAY)
    said = notice(world, "hamid", address)
    assert "De casussen van Lokaal MDO Zaanstad zijn dicht" in said
    assert "Sinds 23 november 2026" in said
    assert "Vraag iemand met de hoedanigheid sturing" in said
    assert "Proefman" not in said
    assert notice(world, "anna", address) == "", "she is not designated for this table"
    agree(world, starts_on=TODAY + 9 * DAY)
    assert "Vanaf 1 december 2026 geldt er een" in notice(world, "hamid", address)
    frozen.set(clock.now() + 8 * DAY)
    assert notice(world, "hamid", address) == ""


def test_a_table_without_any_agreement_is_shut_from_the_start(world: World) -> None:
    said = notice(world, "dirk")
    assert "Voor dit overleg geldt nu geen afspraak waarbij uw organisatie partij is" in said
    agree(world, parties=[one for one in MEMBERS if one != "corporatie"])
    assert notice(world, "dirk"), "others have one"
    assert not notice(world, "hamid")


def test_what_was_granted_before_rests_on_the_agreement_since(
    world: World, owner_connection: psycopg.Connection
) -> None:
    agree(world)
    case, other = made(world), taken_up(world)
    _close(world, made(world, partners=()))
    rows = "SELECT id, agreed_in, agreed_under FROM sharing_grant ORDER BY id"
    before = owner_connection.execute(rows).fetchall()
    with owner_connection.transaction():
        owner_connection.execute("ALTER TABLE sharing_grant DISABLE TRIGGER kn_recorded")
        owner_connection.execute("UPDATE sharing_grant SET agreed_in = NULL, agreed_under = ''")
        owner_connection.execute("ALTER TABLE sharing_grant ENABLE TRIGGER kn_recorded")
    assert doors(world, "hamid", case) == OPEN, "it did not need one then"
    migration = import_module("knooppunt.cases.migrations.0009_agreed")
    with owner_connection.transaction():
        owner_connection.execute(migration.HELD_BEFORE)
    assert owner_connection.execute(rows).fetchall() == before
    kinds = "SELECT DISTINCT subject_kind, function, agreed_under FROM sharing_grant ORDER BY 1, 2, 3"
    assert owner_connection.execute(kinds).fetchall() == [
        ("case", "execution", ""),
        ("case", "execution", "WPG20_CONVENANT"),
        ("case", "oversight", ""),
        ("intake", "execution", ""),
        ("intake", "execution", "WPG20_CONVENANT"),
    ]
    assert queries.overview_page(world.actor("carla"), other).head.id == other
