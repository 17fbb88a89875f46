"""Searching in texts: who finds what, how it is typed, what is said when nothing is found, and what stays unsaid."""

import re
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from knooppunt.cases import actions
from knooppunt.kernel.actor import Function
from knooppunt.kernel.excerpt import BEGIN, END, composed, excerpt, places, unaccented
from knooppunt.people.rules import LONGEST_SOUGHT, in_short, parsed_query, sought_words
from knooppunt.site.search import Results
from tests.cases.case_world import item, with_content
from tests.world import World
from tests.world import world as world

pytestmark = pytest.mark.django_db(transaction=True)

SECRECY = "Besproken"
"""Only in the note on medical secrecy."""


def seek(client: Client, typed: str, kind: str = "") -> Any:
    """The page with what was found."""
    address = client.post("/zoeken/", {"q": typed})["Location"]
    answer = client.get(address + (f"?soort={kind}" if kind else ""))
    assert answer.status_code == 200
    return answer


def found(answer: Any) -> list[str]:
    """Which texts are shown, by what stands above them."""
    results: Results = answer.context["found"]
    return [hit.label for hit in results.texts]


def shown(answer: Any) -> str:
    """The main part of the page, without tags."""
    main = answer.content.decode().split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture
def case(world: World) -> UUID:
    """A case with something in every part."""
    return with_content(world)


def share(world: World, case: UUID, text: str, who: str = "bram", category: str = "police") -> None:
    """One more item."""
    actions.share_item(world.actor(who), case, item(category, text))


def test_a_text_is_found_by_whoever_may_read_it_and_by_nobody_else(world: World, case: UUID) -> None:
    for name, number in {"joris": 1, "anna": 1, "bram": 0, "hamid": 0, "bas": 0, "femke": 0}.items():
        answer = seek(world.client(name), "pillen")
        assert len(found(answer)) == number, name
        assert ("slikt iedere dag" in shown(answer)) == bool(number), name


def test_every_part_of_a_case_is_found_and_leads_there(world: World, case: UUID) -> None:
    carla = world.client("carla")
    for word, label, part in (
        ("meldingen", "Informatie van Politie (voorbeeld)", "informatie/"),
        ("rustig", "Plan: doel", "plan/"),
        ("verhuurder", "Plan: afspraak van Wijkteam Zaanstad (voorbeeld)", "plan/"),
    ):
        answer = seek(carla, word)
        assert found(answer) == [label]
        assert f'href="/casussen/{case}/{part}"' in answer.content.decode()
        assert carla.get(f"/casussen/{case}/{part}").status_code == 200


def test_what_is_not_shared_and_why_one_may_share_is_not_searched(world: World, case: UUID) -> None:
    for typed in ("diagnose", SECRECY):
        assert found(seek(world.client("joris"), typed)) == []


def test_what_is_changed_is_found_by_its_new_words_only(world: World, case: UUID) -> None:
    hamid, client = world.actor("hamid"), world.client("hamid")
    goal = actions.set_goal(hamid, case, actions.GoalDraft("housing", "Een zonnebloem op het balkon."))
    assert found(seek(client, "zonnebloem")) == ["Plan: doel"]
    actions.change_goal(hamid, goal, actions.GoalDraft("housing", "Een tulp op het balkon."), version=1)
    assert found(seek(client, "zonnebloem")) == []
    assert found(seek(client, "tulp")) == ["Plan: doel"]


def test_a_search_takes_other_forms_accents_phrases_and_exceptions(world: World, case: UUID) -> None:
    share(world, case, "Twee schulden bij de crèche; geen ménière. Zelf rustig gebleven, zegt <buurman>.")
    client = world.client("bram")
    phrases = ("“zelf rustig gebleven”", '"crèche; geen ménière"')
    for typed in ("SCHULD", "creche", "Meniere", "buurman", "schuld -huur", *phrases):
        assert len(found(seek(client, typed))) == 1, typed
    for typed in ('"creche schuld"', "schuld -creche", "schuld huur"):
        assert found(seek(client, typed)) == [], typed


def test_the_words_are_marked_and_nothing_of_a_text_becomes_part_of_the_page(world: World, case: UUID) -> None:
    share(world, case, "Zij zei <script>alert(1)</script> en ‘één crèche’.")
    source = seek(world.client("bram"), "creche").content.decode()
    assert '<mark class="kn-sought">crèche</mark>' in source
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("de het", "alleen heel gewone woorden"),
        ("-huur", "noem ook een woord dat er wél in moet staan"),
        ("21-08-1954 123456782", "een BSN of een datum zoeken we alleen bij personen"),
        ("olifantenpad", "Geen tekst gevonden met al deze woorden."),
    ],
)
def test_why_nothing_is_found_is_said(world: World, typed: str, said: str) -> None:
    assert said in shown(seek(world.client("bram"), typed))


