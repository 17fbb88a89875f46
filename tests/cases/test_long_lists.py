"""For who reaches many cases a list takes another road; it shows the same."""

from typing import Any
from unittest import mock

import pytest

from knooppunt.cases.actions import ActionDraft, GoalDraft, agree_action, set_goal
from knooppunt.cases.queries import CaseFilter, case_list, my_work
from knooppunt.kernel import clock
from knooppunt.kernel.work import Work
from knooppunt.sharing.actions import NewGrant, grant_in
from knooppunt.sharing.rules import SubjectKind
from tests.cases.case_world import with_partners
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_grants_on_a_case_make_one_line(world: World, frozen: Any) -> None:
    case = with_partners(world)
    frozen.move(hours=1)
    with Work(world.actor("carla"), "test") as work:
        wijkteam = world.organisations["wijkteam-zaanstad"]
        grant_in(work, (SubjectKind.CASE, case), NewGrant(wijkteam, ["housing"], "test"))
    hamid = world.actor("hamid")
    for few in (0, 1_000):
        with mock.patch("knooppunt.sharing.access.FEW", few):
            shown = case_list(hamid, CaseFilter())
            assert ([line.id for line in shown.lines], shown.total, shown.more) == ([case], 1, False)
            assert [line.id for line in my_work(hamid).cases] == [case]


def test_mijn_werk_says_that_more_waits_than_it_shows(world: World) -> None:
    case, hamid = with_partners(world), world.actor("hamid")
    goal = set_goal(hamid, case, GoalDraft("housing", "Rustig wonen."))
    wijkteam = world.organisations["wijkteam-zaanstad"]

    def agree(number: int) -> None:
        draft = ActionDraft(f"Afspraak {number}", wijkteam, hamid.who, clock.today(), goal=goal)
        agree_action(hamid, case, draft)

    waits = len(my_work(hamid).needs)
    for number in range(25 - waits):
        agree(number)
    mine = my_work(hamid)
    assert (len(mine.needs), mine.more_needs) == (25, False)
    agree(26)
    mine = my_work(hamid)
    assert (len(mine.needs), mine.more_needs) == (25, True)
