"""Meedenken zonder naam as its visitors meet it: pointed out, mended, answered, and an intake made of it."""

import re
from typing import Any
from uuid import UUID

import pytest

from knooppunt.cases.models import Intake, Sounding
from knooppunt.cases.queries import intake_page, sounding_page
from tests.cases.pages import WITH_A_WAY, form, text
from tests.cases.pages import asked as request_form
from tests.world import World

pytestmark = pytest.mark.django_db
ASK = "/overleg/meedenken/nieuw/"
BSN = "111222333"
NAMED = "Een man hoort stemmen. Zijn zus Petra de Wit belt ons vaak."
PLAIN = "Een man hoort stemmen. Zijn zus belt ons vaak."


def said(world: World, **changes: Any) -> dict[str, Any]:
    """The form, filled in well."""
    values = {
        "table": str(world.tables["VR11", "zvh-casusoverleg"]),
        "age_band": "adult",
        "municipality": "",
        "life_areas": ["mental_health"],
        "worries": PLAIN,
        "tried": "",
        "question": "Wie kan een eerste stap zetten?",
        "context": "",
    }
    return form(**{**values, **changes})


def put(world: World, **changes: Any) -> UUID:
    """A question of Joris of the GGZ, through the page."""
    answer = world.client("joris").post(ASK, said(world, **changes))
    assert answer.status_code == 303, text(answer)
    return UUID(answer.headers["Location"].split("/")[3])


def test_a_name_and_a_bsn_are_pointed_out_with_what_to_do_and_nothing_is_kept(world: World) -> None:
    joris = world.client("joris")
    answer = joris.post(ASK, said(world, worries=NAMED, tried=f"Hij heet niets, maar BSN {BSN} wel."))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "<mark>Petra de Wit</mark>" in shown
    assert f"<mark>{BSN}</mark>" in shown
    assert "Een BSN wijst altijd iemand aan." in text(answer)
    assert "Er is nu geen open meedenkvraag." in text(joris.get("/overleg/meedenken/"))
    # The name may be confirmed, the BSN may not.
    assert re.findall(r'name="confirmed" value="(\w+):', shown) == ["worries"]


def test_what_is_confirmed_goes_and_a_later_name_is_asked_about_anew(world: World) -> None:
    joris = world.client("joris")
    shown = joris.post(ASK, said(world, worries=NAMED)).content.decode()
    (mark,) = re.findall(r'name="confirmed" value="([^"]+)"', shown)
    more = joris.post(ASK, said(world, worries=f"{NAMED} En Klaas Bakker ook.", confirmed=[mark]))
    assert more.status_code == 422
    assert joris.post(ASK, said(world, worries=NAMED, confirmed=[mark])).status_code == 303


def test_the_confirmation_of_one_field_is_none_for_another(world: World) -> None:
    joris = world.client("joris")
    shown = joris.post(ASK, said(world, worries=NAMED)).content.decode()
    (mark,) = re.findall(r'name="confirmed" value="([^"]+)"', shown)
    answer = joris.post(ASK, said(world, worries=PLAIN, question=NAMED, confirmed=[mark]))
    assert answer.status_code == 422


def test_who_sits_at_the_table_reads_and_answers(world: World) -> None:
    key = put(world)
    bram = world.client("bram")
    shown = text(bram.get(f"/overleg/meedenken/{key}/"))
    assert "gevraagd door een zorgaanbieder" in shown
    assert "GGZ De Dijk" not in shown and "Joris" not in shown
    assert "Maak hier een aanmelding van" not in shown
    wrong = bram.post(f"/overleg/meedenken/{key}/antwoord/", form(kind="can_help", text="Is dit Petra de Wit?"))
    assert wrong.status_code == 422 and "<mark>Petra de Wit</mark>" in wrong.content.decode()
    answer = bram.post(f"/overleg/meedenken/{key}/antwoord/", form(kind="can_help", text="De wijkagent kan mee."))
    assert answer.status_code == 303
    assert "Bram Visser, Politie (voorbeeld)" in text(world.client("joris").get(f"/overleg/meedenken/{key}/"))
    assert "ook van u" in text(bram.get("/overleg/meedenken/"))


