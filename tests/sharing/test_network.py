"""The knowledge network: who may ask and answer, that nobody is pointed at, and what a second person publishes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from psycopg.conninfo import conninfo_to_dict

from knooppunt.kernel import clock
from knooppunt.kernel.actor import NOBODY, Actor, Function, system_actor
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners.actions import region as regions
from knooppunt.sharing import actions, queries
from knooppunt.sharing.actions import Read
from knooppunt.sharing.jobs import sweep_network_questions
from knooppunt.sharing.models import FrequentQuestion, NetworkQuestion
from knooppunt.sharing.rules import Question
from knooppunt.sharing.rules import network as rules
from knooppunt.sharing.rules.exchange import whole_question_as_data
from knooppunt.sharing.rules.network import FrequentText, Reply
from knooppunt.sharing.rules.question import read_question
from tests.database import Run
from tests.partners.office import LOADER, Office, employ, open_office, sent, session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

CHOSEN = "van=mental_health&aan=police&wat=health&kader=WGS_ZVH"
ASK = f"/delen/vraag/?{CHOSEN}"
NAMED = "Mag ik over Piet Janssen iets zeggen?"
REPLY = Reply("Alleen met toestemming.", ("Wgs 2.29 lid 2",))
TEXT = FrequentText("Mag een behandelaar dit zeggen?", "De politie vraagt of iemand in behandeling is.", REPLY)
ELSEWHERE = {"code": "VR04", "name": "IJsselland", "municipalities": []}


def test_a_question_comes_back_as_it_was() -> None:
    for one in (
        question(),
        question(recipient="neighbourhood_team", recipient_class="private", facts={"necessary": True}),
    ):
        assert read_question(whole_question_as_data(one)) == one


def question(**changes: Any) -> Question:
    """A question to the rules."""
    said = {
        "regime": "WGS_ZVH",
        "step": "consultation",
        "supplier": "mental_health",
        "recipient": "police",
        "recipient_role": "participant",
        "category": "health",
        "subject": "resident",
        "on": clock.today().isoformat(),
    }
    return read_question({**said, **changes})


@pytest.fixture
def office(frozen: object) -> Office:
    return open_office()


@pytest.fixture
def esra(office: Office) -> Actor:
    return employ("esra", "gemeente-zaanstad", Function.GOVERNANCE)


@pytest.fixture
def lucas(office: Office) -> Actor:
    return employ("lucas", "gemeente-zaanstad", Function.GOVERNANCE)


@pytest.fixture
def stranger(office: Office) -> Actor:
    """Governance of an organisation that works in another region."""
    with Work(LOADER, "open_elsewhere") as work:
        region = regions.keep_region_in(work, ELSEWHERE)
        said = {"code": "elders", "name": "Gemeente Elders", "kind": "municipality", "class": "public"}
        regions.keep_organisation_in(work, region, said)
    return employ("olga", "elders", Function.GOVERNANCE)


def asked(office: Office, text: str = "Mag ik dit zeggen?", **more: Any) -> UUID:
    """A question of an execution professional."""
    return actions.ask_network(office.nadia, office.region, question(), text, **more)


def answered(office: Office, esra: Actor) -> UUID:
    """The same, with an answer."""
    key = asked(office)
    actions.answer_question(esra, key, REPLY, read=Read(1))
    return key


def published(office: Office, esra: Actor, lucas: Actor, text: FrequentText = TEXT) -> UUID:
    """A frequent question that everyone reads."""
    key = actions.draft_frequent(esra, answered(office, esra), text, read=Read(2))
    actions.publish_frequent(lucas, key, read=Read(1))
    return key


# --- Actions --------------------------------------------------------------------------------------


def test_from_question_to_what_everyone_reads(office: Office, esra: Actor, lucas: Actor) -> None:
    key = published(office, esra, lucas)
    (mine,) = queries.own_questions(office.nadia)
    assert (mine.answered, mine.answer, mine.articles, mine.answerer) == (True, REPLY.answer, REPLY.articles, "Esra")
    (view,) = queries.frequent_questions()
    assert (view.id, view.title, view.reviewed_on) == (key, TEXT.title, clock.today())
    assert view == queries.frequent_question(key)
    assert queries.written_about(question(), [view]) == [view]
    for other in (
        {"category": "housing"},
        {"recipient": "municipality"},
        {"step": "plan"},
        {"regime": "LOCAL_CONSENT"},
    ):
        assert queries.written_about(question(**other), [view]) == []
    assert queries.written_about(question(facts={"necessary": True}), [view]) == [view]


@pytest.mark.parametrize("function", [Function.OVERSIGHT, Function.COUNTS, Function.MAINTENANCE, Function.GOVERNANCE])
def test_every_professional_may_ask(office: Office, function: Function) -> None:
    who = employ("wie", "corporatie", function)
    assert actions.ask_network(who, office.region, question(), "Mag dit?")


@pytest.mark.parametrize("who", [NOBODY, system_actor("anything", organisation=UUID(int=2), designee=UUID(int=3))])
def test_visitors_and_systems_may_not_ask(office: Office, who: Actor) -> None:
    with pytest.raises(Refused):
        actions.ask_network(who, office.region, question(), "Mag dit?")


def test_one_asks_in_a_region_where_the_organisation_works(office: Office, stranger: Actor) -> None:
    with pytest.raises(NotFoundForYou):
        actions.ask_network(stranger, office.region, question(), "Mag dit?")


def test_only_governance_of_the_region_reads_and_answers(office: Office, esra: Actor, stranger: Actor) -> None:
    key = asked(office)
    assert [view.id for view in queries.network_questions(esra)] == [key]
    assert queries.network_questions(stranger) == []
    for act in (
        lambda: queries.network_question(stranger, key),
        lambda: actions.answer_question(stranger, key, REPLY, read=Read(1)),
    ):
        with pytest.raises(NotFoundForYou):
            act()
    for who in (office.karin, office.nadia):
        with pytest.raises(Refused):
            queries.network_questions(who)
        with pytest.raises(Refused):
            actions.answer_question(who, key, REPLY, read=Read(1))


def test_a_question_is_read_again_by_whoever_asked_and_by_no_colleague(office: Office, esra: Actor) -> None:
    asked(office)
    colleague = employ("kees", "gemeente-zaanstad", Function.EXECUTION)
    assert len(queries.own_questions(office.nadia)) == 1
    assert queries.own_questions(colleague) == queries.own_questions(esra) == []
    assert queries.own_questions(replace(office.nadia, organisation=office.dirk.organisation)) == []


def test_what_could_point_at_somebody_is_changed_or_confirmed(office: Office, esra: Actor) -> None:
    with pytest.raises(BadInput, match="text"):
        asked(office, NAMED)
    key = asked(office, NAMED, nobody=True)
    with pytest.raises(BadInput, match="answer"):
        actions.answer_question(esra, key, Reply("Bel 06-12345678."), read=Read(1))


def test_publishing_asks_once_more_whether_nobody_is_pointed_at(office: Office, esra: Actor, lucas: Actor) -> None:
    text = replace(TEXT, title="Over Huize Zonneschijn")
    source = answered(office, esra)
    with pytest.raises(BadInput, match="body"):
        actions.draft_frequent(esra, source, text, read=Read(2))
    key = actions.draft_frequent(esra, source, text, nobody=True, read=Read(2))
    with pytest.raises(BadInput, match="nobody"):
        actions.publish_frequent(lucas, key, read=Read(1))
    actions.publish_frequent(lucas, key, nobody=True, read=Read(1))
    assert len(queries.frequent_questions()) == 1


def test_whoever_wrote_it_does_not_publish_it(office: Office, esra: Actor, lucas: Actor) -> None:
    key = actions.draft_frequent(esra, answered(office, esra), TEXT, read=Read(2))
    with pytest.raises(Refused, match="schreef deze tekst zelf"):
        actions.publish_frequent(esra, key, read=Read(1))
    assert queries.frequent_questions() == []
    with pytest.raises(DatabaseError, match="second_person"):
        FrequentQuestion.objects.filter(pk=key).update(published_by=esra.who)


def test_withdrawn_it_is_read_by_nobody_and_published_anew_by_another(
    office: Office, esra: Actor, lucas: Actor
) -> None:
    key = published(office, esra, lucas)
    with pytest.raises(Refused, match="Trek haar eerst in"):
        actions.rewrite_frequent(lucas, key, TEXT, read=Read(2))
    actions.withdraw_frequent(esra, key, read=Read(2))
    with pytest.raises(NotFoundForYou):
        queries.frequent_question(key)
    actions.rewrite_frequent(lucas, key, replace(TEXT, title="Beter"), read=Read(3))
    with pytest.raises(Refused):
        actions.publish_frequent(lucas, key, read=Read(4))
    actions.publish_frequent(esra, key, read=Read(4))
    assert queries.frequent_question(key).title == "Beter"


def test_a_review_puts_the_day_of_today_on_it(office: Office, esra: Actor, lucas: Actor) -> None:
    key = published(office, esra, lucas)
    later = clock.now() + timedelta(days=30)
    with clock.stopped_at(later):
        actions.review_frequent(esra, key, read=Read(2))
        assert queries.frequent_question(key).reviewed_on == later.date()


def test_two_who_answer_at_once_are_noticed(office: Office, esra: Actor, lucas: Actor) -> None:
    key = answered(office, esra)
    with pytest.raises(ChangedMeanwhile):
        actions.answer_question(lucas, key, REPLY, read=Read(1))


@pytest.mark.parametrize(
    ("reply", "field"),
    [
        (Reply(" "), "answer"),
        (Reply("x" * 4001), "answer"),
        (Reply("Ja.", ("Wgs",)), "articles"),
        (Reply("Ja.", ("Onzinwet 3",)), "articles"),
    ],
)
def test_an_answer_that_cannot_be_taken_in_says_where(office: Office, esra: Actor, reply: Reply, field: str) -> None:
    with pytest.raises(BadInput) as wrong:
        actions.answer_question(esra, asked(office), reply, read=Read(1))
    assert wrong.value.field == field


def test_an_open_question_becomes_no_frequent_one(office: Office, esra: Actor) -> None:
    with pytest.raises(Refused, match="nog geen antwoord"):
        actions.draft_frequent(esra, asked(office), TEXT, read=Read(1))


@contextmanager
def as_jobs(run: Run) -> Iterator[None]:
    """The worker's side: as kn_jobs."""
    known = conninfo_to_dict(run.url("jobs"))
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(USER=known["user"], PASSWORD=known.get("password", ""))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@pytest.mark.django_db(transaction=True)
def test_a_question_goes_after_a_year_and_what_was_published_stays(
    office: Office, esra: Actor, lucas: Actor, run_database: Run
) -> None:
    key = published(office, esra, lucas)
    asked(office)
    for days, left in ((365, 2), (366, 0)):
        with clock.stopped_at(clock.now() + timedelta(days=days)), as_jobs(run_database):
            sweep_network_questions(timestamp=0)
        assert NetworkQuestion.objects.count() == left, days
    assert queries.frequent_question(key).title == TEXT.title


