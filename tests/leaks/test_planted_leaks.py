"""The leak test finds a leak of every kind, by the name of its read path: each is planted here, and caught.

Most plants first take the second wall down (a policy that lets everybody read), for behind it a forgotten filter shows
nothing. Each is sought among a few paths only, so that this stays quick; the nightly run seeks them among all.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from knooppunt.cases import queries as cases
from knooppunt.cases.models import CasePerson
from knooppunt.cases.statistics import dossiers
from knooppunt.kernel.access import EVERYTHING
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.sharing.access import Near
from knooppunt.signals.models import Report
from knooppunt.signals.queries import OwnReport
from knooppunt.site.accounts import AccountAdapter
from knooppunt.site.figures import FIGURES
from knooppunt.site.middleware import ErrorMiddleware, error_page
from knooppunt.site.search import occurrences_in
from tests.leaks.answers import Leak, Reader, after_another, leaks
from tests.leaks.conftest import Worlds, rich
from tests.leaks.going_out import commands, error_pages, figures, messages
from tests.leaks.test_nothing_leaks import full, otherwise_but_for_numbers

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "counts"])
Owner = psycopg.Connection
Plant = Callable[[Owner], Any]
SEED = 7


def everything(_actor: Actor, _model: Any = None) -> Any:
    """A scope that forgets to ask."""
    return EVERYTHING


def anywhere(_actor: Actor, _kind: Any) -> Near:
    """A list that does not begin from what the reader reaches."""
    return Near(None)


def number_of(owner: Owner, table: str) -> int:
    """How many rows there are, whoever may see them."""
    found = owner.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
    assert found is not None
    return int(found[0])


def changed_since(owner: Owner, table: str) -> Callable[[], bool]:
    """Whether the number of rows is another than when this was asked first: what a leak of any kind can build on."""
    first: list[int] = []

    def changed() -> bool:
        first.append(number_of(owner, table))
        return first[-1] != first[0]

    return changed


@contextmanager
def unwalled(owner: Owner, *tables: str) -> Iterator[ExitStack]:
    """The database lets everybody read these tables."""
    with ExitStack() as stack:
        for table in tables:
            owner.execute(f"CREATE POLICY leak ON {table} FOR SELECT TO kn_web USING (true)")  # type: ignore[arg-type]
            stack.callback(owner.execute, f"DROP POLICY leak ON {table}")
        yield stack


@contextmanager
def list_without_scope(owner: Owner) -> Iterator[None]:
    with unwalled(owner, "cases_case") as stack:
        stack.enter_context(mock.patch("knooppunt.cases.queries.lists.scope", everything))
        stack.enter_context(mock.patch("knooppunt.cases.queries.lists.near", anywhere))
        yield


@contextmanager
def export_with_more_rows(owner: Owner) -> Iterator[None]:
    rows = lambda _actor: Report.objects.select_related("route", "municipality", "sender", "region")  # noqa: E731
    with unwalled(owner, "signals_report") as stack:
        stack.enter_context(mock.patch("knooppunt.signals.queries.lists.visible", rows))
        stack.enter_context(mock.patch("knooppunt.signals.queries.lists.near", anywhere))
        yield


OPEN_GATE = """
CREATE OR REPLACE FUNCTION kn_occurrences(digests bytea[], most int) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT l.id FROM people_personkey k JOIN people_personlink l ON l.person_id = k.person_id
   WHERE k.digest = ANY (digests) $$
"""


@contextmanager
def search_without_scope(owner: Owner) -> Iterator[None]:
    kept = owner.execute("SELECT pg_get_functiondef('kn_occurrences(bytea[], int)'::regprocedure)").fetchone()
    assert kept is not None
    with unwalled(owner, "people_personlink") as stack:
        owner.execute(OPEN_GATE)
        stack.callback(owner.execute, kept[0])
        stack.enter_context(mock.patch("knooppunt.people.queries.links", everything))
        yield


@contextmanager
def part_of_a_hidden_category(owner: Owner) -> Iterator[None]:
    with unwalled(owner, "cases_item") as stack:
        stack.enter_context(mock.patch("knooppunt.cases.queries.parts.scope", everything))
        yield


@contextmanager
def count_over_a_list(owner: Owner) -> Iterator[None]:
    real = cases.case_list

    def counted(actor: Actor, chosen: Any) -> Any:
        return replace(real(actor, chosen), total=number_of(owner, "cases_case"))

    with mock.patch("knooppunt.cases.queries.case_list", counted):
        yield


@contextmanager
def order_by_what_is_hidden(owner: Owner) -> Iterator[None]:
    real, changed = cases.timeline_page, changed_since(owner, "cases_case")

    def ordered(*said: Any, **more: Any) -> Any:
        page = real(*said, **more)
        return replace(page, moments=page.moments[::-1] if changed() else page.moments)

    with mock.patch("knooppunt.cases.queries.timeline_page", ordered):
        yield


@contextmanager
def tag_over_hidden_rows(owner: Owner) -> Iterator[None]:
    def tagged(*said: Any, **more: Any) -> HttpResponse:
        answer = render(*said, **more)
        answer.headers["ETag"] = f'"{number_of(owner, "cases_item")}"'
        return answer

    with mock.patch("knooppunt.cases.web.lists.render", tagged):
        yield


@contextmanager
def page_that_is_kept(_owner: Owner) -> Iterator[None]:
    def kept(*said: Any, **more: Any) -> HttpResponse:
        answer = render(*said, **more)
        answer.headers["Cache-Control"] = "private, max-age=60"
        return answer

    # What stands around every page would put it right.
    with (
        mock.patch("knooppunt.cases.web.lists.render", kept),
        mock.patch(
            "knooppunt.site.headers._is_file_of_ours", lambda _request, answer: "max-age" in str(answer.headers)
        ),
    ):
        yield


def _instead(owner: Owner, told: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Another answer than "not found" for a case that is there, but not for this reader."""
    real = ErrorMiddleware.process_exception

    def telling(self: ErrorMiddleware, request: HttpRequest, error: Exception) -> HttpResponse | None:
        key = request.resolver_match.kwargs.get("case_id") if request.resolver_match else None
        there = owner.execute("SELECT 1 FROM cases_case WHERE id = %s", [key]).fetchone()
        return told(request) if isinstance(error, NotFoundForYou) and there else real(self, request, error)

    return mock.patch.object(ErrorMiddleware, "process_exception", telling)


