"""Beheer as its visitors meet it: who gets in, what stands there, and that nothing typed is lost."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from knooppunt.kernel.actor import Function
from knooppunt.partners.actions import people
from knooppunt.partners.actions.people import Person, Read
from knooppunt.partners.actions.region import load_areas
from knooppunt.partners.models import Professional
from tests.partners.office import LOADER, Office, change_address, employ, open_office, row, sent, session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

ALL = ["partners:staff", "partners:add", "partners:organisations", "partners:name_organisation", "partners:areas"]
SHARED = ["partners:organisations", "partners:areas"]
SAM = {
    "name": "Sam de Wit",
    "email": "sam@voorbeeld.invalid",
    "job_title": "consulent",
    "active_from": "2026-11-22",
    "functions": ["execution"],
    "screened_on": "2026-01-05",
    "trained_until": "2027-06-01",
}


@pytest.fixture
def office(frozen: object) -> Office:
    return open_office()


@pytest.fixture
def karin(office: Office) -> Client:
    return session_of(office.karin)


def text(response: object) -> str:
    return re.sub(r"\s+", " ", getattr(response, "content", b"").decode())


@pytest.mark.parametrize("page", ALL)
def test_karin_opens_every_page(karin: Client, page: str) -> None:
    assert karin.get(reverse(page)).status_code == 200


@pytest.mark.parametrize("page", ALL)
@pytest.mark.parametrize("function", [f for f in Function if f.value in people.GIVEN and f != "maintenance"])
def test_others_are_refused_and_governance_sees_reference_data_only(
    office: Office, page: str, function: Function
) -> None:
    actor = employ("iemand", "gemeente-zaanstad", function)
    expected = 200 if function is Function.GOVERNANCE and page in SHARED else 403
    assert session_of(actor).get(reverse(page)).status_code == expected


def test_nadia_can_change_nothing(office: Office) -> None:
    nadia = session_of(office.nadia)
    key = office.karin.designee
    for address in (
        change_address(key, "hoedanigheden"),
        reverse("partners:add"),
        reverse("partners:invite", args=[key]),
    ):
        assert nadia.post(address, sent(functions=["execution"], version=1)).status_code == 403
    assert row(key).functions == ["maintenance"]


def test_a_visitor_is_sent_to_the_log_in_page(office: Office) -> None:
    response = Client().get(reverse("partners:staff"))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_the_list_shows_own_colleagues_and_flags_who_is_late(office: Office, karin: Client) -> None:
    employ("lars", "gemeente-zaanstad", Function.EXECUTION, trained_until=date(2026, 11, 21))
    shown = text(karin.get(reverse("partners:staff")))
    assert "Nadia" in shown
    assert "Dirk" not in shown
    assert "verlopen na 21-11-2026" in shown
    late = text(karin.get(reverse("partners:staff"), {"toon": "aandacht"}))
    assert "Lars" in late
    assert ">Nadia<" not in late


def test_choices_and_sorting_stand_in_the_address_and_nonsense_is_ignored(office: Office, karin: Client) -> None:
    backwards = text(karin.get(reverse("partners:staff"), {"sorteer": "-naam"}))
    assert backwards.index(">Nadia<") < backwards.index(">Karin<", backwards.index("<table"))
    assert karin.get(reverse("partners:staff"), {"sorteer": "x", "toon": "y", "pagina": "z"}).status_code == 200
    empty = text(karin.get(reverse("partners:staff"), {"hoedanigheid": "oversight"}))
    assert "Niemand past bij deze keuze" in empty


def test_a_colleague_is_added_once_and_gets_one_address_for_a_password(office: Office, karin: Client) -> None:
    form = sent(**SAM)
    first, second = karin.post(reverse("partners:add"), form), karin.post(reverse("partners:add"), form)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    key = Professional.objects.get(name="Sam de Wit").pk
    ask = sent()
    assert "/account/password/reset/key/" in text(karin.post(reverse("partners:invite", args=[key]), ask))
    again = karin.post(reverse("partners:invite", args=[key]), ask, follow=True)
    assert "/account/password/reset/key/" not in text(again)
    assert "al één keer getoond" in text(again)


def test_the_address_lets_a_new_colleague_choose_a_password(office: Office, karin: Client) -> None:
    karin.post(reverse("partners:add"), sent(**SAM))
    key = Professional.objects.get(name="Sam de Wit").pk
    shown = text(karin.post(reverse("partners:invite", args=[key]), sent()))
    address = re.search(r"http://testserver(/account/password/reset/key/[^\"]+)", shown)
    assert address is not None
    sam = Client()
    page = sam.get(address[1], follow=True)
    password = "vier paarden in de wei"
    sam.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})
    assert row(key).account.check_password(password)


def test_administrator_and_case_worker_at_once_is_refused_with_the_sentence(office: Office, karin: Client) -> None:
    both = karin.post(reverse("partners:add"), sent(**{**SAM, "functions": ["execution", "maintenance"]}))
    assert both.status_code == 422
    assert "Niemand is tegelijk beheerder en uitvoerder" in text(both)
    assert 'value="Sam de Wit"' in text(both)
    address = change_address(office.nadia.designee, "hoedanigheden")
    change = karin.post(address, sent(version=1, functions=["execution", "maintenance"]))
    assert "Niemand is tegelijk beheerder en uitvoerder" in text(change)
    assert row(office.nadia.designee).functions == ["execution"]


def test_the_second_of_two_sees_what_changed_keeps_what_was_typed_and_may_go_on(office: Office, karin: Client) -> None:
    key = office.nadia.who
    address = change_address(key, "wijzigen")
    people.change_professional(
        office.karin, key, Person("Nadia B", "teamleider", date(2024, 1, 1), date(2027, 1, 1)), read=Read(1)
    )
    mine = {
        "name": "Nadia Bouzid",
        "job_title": "consulent",
        "screened_on": "2024-01-01",
        "trained_until": "2027-01-01",
    }
    told = karin.post(address, sent(version=1, **mine))
    assert told.status_code == 409
    shown = text(told)
    assert "Iemand anders heeft dit net gewijzigd" in shown
    assert "teamleider" in shown
    assert 'value="Nadia Bouzid"' in shown
    assert 'name="version" value="2"' in shown
    assert karin.post(address, sent(version=2, **mine)).status_code == 302
    assert row(key).name == "Nadia Bouzid"


def test_functions_that_changed_meanwhile_are_named(office: Office, karin: Client) -> None:
    key = office.nadia.who
    people.set_functions(office.karin, key, ("execution", "oversight"), read=Read(1))
    told = karin.post(change_address(key, "hoedanigheden"), sent(version=1, functions=["counts"]))
    assert told.status_code == 409
    assert "uitvoering, toezicht" in text(told)


def test_ending_employment_ends_the_session_at_once(office: Office, karin: Client) -> None:
    nadia = session_of(office.nadia)
    assert nadia.get(reverse("home")).status_code == 200
    address = change_address(office.nadia.designee, "einde")
    assert karin.post(address, sent(version=1, when="now")).status_code == 302
    assert nadia.get(reverse("home")).status_code == 302
    assert karin.post(reverse("partners:resume", args=[office.nadia.who]), sent(version=2)).status_code == 302
    assert nadia.get(reverse("home")).status_code == 302


def test_a_last_day_is_asked_for_when_the_end_is_later(office: Office, karin: Client) -> None:
    address = change_address(office.nadia.designee, "einde")
    assert "Vul de laatste werkdag in" in text(karin.post(address, sent(version=1, when="later")))
    assert karin.post(address, sent(version=1, when="later", last_day="2026-12-01")).status_code == 302
    assert row(office.nadia.designee).active_until == date(2026, 12, 1)


def test_ids_of_other_organisations_do_not_exist(office: Office, karin: Client) -> None:
    assert karin.get(reverse("partners:member", args=[office.dirk.who])).status_code == 404
    address = change_address(office.dirk.who, "hoedanigheden")
    assert karin.post(address, sent(version=1, functions=["counts"])).status_code == 404


def test_html_and_control_characters_do_no_harm(office: Office, karin: Client) -> None:
    made = karin.post(reverse("partners:add"), sent(**{**SAM, "name": "<script>alert(1)</script>"}), follow=True)
    assert "<script>alert(1)" not in text(made)
    assert "&lt;script&gt;" in text(made)
    refused = karin.post(reverse("partners:add"), sent(**{**SAM, "email": "a@b.invalid", "name": "Sam\x07"}))
    assert refused.status_code == 422
    assert "tekens in die niet te zien zijn" in text(refused)


def test_the_own_organisation_is_named_and_the_second_keeps_what_was_typed(office: Office, karin: Client) -> None:
    address = reverse("partners:name_organisation")
    assert karin.post(address, sent(name="Zaanstad", was="Gemeente Zaanstad")).status_code == 302
    told = karin.post(address, sent(name="Stad aan de Zaan", was="Gemeente Zaanstad"))
    assert told.status_code == 409
    assert 'value="Stad aan de Zaan"' in text(told)
    assert karin.post(address, sent(name="Stad aan de Zaan", was="Zaanstad")).status_code == 302


def test_organisations_are_shown_with_kind_and_class(office: Office, karin: Client) -> None:
    shown = text(karin.get(reverse("partners:organisations"), {"klasse": "incidental_third"}))
    assert "De Brug" in shown
    assert "1 organisatie" in shown
    assert "woningcorporatie" in shown


def test_all_municipalities_are_there_by_page_region_name_and_code(office: Office, karin: Client) -> None:
    load_areas(LOADER)
    address = reverse("partners:areas")
    assert "343 gemeenten" in text(karin.get(address))
    region = text(karin.get(address, {"regio": "VR11"}))
    assert "8 gemeenten" in region
    assert "bestaat niet meer sinds 01-01-2022" in region
    found = text(karin.post(f"{address}?regio=VR11", {"q": "zaanst"}))
    assert "1 gemeente " in found
    assert "GM0479" in found
    assert "Zaanstad" in text(karin.post(address, {"q": "gm0479"}))
    assert "Geen gemeente past hierbij" in text(karin.post(address, {"q": "nergenshuizen"}))
