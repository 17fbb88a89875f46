"""Consent is given for something and to somebody, and what rests on it closes at the moment that it is withdrawn."""

import re
from typing import Any
from uuid import UUID

import psycopg
import pytest

from knooppunt.cases import actions
from knooppunt.cases.queries import information_page
from knooppunt.cases.rules import ConsentHow
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.kernel.uploads import Sent
from tests.cases.case_world import by_consent, consent_given, item, with_partners
from tests.cases.test_case_web import fill_in, page
from tests.uploads.samples import GOOD
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "Zij is rustig als er één iemand praat."
ABOUT = ("guidance_care_help",)


@pytest.fixture
def case(world: World) -> UUID:
    """A case with police, GGD, neighbourhood team, GGZ, prosecution and municipality."""
    return with_partners(world)


def share(world: World, case: UUID, *organisations: str, **said: Any) -> UUID:
    """Joris shares something with consent that names these organisations, or everybody."""
    draft = item("guidance_care_help", SAID, **by_consent(world, case, *organisations, categories=ABOUT), **said)
    return actions.share_item(world.actor("joris"), case, draft)


def sees(world: World, case: UUID, who: str) -> bool:
    """Whether somebody sees it on *Informatie*."""
    shown = information_page(world.actor(who), case)
    return SAID in {line.text for _, lines in shown.by_category for line in lines}


def consent_of(world: World, case: UUID, who: str = "joris") -> UUID:
    """The consent that somebody sees."""
    return information_page(world.actor(who), case).consents[0].id


def withdraw(world: World, case: UUID, who: str = "joris") -> int:
    """Somebody records that it is withdrawn."""
    return actions.withdraw_consent(world.actor(who), case, consent_of(world, case, who), ConsentHow.ORAL)


def occasions(owner: psycopg.Connection) -> list[tuple[Any, ...]]:
    """What was decided, and on what occasion."""
    found = owner.execute(
        "SELECT occasion, outcome, consent_id IS NOT NULL FROM sharing_supplydecision"
        " WHERE item_id <> subject_id ORDER BY 1"
    )
    return found.fetchall()


def test_who_says_that_there_is_consent_names_it(world: World, case: UUID) -> None:
    draft = item("guidance_care_help", SAID, secrecy_way="explicit_consent", secrecy_note="Zij wil.")
    with pytest.raises(BadInput) as found:
        actions.share_item(world.actor("joris"), case, draft)
    assert found.value.field == "consent"


