"""What cannot be taken in: every form names the field and the mend, and gives back what was typed."""

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest

from knooppunt.kernel import clock
from tests.journeys.conftest import Cast, Person
from tests.journeys.sending import Sending, errors_in

pytestmark = pytest.mark.journey

MARKUP = "<script>window.hacked = 1</script><b onmouseover='x'>\"dik\" & {{ 7|add:7 }}</b>"
STRANGER = "6b6f6f70-7075-4e74-8a00-000000000001"
LONG = "lang " * 1800
YESTERDAY = (clock.today() - timedelta(days=1)).isoformat()
NEXT_WEEK = (clock.today() + timedelta(days=7)).isoformat()
NO_DAYS = ("2026-02-31", "31 februari", "0000-00-00", "99999-01-01", "\x00", "2026-11-22T10:00")
KEPT = "Dit moet blijven staan: ' en <b>."

Wrong = tuple[str, str, str | None]


def _each(sending: Sending, wrongs: Iterable[Wrong], *, typed: str) -> None:
    """Every wrong value by itself; what was typed in field `typed` is still there."""
    for name, label, value in wrongs:
        if name == typed:
            sending.refused(label, **{name: value})
        else:
            sending.refused(label, keeps=KEPT, **{typed: KEPT, name: value})


def _case(person: Person) -> str:
    person.open("/casussen/")
    person.follow("Wilhelmina de Wit")
    return person.where()


def _places(person: Person) -> dict[str, str]:
    person.open("/meldingen/nieuw/")
    options = person.page.locator("main [name=municipality] option")
    return {one.inner_text(): one.get_attribute("value") or "" for one in options.all()}


def _at_a_report(person: Person) -> Sending:
    person.open("/meldingen/nieuw/")
    person.fill(happened="Iemand maakt zich zorgen.", surname="Foutenveld", number="")
    person.pick("kind", "Niet-acute zorg")
    person.pick("municipality", "Zaanstad")
    return Sending(person, "happened")


def test_a_report(cast: Cast) -> None:
    elsewhere = next(value for name, value in _places(cast.ilse).items() if name == "Deventer")
    sending = _at_a_report(cast.anna)
    _each(
        sending,
        [
            ("happened", "Wat is er gebeurd?", ""),
            ("happened", "Wat is er gebeurd?", "a\x00b"),
            ("happened", "Wat is er gebeurd?", "a" * 20_001),
            ("kind", "Soort melding", "X99"),
            ("kind", "Soort melding", ""),
            ("municipality", "Gemeente", ""),
            ("municipality", "Gemeente", elsewhere),
            ("municipality", "Gemeente", f"{STRANGER}/{STRANGER}"),
            ("gender", "Geslacht", "onbekend-teken"),
            ("born", "Geboortedatum", "2099-01-01"),
            ("incident_day", "Datum", "2099-01-01"),
            ("incident_time", "Tijd", "25:61"),
            ("bsn", "BSN", "123456789"),
            ("bsn", "BSN", "nee"),
            ("surname", "Achternaam", "a" * 201),
            ("number", "Eigen kenmerk", "a" * 201),
            *(("born", "Geboortedatum", day) for day in NO_DAYS),
        ],
        typed="happened",
    )
    assert sending.send(form_id="geen-id").status == 422
    assert sending.send(form_id=None).status == 422


def test_what_was_typed_is_shown_and_never_run(cast: Cast) -> None:
    anna = cast.anna
    _at_a_report(anna)
    anna.fill(
        happened=MARKUP, worry="\x07\x1b[31m\u202egnihtyna\u2066\ufeff", surname=MARKUP[:60], place=MARKUP, born=""
    )
    anna.press("Melding versturen")
    assert re.search(r"/meldingen/[0-9a-f-]{36}/$", anna.page.url), errors_in(anna.source())
    assert anna.sees("<script>window.hacked = 1</script>")
    assert anna.sees("{{ 7|add:7 }}")
    for path in (anna.where(), "/meldingen/", "/", "/zoeken/"):
        anna.open(path)
        assert anna.page.evaluate("window.hacked") is None
        assert anna.page.locator("main b[onmouseover]").count() == 0
    assert anna.complaints == []