@pytest.mark.django_db(transaction=True)
def test_the_log_holds_each_step_and_no_word_of_what_was_typed(
    office: Office, esra: Actor, lucas: Actor, owner_connection: psycopg.Connection
) -> None:
    published(office, esra, lucas)
    lines = str(owner_connection.execute("SELECT string_agg(l::text, '') FROM kernel_auditline l").fetchall())
    for event in ("asked", "answered"):
        assert f"network_question.{event}" in lines
    for event in ("drafted", "published"):
        assert f"frequent_question.{event}" in lines
    for typed in ("Mag ik dit zeggen", TEXT.title, REPLY.answer):
        assert typed not in lines


def test_the_home_page_counts_new_answers_and_what_waits(office: Office, esra: Actor) -> None:
    key = asked(office)
    assert queries.network_news(esra) == queries.NetworkNews(0, 1)
    assert queries.network_news(office.nadia) == queries.NetworkNews(0, 0)
    actions.answer_question(esra, key, REPLY, read=Read(1))
    assert queries.network_news(esra) == queries.NetworkNews(0, 0)
    assert queries.network_news(office.nadia) == queries.NetworkNews(1, 0)
    with clock.stopped_at(clock.now() + rules.NEWS + timedelta(days=1)):
        assert queries.network_news(office.nadia) == queries.NetworkNews(0, 0)


