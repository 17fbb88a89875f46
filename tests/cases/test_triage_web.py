"""Triage as its visitors meet it: asking, judging, deciding, and what is left when it becomes no case."""

from uuid import UUID, uuid4

import pytest

from knooppunt.cases import actions
from knooppunt.cases.models import Intake, IntakeDecision
from knooppunt.cases.queries import intake_list, intake_page
from knooppunt.kernel import clock
from knooppunt.people.models import PersonLink
from knooppunt.sharing import law
from tests.cases.pages import ALL_MET, MET, asked, form, questions, request_made, text
from tests.world import World

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-4000-8000-000000000000"


def judge(world: World, name: str, intake: UUID, **changes: str) -> None:
    """One participant judges, through the page."""
    said = form(**{**MET, "motivation": "Gezien en besproken.", **changes})
    answer = world.client(name).post(f"/triage/{intake}/oordeel/", said)
    assert answer.status_code == 303, text(answer)


def test_three_judgements_make_a_case(world: World) -> None:
    intake = request_made(world)
    for name in ("bram", "ilse", "nadia"):
        judge(world, name, intake)
    carla = world.client("carla")
    shown = text(carla.get(f"/triage/{intake}/"))
    assert "Iedereen heeft geoordeeld en aan alle criteria is voldaan." in shown
    assert "Wim Zandstra" in shown and "Politie" in shown
    answer = carla.post(f"/triage/{intake}/besluit/", form(outcome="take_up", phase="3"))
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/casussen/")
    assert carla.get(answer.headers["Location"]).status_code == 200
    after = text(carla.get(f"/triage/{intake}/"))
    assert "opgepakt als casus" in after and "Besluit vastleggen" not in after


def test_the_list_says_who_must_judge(world: World) -> None:
    intake = request_made(world)
    ilse = world.client("ilse")
    assert "Bij 1 moet u nog oordelen" in text(ilse.get("/triage/"))
    judge(world, "ilse", intake)
    assert "u moet nog oordelen" not in text(ilse.get("/triage/"))
    assert "U heeft overal geoordeeld." in text(ilse.get("/triage/?toon=oordelen&sorteer=-gemeld"))


@pytest.mark.parametrize("name", ["bas", "femke", "joris", "dirk"])
def test_others_see_an_empty_list_and_no_request(world: World, name: str) -> None:
    intake = request_made(world)
    client = world.client(name)
    assert "Er is nu geen aanmelding in triage die u mag zien." in text(client.get("/triage/"))
    assert client.get(f"/triage/{intake}/").status_code == 404
    assert client.post(f"/triage/{intake}/oordeel/", {**MET, "motivation": "Ik ook."}).status_code == 404


@pytest.mark.parametrize("name", ["greet", "karin", "esra", "farid"])
def test_other_functions_stay_out(world: World, name: str) -> None:
    for address in ("/triage/", "/triage/nieuw/", f"/triage/{uuid4()}/"):
        assert world.client(name).get(address).status_code == 403


def test_before_everyone_spoke_the_page_says_who_must(world: World) -> None:
    intake = request_made(world)
    judge(world, "ilse", intake)
    carla = world.client("carla")
    shown = text(carla.get(f"/triage/{intake}/"))
    assert "Besluiten kan nog niet" in shown and "Besluit vastleggen" not in shown
    answer = carla.post(f"/triage/{intake}/besluit/", form(outcome="advice"))
    assert answer.status_code == 422
    assert "Er zijn 1 oordelen; er zijn er 3 nodig om te besluiten." in text(answer)


