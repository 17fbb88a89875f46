"""Asking, and what came back: status, headers, cookies, body, the shape of the queries, and what the program logged.

Two rounds of the same questions, in W and in W′, must give the same answers; and no answer holds a word of a row that
stays shut. Whatever differs or holds one is a `Leak`, which names the read path.
"""

import io
import itertools
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from difflib import unified_diff
from typing import Any
from unittest import mock
from uuid import UUID

import psycopg
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from knooppunt.cases.models import Case
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.partners.models import Account
from knooppunt.site.logs import WithoutValues
from tests.leaks.doors import Question, is_system, questions
from tests.leaks.otherwise import carry_out, ids_of, two_worlds
from tests.leaks.worlds import STANDINGS, Eyes, World, canaries, secret_of
from tests.walls.filling import NOW

UUID_IN_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DRAWN = re.compile(r"\b([td])[0-9a-f]{8}\b")
"""Ids inside a picture, new with every drawing."""
CSRF = re.compile(r'(name="(?:csrfmiddlewaretoken|concept)" value="|"X-CSRFToken": ")[^"]+')
TITLE = re.compile(r"(<title>Gevonden )[0-9a-f]{6}")
"""The page of results is told apart by its own id, which is new with every search."""
VALUES = re.compile(r"%s(?:::\w+(?:\[\])?)?(?:, %s(?:::\w+(?:\[\])?)?)+")
ROWS = re.compile(r"(\(%s…\))(?:, \(%s…\))+")
SAVEPOINT = re.compile(r'SAVEPOINT "[^"]+"')
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TICK = timedelta(microseconds=100)
"""Between two questions, so that lines of the log have an order; a whole round stays within the second in which a right
that is yet to come is still to come."""


class Leak(AssertionError):
    """Something got out that this reader may not know."""


@dataclass(frozen=True)
class Answer:
    """What came back, with what is random by itself taken out."""

    status: int
    headers: tuple[str, ...]
    body: str
    asked: tuple[str, ...]
    logged: str
    mailed: str

    def all_text(self) -> str:
        """Everything that leaves the house."""
        return "\n".join([*self.headers, self.body])


class Reader:
    """Somebody's browser or system, asking one thing after another."""

    def __init__(self, world: World, eyes: Eyes, known: frozenset[str], owner: psycopg.Connection) -> None:
        self.known, self.owner, self.eyes = known, owner, eyes
        # How often somebody asked before is counted by the real clock: every round begins with a clean slate.
        cache.clear()
        self.client = _session(world, eyes, owner)
        self._ticks = itertools.count()

    def say_purposes(self, cases: Sequence[UUID]) -> None:
        """Oversight says why it looks, at every case: also at those that do not open."""
        if self.eyes.actor is not None and self.eyes.actor.function is Function.OVERSIGHT:
            for case in cases:
                said = {"purpose": "Controle van de rechtmatigheid", "to": f"/casussen/{case}/"}
                self.client.post(f"/casussen/{case}/doel/", {**said, "form_id": str(case)})

    def ask(self, question: Question) -> list[tuple[Question, Answer]]:
        """The answer; of a search also what stands at the address to which it leads."""
        answers = [(question, self._ask(question))]
        if question.path == "search" and question.method == "POST" and answers[0][1].status == 303:
            follow = Question("search_results", "GET", self._last_location)
            answers.append((Question("search_results", "GET", f"after {question.data}"), self._ask(follow)))
        return answers

    def _ask(self, question: Question) -> Answer:
        asked: list[str] = []
        with (
            clock.stopped_at(NOW + next(self._ticks) * TICK),
            connection.execute_wrapper(_noting(asked)),
            program_log() as log,
        ):
            answer = self._send(question)
        self._last_location = answer.headers.get("Location", "")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        cookies = [f"cookie {name} {_attributes(morsel)}" for name, morsel in sorted(answer.cookies.items())]
        headers = [(name, value) for name, value in sorted(answer.items()) if name != "Expires"]
        return Answer(
            status=answer.status_code,
            headers=tuple(self._plain(f"{name}: {value}") for name, value in headers) + tuple(cookies),
            body=self._plain(body.decode("utf-8", "replace")),
            asked=tuple(asked),
            logged=log.getvalue(),
            mailed=_mail(),
        )

    def _send(self, question: Question) -> Any:
        headers = dict(question.headers)
        if question.method == "GET":
            return self.client.get(question.url, headers=headers)
        if isinstance(question.data, str):
            send = getattr(self.client, question.method.lower())
            return send(question.url, question.data, content_type="application/json")
        return getattr(self.client, question.method.lower())(question.url, question.data, headers=headers)

    def _plain(self, text: str) -> str:
        """Without ids and tokens that are made anew each time; ids of rows stay."""
        text = UUID_IN_TEXT.sub(lambda found: found[0] if found[0] in self.known else "<new id>", text)
        return CSRF.sub(r"\1<token>", TITLE.sub(r"\1<key>", DRAWN.sub(r"\1<new>", text)))


