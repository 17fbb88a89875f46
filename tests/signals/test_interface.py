"""The interface against its own OpenAPI document: whatever is sent, the answer is one of those it declares."""

from collections.abc import Callable, Mapping
from typing import Any
from unittest import mock

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.signals.conftest import System
from tests.signals.sample import body
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., System]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
DOCUMENT = "/api/v1/openapi.json"


def document() -> dict[str, Any]:
    """The document as it is served."""
    answer = Client().get(DOCUMENT)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*")
    return dict(answer.json())


def try_everything(headers: Mapping[str, str], examples: int) -> set[int]:
    """Calls every operation with good and bad data; returns the statuses that were answered."""
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, get_wsgi_application())
    answered: set[int] = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in MODES:

            @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def tried(case: Any) -> None:
                answer = case.call(headers={**headers})
                answered.add(answer.status_code)
                case.validate_response(answer, checks=CHECKS)

            tried()
    return answered


@pytest.fixture
def examples() -> int:
    """How many for each operation: few here, many in the nightly run."""
    return max(6, settings().max_examples // 8)


def test_without_a_token_nobody_gets_another_answer_than_declared(world: World, examples: int) -> None:
    # 200 is for what asks for no token: a question to the law has no secret.
    assert try_everything({}, min(examples, 20)) <= {200, 400, 401, 404}


def test_with_a_token_nobody_gets_another_answer_than_declared(system: Make, examples: int) -> None:
    sender = system()
    sender.send(body())
    assert try_everything({"Authorization": f"Bearer {sender.token}"}, examples) >= {200, 400, 404}


def test_with_a_token_for_another_route_neither(system: Make, examples: int) -> None:
    sender = system(routes=["vt"])
    # Sent here, because an invented report is seldom whole enough to be refused for its route.
    assert sender.send(body()).status_code == 403
    assert 500 not in try_everything({"Authorization": f"Bearer {sender.token}"}, min(examples, 20))


def test_an_answer_that_is_not_declared_is_found(world: World) -> None:
    with mock.patch("knooppunt.site.openapi.WITH_TOKEN", ()), pytest.raises(FailureGroup, match="Undocumented"):
        try_everything({}, 1)


def test_the_document_keeps_to_the_design_rules() -> None:
    said = document()
    assert said["openapi"].startswith("3.")
    assert {"name", "email", "url"} <= set(said["info"]["contact"])
    assert said["info"]["version"].count(".") == 2
    assert all("/v1" in server["url"] for server in said["servers"])
    for path, methods in said["paths"].items():
        assert not path.endswith("/")
        for method, operation in methods.items():
            assert set(operation["responses"]) >= {"400", "404", "429"}, (method, path)
            assert operation["security"] == [] or set(operation["responses"]) >= {"401", "403"}
            for status, answer in operation["responses"].items():
                assert "API-Version" in answer["headers"]
                assert status < "400" or "application/problem+json" in answer["content"]
