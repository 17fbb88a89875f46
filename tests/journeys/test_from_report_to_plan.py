"""The main job end to end: Bram reports, a table judges, partners contribute, one plan, a phase down, closed.

On the way, who has nothing to do with it tries to see it, by every road there is.
"""

import re
from datetime import timedelta

import pytest

from knooppunt.kernel import clock
from tests.journeys.conftest import Cast, Person

pytestmark = pytest.mark.journey

SURNAME = "Reisvoorbeeld"
BSN = "999990007"
OUTSIDERS = ("bas", "femke", "greet", "dirk", "karin", "esra")
HEALTH = "Rustig praten helpt; niet aanraken."
POLICE = "Zeven meldingen van overlast in twee maanden."
JUDICIAL = "Er loopt een zaak voor vernieling."
HOUSING = "Huurachterstand van twee maanden."
GUIDANCE = "Huisbezoek gedaan; mevrouw wil praten."
CRITERIA = ("problems", "life_areas", "threat", "cooperation")


def test_from_report_to_one_plan_and_closed(cast: Cast) -> None:
    report = _bram_reports(cast.bram)
    intake = _bram_requests_triage(cast.bram, report)
    _table_judges(cast, intake)
    case = _carla_takes_up(cast.carla, intake)
    _carla_brings_partners(cast.carla, case)
    _everyone_contributes(cast, case)
    _each_sees_what_it_may(cast, case)
    sitting = _they_consult(cast, case)
    _hamid_makes_the_plan(cast.hamid, case)
    _carla_adopts(cast.carla, sitting)
    _outsiders_see_nothing(cast, report, intake, case, sitting)
    _anna_does_her_part(cast.anna, case)
    _carla_goes_down_and_closes(cast.carla, case)
    _the_case_is_shielded(cast, case, sitting)
    assert cast.complaints() == []


def _bram_reports(bram: Person) -> str:
    bram.open("/meldingen/")
    bram.open("/meldingen/nieuw/")
    bram.fill(happened="Mevrouw stond schreeuwend op straat en gooide met spullen.", worry="Het gaat al weken slecht.")
    bram.fill(given_names="Tessa", surname=SURNAME, born="1988-04-17", bsn=BSN, place="Proefplein 3, Zaandam")
    bram.pick("kind", "E33")
    bram.pick("municipality", "Zaanstad")
    bram.press("Melding versturen")
    assert bram.sees(SURNAME)
    assert BSN not in bram.where()
    return _last_id(bram)


def _bram_requests_triage(bram: Person, report: str) -> str:
    bram.open(f"/triage/nieuw/?melding={report}")
    bram.pick("table", "Triageteam Zorg")
    bram.fill(**dict.fromkeys(CRITERIA, "Dit speelt al maanden en niemand komt er alleen uit."))
    bram.fill(goal="Rust in huis en in de straat.", tried="Gesprekken, een boete en een huisbezoek.")
    bram.fill(informed="yes")
    for named in ('[name="categories"][value="housing"]', '[name="necessary"]', '[name="accuracy_checked"]'):
        bram.page.locator(f"main {named}").check()
    bram.press("Aanmelding versturen")
    assert bram.sees(SURNAME)
    return _last_id(bram)


def _table_judges(cast: Cast, intake: str) -> None:
    for person in (cast.bram, cast.ilse, cast.nadia):
        person.open(f"/triage/{intake}/")
        person.fill(**dict.fromkeys(CRITERIA, "yes"))
        person.fill(motivation="Voldoet, en vraagt om samenwerking.")
        person.press("Oordeel vastleggen")
    cast.carla.open("/triage/")
    assert cast.carla.sees(SURNAME)


def _carla_takes_up(carla: Person, intake: str) -> str:
    carla.open(f"/triage/{intake}/")
    carla.fill(outcome="take_up")
    carla.press("Besluit vastleggen")
    assert re.search(r"/casussen/[0-9a-f-]{36}/$", carla.page.url), carla.where()
    return _last_id(carla)


def _carla_brings_partners(carla: Person, case: str) -> None:
    for name in ("Bram Visser", "Anna de Meer", "Hamid Ouali", "Joris Blom", "Ilse van Dam"):
        carla.open(f"/casussen/{case}/regie/partner/")
        carla.pick("professional", name)
        carla.press("Laten meedoen")
    carla.open(f"/casussen/{case}/regie/casusregisseur/")
    carla.pick("professional", "Hamid Ouali")
    carla.press("Vastleggen")
    carla.open(f"/casussen/{case}/")
    assert carla.sees("Hamid Ouali")


