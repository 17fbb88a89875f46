"""Questions without a name: at the table one reads them, and writes only for the own organisation."""

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest

from knooppunt.cases.models import Sounding
from knooppunt.kernel.actor import Actor, Function
from knooppunt.partners.models import Organisation
from tests.walls.conftest import Walled, announce, rows_seen, wearing
from tests.walls.filling import actor
from tests.walls.test_writing import copy_of, refused


@pytest.fixture
def partner(walled: Walled) -> Actor:
    """Somebody of another organisation, who sits at the table to which the one question was put."""
    someone = actor()
    walled.filling.add(Organisation, id=someone.for_whom)
    walled.filling.let(someone, walled.subjects["sounding"], kind="sounding")
    walled.filling.commit()
    return someone


def withdraw(raw: psycopg.Connection, key: UUID) -> None:
    """Asks the gate to take a question back."""
    raw.execute("SELECT kn_withdraw_sounding(%s)", [key])


def test_who_sits_at_the_table_reads_and_changes_nothing(
    walled: Walled, partner: Actor, web: psycopg.Connection
) -> None:
    announce(web, partner)
    assert (rows_seen(web, "cases_sounding"), rows_seen(web, "cases_soundinganswer")) == (1, 1)
    assert web.execute("UPDATE cases_sounding SET status = 'closed'").rowcount == 0
    announce(web, walled.insider)
    assert web.execute("UPDATE cases_sounding SET status = 'closed'").rowcount == 1


def test_nobody_asks_or_answers_for_another_organisation(
    walled: Walled, partner: Actor, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    announce(web, partner)
    other = copy_of(owner_connection, "cases_soundinganswer")
    own = copy_of(owner_connection, "cases_soundinganswer", organisation_id=partner.for_whom)
    assert (refused(web, *other), refused(web, *own)) == (True, False)
    assert refused(web, *copy_of(owner_connection, "cases_sounding"))


@pytest.mark.parametrize("role", ["web", "jobs"])
def test_no_role_changes_an_answer(walled: Walled, as_role: Callable[[str], psycopg.Connection], role: str) -> None:
    raw = as_role(role)
    announce(raw, walled.insider)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("UPDATE cases_soundinganswer SET kind = 'call_me'")


def test_only_the_organisation_that_asked_takes_it_back(
    walled: Walled, partner: Actor, web: psycopg.Connection
) -> None:
    key, colleague = walled.subjects["sounding"], actor(organisation=walled.insider.for_whom)
    overseer = wearing(walled.insider, Function.OVERSIGHT)
    walled.filling.let(overseer, key, kind="sounding")
    walled.filling.commit()
    others = [partner, actor(), colleague, overseer]
    for someone in others:
        announce(web, someone)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            withdraw(web, key)
        web.rollback()
    for subject in (uuid4(), walled.subjects["case"]):
        announce(web, walled.insider)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            withdraw(web, subject)
        web.rollback()
    announce(web, walled.insider)
    withdraw(web, key)
    assert rows_seen(web, "cases_sounding") == rows_seen(web, "cases_soundinganswer") == 0


def test_clearing_is_for_the_jobs_and_for_what_is_past_its_term(
    walled: Walled, as_role: Callable[[str], psycopg.Connection], web: psycopg.Connection
) -> None:
    kept, past = walled.subjects["sounding"], walled.filling.add(Sounding, remove_on="2026-11-21").pk
    walled.filling.add(Sounding, remove_on="2026-11-22")
    walled.filling.commit()
    announce(web, walled.insider, function="system")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("SELECT kn_clear_soundings()")
    jobs = as_role("jobs")
    announce(jobs, walled.insider)
    assert jobs.execute("SELECT kn_clear_soundings()").fetchall() == []
    announce(jobs, wearing(walled.insider, Function.SYSTEM))
    found = {row[0] for row in jobs.execute("SELECT kn_clear_soundings()")}
    jobs.rollback()
    assert past in found
    assert len(found - {kept}) == 1
