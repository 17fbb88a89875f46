"""`POST /api/v1/afwegingen`: the same questions and answers as the command, for everyone, and nothing of it is kept."""

import json
import logging
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from knooppunt.kernel.errors import BadInput
from knooppunt.sharing import api
from knooppunt.sharing.rules.form import MOST, SCHEMAS
from knooppunt.sharing.rules.form import QUESTION as FORM
from knooppunt.sharing.rules.question import CHOICES, FACTS, OPTIONAL, read_question
from knooppunt.site.answering import decide
from tests.sharing.test_decide_command import MALFORMED, QUESTION

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
ADDRESS = "/api/v1/afwegingen"


def post(said: object, **more: Any) -> Any:
    """What is answered to this; bytes are sent as they are."""
    sent = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Client(enforce_csrf_checks=True).post(ADDRESS, sent, content_type="application/json", **more)


def test_everyone_gets_the_same_answer_as_from_the_command(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "vragen.json"
    for said in (QUESTION, [QUESTION, {**QUESTION, "category": "ethnicity"}], []):
        file.write_text(json.dumps(said))
        assert decide(str(file)) == 0
        answer = post(said)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert answer.json() == json.loads(capsys.readouterr().out)
        assert answer["API-Version"]


@pytest.mark.parametrize(("change", "field"), MALFORMED)
def test_a_malformed_question_is_a_problem_that_points_at_the_field(change: dict[str, Any], field: str) -> None:
    answer = post([QUESTION, {**QUESTION, **change}])
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    (wrong,) = answer.json()["errors"]
    assert wrong["pointer"] == f"/1/{field.replace('.', '/')}"
    assert answer.json()["detail"].startswith(f"[1].{field}: ")


@pytest.mark.parametrize("sent", [b"", b"{", b"\xff", b'{"a":1,"a":2}', b"3", b"[[]]"])
def test_what_is_no_question_is_a_problem(sent: bytes) -> None:
    answer = post(sent)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_hundred_questions_at_once_and_not_one_more() -> None:
    assert len(post([QUESTION] * MOST).json()) == MOST
    answer = post([QUESTION] * (MOST + 1))
    assert answer.status_code == 400
    assert str(MOST) in answer.json()["detail"]


def test_too_much_is_refused_before_it_is_read() -> None:
    assert post(b" " * (api.LARGEST + 1)).status_code == 413


def test_nothing_is_kept_but_a_counter_and_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as seen:
        assert post({**QUESTION, "supplier": "Zonderland"}).status_code == 400
        assert post(QUESTION).status_code == 200
    asked = [one["sql"] for one in seen.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # The law asks which versions were approved here, by nothing that is in the question.
    assert all("kernel_counter" in sql or sql.startswith('SELECT "sharing_regimetext"."id"') for sql in asked)
    assert not any("mental_health" in sql or "Zonderland" in sql for sql in asked)
    assert "Zonderland" not in caplog.text


def test_the_document_says_it_asks_for_no_token() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    operation = document["paths"]["/afwegingen"]["post"]
    assert operation["security"] == []
    assert {"200", "400", "413", "429"} <= set(operation["responses"])
    assert set(SCHEMAS) <= set(document["components"]["schemas"])


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Questions of known fields with mostly known values."""
    said: dict[str, Any] = {name: draw(st.sampled_from(values)) for name, values in CHOICES.items()}
    said["on"] = draw(st.dates()).isoformat()
    for name, values in OPTIONAL.items():
        if draw(st.booleans()):
            said[name] = draw(st.sampled_from([*values, None]))
    if draw(st.booleans()):
        known = st.sampled_from([True, False, None])
        said["facts"] = draw(st.none() | st.dictionaries(st.sampled_from(sorted(FACTS)), known, max_size=3))
    if draw(st.booleans()):
        said[draw(st.sampled_from(sorted(FORM["properties"])))] = draw(st.sampled_from(["x", 3, None, []]))
    return said


@given(questions())
def test_the_schema_takes_what_the_reader_takes(said: dict[str, Any]) -> None:
    checker = jsonschema.Draft202012Validator(FORM, format_checker=jsonschema.FormatChecker())
    try:
        read_question(said)
    except BadInput:
        assert not checker.is_valid(said)
    else:
        assert checker.is_valid(said), list(checker.iter_errors(said))