def _share(person: Person, case: str, category: str, text: str, way: str = "") -> None:
    person.open(f"/casussen/{case}/informatie/inbrengen/")
    person.fill(category=category, text=text, necessary="on")
    if way:
        person.fill(secrecy_way=way, secrecy_note="Besproken met mevrouw; zij vindt het goed.")
    person.press("Informatie delen")
    if category == "police":
        person.fill(fact_competent_authority_agrees="ja")
        person.press("Informatie delen")


def _everyone_contributes(cast: Cast, case: str) -> None:
    _share(cast.bram, case, "police", POLICE)
    _share(cast.anna, case, "guidance_care_help", GUIDANCE, "good_caregiving")
    _share(cast.hamid, case, "housing", HOUSING, "good_caregiving")
    _share(cast.joris, case, "health", HEALTH, "legal_duty")
    _share(cast.ilse, case, "judicial", JUDICIAL)
    cast.joris.open(f"/casussen/{case}/informatie/niet-delen/")
    cast.joris.fill(category="health", text="De diagnose: niet nodig voor dit doel.")
    cast.joris.press("Vastleggen")


def _each_sees_what_it_may(cast: Cast, case: str) -> None:
    """By the regime's table: who sees which of the five items."""
    may = {
        "carla": {POLICE, GUIDANCE, HOUSING, HEALTH, JUDICIAL},
        "bram": {POLICE, GUIDANCE, HOUSING, JUDICIAL},
        "anna": {GUIDANCE, HOUSING, HEALTH},
        "hamid": {GUIDANCE, HOUSING},
        "joris": {GUIDANCE, HOUSING, HEALTH},
        "ilse": {POLICE, JUDICIAL},
    }
    for name, items in may.items():
        person = getattr(cast, name)
        for part in ("informatie/", "tijdlijn/", "verantwoording/", ""):
            person.open(f"/casussen/{case}/{part}")
            shown = {text for text in (POLICE, GUIDANCE, HOUSING, HEALTH, JUDICIAL) if text in person.source()}
            assert shown <= items, f"{name} sees too much at {part or 'overview'}"
            if part == "informatie/":
                assert shown == items, f"{name} misses something"


def _they_consult(cast: Cast, case: str) -> str:
    carla = cast.carla
    carla.open(f"/overleg/nieuw/{case}/")
    carla.fill(day=clock.today().isoformat(), time="23:00", minutes="60", purpose="Eerste overleg")
    carla.press("Overleg plannen")
    carla.open(f"/casussen/{case}/overleg/")
    link = carla.page.locator('main a[href^="/overleg/"]:not([href*="nieuw"])').first.get_attribute("href") or ""
    for label in ("Politie", "Gemeente Zaanstad", "Wijkteam Zaanstad", "GGD", "GGZ", "Openbaar Ministerie"):
        if not carla.page.url.endswith(link):
            carla.open(link)
        carla.page.locator("#aanwezig label", has_text=label).first.click()
    carla.press("Aanwezigheid vastleggen")
    _note(cast.bram, link, "image", "police", "De meldingen komen als het geld op is.")
    _note(cast.anna, link, "judgement", "guidance_care_help", "Alleen bemoeizorg houdt dit niet vol.")
    _note(carla, link, "decision", "guidance_care_help", "Hamid is het enige aanspreekpunt.")
    _note(cast.joris, link, "dissent", "guidance_care_help", "Eén keer per week vinden wij te weinig.")
    cast.hamid.open(link)
    assert cast.hamid.sees("Hamid is het enige aanspreekpunt.")
    assert not cast.hamid.sees("De meldingen komen als het geld op is.")
    return link


def _note(person: Person, link: str, step: str, category: str, text: str) -> None:
    person.open(link)
    if not person.page.locator(f"#id_{step}_text").is_visible():
        person.page.locator(f"details:has(#id_{step}_text) summary").click()
    person.page.locator(f"#id_{step}_text").fill(text)
    person.page.locator(f"#id_{step}_category").select_option(category)
    person.page.locator(f"form:has(#id_{step}_text) button").first.click()
    person.page.get_by_text(text).first.wait_for()
    person.accessible()


def _hamid_makes_the_plan(hamid: Person, case: str) -> None:
    hamid.open(f"/casussen/{case}/plan/eigen-woorden/")
    hamid.fill(
        own_words="Dat er één iemand is die belt.", discussed="Met mevrouw, thuis", category="guidance_care_help"
    )
    hamid.press("Opslaan")
    hamid.open(f"/casussen/{case}/plan/doel/")
    hamid.fill(life_area="housing", text="In maart wonen zonder overlast.", own_words="Ik wil hier blijven.")
    hamid.press("Doel toevoegen")
    hamid.open(f"/casussen/{case}/plan/afspraak/")
    hamid.fill(text="Samen naar de huisarts", due_on=(clock.today() + timedelta(days=14)).isoformat())
    hamid.pick("organisation", "GGD")
    hamid.pick("goal", "In maart wonen")
    hamid.press("Afspraak toevoegen")
    assert hamid.sees("Samen naar de huisarts")
    assert hamid.sees("Dat er één iemand is die belt.")


