"""The national interface JZV Meldingen 1.0: what systems send in, take back, and hear."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import register_converter
from django.urls.converters import StringConverter
from ninja import Router

from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.problems import problem
from knooppunt.signals import queries
from knooppunt.signals.actions import receive_report, replace_report, token_actor, withdraw_report
from knooppunt.signals.actions.routes import TokenView
from knooppunt.signals.rules import NumberUsed, Status
from knooppunt.signals.rules.jzv import LARGEST, Body, read

BODY = "application/json"
COLLECTION = "/api/v1/meldingen"


class AnyText(StringConverter):
    """A sender's own number in an address: slashes and line ends are part of it."""

    regex = r"(?s:.+)"


register_converter(AnyText, "anytext")

router = Router(tags=["meldingen"])

ONE: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Melding"}}
TAKES = {"requestBody": {"required": True, "content": {BODY: ONE}}}
GIVES = {"content": {BODY: ONE}}
OUTCOME: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/UitkomstMelding"}}
PAGE = {
    "in": "query",
    "name": "page",
    "required": False,
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999, "default": 1},
}
LOCATION = {"Location": {"description": "Waar de melding staat", "schema": {"type": "string"}}}

Answer = Callable[..., HttpResponse]


class _TooLarge(Exception):
    """More than one report can be."""


