"""No way to read is left out: the leak test asks what the code can show, or a short list says why it need not."""

from collections.abc import Mapping

import psycopg
from django.conf import settings

from knooppunt.kernel.actor import Function
from knooppunt.kernel.outbox import senders
from knooppunt.site.figures import FIGURES
from knooppunt.site.reading import Kind, ReadPath, read_paths
from knooppunt.site.shown import SHOWS
from tests.leaks.conftest import Worlds, rich
from tests.leaks.doors import IDS, LEFT_ALONE, WORDS, parameters, questions
from tests.leaks.going_out import NOT_RUN, RUN
from tests.leaks.otherwise import two_worlds
from tests.properties.situations import resident_models

NOT_ASKED: Mapping[str, str] = {
    "api:api-root": "has no page of its own; not found, like any address that does not exist",
    "demo_enter": LEFT_ALONE["demo_enter"],
    "account_end_session": "ends the session with which the rest is asked, and shows nothing",
    "account_end_other_sessions": "ends sessions of the same person, and shows nothing",
}
"""Pages and operations that are not asked, and why that hides nothing."""

KINDS_OF_MESSAGE = {"outcome_notice", "document.to_judge", "agreement_file.to_judge"}
"""Messages: the first is held against who may read it in tests/leaks/going_out.py, the second goes to the scanner of
the installation itself and to nobody else (tests/uploads)."""

HANDLERS = {"stderr", "nowhere"}
"""Log handlers: what stderr writes is read with every question; nowhere writes nothing."""


def named(kind: Kind) -> set[str]:
    """The read paths of a kind."""
    return {path.name for path in read_paths() if path.kind is kind}


def test_every_read_path_says_in_dutch_what_it_shows() -> None:
    silent = [path.name for path in read_paths() if not path.shows]
    assert silent == [], "write one line of Dutch for these names in SHOWS, src/knooppunt/site/shown.py"
    gone = set(SHOWS) - {path.name for path in read_paths()}
    assert gone == set(), "these read paths are gone: take them out of src/knooppunt/site/shown.py"


def test_every_id_in_an_address_is_known_to_the_leak_test() -> None:
    pages = [path for path in read_paths() if path.kind is Kind.PAGE]
    wanted = {part for path in pages for part in parameters(path.where)}
    new = wanted - set(IDS) - set(WORDS)
    assert new == set(), "say in IDS of tests/leaks/doors.py which rows these names in an address stand for"


def test_every_page_and_operation_is_asked(worlds: Worlds, owner_connection: psycopg.Connection) -> None:
    asked = set()
    for hat in (Function.EXECUTION, Function.SYSTEM):
        world = worlds(rich(hat), 1)
        eyes = world.seen_by(0)
        two_worlds(world, eyes)
        asked |= {question.path for question in questions(world, eyes)}
    wanted = named(Kind.PAGE) | named(Kind.API)
    assert wanted - asked == set(NOT_ASKED), "ask these in tests/leaks/doors.py, or give a reason in NOT_ASKED"


def test_every_table_of_residents_is_in_the_worlds(worlds: Worlds, owner_connection: psycopg.Connection) -> None:
    world = worlds(rich(), 1)
    two_worlds(world, world.seen_by(0))
    missing = {model.__name__ for model in resident_models() if not world.made.rows.get(model)}
    assert missing == set(), "put rows of these in tests/properties/situations.py"


def test_every_command_is_run_or_says_nothing_of_rows() -> None:
    assert not RUN.keys() & NOT_RUN.keys()
    assert named(Kind.COMMAND) == RUN.keys() | NOT_RUN.keys(), "add the command to RUN in tests/leaks/going_out.py"


def test_every_message_and_figure_is_held_against_who_may_read_it() -> None:
    assert set(senders()) == KINDS_OF_MESSAGE, "hold the new message against who may read it, in going_out.py"
    assert named(Kind.FIGURE) == {f"figure:{name}" for name in FIGURES}


def test_nothing_is_kept_between_readers_and_nothing_is_logged_elsewhere() -> None:
    assert set(settings.LOGGING["handlers"]) == HANDLERS
    assert set(settings.CACHES) == {"default"}
    assert not [one for one in settings.MIDDLEWARE if "cache" in one.lower()]


def test_a_read_path_without_a_line_is_told_by_name() -> None:
    path = ReadPath(Kind.PAGE, "cases:everything", "GET /alles/", "niemand", next(iter(read_paths())).reaches)
    assert path.shows == ""
