"""Filling in forms of this room as a browser would."""

import re
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knooppunt.cases import actions
from knooppunt.cases.actions import JudgementDraft
from knooppunt.cases.rules import Criterion, Outcome
from tests.world import World

MET = {code.value: "yes" for code in Criterion}
ALL_MET = JudgementDraft(dict.fromkeys(Criterion, True), "Wij zien het ook zo.")


def text(answer: Any) -> str:
    """What a reader sees, roughly: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def form(**said: Any) -> dict[str, Any]:
    """A form as it is sent, with an id of its own."""
    return {"form_id": str(uuid4()), **said}


WITH_A_WAY = {"secrecy_way": "legal_duty", "secrecy_note": "De Wvggz verplicht hiertoe."}
"""What somebody who bears medical secrecy says to let a request go."""


def asked(world: World, **changes: Any) -> dict[str, Any]:
    """The request form, filled in well."""
    said = {
        "table": str(world.tables["VR11", "triage-zvh"]),
        "municipality": str(world.municipalities["GM0479"]),
        "surname": "Zandstra",
        "given_names": "Wim",
        "born": "1971-04-05",
        "problems": "Schulden en verdriet.",
        "life_areas": "Wonen, geld en gezondheid.",
        "threat": "De buren zijn bang.",
        "cooperation": "GGZ en gemeente zijn samen nodig.",
        "goal": "Rust in huis.",
        "tried": "Het wijkteam kwam niet binnen.",
        "informed": "no",
        "informed_note": "Eerst samen bepalen wie dat doet.",
        "partners": [str(world.organisations["om"])],
        "categories": ["housing", "financial"],
        "necessary": "on",
        "accuracy_checked": "on",
    }
    return form(**{**said, **changes})


def request_made(world: World, **changes: Any) -> UUID:
    """A request by Bram of the police, through the page."""
    answer = world.client("bram").post("/triage/nieuw/", asked(world, **changes))
    assert answer.status_code == 303, text(answer)
    return UUID(answer.headers["Location"].split("/")[2])


def case_made(world: World) -> UUID:
    """A case that all three participants wanted, opened by Carla, who is its process director."""
    intake = request_made(world)
    for name in ("bram", "ilse", "nadia"):
        actions.judge_intake(world.actor(name), intake, ALL_MET)
    made = actions.decide_intake(world.actor("carla"), intake, Outcome.TAKE_UP)
    assert made is not None
    return made


def questions(client: Client, address: str) -> int:
    """How many queries a page asks, not counting where a transaction begins and ends.

    Savepoints, and forgetting who acted, are only asked because a test is a transaction around every other one.
    """
    only_here = ("SAVEPOINT", "set_config('kn.organisation', ''")
    with CaptureQueriesContext(connection) as asked_for:
        assert client.get(address).status_code == 200
    asked = (query["sql"] for query in asked_for.captured_queries)
    return sum(not any(part in one for part in only_here) for one in asked)
