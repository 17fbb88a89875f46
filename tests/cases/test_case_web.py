"""A case in the browser: its list and parts, the journey to its end, and who does not get in."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knooppunt.cases import actions
from knooppunt.cases.queries import case_list, plan_page
from knooppunt.cases.queries.lists import CaseFilter
from knooppunt.cases.rules import ActionStatus, CloseReason
from knooppunt.kernel import clock
from tests.cases.case_world import HEALTH, SURNAME, taken_up, version_of, with_content, with_partners
from tests.world import World
from tests.world import world as world

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = ("", "plan/", "informatie/", "netwerk/", "overleg/", "regie/", "tijdlijn/", "verantwoording/")
FORMS = (
    "plan/eigen-woorden/",
    "plan/doel/",
    "plan/afspraak/",
    "informatie/inbrengen/",
    "informatie/niet-delen/",
    "regie/partner/",
    "regie/casusregisseur/",
    "regie/fase/",
    "regie/evaluatie/",
    "regie/informeren/",
    "regie/afsluiten/",
    "regie/afsluiten/zeker/",
)
POSTS = ("plan/vaststellen/", "regie/stap/", "doel/")


def page(client: Client, address: str, status: int = 200) -> str:
    """The text of a page."""
    answer = client.get(address)
    assert answer.status_code == status, (answer.status_code, address)
    return answer.content.decode()


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of the page's forms, as the browser would send them back."""
    found = {}
    for tag in re.findall(r"<input[^>]+>", text):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") == "hidden" and said.get("name") in {"form_id", "version", "reason"}:
            found[said["name"]] = said["value"]
    return found


def fill_in(client: Client, address: str, said: Mapping[str, Any], status: int = 303) -> Any:
    """Opens a form, fills it in and sends it."""
    answer = client.post(address, {**hidden(page(client, address)), **said})
    assert answer.status_code == status, re.findall(r"kn-alert__body.*?</div>", answer.content.decode(), re.S)
    return answer


def test_a_case_goes_from_taken_up_to_closed_in_the_browser(world: World) -> None:
    case = taken_up(world)
    carla, hamid = world.client("carla"), world.client("hamid")
    at = f"/casussen/{case}/"
    for name in ("hamid", "joris", "bram"):
        fill_in(carla, f"{at}regie/partner/", {"professional": str(world.actor(name).who)})
    fill_in(carla, f"{at}regie/casusregisseur/", {"professional": str(world.actor("hamid").who)})
    said = {"category": "police", "subject": "resident", "text": "Elf meldingen.", "necessary": "on"}
    said["fact_competent_authority_agrees"] = "ja"
    fill_in(world.client("bram"), f"{at}informatie/inbrengen/", said)
    words = {"own_words": "Ik wil hier blijven wonen.", "discussed": "Thuis", "category": "guidance_care_help"}
    fill_in(hamid, f"{at}plan/eigen-woorden/", words)
    fill_in(hamid, f"{at}plan/doel/", {"life_area": "housing", "text": "Rustig wonen."})
    goal = plan_page(world.actor("hamid"), case).goals[0].id
    action = {"text": "Bellen", "organisation": str(world.actor("hamid").who), "due_on": "2026-12-01"}
    fill_in(hamid, f"{at}plan/afspraak/", {**action, "goal": str(goal)})
    assert "Ik wil hier blijven wonen." in page(hamid, f"{at}plan/")

    sitting = actions.plan_consultation(world.actor("carla"), case, clock.now(), 60, "Plan")
    actions.record_attendance(world.actor("carla"), sitting, {world.organisations["gemeente-zaanstad"]})
    fill = {**hidden(page(carla, f"{at}plan/"))}
    assert carla.post(f"{at}plan/vaststellen/", fill).status_code == 303
    closer = {"category": "guidance_care_help", "reason": "Het gaat beter.", "review_on": "2026-12-20", "phase": "2"}
    fill_in(carla, f"{at}regie/fase/", closer)
    assert "Er staan nog 1 afspraken open" in page(carla, f"{at}regie/afsluiten/")

    line = plan_page(world.actor("hamid"), case).goals[0].actions[0]
    fill_in(hidden_client := hamid, f"{at}plan/afspraak/{line.id}/afronden/", {"status": "done"})
    assert hidden_client is hamid
    step = {**hidden(page(carla, f"{at}regie/")), "state": "closing"}
    assert carla.post(f"{at}regie/stap/", step).status_code == 303
    sure = f"{at}regie/afsluiten/zeker/?version={version_of(world, case)}&form_id={uuid4()}&reason=goals_reached"
    text = page(carla, sure)
    assert "Weet u het zeker?" in text and "doelen behaald" in text
    answer = carla.post(f"{at}regie/afsluiten/zeker/", hidden(text))
    assert answer.status_code == 303 and answer["Location"] == "/casussen/"
    assert "afgesloten en afgeschermd" in page(carla, "/casussen/")
    assert carla.get(at).status_code == hamid.get(at).status_code == 404
    # The answer may get lost: sent again, the same form says the same, though the case is gone for her.
    again = carla.post(f"{at}regie/afsluiten/zeker/", hidden(text))
    assert again.status_code == 303 and again["Location"] == "/casussen/"