def refusal_where_nothing_would_be(owner: Owner) -> Any:
    return _instead(owner, lambda request: error_page(request, 403, ["Deze casus is niet voor u."]))


def redirect_that_tells(owner: Owner) -> Any:
    return _instead(owner, lambda _request: redirect("/casussen/"))


@contextmanager
def log_line_with_a_name(_owner: Owner) -> Iterator[None]:
    real = cases.overview_page

    def noting(*said: Any, **more: Any) -> Any:
        page = real(*said, **more)
        logging.getLogger("knooppunt.cases").info("opened %s", [goal.text for goal in page.goals])
        return page

    with mock.patch("knooppunt.cases.queries.overview_page", noting):
        yield


@contextmanager
def mail_with_a_name(owner: Owner) -> Iterator[None]:
    real = AccountAdapter.send_mail

    def telling(self: AccountAdapter, template: str, email: str, context: dict[str, Any]) -> None:
        found = owner.execute("SELECT number FROM cases_case WHERE number LIKE 'kanarie%' LIMIT 1").fetchone()
        assert found is not None
        with mock.patch.object(self, "format_email_subject", lambda _subject: f"Uw casus {found[0]}"):
            real(self, template, email, context)

    with mock.patch.object(AccountAdapter, "send_mail", telling):
        yield


@contextmanager
def another_query_when_somebody_is_there(owner: Owner) -> Iterator[None]:
    changed = changed_since(owner, "people_person")

    def telling(work: Any, identity: Any) -> Any:
        if changed():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 'one more look'")
        return occurrences_in(work, identity)

    with mock.patch("knooppunt.site.search.occurrences_in", telling):
        yield


@contextmanager
def interface_without_scope(owner: Owner) -> Iterator[None]:
    with unwalled(owner, "signals_report") as stack:
        stack.enter_context(mock.patch("knooppunt.signals.queries.own._sent", lambda _actor: Report.objects.all()))
        yield


@dataclass(frozen=True)
class Planted:
    """A leak, which read path it is in, how the test finds it, and as whom."""

    plant: Plant
    path: str
    found: str
    hat: Function = Function.EXECUTION


