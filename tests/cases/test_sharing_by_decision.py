"""Bringing information in asks the law for everybody who would see it, and keeps what it answered."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from knooppunt.cases import actions
from knooppunt.cases.queries import accountability_page, information_page
from knooppunt.cases.queries.parts import ItemLine
from knooppunt.cases.rules import STEP_OF_LAW, CaseState, Outcome
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.sharing import law
from knooppunt.sharing.rules import Question
from knooppunt.sharing.rules.deciding import decide_under
from knooppunt.sharing.rules.question import read_question
from knooppunt.sharing.rules.supplying import NOBODY, OUTSIDE_SECRECY, QuestionsFirst
from tests.cases.case_world import by_consent, item, with_content, with_partners
from tests.cases.pages import ALL_MET, questions, request_made
from tests.cases.test_case_web import closed, fill_in, page
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "Zij is rustig als er één iemand praat."


@pytest.fixture
def case(world: World) -> UUID:
    """A case with police, GGD, neighbourhood team, GGZ, prosecution and municipality."""
    return with_partners(world)


def share(world: World, case: UUID, who: str, draft: actions.ItemDraft) -> UUID:
    """Somebody brings this in."""
    return actions.share_item(world.actor(who), case, draft)


def kept(owner: psycopg.Connection) -> list[dict[str, Any]]:
    """Every decision about an item of a case, as the database holds it."""
    return [one for one in every_decision(owner) if one["item_id"] != one["subject_id"]]


def every_decision(owner: psycopg.Connection) -> list[dict[str, Any]]:
    """Every decision, also of requests: those are about the request as a whole."""
    found = owner.execute("SELECT row_to_json(d) FROM sharing_supplydecision d ORDER BY at, id").fetchall()
    return [row[0] for row in found]


def refusals(owner: psycopg.Connection) -> list[tuple[Any, ...]]:
    """What the log holds of items that did not come in."""
    return owner.execute(
        "SELECT designee, under_id, detail FROM kernel_auditline WHERE event = 'share_item' AND result = 'refused'"
    ).fetchall()


def items(world: World, case: UUID, who: str) -> dict[str, ItemLine]:
    """What somebody sees on *Informatie*, by text."""
    shown = information_page(world.actor(who), case)
    return {line.text: line for _, lines in shown.by_category for line in lines}


def text_of(world: World, case: UUID, who: str) -> str:
    """The page *Informatie* as somebody reads it."""
    return " ".join(re.sub(r"<[^>]+>", " ", page(world.client(who), f"/casussen/{case}/informatie/")).split())


def test_health_without_a_way_through_secrecy_is_asked_first(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    with pytest.raises(QuestionsFirst) as found:
        share(world, case, "joris", item("health", SAID))
    (condition,) = found.value.conditions
    assert condition.any
    assert condition.facts == ("explicit_consent", "legal_duty", "legal_permission", "good_caregiving")
    assert kept(owner_connection) == []
    assert items(world, case, "joris") == {}


def test_consent_towards_who_has_power_must_be_weighed_and_explained(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    consent = by_consent(world, case, categories=("guidance_care_help",))
    draft = item("guidance_care_help", SAID, **{**consent, "secrecy_note": ""})
    with pytest.raises(BadInput) as found:
        share(world, case, "joris", draft)
    assert found.value.field == "secrecy_note"
    share(world, case, "joris", item("guidance_care_help", SAID, **{**consent, "secrecy_note": "Zij wil."}))
    (row,) = kept(owner_connection)
    assert (row["outcome"], row["motivation"]) == ("weigh", "Zij wil.")
    outcomes = {one["kind"]: one["outcome"] for one in row["answers"]}
    assert outcomes["police"] == "weigh"
    assert outcomes["public_health"] == "permitted"


def test_a_legal_duty_needs_no_weighing(world: World, case: UUID, owner_connection: psycopg.Connection) -> None:
    share(world, case, "joris", item("guidance_care_help", SAID, secrecy_way="legal_duty", secrecy_note="Wvggz."))
    (row,) = kept(owner_connection)
    assert row["outcome"] == "permitted"
    assert items(world, case, "bram")[SAID].basis == "Wgs 1.5 lid 1"


def test_police_data_wait_for_the_competent_authority(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    with pytest.raises(QuestionsFirst) as found:
        share(world, case, "bram", item("police", SAID, facts={"necessary": True}))
    assert [one.facts for one in found.value.conditions] == [("competent_authority_agrees",)]
    share(world, case, "bram", item("police", SAID))
    (row,) = kept(owner_connection)
    assert row["outcome"] == "permitted"
    with pytest.raises(Refused) as never:
        share(world, case, "bram", item("police", SAID, facts={"necessary": True, "competent_authority_agrees": False}))
    assert not isinstance(never.value, QuestionsFirst)


def test_what_is_not_needed_is_refused_with_what_is_possible(world: World, case: UUID) -> None:
    with pytest.raises(Refused) as found:
        share(world, case, "bram", item("housing", SAID, facts={"necessary": False}))
    assert found.value.objections[0] == "Dit mag niet. Het gegeven is niet nodig voor het doel."
    assert any(line.startswith("Deel alleen wat nodig is") for line in found.value.possible)
    assert "dát u iets niet deelt" in found.value.possible[-1]


def test_a_category_that_nobody_else_sees_goes_nowhere_and_says_so(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    # Of the BSN only the municipality has a view: nothing crosses, so nothing is asked.
    share(world, case, "carla", item("bsn", SAID, facts={}))
    (row,) = kept(owner_connection)
    assert (row["outcome"], row["answers"]) == (NOBODY, [])
    assert "zag niemand anders deze categorie" in text_of(world, case, "carla")


def test_a_closed_case_takes_nothing_in(world: World) -> None:
    case = closed(world)
    with pytest.raises(NotFoundForYou):
        share(world, case, "bram", item("police", SAID))


def test_the_law_refuses_a_closed_case_too() -> None:
    regime = law.in_force("WGS_ZVH", date(2026, 11, 22))
    said = {"supplier": "police", "recipient": "municipality", "recipient_role": "participant", "category": "housing"}
    said |= {"regime": regime.code, "subject": "resident", "on": "2026-11-22", "facts": {"necessary": True}}
    outcomes = {
        state: decide_under(read_question({**said, "step": step.value}), regime).outcome.value
        for state, step in STEP_OF_LAW.items()
    }
    assert outcomes.pop(CaseState.CLOSED_SHIELDED) == "refused"
    assert set(outcomes.values()) == {"permitted"}
    assert {*outcomes, CaseState.CLOSED_SHIELDED} == set(CaseState)


def test_limits_of_the_supplier_bind_and_stop_nothing(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    share(world, case, "bram", item("housing", SAID, conditions="Niet verder vertellen."))
    (row,) = kept(owner_connection)
    assert row["outcome"] == "conditional"
    assert row["question"]["facts"]["supplier_conditions"] is True
    assert items(world, case, "hamid")[SAID].basis == "Wgs 1.5 lid 1", "a condition is no basis"


def test_of_a_professional_nothing_but_name_and_contact_is_shared(world: World, case: UUID) -> None:
    draft = item("health", SAID, secrecy_way="legal_duty", secrecy_note="Wvggz.", subject="professional")
    with pytest.raises(Refused) as found:
        share(world, case, "joris", draft)
    assert not isinstance(found.value, QuestionsFirst)
    assert "Van medewerkers deelt u alleen hoe zij heten" in found.value.objections[0]


def test_who_perhaps_bears_secrecy_may_say_that_this_falls_outside_it(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    share(world, case, "hamid", item("housing", SAID, secrecy_way=OUTSIDE_SECRECY))
    (row,) = kept(owner_connection)
    assert row["outcome"] == "permitted"
    assert row["question"]["facts"] == {"bearer_of_medical_secrecy": False, "necessary": True}
    for said in ({"secrecy_way": OUTSIDE_SECRECY}, {"facts": {"necessary": True, "bearer_of_medical_secrecy": False}}):
        with pytest.raises(BadInput):
            share(world, case, "joris", item("health", SAID, **said))
    with pytest.raises(BadInput):
        share(world, case, "bram", item("police", SAID, facts={"onbekend": True}))


def test_the_row_holds_the_question_the_rules_and_an_answer_for_each_who_sees_it(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    made = share(world, case, "bram", item("police", SAID))
    (row,) = kept(owner_connection)
    assert (row["item_id"], row["subject_id"]) == (str(made), str(case))
    assert (row["category"], row["supplier_id"]) == ("police", str(world.organisations["politie"]))
    regime = law.by_reference(row["regime_version"])
    recipients = {one["recipient"] for one in row["answers"]}
    assert recipients == {str(world.organisations[code]) for code in ("gemeente-zaanstad", "om")}
    for one in row["answers"]:
        whole = {**row["question"], "recipient": one["kind"], "recipient_class": one["class"]}
        asked: Question = read_question(whole)
        again = decide_under(asked, regime)
        assert (again.outcome.value, list(again.articles), again.sentence) == (
            one["outcome"], one["articles"], one["sentence"],
        )  # fmt: skip
    assert SAID not in str(row)


def test_a_refusal_stands_in_the_log_of_the_case_without_the_text(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    with pytest.raises(Refused):
        share(world, case, "bram", item("housing", SAID, facts={"necessary": False}))
    ((designee, under, detail),) = refusals(owner_connection)
    assert (designee, under) == (world.actor("bram").who, case)
    assert detail["question"]["category"] == "housing"
    assert (detail["kind"], detail["outcome"]) == ("Refused", "refused")
    assert detail["sentence"].startswith("Dit mag niet.")
    assert detail["regime_version"].startswith("WGS_ZVH@2025-07-01#")
    assert SAID not in str(detail)
    assert kept(owner_connection) == []


def test_oversight_reads_what_the_law_stopped_and_nobody_else(world: World) -> None:
    case = with_content(world)
    with pytest.raises(Refused):
        share(world, case, "bram", item("housing", SAID, facts={"necessary": False}))
    with pytest.raises(QuestionsFirst):
        share(world, case, "bram", item("police", SAID, facts={"necessary": True}))
    assert accountability_page(world.actor("carla"), case).stopped == ()
    closed(world, case)
    stopped = accountability_page(world.actor("farid"), case, "Steekproef").stopped
    found = {line.outcome: line for line in stopped}
    waiting, refused = found["mag onder voorwaarden"], found["mag niet"]
    assert len(stopped) == 2 and refused.category_label == "wonen"
    assert refused.sentence.startswith("Dit mag niet.") and refused.articles
    assert refused.organisation.startswith("Politie") and refused.regime_version.startswith("WGS_ZVH@")
    assert waiting.category_label == "politie"
    assert SAID not in repr((waiting, refused))


def test_who_does_not_see_the_category_sees_neither_item_nor_decision(world: World, case: UUID) -> None:
    note = "Wettelijke plicht uit de Wvggz."
    share(world, case, "joris", item("health", SAID, secrecy_way="legal_duty", secrecy_note=note))
    for name in ("joris", "anna"):
        shown = text_of(world, case, name)
        assert "Afweging" in shown and note in shown and "Verplicht een wet om dit te delen? Ja." in shown
    for name in ("bram", "hamid"):
        shown = text_of(world, case, name)
        assert "Afweging" not in shown and note not in shown and SAID not in shown


def test_a_decision_names_nobody_who_would_see_it(world: World, case: UUID) -> None:
    share(world, case, "joris", item("guidance_care_help", SAID, secrecy_way="legal_duty", secrecy_note="Wvggz."))
    decision = items(world, case, "bram")[SAID].decision
    assert decision is not None
    assert decision.in_words == "mag" and decision.articles[0] == "Wgs 1.5 lid 1"
    assert not any(str(key) in repr(decision) for key in world.organisations.values())


def test_what_is_withheld_is_no_supply(world: World, case: UUID, owner_connection: psycopg.Connection) -> None:
    share(world, case, "joris", actions.ItemDraft("health", "resident", "Geen toestemming.", withheld=True))
    assert kept(owner_connection) == []


def test_the_form_asks_exactly_what_is_open_and_keeps_what_was_typed(world: World, case: UUID) -> None:
    bram, address = world.client("bram"), f"/casussen/{case}/informatie/inbrengen/"
    said = {"category": "police", "subject": "resident", "text": SAID, "necessary": "on"}
    assert "fact_" not in page(bram, address)
    text = fill_in(bram, address, said, 422).content.decode()
    assert set(re.findall(r'name="(fact_\w+)"', text)) == {"fact_competent_authority_agrees"}
    assert law.facts()["competent_authority_agrees"].ask in text
    assert f"{SAID}</textarea>" in text
    for unknown in ("onbekend", ""):
        again = fill_in(bram, address, {**said, "fact_competent_authority_agrees": unknown}, 422).content.decode()
        assert 'href="#id_fact_competent_authority_agrees' in again
    fill_in(bram, address, {**said, "fact_competent_authority_agrees": "nee"}, 422)
    fill_in(bram, address, {**said, "fact_competent_authority_agrees": "ja"})
    assert "Afweging" in text_of(world, case, "bram")


def test_the_form_offers_outside_secrecy_only_to_whom_it_may_be_true_of(world: World, case: UUID) -> None:
    address = f"/casussen/{case}/informatie/inbrengen/"
    assert OUTSIDE_SECRECY in page(world.client("hamid"), address)
    for name in ("joris", "bram"):
        assert OUTSIDE_SECRECY not in page(world.client(name), address)
    said = {"category": "housing", "subject": "resident", "text": SAID, "secrecy_way": OUTSIDE_SECRECY}
    text = fill_in(world.client("hamid"), address, said, 422).content.decode()
    assert "Deel alleen wat nodig is" in text
    fill_in(world.client("hamid"), address, {**said, "necessary": "on"})
    assert items(world, case, "hamid")[SAID].secrecy_label == "Dit valt niet onder mijn beroepsgeheim."


def test_more_items_ask_no_more_of_the_database(world: World, case: UUID) -> None:
    bram, address = world.client("bram"), f"/casussen/{case}/informatie/"
    share(world, case, "bram", item("police", SAID))
    questions(bram, address)  # the first page of a session asks more
    one = questions(bram, address)
    for number in range(4):
        share(world, case, "bram", item("police", f"Melding {number}."))
    assert questions(bram, address) == one <= 20


def test_two_recipients_may_get_two_answers_and_the_strictest_counts(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    draft = item("health", SAID, **by_consent(world, case))
    share(world, case, "joris", draft)
    (row,) = kept(owner_connection)
    assert {one["kind"]: one["outcome"] for one in row["answers"]} == {
        "municipality": "weigh", "public_health": "permitted",
    }  # fmt: skip
    assert items(world, case, "anna")[SAID].decision.in_words == "mag na afweging"  # type: ignore[union-attr]


def test_what_the_law_said_goes_with_a_request_that_is_not_taken_up(
    world: World, owner_connection: psycopg.Connection
) -> None:
    intake = request_made(world)
    asked_of = {one["category"] for one in every_decision(owner_connection) if one["subject_id"] == str(intake)}
    assert asked_of == {"identity_contact", "housing", "financial"}
    for name in ("bram", "ilse", "nadia"):
        actions.judge_intake(world.actor(name), intake, ALL_MET)
    assert actions.decide_intake(world.actor("carla"), intake, Outcome.ADVICE) is None
    assert [one for one in every_decision(owner_connection) if one["subject_id"] == str(intake)] == []