def test_absence_is_noted_but_does_not_count_for_the_quorum(world: World) -> None:
    intake = request_made(world)
    for name in ("ilse", "nadia"):
        judge(world, name, intake)
    carla = world.client("carla")
    police = str(world.organisations["politie"])
    assert carla.post(f"/triage/{intake}/afwezig/", {"organisation": police}).status_code == 303
    assert "afwezig" in text(carla.get(f"/triage/{intake}/"))
    answer = carla.post(f"/triage/{intake}/besluit/", form(outcome="take_up"))
    assert answer.status_code == 422
    assert "Er zijn 2 oordelen; er zijn er 3 nodig om te besluiten." in text(answer)
    judge(world, "bram", intake)
    assert carla.post(f"/triage/{intake}/besluit/", form(outcome="take_up")).status_code == 303


def test_who_judged_is_not_noted_as_absent(world: World) -> None:
    intake = request_made(world)
    judge(world, "ilse", intake)
    answer = world.client("carla").post(f"/triage/{intake}/afwezig/", {"organisation": str(world.organisations["om"])})
    assert answer.status_code == 422
    assert "Deze organisatie heeft al geoordeeld." in text(answer)


def test_a_criterion_that_is_not_met_stops_a_case_but_no_other_decision(world: World) -> None:
    intake = request_made(world)
    for name in ("bram", "ilse", "nadia"):
        judge(world, name, intake, threat="no")
    carla = world.client("carla")
    assert "voldoet niet" in text(carla.get(f"/triage/{intake}/"))
    answer = carla.post(f"/triage/{intake}/besluit/", form(outcome="take_up"))
    assert answer.status_code == 422
    assert "Niet voldaan aan: Zonder ingrijpen" in text(answer)


def test_not_taken_up_leaves_a_decision_without_a_person(world: World) -> None:
    intake = request_made(world)
    for name in ("bram", "ilse", "nadia"):
        actions.judge_intake(world.actor(name), intake, ALL_MET)
    carla, said = world.client("carla"), form(outcome="not_taken_up")
    for _twice in range(2):
        answer = carla.post(f"/triage/{intake}/besluit/", said)
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/triage/"
    assert "zonder persoon" in text(carla.get("/triage/"))
    assert carla.get(f"/triage/{intake}/").status_code == 404
    assert intake_list(world.actor("bram")) == ()
    assert not Intake.objects.exists() and not PersonLink.objects.exists()
    assert IntakeDecision.objects.get().outcome == "not_taken_up"


def test_errors_keep_what_was_typed(world: World) -> None:
    said = asked(world, goal="", surname="", bsn="123456789", threat="Hij dreigt <b>hard</b>.", informed_note="  ")
    del said["accuracy_checked"]
    answer = world.client("bram").post("/triage/nieuw/", said)
    assert answer.status_code == 422
    shown = answer.content.decode()
    for name in ("goal", "bsn", "informed_note", "accuracy_checked"):
        assert f'href="#id_{name}"' in shown
    assert "Hij dreigt &lt;b&gt;hard&lt;/b&gt;." in shown
    assert "Het wijkteam kwam niet binnen." in shown
    assert said["form_id"] in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("table", "VR04"),
        ("table", NOWHERE),
        ("municipality", NOWHERE),
        ("domain", "bestaat-niet"),
        ("partners", [NOWHERE]),
        ("problems", "tekst met \x00 erin"),
        ("born", "2999-01-01"),
        ("informed", "misschien"),
    ],
)
def test_bad_values_get_an_error_at_their_field(world: World, field: str, value: object) -> None:
    if value == "VR04":
        value = next(str(key) for (region, _code), key in world.tables.items() if region == "VR04")
    answer = world.client("nadia").post("/triage/nieuw/", asked(world, **{field: value}))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_who_works_in_two_regions_picks_a_municipality_of_the_table(world: World) -> None:
    other = world.tables["VR04", "triage-zvh"]
    bram = world.client("bram")
    assert "(IJsselland)" in text(bram.get("/triage/nieuw/"))
    answer = bram.post("/triage/nieuw/", asked(world, table=str(other)))
    assert answer.status_code == 422
    assert 'id="id_municipality_error"' in answer.content.decode()


