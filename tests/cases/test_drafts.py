"""What somebody types into a form of a case stands there again when they open it, and for nobody else."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from knooppunt.cases import actions
from knooppunt.cases.queries import plan_page
from tests.cases.case_world import with_content, with_partners
from tests.cases.pages import MET, request_made
from tests.world import World
from tests.world import world as world

pytestmark = pytest.mark.django_db

NOTICE = "Dit is uw concept"
TYPED = "Mevrouw wil rust.\nDat zei zij zelf."


def page(client: Client, address: str) -> str:
    """A page as it is sent."""
    answer = client.get(address)
    assert answer.status_code == 200, (answer.status_code, address)
    return answer.content.decode()


def form_of(source: str, field: str) -> dict[str, str]:
    """The hidden fields of the form in which a field stands."""
    form = next(one for one in re.findall(r"<form.*?</form>", source, re.DOTALL) if f'name="{field}"' in one)
    found = {}
    for tag in re.findall(r"<input[^>]+>", form):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if said.get("type") == "hidden":
            found[said["name"]] = unescape(said.get("value", ""))
    return found


def text_in(source: str, field: str) -> str:
    """What stands in a text field."""
    found = re.search(rf'<textarea name="{field}"[^>]*>\r?\n?(.*?)</textarea>', source, re.DOTALL)
    assert found is not None, field
    return unescape(found[1])


def type_in(client: Client, address: str, field: str, text: str = TYPED, status: int = 200) -> dict[str, str]:
    """Opens a form and types in one field, as the script would send it; returns the form's hidden fields."""
    hidden = form_of(page(client, address), field)
    answer = client.post("/concept/", {"concept": hidden["concept"], "field": field, "text": text})
    assert answer.status_code == status, answer.content
    return hidden


def test_what_was_typed_stands_there_again_and_says_since_when(world: World) -> None:
    case = with_partners(world)
    address = f"/casussen/{case}/plan/doel/"
    type_in(world.client("hamid"), address, "text")
    again = page(world.client("hamid"), address)
    assert text_in(again, "text").splitlines() == TYPED.splitlines()
    assert NOTICE in again and "op 22 november om 10.00" in again
    assert text_in(again, "own_words") == ""


@pytest.mark.parametrize("name", ["carla", "joris"])
def test_a_partner_in_the_same_case_begins_with_an_empty_form(world: World, name: str) -> None:
    case = with_partners(world)
    type_in(world.client("hamid"), f"/casussen/{case}/informatie/inbrengen/", "text")
    shown = page(world.client(name), f"/casussen/{case}/informatie/inbrengen/")
    assert text_in(shown, "text") == "" and NOTICE not in shown


def test_a_colleague_of_the_same_organisation_finds_nothing(world: World) -> None:
    type_in(world.client("bram"), "/meldingen/nieuw/", "happened")
    shown = page(world.client("bas"), "/meldingen/nieuw/")
    assert text_in(shown, "happened") == "" and NOTICE not in shown


def test_sent_is_gone_and_the_next_form_is_empty(world: World) -> None:
    case, hamid = with_partners(world), world.client("hamid")
    address = f"/casussen/{case}/plan/doel/"
    type_in(hamid, address, "text")
    hidden = form_of(page(hamid, address), "text")
    answer = hamid.post(address, {**hidden, "life_area": "housing", "text": TYPED})
    assert answer.status_code == 303
    shown = page(hamid, address)
    assert text_in(shown, "text") == "" and NOTICE not in shown
    assert len(plan_page(world.actor("hamid"), case).goals) == 1


def test_what_is_typed_after_sending_is_told_apart(world: World) -> None:
    case, hamid = with_partners(world), world.client("hamid")
    address = f"/casussen/{case}/plan/doel/"
    hidden = type_in(hamid, address, "text")
    hamid.post(address, {**hidden, "life_area": "housing", "text": TYPED})
    late = hamid.post("/concept/", {"concept": hidden["concept"], "field": "text", "text": "nog iets"})
    assert late.status_code == 409
    assert "al verstuurd" in late.content.decode()


