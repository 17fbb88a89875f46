"""Worked questions: the rules answer each as the law was read, and every rule is asked from both sides."""

import re
from collections.abc import Callable

import pytest
import yaml

from knooppunt.kernel.errors import BadInput
from knooppunt.sharing.law import HERE, versions
from knooppunt.sharing.law.scenario import Scenario, scenarios, scenarios_of_text
from knooppunt.sharing.rules import Outcome, Regime, Rule, Says, decide, said_by_rules
from tests.completeness.test_text import cast

CODES = sorted({version.code for version in versions()})
RULES = {(version.code, rule.name): rule for version in versions() for rule in version.book.rules}
MET, STOPS = {Outcome.PERMITTED, Outcome.WEIGH}, {Outcome.CONDITIONAL, Outcome.REFUSED}
FILE = "WGS_ZVH.yaml"
CAPITALS = {
    "Autoriteit",
    "Bureau",
    "Dienst",
    "Halt",
    "Inrichtingen",
    "Jeugdwet",
    "Jeugdzorg",
    "Justitiële",
    "Kinderbescherming",
    "Koninklijke",
    "Persoonsgegevens",
    "Raad",
    "Slachtofferhulp",
    "Thuis",
    "Veilig",
    "Veiligheidshuis",
    "Veiligheidshuizen",
    "Wet",
    "Wgs",
    "Wmo",
    "Wpg",
    "Wvggz",
    "Zorg",
}
"""Words with a capital inside a sentence that are no name of a person: laws and partners."""


def name_of(scenario: Scenario) -> str:
    short = "-".join(re.findall(r"\w+", scenario.situation)[:6])
    return f"{scenario.regime}-{scenario.number}-{short}"


def version_of(scenario: Scenario) -> Regime | None:
    fitting = (one for one in versions() if one.code == scenario.regime and one.in_force(scenario.question.on))
    return next(fitting, None)


def comes_to(scenario: Scenario, rule: Rule) -> Outcome | None:
    """What the rule says here; None when it is silent, or when nothing is in force."""
    version = version_of(scenario)
    return said_by_rules(scenario.question, version).get(rule.name) if version else None


def lets_through(scenario: Scenario, rule: Rule) -> bool:
    """It is met, or it has nothing against what is just allowed."""
    said = comes_to(scenario, rule)
    return said in MET or (said is None and rule.says is not Says.ALLOWS and scenario.outcome is not Outcome.REFUSED)


def does_not_let_through(scenario: Scenario, rule: Rule) -> bool:
    """It refuses or asks more, or it gives no basis for what is just not allowed."""
    said = comes_to(scenario, rule)
    return said in STOPS or (said is None and rule.says is Says.ALLOWS and scenario.outcome is Outcome.REFUSED)


@pytest.mark.parametrize("scenario", scenarios(), ids=name_of)
def test_a_situation_has_the_outcome_and_the_articles_of_the_law(scenario: Scenario) -> None:
    decision = decide(scenario.question, versions())
    version = version_of(scenario)
    by_rule = said_by_rules(scenario.question, version) if version else {}
    assert (decision.outcome, decision.articles) == (scenario.outcome, scenario.articles), by_rule


@pytest.mark.parametrize(("code", "name"), RULES, ids="-".join)
def test_every_rule_is_asked_from_both_sides(code: str, name: str) -> None:
    rule = RULES[code, name]
    about = [one for one in scenarios() if one.regime == code and name in one.rules]
    if rule.says is Says.NOTES:
        assert any(comes_to(one, rule) for one in about), "no scenario in which it has something recorded"
        return
    assert any(lets_through(one, rule) for one in about), "no scenario that is just allowed"
    assert any(does_not_let_through(one, rule) for one in about), "no scenario that is just not allowed"


@pytest.mark.parametrize("version", versions(), ids=lambda one: f"{one.code}@{one.version}")
def test_every_version_is_asked_something(version: Regime) -> None:
    assert any(version_of(one) is version for one in scenarios())


