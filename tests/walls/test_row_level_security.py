"""Raw SQL as kn_web, and queries that forget their filter, show nothing more than one reaches."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from knooppunt.kernel import clock
from knooppunt.kernel.access import scope, scopes
from knooppunt.kernel.actor import Function
from knooppunt.kernel.work import look
from tests.walls.conftest import Walled, announce, as_seen, rows_seen, wearing
from tests.walls.filling import NOW, actor, own_models

NOT_GUARDED_BY_ROW = {
    # Who works here, with whom and where: every professional may know it, and no resident stands in it.
    "partners_area": "reference data",
    "partners_region": "reference data",
    "partners_region_municipalities": "reference data",
    "partners_organisation": "no person",
    "partners_organisation_regions": "no person",
    "partners_table": "no person",
    "partners_table_members": "no person",
    "partners_professional": "read before anyone is known: who logs in",
    "partners_account": "read before anyone is known: who logs in",
    "partners_account_groups": "no role may use it: there are no groups",
    "partners_account_user_permissions": "no role may use it: access stands in the tables of the rooms",
    # How the house works: ids, codes and digests.
    "kernel_auditseal": "digests only; lines themselves are guarded",
    "kernel_outboxmessage": "ids and codes only",
    "kernel_handledform": "ids only",
    "kernel_incarnation": "from where transactions are counted",
    "kernel_session": "read before anyone is known; holds a digest of the key, and the account",
    "kernel_counter": "read before anyone is known; keyed digests only",
    "sharing_tableregime": "which regime a table works under: no person",
    "sharing_agreement": "what organisations agreed: no resident",
    "sharing_agreementparty": "which organisation signed, and who for it: professionals only",
    "sharing_agreementdocument": "which files belong to an agreement: no resident",
    "sharing_agreementdocumentcontent": "what is in those: no login role but the jobs reads it, the web by a gate",
    "sharing_networkquestion": "what colleagues ask about the rules: looked through for residents, goes after a year",
    "sharing_frequentquestion": "what everyone may read once published: no person",
    "sharing_regimetext": "the text of a law, and who wrote and approved it: professionals only",
    "signals_route": "configuration of a region",
    "signals_route_receivers": "configuration of a region",
    "signals_apitoken": "read before anyone is known: which system knocks; holds a digest only",
    # Free of persons by design.
    "cases_intakedecision": "a decision without a person",
    "cases_casecount": "what stays of a destroyed case: a count",
    # Of libraries; SECURITY.md says who may use them.
    "django_migrations": "library",
    "django_content_type": "library",
    "django_session": "library, not used: sessions stand in kernel_session",
    "socialaccount_socialaccount": "read before anyone is known: who is bound to whom at a log-in service, as digests",
    "socialaccount_socialapp": "library, not used",
    "socialaccount_socialtoken": "library, not used: no token is kept",
    "auth_group": "library, not used",
    "auth_group_permissions": "library, not used",
    "auth_permission": "library, not used",
    "account_emailaddress": "read before anyone is known: professionals' addresses",
    "account_emailconfirmation": "library, not used",
    "mfa_authenticator": "read before anyone is known: professionals' second factor",
    "axes_accessattempt": "read before anyone is known: lock-outs",
    "axes_accessattemptexpiration": "read before anyone is known: lock-outs",
    "axes_accessfailurelog": "library, not used",
    "axes_accesslog": "library, not used",
    "procrastinate_events": "the queue: ids only",
    "procrastinate_jobs": "the queue: ids only",
    "procrastinate_periodic_defers": "the queue: ids only",
    "procrastinate_workers": "the queue: ids only",
}

GATES_ONLY = {"people_personkey", "people_searchable"}
"""Keys of persons and words of texts are read by gate functions alone."""

OVERSIGHT_ONLY = {"kernel_auditline"}


def test_every_table_is_guarded_by_row_or_listed_with_its_reason(
    db: None, owner_connection: psycopg.Connection
) -> None:
    found = owner_connection.execute(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert {name for name, guarded, _ in found if not guarded} == set(NOT_GUARDED_BY_ROW)
    assert [name for name, guarded, forced in found if guarded and not forced] == []


def test_every_guarded_table_is_filled_so_that_these_tests_see_something(
    walled: Walled, resident_tables: list[str], owner_connection: psycopg.Connection
) -> None:
    assert [table for table in resident_tables if not rows_seen(owner_connection, table)] == []


def test_nobody_sees_nothing(walled: Walled, resident_tables: list[str], web: psycopg.Connection) -> None:
    assert as_seen(web, resident_tables, None) == {}


def test_the_jobs_without_an_actor_see_only_what_they_seal(
    walled: Walled, resident_tables: list[str], as_role: Any
) -> None:
    assert as_seen(as_role("jobs"), resident_tables, None).keys() == {"kernel_auditline"}


def test_the_insider_sees_every_table(walled: Walled, resident_tables: list[str], web: psycopg.Connection) -> None:
    seen = as_seen(web, resident_tables, walled.insider)
    assert set(resident_tables) - set(seen) == GATES_ONLY | OVERSIGHT_ONLY


def test_another_organisation_sees_nothing(walled: Walled, resident_tables: list[str], web: psycopg.Connection) -> None:
    assert as_seen(web, resident_tables, actor()) == {}


def test_a_colleague_without_designation_sees_only_the_grants_of_the_organisation(
    walled: Walled, resident_tables: list[str], web: psycopg.Connection
) -> None:
    colleague = actor(organisation=walled.insider.for_whom)
    assert as_seen(web, resident_tables, colleague).keys() == {"sharing_grant", "sharing_designation"}


@pytest.mark.parametrize(
    "said",
    [
        {"organisation": ""},
        {"professional": ""},
        {"function": ""},
        {"function": "", "professional": ""},
        {"organisation": str(uuid4())},
        {"professional": str(uuid4())},
    ],
    ids=lambda said: " and ".join(said),
)
def test_half_an_actor_sees_nothing_of_residents(
    walled: Walled, resident_tables: list[str], web: psycopg.Connection, said: dict[str, str]
) -> None:
    seen = as_seen(web, resident_tables, walled.insider, **said)
    # Grants of the own organisation, and searches of the own professional, hang on one setting by design.
    assert seen.keys() <= {"sharing_grant", "sharing_designation", "people_search"}


@pytest.mark.parametrize("function", [one for one in Function if one is not Function.EXECUTION])
def test_the_same_person_in_another_function_sees_nothing_of_residents(
    walled: Walled, resident_tables: list[str], web: psycopg.Connection, function: Function
) -> None:
    seen = as_seen(web, resident_tables, wearing(walled.insider, function))
    assert seen.keys() <= {"sharing_grant", "sharing_designation", "people_search"}


@pytest.mark.parametrize("table", ["sharing_grant", "sharing_designation"])
@pytest.mark.parametrize(
    "change",
    ["valid_until = %s", "valid_from = %s + interval '1 second'"],
    ids=["that ends now", "that starts later"],
)
def test_a_grant_or_designation_out_of_time_shows_nothing(
    walled: Walled,
    resident_tables: list[str],
    web: psycopg.Connection,
    owner_connection: psycopg.Connection,
    table: str,
    change: str,
) -> None:
    with owner_connection.transaction():
        owner_connection.execute(f"UPDATE {table} SET {change}", [NOW])
        walled.filling.record()
    seen = as_seen(web, resident_tables, walled.insider)
    assert seen.keys() == {"sharing_grant", "sharing_designation", "people_search"}


def test_a_category_that_is_not_granted_stays_hidden_and_ones_own_shows(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    with owner_connection.transaction():
        owner_connection.execute("UPDATE cases_item SET category = 'health'")
        owner_connection.execute(
            "UPDATE cases_agreedaction SET category = 'health', organisation_id = %s",
            [_organisation_of(owner_connection, walled)],
        )
        walled.filling.record()
    announce(web, walled.insider)
    assert rows_seen(web, "cases_item") == 0
    assert rows_seen(web, "cases_goal") == 1
    assert rows_seen(web, "cases_agreedaction") == 1


def _organisation_of(owner: psycopg.Connection, walled: Walled) -> Any:
    """Makes the insider's organisation exist, so that something can be its own."""
    owner.execute(
        "INSERT INTO partners_organisation (id, code, name, kind, participant_class)"
        " VALUES (%s, 'eigen', 'Eigen', 'police', 'public') ON CONFLICT (id) DO NOTHING",
        [walled.insider.for_whom],
    )
    return walled.insider.for_whom


