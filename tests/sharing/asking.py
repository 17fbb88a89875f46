"""Random well-formed questions to the law, so that a good part of them is answered with more than a refusal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from knooppunt.sharing.rules.question import CHOICES, FACTS, PARTIES, Party, classes_of
from tests.sharing.plain import Said, code_in, day_of, party_in

Asked = dict[str, Any]
ALL_FACTS = sorted(FACTS)
KEYS = {"role": "recipient_role", "step": "step", "category": "category", "subject": "subject"}
"""How a rule and a question call the same thing."""

CODES = {key: [str(code) for code in CHOICES[key]] for key in KEYS.values()}


@dataclass(frozen=True)
class Opening:
    """One `allows` of a regime: what fits it, and the facts that it needs."""

    parties: Mapping[str, Sequence[Party]]
    codes: Mapping[str, Sequence[str]]
    needs: Sequence[str]


@dataclass(frozen=True)
class Ground:
    """One version of a regime, to draw questions from."""

    code: str
    first: date
    last: date
    named: Sequence[str]
    needed: frozenset[str]
    ways: Sequence[Sequence[str]]
    openings: Sequence[Opening]


def ground(regime: Said) -> Ground:
    """What questions are drawn from for one version."""
    rules = list(regime["rules"].values())
    first = day_of(regime["valid_from"])
    last = day_of(regime["valid_to"]) if regime["valid_to"] else first + timedelta(days=900)
    return Ground(
        code=regime["regime"],
        first=first,
        last=last,
        named=sorted({fact for rule in rules for fact in facts_of(rule)}),
        needed=frozenset(fact for rule in rules for fact in needed_by(rule)),
        ways=[need["any"] for rule in rules for need in rule.get("needs", ()) if not isinstance(need, str)],
        openings=[_opening(rule, regime) for rule in rules if rule["says"] == "allows"],
    )


def facts_of(rule: Said) -> Iterator[str]:
    """Every fact that a rule names."""
    yield from needed_by(rule)
    for key in ("when", "when_false", "unless"):
        yield from rule.get(key, ())


def needed_by(rule: Said) -> Iterator[str]:
    """Every fact that a rule needs, alternatives included."""
    for need in rule.get("needs", ()):
        yield from [need] if isinstance(need, str) else need["any"]


def _opening(rule: Said, regime: Said) -> Opening:
    return Opening(
        {name: [one for one in PARTIES if party_in(rule.get(name), one, regime)] for name in ("supplier", "recipient")},
        {key: [code for code in CODES[key] if code_in(rule.get(name), code, regime)] for name, key in KEYS.items()},
        list(needed_by(rule)),
    )


def questions(random: Random, grounds: Sequence[Ground], number: int) -> Iterator[Asked]:
    """So many questions, spread over the versions."""
    for _ in range(number):
        place = random.choice(grounds)
        opening = random.choice(place.openings) if random.random() < 0.75 else None
        asked = _draw(random, opening)
        for _ in range(random.choice((0, 0, 0, 1, 2)) if opening else 0):
            key = random.choice(("supplier", "recipient", *KEYS.values()))
            _change(random, asked, key)
        _mend(random, asked)
        asked["regime"], asked["on"] = place.code, _day(random, place).isoformat()
        asked["facts"] = _facts(random, place, opening, asked["step"])
        yield asked


def _draw(random: Random, opening: Opening | None) -> Asked:
    asked: Asked = {}
    for name in ("supplier", "recipient"):
        _put_party(random, asked, name, random.choice(opening.parties[name] if opening else PARTIES))
    for key in KEYS.values():
        asked[key] = random.choice(opening.codes[key] if opening else CODES[key])
    return asked


def _change(random: Random, asked: Asked, key: str) -> None:
    if key in ("supplier", "recipient"):
        _put_party(random, asked, key, random.choice(PARTIES))
    else:
        asked[key] = random.choice(CODES[key])


def _put_party(random: Random, asked: Asked, name: str, party: Party) -> None:
    """The class is left out now and then where that says the same."""
    asked[name] = party[0]
    asked.pop(f"{name}_class", None)
    if party[1] != classes_of(party[0])[0] or random.random() < 0.2:
        asked[f"{name}_class"] = party[1]


def _mend(random: Random, asked: Asked) -> None:
    """The role resident and the recipient resident go together."""
    if (asked["recipient_role"] == "resident") == (asked["recipient"] == "resident"):
        return
    if random.random() < 0.5:
        _put_party(random, asked, "recipient", ("resident", "private"))
        asked["recipient_role"] = "resident"
        return
    others = [party for party in PARTIES if party[0] != "resident"]
    if asked["recipient"] == "resident":
        _put_party(random, asked, "recipient", random.choice(others))
    else:
        asked["recipient_role"] = random.choice([role for role in CODES["recipient_role"] if role != "resident"])


def _day(random: Random, place: Ground) -> date:
    edges = (place.first, place.last, place.first - timedelta(days=1), place.last + timedelta(days=1))
    if random.random() < 0.1:
        return random.choice(edges)
    return place.first + timedelta(days=random.randrange((place.last - place.first).days + 1))


def _facts(random: Random, place: Ground, opening: Opening | None, step: str) -> dict[str, bool | None]:
    """Needed facts mostly true, so that something is left to decide; facts that block mostly not."""
    facts: dict[str, bool | None] = {}
    rare = random.choice((0.0, 0.05, 0.05, 0.3))
    for name in place.named:
        if random.random() < rare:
            facts[name] = random.random() < (0.75 if name in place.needed else 0.3)
    for name in opening.needs if opening else ():
        facts[name] = random.choice((True, True, True, True, None, False))
    for ways in place.ways:
        if random.random() < 0.4:
            facts[random.choice(ways)] = random.choice((True, True, True, False))
    if random.random() < 0.5:
        facts["bearer_of_medical_secrecy"] = random.choice((True, False, None))
    if random.random() < 0.1:
        facts[random.choice(ALL_FACTS)] = random.choice((True, False, None))
    if step == "closed" and facts.get("case_closed") is False:
        del facts["case_closed"]
    return facts