@pytest.mark.parametrize("scenario", scenarios(), ids=name_of)
def test_a_situation_is_one_plain_sentence_about_nobody(scenario: Scenario) -> None:
    said = scenario.situation
    assert said[0].isupper() and said[-1] in ".?" and not re.search(r"[.?!] [A-Z]", said)
    assert len(said.split()) <= 25
    assert not re.search(r"\d{4,}", said.replace(" ", "").replace(".", "").replace("-", ""))
    assert not set(re.findall(r"\b[A-Z][a-z]+\b", said)) & cast()
    assert set(re.findall(r"(?<=[a-z,] )[A-Z][a-z]\w*", said)) <= CAPITALS, "a name? Else add the word to CAPITALS"


def written(**other: object) -> bytes:
    ask = {
        "step": "consultation",
        "supplier": "municipality",
        "recipient": "police",
        "recipient_role": "participant",
        "category": "housing",
        "subject": "resident",
        "on": "2026-01-15",
    }
    entry = {
        "situation": "De gemeente vertelt hoe iemand woont.",
        "ask": {**ask, **other.pop("ask", {})},  # type: ignore[dict-item]
        "outcome": "conditional",
        "articles": ["Wgs 1.5 lid 1"],
        "rules": ["supply"],
        **other,
    }
    return yaml.safe_dump([{key: value for key, value in entry.items() if value is not None}], sort_keys=False).encode()


def test_a_file_of_scenarios_is_read_under_the_name_of_its_regime() -> None:
    (found,) = scenarios_of_text(FILE, written())
    assert (found.regime, found.number, found.question.supplier) == ("WGS_ZVH", 1, ("municipality", "public"))
    assert (found.outcome, found.articles, found.rules) == (Outcome.CONDITIONAL, ("Wgs 1.5 lid 1",), ("supply",))


WORD = b"""
- {situation: De gemeente vraagt iets., ask: nee, outcome: refused, articles: [Wgs 2.25], rules: [supply]}
"""

WRONG: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "an unknown key": (lambda: written(answer="mag"), "entries.0.answer", "regel 15"),
    "a key that is missing": (lambda: written(rules=None), "rules", "regel 1"),
    "an unknown step": (lambda: written(ask={"step": "monday"}), "entries.0.ask.step", "regel 3"),
    "a key that no question has": (lambda: written(ask={"who": "police"}), "entries.0.ask.who", "regel 10"),
    "a fact that nobody knows": (lambda: written(ask={"facts": {"x": True}}), "entries.0.ask.facts.x", "regel 11"),
    "the regime of the file": (lambda: written(ask={"regime": "WGS_ZVH"}), "entries.0.ask.regime", "regel 10"),
    "a question that is a word": (lambda: WORD, "entries.0.ask.vraag", "regel 2"),
    "an unknown outcome": (lambda: written(outcome="maybe"), "entries.0.outcome", "regel 10"),
    "an article that is none": (lambda: written(articles=["artikel 3"]), "entries.0.articles.0", "regel 12"),
    "a law that was not read": (lambda: written(articles=["Xyz 3"]), "sources.yaml", "regel 12"),
    "an unknown rule": (lambda: written(rules=["suply"]), "entries.0.rules.0", "regel 14"),
    "no article at all": (lambda: written(articles=[]), "entries.0.articles", "regel 11"),
    "a situation of one word": (lambda: written(situation="Politie"), "entries.0.situation", "regel 1"),
    "a situation told twice": (lambda: written() + written(), "nummer 1", "regel 15"),
    "an entry that is a word": (lambda: b"- politie", "entries.0", "regel 1"),
    "a file that is no list": (lambda: b"situation: x", "lijst", "regel 1"),
    "a file that is no YAML": (lambda: b"- {situation: x\n- y", "YAML", "regel 3"),
}


@pytest.mark.parametrize(("make", "where", "line"), WRONG.values(), ids=WRONG)
def test_a_wrong_scenario_is_named_with_file_line_and_mend(make: Callable[[], bytes], where: str, line: str) -> None:
    with pytest.raises(BadInput) as wrong:
        scenarios_of_text(FILE, make())
    assert wrong.value.field == f"{FILE}, {line}"
    assert where in wrong.value.mend


def test_a_file_of_a_regime_that_nobody_knows_is_wrong() -> None:
    with pytest.raises(BadInput, match="NERGENS"):
        scenarios_of_text("NERGENS.yaml", written())


def test_every_file_belongs_to_a_regime_and_every_regime_has_one() -> None:
    files = {entry.name.removesuffix(".yaml") for entry in HERE.joinpath("scenarios").iterdir()}
    assert files == set(CODES)