def test_what_is_typed_on_two_devices_is_not_lost_when_one_of_them_sends(world: World) -> None:
    case = with_partners(world)
    address, desk, phone = f"/casussen/{case}/plan/doel/", world.client("hamid"), world.client("hamid")
    type_in(desk, address, "text", "Aan het bureau.")
    at_desk = form_of(page(desk, address), "text")
    on_phone = type_in(phone, address, "text", "Op de telefoon, later.")
    assert at_desk["form_id"] != on_phone["form_id"]
    desk.post(address, {**at_desk, "life_area": "housing", "text": "Aan het bureau."})
    assert text_in(page(desk, address), "text") == "Op de telefoon, later."
    phone.post(address, {**on_phone, "life_area": "housing", "text": "Op de telefoon, later."})
    assert NOTICE not in page(desk, address)
    goals = {goal.text for goal in plan_page(world.actor("hamid"), case).goals}
    assert goals == {"Aan het bureau.", "Op de telefoon, later."}


def test_a_form_with_a_mistake_in_it_keeps_its_draft(world: World) -> None:
    case, hamid = with_partners(world), world.client("hamid")
    address = f"/casussen/{case}/plan/doel/"
    hidden = type_in(hamid, address, "text")
    answer = hamid.post(address, {**hidden, "life_area": "", "text": TYPED})
    assert answer.status_code == 422
    assert NOTICE in page(world.client("hamid"), address)


def test_a_draft_of_an_older_version_is_still_told_that_somebody_was_first(world: World) -> None:
    case, hamid = with_content(world), world.client("hamid")
    goal = plan_page(world.actor("hamid"), case).goals[0]
    address = f"/casussen/{case}/plan/doel/{goal.id}/"
    type_in(hamid, address, "text", "Zoals ik het zag.")
    changed = actions.GoalDraft("housing", "Zoals de procesregisseur het zag.")
    actions.change_goal(world.actor("carla"), goal.id, changed, version=goal.version)
    hidden = form_of(page(hamid, address), "text")
    assert hidden["version"] == str(goal.version)
    answer = hamid.post(address, {**hidden, "life_area": "housing", "text": "Zoals ik het zag."})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Zoals de procesregisseur het zag." in shown and "Zoals ik het zag." in shown


def test_each_step_of_a_sitting_has_a_draft_of_its_own_and_shows_it(world: World) -> None:
    case, hamid = with_content(world), world.client("hamid")
    moment = {"day": "2026-11-23", "time": "10:00", "minutes": "60", "purpose": "Plan bespreken"}
    address = f"/overleg/nieuw/{case}/"
    planned = hamid.post(address, {**form_of(page(hamid, address), "purpose"), **moment})
    sitting = planned.headers["Location"]
    forms = re.findall(r"<form.*?</form>", page(hamid, sitting), re.DOTALL)
    image = next(one for one in forms if 'name="step" value="image"' in one)
    hamid.post("/concept/", {"concept": form_of(image, "text")["concept"], "field": "text", "text": TYPED})
    shown = page(hamid, sitting)
    assert shown.count(NOTICE) == 1
    section = shown.split('id="stap-image"')[1].split("</section>")[0]
    assert NOTICE in section and re.search(r"<details[^>]*open", section)


def test_a_judgement_is_kept_and_gone_when_it_is_given(world: World) -> None:
    intake, ilse = request_made(world), world.client("ilse")
    address = f"/triage/{intake}/"
    type_in(ilse, address, "motivation")
    hidden = form_of(page(ilse, address), "motivation")
    assert text_in(page(ilse, address), "motivation").splitlines() == TYPED.splitlines()
    wrong = ilse.post(f"{address}oordeel/", {**hidden, "motivation": TYPED})
    assert wrong.status_code == 422
    assert form_of(wrong.content.decode(), "motivation")["concept"], "the page that shows it again keeps on keeping"
    assert ilse.post(f"{address}oordeel/", {**hidden, **MET, "motivation": TYPED}).status_code == 303
    assert NOTICE not in page(ilse, address)


