"""The gate functions reach rows that the actor cannot; so each of them looks who asks."""

import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from knooppunt.kernel.actor import Actor, Function
from knooppunt.people.models import PersonJoin, PersonKey, PersonLink
from tests.walls.conftest import Walled, announce, rows_seen, wearing
from tests.walls.filling import NOW, SECRET, actor

Connect = Callable[[str], psycopg.Connection]

KNOWN = {
    "kn_grant",
    "kn_end_grants",
    "kn_designate",
    "kn_end_designation",
    "kn_designated",
    "kn_recipients",
    "kn_know_person",
    "kn_occurrences",
    "kn_texts",
    "kn_words_of_item",
    "kn_words_of_plan",
    "kn_words_of_goal",
    "kn_words_of_action",
    "kn_words_of_consultation",
    "kn_words_of_note",
    "kn_words_of_report",
    "kn_keep_keys",
    "kn_copy_keys",
    "kn_persons_joined",
    "kn_clear_intake",
    "kn_tell_reporter",
    "kn_open_actions",
    "kn_next_case_number",
    "kn_demand_record",
    "kn_file_to_judge",
    "kn_judge_file",
    "kn_clear_quarantine",
    "kn_stopped_files",
    "kn_sweep_drafts",
    "kn_agreement_file",
    "kn_withdraw_sounding",
    "kn_clear_soundings",
    "kn_like_its_item",
    "kn_follow_item",
    "kn_earlier_items",
    "kn_settle_newcomer",
    "kn_open_item",
    "kn_withdraw_consent",
    "kn_items_on_consent",
    "kn_narrow_item",
}
"""Every function that acts as kn_gate; a new one must be added here, and tried below."""


def definers(owner: psycopg.Connection) -> list[tuple[Any, ...]]:
    """The functions that act as their owner: name, owner, settings, and whether everybody may call them."""
    return owner.execute(
        "SELECT p.proname, pg_get_userbyid(p.proowner), p.proconfig, p.oid::regprocedure::text,"
        " EXISTS (SELECT 1 FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)"
        " FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
    ).fetchall()


def grant(raw: psycopg.Connection, subject: UUID, someone: Actor, **changes: Any) -> None:
    """Asks for a grant for someone, on a case."""
    said = {"under_id": None, "function": "execution", "categories": ["core", "health"], "basis": "test"} | changes
    said |= {"id": str(uuid4()), "organisation_id": str(someone.organisation)}
    raw.execute("SELECT kn_grant('case', %s, %s)", [subject, json.dumps([said])])


def designate(raw: psycopg.Connection, kind: str, subject: UUID, someone: Actor) -> None:
    """Asks for a designation of someone."""
    raw.execute(
        "SELECT kn_designate(%s, %s, %s, %s, %s, 'execution', NULL)",
        [uuid4(), someone.organisation, someone.designee, kind, subject],
    )


def test_the_functions_that_act_as_the_gate_are_these(db: None, owner_connection: psycopg.Connection) -> None:
    assert {row[0] for row in definers(owner_connection)} == KNOWN


def test_only_the_gate_owns_a_function_that_acts_as_its_owner(db: None, owner_connection: psycopg.Connection) -> None:
    assert {row[1] for row in definers(owner_connection)} == {"kn_gate"}


def test_none_of_them_is_open_to_everybody_or_to_counts(db: None, owner_connection: psycopg.Connection) -> None:
    for name, _owner, _config, signature, public in definers(owner_connection):
        assert not public, name
        found = owner_connection.execute("SELECT has_function_privilege('kn_counts', %s, 'EXECUTE')", [signature])
        assert found.fetchone() == (False,), name


def test_none_of_them_trusts_the_callers_search_path(db: None, owner_connection: psycopg.Connection) -> None:
    assert {tuple(row[2] or ()) for row in definers(owner_connection)} == {("search_path=public, pg_temp",)}


