"""The sitting as its members meet it: planning, notes by BOB, attendance, agreed actions, the end."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from knooppunt.cases import actions
from knooppunt.cases.actions import GoalDraft
from knooppunt.cases.models import Note
from knooppunt.cases.queries import CaseHead, consultations_page
from tests.cases.pages import case_made, form, questions, text
from tests.world import World

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def head(world: World, case: UUID) -> CaseHead:
    """The case as Carla sees it now."""
    return consultations_page(world.actor("carla"), case).head


@pytest.fixture
def case(world: World) -> UUID:
    """A case in which Hamid, Joris and Ilse take part; Hamid is case director."""
    made, carla = case_made(world), world.actor("carla")
    for name in ("hamid", "joris", "ilse"):
        actions.choose_partner(carla, made, world.people[name].pk, version=head(world, made).version)
    actions.name_case_director(carla, made, world.people["hamid"].pk, version=head(world, made).version)
    return made


@pytest.fixture
def sitting(world: World, case: UUID) -> UUID:
    """A sitting that Hamid planned, through the page."""
    answer = world.client("hamid").post(f"/overleg/nieuw/{case}/", planned())
    assert answer.status_code == 303, text(answer)
    return UUID(answer.headers["Location"].split("/")[2])


def planned(**changes: str) -> dict[str, Any]:
    return form(**{"day": "2026-11-22", "time": "13:30", "minutes": "60", "purpose": "Plan maken", **changes})


def noted(step: str = "image", category: str = "housing", words: str = "De huur is drie maanden te laat.") -> Any:
    return form(step=step, category=category, text=words)


def shown_in(client: Client, sitting: UUID) -> str:
    answer = client.get(f"/overleg/{sitting}/")
    assert answer.status_code == 200
    return text(answer)


def test_a_planned_sitting_stands_in_the_list_of_who_takes_part(world: World, sitting: UUID) -> None:
    for name in ("hamid", "carla", "joris"):
        assert "13.30" in text(world.client(name).get("/overleg/"))
    assert "geen overleg gepland" in text(world.client("bas").get("/overleg/"))
    assert world.client("bas").get(f"/overleg/{sitting}/").status_code == 404
    assert "U had nog geen overleg" in text(world.client("hamid").get("/overleg/?wanneer=geweest&sorteer=casus"))


def test_planning_keeps_what_was_typed_and_happens_once(world: World, case: UUID) -> None:
    hamid = world.client("hamid")
    wrong = hamid.post(f"/overleg/nieuw/{case}/", planned(minutes="0", day="0026-11-22", purpose="Kijken hoe het gaat"))
    assert wrong.status_code == 422
    assert 'id="id_minutes_error"' in wrong.content.decode() and 'id="id_day_error"' in wrong.content.decode()
    assert "Kijken hoe het gaat" in wrong.content.decode()
    said = planned()
    first, second = (hamid.post(f"/overleg/nieuw/{case}/", said) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert world.client("joris").get(f"/overleg/nieuw/{case}/").status_code == 403
    assert world.client("bas").get(f"/overleg/nieuw/{case}/").status_code == 404


def test_a_note_is_read_by_who_may_read_its_category(world: World, sitting: UUID) -> None:
    hamid = world.client("hamid")
    answer = hamid.post(f"/overleg/{sitting}/notitie/", noted())
    assert answer.headers["Location"] == f"/overleg/{sitting}/#stap-image"
    assert "De huur is drie maanden te laat." in shown_in(hamid, sitting)
    assert "De huur is drie maanden te laat." in shown_in(world.client("joris"), sitting)
    assert "De huur is drie maanden te laat." not in shown_in(world.client("ilse"), sitting)


def test_htmx_draws_only_the_step_and_without_a_second_note(world: World, sitting: UUID) -> None:
    hamid, said = world.client("hamid"), noted("judgement")
    for _twice in range(2):
        answer = hamid.post(f"/overleg/{sitting}/notitie/", said, headers=HTMX)
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        assert 'id="stap-judgement"' in answer.content.decode()
    assert Note.objects.count() == 1 or shown_in(hamid, sitting).count("De huur is drie maanden te laat.") == 1


def test_a_note_that_is_wrong_keeps_its_text(world: World, sitting: UUID) -> None:
    hamid = world.client("hamid")
    for headers in ({}, HTMX):
        answer = hamid.post(
            f"/overleg/{sitting}/notitie/", noted(category="police", words="Zo <i>is</i> het"), headers=headers
        )
        assert answer.status_code == 422
        assert 'id="id_image_category_error"' in answer.content.decode()
        assert "Zo &lt;i&gt;is&lt;/i&gt; het" in answer.content.decode()
    refused = hamid.post(f"/overleg/{sitting}/notitie/", noted(words="  "), headers=HTMX)
    assert refused.status_code == 422


def test_only_a_director_records_a_decision_and_anyone_dissents(world: World, sitting: UUID) -> None:
    joris = world.client("joris")
    answer = joris.post(f"/overleg/{sitting}/notitie/", noted("decision", words="Wij besluiten dit."))
    assert answer.status_code == 422
    assert "Een besluit legt de casusregisseur of de procesregisseur vast." in text(answer)
    assert joris.post(f"/overleg/{sitting}/notitie/", noted("dissent", words="Ik zie dat anders.")).status_code == 303
    assert world.client("hamid").post(f"/overleg/{sitting}/notitie/", noted("decision")).status_code == 303


def test_a_director_notes_only_partners_whose_part_may_be_known(world: World, sitting: UUID) -> None:
    """That GGZ takes part is health information, which Hamid's organisation does not get."""
    assert "GGZ" not in shown_in(world.client("hamid"), sitting)
    answer = world.client("hamid").post(f"/overleg/{sitting}/aanwezig/", {"present": [str(world.organisations["ggz"])]})
    assert answer.status_code == 422