def test_a_query_that_forgets_its_filter_shows_no_more_than_the_scope(walled: Walled) -> None:
    outsider = actor()
    with clock.stopped_at(NOW):
        for someone in (walled.insider, outsider):
            with look(someone, "forgetful"):
                for model in scopes():
                    if model._meta.app_label != "partners":
                        shown = set(model._default_manager.values_list("pk", flat=True))
                        assert shown == set(
                            model._default_manager.filter(scope(someone, model)).values_list("pk", flat=True)
                        )
                        assert bool(shown) == (someone is walled.insider)


def test_outside_a_work_a_query_shows_nothing(walled: Walled, resident_tables: list[str]) -> None:
    with look(walled.insider, "before"):
        pass
    for model in own_models():
        if model._meta.db_table in set(resident_tables) - GATES_ONLY:
            assert not model._default_manager.exists(), model.__name__


def test_an_actor_is_forgotten_after_a_work_also_when_it_failed(walled: Walled, resident_tables: list[str]) -> None:
    from knooppunt.cases.models import Case

    with clock.stopped_at(NOW), pytest.raises(RuntimeError), look(walled.insider, "fails"):
        assert Case.objects.exists()
        raise RuntimeError
    assert not Case.objects.exists()


def test_nobody_writes_a_row_that_they_could_not_read_back(walled: Walled, web: psycopg.Connection) -> None:
    announce(web, actor())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(
            "INSERT INTO cases_statechange (id, case_id, was, became, at) VALUES (%s, %s, '', 'x', now())",
            [uuid4(), walled.subjects["case"]],
        )


