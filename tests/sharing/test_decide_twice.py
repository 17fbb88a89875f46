"""The decision and its plain twin say the same, of the shipped regimes and of regimes that were shuffled."""

import copy
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
import yaml

from knooppunt.sharing import law
from knooppunt.sharing.law.reading import read
from knooppunt.sharing.rules import Decision, Regime, decide, read_question
from tests.sharing import plain
from tests.sharing.asking import ALL_FACTS, Asked, ground, questions

SEED = 20261124
REGIMES = plain.regime_files()
TEXTS = plain.fact_texts()
WAYS = ("good_caregiving", "conflict_of_duties", "vital_interest", "explicit_consent", "legal_duty", "necessary")


def test_both_give_the_same_answer_to_many_questions() -> None:
    outcomes = _compare(SEED, 20_000)
    assert min(outcomes[outcome] for outcome in plain.STRICTNESS) > 50, "the questions miss an outcome"


@pytest.mark.nightly
def test_both_give_the_same_answer_to_a_million_questions() -> None:
    for seed in range(20):
        _compare(SEED + 1 + seed, 50_000)


@pytest.mark.parametrize("seed", range(30))
def test_both_read_rules_that_no_regime_has_yet_the_same(seed: int) -> None:
    random = Random(seed)
    regime = shuffled(random, random.choice(REGIMES))
    written = yaml.safe_dump(regime, allow_unicode=True, sort_keys=False).encode()
    versions = [law.regime_of_text(read("shuffled.yaml", written))]
    for said in questions(random, [ground(regime)], 40):
        assert differences(said, [regime], versions) == [], f"seed {seed}"


def test_who_bears_medical_secrecy_is_the_same_in_every_regime() -> None:
    always = {"mental_health", "addiction_care", "forensic_care", "youth_protection"}
    always |= {"general_practitioner", "hospital_ambulance"}
    perhaps = {"public_health", "neighbourhood_team", "disability_care", "shelter", "prison_service"}
    for regime in REGIMES:
        assert set(regime["secrecy"]["kinds_always"]) == always, regime["regime"]
        assert set(regime["secrecy"]["kinds_unknown"]) == perhaps, regime["regime"]


def test_a_class_for_public_organisations_stands_only_where_they_can_take_part() -> None:
    for regime in REGIMES:
        for kind, entry in regime["participants"].items():
            assert "when_public" not in entry or "public" in entry["class"].split("|"), (regime["regime"], kind)


def _compare(seed: int, number: int) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for said in questions(Random(seed), [ground(regime) for regime in REGIMES], number):
        assert differences(said, REGIMES, law.versions()) == [], f"seed {seed}"
        outcomes[said["answered"]] += 1
    return outcomes


def differences(said: Asked, files: Sequence[plain.Said], versions: Sequence[Regime]) -> list[object]:
    """What the two say differently, with the question; also notes the outcome with it."""
    once = as_plain(decide(read_question(said), versions))
    twice = plain.answer(said, files, TEXTS)
    told = dict(said)
    said["answered"] = once.outcome
    return [] if once == twice else [told, once, twice]


def as_plain(made: Decision) -> plain.Answer:
    """A decision as the twin says it: order counts, but not that two conditions differ only in their text."""
    conditions = dict.fromkeys((one.facts, one.any) for one in made.conditions)
    version = made.regime_version.split("#")[0] if made.regime_version else None
    instead = bool(made.possible_instead) or made.outcome not in ("refused", "weigh")
    return plain.Answer(str(made.outcome), made.articles, tuple(conditions), instead, version)


def shuffled(random: Random, regime: plain.Said) -> dict[str, Any]:
    """A regime with other rules that the form allows."""
    found: dict[str, Any] = copy.deepcopy(dict(regime))
    for key in ("valid_from", "valid_to"):
        found[key] = found[key] and str(found[key])
    if random.random() < 0.3:
        found.pop("in_force_by", None)
    for name in random.sample(sorted(found["rules"]), min(8, len(found["rules"]))):
        _shuffle(random, found["rules"][name])
    return found


def _shuffle(random: Random, rule: dict[str, Any]) -> None:
    facts = [*WAYS, *random.sample(ALL_FACTS, 4)]
    key = random.choice(("says", "secrecy", "needs", "when", "when_false", "unless", "who", "less"))
    if key == "says":
        rule["says"] = random.choice(("allows", "asks", "forbids", "notes"))
    elif key == "secrecy":
        rule["secrecy"] = True
    elif key == "needs":
        any_of = {"any": random.sample(WAYS, random.randrange(2, 5)), "text": "Een van deze wegen."}
        rule["needs"] = random.sample([any_of, *facts], random.randrange(1, 4))
    elif key == "who":
        rule.pop(random.choice(("role", "step", "category", "subject", "supplier", "recipient")), None)
    elif key == "less":
        rule.pop(random.choice(("needs", "when", "unless", "secrecy")), None)
    else:
        rule[key] = sorted(set(random.sample(facts, random.randrange(1, 3))))
