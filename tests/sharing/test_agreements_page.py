"""The pages of the agreements register: who sees what, from draft to end, and what stands there when it cannot be."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function
from knooppunt.partners.models import Organisation
from knooppunt.sharing import queries
from knooppunt.sharing.law.agreements import templates
from knooppunt.sharing.models import Agreement
from knooppunt.sharing.rules.agreement import DECISION_FIELDS
from knooppunt.sharing.web.agreements import STEPS
from tests.journeys.crawling import Reading
from tests.partners.office import Office, employ, open_office, sent, session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

LIST, NEW = "/beheer/afspraken/", "/beheer/afspraken/nieuw/"
DAY = timedelta(days=1)


@pytest.fixture
def office(frozen: object) -> Office:
    return open_office()


@pytest.fixture
def esra(office: Office) -> Actor:
    return employ("esra", "gemeente-zaanstad", Function.GOVERNANCE)


def filled(office: Office, **changes: Any) -> dict[str, Any]:
    """The form of a whole agreement."""
    today = clock.today()
    said: dict[str, Any] = {
        "title": "Convenant overlast",
        "kind": "convenant",
        "regime": "WPG20_CONVENANT",
        "parties": [str(office.karin.organisation), str(office.dirk.organisation)],
        "purpose": "Samen overlast verminderen.",
        "categories": ["housing", "police"],
        **dict.fromkeys(DECISION_FIELDS, "Zo is het besloten."),
        "competent_authority": "de burgemeester",
        "clauses": "1. Wie meedoet",
        "starts_on": today.isoformat(),
        "ends_on": (today + 365 * DAY).isoformat(),
        "review_on": (today + 300 * DAY).isoformat(),
    }
    return sent(**{**said, **changes})


def drafted(office: Office, client: Client, **changes: Any) -> UUID:
    """A draft, made on the page."""
    before = set(Agreement.objects.values_list("pk", flat=True))
    assert client.post(NEW, filled(office, **changes)).status_code == 302
    (key,) = set(Agreement.objects.values_list("pk", flat=True)) - before
    return UUID(str(key))


def page(key: UUID) -> str:
    """Where an agreement is shown."""
    return reverse("sharing:agreement", args=[key])


def step(client: Client, key: UUID, name: str, **said: Any) -> HttpResponse:
    """Takes a step with the version that stands there now."""
    version = said.pop("version", Agreement.objects.get(pk=key).version)
    where = reverse("sharing:agreement_step", args=[key, name])
    found: HttpResponse = client.post(where, sent(version=version, **said))
    return found


def sign(client: Client, office: Office, key: UUID) -> None:
    """Everybody signs."""
    for party in (office.karin.organisation, office.dirk.organisation):
        said = {"signatory_name": "N. Voorbeeld", "signatory_role": "bestuurder", "signed_on": clock.today()}
        assert step(client, key, "handtekening", party=party, **said).status_code == 302


def test_from_template_to_end_on_the_pages(office: Office, esra: Actor) -> None:
    first, second = session_of(esra), session_of(employ("lucas", "gemeente-zaanstad", Function.GOVERNANCE))
    key = drafted(office, first)
    assert "concept: geldt nog niet" in first.get(page(key)).content.decode()
    said = {"judgement": "positive", "motivation": "Helder doel.", "judged_on": clock.today()}
    assert step(first, key, "oordeel", **said).status_code == 302
    assert "Nog niet getekend" in first.get(page(key)).content.decode()
    sign(first, office, key)
    assert "U schreef deze tekst zelf" in first.get(page(key)).content.decode()
    assert step(first, key, "inwerking").status_code == 422
    assert step(second, key, "inwerking").status_code == 302
    shown = second.get(page(key)).content.decode()
    for words in ("geldt nu", "Helder doel.", "N. Voorbeeld, bestuurder", "Zo is het besloten.", "de burgemeester"):
        assert words in shown
    assert step(first, key, "evaluatie", next_on=clock.today() + 30 * DAY).status_code == 302
    assert "evalueren op" in first.get(LIST).content.decode()
    assert step(first, key, "einde", last_day=clock.today()).status_code == 302
    assert "Einde vastgelegd" in first.get(page(key)).content.decode()


def test_governance_keeps_maintenance_reads_and_execution_sees_nothing(office: Office, esra: Actor) -> None:
    keeper, karin, nadia = session_of(esra), session_of(office.karin), session_of(office.nadia)
    key = drafted(office, keeper)
    changing = reverse("sharing:agreement_step", args=[key, "tekst"])
    for where in (LIST, NEW, page(key), changing):
        answers = [client.get(where).status_code for client in (keeper, karin, nadia)]
        assert answers == [200, 200 if where in (LIST, page(key)) else 403, 403], where
    assert "Nieuwe afspraak" in keeper.get(LIST).content.decode()
    assert "Nieuwe afspraak" not in karin.get(LIST).content.decode()
    assert "Wat nu kan" not in karin.get(page(key)).content.decode()
    assert keeper.get(page(uuid4())).status_code == 404


def test_every_page_has_one_heading_a_title_and_no_id_twice(office: Office, esra: Actor) -> None:
    client = session_of(esra)
    key = drafted(office, client)
    steps = [reverse("sharing:agreement_step", args=[key, name]) for name in STEPS]
    for where in (LIST, NEW, f"{NEW}?sjabloon=pga", page(key), *steps):
        read = Reading()
        read.feed(client.get(where).content.decode())
        assert (read.headings, read.language, max(read.ids.values())) == (1, "nl", 1), where
        assert read.title, where


def test_the_tabs_lead_here(office: Office, esra: Actor) -> None:
    shown = session_of(esra).get("/beheer/organisaties/").content.decode()
    assert f'href="{LIST}"' in shown


def test_a_template_stands_in_the_form_and_is_remembered(office: Office, esra: Actor) -> None:
    client = session_of(esra)
    for one in templates():
        where = f"{NEW}?sjabloon={one.code}&regio=VR11"
        shown = client.get(where).content.decode()
        assert one.terms.title in shown
        assert "Evalueren en stoppen" in shown
        assert client.post(where, filled(office, title=f"Uit {one.code}")).status_code == 302
        assert queries.agreement(esra, Agreement.objects.get(title=f"Uit {one.code}").pk).template == one.code
    assert client.get(f"{NEW}?sjabloon=geen&regio=geen").status_code == 200


def test_what_was_typed_stays_when_it_cannot_be(office: Office, esra: Actor) -> None:
    client = session_of(esra)
    answer = client.post(NEW, filled(office, title="Onmogelijk", ends_on="2020-01-01", review_on=""))
    shown = answer.content.decode()
    assert (answer.status_code, "Onmogelijk" in shown, "2020-01-01" in shown) == (422, True, True)
    assert "Kies een einddatum" in shown
    assert not Agreement.objects.exists()


def test_the_same_form_makes_one_agreement(office: Office, esra: Actor) -> None:
    client, form = session_of(esra), filled(office)
    assert {client.post(NEW, form).status_code for _ in range(2)} == {302}
    assert Agreement.objects.count() == 1


def test_who_comes_second_sees_what_stands_there_and_may_go_on(office: Office, esra: Actor) -> None:
    client = session_of(esra)
    key = drafted(office, client)
    typed = {name: value for name, value in filled(office, title="Mijn titel").items() if name != "form_id"}
    assert (
        step(client, key, "tekst", **{**typed, "title": "Eerdere titel", "categories": ["police"]}).status_code == 302
    )
    answer = step(client, key, "tekst", **typed, version=1)
    shown = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Iemand anders was u voor", "Mijn titel", "Eerdere titel", "Gemeente Zaanstad, De Brug"):
        assert words in shown or "De Brug, Gemeente Zaanstad" in shown
    assert step(client, key, "tekst", **typed, version=2).status_code == 302
    assert Agreement.objects.get(pk=key).title == "Mijn titel"


@pytest.mark.parametrize("name", STEPS)
def test_every_step_opens_or_says_why_not(office: Office, esra: Actor, name: str) -> None:
    client = session_of(esra)
    key = drafted(office, client, title="Klein", parties=[])
    shown = client.get(reverse("sharing:agreement_step", args=[key, name])).content.decode()
    assert ("Waarom niet" in shown) == (name in {"handtekening", "inwerking", "evaluatie"})


def test_the_step_to_sign_says_when_everybody_did(office: Office, esra: Actor) -> None:
    client = session_of(esra)
    key = drafted(office, client)
    sign(client, office, key)
    shown = client.get(reverse("sharing:agreement_step", args=[key, "handtekening"])).content.decode()
    assert "Alle partijen hebben getekend" in shown


def test_the_list_is_filtered_and_ordered(office: Office, esra: Actor) -> None:
    client = session_of(esra)
    drafted(office, client, title="Alfa")
    drafted(office, client, title="Beta", ends_on="", review_on="")
    shown = client.get(f"{LIST}?sorteer=-naam").content.decode()
    assert shown.index("Beta") < shown.index("Alfa")
    for chosen, number in (("stand=concept", 2), ("stand=nu", 0), ("regio=VR11", 2), ("regio=VR99", 2)):
        assert len(client.get(f"{LIST}?{chosen}").context["rows"]) == number, chosen
    assert "Geen afspraak past bij deze keuze" in client.get(f"{LIST}?stand=voorbij").content.decode()


def test_what_is_past_stands_on_top_as_late(office: Office, esra: Actor, frozen: Any) -> None:
    client, second = session_of(esra), session_of(employ("lucas", "gemeente-zaanstad", Function.GOVERNANCE))
    key = drafted(office, client)
    sign(client, office, key)
    assert step(second, key, "inwerking").status_code == 302
    assert "Vraagt aandacht" not in client.get(LIST).content.decode()
    frozen.move(days=366)
    shown = session_of(esra).get(LIST).content.decode()
    assert "is afgelopen na 22-11-2027" in shown
    assert "moest u evalueren op" in shown
    assert "geldt niet meer" in shown
    assert date(2027, 11, 23) == clock.today()


def test_who_works_in_no_region_is_told(office: Office, esra: Actor) -> None:
    Organisation.objects.get(pk=esra.organisation).regions.clear()
    answer = session_of(esra).get(NEW)
    assert "nog in geen regio" in answer.content.decode()


def test_the_list_asks_little_of_the_database_however_long(office: Office, esra: Actor) -> None:
    client, asked = session_of(esra), []
    for number in range(2):
        drafted(office, client, title=f"Afspraak {number}")
        with CaptureQueriesContext(connection) as found:
            client.get(LIST)
        asked.append(len([query for query in found if "SAVEPOINT" not in query["sql"]]))
    assert asked[1] <= asked[0] <= 22