def test_whom_the_consent_names_sees_it_and_nobody_else(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    share(world, case, "ggd", "wijkteam-zaanstad")
    assert {who for who in ("joris", "anna", "hamid", "bram", "carla") if sees(world, case, who)} == {
        "joris", "anna", "hamid",
    }  # fmt: skip
    assert [row[0] for row in occasions(owner_connection)] == ["outside", "supplied"]
    line = next(line for _, lines in information_page(world.actor("joris"), case).by_category for line in lines)
    assert line.later is not None
    assert {occasion for occasion, _sentence in line.later.sentences} == {"outside"}


def test_consent_about_something_else_or_of_somebody_else_does_not_count(world: World, case: UUID) -> None:
    said = by_consent(world, case)
    with pytest.raises(BadInput, match="niet over deze categorie"):
        actions.share_item(world.actor("joris"), case, item("guidance_care_help", SAID, **said))
    with pytest.raises(BadInput, match="van iemand anders"):
        actions.share_item(world.actor("joris"), case, item("health", SAID, subject="direct_circle", **said))


def test_a_consent_that_names_nobody_who_would_see_it_stops_it(world: World, case: UUID) -> None:
    with pytest.raises(Refused):
        actions.share_item(world.actor("joris"), case, item("health", SAID, **by_consent(world, case, "politie")))


def test_withdrawing_closes_item_file_and_search_at_that_moment(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    share(world, case, file=Sent("verslag.pdf", GOOD["verslag.pdf"]))
    anna, address = world.client("anna"), f"/casussen/{case}/informatie/"
    file = re.search(r'/casussen/[^"]+/bestand/', page(anna, address))
    assert file is not None
    assert sees(world, case, "hamid")
    assert withdraw(world, case) == 1
    assert SAID not in page(anna, address)
    assert anna.get(file.group()).status_code == 404
    for who in ("anna", "hamid", "bram", "carla", "ilse"):
        assert not sees(world, case, who), who
    assert sees(world, case, "joris"), "its supplier keeps what is its own"
    assert world.client("joris").get(file.group()).status_code == 200
    words = owner_connection.execute("SELECT only_for FROM people_searchable WHERE kind = 'item'").fetchall()
    documents = owner_connection.execute("SELECT only_for FROM cases_document").fetchall()
    assert words == documents == [([],)]
    assert ("withdrawn", "refused", False) in occasions(owner_connection) or (
        "withdrawn", "conditional", False,
    ) in occasions(owner_connection)  # fmt: skip
    events = owner_connection.execute(
        "SELECT event FROM kernel_auditline WHERE event LIKE '%%consent%%' AND under_id = %s ORDER BY event", [case]
    ).fetchall()
    assert [one for (one,) in events] == ["consent.recorded", "consent.withdrawn", "item.consent_withdrawn"]


def test_what_does_not_rest_on_it_stays(world: World, case: UUID) -> None:
    consent_given(world, case, categories=ABOUT)
    draft = item("guidance_care_help", SAID, secrecy_way="legal_duty", secrecy_note="Wvggz.")
    actions.share_item(world.actor("joris"), case, draft)
    assert withdraw(world, case) == 0
    assert sees(world, case, "bram")


def test_what_the_law_permits_without_consent_stays_open_when_it_is_withdrawn(world: World, case: UUID) -> None:
    draft = item(
        "guidance_care_help", SAID, **by_consent(world, case, categories=ABOUT),
        **{"facts": {"necessary": True, "legal_duty": True}},
    )  # fmt: skip
    actions.share_item(world.actor("joris"), case, draft)
    assert withdraw(world, case) == 0
    assert sees(world, case, "bram")


def test_whom_another_consent_names_keeps_it(world: World, case: UUID) -> None:
    key = share(world, case, "ggd")
    first = consent_of(world, case)
    named = consent_given(world, case, "joris", "wijkteam-zaanstad", categories=ABOUT)
    actions.open_to_later(world.actor("joris"), case, key, actions.OpenDraft(motivation="Zij wil.", consent=named))
    assert sees(world, case, "anna")
    assert sees(world, case, "hamid")
    actions.withdraw_consent(world.actor("joris"), case, first, ConsentHow.WRITTEN)
    assert not sees(world, case, "anna")
    assert sees(world, case, "hamid")


def test_who_comes_later_and_is_named_is_let_in_and_after_withdrawal_nobody_is(world: World, case: UUID) -> None:
    share(world, case, "ggd")
    withdraw(world, case)
    with pytest.raises(Refused, match="al ingetrokken"):
        withdraw(world, case)
    with pytest.raises(BadInput):
        draft = item("guidance_care_help", SAID, secrecy_way="explicit_consent", secrecy_note="Ja.")
        actions.share_item(
            world.actor("joris"), case,
            actions.ItemDraft(**{**draft.__dict__, "consent": consent_of(world, case)}),
        )  # fmt: skip


def test_who_is_named_may_record_that_it_is_withdrawn_and_a_stranger_sees_nothing_of_it(
    world: World, case: UUID
) -> None:
    share(world, case, "ggd")
    key = consent_of(world, case)
    assert information_page(world.actor("bram"), case).consents == ()
    with pytest.raises(NotFoundForYou):
        actions.withdraw_consent(world.actor("bram"), case, key, ConsentHow.ORAL)
    assert withdraw(world, case, "anna") == 1
    assert not sees(world, case, "anna")


@pytest.mark.parametrize(
    "change", [{"given_on": "2099-01-01"}, {"categories": []}, {"organisations": []}, {"purpose": " "}, {"person": ""}]
)
def test_consent_says_who_when_what_whom_and_what_for(world: World, case: UUID, change: dict[str, Any]) -> None:
    fill_in(world.client("joris"), f"/casussen/{case}/toestemming/", {**filled(world, case), **change}, 422)
    assert information_page(world.actor("joris"), case).consents == ()


def filled(world: World, case: UUID) -> dict[str, Any]:
    """The form of consent, filled in well."""
    person = next(one.id for one in information_page(world.actor("joris"), case).head.persons if one.registered)
    return {
        "person": str(person),
        "given_on": "2026-11-03",
        "how": "oral",
        "by": "self",
        "categories": ["guidance_care_help"],
        "organisations": [str(world.organisations["ggd"])],
        "purpose": "Samen hulp regelen.",
        "note": "",
    }


def test_recording_sharing_and_withdrawing_on_the_pages(world: World, case: UUID) -> None:
    joris, address = world.client("joris"), f"/casussen/{case}/informatie/"
    fill_in(joris, f"/casussen/{case}/toestemming/", filled(world, case))
    assert "Samen hulp regelen." in page(joris, address)
    said = {"category": "guidance_care_help", "subject": "resident", "text": SAID, "necessary": "on"}
    said |= {"secrecy_way": "explicit_consent", "secrecy_note": "Besproken."}
    assert "Kies de toestemming" in fill_in(joris, f"{address}inbrengen/", said, 422).content.decode()
    key = str(consent_of(world, case))
    fill_in(joris, f"{address}inbrengen/", {**said, "consent": key})
    assert SAID in page(world.client("anna"), address)
    assert SAID not in page(world.client("bram"), address)
    assert "Niet open voor een deelnemer die de toestemming niet noemt:" in page(joris, address)
    fill_in(joris, f"/casussen/{case}/toestemming/{key}/intrekken/", {"how": "oral"})
    shown = page(joris, address)
    assert "1 gegeven ging dicht" in shown
    assert "de toestemming is ingetrokken" in shown
    assert SAID not in page(world.client("anna"), address)