def _carla_adopts(carla: Person, sitting: str) -> None:
    carla.open(sitting)
    carla.press("Plan vaststellen")
    carla.open(sitting)
    carla.press("Vergadering afsluiten")


def _anna_does_her_part(anna: Person, case: str) -> None:
    anna.open("/")
    assert anna.sees("Samen naar de huisarts")
    anna.open(f"/casussen/{case}/plan/")
    anna.follow("Afronden")
    anna.fill(status="done")
    anna.press("Vastleggen")
    assert anna.sees("gedaan")


def _carla_goes_down_and_closes(carla: Person, case: str) -> None:
    carla.open(f"/casussen/{case}/regie/fase/")
    carla.fill(phase="2", reason="De afspraken zijn gedaan en het is rustig.", category="guidance_care_help")
    carla.fill(review_on=(clock.today() + timedelta(days=30)).isoformat())
    carla.press("Fase wijzigen")
    carla.open(f"/casussen/{case}/regie/")
    carla.press("afsluiten bespreken")
    carla.open(f"/casussen/{case}/regie/afsluiten/")
    carla.fill(reason="goals_reached")
    carla.press("Verder")
    carla.press("Ja, sluit de casus af")
    assert carla.where() == "/casussen/"
    assert not carla.sees(SURNAME)


def _outsiders_see_nothing(cast: Cast, report: str, intake: str, case: str, sitting: str) -> None:
    """Lists, search, direct addresses, API, export and counts: nothing of it, and nothing that tells it exists."""
    parts = ("", "plan/", "informatie/", "netwerk/", "overleg/", "regie/", "tijdlijn/", "verantwoording/")
    direct = [f"/casussen/{case}/{part}" for part in parts]
    direct += [f"/meldingen/{report}/", f"/triage/{intake}/", sitting, f"/triage/nieuw/?melding={report}"]
    lists = ("/", "/meldingen/", "/meldingen/export.csv", "/triage/", "/casussen/", "/casussen/export.csv", "/overleg/")
    for name in OUTSIDERS:
        person = getattr(cast, name)
        for path in direct:
            _nothing(person, path, {403, 404}, case)
        for path in lists:
            _nothing(person, path, {200, 403}, case)
        for path in ("/api/v1/meldingen", f"/api/v1/meldingen/{report}", "/api/v1/cijfers/dossiers"):
            _nothing(person, path, {401, 403, 404}, case)
        _finds_nothing(person)


def _nothing(person: Person, path: str, expected: set[int], case: str) -> None:
    response = person.page.request.get(person.address + path)
    assert response.status in expected, f"{person.name} got {response.status} at {path.split('/')[1]}"
    text = response.text()
    for secret in (SURNAME, BSN, HEALTH, POLICE, "Samen naar de huisarts", *([case] if response.status == 200 else [])):
        assert secret not in text, f"{person.name} learns something at {path.split('/')[1]}"


def _finds_nothing(person: Person) -> None:
    for typed in (SURNAME, BSN, f"{SURNAME} 17-04-1988", "Reisvorbeeld 17-04-1988"):
        person.page.goto(f"{person.address}/zoeken/")
        form = person.page.locator("form[action='/zoeken/'][method='post']")
        if form.count() == 0:
            return
        form.first.locator("[name=q]").fill(typed)
        form.first.locator("[name=q]").press("Enter")
        person.page.wait_for_load_state()
        assert typed not in person.page.url
        assert "Tessa" not in person.source()
        assert "/casussen/" not in person.page.locator("main").inner_html() or not person.sees(SURNAME)


def _the_case_is_shielded(cast: Cast, case: str, sitting: str) -> None:
    for name in ("carla", "hamid", "anna", "bram", "joris", "ilse", *OUTSIDERS):
        person = getattr(cast, name)
        for path in (f"/casussen/{case}/", f"/casussen/{case}/plan/", sitting):
            assert person.page.request.get(person.address + path).status in {403, 404}, f"{name} still gets in"
    farid = cast.farid
    farid.open("/casussen/")
    farid.page.goto(f"{farid.address}/casussen/{case}/")
    farid.fill(purpose="Toetsing van een afgesloten casus")
    farid.press("Casus openen")
    assert farid.sees(SURNAME)
    farid.open(f"/casussen/{case}/verantwoording/")
    assert farid.sees("Toetsing van een afgesloten casus")
    assert farid.page.locator("main form[method=post]").count() == 0, "oversight changes nothing"


def _last_id(person: Person) -> str:
    found = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", person.page.url)
    assert found, person.where()
    return str(found[-1])
