"""The sharing decision a second time: slow, obvious, and straight from the YAML of the regimes.

It shares nothing with the product but the lists of codes. Where the two differ, one of them misreads the law.
What the keys of a rule mean stands in law/README.md; how an outcome follows, under "knooppunt decide".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knooppunt.sharing.rules.question import Party, classes_of

LAW = Path(__file__).resolve().parents[2] / "src/knooppunt/sharing/law"
STRICTNESS = ("permitted", "conditional", "weigh", "refused")
IMPLY_TAKEN_UP = ("consultation", "plan", "evaluation", "closed")
ALWAYS_WEIGHED = ("good_caregiving", "conflict_of_duties", "vital_interest")

POWER: tuple[Party, ...] = (
    ("police", "public"),
    ("prosecution", "public"),
    ("mayor", "public"),
    ("municipality", "public"),
    ("probation", "private"),
    ("prison_service", "public"),
    ("child_protection_board", "public"),
    ("youth_protection", "private"),
    ("neighbourhood_team", "public"),
)
"""Who has power over somebody: consent towards them is weighed."""

Said = Mapping[str, Any]
Told = tuple[tuple[str, ...], bool]
"""A condition: its facts, and whether one of them suffices."""


@dataclass(frozen=True)
class Answer:
    """What follows from the files; `instead` tells whether anything is possible instead."""

    outcome: str
    articles: tuple[str, ...]
    conditions: tuple[Told, ...]
    instead: bool
    regime: str | None


@dataclass(frozen=True)
class Voice:
    """What one rule says of one question."""

    says: str
    outcome: str
    articles: tuple[str, ...]
    conditions: tuple[Told, ...]
    instead: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A question with its regime, and its facts completed."""

    regime: Said
    said: Said
    supplier: Party
    recipient: Party
    facts: Mapping[str, bool]


def regime_files() -> list[Said]:
    """Every shipped version as it stands in its file."""
    return [yaml.safe_load(path.read_bytes()) for path in sorted((LAW / "regimes").glob("*.yaml"))]


def fact_texts() -> Said:
    """The facts as they stand in their file."""
    found: Said = yaml.safe_load((LAW / "facts.yaml").read_bytes())
    return found


def answer(said: Said, regimes: Sequence[Said], texts: Said) -> Answer:
    """The answer to a well-formed question as JSON gives it."""
    on = date.fromisoformat(said["on"])
    of_code = [regime for regime in regimes if regime["regime"] == said["regime"]]
    for regime in of_code:
        if day_of(regime["valid_from"]) <= on and (regime["valid_to"] is None or on <= day_of(regime["valid_to"])):
            return _under(_asked(said, regime), texts)
    return Answer("refused", _entry_into_force(of_code, on), (), True, None)


def _entry_into_force(of_code: Sequence[Said], on: date) -> tuple[str, ...]:
    """The article of the version that comes next, else of the last one."""
    oldest_first = sorted(of_code, key=lambda one: day_of(one["valid_from"]))
    later = [one for one in oldest_first if day_of(one["valid_from"]) > on]
    chosen = later[0] if later else oldest_first[-1]
    return (chosen.get("in_force_by", chosen["purpose"]["article"]),)


def day_of(said: object) -> date:
    """A day as YAML gives it, with or without quotes."""
    return said if isinstance(said, date) else date.fromisoformat(str(said))


def _under(asked: Asked, texts: Said) -> Answer:
    regime = asked.regime
    version = f"{regime['regime']}@{regime['version']}"
    voices = [voice for rule in regime["rules"].values() for voice in _voices(rule, asked, texts)]
    strictest = max((voice.outcome for voice in voices), key=STRICTNESS.index, default="permitted")
    if strictest != "refused" and all(voice.says != "allows" for voice in voices):
        return Answer("refused", (regime["purpose"]["article"],), (), bool(regime["default"]["instead"]), version)
    articles = [article for voice in voices if voice.outcome == strictest for article in voice.articles]
    conditions = [told for voice in voices for told in voice.conditions if strictest != "refused"]
    instead = [line for voice in voices if voice.outcome == strictest for line in voice.instead]
    return Answer(
        strictest,
        tuple(dict.fromkeys(articles)),
        tuple(dict.fromkeys(conditions)),
        bool(instead or regime["default"]["instead"]),
        version,
    )


# --- The question -----------------------------------------------------------------------------------------------


def _asked(said: Said, regime: Said) -> Asked:
    supplier, recipient = party(said, "supplier"), party(said, "recipient")
    facts = {name: value for name, value in (said.get("facts") or {}).items() if value is not None}
    secrecy = regime.get("secrecy", {})
    if "bearer_of_medical_secrecy" not in facts and supplier[0] not in secrecy.get("kinds_unknown", ()):
        facts["bearer_of_medical_secrecy"] = supplier[0] in secrecy.get("kinds_always", ())
    if said["step"] in IMPLY_TAKEN_UP:
        facts.setdefault("case_taken_up", True)
    if said["step"] == "closed":
        facts["case_closed"] = True
    if facts.get("consent_withdrawn") is True:
        facts["explicit_consent"] = False
    return Asked(regime, said, supplier, recipient, facts)


def party(said: Said, name: str) -> Party:
    """An organisation's kind and class; left out, the class is the usual one of its kind."""
    kind: str = said[name]
    return kind, said.get(f"{name}_class") or classes_of(kind)[0]