def test_a_form_sent_twice_is_one_report(cast: Cast) -> None:
    anna = cast.anna
    sending = _at_a_report(anna)
    first, second = sending.send(), sending.send()
    assert first.status == second.status == 302
    assert first.headers["location"] == second.headers["location"]
    answer = sending.send(form_id="0d8f0c86-0d8e-4a57-9d0b-3c1b1ac3a111", number="K-1")
    assert answer.status == 302
    again = sending.send(form_id="0d8f0c86-0d8e-4a57-9d0b-3c1b1ac3a222", number="K-1")
    assert again.status == 422, "a number is used once"
    assert "Eigen kenmerk" in errors_in(again.text())


def test_a_request_for_triage(cast: Cast) -> None:
    bram = cast.bram
    bram.open("/triage/nieuw/")
    bram.pick("table", "Triageteam Zorg")
    said = dict.fromkeys(("problems", "life_areas", "threat", "cooperation", "goal", "tried"), "Dit speelt al lang.")
    bram.fill(**said, surname="Foutenveld", informed="yes")
    for named in ('[name="categories"][value="housing"]', '[name="necessary"]', '[name="accuracy_checked"]'):
        bram.page.locator(f"main {named}").check()
    sending = Sending(bram, "problems")
    labels = {name: bram.page.locator(f'main label[for="id_{name}"]').inner_text() for name in said}
    _each(
        sending,
        [
            *((name, label.split("(mag")[0].strip(), "") for name, label in labels.items()),
            ("goal", "Wat wilt u bereiken?", LONG),
            ("goal", "Wat wilt u bereiken?", "a\x00b"),
            ("table", "Bij welk overleg meldt u aan?", STRANGER),
            ("table", "Bij welk overleg meldt u aan?", "vergadering"),
            ("municipality", "Gemeente", STRANGER),
            ("domain", "Kennisdomein", "geheim"),
            ("partners", "Wie zou mee moeten doen?", STRANGER),
            ("informed", "Weet de inwoner", "misschien"),
            ("informed", "Toelichting", "no"),
            ("accuracy_checked", "gecontroleerd", None),
            ("necessary", "nodig om te kunnen oordelen", None),
            ("categories", "Wat voor informatie", STRANGER),
            ("bsn", "BSN", "123456789"),
            ("born", "Geboortedatum", "2099-01-01"),
            *(("born", "Geboortedatum", day) for day in NO_DAYS),
            ("surname", "Achternaam", ""),
        ],
        typed="tried",
    )
    assert sending.send(report="geen-id").status == 400
    assert sending.send(report=STRANGER).status == 404
    assert sending.send(form_id="geen-id").status == 422
    first, second = sending.send(), sending.send()
    assert first.status == 303, errors_in(first.text())
    assert first.headers["location"] == second.headers["location"], "sent twice is one request"


def test_an_item(cast: Cast) -> None:
    hamid = cast.hamid
    hamid.open(f"{_case(hamid)}informatie/inbrengen/")
    hamid.fill(category="housing", text="De huur is betaald.", secrecy_way="good_caregiving", secrecy_note="Besproken.")
    hamid.fill(necessary="on")
    sending = Sending(hamid, "text")
    _each(
        sending,
        [
            ("text", "Informatie", ""),
            ("text", "Informatie", " \r\n\t "),
            ("text", "Informatie", "a\x00b"),
            ("text", "Informatie", LONG),
            ("category", "Categorie", ""),
            ("category", "Categorie", "police"),
            ("category", "Categorie", "<b>"),
            ("subject", "Over wie gaat het?", "iedereen"),
            ("secrecy_way", "beroepsgeheim", "omdat het kan"),
            ("secrecy_way", "beroepsgeheim", None),
            ("secrecy_note", "Leg dit uit", ""),
            ("necessary", "nodig voor het doel", None),
            ("conditions", "Voorwaarden", LONG),
        ],
        typed="text",
    )
    first, second = sending.send(text=f"Eenmaal {MARKUP}"), sending.send(text=f"Eenmaal {MARKUP}")
    assert first.status == second.status == 303
    hamid.open(first.headers["location"])
    assert hamid.page.locator("main").inner_text().count("Eenmaal <script>") == 1, "sent twice is one item, as typed"
    assert hamid.page.evaluate("window.hacked") is None
    _wrong_ways(hamid, sending)