def mandated(answer: Answer) -> Answer:
    """Finds out which system asks, and turns what went wrong into a problem."""

    @functools.wraps(answer)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        scheme, _, plaintext = request.headers.get("Authorization", "").partition(" ")
        found = token_actor(plaintext.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            denied = problem(HTTPStatus.UNAUTHORIZED, "Stuur een geldig token mee: Authorization: Bearer …")
            denied.headers["WWW-Authenticate"] = "Bearer"
            return denied
        request.mandate = found  # type: ignore[attr-defined]
        return _guarded(functools.partial(answer, request, *args, **kwargs))

    return guarded


def _guarded(answer: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return answer()
    except (_TooLarge, RequestDataTooBig):
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Een melding is ten hoogste {LARGEST} bytes.")
    except NumberUsed as error:
        return problem(HTTPStatus.CONFLICT, error.mend)
    except BadInput as error:
        return problem(HTTPStatus.BAD_REQUEST, error.mend, errors=[(error.field, error.mend)])
    except ChangedMeanwhile:
        return problem(HTTPStatus.CONFLICT, "Deze melding is net gewijzigd. Lees haar opnieuw.")
    except Refused as error:
        return problem(HTTPStatus.FORBIDDEN, " ".join(error.objections))
    except NotFoundForYou:
        return problem(HTTPStatus.NOT_FOUND, "Er is geen melding van u met dit registratienummer.")


def _mandate(request: HttpRequest) -> tuple[Actor, TokenView]:
    found: tuple[Actor, TokenView] = request.mandate  # type: ignore[attr-defined]
    return found


def _read(request: HttpRequest) -> Body:
    announced = request.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > LARGEST:
        raise _TooLarge
    sent = request.body
    if len(sent) > LARGEST:
        raise _TooLarge
    return read(sent)


def _stored(body: str, status: HTTPStatus = HTTPStatus.OK, *, number: str = "") -> HttpResponse:
    answer = HttpResponse(body, status=status.value, content_type=BODY)
    if number:
        answer.headers["Location"] = f"{COLLECTION}/{quote(number, safe='')}"
    return answer


@router.post(
    "/meldingen",
    url_name="meldingen",
    auth=None,
    response={HTTPStatus.CREATED: None},
    openapi_extra={**TAKES, "responses": {HTTPStatus.CREATED: {**GIVES, "headers": LOCATION}}},
)
@mandated
def send(request: HttpRequest) -> HttpResponse:
    """Takes in a report: 201 and where it is found; a number that was used before 409."""
    actor, token = _mandate(request)
    body = _read(request)
    receive_report(actor, body, token=token)
    return _stored(body.raw, HTTPStatus.CREATED, number=body.number)


@router.get(
    "/meldingen",
    auth=None,
    openapi_extra={
        "parameters": [PAGE],
        "responses": {HTTPStatus.OK: {"content": {BODY: {"schema": {"type": "array", "items": ONE["schema"]}}}}},
    },
)
@mandated
def own(request: HttpRequest) -> HttpResponse:
    """The sender's own reports as they were sent, newest first, 50 to a page."""
    actor, _token = _mandate(request)
    page = request.GET.get("page", "1")
    if not (page.isascii() and page.isdigit() and int(page[:6]) > 0 and len(page) < 7):
        raise BadInput("page", "Geef een paginanummer van 1 of meer.")
    return _stored(f"[{','.join(queries.own_reports(actor, int(page)))}]")


@router.put("/meldingen", auth=None, openapi_extra={**TAKES, "responses": {HTTPStatus.OK: GIVES}})
@mandated
def change(request: HttpRequest) -> HttpResponse:
    """Replaces the report that the body names, while it is not handled."""
    body = _read(request)
    return _replaced(request, body)


@router.get(
    "/meldingen/{anytext:registratienummer}",
    url_name="melding",
    auth=None,
    openapi_extra={"responses": {HTTPStatus.OK: GIVES}},
)
@mandated
def one(request: HttpRequest, registratienummer: str) -> HttpResponse:
    """One report, exactly as it was sent."""
    actor, _token = _mandate(request)
    return _stored(queries.own_report(actor, registratienummer).body)


@router.put(
    "/meldingen/{anytext:registratienummer}",
    auth=None,
    openapi_extra={**TAKES, "responses": {HTTPStatus.OK: GIVES}},
)
@mandated
def change_one(request: HttpRequest, registratienummer: str) -> HttpResponse:
    """The same as on the collection; the body must name the same number."""
    body = _read(request)
    if body.number != registratienummer:
        raise BadInput("/registratienummer", "Dit is een ander nummer dan dat in het adres.")
    return _replaced(request, body)


@router.delete("/meldingen/{anytext:registratienummer}", auth=None, response={HTTPStatus.NO_CONTENT: None})
@mandated
def take_back(request: HttpRequest, registratienummer: str) -> HttpResponse:
    """Withdraws a report that is not handled; its number is not used again."""
    actor, _token = _mandate(request)
    found = queries.own_report(actor, registratienummer)
    if found.status != Status.OPEN:
        return _handled()
    withdraw_report(actor, found.id)
    return HttpResponse(status=HTTPStatus.NO_CONTENT.value)


@router.get(
    "/uitkomstmeldingen/{anytext:registratienummer}",
    url_name="uitkomstmelding",
    auth=None,
    openapi_extra={"responses": {HTTPStatus.OK: {"content": {BODY: OUTCOME}}}},
)
@mandated
def outcome(request: HttpRequest, registratienummer: str) -> HttpResponse:
    """What came of a report, where the national interface has a code for it."""
    actor, _token = _mandate(request)
    found = queries.own_report(actor, registratienummer)
    if found.kind != "VT":
        text = "Voor NAZ en ZVH kent versie 1.0 geen uitkomstcode. De melder leest de uitkomst in Knooppunt."
        return problem(HTTPStatus.NOT_FOUND, text, kind="no-outcome-code")
    if not found.outcome_code:
        return problem(HTTPStatus.NOT_FOUND, "Deze melding is nog niet beoordeeld.", kind="no-outcome-yet")
    return JsonResponse({"registratienummer": found.number, "status": found.outcome_code})


def _replaced(request: HttpRequest, body: Body) -> HttpResponse:
    actor, token = _mandate(request)
    found = queries.own_report(actor, body.number)
    if found.status != Status.OPEN:
        return _handled()
    replace_report(actor, found.id, body, token=token)
    return _stored(body.raw)


def _handled() -> HttpResponse:
    return problem(HTTPStatus.CONFLICT, "Deze melding is al afgehandeld en verandert niet meer.")