# --- Whether a rule fits ----------------------------------------------------------------------------------------


def fits(rule: Said, said: Said, regime: Said) -> bool:
    """Whether a rule is about this supplier, recipient, role, step, category and subject."""
    codes = {"role": "recipient_role", "step": "step", "category": "category", "subject": "subject"}
    if not all(code_in(rule.get(name), said[key], regime) for name, key in codes.items()):
        return False
    return all(party_in(rule.get(name), party(said, name), regime) for name in ("supplier", "recipient"))


def code_in(chosen: Any, code: str, regime: Said) -> bool:
    """Whether a code is among what a rule names: one value, a list, a group, or all but those."""
    if chosen is None:
        return True
    if isinstance(chosen, dict):
        return not code_in(chosen["all_but"], code, regime)
    if isinstance(chosen, list):
        return any(code_in(one, code, regime) for one in chosen)
    groups = regime.get("groups", {})
    return code_in(groups[chosen], code, regime) if chosen in groups else bool(chosen == code)


def party_in(chosen: Any, one: Party, regime: Said) -> bool:
    """Whether a party is among what a rule names: kinds and sets, or all but those."""
    if chosen is None:
        return True
    if isinstance(chosen, dict):
        return not party_in(chosen["all_but"], one, regime)
    if isinstance(chosen, list):
        return any(party_in(name, one, regime) for name in chosen)
    return _is_named(chosen, one, regime)


def _is_named(name: str, one: Party, regime: Said) -> bool:
    kind, its_class = one
    takes_part = its_class in _classes(kind, regime)
    sets = {
        "everyone": True,
        "public": its_class == "public",
        "private": its_class == "private",
        "participants": takes_part,
        "public_participants": takes_part and its_class == "public",
        "private_participants": takes_part and its_class == "private",
        "others": not takes_part,
        "incidental_thirds": _incidental(kind, regime),
    }
    return sets.get(name, name in (kind, f"{kind}/{its_class}"))


def _classes(kind: str, regime: Said) -> set[str]:
    entry = regime["participants"].get(kind, {"class": ""})
    return set(entry["class"].split("|"))


def _incidental(kind: str, regime: Said) -> bool:
    entry = regime["not_participants"]["kinds"].get(kind, {})
    return entry.get("incidental_third") is True or "incidental_third" in _classes(kind, regime)


# --- What a rule says -------------------------------------------------------------------------------------------


def _voices(rule: Said, asked: Asked, texts: Said) -> Iterable[Voice]:
    """One voice, or none where the rule does not fit or is silent."""
    bearer = asked.facts.get("bearer_of_medical_secrecy")
    if (
        not fits(rule, asked.said, asked.regime)
        or not _speaks(rule, asked.facts)
        or (rule.get("secrecy") and bearer is False)
    ):
        return
    outcomes: list[str] = []
    conditions: list[Told] = []
    closed: list[str] = []
    for need in rule.get("needs", ()):
        outcome, told = _need(need, asked)
        outcomes.append(outcome)
        conditions += told
        if outcome in ("refused", "weigh"):
            closed += [need] if isinstance(need, str) else need["any"]
    if rule["says"] == "forbids":
        outcomes.append("refused")
    if rule["says"] == "asks" and "needs" not in rule:
        outcomes.append("conditional")
        conditions.append(((), False))
    outcome = max(outcomes, key=STRICTNESS.index, default="permitted")
    if rule.get("secrecy") and bearer is None and outcome == "refused":
        outcome, conditions = "conditional", [(("bearer_of_medical_secrecy",), False)]
    instead = _instead(rule, asked) or [line for fact in closed for line in texts[fact]["instead"]]
    yield Voice(rule["says"], outcome, _articles(rule), tuple(conditions), tuple(instead))


def _speaks(rule: Said, facts: Mapping[str, bool]) -> bool:
    if "unless" in rule and all(facts.get(fact) is True for fact in rule["unless"]):
        return False
    if "when" not in rule and "when_false" not in rule:
        return True
    known_true = any(facts.get(fact) is True for fact in rule.get("when", ()))
    return known_true or any(facts.get(fact) is False for fact in rule.get("when_false", ()))


def _need(need: str | Said, asked: Asked) -> tuple[str, list[Told]]:
    """How one line of `needs` stands: the mildest true way, else a condition, else refused."""
    ways = [need] if isinstance(need, str) else list(need["any"])
    true = [way for way in ways if asked.facts.get(way) is True]
    unknown = [way for way in ways if way not in asked.facts]
    if true:
        return ("weigh" if all(_weighed(way, asked) for way in true) else "permitted"), []
    if unknown:
        return "conditional", [(tuple(unknown), not isinstance(need, str))]
    return "refused", []


def _weighed(fact: str, asked: Asked) -> bool:
    """Whether this way, now that it is true, asks for weighing."""
    return fact in ALWAYS_WEIGHED or (fact == "explicit_consent" and asked.recipient in POWER)


def _articles(rule: Said) -> tuple[str, ...]:
    article = rule["article"]
    return tuple(article) if isinstance(article, list) else (article,)


def _instead(rule: Said, asked: Asked) -> list[str]:
    said = rule.get("instead", [])
    if said != "by_kind":
        return list(said)
    kinds = asked.regime["not_participants"]["kinds"]
    return [kinds[one[0]]["instead"] for one in (asked.supplier, asked.recipient) if one[0] in kinds]