def test_sent_twice_is_one_request(world: World) -> None:
    said, bram = asked(world), world.client("bram")
    first, second = (bram.post("/triage/nieuw/", said) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(intake_list(world.actor("bram"))) == 1


def test_a_request_from_a_report_takes_over_the_person(world: World) -> None:
    from knooppunt.signals.actions import ReportDraft, register_report
    from knooppunt.signals.rules import Described

    draft = ReportDraft(
        kind="ZVH",
        region=world.regions["VR11"],
        municipality=world.municipalities["GM0479"],
        happened="Hij liep roepend over straat.",
        described=Described("Testman", "van der", "Tobias", None, ""),
    )
    report = register_report(world.actor("bram"), draft, once=uuid4())
    nadia = world.client("nadia")
    empty = nadia.get(f"/triage/nieuw/?melding={report}")
    assert "Tobias van der Testman" in text(empty)
    assert "Hij liep roepend over straat." in empty.content.decode()
    answer = nadia.post("/triage/nieuw/", asked(world, surname="", born="", given_names="", report=str(report)))
    assert answer.status_code == 303, text(answer)
    intake = UUID(answer.headers["Location"].split("/")[2])
    assert [one.name for one in intake_page(world.actor("ilse"), intake).persons] == ["Tobias van der Testman"]
    assert world.client("bas").get(f"/triage/nieuw/?melding={report}").status_code == 404
    assert nadia.get("/triage/nieuw/?melding=geen-id").status_code == 400


def test_pages_ask_few_queries(world: World) -> None:
    intake = request_made(world)
    judge(world, "ilse", intake)
    carla = world.client("carla")
    for address in ("/triage/", "/triage/nieuw/", f"/triage/{intake}/"):
        assert questions(carla, address) <= 20


def test_a_request_says_why_the_table_may_read_it(world: World) -> None:
    intake = request_made(world)
    shown = text(world.client("ilse").get(f"/triage/{intake}/"))
    assert "Waarom u dit mag zien" in shown and "Wgs" in shown
    version = law.in_force("WGS_ZVH", clock.today()).reference
    assert shown.count(f"regels {version}") == 3  # who it is about, housing, financial


def test_whoever_bears_secrecy_chooses_a_way_before_asking(world: World) -> None:
    joris = world.client("joris")
    said = asked(world, categories=["health"])
    refused = joris.post("/triage/nieuw/", said)
    assert refused.status_code == 422 and "ondanks uw beroepsgeheim" in text(refused)
    assert "Schulden en verdriet." in refused.content.decode()
    no_reason = joris.post("/triage/nieuw/", {**said, "secrecy_way": "explicit_consent"})
    assert no_reason.status_code == 422 and "Schrijf op waarom u dit deelt." in text(no_reason)
    with_reason = {**said, "secrecy_way": "explicit_consent", "secrecy_note": "Dinsdag besproken."}
    sent = joris.post("/triage/nieuw/", with_reason)
    assert sent.status_code == 303
    shown = text(world.client("ilse").get(sent.headers["Location"]))
    assert "mag na afweging" in shown and "Dinsdag besproken." in shown


def test_police_data_of_somebody_else_stop_a_request(world: World) -> None:
    nadia = world.client("nadia")
    refused = nadia.post("/triage/nieuw/", asked(world, categories=["housing", "police"]))
    assert refused.status_code == 422 and "Politiegegevens komen van de politie zelf" in text(refused)
    assert intake_list(world.actor("carla")) == ()
    assert nadia.post("/triage/nieuw/", asked(world, categories=["housing"])).status_code == 303


def test_questions_of_the_law_come_back_with_what_was_typed(world: World) -> None:
    bram = world.client("bram")
    said = asked(world, categories=["police"])
    first = bram.post("/triage/nieuw/", said)
    assert first.status_code == 422 and "fact_competent_authority_agrees" in first.content.decode()
    assert bram.post("/triage/nieuw/", {**said, "fact_competent_authority_agrees": "ja"}).status_code == 303
