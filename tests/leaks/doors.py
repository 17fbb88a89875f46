"""What is asked at every door: one question per address, method and choice, with ids that open and ids that stay shut.

Taken from the list of read paths. A new address is asked by itself; an id in it under a new name needs a line in `IDS`.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from knooppunt.cases.models import (
    AgreedAction,
    Case,
    Consent,
    Consultation,
    Document,
    Goal,
    Intake,
    Item,
    Sounding,
)
from knooppunt.kernel.actor import Function
from knooppunt.partners.models import Professional
from knooppunt.partners.web import CHANGES
from knooppunt.people.models import PersonLink, Search
from knooppunt.sharing.models import Agreement, AgreementDocument, FrequentQuestion, NetworkQuestion, RegimeText
from knooppunt.sharing.queries import regimes
from knooppunt.sharing.web import answering
from knooppunt.sharing.web.agreements import STEPS
from knooppunt.sharing.web.regimetexts import TEXT_STEPS
from knooppunt.signals.models import Report, ReportPerson
from knooppunt.site.reading import Kind, ReadPath, read_paths
from tests.leaks.worlds import Eyes, World
from tests.signals.sample import body

IDS: Mapping[str, type[Model]] = {
    "search_id": Search,
    "report": Report,
    "intake_id": Intake,
    "case_id": Case,
    "document_id": Document,
    "item_id": Item,
    "consent_id": Consent,
    "goal_id": Goal,
    "action_id": AgreedAction,
    "consultation_id": Consultation,
    "sounding_id": Sounding,
    "key": Professional,
    "professional": Professional,
    "agreement": Agreement,
    "agreement_file": AgreementDocument,
    "question": NetworkQuestion,
    "frequent": FrequentQuestion,
    "text": RegimeText,
}
"""Which rows an id in an address names."""

WORDS: Mapping[str, Callable[[], list[str]]] = {
    "what": lambda: [*CHANGES][:1],
    "code": lambda: ["WGS_ZVH"],
    "version": lambda: [str(one.version) for one in regimes() if one.code == "WGS_ZVH"][:1],
    "name": lambda: ["dossiers", "bram"],
    "frequent_step": lambda: [*answering.STEPS],
    "step": lambda: [*STEPS, *TEXT_STEPS],
    "digest": lambda: [one.short_digest for one in regimes() if one.code == "WGS_ZVH"][:1],
    "uidb36": lambda: ["1"],
    "pk": lambda: ["1"],
}
"""What else stands in an address: choices from lists."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "signals:inbox": ("lijst=afgehandeld", "lijst=gemeld", "pagina=2", "sorteer=-termijn", "lijst=gemeld&pagina=2"),
    "signals:export": ("lijst=gemeld", "lijst=afgehandeld&sorteer=-soort"),
    "signals:new": ("formulier=meldpunt",),
    "triage:list": ("toon=oordelen", "sorteer=-wie"),
    "cases:list": ("pagina=2", "sorteer=evaluatie", "stand=in_execution&fase=3", "sorteer=-nummer"),
    "cases:export": ("sorteer=nummer",),
    "cases:close_surely": ("reason=goals_reached",),
    "consultations:outage": ("dag=morgen",),
    "soundings:list": ("stand=afgerond",),
    "search_results": ("soort=tekst",),
    "consultations:list": ("wanneer=geweest", "sorteer=-casus"),
    "sharing:agreements": ("stand=nu&sorteer=-einde",),
    "sharing:new_agreement": ("sjabloon=pga",),
    "sharing:ask_network": ("van=police&aan=municipality&wat=police&kader=WGS_ZVH",),
    "partners:staff": ("toon=alle", "sorteer=naam"),
    "search": ("q=org",),
    "sharing:ask": ("van=police&aan=municipality&wat=police&kader=WGS_ZVH&op=2026-01-15&necessary=ja",),
}
"""Choices that change what a list shows: what is sorted, counted, cut in pages."""

FRAGMENTS = frozenset({"sharing:designations", "consultations:sitting"})
"""Addresses of which a part is fetched as well."""

LEFT_ALONE: Mapping[str, str] = {
    "account_logout": "a POST ends the session with which the rest is asked",
    "demo_enter": "becomes somebody else; asked without a session in the tests of log-in",
    "cases:purpose": "a POST is part of every session of oversight already",
}
"""Addresses that are not sent an empty form, and why."""


@dataclass(frozen=True)
class Question:
    """One thing that is asked at one door."""

    path: str
    method: str
    url: str
    data: Any = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.path} ({self.method})"


def questions(world: World, eyes: Eyes, paths: frozenset[str] | None = None) -> list[Question]:
    """Everything that is asked of this world, in one order; of some paths only when these are named."""
    never = uuid4()
    found: list[Question] = []
    for path in page_paths():
        if paths is None or path.name in paths:
            found += _of_page(world, eyes, path, never)
    if paths is None or paths & {"search", "search_results"}:
        found += _searches(world, eyes)
    if paths is None or any(name.startswith("api:") for name in paths):
        found += [one for one in _of_interface(world, eyes) if paths is None or one.path in paths]
    return found


_page_paths: list[ReadPath] = []


def page_paths() -> list[ReadPath]:
    """The pages among the read paths; they do not change while the tests run."""
    if not _page_paths:
        _page_paths.extend(path for path in read_paths() if path.kind is Kind.PAGE)
    return _page_paths


