"""Meedenken zonder naam: a situation put to a table without anything that identifies, through the actions."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError

from knooppunt.cases import actions, queries
from knooppunt.cases.models import Sounding, SoundingAnswer
from knooppunt.cases.queries.work import my_work
from knooppunt.cases.rules import (
    SHOWN_AS,
    AgeBand,
    AnswerKind,
    Brought,
    asker_shown_as,
    pointed_out,
)
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function, system_actor
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.partners.rules import OrganisationKind
from knooppunt.sharing.models import Designation, Grant
from tests.cases.pages import WITH_A_WAY
from tests.cases.pages import asked as request_form
from tests.cases.test_documents_web import as_jobs
from tests.database import Run
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

BSN = "111222333"
WORRIES = "Een man hoort stemmen en slaapt al weken niet. De buren worden bang."


def asked(world: World, name: str = "joris", table: str = "zvh-casusoverleg", **said: Any) -> UUID:
    """A question of somebody of the cast."""
    values: dict[str, Any] = {
        "table": world.tables["VR11", table],
        "age_band": AgeBand.ADULT,
        "municipality": None,
        "life_areas": ("mental_health", "housing"),
        "worries": WORRIES,
        "tried": "Een gesprek.",
        "question": "Wie denkt mee over een eerste stap?",
        "context": "",
    }
    return actions.ask_sounding(world.actor(name), actions.SoundingDraft(**{**values, **said}))


def answered(world: World, key: UUID, name: str = "bram", text: str = "De wijkagent kan langsgaan.") -> UUID:
    """An answer."""
    return actions.answer_sounding(world.actor(name), key, actions.AnswerDraft(AnswerKind.CAN_HELP, text))


# --- rules ----------------------------------------------------------------------------------------


def test_a_bsn_and_an_email_must_go_and_can_never_be_confirmed() -> None:
    for text in (f"Het gaat om {BSN}.", "Mail naar jan.jansen@voorbeeld.nl maar"):
        found = pointed_out(text)
        assert found.must_go
        assert found.stops(found.mark)


def test_a_name_may_stay_only_when_these_very_findings_are_confirmed() -> None:
    found = pointed_out("Gisteren sprak ik Piet de Vries. Het ging goed.")
    assert found.may_stay
    assert found.stops("")
    assert not found.stops(found.mark)
    later = pointed_out("Gisteren sprak ik Piet de Vries en Klaas Bakker. Het ging goed.")
    assert later.stops(found.mark)
    assert pointed_out("Gisteren belde ik Piet de Vries.").mark == found.mark


def test_an_innocent_text_has_no_mark_and_stops_nothing() -> None:
    found = pointed_out(WORRIES)
    assert (found.mark, found.stops("")) == ("", False)


def test_of_every_kind_of_organisation_something_is_said_that_names_no_kind_of_which_there_is_one() -> None:
    shown = [asker_shown_as(kind.value) for kind in OrganisationKind]
    assert set(SHOWN_AS) <= {kind.value for kind in OrganisationKind}
    assert {one for one in shown if shown.count(one) == 1} == set()


# --- asking ---------------------------------------------------------------------------------------


def test_those_designated_for_the_table_see_it_and_nobody_else(world: World) -> None:
    key = asked(world)
    for name in ("joris", "bram", "anna", "hamid", "ilse", "nadia", "carla"):
        assert key in {line.id for line in queries.sounding_list(world.actor(name))}, name
        assert queries.sounding_page(world.actor(name), key).worries == WORRIES
    for name in ("bas", "femke", "dirk", "mo"):
        assert queries.sounding_list(world.actor(name)) == ()
        with pytest.raises(NotFoundForYou):
            queries.sounding_page(world.actor(name), key)
    for name in ("esra", "farid", "karin", "lucas", "greet"):
        with pytest.raises(Refused):
            queries.sounding_list(world.actor(name))


def test_a_member_asks_without_a_seat_and_follows_the_own_question(world: World) -> None:
    world.add("gijs", "ggz")
    key = asked(world, "gijs")
    assert [line.id for line in queries.sounding_list(world.actor("gijs"))] == [key]
    other = asked(world)
    assert other not in {line.id for line in queries.sounding_list(world.actor("gijs"))}


def test_nobody_asks_at_a_table_to_which_the_own_organisation_does_not_belong(world: World) -> None:
    for name, table in (("dirk", "zvh-casusoverleg"), ("femke", "mdo-zaanstad"), ("joris", "triage-zvh")):
        with pytest.raises(BadInput) as error:
            asked(world, name, table)
        assert error.value.field == "table"


def test_municipality_and_life_areas_fit_the_region_of_the_table(world: World) -> None:
    for field, value in (("municipality", uuid4()), ("life_areas", ("nothing",))):
        with pytest.raises(BadInput) as error:
            asked(world, **{field: value})
        assert error.value.field == field


@pytest.mark.parametrize("field", ["worries", "tried", "question", "context"])
def test_a_text_that_could_identify_somebody_is_not_sent_from_any_field(world: World, field: str) -> None:
    named = "Ik sprak gisteren met Piet de Vries."
    for text in (named, f"Zijn nummer is {BSN}."):
        with pytest.raises(BadInput) as error:
            asked(world, **{field: text})
        assert error.value.field == field
        assert "Piet" not in str(error.value)
    with pytest.raises(BadInput):
        asked(world, **{field: f"{named} {BSN}"}, confirmed={field: pointed_out(f"{named} {BSN}").mark})
    assert queries.sounding_list(world.actor("joris")) == ()
    assert asked(world, **{field: named}, confirmed={field: pointed_out(named).mark})


def test_a_form_that_arrives_twice_asks_once(world: World) -> None:
    once, joris = uuid4(), world.actor("joris")
    draft = actions.SoundingDraft(
        world.tables["VR11", "zvh-casusoverleg"], AgeBand.NOT_SAID, None, (), WORRIES, "", "Wie denkt mee?", ""
    )
    first = actions.ask_sounding(joris, draft, once=once)
    assert actions.ask_sounding(joris, draft, once=once) == first
    assert len(queries.sounding_list(joris)) == 1


# --- who asks -------------------------------------------------------------------------------------


def test_others_see_what_sort_of_organisation_asks_unless_it_shows_its_name(world: World) -> None:
    hidden, shown = asked(world), asked(world, shows_name=True)
    bram, joris = world.actor("bram"), world.actor("joris")
    assert queries.sounding_page(bram, hidden).asker == "een zorgaanbieder"
    assert queries.sounding_page(bram, shown).asker == "GGZ De Dijk (voorbeeld)"
    assert queries.sounding_page(joris, hidden).asker == "uw organisatie"


def test_what_the_asker_adds_bears_no_name_and_an_answer_does(world: World) -> None:
    key = asked(world)
    answered(world, key)
    actions.answer_sounding(world.actor("joris"), key, actions.AnswerDraft(AnswerKind.CALL_ME, "Dat helpt."))
    # At the same moment, so in no order.
    authors = {line.kind: line.author for line in queries.sounding_page(world.actor("ilse"), key).answers}
    assert authors.pop("aanvulling van de vrager") == "een zorgaanbieder"
    assert list(authors.values()) == ["Bram Visser, Politie (voorbeeld)"]


# --- answering and ending -------------------------------------------------------------------------


def test_an_answer_is_checked_and_a_closed_question_takes_none(world: World) -> None:
    key = asked(world)
    with pytest.raises(BadInput) as error:
        answered(world, key, text="Is dit mevrouw Jansen?")
    assert error.value.field == "text"
    with pytest.raises(BadInput) as error:
        actions.answer_sounding(world.actor("bram"), key, actions.AnswerDraft(AnswerKind.ADDITION, "Prima."))
    assert error.value.field == "kind"
    with pytest.raises(NotFoundForYou):
        answered(world, key, "bas")
    answered(world, key)
    actions.close_sounding(world.actor("joris"), key, actions.BroughtDraft(Brought.HELP_FOUND), version=1)
    with pytest.raises(Refused):
        answered(world, key)


def test_only_who_asked_closes_and_takes_back(world: World) -> None:
    key = asked(world)
    brought = actions.BroughtDraft(Brought.WENT_ON, "Vroeg bellen hielp.")
    with pytest.raises(NotFoundForYou):  # the row cannot even be locked by others
        actions.close_sounding(world.actor("bram"), key, brought, version=1)
    with pytest.raises(NotFoundForYou):
        actions.withdraw_sounding(world.actor("bram"), key)
    with pytest.raises(ChangedMeanwhile):
        actions.close_sounding(world.actor("joris"), key, brought, version=7)
    with pytest.raises(BadInput):
        bad = replace(brought, lesson="Bel Piet de Vries eerder.")
        actions.close_sounding(world.actor("joris"), key, bad, version=1)
    actions.close_sounding(world.actor("joris"), key, brought, version=1)
    page = queries.sounding_page(world.actor("bram"), key)
    assert (page.open, page.brought, page.lesson) == (False, "ik kon zelf verder", "Vroeg bellen hielp.")
    with pytest.raises(Refused):
        actions.close_sounding(world.actor("joris"), key, brought, version=2)


def count(world: World, key: UUID, owner: Any) -> list[int]:
    """How many rows of a question are left, as the owner of the tables counts them."""
    tables = (Sounding, "id"), (SoundingAnswer, "sounding_id"), (Grant, "subject_id"), (Designation, "subject_id")
    found = []
    for model, column in tables:
        query = f"SELECT count(*) FROM {model._meta.db_table} WHERE {column} = %s"
        found.append(owner.execute(query, [key]).fetchone()[0])
    return found


def test_what_was_taken_back_is_gone_with_its_answers_and_another_stays(world: World, owner_connection: Any) -> None:
    key, other = asked(world), asked(world)
    for one in (key, other):
        answered(world, one)
    before = count(world, other, owner_connection)
    actions.withdraw_sounding(world.actor("joris"), key)
    assert count(world, key, owner_connection) == [0, 0, 0, 0]
    assert count(world, other, owner_connection) == before
    with pytest.raises(NotFoundForYou):
        queries.sounding_page(world.actor("bram"), key)


def test_a_year_after_closing_it_is_removed_and_not_a_day_earlier(
    world: World, owner_connection: Any, run_database: Run
) -> None:
    closed, left_open = asked(world), asked(world)
    with clock.stopped_at(clock.now() + timedelta(days=100)):
        actions.close_sounding(world.actor("joris"), closed, actions.BroughtDraft(Brought.NOTHING), version=1)
    nightly, now = system_actor("clear soundings"), clock.now()
    with as_jobs(run_database):
        for days, gone in ((365, 0), (366, 1), (466, 0), (467, 1)):
            with clock.stopped_at(now + timedelta(days=days)):
                assert actions.clear_soundings(nightly) == gone, days
    assert count(world, closed, owner_connection) == count(world, left_open, owner_connection) == [0, 0, 0, 0]


def test_only_the_clock_clears(world: World, run_database: Run) -> None:
    asked(world)
    someone = replace(world.actor("joris"), function=Function.MAINTENANCE)
    with clock.stopped_at(clock.now() + timedelta(days=400)):
        with pytest.raises(ProgrammingError):
            actions.clear_soundings(someone)
        with as_jobs(run_database):
            assert actions.clear_soundings(someone) == 0


# --- Mijn werk ------------------------------------------------------------------------------------


def test_mijn_werk_asks_those_at_the_table_until_their_organisation_answered(world: World) -> None:
    key = asked(world)

    def waits(name: str) -> list[str]:
        return [need.text + need.detail for need in my_work(world.actor(name)).needs if str(key) in need.url]

    assert waits("joris") == waits("bas") == []
    (line,) = waits("bram")
    assert "een zorgaanbieder" in line
    assert "stemmen" not in line
    answered(world, key)
    assert waits("bram") == []
    assert waits("ilse") != []
    (news,) = my_work(world.actor("joris")).news
    assert (news.text, str(key) in news.url) == ("Politie (voorbeeld) dacht met u mee", True)
    assert my_work(world.actor("bram")).news == ()


# --- the log --------------------------------------------------------------------------------------


def test_the_log_holds_no_text_and_nobody(world: World, owner_connection: Any) -> None:
    key = asked(world)
    answered(world, key)
    queries.sounding_page(world.actor("bram"), key)
    actions.close_sounding(
        world.actor("joris"), key, actions.BroughtDraft(Brought.REPORTED, "Eerder bellen."), version=1
    )
    lines = owner_connection.execute(
        "SELECT event, person, detail::text FROM kernel_auditline WHERE subject_kind LIKE 'sounding%'"
    ).fetchall()
    assert {event for event, _, _ in lines} >= {"sounding.asked", "sounding.answered", "sounding.closed", "look"}
    assert {person for _, person, _ in lines} == {None}
    assert not any("stemmen" in detail or "bellen" in detail for _, _, detail in lines)


def test_no_line_of_the_log_ties_an_intake_to_the_question_it_came_from(world: World, owner_connection: Any) -> None:
    key, joris = asked(world), world.client("joris")
    answer = joris.post("/triage/nieuw/", request_form(world, sounding=str(key), problems=WORRIES, **WITH_A_WAY))
    intake = UUID(answer.headers["Location"].split("/")[2])
    lines = owner_connection.execute("SELECT trace, subject_id, detail::text FROM kernel_auditline").fetchall()
    of_question = {trace for trace, subject, _ in lines if subject == key}
    of_intake = {trace for trace, subject, _ in lines if subject == intake}
    assert of_question and of_intake and not of_question & of_intake
    assert not any(str(key) in detail for _, subject, detail in lines if subject == intake)
    assert not any(str(intake) in detail for _, subject, detail in lines if subject == key)
