"""The outage sheet: on paper stands what its reader may see, and each print is on record."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from uuid import UUID

import psycopg
import pytest

from knooppunt.cases import actions
from knooppunt.kernel import clock, slots
from tests.cases.case_world import SURNAME, with_partners
from tests.cases.pages import text
from tests.world import World
from tests.world import world as world

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)

SHEET, PRINT = "/overleg/noodlijst/", "/overleg/noodlijst/afdrukken/"
ACTION = "De woning bekijken met de verhuurder"


def planned(world: World, **later: int) -> UUID:
    """A case with a sitting today at ten past, or so much later, and an agreed action of the neighbourhood team."""
    case, hamid = with_partners(world), world.actor("hamid")
    moment = datetime.combine(clock.today(), clock.now().time(), clock.AMSTERDAM) + timedelta(hours=1, **later)
    actions.plan_consultation(hamid, case, moment, 45, "Hoe gaat het in huis?")
    team, day = world.organisations["wijkteam-zaanstad"], clock.today() + timedelta(**later)
    draft = actions.ActionDraft(ACTION, team, hamid.who, day, category="housing")
    actions.agree_action(hamid, case, draft)
    return case


@pytest.fixture
def lines(owner_connection: psycopg.Connection) -> Callable[[str], list[tuple[Any, ...]]]:
    """The lines of the log with this event and of this part: which case, which person."""

    def found(event: str) -> list[tuple[Any, ...]]:
        return owner_connection.execute(
            "SELECT subject_id, person FROM kernel_auditline WHERE event = %s AND part = 'outage_sheet'", [event]
        ).fetchall()

    return found


def test_the_sheet_names_the_sitting_who_leads_who_takes_part_and_what_is_due(world: World) -> None:
    planned(world)
    shown = text(world.client("hamid").get(SHEET))
    for said in (
        SURNAME, "45 minuten", "Hoe gaat het in huis?", "Zondag 22 november 2026", ACTION,
        "Bewaar veilig, vernietig na gebruik.", "Hamid", "Carla", "Gemeente Zaanstad",
    ):  # fmt: skip
        assert said in shown, said
    assert "afgedrukt op" not in shown


def test_somebody_elses_agreed_action_and_what_one_may_not_know_stay_off_the_paper(world: World) -> None:
    planned(world)
    shown = text(world.client("anna").get(SHEET))
    assert "Hoe gaat het in huis?" in shown and ACTION not in shown
    # That mental health care takes part is itself health data, which the police do not receive.
    assert "GGZ" in text(world.client("joris").get(SHEET))
    assert "GGZ" not in text(world.client("bram").get(SHEET))


@pytest.mark.parametrize("name", ["bas", "femke", "dirk", "mo"])
def test_whoever_has_no_part_in_it_has_an_empty_sheet_and_nothing_to_print(world: World, name: str) -> None:
    planned(world)
    client = world.client(name)
    shown = text(client.get(SHEET))
    assert "Noodlijst afdrukken" not in shown and SURNAME not in shown
    refused = client.post(PRINT)
    assert refused.status_code == 403 and SURNAME not in text(refused)


@pytest.mark.parametrize("name", ["farid", "greet", "karin", "esra"])
def test_other_functions_have_no_sheet(world: World, name: str) -> None:
    planned(world)
    client = world.client(name)
    assert client.get(SHEET).status_code == client.post(PRINT).status_code == 403
    assert "Noodlijst" not in text(client.get("/overleg/"))


def test_tomorrow_comes_on_it_by_choice_and_the_day_after_does_not(world: World) -> None:
    planned(world, days=1)
    hamid = world.client("hamid")
    assert SURNAME not in text(hamid.get(SHEET))
    both = text(hamid.get(f"{SHEET}?dag=morgen"))
    assert SURNAME in both and ACTION in both and "Maandag 23 november 2026" in both
    assert "morgen" in hamid.get(f"{SHEET}?dag=morgen").content.decode().split('name="dag"')[1][:20]
    planned(world, days=2)
    assert both == text(hamid.get(f"{SHEET}?dag=morgen"))


@committed
def test_a_look_at_the_sheet_is_a_look_at_every_case_on_it(world: World, lines: Callable[[str], list[Any]]) -> None:
    cases = {planned(world), planned(world)}
    world.client("hamid").get(SHEET)
    assert {case for case, _ in lines("look")} == cases
    assert all(person is not None for _, person in lines("look"))
    assert lines("case.printed") == []


@committed
def test_each_print_has_a_line_for_each_person_on_it(world: World, lines: Callable[[str], list[Any]]) -> None:
    case, hamid = planned(world), world.client("hamid")
    answer = hamid.post(PRINT)
    assert answer.status_code == 200
    assert "afgedrukt op 22 november 2026 om 10.00" in text(answer)
    assert "data-print" in answer.content.decode() and "print.js" in answer.content.decode()
    assert [one for one, _ in lines("case.printed")] == [case]
    hamid.post(PRINT)
    assert len(lines("case.printed")) == 2
    assert lines("look") == []


def test_a_print_by_an_address_alone_is_not_possible(world: World) -> None:
    planned(world)
    assert world.client("hamid").get(PRINT).status_code == 405


def test_a_preview_keeps_off_paper(world: World) -> None:
    planned(world)
    source = world.client("hamid").get(SHEET).content.decode()
    assert "data-print" not in source and "print.js" not in source
    assert (
        "kn-sheet kn-screen" in source
        and "kn-sheet kn-screen" not in world.client("hamid").post(PRINT).content.decode()
    )


def test_a_higher_room_adds_its_part_in_a_slot_and_without_one_nothing_stands_there(world: World) -> None:
    planned(world)
    hamid, carla = world.client("hamid"), world.people["carla"].pk
    assert "hx-get" not in hamid.get(SHEET).content.decode()
    fills = {
        "outage_sheet": [lambda who: f"/kaarten/{who}/"],
        "outage_sheet.print": [lambda who: f"/kaarten/{who}/druk/"],
    }
    with mock.patch.dict(slots._slots, fills):
        own = world.people["hamid"].pk
        assert f'hx-get="/kaarten/{own}/"' in hamid.get(SHEET).content.decode()
        assert f'hx-get="/kaarten/{own}/druk/"' in hamid.post(PRINT).content.decode()
        # Somebody without any sitting may still have cards.
        assert f'hx-get="/kaarten/{carla}/"' in world.client("carla").get(SHEET).content.decode()
