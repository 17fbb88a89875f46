"""Whoever has all that the wall asks but one thing sees, adds, changes and moves nothing, in any table."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg

from knooppunt.kernel.actor import Actor, Function
from knooppunt.sharing.models import Agreement, AgreementParty
from tests.walls.conftest import Walled, announce, rows_seen, wearing
from tests.walls.filling import NOW, SECRET, Filling, actor
from tests.walls.test_writing import ARE_SUBJECTS, SUBJECTS, columns_of, copy_of, guarded_by, refused, set_to

ALL = ("identity_contact", SECRET)
"""The categories that `walled` uses."""
LATER = NOW + timedelta(seconds=1)
OF_THE_ORGANISATION = {"sharing_grant", "sharing_designation"}
"""What an organisation was granted, each professional of it may know."""


def _designated(**changes: object) -> Callable[[Filling, Actor, UUID], object]:
    """A sound grant, with another designation."""

    def made(filling: Filling, me: Actor, subject: UUID) -> None:
        filling.grant(me, subject, *ALL)
        filling.designate(me, subject, **changes)  # type: ignore[arg-type]

    return made


def _designated_as(who: Callable[[Actor], Actor]) -> Callable[[Filling, Actor, UUID], object]:
    def made(filling: Filling, me: Actor, subject: UUID) -> None:
        filling.grant(me, subject, *ALL)
        filling.designate(who(me), subject)

    return made


def _granted_under(table: UUID, designated: UUID, kind: str) -> Callable[[Filling, Actor, UUID], object]:
    def made(filling: Filling, me: Actor, subject: UUID) -> None:
        filling.grant(me, subject, *ALL, under_id=table)
        filling.designate(me, designated, kind)

    return made


FRAME = "WPG20_CONVENANT"
TODAY, DAY = NOW.date(), timedelta(days=1)
HOLDS: Mapping[str, object] = {"starts_on": TODAY - DAY, "put_in_force_on": TODAY, "ends_on": TODAY}


def agreed(filling: Filling, me: Actor, subject: UUID, **changes: object) -> None:
    """A right that rests on an agreement that holds for one more day, but for what is changed in that agreement."""
    region = uuid4()
    party = changes.pop("party", me.for_whom)
    said = {"region_id": region, "regime": FRAME, "categories": list(ALL), "review_on": TODAY, **HOLDS, **changes}
    agreement = filling.add(Agreement, **said)
    filling.add(AgreementParty, agreement=agreement, organisation_id=party)
    filling.let(me, subject, *ALL, agreed_in=region, agreed_under=FRAME)


def _agreed(**changes: object) -> Callable[[Filling, Actor, UUID], object]:
    return lambda filling, me, subject: agreed(filling, me, subject, **changes)


def _of_nothing(filling: Filling, me: Actor, subject: UUID) -> None:
    filling.let(me, subject).categories = ["nothing"]


def _elsewhere(me: Actor) -> Actor:
    return replace(me, organisation=uuid4())


TABLE = uuid4()
LACKING: Mapping[str, Callable[[Filling, Actor, UUID], object]] = {
    "a grant on this subject": lambda filling, me, _: filling.let(me, uuid4(), *ALL),
    "a grant of this organisation": lambda filling, me, subject: filling.let(_elsewhere(me), subject, *ALL),
    "a grant in this function": lambda filling, me, subject: filling.let(
        wearing(me, Function.OVERSIGHT), subject, *ALL
    ),
    "a grant that has begun": lambda filling, me, subject: filling.let(me, subject, *ALL, valid_from=LATER),
    "a grant that goes on": lambda filling, me, subject: filling.let(me, subject, *ALL, valid_until=NOW),
    "a grant of the category": _of_nothing,
    "a designation": lambda filling, me, subject: filling.grant(me, subject, *ALL),
    "a designation of oneself": _designated_as(lambda me: actor(organisation=me.organisation)),
    "a designation in this organisation": _designated_as(_elsewhere),
    "a designation in this function": _designated_as(lambda me: wearing(me, Function.OVERSIGHT)),
    "a designation that has begun": _designated(valid_from=LATER),
    "a designation that goes on": _designated(valid_until=NOW),
    "a designation for a subject of this kind": _designated(kind="report"),
    "a designation for this subject": lambda filling, me, subject: (
        filling.grant(me, subject, *ALL),
        filling.designate(me, uuid4()),
    ),
    "a designation for the table above it": _granted_under(TABLE, uuid4(), "table"),
    "a designation for what is above it as a table": _granted_under(TABLE, TABLE, "case"),
    "an agreement": lambda filling, me, subject: filling.let(me, subject, *ALL, agreed_in=uuid4(), agreed_under=FRAME),
    "an agreement of this region": _agreed(region_id=uuid4()),
    "an agreement under this regime": _agreed(regime="LOCAL_PUBLIC_TASK"),
    "an agreement with this organisation": _agreed(party=uuid4()),
    "an agreement that has begun": _agreed(starts_on=TODAY + DAY),
    "an agreement that goes on": _agreed(ends_on=TODAY - DAY),
    "an agreement that was put in force": _agreed(put_in_force_on=None),
    "an agreement that was put in force before": _agreed(put_in_force_on=TODAY + DAY),
}


def almost(walled: Walled) -> dict[str, Actor]:
    """For each thing somebody who lacks only that, for every subject there is."""
    found = {lacks: actor() for lacks in LACKING}
    for lacks, someone in found.items():
        for subject in walled.subjects.values():
            LACKING[lacks](walled.filling, someone, subject)
    walled.filling.commit()
    return found


def test_who_has_an_agreement_lacks_nothing(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    tables = set(guarded_by(owner_connection, "reads")) - OF_THE_ORGANISATION
    announce(web, walled.insider)
    wanted = {table for table in tables if rows_seen(web, table)}
    web.rollback()
    party = actor()
    for subject in walled.subjects.values():
        agreed(walled.filling, party, subject)
    walled.filling.commit()
    announce(web, party)
    # What somebody typed is theirs alone, and a consent is read by whom it names.
    others = {"kernel_draft", "people_search", "cases_consent"}
    assert {table for table in tables if rows_seen(web, table)} == wanted - others
    announce(web, party, now=(NOW + DAY).isoformat())
    assert {table for table in tables if rows_seen(web, table)} <= {"kernel_auditline"}


def test_who_lacks_one_thing_sees_nothing(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    tables = set(guarded_by(owner_connection, "reads")) - OF_THE_ORGANISATION
    for lacks, someone in almost(walled).items():
        announce(web, someone)
        seen = [table for table in tables if rows_seen(web, table)]
        assert not seen, f"{lacks}: {seen}"


def test_who_lacks_one_thing_reaches_nothing_through_a_gate(walled: Walled, web: psycopg.Connection) -> None:
    case = walled.subjects["case"]
    for lacks, someone in almost(walled).items():
        announce(web, someone)
        assert web.execute("SELECT kn_reaches(%s, 'core', NULL)", [case]).fetchone() == (False,), lacks
        # A gate asks the same, and is itself behind no wall.
        assert web.execute("SELECT kn_open_actions(%s)", [case]).fetchone() == (0,), lacks
    announce(web, walled.insider)
    assert web.execute("SELECT kn_open_actions(%s)", [case]).fetchone() == (1,)


def test_who_lacks_one_thing_adds_nothing(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    tables = set(guarded_by(owner_connection, "adds")) - {"kernel_auditline"}
    copies = {table: copy_of(owner_connection, table) for table in tables - ARE_SUBJECTS}
    for kind, key in walled.subjects.items():
        # With the key of what was granted; row-level security looks before anybody asks whether it is there already.
        table = next(one for one in ARE_SUBJECTS if one.endswith(f"_{kind}"))
        copies[table] = copy_of(owner_connection, table, id=key)
    assert copies.keys() == tables
    for lacks, someone in almost(walled).items():
        announce(web, someone)
        added = [table for table, copy in copies.items() if not refused(web, *copy)]
        assert not added, f"{lacks}: {added}"


def test_who_lacks_one_thing_changes_nothing(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    columns = {table: columns_of(owner_connection, table)[0] for table in guarded_by(owner_connection, "changes")}
    for lacks, someone in almost(walled).items():
        announce(web, someone)
        changed = [table for table, column in columns.items() if _touches(web, table, column)]
        assert not changed, f"{lacks}: {changed}"


def _touches(web: psycopg.Connection, table: str, column: str) -> bool:
    try:
        return set_to(web, table, column, str(uuid4())) > 0
    except psycopg.errors.InsufficientPrivilege:
        return True  # it was reached, and refused for what it became


def test_nobody_moves_a_row_to_where_they_lack_one_thing(
    walled: Walled, web: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    elsewhere = {lacks: uuid4() for lacks in LACKING}
    for lacks, subject in elsewhere.items():
        LACKING[lacks](walled.filling, walled.insider, subject)
    walled.filling.commit()
    columns = {table: _subject_of(owner_connection, table) for table in guarded_by(owner_connection, "changes")}
    announce(web, walled.insider)
    for lacks, subject in elsewhere.items():
        moved = [table for table, column in columns.items() if _moves(web, table, column, subject)]
        assert not moved, f"{lacks}: {moved}"


def _subject_of(owner: psycopg.Connection, table: str) -> str:
    names = columns_of(owner, table)
    return "id" if table in ARE_SUBJECTS else next(name for name in SUBJECTS if name in names)


def _moves(web: psycopg.Connection, table: str, column: str, subject: UUID) -> bool:
    try:
        return set_to(web, table, column, str(subject)) > 0
    except psycopg.errors.InsufficientPrivilege:
        return False
