"""A draft is there for whoever typed it, as long as they reach what it is about, and unreadable at rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.drafts import Desk, discard_drafts, keep_draft, read_slip
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.kernel.models import HandledForm
from knooppunt.kernel.work import Work
from knooppunt.partners.models import Account, Professional
from knooppunt.sharing.jobs import sweep_drafts
from knooppunt.sharing.models import Agreement, AgreementParty
from tests.database import Run
from tests.walls.conftest import Walled, announce, rows_seen, wearing
from tests.walls.filling import NOW, actor
from tests.walls.test_writing import refused

FORM = ("test.Form", ("text", "note"))
TYPED = "Mevrouw Voorbeeld belde over haar zus."


def kept(someone: Actor, text: str = TYPED, *, field: str = "text", form_id: UUID | None = None, **at: Any) -> UUID:
    """Something that somebody typed; returns the id of the form."""
    made = form_id or uuid4()
    slip = read_slip(someone, Desk(someone, **at).slip(*FORM, made, 3))
    assert keep_draft(someone, slip, field, text) is not None
    return made


def found(someone: Actor, **at: Any) -> dict[str, str]:
    """What the form begins with when this one opens it."""
    typed = Desk(someone, **at).typed_in(FORM[0])
    return dict(typed.texts) if typed else {}


def in_table(owner: psycopg.Connection, form_id: UUID) -> int:
    """How many drafts of a form there are, whoever may see them."""
    row = owner.execute("SELECT count(*) FROM kernel_draft WHERE form_id = %s", [form_id]).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def case(walled: Walled) -> dict[str, Any]:
    """The page of the case that the insider reaches."""
    return {"place": str(walled.subjects["case"]), "subject": walled.subjects["case"]}


@pytest.mark.parametrize("who", ["a stranger", "a colleague", "oversight", "maintenance", "another organisation"])
def test_nobody_else_finds_or_reaches_a_draft(
    walled: Walled, web: psycopg.Connection, case: dict[str, Any], who: str
) -> None:
    insider = walled.insider
    someone = {
        "a stranger": actor(),
        "a colleague": actor(organisation=insider.for_whom),
        "oversight": wearing(insider, Function.OVERSIGHT),
        "maintenance": wearing(insider, Function.MAINTENANCE),
        "another organisation": Actor(insider.designee, uuid4(), Function.EXECUTION),
    }[who]
    # A colleague who reaches the same case too, so that only the person makes the difference.
    walled.filling.let(someone, walled.subjects["case"])
    walled.filling.commit()
    with clock.stopped_at(NOW):
        kept(insider, **case)
        kept(insider)
        assert found(insider, **case) == found(insider) == {"text": TYPED}
        assert found(someone, **case) == found(someone) == {}
    announce(web, someone)
    assert rows_seen(web, "kernel_draft") == 0
    assert web.execute("DELETE FROM kernel_draft").rowcount == 0


@pytest.mark.parametrize(
    "other", [{}, {"designee": uuid4()}, {"organisation": uuid4()}, {"function": "oversight"}, {"subject_id": uuid4()}]
)
def test_a_draft_cannot_be_put_on_somebody_elses_desk_or_under_what_one_does_not_reach(
    walled: Walled, web: psycopg.Connection, other: dict[str, Any]
) -> None:
    insider = walled.insider
    desk = {"designee": insider.designee, "organisation": insider.organisation, "function": "execution"}
    desk |= {"subject_id": walled.subjects["case"]} | other
    announce(web, insider)
    put = (
        "INSERT INTO kernel_draft (id, designee, organisation, function, subject_id, place, form, field, text, form_id,"
        " changed_at) VALUES (gen_random_uuid(), %(designee)s, %(organisation)s, %(function)s, %(subject_id)s, '', 'f',"
        " 'f', '', %(form)s, now())"
    )
    assert refused(web, put, {**desk, "form": uuid4()}) is bool(other)


def test_what_was_typed_is_unreadable_in_the_table_and_stands_in_no_log_line(
    walled: Walled, owner_connection: psycopg.Connection, case: dict[str, Any]
) -> None:
    with clock.stopped_at(NOW):
        kept(walled.insider, **case)
    row = owner_connection.execute("SELECT kernel_draft::text, text FROM kernel_draft WHERE field = 'text'").fetchone()
    assert row is not None
    assert "Voorbeeld" not in row[0] and b"Voorbeeld" not in bytes(row[1])
    lines = owner_connection.execute("SELECT count(*) FROM kernel_auditline WHERE event <> 'test.set'").fetchone()
    assert lines == (0,)


@pytest.mark.parametrize("role", ["jobs", "counts"])
def test_the_clock_and_the_counts_have_no_right_to_the_table(as_role: Any, db: None, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role(role).execute("SELECT count(*) FROM kernel_draft")


def test_the_last_to_write_wins_per_field_and_each_field_stands_alone(walled: Walled) -> None:
    with clock.stopped_at(NOW):
        form = kept(walled.insider, "eerst")
        kept(walled.insider, "later", form_id=form)
        kept(walled.insider, "erbij", field="note", form_id=form)
        typed = Desk(walled.insider).typed_in(FORM[0])
    assert typed is not None
    assert typed.texts == {"text": "later", "note": "erbij"}
    assert (typed.version, typed.at) == (3, NOW)


def test_a_form_that_was_handled_takes_its_drafts_along_and_takes_no_more(walled: Walled) -> None:
    insider = walled.insider
    with clock.stopped_at(NOW):
        form, other = kept(insider), kept(insider, place="elders")
        with Work(insider, "send", once=form):
            pass
        assert found(insider) == {}
        assert found(insider, place="elders") == {"text": TYPED}, "another form keeps its own"
        late = read_slip(insider, Desk(insider).slip(*FORM, form, 3))
        assert keep_draft(insider, late, "text", "te laat") is None
        assert found(insider) == {}
        with Work(insider, "send", once=other):
            pass
        assert found(insider, place="elders") == {}


def test_a_form_that_began_with_a_draft_takes_it_along_but_not_what_was_typed_elsewhere_since(walled: Walled) -> None:
    insider, phone = walled.insider, uuid4()
    with clock.stopped_at(NOW):
        kept(insider)
        desk = Desk(insider)
        assert desk.typed_in(FORM[0]) is not None
        desk.begin(FORM[0], phone)
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        kept(insider, "elders verder getypt", field="note")
        with Work(insider, "send", once=phone):
            pass
        assert found(insider) == {"note": "elders verder getypt"}


def test_a_form_that_failed_keeps_its_drafts(walled: Walled) -> None:
    with clock.stopped_at(NOW):
        form = kept(walled.insider)
        with pytest.raises(Refused), Work(walled.insider, "send", once=form):
            raise Refused(["Nog niet."])
        assert found(walled.insider) == {"text": TYPED}


def test_beginning_anew_throws_away_one_form_and_no_other(walled: Walled) -> None:
    insider = walled.insider
    with clock.stopped_at(NOW):
        form = kept(insider)
        kept(insider, place="elders")
        discard_drafts(insider, read_slip(insider, Desk(insider).slip(*FORM, form, None)))
        assert found(insider) == {}
        assert found(insider, place="elders") == {"text": TYPED}


def test_a_slip_of_another_hat_a_changed_slip_and_a_field_that_is_no_draft_are_refused(walled: Walled) -> None:
    insider = walled.insider
    signed = Desk(insider).slip(*FORM, uuid4(), None)
    with pytest.raises(Refused):
        read_slip(wearing(insider, Function.OVERSIGHT), signed)
    with pytest.raises(BadInput):
        read_slip(insider, signed[:-2])
    with pytest.raises(BadInput):
        keep_draft(insider, read_slip(insider, signed), "password", "geheim")
    with pytest.raises(BadInput):
        keep_draft(insider, read_slip(insider, signed), "text", "x" * 100_001)


def end_designation(walled: Walled, owner: psycopg.Connection) -> None:
    """The insider is designated for nothing any more."""
    with owner.transaction():
        owner.execute("UPDATE sharing_designation SET valid_until = %s", [NOW])
        walled.filling.record()


def test_a_draft_under_a_case_that_is_no_longer_reached_is_not_there_and_takes_nothing_in(
    walled: Walled, owner_connection: psycopg.Connection, case: dict[str, Any]
) -> None:
    with clock.stopped_at(NOW):
        form = kept(walled.insider, **case)
        slip = read_slip(walled.insider, Desk(walled.insider, **case).slip(*FORM, form, 3))
        end_designation(walled, owner_connection)
        assert found(walled.insider, **case) == {}
        with pytest.raises(NotFoundForYou):
            keep_draft(walled.insider, slip, "text", "nog iets")
        with pytest.raises(NotFoundForYou):
            keep_draft(walled.insider, slip, "note", "nieuw")


@pytest.fixture
def employed(walled: Walled) -> None:
    """The insider as a professional who works there."""
    organisation = Professional._meta.get_field("organisation").related_model
    walled.filling.add(
        Professional,
        id=walled.insider.designee,
        organisation=walled.filling.of(organisation, walled.insider.organisation),
        account=walled.filling.add(Account),
        functions=["execution"],
        active_from=NOW.date(),
    )
    walled.filling.commit()


@pytest.fixture
def sweep(run_database: Run) -> Callable[..., None]:
    """As the clock does, as kn_jobs, some time later."""

    def act(later: timedelta = timedelta(0)) -> None:
        login, kept_login = conninfo_to_dict(run_database.url("jobs")), dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(USER=login["user"], PASSWORD=login["password"])
        with clock.stopped_at(NOW + later):
            sweep_drafts(timestamp=0)
        connection.close()
        connection.settings_dict.update(kept_login)

    return act


def test_the_sweep_leaves_what_is_young_and_within_reach(
    walled: Walled,
    employed: None,
    owner_connection: psycopg.Connection,
    case: dict[str, Any],
    sweep: Callable[..., None],
) -> None:
    with clock.stopped_at(NOW):
        forms = [kept(walled.insider, **case), kept(walled.insider)]
    # Another form is handled, and this one is being handled: neither is over.
    for form, result in ((uuid4(), uuid4()), (forms[0], None)):
        walled.filling.add(HandledForm, id=form, designee=walled.insider.who, result=result)
    walled.filling.commit()
    sweep(settings.DRAFT_TERM)
    assert [in_table(owner_connection, form) for form in forms] == [1, 1]
    sweep(settings.DRAFT_TERM + timedelta(seconds=1))
    assert [in_table(owner_connection, form) for form in forms] == [0, 0]


@pytest.mark.parametrize(
    "ends",
    [
        "UPDATE sharing_designation SET valid_until = %s",
        "UPDATE sharing_grant SET valid_until = %s",
        "UPDATE sharing_grant SET agreed_in = gen_random_uuid(), agreed_under = 'FRAME' WHERE valid_from <= %s",
        "UPDATE partners_professional SET active_until = %s::timestamptz::date - 1",
        "UPDATE partners_professional SET functions = '{oversight}' WHERE active_from <= %s",
    ],
    ids=["designation", "grant", "agreement", "employment", "function"],
)
def test_the_sweep_removes_what_its_writer_has_no_access_to_any_more(
    walled: Walled,
    employed: None,
    owner_connection: psycopg.Connection,
    case: dict[str, Any],
    sweep: Callable[..., None],
    ends: str,
) -> None:
    with clock.stopped_at(NOW):
        form = kept(walled.insider, **case)
    with owner_connection.transaction():
        owner_connection.execute(ends, [NOW])
        walled.filling.record()
    sweep()
    assert in_table(owner_connection, form) == 0


def test_the_sweep_leaves_what_stands_under_an_agreement_until_the_day_after_its_last(
    walled: Walled,
    employed: None,
    owner_connection: psycopg.Connection,
    case: dict[str, Any],
    sweep: Callable[..., None],
) -> None:
    agreement = walled.filling.add(
        Agreement,
        region_id=uuid4(),
        regime="FRAME",
        categories=[],
        starts_on=NOW.date(),
        put_in_force_on=NOW.date(),
        ends_on=NOW.date(),
    )
    walled.filling.add(AgreementParty, agreement=agreement, organisation_id=walled.insider.for_whom)
    walled.filling.commit()
    with owner_connection.transaction():
        owner_connection.execute(
            "UPDATE sharing_grant SET agreed_in = %s, agreed_under = 'FRAME'", [agreement.region_id]
        )
        walled.filling.record()
    with clock.stopped_at(NOW):
        form = kept(walled.insider, **case)
    sweep()
    assert in_table(owner_connection, form) == 1
    sweep(timedelta(days=1))
    assert in_table(owner_connection, form) == 0


def test_only_the_clock_may_sweep(walled: Walled, web: psycopg.Connection) -> None:
    announce(web, walled.insider)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("SELECT kn_sweep_drafts(now())")