def test_whoever_has_no_part_finds_no_address_of_the_case(world: World) -> None:
    case = with_content(world)
    plan = plan_page(world.actor("hamid"), case)
    goal, action = plan.goals[0].id, plan.goals[0].actions[0].id
    inner = (f"plan/doel/{goal}/", f"plan/afspraak/{action}/", f"plan/afspraak/{action}/afronden/")
    for name in ("bas", "femke"):
        client = world.client(name)
        assert SURNAME not in page(client, "/casussen/")
        assert SURNAME not in page(client, "/casussen/export.csv")
        for path in (*PARTS, *FORMS, *inner):
            text = page(client, f"/casussen/{case}/{path}", 404)
            assert SURNAME not in text
        for path in (*POSTS, *FORMS, *inner):
            if path != "regie/afsluiten/":
                assert client.post(f"/casussen/{case}/{path}", {"state": "closing"}).status_code == 404, path


@pytest.mark.parametrize("name", ["greet", "esra", "karin"])
def test_functions_without_cases_stay_outside(world: World, name: str) -> None:
    case = with_partners(world)
    for path in ("/casussen/", "/casussen/export.csv", f"/casussen/{case}/", f"/casussen/{case}/plan/"):
        assert SURNAME not in page(world.client(name), path, 403)


def test_hamid_sees_his_actions_but_no_health(world: World) -> None:
    case = with_content(world)
    hamid, joris = world.client("hamid"), world.client("joris")
    for path in PARTS:
        text = page(hamid, f"/casussen/{case}/{path}")
        assert HEALTH not in text and "Vaste behandelaar" not in text and "GGZ" not in text, path
    assert "Bellen met de verhuurder" in page(hamid, f"/casussen/{case}/plan/")
    assert HEALTH in page(joris, f"/casussen/{case}/informatie/")
    assert "Vaste behandelaar" in page(joris, f"/casussen/{case}/plan/")
    assert "De diagnose is niet nodig." in page(joris, f"/casussen/{case}/informatie/")