def test_what_is_too_long_is_cut_and_that_is_said(world: World) -> None:
    answer = world.client("bram").post("/zoeken/", {"q": "huur " * 100}, follow=True)
    assert f"U typte meer dan {LONGEST_SOUGHT} tekens" in shown(answer)
    assert world.client("bram").post("/zoeken/", {"q": "a" * 5_001}).status_code == 422


def test_one_kind_of_text_can_be_chosen(world: World, case: UUID) -> None:
    share(world, case, "Bellen met de buren.")
    client = world.client("carla")
    assert set(found(seek(client, "bellen"))) == {
        "Informatie van Politie (voorbeeld)",
        "Plan: afspraak van Wijkteam Zaanstad (voorbeeld)",
    }
    assert found(seek(client, "bellen", "informatie")) == ["Informatie van Politie (voorbeeld)"]
    answer = seek(client, "bellen", "overleg")
    assert "In dit soort tekst staat het niet" in shown(answer)
    assert len(found(seek(client, "bellen", "bestaat-niet"))) == 2


def test_there_is_more_without_how_much(world: World, case: UUID) -> None:
    for number in range(52):
        share(world, case, f"Nummer {number}: zwaluw.")
    answer = seek(world.client("bram"), "zwaluw")
    hits = answer.context["found"].texts
    assert [hit.excerpt[0].text for hit in hits[:2]] == ["Nummer 51: ", "Nummer 50: "]
    assert len(hits) == 50
    assert "Er is meer." in shown(answer)


def test_oversight_searches_persons_only(world: World, case: UUID) -> None:
    answer = seek(world.client("farid"), "pillen")
    assert "Bij toezicht zoekt u alleen op personen" in shown(answer)
    assert world.actor("farid").function is Function.OVERSIGHT


def test_a_hidden_text_changes_nothing_of_what_is_asked_and_shown(world: World) -> None:
    client = world.client("bas")

    def looked() -> tuple[list[str], str]:
        address = client.post("/zoeken/", {"q": "pillen"})["Location"]
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address)
        said = [re.sub(r"'[^']*'|E'[^']*'|\d+", "?", query["sql"]) for query in asked.captured_queries]
        return said, shown(page)

    before = looked()
    with_content(world)
    assert looked() == before


def test_a_search_is_one_line_of_ids_and_its_words_stand_nowhere(
    world: World, case: UUID, owner_connection: psycopg.Connection
) -> None:
    answer = seek(world.client("anna"), "pillen")
    assert "pillen" not in answer.content.decode().split("</title>")[0]
    lines = owner_connection.execute(
        "SELECT shown FROM kernel_auditline WHERE event = 'list' AND subject_kind = 'text_search'"
    ).fetchall()
    (item,) = owner_connection.execute("SELECT id FROM cases_item WHERE text LIKE %s", ["%pillen%"]).fetchone() or ()
    assert lines == [([item],)]
    assert owner_connection.execute("SELECT 1 FROM kernel_auditline l WHERE l::text LIKE '%pillen%'").fetchall() == []
    kept = owner_connection.execute("SELECT typed FROM people_search").fetchall()
    assert kept
    assert all(b"pillen" not in bytes(typed) for (typed,) in kept)


def test_a_bsn_and_a_date_say_who_and_all_else_which_words() -> None:
    assert sought_words("Jansen 01-02-1990  123456782 huur") == "Jansen huur"
    assert parsed_query('"Van den Berg" -huur').surname == "Van den Berg"
    assert parsed_query("Jansen-de Vries").surname == "Jansen-de Vries"


@given(st.text(max_size=3 * LONGEST_SOUGHT))
def test_what_is_kept_of_what_was_typed_is_its_beginning(typed: str) -> None:
    kept = in_short(typed)
    assert len(kept) <= LONGEST_SOUGHT
    assert typed.replace("\x00", "").strip().startswith(kept)


@given(st.text(max_size=600), st.integers(0, 599), st.integers(1, 20))
def test_an_excerpt_is_a_piece_of_the_text_with_the_word_in_it(text: str, at: int, long: int) -> None:
    whole = composed(text)
    plain = unaccented(whole)
    assert len(plain) == len(whole)
    sought = whole[at : at + long]
    marked = f"{plain[:at]}{BEGIN}{plain[at : at + long]}{END}{plain[at + long :]}" if sought else plain
    pieces = excerpt(whole, places(marked, plain))
    assert [piece.text for piece in pieces if piece.sought] == ([sought] if sought else [])
    body = "".join(piece.text for piece in pieces).removeprefix("… ").removesuffix(" …")
    assert body in whole or not pieces


def test_marks_of_another_text_are_not_believed() -> None:
    assert places(f"{BEGIN}a{END} b", "a c") == []