def test_the_condition_is_bound_when_it_is_made(db: None, owner_connection: psycopg.Connection) -> None:
    """A function with its body in text is read anew at each call, with the caller's search path."""
    bound = owner_connection.execute(
        "SELECT bool_and(prosqlbody IS NOT NULL) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proname IN ('kn_reaches', 'kn_valid', 'kn_now', 'kn_setting', 'kn_may_arrange', 'kn_subjects_near',"
        " 'kn_folded', 'kn_words', 'kn_sought')"
    )
    assert bound.fetchone() == (True,)


def test_tables_of_ones_own_do_not_stand_in_for_the_real_ones(
    walled: Walled, owner_connection: psycopg.Connection
) -> None:
    """The application may make no temporary table; should it ever, its tables still do not count."""
    spoofer = actor()
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute("CREATE TEMP TABLE sharing_grant (LIKE public.sharing_grant INCLUDING DEFAULTS)")
        owner_connection.execute("CREATE TEMP TABLE sharing_designation (LIKE public.sharing_designation)")
        owner_connection.execute("INSERT INTO pg_temp.sharing_grant SELECT * FROM public.sharing_grant")
        owner_connection.execute("INSERT INTO pg_temp.sharing_designation SELECT * FROM public.sharing_designation")
        owner_connection.execute("UPDATE pg_temp.sharing_grant SET organisation_id = %s", [spoofer.organisation])
        owner_connection.execute(
            "UPDATE pg_temp.sharing_designation SET organisation_id = %s, designee_id = %s",
            [spoofer.organisation, spoofer.designee],
        )
        announce(owner_connection, spoofer)
        found = owner_connection.execute("SELECT kn_reaches(%s, 'core', NULL)", [walled.subjects["case"]])
        assert found.fetchone() == (False,)


@pytest.fixture
def designation(walled: Walled, owner_connection: psycopg.Connection) -> UUID:
    """The insider's designation for the case."""
    found = owner_connection.execute(
        "SELECT id FROM sharing_designation WHERE subject_id = %s", [walled.subjects["case"]]
    ).fetchone()
    assert found is not None
    return UUID(str(found[0]))


@pytest.mark.parametrize("who", ["nobody", "a stranger", "a colleague without designation", "oversight", "counts"])
def test_whoever_does_not_reach_a_case_gives_and_ends_nothing_there(
    walled: Walled, web: psycopg.Connection, designation: UUID, who: str
) -> None:
    someone = {
        "nobody": None,
        "a stranger": actor(),
        "a colleague without designation": actor(organisation=walled.insider.for_whom),
        "oversight": wearing(walled.insider, Function.OVERSIGHT),
        "counts": wearing(walled.insider, Function.COUNTS),
    }[who]
    case, wanted = walled.subjects["case"], someone or actor()
    attempts: list[Callable[[], object]] = [
        lambda: grant(web, case, wanted),
        lambda: designate(web, "case", case, wanted),
        lambda: web.execute("SELECT kn_end_grants(%s, 'execution', NULL)", [case]),
        lambda: web.execute("SELECT kn_end_designation(%s)", [designation]),
    ]
    for attempt in attempts:
        announce(web, someone)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            attempt()
        web.rollback()


def test_overseers_who_reach_a_case_give_themselves_nothing_more(walled: Walled, web: psycopg.Connection) -> None:
    overseer = actor(Function.OVERSIGHT)
    walled.filling.let(overseer, walled.subjects["case"])
    walled.filling.commit()
    announce(web, overseer)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        grant(web, walled.subjects["case"], overseer, function="oversight")


def test_whoever_reaches_a_case_may_let_another_in(walled: Walled, web: psycopg.Connection) -> None:
    announce(web, walled.insider)
    grant(web, walled.subjects["case"], actor())
    designate(web, "case", walled.subjects["case"], actor())


