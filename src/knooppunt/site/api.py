"""The JSON interface at /api/v1: what all its parts share. Each room brings a router of its own."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import Query, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from knooppunt.kernel.doors import public_door, token_door
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.sharing.api import router as sharing
from knooppunt.signals.api import router as signals
from knooppunt.site.openapi import PUBLIC_PART, Interface
from knooppunt.site.problems import problem

VERSION = "1.0.0"
DOCUMENT = "openapi-json"
PUBLIC = frozenset({DOCUMENT, "figure", "decisions"})
"""Parts that need no token: what the interface looks like, figures for the public, and questions to the law."""

api = Interface(version=VERSION)
api.add_router("", signals)
api.add_router("", sharing)


class FigureOptions(Schema):
    """The options of `knooppunt figures`."""

    region: str = ""
    at: date | None = None
    by: Literal["municipality"] = "municipality"
    audience: Literal["internal", "public"] = "public"
    format: Literal["json", "csv", "table"] = "json"


@api.get(
    "/cijfers/{name}",
    url_name="figure",
    summary="A figure, as far as it may be published",
    openapi_extra=dict(PUBLIC_PART),
)
def figure(request: HttpRequest, name: str, options: Query[FigureOptions]) -> HttpResponse:
    """Nothing may be published before small counts are protected."""
    return problem(404, "Nothing is published yet", kind="nothing-published")


@api.exception_handler(ValidationError)
def _malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    # Only where and what: the value itself may name somebody.
    found = [{"field": ".".join(str(part) for part in one["loc"]), "mend": str(one["msg"])} for one in error.errors]
    return problem(400, "The request cannot be understood", errors=found)


@api.exception_handler(AuthenticationError)
def _unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    answer = problem(401, "A valid bearer token is needed")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def _declined(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "The request cannot be handled", detail=str(error))


@api.exception_handler(BadInput)
def _bad_input(_request: HttpRequest, error: BadInput) -> HttpResponse:
    return problem(400, "The request cannot be taken in", errors=[{"field": error.field, "mend": error.mend}])


@api.exception_handler(Refused)
def _refused(_request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(403, "This may not be done", errors=[{"mend": objection} for objection in error.objections])


@api.exception_handler(NotFoundForYou)
def _not_found(_request: HttpRequest, _error: NotFoundForYou) -> HttpResponse:
    return problem(404, "Not found")


@api.exception_handler(ChangedMeanwhile)
def _changed(_request: HttpRequest, _error: ChangedMeanwhile) -> HttpResponse:
    return problem(409, "It was changed meanwhile: read it again first")


def _door(pattern: URLPattern) -> None:
    """Marks a part for the middleware, and lets each answer name its version."""
    view: Callable[..., Any] = pattern.callback

    @wraps(view)
    def versioned(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        answer: HttpResponse = view(request, *arguments, **named)
        answer.headers["API-Version"] = VERSION
        if pattern.name == DOCUMENT:
            # What the interface looks like is for every program, also in a browser elsewhere.
            answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer

    mark = public_door() if pattern.name in PUBLIC else token_door()
    pattern.callback = mark(versioned)


def _with_doors() -> tuple[list[URLPattern | URLResolver], str, str]:
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            _door(pattern)
    return patterns, app_name, str(namespace)


urls = _with_doors()