# --- Pages ----------------------------------------------------------------------------------------


def ask(client: Client, **said: Any) -> HttpResponse:
    """Sends the form."""
    region = client.get(ASK).context["form"]["region"].value()
    found: HttpResponse = client.post(ASK, sent(region=region, **said))
    return found


def test_the_form_points_out_and_takes_a_confirmation_for_that_text_only(office: Office) -> None:
    nadia = session_of(office.nadia)
    first = ask(nadia, text=NAMED)
    assert first.status_code == 422
    assert "“Piet Janssen”: een naam" in first.content.decode()
    shown = first.context["form"]["pointed_out"].value()
    other = ask(nadia, text="Mag ik over Klaas Pieters iets zeggen?", nobody="on", pointed_out=shown)
    assert other.status_code == 422
    assert "Klaas Pieters" in other.content.decode()
    assert "checked" not in str(other.context["form"]["nobody"])
    assert NetworkQuestion.objects.count() == 0
    assert ask(nadia, text=NAMED, nobody="on", pointed_out=shown).status_code == 302
    assert NetworkQuestion.objects.get().text == NAMED


def test_without_a_finding_there_is_nothing_to_confirm(office: Office) -> None:
    nadia = session_of(office.nadia)
    assert "nobody" not in nadia.get(ASK).context["form"].fields
    assert ask(nadia, text="Mag dit?").status_code == 302
    assert "Mag dit?" in nadia.get("/delen/mijn-vragen/").content.decode()


