"""How fast the law is read, and how many questions about sharing it answers on one core."""

from random import Random

from benchmarks.figure import Figure, timed
from knooppunt.sharing import law
from knooppunt.sharing.law import reading
from knooppunt.sharing.rules import decide, read_question
from tests.sharing import plain
from tests.sharing.asking import ground, questions

QUESTIONS = 20_000
CACHED = (law.versions, law.versions_of, law.former, law.facts, law.laws, reading._schema)


def measure() -> list[Figure]:
    """Reading every shipped regime as at the start of a process, and answering different questions."""
    reading_in = timed("decide: read all regimes, cold", _read_cold, 10)
    regimes = law.versions()
    said = list(questions(Random(1), [ground(regime) for regime in plain.regime_files()], QUESTIONS))
    asked = [read_question(one) for one in said]
    return [
        reading_in,
        timed("decide: different questions", lambda: [decide(one, regimes) for one in asked], 5, each=QUESTIONS),
        timed(
            "decide: different questions, from JSON objects",
            lambda: [decide(read_question(one), regimes) for one in said],
            5,
            each=QUESTIONS,
        ),
    ]


def _read_cold() -> None:
    for cached in CACHED:
        cached.cache_clear()
    law.versions()