def _wrong_ways(person: Person, sending: Sending) -> None:
    """Without the token of the page, by another method, to a case that is not there."""
    no_token = sending.send(csrfmiddlewaretoken=None)
    assert no_token.status == 403
    assert "niet opgeslagen" in no_token.text().lower() or "opnieuw" in no_token.text().lower()
    assert sending.send(csrfmiddlewaretoken="x" * 64).status == 403
    token = dict(sending.pairs)["csrfmiddlewaretoken"]
    for method in ("PUT", "DELETE", "PATCH"):
        headers = {"X-CSRFToken": token, "Referer": person.page.url}
        answer = person.page.request.fetch(sending.address, method=method, headers=headers)
        assert answer.status == 405, f"{method} gets {answer.status}"
    sending.address = re.sub(r"[0-9a-f-]{36}", STRANGER, sending.address)
    assert sending.send(text="Nergens.").status == 404
    sending.address = sending.address.replace(STRANGER, "geen-id")
    assert sending.send(text="Nergens.").status == 404


def test_a_goal_and_an_agreed_action(cast: Cast) -> None:
    hamid = cast.hamid
    case = _case(hamid)
    hamid.open(f"{case}plan/doel/")
    hamid.fill(life_area="housing", text="Rust.")
    goal = Sending(hamid, "text")
    _each(
        goal,
        [
            ("text", "Doel", ""),
            ("text", "Doel", LONG),
            ("text", "Doel", "a\x00b"),
            ("life_area", "Leefgebied", ""),
            ("life_area", "Leefgebied", "ruimtevaart"),
            ("own_words", "In de woorden van de inwoner", LONG),
            ("category", "Categorie", "police"),
            ("category", "Categorie", "onzin"),
        ],
        typed="text",
    )
    hamid.open(f"{case}plan/afspraak/")
    hamid.fill(text="Bellen.", due_on=NEXT_WEEK, category="guidance_care_help")
    hamid.pick("organisation", "GGD")
    action = Sending(hamid, "text")
    _each(
        action,
        [
            ("text", "Wat spreken we af?", ""),
            ("text", "Wat spreken we af?", LONG),
            ("organisation", "Wie doet dit?", ""),
            ("organisation", "Wie doet dit?", STRANGER),
            ("goal", "Hoort bij het doel", STRANGER),
            ("category", "Categorie", "police"),
            ("category", "Categorie", ""),
            ("due_on", "Klaar op", ""),
            ("due_on", "Klaar op", YESTERDAY),
            *(("due_on", "Klaar op", day) for day in NO_DAYS),
        ],
        typed="text",
    )
    _twice_is_once(hamid, goal, "Een doel dat er eenmaal staat.")
    _twice_is_once(hamid, action, "Een afspraak die er eenmaal staat.")


def _twice_is_once(person: Person, sending: Sending, text: str) -> None:
    first, second = sending.send(text=text), sending.send(text=text)
    assert first.status == second.status == 303, errors_in(first.text())
    person.open(first.headers["location"])
    assert person.page.locator("main li b, main .kn-card > p").filter(has_text=text).count() == 1