def test_an_address_without_a_whole_question_leads_to_the_page_that_asks_it(office: Office) -> None:
    answer = session_of(office.nadia).get("/delen/vraag/?van=police")
    assert (answer.status_code, answer["Location"]) == (302, "/delen/?van=police")


def test_whoever_is_not_logged_in_reads_and_cannot_ask(office: Office, esra: Actor, lucas: Actor) -> None:
    key, visitor = published(office, esra, lucas), Client()
    assert visitor.get(ASK).status_code in {302, 401, 403}
    page = visitor.get(f"/delen/?{CHOSEN}", follow=True).content.decode()
    assert "Hierover schreef het kennisnetwerk" in page
    assert "Inloggen om te vragen" in page
    assert "Stel uw vraag aan het kennisnetwerk" not in page
    read = visitor.get(reverse("sharing:frequent_question", args=[key]))
    assert read.status_code == 200
    for words in (TEXT.title, TEXT.body, REPLY.answer, "Wgs 2.29 lid 2", "Ja, onder voorwaarden"):
        assert words in read.content.decode()
    for person in ("Nadia", "Esra", "Lucas"):
        assert person not in read.content.decode()


def test_the_answer_is_there_as_plain_text_for_a_file(office: Office) -> None:
    page = Client().get(f"/delen/?{CHOSEN}", follow=True)
    text = page.context["answer"].for_file
    for part in (
        "Vraag",
        "Ik werk bij: GGZ",
        "Ja, onder voorwaarden",
        "Wgs 2.29 lid 2",
        "WGS_ZVH@",
        "/delen/?van=",
        "22-11-2026",
    ):
        assert part in text
    assert "Stel uw vraag" in session_of(office.nadia).get(f"/delen/?{CHOSEN}", follow=True).content.decode()


def test_governance_goes_from_question_to_publication_on_the_pages(office: Office, esra: Actor, lucas: Actor) -> None:
    key, first, second = asked(office), session_of(esra), session_of(lucas)
    assert "1 vraag wacht op antwoord" in first.get("/beheer/vragen/").content.decode()
    where = reverse("sharing:network_question", args=[key])
    assert "Na het antwoord" in first.get(where).content.decode()
    said = {"answer": "Vraag het Piet Janssen.", "articles": "Wgs 2.29 lid 2"}
    assert first.post(where, sent(version=1, **said)).status_code == 422
    assert first.post(where, sent(version=1, **{**said, "answer": "Vraag toestemming."})).status_code == 302
    making = reverse("sharing:new_frequent", args=[key])
    assert "Mag ik dit zeggen?" not in str(first.get(making).context["form"])
    text = {"title": "Mag dit?", "body": "Iemand vraagt dit.", "answer": "Vraag toestemming.", "articles": ""}
    made = first.post(making, sent(version=2, **text))
    assert made.status_code == 302
    assert "U schreef deze tekst zelf" in first.get(made["Location"]).content.decode()
    frequent = FrequentQuestion.objects.get().pk
    step = {
        name: reverse("sharing:frequent_step", args=[frequent, name])
        for name in ("publiceren", "intrekken", "nagekeken")
    }
    assert first.post(step["publiceren"], sent(version=1)).status_code == 422
    assert second.post(step["publiceren"], sent(version=1)).status_code == 302
    assert "Mag dit?" in Client().get("/delen/").content.decode()
    assert second.post(step["nagekeken"], sent(version=2)).status_code == 302
    assert second.post(step["intrekken"], sent(version=3)).status_code == 302
    assert "Mag dit?" not in Client().get("/delen/").content.decode()


def test_beheer_shows_questions_to_governance_only(office: Office, esra: Actor) -> None:
    key = answered(office, esra)
    for where in ("/beheer/vragen/", reverse("sharing:network_question", args=[key])):
        codes = [session_of(who).get(where).status_code for who in (esra, office.karin, office.nadia)]
        assert codes == [200, 403, 403], where
    assert "/beheer/vragen/" not in session_of(office.karin).get("/beheer/afspraken/").content.decode()


def test_an_old_question_whose_codes_are_gone_is_still_shown(office: Office, esra: Actor) -> None:
    key = asked(office)
    with Work(esra, "spoil") as work:
        row = NetworkQuestion.objects.get(pk=key)
        row.asked = {**row.asked, "category": "gone"}
        row.save()
        work.record("network_question.spoilt", row)
    page = session_of(esra).get(reverse("sharing:network_question", args=[key])).content.decode()
    assert "kan niet meer worden nagerekend" in page