def test_a_grant_without_the_core_is_refused(walled: Walled, web: psycopg.Connection) -> None:
    announce(web, walled.insider)
    with pytest.raises(psycopg.errors.CheckViolation):
        grant(web, walled.subjects["case"], actor(), categories=["health"])


def test_nobody_arranges_something_new_without_acting_somewhere(walled: Walled, web: psycopg.Connection) -> None:
    for someone in (None, replace(actor(), organisation=None)):
        announce(web, someone)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            grant(web, uuid4(), actor())
        web.rollback()


def test_who_just_gave_a_grant_somewhere_gives_none_elsewhere(walled: Walled, web: psycopg.Connection) -> None:
    elsewhere = uuid4()
    walled.filling.grant(actor(), elsewhere)
    walled.filling.commit()
    announce(web, walled.insider)
    grant(web, walled.subjects["case"], actor())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        grant(web, elsewhere, walled.insider)


@pytest.mark.parametrize("kind", ["route", "table", "region"])
def test_only_an_administrator_of_the_same_organisation_designates_for_what_stands(
    walled: Walled, web: psycopg.Connection, kind: str
) -> None:
    subject, administrator = uuid4(), wearing(walled.insider, Function.MAINTENANCE)
    announce(web, administrator)
    designate(web, kind, subject, actor(organisation=administrator.for_whom))
    for someone in (walled.insider, actor(Function.MAINTENANCE)):
        announce(web, someone)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            designate(web, kind, subject, walled.insider if someone is not walled.insider else someone)
        web.rollback()


def test_an_administrator_does_not_end_the_designations_of_others(
    walled: Walled, web: psycopg.Connection, designation: UUID
) -> None:
    announce(web, actor(Function.MAINTENANCE))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("SELECT kn_end_designation(%s)", [designation])


def test_who_is_designated_for_a_case_is_told_to_those_within_reach_only(
    walled: Walled, web: psycopg.Connection
) -> None:
    ask, case = "SELECT count(*) FROM kn_designated(%s, 'execution')", [walled.subjects["case"]]
    announce(web, actor())
    assert web.execute(ask, case).fetchone() == (0,)
    announce(web, walled.insider)
    assert web.execute(ask, case).fetchone() == (1,)