def _mail() -> str:
    """The mails of this answer; the next one finds an empty box."""
    box = getattr(mail, "outbox", [])
    text = "\n".join(f"{one.subject}\n{one.body}\n{one.alternatives}" for one in box)
    box.clear()
    return text


def _attributes(morsel: Any) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(morsel.items()) if value and name != "expires")


def _session(world: World, eyes: Eyes, owner: psycopg.Connection) -> Client:
    """Logged in as the database now knows this person; a system brings its token, a visitor nothing."""
    client = Client(raise_request_exception=False)
    actor = eyes.actor
    if actor is None:
        return client
    if is_system(eyes):
        return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret_of(actor.who)}"})
    person = world.professionals[actor.who]
    person.organisation_id, person.functions = actor.for_whom, [actor.function.value]
    for name, value in STANDINGS[world.standing].items():
        setattr(person, name, value)
    with owner.transaction():
        owner.execute(
            "UPDATE partners_professional SET organisation_id = %s, functions = %s, screened_on = %s,"
            " trained_until = %s, active_until = %s WHERE id = %s",
            [person.organisation_id, person.functions, person.screened_on, person.trained_until, person.active_until,
             person.pk],
        )  # fmt: skip
        world.place.filling.record()
    with clock.stopped_at(NOW):
        client.force_login(Account.objects.get(pk=person.account_id), backend=BACKEND)
    return client


Wrapper = Callable[[Callable[..., Any], str, Any, bool, Mapping[str, Any]], Any]


