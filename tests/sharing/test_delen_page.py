"""The page "Mag ik dit delen?": four choices in the address, and an answer with open facts as questions, for all."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knooppunt.partners.forms import KINDS
from knooppunt.sharing import law
from knooppunt.sharing.forms.asking import ABOUT, FIELDS, KNOWN, ROLES, SENSITIVE, STEPS, categories
from knooppunt.sharing.rules.question import About, Role, Sensitive, Step, read_question
from knooppunt.sharing.web.asking import OFTEN_ASKED, OUTCOMES, ask_address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

FOUR = {"van": "mental_health", "aan": "police", "wat": "health", "kader": "WGS_ZVH"}
ASKED = {**FOUR, "op": "2026-01-15"}


def get(**said: str) -> Any:
    """The page with these choices in its address."""
    return Client().get("/delen/", said)


def text_of(answer: Any) -> str:
    """What a person reads on it."""
    body = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_without_choices_it_is_an_empty_form_for_everyone() -> None:
    answer = get()
    assert answer.status_code == 200
    assert answer.context["answer"] is None
    assert "Vul geen persoonsgegevens in" in text_of(answer)
    assert "Kies nog" not in text_of(answer)


def test_four_choices_give_an_answer_with_all_it_rests_on() -> None:
    answer = get(**ASKED)
    assert answer.status_code == 200
    said = text_of(answer)
    for part in ("Ja, onder voorwaarden", "Eerst regelen", "Eén van deze is genoeg", "Leg vast", "Wgs 2.29 lid 2"):
        assert part in said
    assert "WGS_ZVH@2025-07-01#" in said
    assert "concept: nog niet door een privacy officer beoordeeld" in said
    assert "geen juridisch advies" in said


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"necessary": "ja", "legal_duty": "ja"}, "Ja, dit mag"),
        ({"necessary": "ja", "good_caregiving": "ja"}, "Eerst afwegen"),
        ({"necessary": "nee"}, "Nee, dit mag niet"),
        ({"op": "2020-01-01"}, "Nee, dit mag niet"),
        ({"wat": "ethnicity"}, "Nee, dit mag niet"),
    ],
)
def test_what_one_knows_changes_the_answer(more: dict[str, str], word: str) -> None:
    answer = get(**{**ASKED, **more})
    assert word in text_of(answer)
    assert answer.context["answer"].decision == law.answer_to(answer.context["form"].question)


def test_every_open_fact_is_a_question_with_three_ways_and_stands_there_once() -> None:
    body = get(**ASKED).content.decode()
    for fact in ("necessary", "explicit_consent", "legal_duty", "legal_permission", "good_caregiving"):
        assert law.facts()[fact].ask in unescape(body)
        assert body.count(f'name="{fact}"') == len(KNOWN)


def test_whether_one_bears_medical_secrecy_is_asked_where_it_lifts_the_condition() -> None:
    gate = get(**{**ASKED, "van": "neighbourhood_team"}).context["answer"].conditions
    assert [one.fields[0].name for one in gate if len(one.fields) > 1] == ["bearer_of_medical_secrecy"]
    lifted = get(**{**ASKED, "van": "neighbourhood_team", "bearer_of_medical_secrecy": "nee"}).context["answer"]
    assert len(lifted.conditions) < len(gate)


def test_only_questions_that_change_something_are_asked_besides() -> None:
    for more in ({}, {"wat": "ethnicity"}, {"van": "public_health"}):
        answer = get(**{**ASKED, **more}).context["answer"]
        for field in answer.more:
            found = {get(**{**ASKED, **more, field.name: way}).context["answer"].decision for way in ("ja", "nee")}
            assert found != {answer.decision}, field.name


def test_the_address_becomes_as_short_as_it_can_be() -> None:
    answer = get(**FOUR, als="", stap="consultation", over="", van_klasse="private", necessary="ja", legal_duty="")
    assert answer.status_code == 302
    wanted = {**FOUR, "op": "2026-11-22", "necessary": "ja"}
    assert answer["Location"] == f"/delen/?{urlencode(wanted)}#antwoord"
    assert Client().get(answer["Location"]).status_code == 200


def test_paper_says_the_day_by_the_clock_of_the_house() -> None:
    assert "Afgedrukt op 22 november 2026" in text_of(get(**ASKED))


def test_the_link_reproduces_the_question() -> None:
    said = {**ASKED, "als": "third_party", "stap": "evaluation", "over": "direct_circle", "aan": "school"}
    first = get(**said, aan_klasse="public", explicit_consent="nee").context["answer"]
    again = Client().get(first.link).context["answer"]
    assert again.decision == first.decision
    assert again.asked == first.asked


WRONG = [
    ({"van": "ggz"}, "Ik werk bij"),
    ({"aan": "x" * 5_000}, "Ik wil delen met"),
    ({"wat": "geheim"}, "Het gaat om"),
    ({"kader": "WGS"}, "Waar"),
    ({"als": "gast"}, "De ontvanger is"),
    ({"als": "resident"}, "De ontvanger is"),
    ({"stap": "later"}, "Waar staat het werk"),
    ({"over": "buurman"}, "Over wie gaat het"),
    ({"op": "gisteren"}, "Op welke dag"),
    ({"op": "2026-02-30"}, "Op welke dag"),
    ({"van_klasse": "beide"}, "Mijn organisatie is"),
    ({"necessary": "misschien"}, "Is dit gegeven nodig voor het doel?"),
    ({"stap": "closed", "case_closed": "nee"}, "Is de casus gesloten?"),
    ({"necesary": "ja"}, "necesary"),
    ({"van": "a\x00b"}, "Ik werk bij"),
]


@pytest.mark.parametrize(("change", "label"), WRONG)
def test_a_choice_that_does_not_exist_is_named_and_the_others_stay(change: dict[str, str], label: str) -> None:
    answer = get(**{**ASKED, **change})
    assert answer.status_code == 422
    assert answer.context["answer"] is None
    said = text_of(answer)
    assert "Deze vraag klopt niet" in said
    assert label in said.partition("Deze vraag klopt niet")[2]
    body = answer.content.decode()
    for name, value in FOUR.items():
        if name not in change:
            assert f'value="{value}" selected' in body, name


def test_what_stands_in_an_address_is_shown_as_text() -> None:
    assert b"<script>alert" not in get(**{"<script>alert(1)</script>": "ja"}).content


def test_a_part_of_the_choices_is_kept_and_says_what_is_lacking() -> None:
    answer = Client().get(ask_address("police", "WGS_ZVH"))
    assert answer.status_code == 200
    assert "Kies nog: Ik wil delen met, Het gaat om." in text_of(answer)
    assert 'value="police" selected' in answer.content.decode()


def test_a_framework_without_rules_here_is_left_out_of_a_link() -> None:
    assert ask_address("police", "NIETS") == "/delen/?van=police"


def test_the_class_is_asked_only_where_the_kind_leaves_it_open() -> None:
    assert 'name="van_klasse"' not in get(**ASKED).content.decode()
    assert 'name="van_klasse"' in get(**{**ASKED, "van": "neighbourhood_team"}).content.decode()


@pytest.mark.parametrize(
    ("aan", "role"),
    [("police", Role.PARTICIPANT), ("housing_corporation", Role.INCIDENTAL_THIRD), ("resident", Role.RESIDENT)],
)
def test_the_role_fits_the_recipient_when_it_is_not_said(aan: str, role: Role) -> None:
    answer = get(**{**ASKED, "aan": aan})
    assert answer.context["form"].question.role == role
    assert str(ROLES[role]) in text_of(answer)


def test_professionals_contact_is_about_a_professional_when_it_is_not_said() -> None:
    assert get(**{**ASKED, "wat": "professional_contact"}).context["form"].question.about == About.PROFESSIONAL


def combinations() -> Iterator[dict[str, str]]:
    """Every kind, category, step and role once at least, each in an otherwise plain question."""
    for kind in KINDS:
        yield {**ASKED, "van": kind}
        yield {**ASKED, "aan": kind}
    for category in (*categories(), *SENSITIVE):
        yield {**ASKED, "wat": category}
    for step in STEPS:
        yield {**ASKED, "stap": step}
    for regime in {one.code for one in law.versions()}:
        yield {**ASKED, "kader": regime}


def test_every_choice_has_an_answer_in_words() -> None:
    for said in combinations():
        answer = Client().get("/delen/", said, follow=True)
        assert answer.status_code == 200, said
        shown = answer.context["answer"]
        assert str(shown.shown.word) in text_of(answer)
        assert all(value for _, value in shown.asked)


def test_every_code_has_a_word() -> None:
    assert set(STEPS) == set(Step)
    assert set(ROLES) == set(Role)
    assert set(ABOUT) == set(About)
    assert set(SENSITIVE) == set(Sensitive)
    assert all(label != code for code, label in categories().items())
    assert {"regime", "step", "supplier", "recipient", "on"} <= set(FIELDS.values())


def test_the_questions_to_begin_with_are_whole_and_their_answers_come_from_the_rules() -> None:
    shown = {one["text"]: one["shown"] for one in get().context["often_asked"]}
    for text, said in OFTEN_ASKED:
        if said["kader"] in {one.code for one in law.versions()}:
            found = Client().get("/delen/", said, follow=True).context["answer"]
            assert shown[text] is OUTCOMES[found.decision.outcome]


def test_nothing_is_kept_and_nobody_is_asked_after() -> None:
    with CaptureQueriesContext(connection) as seen:
        answer = get(**ASKED)
    # What the knowledge network published is read, and once per page which versions were approved here, by nothing
    # that is in the question; nothing else is read, and nothing is written.
    asked = {re.findall(r'FROM "(\w+)"', one["sql"])[0]: one["sql"] for one in seen.captured_queries}
    assert len(seen.captured_queries) == 2
    assert re.fullmatch(r'SELECT .* WHERE "\w+"\."status" = \'in_force\' .*', asked["sharing_regimetext"])
    assert asked["sharing_frequentquestion"].startswith("SELECT ")
    assert answer.cookies.keys() == set()
    form = answer.content.decode().partition('class="kn-grid kn-ask"')[2].partition("</form>")[0]
    assert re.findall(r'<input type="(?!radio|date)', form) == []
    assert "<textarea" not in form
    assert answer.context["form"].question == read_question(
        {
            "regime": "WGS_ZVH",
            "step": "consultation",
            "supplier": "mental_health",
            "recipient": "police",
            "recipient_role": "participant",
            "category": "health",
            "subject": "resident",
            "on": "2026-01-15",
        }
    )


def test_the_page_to_log_in_leads_there() -> None:
    assert 'href="/delen/"' in Client().get("/account/login/").content.decode()


def test_it_only_looks() -> None:
    assert Client().post("/delen/", ASKED).status_code == 405
