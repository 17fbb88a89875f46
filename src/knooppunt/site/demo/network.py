"""What was asked of the knowledge network of the demo region: four questions published, and one that still waits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from knooppunt.kernel import clock
from knooppunt.sharing.actions import Read, answer_question, ask_network, draft_frequent, publish_frequent
from knooppunt.sharing.rules import Question
from knooppunt.sharing.rules.asking import about_of
from knooppunt.sharing.rules.network import FrequentText, Reply
from knooppunt.sharing.rules.question import Role, Step, read_question
from knooppunt.site.demo.living import World

WRITER, SECOND = "esra", "lucas"


def load_network(world: World, said: Mapping[str, Any]) -> None:
    """Through the same actions as real ones: one answers and writes, another publishes."""
    now = clock.now()
    for one in said["questions"]:
        with clock.stopped_at(now + timedelta(days=one["day"])):
            key = ask_network(world.actors[one["asker"]], world.region, _question(one["asked"]), one["text"])
            if "answer" in one:
                writer, reply = world.actors[WRITER], Reply(one["answer"], tuple(one["articles"]))
                answer_question(writer, key, reply, read=Read(1))
                text = FrequentText(one["title"], one["body"], reply)
                frequent = draft_frequent(writer, key, text, read=Read(2))
                publish_frequent(world.actors[SECOND], frequent, read=Read(1))


def _question(asked: Mapping[str, str]) -> Question:
    usual = {"step": Step.CONSULTATION.value, "recipient_role": Role.PARTICIPANT.value}
    about = about_of(asked["category"]).value
    return read_question({**usual, "subject": about, "on": clock.today().isoformat(), **asked})