def _of_page(world: World, eyes: Eyes, path: ReadPath, never: UUID) -> Iterator[Question]:
    methods, _, where = path.where.partition(" /")
    for url in addresses(world, eyes, path.name, where, never):
        if "GET" in methods:
            yield Question(path.name, "GET", url)
            for choice in CHOICES.get(path.name, ()):
                yield Question(path.name, "GET", f"{url}?{choice}")
            if path.name in FRAGMENTS:
                yield Question(path.name, "GET", url, headers=(("HX-Request", "true"),))
        if "POST" in methods and path.name not in LEFT_ALONE and not path.name.startswith(("account_", "mfa_")):
            yield Question(path.name, "POST", url, {"form_id": str(never)})
    if path.name == "triage:new":
        yield from _beginnings(world, eyes, never)
    if path.name == "account_reset_password":
        accounts = [one.account.email for one in world.made.rows[Professional]]
        for email in (accounts[0], accounts[-1], f"{never}@voorbeeld.invalid"):
            yield Question(path.name, "POST", "/account/password/reset/", {"email": email})


def _beginnings(world: World, eyes: Eyes, never: UUID) -> Iterator[Question]:
    """Where a request for an intake may begin."""
    for name, model in (("melding", Report), ("meedenkvraag", Sounding)):
        for key in _some(world, eyes, model, never):
            yield Question("triage:new", "GET", f"/triage/nieuw/?{name}={key}")


def addresses(world: World, eyes: Eyes, name: str, where: str, never: UUID) -> list[str]:
    """The addresses of one page, with ids filled in."""
    wanted = parameters(where)
    if not wanted:
        return [f"/{where}"] if "(?P<" not in where else ["/account/password/reset/key/1-set-password/"]
    if set(wanted) <= {"case_id", "goal_id", "action_id"} and len(wanted) > 1:
        pairs = _parts(world, eyes, IDS[wanted[1]], never)
        return [reverse(name, kwargs=dict(zip(wanted, pair, strict=True))) for pair in pairs]
    choices = [_some(world, eyes, IDS[one], never) if one in IDS else WORDS[one]() for one in wanted]
    found = []
    for values in itertools.product(*choices):
        try:
            found.append(reverse(name, kwargs=dict(zip(wanted, values, strict=True))))
        except NoReverseMatch:
            continue
    return found


def parameters(where: str) -> list[str]:
    """The names of what stands in an address between angle brackets."""
    return [part.partition(">")[0].rpartition(":")[2] for part in where.split("<")[1:] if "(?P" not in where]


def _some(world: World, eyes: Eyes, model: type[Model], never: UUID) -> list[UUID]:
    """An id that opens and ids that stay shut, of which the last is there in one of the worlds only."""
    opened, shut = eyes.open_rows(model), eyes.shut_rows(model)
    return list(dict.fromkeys(row.pk for row in [*opened[:1], *shut[:1], *shut[-1:]])) or [never]


def _parts(world: World, eyes: Eyes, model: type[Model], never: UUID) -> list[tuple[UUID, UUID]]:
    """A part under its own case, and shut ones also under a case that opens."""
    cases = [row.pk for row in eyes.open_rows(Case)][:1] or [never]
    opened, shut = eyes.open_rows(model), eyes.shut_rows(model)
    own = [(row.case_id, row.pk) for row in [*opened[:1], *shut[:1], *shut[-1:]]]
    return list(dict.fromkeys([*own, *((cases[0], row.pk) for row in [*shut[:1], *shut[-1:]])]))


def _searches(world: World, eyes: Eyes) -> Iterator[Question]:
    """Names and numbers that are known here, elsewhere, in one of the worlds, or nowhere."""
    opened, shut = eyes.open_rows(PersonLink), eyes.shut_rows(PersonLink)
    names = [row.name for row in [*opened[:1], *shut[:2], *shut[-2:]]] + [world.words.canary()]
    shut_numbers = [row.bsn for row in eyes.shut_rows(ReportPerson)]
    for sought in [*names, f"{shut[-1].name} 03-02-1980", *shut_numbers[:1], *shut_numbers[-1:], world.words.bsn()]:
        yield Question("search", "POST", "/zoeken/", {"q": sought})


def _of_interface(world: World, eyes: Eyes) -> Iterator[Question]:
    """A system asks for its own reports and for others', by number; whoever has no token asks too."""
    yield Question("api:own", "GET", "/api/v1/meldingen")
    yield Question("api:own", "GET", "/api/v1/meldingen?page=2")
    yield Question("api:figure", "GET", "/api/v1/cijfers/dossiers?region=VR91")
    yield Question("api:decisions", "POST", "/api/v1/afwegingen", "[]")
    yield Question("api:openapi-json", "GET", "/api/v1/openapi.json")
    yield Question("api:send", "POST", "/api/v1/meldingen", "{}")
    opened, shut = eyes.open_rows(Report), eyes.shut_rows(Report)
    for report in [*opened[:1], *shut[:1], *shut[-3:]]:
        number = quote(report.number, safe="")
        yield Question("api:one", "GET", f"/api/v1/meldingen/{number}")
        yield Question("api:outcome", "GET", f"/api/v1/uitkomstmeldingen/{number}")
        if not eyes.may_open(report):
            said = json.dumps(body(registratienummer=report.number))
            yield Question("api:change_one", "PUT", f"/api/v1/meldingen/{number}", said)
            yield Question("api:change", "PUT", "/api/v1/meldingen", said)
            yield Question("api:take_back", "DELETE", f"/api/v1/meldingen/{number}")


def is_system(eyes: Eyes) -> bool:
    """Whether it is a system that asks, with a bearer token."""
    return eyes.actor is not None and eyes.actor.function is Function.SYSTEM
