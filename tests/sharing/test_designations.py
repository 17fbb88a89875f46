"""Designations: who gives them, for what, and what they let other rooms ask."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.kernel.work import Work, look
from knooppunt.partners.actions import people
from knooppunt.partners.actions.people import Read
from knooppunt.sharing import queries
from knooppunt.sharing.actions import NewGrant, designate, end_designation, grant_in
from knooppunt.sharing.rules import SubjectKind
from tests.partners.office import Office, employ, open_office, sent, session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def office(frozen: object) -> Office:
    return open_office()


def seat(office: Office, who: Actor, once: UUID | None = None) -> UUID:
    return designate(office.karin, who.who, (SubjectKind.TABLE, office.table), function=Function.EXECUTION, once=once)


def test_a_designation_gives_a_seat_and_a_place_in_the_pool(office: Office) -> None:
    assert queries.seats(office.nadia) == frozenset()
    seat(office, office.nadia)
    assert queries.seats(office.nadia) == {office.table}
    assert queries.seats(office.nadia, SubjectKind.ROUTE) == frozenset()
    with look(office.dirk, "pool") as work:
        assert queries.pool(work, office.table, Function.EXECUTION) == [(office.nadia.for_whom, office.nadia.who)]
        assert queries.pool(work, office.table, Function.OVERSIGHT) == []


def test_contacts_are_those_of_the_pool_who_may_act_today(office: Office) -> None:
    late = employ("lars", "gemeente-zaanstad", Function.EXECUTION, trained_until=clock.today() - timedelta(days=1))
    seat(office, office.nadia)
    seat(office, late)
    with look(office.nadia, "contacts") as work:
        assert len(queries.pool(work, office.table, Function.EXECUTION)) == 2
        assert [view.name for view in queries.contacts(work, office.table)] == ["Nadia"]


def test_an_ended_designation_takes_the_seat_away_and_ending_twice_is_no_error(office: Office) -> None:
    key = seat(office, office.nadia)
    end_designation(office.karin, key)
    end_designation(office.karin, key)
    assert queries.seats(office.nadia) == frozenset()
    (view,) = queries.designations_of(office.karin, office.nadia.who)
    assert (view.name, view.in_force) == ("Triageteam", False)


def test_a_designation_ends_by_itself(office: Office, frozen: object) -> None:
    until = clock.now() + timedelta(days=1)
    designate(
        office.karin, office.nadia.who, (SubjectKind.TABLE, office.table), function=Function.EXECUTION, until=until
    )
    assert queries.seats(office.nadia)
    frozen.move(days=2)  # type: ignore[attr-defined]
    assert not queries.seats(office.nadia)


def test_the_same_form_designates_once_and_another_form_is_told_so(office: Office) -> None:
    form = uuid4()
    assert seat(office, office.nadia, form) == seat(office, office.nadia, form)
    with pytest.raises(Refused, match="al voor aangewezen"):
        seat(office, office.nadia)


def test_nobody_designates_what_cannot_work(office: Office) -> None:
    table = (SubjectKind.TABLE, office.table)
    with pytest.raises(Refused, match="uzelf"):
        designate(office.karin, office.karin.who, table, function=Function.MAINTENANCE)
    with pytest.raises(Refused, match="niet de hoedanigheid"):
        designate(office.karin, office.nadia.who, table, function=Function.OVERSIGHT)
    with pytest.raises(NotFoundForYou):
        designate(office.karin, office.dirk.who, table, function=Function.EXECUTION)
    with pytest.raises(BadInput):
        designate(
            office.karin, office.nadia.who, table, function=Function.EXECUTION, until=clock.now() - timedelta(days=1)
        )


def test_only_an_administrator_of_the_organisation_designates_and_ends(office: Office) -> None:
    key = seat(office, office.nadia)
    with pytest.raises(Refused):
        designate(office.nadia, office.nadia.who, (SubjectKind.TABLE, office.table), function=Function.EXECUTION)
    with pytest.raises(Refused):
        end_designation(office.nadia, key)
    with pytest.raises(Refused):
        queries.designations_of(office.nadia, office.nadia.who)
    stranger = employ("vera", "corporatie", Function.MAINTENANCE)
    with pytest.raises(NotFoundForYou):
        end_designation(stranger, key)
    assert queries.designations_of(stranger, office.nadia.who) == []


def test_an_administrator_does_not_see_who_works_on_a_case(office: Office) -> None:
    case = uuid4()
    seat(office, office.nadia)
    with Work(office.nadia, "test") as work:
        grant_in(work, (SubjectKind.CASE, case), NewGrant(office.nadia.for_whom, ["health"], "test", office.table))
    with look(office.nadia, "grants") as work:
        assert [view.categories for view in queries.grants_on(work, case)] == [("core", "health")]
    with look(office.dirk, "grants") as work:
        assert queries.grants_on(work, case) == []
    assert {view.kind for view in queries.designations_of(office.karin, office.nadia.who)} == {"table"}


def test_a_table_without_a_regime_is_refused_with_what_is_possible(office: Office) -> None:
    assert queries.regime_code_of(office.table) == "WGS_ZVH"
    with pytest.raises(Refused) as told:
        queries.regime_code_of(uuid4())
    assert told.value.possible


def test_one_is_designated_only_for_tables_where_the_own_organisation_sits(office: Office) -> None:
    stranger = employ("vera", "corporatie", Function.MAINTENANCE)
    kinds = {choice.kind for choice in queries.choices_for(stranger)}
    assert kinds == {SubjectKind.REGION}
    assert office.table in {choice.id for choice in queries.choices_for(office.karin)}


def test_karin_designates_and_ends_on_the_page(office: Office) -> None:
    karin, page = session_of(office.karin), reverse("sharing:designations", args=[office.nadia.who])
    form = sent(subject=f"table:{office.table}", until="")
    assert karin.post(page, form).status_code == karin.post(page, form).status_code == 302
    shown = karin.get(page).content.decode()
    assert "Triageteam" in shown
    (view,) = queries.designations_of(office.karin, office.nadia.who)
    end = reverse("sharing:end_designation", args=[office.nadia.who])
    assert karin.post(end, sent(designation=view.id)).status_code == 302
    assert karin.post(end, sent(designation=view.id)).status_code == 302
    assert queries.seats(office.nadia) == frozenset()


def test_what_was_typed_stays_when_it_cannot_be(office: Office) -> None:
    seat(office, office.nadia)
    karin, page = session_of(office.karin), reverse("sharing:designations", args=[office.nadia.who])
    twice = karin.post(page, sent(subject=f"table:{office.table}", until="2026-12-31"))
    assert twice.status_code == 422
    assert "al voor aangewezen" in twice.content.decode()
    assert 'value="2026-12-31"' in twice.content.decode()
    assert karin.post(page, sent(subject=f"region:{office.region}", until="")).status_code == 422
    assert "vandaag of een latere dag" in karin.post(page, sent(subject="", until="2020-01-01")).content.decode()


def test_oversight_is_offered_a_region_and_nothing_else(office: Office) -> None:
    people.set_functions(office.karin, office.nadia.who, ("oversight",), read=Read(1))
    karin, page = session_of(office.karin), reverse("sharing:designations", args=[office.nadia.who])
    shown = karin.get(page).content.decode()
    assert f"region:{office.region}" in shown
    assert f"table:{office.table}" not in shown


@pytest.mark.parametrize("page", ["sharing:tables", "sharing:regimes"])
def test_karin_and_governance_see_tables_and_frameworks_and_nadia_does_not(office: Office, page: str) -> None:
    esra = employ("esra", "gemeente-zaanstad", Function.GOVERNANCE)
    assert session_of(office.karin).get(reverse(page)).status_code == 200
    assert session_of(esra).get(reverse(page)).status_code == 200
    assert session_of(office.nadia).get(reverse(page)).status_code == 403


def test_a_table_is_shown_with_members_rhythm_power_and_framework(office: Office) -> None:
    shown = session_of(office.karin).get(reverse("sharing:tables")).content.decode()
    for word in ("Triageteam", "Gemeente Zaanstad", "elke week", "volgens de wet", "Zorg- en Veiligheidshuis (Wgs)"):
        assert word in shown


def test_every_version_of_every_framework_can_be_read(office: Office) -> None:
    karin = session_of(office.karin)
    for version in queries.regimes():
        page = karin.get(reverse("sharing:regime", args=[version.code, version.version]))
        assert version.purpose_article in page.content.decode()
    assert karin.get("/beheer/kaders/WGS_ZVH/1999-01-01/").status_code == 404


def test_designations_are_a_part_of_the_colleagues_page(office: Office) -> None:
    karin, page = session_of(office.karin), reverse("sharing:designations", args=[office.nadia.who])
    assert f'hx-get="{page}"' in karin.get(reverse("partners:member", args=[office.nadia.who])).content.decode()
    part = karin.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Nergens voor aangewezen" in part


def test_the_page_of_designations_asks_little_of_the_database(office: Office) -> None:
    seat(office, office.nadia)
    karin, page = session_of(office.karin), reverse("sharing:designations", args=[office.nadia.who])
    with CaptureQueriesContext(connection) as asked:
        karin.get(page)
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) <= 20


def test_a_version_of_the_law_can_be_read_aloud(office: Office) -> None:
    karin = session_of(office.karin)
    page = karin.get("/beheer/kaders/WGS_ZVH/2025-07-01/").content.decode()
    assert "Deelnemers verstrekken elkaar wat nodig is voor de behandeling van de casus" in page
    assert "geeft een grondslag: Deel het alleen als het nodig is voor het doel." in page
    assert "weigert, alleen bij ja op: Heeft de verstrekker zwaarwegende redenen om niet te delen?" in page
