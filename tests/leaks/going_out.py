"""What leaves the house by itself or on a command: messages, figures, output of commands, error pages."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from unittest import mock
from uuid import UUID

import psycopg
from django.test import Client

from knooppunt.kernel.actor import Function
from knooppunt.kernel.errors import ProgrammingMistake
from knooppunt.kernel.outbox import sender_of
from knooppunt.signals.models import ApiToken, Report
from knooppunt.site.commandline import main
from knooppunt.site.figures import FIGURES
from tests.leaks.answers import Leak, program_log
from tests.leaks.worlds import World, canaries
from tests.properties.situations import REGIONS, expected
from tests.walls.filling import NOW

RUN: dict[str, Sequence[Sequence[str]]] = {
    "knooppunt figures": (
        ("figures", "--list"),
        ("figures", "dossiers", "--region", REGIONS[0], "--audience", "internal"),
        ("figures", "dossiers", "--region", REGIONS[0], "--audience", "internal", "--format", "csv"),
        ("figures", "dossiers", "--region", REGIONS[0], "--audience", "internal", "--format", "json"),
    ),
    "knooppunt check": (("check",),),
    "knooppunt api-token": (("api-token", "--organisation", "onbekend", "--name", "x"),),
}
"""Commands that are run in a full world, with which words."""

NOT_RUN: dict[str, str] = {
    "knooppunt audit verify": "says a number of lines, or the number of the first broken one (tests/walls)",
    "knooppunt demo": "starts a server; what it serves is asked at the pages",
    "knooppunt demo-load": "fills an empty database and says nothing",
    "knooppunt web": "starts a server; what it serves is asked at the pages",
    "knooppunt worker": "runs the jobs, whose messages are held against here",
    "knooppunt migrate": "says nothing",
    "knooppunt django": "Django's own; as kn_web or kn_jobs, so the walls of tests/walls hold",
    "knooppunt region load": "reads a file of a region, in which no resident stands",
    "knooppunt administrator": "makes an account, and says one fixed line",
    "knooppunt backup": "everything goes out encrypted; what it prints is held against in tests/site/test_backup.py",
    "knooppunt restore": "everything comes back; says numbers of rows (tests/site/test_backup.py)",
    "knooppunt backup-key": "makes a key, and says where it stands",
    "knooppunt selftest": "says one fixed line for each safeguard (tests/site/test_selftest.py)",
    "knooppunt regimes check": "reads the law as files; has no database (tests/sharing/test_regimes_command.py)",
    "knooppunt regimes diff": "compares the law as files; has no database (tests/sharing/test_regimes_command.py)",
    "knooppunt decide": "answers from the shipped rules; has no database (tests/sharing/test_decide_command.py)",
    "knooppunt docs": "names files of the documentation; reads no row",
}
"""Commands that are not run, and why that hides nothing."""


def messages(world: World, owner: psycopg.Connection) -> Iterator[Leak]:
    """An outcome goes only to a system that may read the report itself, and says a number and a code."""
    sent: list[tuple[str, UUID]] = []

    def post(url: str, about: UUID, outcome: dict[str, str]) -> None:
        sent.append((url, about))
        if set(outcome) != {"registratienummer", "status"} or len(canaries(str(outcome))) > 1:
            raise Leak(f"outbox:outcome_notice says more than a number and a code: {sorted(outcome)}")

    with owner.transaction():
        owner.execute("UPDATE signals_apitoken SET outcome_url = 'https://systeem.invalid/' || id")
        owner.execute("UPDATE signals_report SET kind = 'VT', status = 'handled', outcome = 'advice'")
        world.place.filling.record()
    with mock.patch("knooppunt.signals.jobs._post", post):
        for report in world.made.rows[Report]:
            # The id of the message is of our own making here, so that what is sent can be traced to its report.
            sender_of("outcome_notice")(report.pk, report.pk)
    for url, about in sent:
        token = next(one for one in world.made.rows[ApiToken] if url.endswith(str(one.pk)))
        if not _may_read(world, token, about):
            yield Leak(f"outbox:outcome_notice tells a system of a report that it may not read: {about}")


def _may_read(world: World, token: ApiToken, report: UUID) -> bool:
    subjects = [subject for _, subject in world.made.subjects]
    if report not in subjects or token.pk not in world.made.designees:
        return False
    where = world.place.organisations.index(token.organisation_id)
    seen = (where, world.made.designees.index(token.pk), Function.SYSTEM)
    return bool(expected(world.drawn, seen, subjects.index(report)))


def figures(change_elsewhere: Callable[[], None]) -> Iterator[Leak]:
    """A figure of a region counts that region only, and says nothing of what is in a case."""
    told = {name: count(REGIONS[0], NOW.date()) for name, (_, count) in FIGURES.items()}
    change_elsewhere()
    for name, (_, count) in FIGURES.items():
        if count(REGIONS[0], NOW.date()) != told[name]:
            yield Leak(f"figure:{name} of one region counts what happens in another, or what stands in a case")
        if canaries(str(told[name])):
            yield Leak(f"figure:{name} holds a word of a row")


def commands(output: Callable[[], str]) -> Iterator[Leak]:
    """What a command prints holds no word of a row."""
    for name, runs in RUN.items():
        for words in runs:
            with suppress(SystemExit):
                main(list(words))
            found = canaries(output())
            if found:
                yield Leak(f"{name} prints what a row says: {sorted(found)}")


BREAKS = {
    "cases:timeline": "knooppunt.cases.queries.timeline_page",
    "cases:list": "knooppunt.cases.queries.case_list",
    "signals:inbox": "knooppunt.signals.queries.inbox",
    "home": "knooppunt.site.web.my_work",
    "api:own": "knooppunt.signals.queries.own_reports",
}
"""One place in every room that is made to fail, with a word of a row in the error."""

ADDRESSES = {"cases:list": "/casussen/", "signals:inbox": "/meldingen/", "home": "/", "api:own": "/api/v1/meldingen"}


def error_pages(world: World, client: Client, word: str) -> Iterator[Leak]:
    """An error that quotes a row shows nothing of it: not on the page, not in a header, not in the log."""
    case = world.made.subjects[0][1]
    for path, broken in BREAKS.items():
        url = ADDRESSES.get(path, f"/casussen/{case}/tijdlijn/")
        for error in (ValueError(word), ProgrammingMistake(word), KeyError(word)):
            with mock.patch(broken, side_effect=error), program_log() as log:
                answer = client.get(url)
            shown = canaries(f"{dict(answer.items())} {answer.content.decode()}")
            if shown:
                yield Leak(f"error:{answer.status_code} shows the text of an error at {path}")
            if canaries(log.getvalue()):
                yield Leak(f"log:stderr writes the text of an error at {path}")