@pytest.mark.parametrize("name", ["bas", "femke", "dirk"])
def test_others_find_nothing(world: World, name: str) -> None:
    key, client = put(world), world.client(name)
    assert "Er is nu geen open meedenkvraag." in text(client.get("/overleg/meedenken/"))
    assert client.get(f"/overleg/meedenken/{key}/").status_code == 404
    assert client.get(f"/triage/nieuw/?meedenkvraag={key}").status_code == 404
    for step, values in {
        "antwoord": {"kind": "can_help", "text": "Ja."},
        "afronden": {"version": 1},
        "weg": {},
    }.items():
        answer = client.post(f"/overleg/meedenken/{key}/{step}/", form(**values, brought="nothing"))
        assert answer.status_code == 404, step


@pytest.mark.parametrize("name", ["greet", "karin", "esra", "farid", "lucas"])
def test_other_functions_stay_out(world: World, name: str) -> None:
    key, client = put(world), world.client(name)
    for address in ("", "nieuw/", f"{key}/"):
        assert client.get(f"/overleg/meedenken/{address}").status_code == 403


def test_an_organisation_at_no_table_is_told_so(world: World) -> None:
    world.add("lena", "gemeente-landsmeer")
    assert "hoort nog bij geen overleg" in text(world.client("lena").get(ASK))


def test_closing_and_taking_back(world: World) -> None:
    joris, key = world.client("joris"), put(world)
    closed = joris.post(
        f"/overleg/meedenken/{key}/afronden/", form(version=1, brought="help_found", lesson="Bel op tijd.")
    )
    assert closed.status_code == 303
    assert "Een partner kon helpen" in text(world.client("ilse").get(f"/overleg/meedenken/{key}/"))
    assert "Er is nog geen meedenkvraag afgerond." not in text(joris.get("/overleg/meedenken/?stand=afgerond"))
    other = put(world)
    sent = form()
    for _ in range(2):
        assert joris.post(f"/overleg/meedenken/{other}/weg/", sent).status_code == 303
    assert joris.get(f"/overleg/meedenken/{other}/").status_code == 404


def test_an_intake_takes_the_texts_over_and_neither_tells_of_the_other(world: World) -> None:
    key, joris = put(world, tried="Twee gesprekken.", context="Alleenstaand."), world.client("joris")
    shown = joris.get(f"/triage/nieuw/?meedenkvraag={key}").content.decode()
    for taken in (PLAIN, "Wie kan een eerste stap zetten?", "Twee gesprekken.", "Alleenstaand.", str(key)):
        assert taken in shown
    assert 'name="surname"' in shown and 'name="informed"' in shown
    sent = request_form(
        world, sounding=str(key), problems=PLAIN, table=str(world.tables["VR11", "triage-zvh"]), **WITH_A_WAY
    )
    answer = joris.post("/triage/nieuw/", sent)
    assert answer.status_code == 303, text(answer)
    intake = UUID(answer.headers["Location"].split("/")[2])
    page = sounding_page(world.actor("bram"), key)
    assert (page.led_to_intake, str(intake) in repr(page), "Zandstra" in repr(page)) == (True, False, False)
    assert str(key) not in repr(intake_page(world.actor("bram"), intake))
    for key_of_other, model in ((intake, Sounding), (key, Intake)):
        assert str(key_of_other) not in repr(list(model.objects.values()))


def test_only_who_asked_makes_an_intake_of_it(world: World) -> None:
    key = put(world)
    bram = world.client("bram")
    assert bram.get(f"/triage/nieuw/?meedenkvraag={key}").status_code == 403
    assert bram.post("/triage/nieuw/", request_form(world, sounding=str(key))).status_code == 403
    assert bram.get("/triage/nieuw/?meedenkvraag=geen-id").status_code == 400