def test_who_would_see_an_item_is_told_to_whoever_works_on_the_case_only(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    case, insider, filling = walled.subjects["case"], walled.insider, walled.filling
    others = {one: actor() for one in ("sees it", "another category", "ended", "oversight")}
    filling.grant(others["sees it"], case, "health")
    filling.grant(others["another category"], case, "police")
    filling.grant(others["ended"], case, "health", valid_until=NOW)
    filling.grant(replace(others["oversight"], function=Function.OVERSIGHT), case, "health")
    filling.grant(others["sees it"], uuid4(), "housing")
    filling.commit()
    told = {}
    for name, someone in {"insider": insider, "stranger": actor(), "none": None}.items():
        announce(web, someone)
        for category in ("health", "housing"):
            found = web.execute("SELECT organisation FROM kn_recipients(%s, %s)", [case, category]).fetchall()
            told[name, category] = [row[0] for row in found]
    assert told.pop(("insider", "health")) == [others["sees it"].for_whom]
    assert set(map(tuple, told.values())) == {()}
    announce(web, wearing(insider, Function.OVERSIGHT))
    assert web.execute("SELECT * FROM kn_recipients(%s, 'health')", [case]).fetchall() == []


def test_nobody_knows_or_finds_a_person(walled: Walled, web: psycopg.Connection) -> None:
    announce(web, None)
    assert web.execute("SELECT count(*) FROM kn_occurrences(ARRAY['x'::bytea], 10)").fetchone() == (0,)
    assert web.execute("SELECT count(*) FROM kn_persons_joined(gen_random_uuid())").fetchone() == (0,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("SELECT kn_know_person(gen_random_uuid(), ARRAY['bsn'], ARRAY['x'::bytea])")


EVERY_TEXT = ["item", "plan", "goal", "action", "consultation", "note", "report"]


def texts_named(raw: psycopg.Connection, someone: Actor | None) -> set[str]:
    """Of which kinds the gate names a text that holds what every invented text holds."""
    announce(raw, someone)
    found = raw.execute("SELECT kind FROM kn_texts(%s, %s, 50)", [SECRET, EVERY_TEXT])
    return {row[0] for row in found}


def test_texts_are_named_to_whoever_reaches_them_only(walled: Walled, web: psycopg.Connection) -> None:
    # The purpose of a sitting is a short field, which is invented otherwise.
    assert texts_named(web, walled.insider) == set(EVERY_TEXT) - {"consultation"}
    colleague = actor(organisation=walled.insider.for_whom)
    hats = [wearing(walled.insider, hat) for hat in Function if hat is not Function.EXECUTION]
    for someone in (None, actor(), colleague, *hats):
        assert texts_named(web, someone) == set(), someone


def test_a_session_of_another_that_is_over_names_no_text(walled: Walled, web: psycopg.Connection) -> None:
    assert texts_named(web, walled.insider)
    web.rollback()
    assert web.execute("SELECT count(*) FROM kn_texts(%s, %s, 50)", [SECRET, EVERY_TEXT]).fetchone() == (0,)


def test_where_a_person_occurs_is_told_within_reach_only(walled: Walled, web: psycopg.Connection) -> None:
    digest, case, elsewhere = b"the same for both", walled.subjects["case"], uuid4()
    near, far = walled.filling.link(case), walled.filling.link(elsewhere)
    for person, subject in ((near, case), (far, elsewhere)):
        walled.filling.add(PersonKey, person_id=person, subject_id=subject, kind="name", digest=digest)
    # Who is within reach here may occur beyond reach as well.
    walled.filling.add(
        PersonLink, person_id=near, subject_kind="case", subject_id=elsewhere, category="identity_contact"
    )
    walled.filling.commit()
    told = "SELECT l.person_id FROM kn_occurrences(ARRAY[%s::bytea], 10) o JOIN people_personlink l ON l.id = o"
    announce(web, walled.insider)
    assert web.execute(told, [digest]).fetchall() == [(near,)]
    assert web.execute("SELECT count(*) FROM kn_occurrences(ARRAY[%s::bytea], 10)", [digest]).fetchone() == (1,)
    for someone in (actor(), actor(organisation=walled.insider.for_whom), wearing(walled.insider, Function.COUNTS)):
        announce(web, someone)
        assert web.execute("SELECT count(*) FROM kn_occurrences(ARRAY[%s::bytea], 10)", [digest]).fetchone() == (0,)


def test_whoever_acts_cannot_reach_the_words_or_what_keeps_them(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    for statement in (
        "SELECT 1 FROM people_searchable",
        "DELETE FROM people_searchable",
        "SELECT kn_subjects_near(1)",
    ):
        announce(web, walled.insider)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(statement)  # type: ignore[call-overload]
        web.rollback()
    keepers = owner_connection.execute(
        "SELECT bool_or(has_function_privilege(role, p.oid, 'EXECUTE')) FROM pg_proc p,"
        " unnest(ARRAY['kn_web', 'kn_jobs', 'kn_counts']) role WHERE p.proname LIKE 'kn\\_words\\_of\\_%'"
    )
    assert keepers.fetchone() == (False,)


def test_keys_are_kept_only_where_the_person_is_within_reach(walled: Walled, web: psycopg.Connection) -> None:
    case, elsewhere = walled.subjects["case"], uuid4()
    person = walled.filling.link(case)
    walled.filling.add(
        PersonLink, person_id=person, subject_kind="case", subject_id=elsewhere, category="identity_contact"
    )
    walled.filling.commit()
    keep = "SELECT kn_keep_keys(%s, %s, ARRAY['name'], ARRAY['x'::bytea])"
    for someone, call, said in (
        (None, keep, [person, case]),
        (actor(), keep, [person, case]),
        (walled.insider, keep, [person, elsewhere]),
        (walled.insider, keep, [uuid4(), case]),
        (walled.insider, "SELECT kn_copy_keys(%s, %s, %s)", [person, elsewhere, case]),
        (walled.insider, "SELECT kn_copy_keys(%s, %s, %s)", [person, case, elsewhere]),
    ):
        announce(web, someone)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(call, said)
        web.rollback()


def test_somebody_is_found_only_by_how_they_are_called_where_one_may_look(
    walled: Walled, web: psycopg.Connection
) -> None:
    case, elsewhere = walled.subjects["case"], uuid4()
    person = walled.filling.link(case)
    for subject, digest in ((case, b"here"), (elsewhere, b"elsewhere")):
        walled.filling.add(PersonKey, person_id=person, subject_id=subject, kind="name", digest=digest)
    walled.filling.commit()
    announce(web, walled.insider)
    found = "SELECT l.person_id FROM kn_occurrences(ARRAY[%s::bytea], 10) o JOIN people_personlink l ON l.id = o"
    assert web.execute(found, [b"here"]).fetchall() == [(person,)]
    assert web.execute(found, [b"elsewhere"]).fetchall() == []


def test_keys_of_before_are_placed_wherever_the_person_occurs(
    walled: Walled, owner_connection: psycopg.Connection
) -> None:
    person = walled.filling.link(walled.subjects["case"])
    for subject in (walled.subjects["report"], None):
        walled.filling.add(PersonKey, person_id=person, subject_id=subject, kind="name", digest=b"old")
    walled.filling.commit()
    with owner_connection.transaction():
        owner_connection.execute(import_module("knooppunt.people.migrations.0008_keys_within_reach").PLACED)
    placed = owner_connection.execute("SELECT subject_id FROM people_personkey WHERE digest = %s", [b"old"]).fetchall()
    assert {key for (key,) in placed} == {walled.subjects["report"], walled.subjects["case"]}


def test_a_join_by_way_of_somebody_out_of_sight_joins_nobody(walled: Walled, web: psycopg.Connection) -> None:
    first, third = walled.filling.link(walled.subjects["case"]), walled.filling.link(walled.subjects["report"])
    between = walled.filling.link(uuid4())
    for other in (first, third):
        walled.filling.add(PersonJoin, kept_id=between, joined_id=other)
    walled.filling.commit()
    announce(web, walled.insider)
    for one in (first, between):
        assert web.execute("SELECT * FROM kn_persons_joined(%s)", [one]).fetchall() == [(one,)]


def test_persons_are_joined_only_by_whoever_sees_both(walled: Walled, web: psycopg.Connection) -> None:
    person, hidden = walled.filling.link(walled.subjects["case"]), walled.filling.link(uuid4())
    walled.filling.commit()
    for someone, kept in ((actor(), person), (walled.insider, hidden)):
        announce(web, someone)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(
                "INSERT INTO people_personjoin (id, kept_id, joined_id, reason, by_professional, at)"
                " VALUES (gen_random_uuid(), %s, %s, 'x', %s, now())",
                [kept, person, someone.designee],
            )
        web.rollback()


@pytest.mark.parametrize("kind", ["intake", "case", "report"])
def test_an_intake_is_cleared_only_within_reach_and_nothing_else_ever(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection, kind: str
) -> None:
    subject = walled.subjects[kind]
    announce(web, walled.insider if kind != "intake" else actor())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("SELECT kn_clear_intake(%s)", [subject])
    web.rollback()
    found = owner_connection.execute("SELECT count(*) FROM sharing_grant WHERE subject_id = %s", [subject])
    assert found.fetchone() == (1,)


def test_a_reporter_is_told_something_only_by_whoever_reaches_the_intake(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    with owner_connection.transaction():
        owner_connection.execute(
            "UPDATE cases_intake SET report_id = %s WHERE id = %s",
            [walled.subjects["report"], walled.subjects["intake"]],
        )
        walled.filling.record()
    announce(web, actor())
    tell = "SELECT kn_tell_reporter(%s, 'take_up')"
    web.execute(tell, [walled.subjects["intake"]])
    assert _outcome(web, walled) == ""
    announce(web, walled.insider)
    web.execute(tell, [walled.subjects["intake"]])
    assert _outcome(web, walled) == "take_up"


def _outcome(raw: psycopg.Connection, walled: Walled) -> str:
    announce(raw, walled.insider)
    found = raw.execute(sql.SQL("SELECT outcome FROM signals_report WHERE id = %s"), [walled.subjects["report"]])
    row = found.fetchone()
    assert row is not None
    return str(row[0])


def test_clearing_an_intake_takes_along_whom_nothing_else_is_about(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    intake, filling = walled.subjects["intake"], walled.filling
    only_here, also_elsewhere = filling.link(intake, "intake"), filling.link(intake, "intake")
    elsewhere = {"subject_kind": "case", "subject_id": walled.subjects["case"], "category": "identity_contact"}
    filling.add(PersonLink, person_id=also_elsewhere, **elsewhere)
    for person in (only_here, also_elsewhere):
        filling.add(PersonKey, person_id=person, kind="bsn")
    filling.commit()
    with owner_connection.transaction():
        owner_connection.execute("UPDATE cases_intake SET status = 'in_triage'")
        filling.record()
    announce(web, walled.insider)
    web.execute("SELECT kn_clear_intake(%s)", [intake])
    _record(web)
    web.commit()
    for table, column in (("people_person", "id"), ("people_personkey", "person_id")):
        found = owner_connection.execute(
            sql.SQL("SELECT {column} FROM {table} WHERE {column} = ANY (%s)").format(
                table=sql.Identifier(table), column=sql.Identifier(column)
            ),
            [[only_here, also_elsewhere]],
        )
        assert found.fetchall() == [(also_elsewhere,)]
    for table in ("cases_intake", "cases_judgement"):
        assert rows_seen(owner_connection, table) == 0


def _record(raw: psycopg.Connection) -> None:
    raw.execute(
        "INSERT INTO kernel_auditline (id, at, trace, function, mandate, origin, event, result, subject_kind, part,"
        " purpose, shown, detail) VALUES (gen_random_uuid(), now(), gen_random_uuid(), 'execution', '', '',"
        " 'intake.cleared', 'ok', '', '', '', '{}', '{}')"
    )


def test_open_actions_are_counted_for_whoever_reaches_the_case_only(walled: Walled, web: psycopg.Connection) -> None:
    for someone, number in ((None, 0), (actor(), 0), (walled.insider, 1)):
        announce(web, someone)
        assert web.execute("SELECT kn_open_actions(%s)", [walled.subjects["case"]]).fetchone() == (number,)


def test_undoing_one_join_leaves_the_others_as_they_were(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    first, second, third = (walled.filling.link(walled.subjects["case"]) for _ in range(3))
    undone = walled.filling.add(PersonJoin, kept_id=second, joined_id=first)
    walled.filling.add(PersonJoin, kept_id=first, joined_id=third)
    walled.filling.commit()
    announce(web, walled.insider)
    same = "SELECT * FROM kn_persons_joined(%s)"
    assert {row[0] for row in web.execute(same, [third])} == {first, second, third}
    with owner_connection.transaction():
        owner_connection.execute("UPDATE people_personjoin SET undone_at = now() WHERE id = %s", [undone.pk])
        walled.filling.record()
    assert {row[0] for row in web.execute(same, [third])} == {first, third}
    assert {row[0] for row in web.execute(same, [second])} == {second}