def test_nobody_moves_a_row_to_where_they_do_not_reach(walled: Walled, web: psycopg.Connection) -> None:
    announce(web, walled.insider)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("UPDATE cases_goal SET category = 'health'")


def test_a_change_of_what_one_does_not_see_touches_nothing(walled: Walled, web: psycopg.Connection) -> None:
    announce(web, actor())
    assert web.execute("UPDATE cases_case SET phase = '1'").rowcount == 0


def test_a_designation_for_a_case_with_the_id_of_a_table_does_not_count_for_the_table(
    walled: Walled, web: psycopg.Connection
) -> None:
    table, case, spoofer = uuid4(), uuid4(), actor()
    walled.filling.grant(spoofer, case, under_id=table)
    walled.filling.designate(spoofer, table, kind="case")
    walled.filling.commit()
    announce(web, spoofer)
    assert web.execute("SELECT kn_reaches(%s, 'core', NULL)", [case]).fetchone() == (False,)
    walled.filling.designate(spoofer, table, kind="table")
    walled.filling.commit()
    assert web.execute("SELECT kn_reaches(%s, 'core', NULL)", [case]).fetchone() == (True,)


def test_time_is_that_of_the_work_not_of_the_reader(
    walled: Walled, resident_tables: list[str], web: psycopg.Connection
) -> None:
    early = (NOW - timedelta(seconds=1)).isoformat()
    seen = as_seen(web, resident_tables, walled.insider, now=early)
    assert seen.keys() == {"sharing_grant", "sharing_designation", "people_search"}