PLANTED = {
    "a list without scope": Planted(list_without_scope, "cases:list", "shows"),
    "an export with more rows": Planted(export_with_more_rows, "signals:export", "shows"),
    "a search without scope": Planted(search_without_scope, "search_results", "shows"),
    "a part of a hidden category": Planted(part_of_a_hidden_category, "cases:information", "shows"),
    "a count over a list": Planted(count_over_a_list, "cases:list", "tells by its body"),
    "a position that tells": Planted(order_by_what_is_hidden, "cases:timeline", "tells by its body"),
    "an ETag over hidden rows": Planted(tag_over_hidden_rows, "cases:list", "tells by its headers"),
    "a page that may be kept": Planted(page_that_is_kept, "cases:list", "may be kept"),
    "403 against 404": Planted(refusal_where_nothing_would_be, "cases:plan", "tells by its status"),
    "a redirect that tells": Planted(redirect_that_tells, "cases:network", "tells by its status"),
    "a log line with a name": Planted(log_line_with_a_name, "cases:overview", "logs what a row says"),
    "a mail with a name": Planted(mail_with_a_name, "account_reset_password", "mails what a row says"),
    "a search that asks more": Planted(another_query_when_somebody_is_there, "search_results", "tells by its queries"),
    "an interface without scope": Planted(interface_without_scope, "api:one", "shows", Function.SYSTEM),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_leak_is_found_by_name(worlds: Worlds, owner_connection: Owner, kind: str) -> None:
    planted = PLANTED[kind]
    world = worlds(rich(planted.hat), SEED)
    with planted.plant(owner_connection):
        found = leaks(world, 0, owner_connection, frozenset({planted.path}))
    assert {str(one).partition(" ")[0] for one in found} == {planted.path}
    assert any(planted.found in str(one) for one in found), [str(one)[:200] for one in found]


@pytest.mark.nightly
@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_leak_is_found_among_all_paths(worlds: Worlds, owner_connection: Owner, kind: str) -> None:
    planted = PLANTED[kind]
    world = worlds(rich(planted.hat), SEED)
    with planted.plant(owner_connection):
        found = leaks(world, 0, owner_connection)
    assert any(str(one).startswith(planted.path) and planted.found in str(one) for one in found)


def test_a_page_kept_for_somebody_else_is_found(worlds: Worlds, owner_connection: Owner) -> None:
    kept: dict[str, HttpResponse] = {}

    def keeping(request: HttpRequest, *said: Any, **more: Any) -> HttpResponse:
        return kept.setdefault(request.get_full_path(), render(request, *said, **more))

    with mock.patch("knooppunt.cases.web.lists.render", keeping):
        found = after_another(worlds(rich(), SEED), 0, 1, owner_connection, frozenset({"cases:list"}))
    assert any(str(one).startswith("cases:list (GET) shows one reader what another one saw") for one in found)


def test_a_figure_with_a_row_of_elsewhere_is_found(worlds: Worlds, owner_connection: Owner) -> None:
    world = full(worlds)
    title, _ = FIGURES["dossiers"]

    def counting(region: str, at: Any) -> Any:
        other = world.place.regions[1].code
        rows = dossiers(region, at)
        return [*rows[:-1], replace(rows[-1], value=rows[-1].value + dossiers(other, at)[-1].value)]

    with mock.patch.dict("knooppunt.site.figures.FIGURES", {"dossiers": (title, counting)}):
        found = list(figures(lambda: otherwise_but_for_numbers(world, owner_connection)))
    assert [str(one).partition(" ")[0] for one in found] == ["figure:dossiers"]


def test_a_command_that_prints_a_row_is_found(
    worlds: Worlds, owner_connection: Owner, capsys: pytest.CaptureFixture[str]
) -> None:
    world = full(worlds)

    def telling() -> list[str]:
        return [world.made.rows[CasePerson][0].relation]

    with mock.patch("knooppunt.site.health.findings", telling):
        found = list(commands(lambda: "".join(capsys.readouterr())))
    assert [str(one).partition(" prints")[0] for one in found] == ["knooppunt check"]


def test_an_error_page_with_values_is_found(worlds: Worlds, owner_connection: Owner) -> None:
    def quoting(_request: HttpRequest, _fault: object, _status: int) -> HttpResponse:
        return HttpResponse(str(sys.exc_info()[1]), status=500)

    world = full(worlds)
    reader = Reader(world, world.seen_by(0), frozenset(), owner_connection)
    with mock.patch("knooppunt.site.failing._page", quoting):
        found = list(error_pages(world, reader.client, world.words.canary()))
    assert {str(one).partition(" at")[0] for one in found} == {"error:500 shows the text of an error"}


def test_a_log_that_quotes_an_error_is_found(worlds: Worlds, owner_connection: Owner) -> None:
    world = full(worlds)
    reader = Reader(world, world.seen_by(0), frozenset(), owner_connection)
    with mock.patch("knooppunt.site.logs.WithoutValues.formatException", logging.Formatter().formatException):
        found = list(error_pages(world, reader.client, world.words.canary()))
    assert {str(one).partition(" at")[0] for one in found} == {"log:stderr writes the text of an error"}


def read_by_anybody(owner: Owner, column: str) -> Callable[[Actor, UUID], OwnReport | None]:
    """A reader that does not ask who reads; what it calls the number comes from a column."""

    def own(_actor: Actor, key: UUID) -> OwnReport | None:
        found = owner.execute(f"SELECT {column} FROM signals_report WHERE id = %s", [key]).fetchone()  # type: ignore[arg-type]
        return OwnReport(key, found[0], "VT", "", "handled", "advies") if found else None

    return own


def test_a_message_to_who_may_not_read_is_found(worlds: Worlds, owner_connection: Owner) -> None:
    world = full(worlds, Function.SYSTEM)
    with mock.patch("knooppunt.signals.jobs.own_report_by_id", read_by_anybody(owner_connection, "number")):
        found = list(messages(world, owner_connection))
    assert {str(one).partition(" tells")[0] for one in found} == {"outbox:outcome_notice"}


def test_a_message_with_content_is_found(worlds: Worlds, owner_connection: Owner) -> None:
    world = full(worlds, Function.SYSTEM)
    telling = read_by_anybody(owner_connection, "number || ' ' || happened")
    with (
        mock.patch("knooppunt.signals.jobs.own_report_by_id", telling),
        pytest.raises(Leak, match="outbox:outcome_notice says more than a number and a code"),
    ):
        list(messages(world, owner_connection))
