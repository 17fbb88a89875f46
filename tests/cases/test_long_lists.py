"""For who reaches many cases a list takes another road; it shows the same."""

from typing import Any
from unittest import mock

import pytest

from knooppunt.cases.queries import CaseFilter, case_list, my_work
from knooppunt.kernel.work import Work
from knooppunt.sharing.actions import grant_in
from knooppunt.sharing.rules import SubjectKind
from tests.cases.case_world import with_partners
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_grants_on_a_case_make_one_line(world: World, frozen: Any) -> None:
    case = with_partners(world)
    frozen.move(hours=1)
    with Work(world.actor("carla"), "test") as work:
        wijkteam = world.organisations["wijkteam-zaanstad"]
        grant_in(work, wijkteam, (SubjectKind.CASE, case), ["housing"], basis="test")
    hamid = world.actor("hamid")
    for few in (0, 1_000):
        with mock.patch("knooppunt.sharing.access.FEW", few):
            shown = case_list(hamid, CaseFilter())
            assert ([line.id for line in shown.lines], shown.total, shown.more) == ([case], 1, False)
            assert [line.id for line in my_work(hamid).cases] == [case]