def test_the_second_of_two_is_told_and_loses_nothing(world: World) -> None:
    case = with_partners(world)
    address = f"/casussen/{case}/plan/eigen-woorden/"
    hamid, carla = world.client("hamid"), world.client("carla")
    words = {"own_words": "Van Hamid", "discussed": "", "category": "guidance_care_help"}
    first, second = hidden(page(hamid, address)), hidden(page(carla, address))
    assert hamid.post(address, {**first, **words}).status_code == 303
    answer = carla.post(address, {**second, **words, "own_words": "Van Carla"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Van Carla</textarea>" in text and "Van Hamid" in text
    again = carla.post(address, {**hidden(text), **words, "own_words": "Van Carla"})
    assert again.status_code == 303
    assert "Van Carla" in page(hamid, f"/casussen/{case}/plan/")


def test_a_form_that_is_sent_twice_counts_once(world: World) -> None:
    case = with_partners(world)
    address = f"/casussen/{case}/plan/doel/"
    client = world.client("hamid")
    said = {**hidden(page(client, address)), "life_area": "housing", "text": "Rustig wonen."}
    assert [client.post(address, said).status_code for _ in range(2)] == [303, 303]
    assert len(plan_page(world.actor("hamid"), case).goals) == 1


def test_bad_input_names_the_field_and_keeps_what_was_typed(world: World) -> None:
    case = with_content(world)
    client = world.client("hamid")
    address = f"/casussen/{case}/plan/afspraak/"
    said = {"text": "<script>alert(1)</script>", "organisation": "x", "due_on": "2026-13-45", "category": "bsn"}
    text = fill_in(client, address, said, 422).content.decode()
    assert "&lt;script&gt;alert(1)" in text and "<script>alert" not in text
    assert "31-12-2026" in text and 'href="#id_organisation"' in text
    past = {"text": "Bellen", "organisation": str(world.actor("hamid").who), "due_on": "2020-01-01"}
    text = fill_in(client, address, {**past, "category": "housing"}, 422).content.decode()
    assert "vandaag of later" in text and "Bellen</textarea>" in text
    line = plan_page(world.actor("hamid"), case).goals[0].actions[0]
    text = fill_in(client, f"{address}{line.id}/afronden/", {"status": "not_done"}, 422).content.decode()
    assert "Schrijf waarom niet." in text


def test_a_later_date_counts_as_postponed(world: World) -> None:
    case = with_content(world)
    line = plan_page(world.actor("hamid"), case).goals[0].actions[0]
    said = {"text": line.text, "organisation": str(line.professional), "due_on": "2026-12-24", "goal": str(line.goal)}
    fill_in(world.client("hamid"), f"/casussen/{case}/plan/afspraak/{line.id}/", said)
    assert "1 keer verschoven" in page(world.client("hamid"), f"/casussen/{case}/plan/")


def test_secrecy_is_asked_of_who_bears_it(world: World) -> None:
    case = with_partners(world)
    said = {"category": "health", "subject": "resident", "text": "Rustig praten helpt.", "necessary": "on"}
    address = f"/casussen/{case}/informatie/inbrengen/"
    text = fill_in(world.client("joris"), address, said, 422).content.decode()
    assert "Rustig praten helpt.</textarea>" in text
    fill_in(world.client("joris"), address, {**said, "secrecy_way": "legal_duty", "secrecy_note": "Wvggz."})
    assert "beroepsgeheim" not in page(world.client("bram"), address)
    reason = {"category": "health", "subject": "resident", "text": "Geen toestemming."}
    fill_in(world.client("joris"), f"/casussen/{case}/informatie/niet-delen/", reason)
    assert "Geen toestemming." in page(world.client("joris"), f"/casussen/{case}/plan/")


def closed(world: World, case: UUID | None = None) -> UUID:
    """A case that ended."""
    case = case or with_content(world)
    carla = world.actor("carla")
    sitting = actions.plan_consultation(carla, case, clock.now(), 60, "Plan")
    actions.record_attendance(carla, sitting, {world.organisations["gemeente-zaanstad"]})
    actions.adopt_plan(carla, case, version=version_of(world, case))
    plan = plan_page(carla, case)
    for line in [*plan.loose_actions, *(one for goal in plan.goals for one in goal.actions)]:
        actions.settle_action(carla, line.id, ActionStatus.DONE, "", version=line.version)
    actions.advance_case(carla, case, actions_state("closing"), version=version_of(world, case))
    actions.close_case(carla, case, actions.CloseDraft(CloseReason.GOALS_REACHED), version=version_of(world, case))
    return case


def actions_state(code: str) -> Any:
    """A state by its code."""
    from knooppunt.cases.rules import CaseState

    return CaseState(code)


def test_oversight_sees_a_closed_case_with_a_purpose_only(world: World) -> None:
    case = closed(world)
    farid = world.client("farid")
    assert SURNAME in page(farid, "/casussen/")
    asked = page(farid, f"/casussen/{case}/verantwoording/")
    assert "Met welk doel kijkt u?" in asked and SURNAME not in asked
    said = {"purpose": "Steekproef rechtmatigheid", "to": f"/casussen/{case}/verantwoording/"}
    answer = farid.post(f"/casussen/{case}/doel/", said)
    assert answer.status_code == 303 and answer["Location"].endswith("/verantwoording/")
    text = page(farid, f"/casussen/{case}/verantwoording/")
    assert "gekeken: Plan" in text
    assert "Wie heeft gekeken" in text and SURNAME in text
    for path in PARTS:
        page(farid, f"/casussen/{case}/{path}")
    assert farid.get(f"/casussen/{case}/plan/doel/").status_code == 403
    elsewhere = farid.post(f"/casussen/{case}/doel/", {"purpose": "Toets", "to": "https://elders.invalid/"})
    assert elsewhere["Location"] == f"/casussen/{case}/"
    assert farid.post(f"/casussen/{case}/doel/", {"purpose": ""}).status_code == 422


def test_the_list_filters_sorts_and_exports_what_it_shows(world: World) -> None:
    case = with_partners(world)
    carla = world.client("carla")
    zaanstad, oostzaan = world.municipalities["GM0479"], world.municipalities["GM0431"]
    text = page(carla, f"/casussen/?stand=partners_chosen&fase=3&gemeente={zaanstad}&sorteer=nummer")
    assert SURNAME in text and "1 casus" in text and 'aria-sort="ascending"' in text
    for choice in ("stand=taken_up", "fase=1", f"gemeente={oostzaan}"):
        assert "Met deze keuzes" in page(carla, f"/casussen/?{choice}")
        assert SURNAME not in page(carla, f"/casussen/export.csv?{choice}")
    for odd in ("gemeente=x", "pagina=0", "pagina=x", "sorteer=__class__", "pagina=99999999999"):
        assert SURNAME in page(carla, f"/casussen/?{odd}")
    answer = carla.get("/casussen/export.csv?fase=3")
    lines = answer.content.decode().split("\r\n")
    assert lines[0].startswith("\ufeffNummer;Casus;") and SURNAME in lines[1]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert [line.id for line in case_list(world.actor("carla"), CaseFilter()).lines] == [case]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_an_export_holds_no_formulas(text: str) -> None:
    from knooppunt.cases.web.lists import _cell

    assert _cell(text).startswith("'")


def asked(queries: CaptureQueriesContext) -> int:
    """How many questions went to the database; the borders of a transaction are no questions."""
    return sum(one["sql"] not in {"BEGIN", "COMMIT"} for one in queries.captured_queries)


@pytest.mark.parametrize("name", ["carla", "hamid", "joris"])
def test_every_page_of_a_case_takes_at_most_twenty_queries(world: World, name: str) -> None:
    case = with_content(world)
    client = world.client(name)
    page(client, "/casussen/")
    taken = {}
    forms = FORMS[:5] if name != "joris" else FORMS[2:5]
    for path in (*PARTS, *(forms if name != "carla" else FORMS[:-1])):
        with CaptureQueriesContext(connection) as queries:
            page(client, f"/casussen/{case}/{path}")
        taken[path] = asked(queries)
    with CaptureQueriesContext(connection) as queries:
        page(client, "/casussen/")
    taken["list"] = asked(queries)
    assert {path: count for path, count in taken.items() if count > 20} == {}


def test_no_page_shows_a_name_in_its_title_or_address(world: World) -> None:
    case = with_content(world)
    for path in PARTS:
        text = page(world.client("carla"), f"/casussen/{case}/{path}")
        title = re.search(r"<title>(.*?)</title>", text, re.S)
        assert title and SURNAME not in title.group(1)
        assert not re.findall(rf'(?:href|action)="[^"]*{SURNAME}', text)
        assert "<style" not in text and " style=" not in text and " onclick=" not in text


def test_the_moment_of_a_sitting_is_shown_in_dutch_time(world: World) -> None:
    case = with_partners(world)
    moment = datetime(2026, 12, 3, 14, 0, tzinfo=clock.AMSTERDAM)
    actions.plan_consultation(world.actor("carla"), case, moment, 60, "Plan bespreken")
    assert "3 december 2026, 14.00" in page(world.client("hamid"), f"/casussen/{case}/overleg/")
    assert reverse("cases:list") == "/casussen/"


def test_what_stands_there_now_is_told_in_words(world: World) -> None:
    case = with_content(world)
    line = plan_page(world.actor("hamid"), case).goals[0].actions[0]
    address = f"/casussen/{case}/plan/afspraak/{line.id}/"
    said = {"text": line.text, "organisation": str(line.professional), "goal": str(line.goal), "category": "housing"}
    first, second = (hidden(page(world.client(name), address)) for name in ("hamid", "carla"))
    assert world.client("hamid").post(address, {**first, **said, "due_on": "2026-12-24"}).status_code == 303
    answer = world.client("carla").post(address, {**second, **said, "due_on": "2026-12-10"})
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "24 december 2026" in told and "<dd>Hamid Ouali</dd>" in told
    assert 'value="2026-12-10"' in told
