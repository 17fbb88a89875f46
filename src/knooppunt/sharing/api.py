"""May this be shared? For programs: the same questions and answers as `knooppunt decide`. Nothing is kept of them."""

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Router

from knooppunt.kernel.doors import PUBLIC_MARK
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.problems import problem
from knooppunt.sharing import law
from knooppunt.sharing.rules.exchange import WrongQuestion, answer, read_json
from knooppunt.sharing.rules.form import MOST
from knooppunt.sharing.rules.question import WHOLE

LARGEST = 500_000
"""Bytes: a hundred questions with every fact named are well within."""

BODY = "application/json"

router = Router(tags=["afwegingen"])


def _one_or_more(name: str) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/{name}"}
    return {"content": {BODY: {"schema": {"oneOf": [one, {"type": "array", "items": one, "maxItems": MOST}]}}}}


@router.post(
    "/afwegingen",
    url_name="decisions",
    auth=None,
    summary="May this be shared? One question or a list of them",
    openapi_extra={
        PUBLIC_MARK: True,
        "requestBody": {"required": True, **_one_or_more("Vraag")},
        "responses": {HTTPStatus.OK: _one_or_more("Afweging")},
    },
)
def decisions(request: HttpRequest) -> HttpResponse:
    """Answers a question, or as many as are sent in one list; the first wrong one is named and nothing is answered."""
    try:
        found = answer(_read(request), law.answer_to)
    except RequestDataTooBig:
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Stuur ten hoogste {LARGEST} bytes.")
    except BadInput as error:
        wrong = error if isinstance(error, WrongQuestion) else WrongQuestion(error, None)
        said = f"{wrong.field}: {wrong.mend}"
        return problem(HTTPStatus.BAD_REQUEST, said, errors=[(wrong.pointer, wrong.mend)])
    return HttpResponse(json.dumps(found, ensure_ascii=False), content_type=BODY)


def _read(request: HttpRequest) -> object:
    announced = request.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced[:12]) > LARGEST:
        raise RequestDataTooBig
    sent = request.body
    if len(sent) > LARGEST:
        raise RequestDataTooBig
    said = read_json(sent)
    if isinstance(said, list) and len(said) > MOST:
        raise BadInput(WHOLE, f"Stel ten hoogste {MOST} vragen tegelijk.")
    return said