def _noting(asked: list[str]) -> Wrapper:
    """Keeps the shape of each query: its text without parameters, and a row or value more counts as one."""

    def wrapper(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(shape(str(statement)))
        return execute(statement, params, many, context)

    return wrapper


def shape(statement: str) -> str:
    """A query without what depends on how many rows are handled."""
    return ROWS.sub(r"\1", SAVEPOINT.sub("SAVEPOINT", VALUES.sub("%s…", statement)))


@contextmanager
def program_log() -> Iterator[io.StringIO]:
    """Everything that the program logs, at all levels, as the real formatter writes it.

    But for the template engine, which notes at length every variable that a page leaves empty.
    """
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(WithoutValues(settings.LOGGING["formatters"]["plain"]["format"]))
    with ExitStack() as stack:
        for name in ("", "django", "django.request", "knooppunt", "procrastinate", "django.template"):
            logger = logging.getLogger(name)
            stack.callback(logger.setLevel, logger.level)
            logger.setLevel(logging.INFO if name == "django.template" else logging.DEBUG)
        stack.enter_context(mock.patch.object(root, "handlers", [handler]))
        yield written


# --- The two rounds -------------------------------------------------------------------------------


def leaks(
    world: World, number: int | None, owner: psycopg.Connection, paths: frozenset[str] | None = None
) -> list["Leak"]:
    """Asks everything in W and in W′, as one of the actors or as a visitor; what got out that may not."""
    eyes = Eyes(None, {}, world.made.rows) if number is None else world.seen_by(number)
    change = two_worlds(world, eyes)
    known = frozenset(map(str, ids_of(world, change)))
    asked = questions(world, eyes, paths)
    cases = [row.pk for row in world.made.rows[Case]]
    may_read = eyes.open_words()
    rounds = []
    with small_pages():
        for again in (False, True):
            if again:
                carry_out(world, change, owner)
            reader = Reader(world, eyes, known, owner)
            reader.say_purposes(cases)
            rounds.append([pair for question in asked for pair in reader.ask(question)])
    found = [
        leak
        for (question, first), (_, second) in zip(*rounds, strict=True)
        for leak in judged(question, first, second, may_read)
    ]
    return [*found, *what_stayed(owner)]


def after_another(
    world: World, first: int, second: int, owner: psycopg.Connection, paths: frozenset[str] | None = None
) -> list["Leak"]:
    """What one reader gets of what another one asked for before: nothing is kept between them."""
    known = frozenset(str(row.pk) for row in world.made.every())
    asked = questions(world, world.seen_by(first), paths)
    may_read = world.seen_by(second).open_words()
    readers = [Reader(world, world.seen_by(number), known, owner) for number in (first, second)]
    found = []
    for question in asked:
        readers[0].ask(question)
        for told, answer in readers[1].ask(question):
            shown = canaries(answer.all_text()) - may_read
            if shown:
                found.append(Leak(f"{told} shows one reader what another one saw: {sorted(shown)}"))
    return found


@contextmanager
def small_pages() -> Iterator[None]:
    """Lists of one line to a page, so that few rows make many pages."""
    with ExitStack() as stack:
        for name in ("cases.queries.lists.PAGE", "cases.web.lists.PAGE", "signals.queries.lists.PER_PAGE"):
            stack.enter_context(mock.patch(f"knooppunt.{name}", 1))
        stack.enter_context(mock.patch("knooppunt.signals.web.PER_PAGE", 1))
        yield


def judged(question: Question, first: Answer, second: Answer, may_read: set[str]) -> Iterator[Leak]:
    """What is wrong with a pair of answers."""
    for answer in (first, second):
        # A page of results repeats what its reader typed.
        shown = canaries(answer.all_text()) - may_read - canaries(question.url)
        if shown:
            yield Leak(f"{question} shows what stays shut: {sorted(shown)} at {question.url}")
        if canaries(answer.logged):
            yield Leak(f"{question} logs what a row says: {sorted(canaries(answer.logged))}")
        if canaries(answer.mailed):
            yield Leak(f"{question} mails what a row says: {sorted(canaries(answer.mailed))}")
        if answer.status == 500:
            yield Leak(f"{question} breaks at {question.url}:\n{answer.logged[-2000:]}")
        if "no-store" not in "".join(one for one in answer.headers if one.lower().startswith("cache-control")):
            yield Leak(f"{question} may be kept by a browser or a proxy: no no-store at {question.url}")
    for part in ("status", "headers", "body", "asked"):
        one, other = getattr(first, part), getattr(second, part)
        anew = question.path in MADE_ANEW and part in ("headers", "body")
        if one != other and not anew and (question.path, part) not in TOLD_APART:
            yield Leak(
                f"{question} tells by its {NAMES[part]} what stays shut, at {question.url}:\n{_differ(one, other)}"
            )


TOLD_APART: Mapping[tuple[str, str], str] = {
    (
        "account_reset_password",
        "asked",
    ): "a mail to a known account asks more; the answer is the same, no resident is in it",
}
"""What may differ after all, and why: looked at by people, and told in ADR 0014."""

MADE_ANEW: Mapping[str, str] = {
    "mfa_activate_totp": "a new secret at every look",
    "mfa_add_webauthn": "a new challenge at every look",
    "account_sessions": "lists the reader's own sessions; there is one more in the second round",
    "healthz": "tells by how many seconds two clocks differ",
}
"""Pages of which the text is random by itself, so that two answers never are alike; words of rows are still sought."""

NAMES = {"status": "status", "headers": "headers", "body": "body", "asked": "queries"}


def _differ(one: Any, other: Any) -> str:
    if not isinstance(one, str | tuple):
        return f"{one} in one world, {other} in the other"
    lines = [list(text) if isinstance(text, tuple) else text.splitlines() for text in (one, other)]
    return "\n".join(itertools.islice(unified_diff(*lines, "one world", "the other", lineterm="", n=1), 40))


def what_stayed(owner: psycopg.Connection) -> Iterator[Leak]:
    """What the questions left behind holds no text of a row: not the log of looks, the queue nor the outbox."""
    for table in ("kernel_auditline", "kernel_outboxmessage", "procrastinate_jobs", "axes_accessattempt"):
        rows = owner.execute(f"SELECT to_jsonb(t) - 'purpose' FROM {table} t")  # type: ignore[arg-type]
        found = canaries(str(rows.fetchall()))
        if found:
            yield Leak(f"{table} keeps what a row says: {sorted(found)}")