def test_a_request_from_a_report_has_another_draft_than_an_empty_one(world: World) -> None:
    bram = world.client("bram")
    type_in(bram, "/triage/nieuw/", "threat")
    report = reported(world)
    assert text_in(page(bram, f"/triage/nieuw/?melding={report}"), "threat") == ""
    type_in(bram, f"/triage/nieuw/?melding={report}", "threat", "Over een ander.")
    assert text_in(page(bram, "/triage/nieuw/"), "threat").splitlines() == TYPED.splitlines()
    assert text_in(page(bram, f"/triage/nieuw/?melding={report}"), "threat") == "Over een ander."


def reported(world: World) -> UUID:
    """A report by Bram, through the page."""
    bram = world.client("bram")
    source = page(bram, "/meldingen/nieuw/")
    region, town = world.regions["VR11"], world.municipalities["GM0479"]
    said = {"kind": "E33", "municipality": f"{region}/{town}", "happened": "Geschreeuw.", "surname": "Zandstra"}
    answer = bram.post("/meldingen/nieuw/", {**form_of(source, "happened"), **said})
    assert answer.status_code == 302
    return UUID(answer.headers["Location"].split("/")[2])


def test_beginning_anew_leads_back_to_the_form_and_nowhere_else(world: World) -> None:
    case, hamid = with_partners(world), world.client("hamid")
    address = f"/casussen/{case}/plan/afspraak/?doel=x"
    slip = {"concept": type_in(hamid, address, "text")["concept"]}
    answer = hamid.post("/concept/weg/", slip, headers={"referer": f"http://testserver{address}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert NOTICE not in page(hamid, address)
    away = hamid.post("/concept/weg/", slip, headers={"referer": "https://elders.invalid/x"})
    assert away.headers["Location"] == "/"


def test_the_slip_of_somebody_else_opens_nothing(world: World) -> None:
    case = with_partners(world)
    slip = type_in(world.client("hamid"), f"/casussen/{case}/plan/doel/", "text")["concept"]
    said = {"concept": slip, "field": "text", "text": "van een ander"}
    assert world.client("carla").post("/concept/", said).status_code == 403
    assert world.client("carla").post("/concept/weg/", {"concept": slip}).status_code == 403
    assert Client().post("/concept/", said).status_code == 302
    shown = page(world.client("hamid"), f"/casussen/{case}/plan/doel/")
    assert text_in(shown, "text").splitlines() == TYPED.splitlines()


@pytest.mark.parametrize(
    "said",
    [{}, {"concept": "x"}, {"field": "life_area"}, {"field": ""}],
    ids=["no slip", "a wrong slip", "a choice", "no field"],
)
def test_nonsense_is_refused_with_a_sentence(world: World, said: dict[str, str]) -> None:
    case, hamid = with_partners(world), world.client("hamid")
    slip = form_of(page(hamid, f"/casussen/{case}/plan/doel/"), "text")["concept"]
    body: dict[str, Any] = {"text": "x", "field": "text", **({"concept": slip} if "field" in said else {}), **said}
    assert hamid.post("/concept/", body).status_code == 400


def test_a_draft_that_says_what_stands_there_anyway_is_no_draft(world: World) -> None:
    case, hamid = with_content(world), world.client("hamid")
    goal = plan_page(world.actor("hamid"), case).goals[0]
    address = f"/casussen/{case}/plan/doel/{goal.id}/"
    type_in(hamid, address, "text", goal.text)
    assert NOTICE not in page(hamid, address)


def test_every_text_field_of_every_form_of_a_case_is_kept(world: World) -> None:
    case, carla = with_content(world), world.client("carla")
    seen = 0
    for path in (
        "plan/eigen-woorden/", "plan/doel/", "plan/afspraak/", "informatie/inbrengen/", "informatie/niet-delen/",
        "regie/fase/", "regie/informeren/", "netwerk/directe-kring/",
    ):  # fmt: skip
        source = page(carla, f"/casussen/{case}/{path}").split("<main", 1)[1]
        for field in re.findall(r'<textarea name="(\w+)"', source):
            assert re.search(rf'<textarea name="{field}"[^>]* data-draft=', source), (path, field)
            assert form_of(source, field)["concept"]
            seen += 1
    assert seen == 10
