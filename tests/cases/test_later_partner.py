"""An organisation that comes to take part later sees of what is there what the law permits, item by item."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from knooppunt.cases import actions
from knooppunt.cases.queries import information_page
from knooppunt.cases.queries.parts import ItemLine
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.sharing.rules.supplying import QuestionsFirst
from tests.cases.case_world import by_consent, consent_given, item, taken_up, version_of
from tests.cases.test_case_web import fill_in, page
from tests.walls.filling import Filling
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

CONSENTED = "Zij wil dat er iemand belt."
ABOUT = ("guidance_care_help",)
DUTIFUL = "Zij vertelde van haar dochter."


def join(world: World, case: UUID, *names: str) -> int:
    """These come to take part; answers how many kinds of information stayed closed for the last of them."""
    closed = 0
    for name in names:
        version = version_of(world, case)
        closed = actions.choose_partner(world.actor("carla"), case, world.actor(name).who, version=version)
    return closed


@pytest.fixture
def case(world: World) -> UUID:
    """A case in which mental health care shared two things before the police came."""
    made = taken_up(world)
    join(world, made, "joris", "anna", "hamid")
    share(
        world,
        made,
        CONSENTED,
        **by_consent(world, made, "ggd", "wijkteam-zaanstad", "gemeente-zaanstad", categories=ABOUT),
    )
    share(world, made, DUTIFUL, secrecy_way="legal_duty", secrecy_note="Wvggz.")
    return made


def share(world: World, case: UUID, text: str, **said: Any) -> UUID:
    """Joris brings this in."""
    return actions.share_item(world.actor("joris"), case, item("guidance_care_help", text, **said))


def seen(world: World, case: UUID, who: str) -> dict[str, ItemLine]:
    """What somebody sees on *Informatie*, by text."""
    return {line.text: line for _, lines in information_page(world.actor(who), case).by_category for line in lines}


def decided(owner: psycopg.Connection, item_id: UUID) -> list[tuple[Any, ...]]:
    """What was decided of an item, in order."""
    return owner.execute(
        "SELECT occasion, outcome, motivation, answers FROM sharing_supplydecision WHERE item_id = %s"
        " ORDER BY at, array_position(ARRAY['supplied', 'joined', 'kept_closed', 'opened'], occasion::text)",
        [item_id],
    ).fetchall()


def test_what_must_be_weighed_stays_closed_and_what_is_permitted_opens(world: World, case: UUID) -> None:
    assert join(world, case, "bram") == 1
    assert set(seen(world, case, "bram")) == {DUTIFUL}
    for name in ("joris", "anna", "hamid"):
        assert set(seen(world, case, name)) == {CONSENTED, DUTIFUL}, "who saw it already sees it still"


def test_who_comes_when_nothing_is_there_hears_of_nothing_closed(world: World) -> None:
    assert join(world, taken_up(world), "joris", "bram") == 0


def test_of_each_item_stands_what_the_law_said_of_the_newcomer(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    join(world, case, "bram")
    shown = seen(world, case, "joris")
    first, (occasion, outcome, _why, answers) = decided(owner_connection, shown[CONSENTED].id)
    assert first[0] == "supplied"
    assert (occasion, outcome) == ("joined", "conditional")
    assert [one["recipient"] for one in answers] == [str(world.organisations["politie"])]
    assert decided(owner_connection, shown[DUTIFUL].id)[1][:2] == ("joined", "permitted")
    lines = owner_connection.execute(
        "SELECT designee, detail->>'outcome' FROM kernel_auditline WHERE event = 'item.weighed_for_newcomer'"
        " AND under_id = %s AND detail->>'organisation' = %s ORDER BY 2",
        [case, str(world.organisations["politie"])],
    ).fetchall()
    assert lines == [(world.actor("carla").who, "conditional"), (world.actor("carla").who, "permitted")]


def test_a_second_newcomer_for_whom_it_is_permitted_is_let_in_to_what_is_limited(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    join(world, case, "bram")
    found = owner_connection.execute("SELECT id FROM partners_organisation WHERE kind = 'public_health'").fetchone()
    assert found is not None
    # The GGD was there already, so the item that the police does not see stays open to it and to no more.
    only = owner_connection.execute("SELECT only_for FROM cases_item WHERE text = %s", [CONSENTED]).fetchone()
    assert only is not None
    assert found[0] in only[0]
    assert world.organisations["politie"] not in only[0]
    join(world, case, "ilse")
    assert CONSENTED not in seen(world, case, "ilse")


def test_the_supplier_sees_that_it_is_closed_and_opens_it_with_a_reason(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    join(world, case, "bram")
    line = seen(world, case, "joris")[CONSENTED]
    assert line.later is not None
    assert line.later.sentences
    assert seen(world, case, "anna")[CONSENTED].later is None, "only for its supplier to settle"
    assert seen(world, case, "joris")[DUTIFUL].later is None
    joris, named = world.actor("joris"), consent_given(world, case, "joris", "politie", categories=ABOUT)
    with pytest.raises(QuestionsFirst):
        actions.open_to_later(joris, case, line.id, actions.OpenDraft(motivation="Het was voor anderen goed."))
    with pytest.raises(BadInput) as found:
        actions.open_to_later(joris, case, line.id, actions.OpenDraft(consent=named))
    assert found.value.field == "motivation"
    actions.open_to_later(joris, case, line.id, actions.OpenDraft(motivation="Zij vindt dat goed.", consent=named))
    assert set(seen(world, case, "bram")) == {CONSENTED, DUTIFUL}
    assert decided(owner_connection, line.id)[-1][:3] == ("opened", "weigh", "Zij vindt dat goed.")
    assert seen(world, case, "joris")[CONSENTED].later is None
    with pytest.raises(Refused):
        actions.open_to_later(joris, case, line.id, actions.OpenDraft(motivation="Nog eens."))


def test_the_supplier_may_say_why_not_and_change_its_mind(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    join(world, case, "bram")
    joris, line = world.actor("joris"), seen(world, case, "joris")[CONSENTED]
    with pytest.raises(BadInput):
        actions.keep_closed(joris, case, line.id, "  ")
    actions.keep_closed(joris, case, line.id, "Zij wil de politie er niet bij.")
    later = seen(world, case, "joris")[CONSENTED].later
    assert later is not None
    assert later.kept == "Zij wil de politie er niet bij."
    assert CONSENTED not in seen(world, case, "bram")
    assert decided(owner_connection, line.id)[-1][:2] == ("kept_closed", "withheld")
    draft = actions.OpenDraft(
        motivation="Zij wil het nu wel.", consent=consent_given(world, case, "joris", "politie", categories=ABOUT)
    )
    actions.open_to_later(joris, case, line.id, draft)
    assert CONSENTED in seen(world, case, "bram")


def test_nobody_but_the_supplier_opens_or_closes(world: World, case: UUID) -> None:
    join(world, case, "bram")
    key = seen(world, case, "joris")[CONSENTED].id
    for name in ("anna", "bram", "carla"):
        with pytest.raises(NotFoundForYou):
            actions.open_to_later(world.actor(name), case, key, actions.OpenDraft(motivation="Graag."))
        with pytest.raises(NotFoundForYou):
            actions.keep_closed(world.actor(name), case, key, "Nee.")


def test_what_was_not_known_when_it_was_shared_is_asked_of_the_supplier(world: World) -> None:
    made = taken_up(world)
    join(world, made, "bram")
    actions.share_item(
        world.actor("bram"), made,
        actions.ItemDraft(
            "police", "resident", "Elf meldingen.", facts={"necessary": True, "competent_authority_agrees": True}
        ),
    )  # fmt: skip
    assert join(world, made, "ilse") == 0, "what its supplier said then counts now"


def test_of_an_item_from_before_the_law_was_asked_nothing_is_known(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    with owner_connection.transaction():
        owner_connection.execute("DELETE FROM sharing_supplydecision")
        Filling(owner_connection).record()
    assert join(world, case, "bram") == 1
    assert seen(world, case, "bram") == {}
    key = seen(world, case, "joris")[DUTIFUL].id
    with pytest.raises(QuestionsFirst) as found:
        actions.open_to_later(world.actor("joris"), case, key, actions.OpenDraft())
    asked = {name for one in found.value.conditions for name in one.facts}
    assert "necessary" in asked
    actions.open_to_later(
        world.actor("joris"), case, key, actions.OpenDraft({"necessary": True, "legal_duty": True}, "Wvggz.")
    )
    assert DUTIFUL in seen(world, case, "bram")


def test_the_pages_say_it_in_words_and_without_content(world: World, case: UUID) -> None:
    carla, joris = world.client("carla"), world.client("joris")
    said = {"professional": str(world.actor("bram").who), "version": str(version_of(world, case))}
    fill_in(carla, f"/casussen/{case}/regie/partner/", said)
    shown = page(carla, f"/casussen/{case}/regie/")
    assert "Van 1 soort informatie bleef iets dicht" in shown
    assert CONSENTED not in shown
    information = page(joris, f"/casussen/{case}/informatie/")
    assert "Nog niet open voor een deelnemer die later meedoet:" in information
    key = seen(world, case, "joris")[CONSENTED].id
    address = f"/casussen/{case}/informatie/{key}/later/"
    assert CONSENTED in page(joris, address)
    assert "fact_legal_duty" in fill_in(joris, address, {"motivation": "Graag."}, 422).content.decode()
    named = str(consent_given(world, case, "joris", "politie", categories=ABOUT))
    answer = fill_in(joris, address, {"motivation": "", "consent": named}, 422).content.decode()
    assert "Schrijf op waarom u dit deelt." in answer
    fill_in(joris, f"{address}niet/", {"reason": "Eerst met haar praten."})
    assert "Eerst met haar praten." in page(joris, f"/casussen/{case}/informatie/")
    fill_in(joris, address, {"motivation": "Zij vindt het goed.", "consent": named})
    assert CONSENTED in page(world.client("bram"), f"/casussen/{case}/informatie/")
    for name in ("anna", "bram"):
        assert world.client(name).get(address).status_code == 404


def test_who_may_not_know_that_an_organisation_takes_part_does_not_read_its_name(world: World, case: UUID) -> None:
    join(world, case, "bram")
    line = seen(world, case, "joris")[CONSENTED]
    partners = {one.name for one in information_page(world.actor("joris"), case).head.partners}
    assert set(line.later_names) == partners & {"Politie Noord-Holland", *line.later_names}
