"""Registering, judging and taking back, with real transactions: the walls of the database take part."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.terms import Need
from knooppunt.kernel.work import Work, look
from knooppunt.people.queries import persons_of_in
from knooppunt.signals import queries
from knooppunt.signals.actions import (
    ReportDraft,
    judge_report,
    register_report,
    take_up_report_in,
    withdraw_report,
)
from knooppunt.signals.queries import InboxFilter
from knooppunt.signals.rules import Described
from tests.signals.sample import BSN
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
Draft = Callable[..., ReportDraft]
SENT = InboxFilter(box="gemeld")


def judge(world: World, key: UUID, who: str = "anna", **changes: Any) -> UUID:
    said = {"outcome": "advice", "text": "Bel het wijkteam.", "version": 1, **changes}
    return judge_report(world.actor(who), key, **said)


def due(actor: Actor) -> list[Need]:
    with look(actor, "look_at_my_work") as work:
        return queries.reports_due_in(work)


def test_the_receiver_and_the_reporter_see_a_report_and_nobody_else(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft())
    assert [row.id for row in queries.inbox(world.actor("anna"), InboxFilter()).rows] == [key]
    assert [row.id for row in queries.inbox(world.actor("bram"), SENT).rows] == [key]
    assert queries.inbox(world.actor("bram"), InboxFilter()).count == 0
    for name in ("bas", "femke", "dirk", "carla", "nadia", "hamid", "ilse", "joris", "mo"):
        for box in ("open", "afgehandeld", "gemeld"):
            assert queries.inbox(world.actor(name), InboxFilter(box=box)).count == 0
        with pytest.raises(NotFoundForYou):
            queries.report_page(world.actor(name), key)
        assert queries.titles(world.actor(name), [key]) == {}
        assert len(queries.export(world.actor(name), SENT)) == 1
    for name in ("esra", "greet", "karin", "lucas"):
        with pytest.raises(Refused):
            queries.inbox(world.actor(name), InboxFilter())
    assert queries.inbox(world.actor("farid"), InboxFilter()).count == 0


def test_the_wall_alone_gives_the_same_answer(world: World, draft: Draft, as_role: Callable[..., Any]) -> None:
    key = register_report(world.actor("bram"), draft())
    connection: psycopg.Connection = as_role("web")
    for name in ("anna", "bram", "bas", "femke", "greet"):
        actor = world.actor(name)
        values = [str(actor.organisation), str(actor.designee), actor.function.value]
        with connection.transaction():
            for setting, value in zip(("organisation", "professional", "function"), values, strict=True):
                connection.execute("SELECT set_config('kn.' || %s, %s, true)", [setting, value])
            connection.execute("SELECT set_config('kn.now', '2026-11-22 09:00+00', true)")
            seen = [row[0] for row in connection.execute("SELECT id FROM signals_report").fetchall()]
            whom = connection.execute("SELECT count(*) FROM signals_reportperson").fetchone()
        assert (seen == [key], whom == (1,)) == ((name in {"anna", "bram"}),) * 2


def test_a_form_sent_twice_is_one_report(world: World, draft: Draft) -> None:
    form = uuid4()
    keys = {register_report(world.actor("bram"), draft(), once=form) for _ in range(2)}
    assert len(keys) == 1
    assert queries.inbox(world.actor("anna"), InboxFilter()).count == 1


def test_a_number_is_used_once(world: World, draft: Draft) -> None:
    first = register_report(world.actor("bram"), draft(number="PL-1"))
    with pytest.raises(BadInput, match="number"):
        register_report(world.actor("bram"), draft(number="PL-1"))
    withdraw_report(world.actor("bram"), first)
    with pytest.raises(BadInput, match="number"):
        register_report(world.actor("bram"), draft(number="PL-1"))
    assert register_report(world.actor("anna"), draft(number="PL-1"))


def test_the_same_person_is_found_again_as_far_as_one_may_know(world: World, draft: Draft) -> None:
    first = register_report(world.actor("bram"), draft())
    second = register_report(world.actor("anna"), draft(kind="NAZ", happened="Opnieuw."))
    (person,) = queries.report_page(world.actor("anna"), second).persons
    assert [place.id for place in person.earlier] == [first]
    elsewhere = register_report(world.actor("bram"), draft(kind="ZVH"))
    (person,) = queries.report_page(world.actor("carla"), elsewhere).persons
    assert person.earlier == ()


def test_a_slip_of_the_pen_is_shown_as_perhaps_the_same(world: World, draft: Draft) -> None:
    from datetime import date

    born = date(1980, 2, 3)
    register_report(world.actor("bram"), draft(described=Described(surname="Testman", given_names="T.", born=born)))
    other = Described(surname="Tesman", given_names="Tobias", born=born)
    key = register_report(world.actor("bram"), draft(described=other))
    (person,) = queries.report_page(world.actor("anna"), key).persons
    assert person.earlier == ()
    assert [alike.name for alike in person.lookalikes] == ["T. Testman"]


def test_a_report_about_nobody_known_keeps_what_was_described(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft(described=Described(address="Onder de brug")))
    page = queries.report_page(world.actor("anna"), key)
    assert (page.persons[0].person, page.persons[0].address) == (None, "Onder de brug")
    assert page.marks


def test_a_wrong_bsn_in_a_form_names_the_field(world: World, draft: Draft) -> None:
    with pytest.raises(BadInput) as found:
        register_report(world.actor("bram"), draft(described=Described(surname="X", bsn="123456789")))
    assert found.value.field == "bsn"


def test_a_kind_without_a_route_and_a_route_without_a_municipality_name_the_field(world: World, draft: Draft) -> None:
    no_municipality = {"kind": "WVGGZ", "municipality": None}
    for changes, field in (({"kind": "CTER"}, "kind"), (no_municipality, "municipality")):
        with pytest.raises(BadInput) as found:
            register_report(world.actor("bram"), draft(**changes))
        assert found.value.field == field


def test_a_report_for_one_municipality_reaches_that_municipality_only(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft(kind="WVGGZ"))
    assert queries.report_page(world.actor("nadia"), key).receivers == ("Gemeente Zaanstad",)
    elsewhere = register_report(world.actor("bram"), draft(kind="WVGGZ", municipality=world.municipalities["GM0439"]))
    with pytest.raises(NotFoundForYou):
        queries.report_page(world.actor("nadia"), elsewhere)


def test_a_judgement_reaches_the_reporter(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft())
    judge(world, key)
    page = queries.report_page(world.actor("bram"), key)
    assert (page.status, page.outcome, page.outcome_text) == ("handled", "advice", "Bel het wijkteam.")
    assert due(world.actor("anna")) == []
    with pytest.raises(ChangedMeanwhile):
        judge(world, key)
    with pytest.raises(Refused):
        judge(world, key, version=2)


def test_only_whoever_is_designated_for_the_route_judges(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft())
    with pytest.raises(Refused):
        judge(world, key, who="bram")
    with pytest.raises(NotFoundForYou):
        judge(world, key, who="bas")
    world.add("anke", "ggd")
    own = register_report(world.actor("anke"), draft(kind="NAZ"))
    with pytest.raises(Refused, match="niet aangewezen"):
        judge(world, own, who="anke")
    assert not queries.report_page(world.actor("anke"), own).may_judge


@pytest.mark.parametrize(("changes", "field"), [({"outcome": "table"}, "outcome"), ({"text": " "}, "outcome_text")])
def test_a_judgement_that_cannot_be_names_the_field(
    world: World, draft: Draft, changes: dict[str, str], field: str
) -> None:
    key = register_report(world.actor("bram"), draft())
    with pytest.raises(BadInput) as found:
        judge(world, key, **changes)
    assert found.value.field == field


def test_what_waits_stands_in_my_work_oldest_term_first(world: World, draft: Draft, frozen: Any) -> None:
    register_report(world.actor("bram"), draft(happened="een"))
    frozen.move(days=9)
    register_report(world.actor("bram"), draft(happened="twee"))
    needs = due(world.actor("anna"))
    assert [need.due.text for need in needs if need.due] == ["4 dagen te laat", "di 8 dec"]
    assert due(world.actor("bas")) == due(world.actor("greet")) == []


def test_a_withdrawn_report_is_gone_for_everyone(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft())
    with pytest.raises(Refused):
        withdraw_report(world.actor("anna"), key)
    withdraw_report(world.actor("bram"), key)
    for name in ("anna", "bram"):
        with pytest.raises(NotFoundForYou):
            queries.report_page(world.actor(name), key)
        with look(world.actor(name), "test") as work:
            assert persons_of_in(work, [key]) == {}


def test_a_table_takes_a_report_over_once(world: World, draft: Draft) -> None:
    key = register_report(world.actor("bram"), draft(kind="ZVH"))
    with Work(world.actor("carla"), "request_intake") as work:
        ((_person, identity),) = queries.for_intake(work, key).persons
        assert (identity.bsn, identity.surname) == (BSN, "Testman")
        take_up_report_in(work, key)
    assert queries.report_page(world.actor("bram"), key).outcome == "table"
    with pytest.raises(Refused), Work(world.actor("carla"), "request_intake") as work:
        take_up_report_in(work, key)


def test_every_look_and_change_is_in_the_log_without_a_name(
    world: World, draft: Draft, owner_connection: psycopg.Connection
) -> None:
    key = register_report(world.actor("bram"), draft())
    queries.report_page(world.actor("anna"), key)
    with pytest.raises(NotFoundForYou):
        queries.report_page(world.actor("bas"), key)
    events = owner_connection.execute(
        "SELECT event, result, person IS NOT NULL FROM kernel_auditline WHERE subject_id = %s ORDER BY at, id", [key]
    ).fetchall()
    assert ("report.received", "ok", True) in events
    assert ("look", "ok", True) in events
    refused = owner_connection.execute("SELECT count(*) FROM kernel_auditline WHERE result = 'refused'").fetchone()
    assert refused == (1,)
    lines = owner_connection.execute("SELECT string_agg(to_jsonb(l)::text, ' ') FROM kernel_auditline l").fetchone()
    assert lines is not None
    assert "Testman" not in lines[0] and BSN not in lines[0]
    stored = owner_connection.execute(
        "SELECT string_agg(to_jsonb(p)::text, ' ') FROM signals_reportperson p"
    ).fetchone()
    assert stored is not None
    assert "Testman" not in stored[0] and BSN not in stored[0]