def test_a_settled_action_and_changes(cast: Cast) -> None:
    hamid = cast.hamid
    hamid.open(f"{_case(hamid)}plan/")
    hamid.follow("Afronden")
    sending = Sending(hamid, "status_note")
    _each(
        sending,
        [
            ("status", "Hoe staat het?", None),
            ("status", "Hoe staat het?", "open"),
            ("status", "Hoe staat het?", "klaar"),
        ],
        typed="status_note",
    )
    sending.refused("Toelichting", status="not_done", status_note=" ")
    sending.refused("Toelichting", status="done", status_note=LONG)
    for version in ("0", "-1", "x", "", "99999999999999999999999"):
        assert sending.send(status="done", version=version).status in {409, 422}, version


def test_a_phase_and_a_consultation(cast: Cast) -> None:
    carla = cast.carla
    case = _case(carla)
    carla.open(f"{case}regie/fase/")
    carla.page.locator("main [name=phase]").first.check()
    carla.fill(reason="Rustig.", category="guidance_care_help", review_on=NEXT_WEEK)
    _each(
        Sending(carla, "reason"),
        [
            ("phase", "Nieuwe fase", None),
            ("phase", "Nieuwe fase", "5"),
            ("phase", "Nieuwe fase", "<b>"),
            ("reason", "Waarom?", ""),
            ("reason", "Waarom?", LONG),
            ("category", "Categorie van deze reden", "onzin"),
            ("review_on", "Volgende evaluatie", ""),
            ("review_on", "Volgende evaluatie", YESTERDAY),
            *(("review_on", "Volgende evaluatie", day) for day in NO_DAYS),
        ],
        typed="reason",
    )
    carla.open(f"/overleg/nieuw/{case.split('/')[2]}/")
    carla.fill(day=NEXT_WEEK, time="10:00", minutes="30", purpose="Bijpraten")
    sending = Sending(carla, "purpose")
    _each(
        sending,
        [
            ("purpose", "Waarvoor is dit overleg?", ""),
            ("purpose", "Waarvoor is dit overleg?", "a" * 201),
            ("minutes", "Duur in minuten", "0"),
            ("minutes", "Duur in minuten", "481"),
            ("minutes", "Duur in minuten", "een uur"),
            ("time", "Tijd", "24:30"),
            ("day", "Dag", "2020-01-01"),
            ("day", "Dag", "2199-01-01"),
            *(("day", "Dag", day) for day in NO_DAYS),
        ],
        typed="purpose",
    )
    first, second = sending.send(), sending.send()
    assert first.status == second.status == 303
    assert first.headers["location"] == second.headers["location"], "sent twice is one sitting"
    _bad_notes(carla, first.headers["location"])


def _bad_notes(carla: Person, sitting: str) -> None:
    carla.open(sitting)
    note = Sending(carla, "text")
    note.refused("Wat noteert u?", text="")
    note.refused("Wat noteert u?", text=LONG, category="guidance_care_help")
    note.refused("Categorie", keeps=KEPT, text=KEPT, category="onzin")
    assert note.send(text=KEPT, category="guidance_care_help", step="onzin").status == 422
    present = Sending(carla, "present") if carla.page.locator("main [name=present]").count() else None
    assert present
    present.refused("Wie was erbij?", present=STRANGER)


def test_addresses_that_are_no_choice_show_the_list(cast: Cast) -> None:
    """A list with nonsense in its address is the list without that choice; it is never an error."""
    carla = cast.carla
    nonsense = ("x", "<b>", "-1", "999999999999", "%00", "%ff%fe", STRANGER)
    for address in ("/meldingen/", "/triage/", "/casussen/", "/overleg/"):
        for name in ("lijst", "route", "soort", "termijn", "sorteer", "pagina", "fase", "stand", "gemeente", "wanneer"):
            for value in nonsense:
                answer = carla.page.request.get(f"{carla.address}{address}?{name}={value}")
                assert answer.status == 200, f"{answer.status} for {address}?{name}={value}"
    for address in ("/meldingen/x/", f"/casussen/{STRANGER}/", f"/overleg/{STRANGER}/", "/%00", "/casussen/%ff/"):
        assert carla.page.request.get(carla.address + address).status in {400, 404}, address
