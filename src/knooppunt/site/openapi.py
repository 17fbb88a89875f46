"""The OpenAPI document of the interface, completed with what every part shares, after the NL API Design Rules.

A part declares what it takes and gives; which errors it can answer follows from its method and from who may call it.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from knooppunt.kernel.doors import PUBLIC_MARK
from knooppunt.sharing.rules.form import SCHEMAS
from knooppunt.signals.rules.jzv import schemas

BASE = "/api/v1"
DESCRIPTION = (
    "Meldingen volgens JZV Meldingen 1.0, cijfers, en de vraag of iets gedeeld mag worden. Fouten zijn"
    " problem+json (RFC 9457) en herhalen nooit wat is verstuurd. Elk antwoord noemt de versie in de header"
    " API-Version."
)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}},
    },
}
VERSION_HEADER = {"API-Version": {"description": "De volledige versie", "schema": {"type": "string"}}}
BEARER = {"type": "http", "scheme": "bearer", "description": "Een token van de organisatie (knooppunt api-token)."}

PUBLIC_PART: Mapping[str, Any] = {PUBLIC_MARK: True}
"""For `openapi_extra` of a part that everyone may call."""

EVERYWHERE = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS)
WITH_TOKEN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
CHANGING = (HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
CHANGES = frozenset({"post", "put", "patch", "delete"})


class Interface(NinjaAPI):
    """The interface, whose document is complete. A part that asks for no token says so with `PUBLIC_PART`."""

    def __init__(self, *, version: str) -> None:
        super().__init__(
            title="Knooppunt",
            version=version,
            description=DESCRIPTION,
            docs_url=None,
            urls_namespace="api",
            servers=_servers(),
            openapi_extra={"info": {"contact": _contact(), "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}}},
        )

    def get_openapi_schema(self, **_said: Any) -> OpenAPISchema:
        """The document, with addresses under the server's."""
        document = super().get_openapi_schema(path_prefix="/")
        components = document.setdefault("components", {})
        known = components.setdefault("schemas", {})
        known.update({"Problem": PROBLEM, **schemas("#/components/schemas/"), **SCHEMAS})
        components.setdefault("securitySchemes", {})["token"] = BEARER
        for method, operation in _operations(document):
            self._complete(method, operation)
        return document

    def _complete(self, method: str, operation: dict[str, Any]) -> None:
        public = operation.pop(PUBLIC_MARK, False)
        operation["security"] = [] if public else [{"token": []}]
        answers = {str(int(status)): answer for status, answer in operation["responses"].items()}
        errors = [*EVERYWHERE, *(() if public else WITH_TOKEN), *(CHANGING if method in CHANGES else ())]
        for status in errors:
            answers.setdefault(str(int(status)), _problem(status))
        for answer in answers.values():
            answer["headers"] = {**answer.get("headers", {}), **VERSION_HEADER}
        operation["responses"] = dict(sorted(answers.items()))


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in document["paths"].values():
        yield from methods.items()


def _problem(status: HTTPStatus) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": status.phrase, "content": content}


def _servers() -> list[dict[str, Any]]:
    hosts = [] if settings.DEMO else settings.ALLOWED_HOSTS
    return [{"url": f"https://{host}{BASE}"} for host in hosts] or [{"url": BASE}]


def _contact() -> dict[str, str]:
    host = next(iter(settings.ALLOWED_HOSTS), "localhost")
    return {"name": "Beheer van Knooppunt", "email": settings.DEFAULT_FROM_EMAIL, "url": f"https://{host}/"}