def test_attendance_then_the_end(world: World, sitting: UUID) -> None:
    hamid, carla = world.client("hamid"), world.client("carla")
    said = {"form_id": str(uuid4()), "version": "1"}
    early = hamid.post(f"/overleg/{sitting}/afsluiten/", said)
    assert early.status_code == 422
    assert "Noteer eerst wie er was." in text(early)
    here = [str(world.organisations[code]) for code in ("wijkteam-zaanstad", "ggz")]
    stranger = carla.post(f"/overleg/{sitting}/aanwezig/", {"present": [*here, str(world.organisations["ggd"])]})
    assert stranger.status_code == 422
    assert carla.post(f"/overleg/{sitting}/aanwezig/", {"present": here}).status_code == 303
    assert "in overleg" in shown_in(hamid, sitting)
    assert hamid.post(f"/overleg/{sitting}/afsluiten/", said).status_code == 303
    assert "gehouden" in shown_in(hamid, sitting)
    assert world.client("joris").post(f"/overleg/{sitting}/aanwezig/", {"present": here}).status_code == 422


def test_two_people_end_at_once(world: World, sitting: UUID) -> None:
    actions.record_attendance(world.actor("carla"), sitting, [])
    actions.end_consultation(world.actor("carla"), sitting, version=1)
    answer = world.client("hamid").post(f"/overleg/{sitting}/afsluiten/", form(version="1"))
    assert answer.status_code == 409
    assert "Iemand anders was u voor" in text(answer) or "gehouden" in text(answer)


def test_an_agreed_action_and_adopting_the_plan(world: World, case: UUID, sitting: UUID) -> None:
    hamid, carla = world.client("hamid"), world.client("carla")
    goal = actions.set_goal(world.actor("hamid"), case, GoalDraft("housing", "Blijven wonen."))
    said = form(
        text="De huur regelen",
        organisation=str(world.organisations["wijkteam-zaanstad"]),
        due_on="2026-12-01",
        goal=str(goal),
        category="",
    )
    assert 'data-key="a"' in hamid.get(f"/overleg/{sitting}/").content.decode()
    for _twice in range(2):
        assert hamid.post(f"/overleg/{sitting}/afspraak/", said).status_code == 303
    assert shown_in(hamid, sitting).count("De huur regelen") == 1
    late = hamid.post(f"/overleg/{sitting}/afspraak/", {**said, "form_id": str(uuid4()), "due_on": "2026-01-01"})
    assert late.status_code == 422
    assert 'id="id_action_due_on_error"' in late.content.decode()
    actions.record_attendance(world.actor("carla"), sitting, [world.organisations["ggz"]])
    assert "Plan vaststellen" in shown_in(carla, sitting)
    assert "Plan vaststellen" not in shown_in(hamid, sitting)
    form_of = re.search(
        r'/vaststellen/".*?name="version" value="(\d+)"', carla.get(f"/overleg/{sitting}/").content.decode(), re.S
    )
    assert form_of is not None
    assert carla.post(f"/overleg/{sitting}/vaststellen/", form(version="1")).status_code == 409
    assert carla.post(f"/overleg/{sitting}/vaststellen/", form(version=form_of.group(1))).status_code == 303
    assert "in uitvoering" in shown_in(carla, sitting)


def test_the_screen_asks_few_queries(world: World, sitting: UUID) -> None:
    carla = world.client("carla")
    carla.post(f"/overleg/{sitting}/notitie/", noted())
    assert questions(carla, "/overleg/") <= 20
    assert questions(carla, f"/overleg/{sitting}/") <= 20
