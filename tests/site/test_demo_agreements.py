"""The agreements of the demo: each region has one in force, and its tables under a convenant open by it."""

from collections.abc import Mapping
from typing import Any

import pytest

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.partners.queries import table
from knooppunt.sharing import queries
from knooppunt.sharing.rules.agreement import Stand
from knooppunt.site.demo.agreements import Desk, load_agreements
from knooppunt.site.demo.cast import read
from tests.world import World
from tests.world import world as world

pytestmark = pytest.mark.usefixtures("frozen")

SAID: Mapping[str, Any] = read("agreements.yaml")


@pytest.fixture
def desks(world: World) -> dict[str, Desk]:
    """Where each region's agreements are kept, all loaded."""
    for one in SAID["keepers"]:
        world.add(one["name"], one["organisation"], Function(one["function"]))
    found = {}
    for code, own in SAID["regions"].items():
        tables = {name: key for (region, name), key in world.tables.items() if region == code}
        writer, second = world.actor(own["writer"]), world.actor(own["second"])
        found[code] = Desk(world.regions[code], tables, world.organisations, writer, second)
        load_agreements(found[code], own["agreements"])
    return found


def test_every_region_has_one_in_force_and_one_draft(desks: dict[str, Desk]) -> None:
    today = clock.today()
    for code, desk in desks.items():
        stands = {view.stand(today) for view in queries.agreements(desk.second, desk.region)}
        assert stands == {Stand.IN_FORCE, Stand.DRAFT}, code


def test_what_the_convenant_tables_share_is_open_between_all_their_members(desks: dict[str, Desk]) -> None:
    today = clock.today()
    for code, desk in desks.items():
        regimes = queries.regime_codes(desk.tables.values())
        own = [key for key in desk.tables.values() if regimes[key] == "WPG20_CONVENANT"]
        assert own, code
        for key in own:
            members = table(key).members
            opened = queries.in_force_between(members, "WPG20_CONVENANT", today, region=desk.region)
            assert "police" in opened, code


def test_one_region_keeps_what_another_does_not_see(desks: dict[str, Desk]) -> None:
    seen = [{view.id for view in queries.agreements(desk.writer)} for desk in desks.values()]
    assert [len(one) for one in seen] == [2, 2]
    assert seen[0] & seen[1] == set()


def test_the_text_as_it_was_signed_is_kept_with_one(desks: dict[str, Desk]) -> None:
    desk = desks["VR11"]
    files = {view.id: queries.agreement_files(desk.writer, view.id) for view in queries.agreements(desk.writer)}
    ((key, line),) = [(key, line) for key, lines in files.items() for line in lines]
    assert (line.name, line.status) == ("Tekst zoals getekend.docx", "clean")
    assert queries.agreement_file(desk.writer, key, line.id).content.startswith(b"PK")
