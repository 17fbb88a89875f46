"""What holds for every question to the law, under every shipped regime."""

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from knooppunt.sharing import law
from knooppunt.sharing.rules import Decision, Outcome, decide, read_question
from knooppunt.sharing.rules.question import PARTIES
from tests.sharing import plain
from tests.sharing.asking import Asked, facts_of, ground, needed_by, questions

REGIMES = plain.regime_files()
GROUNDS = [ground(regime) for regime in REGIMES]
SEED = 77
MANY = 3_000
LAWS = (
    "Wgs|Bgs|WPGA-RT|Besl. WPGA-RT|Wpg|Bpg|Wjsg|Wmo 2015|Uitv.besl. Wmo|Jeugdwet|Wvggz|Wzd|Wgshv|Wpubg|Pbw|Bvt|Awb|"
    "AVG|UAVG|BW|Wet BIG|Wabb|Gemw"
)
ARTICLE = re.compile(
    rf"(?:{LAWS.replace('.', '[.]')}) \d+[a-z]*(?:[.:]\d+[a-z]*)*(?: lid \d+[a-z]?)?(?: onder [a-z]\S*)?"
)
WEIGHED = {"good_caregiving", "conflict_of_duties", "vital_interest", "explicit_consent"}
BLOCKS = {
    "weighty_reasons_against",
    "consent_withdrawn",
    "retention_expired",
    "uavg_41_invoked",
    "subject_under_12",
    "staff_with_commercial_tasks",
}
HANDED_ON = (
    "participant", "incidental_third", "third_party", "other_zvh", "other_collaboration", "first_responder",
)  # fmt: skip


def _ask(said: Asked) -> Decision:
    return decide(read_question(said), law.versions())


def _many(times: int = 1) -> Iterator[Asked]:
    return questions(Random(SEED), GROUNDS, MANY * times)


def _with(said: Asked, **facts: bool | None) -> Asked:
    return {**said, "facts": {**said["facts"], **facts}}


def _in_force(said: Asked) -> plain.Said | None:
    on = plain.day_of(said["on"])
    for regime in REGIMES:
        last = regime["valid_to"]
        begun = plain.day_of(regime["valid_from"]) <= on
        if regime["regime"] == said["regime"] and begun and (not last or on <= plain.day_of(last)):
            return regime
    return None


def test_every_answer_has_a_sentence_and_articles_in_the_grammar() -> None:
    for said in _many():
        made = _ask(said)
        assert len(made.sentence) > 10 and made.articles, said
        assert [one for one in made.articles if not ARTICLE.fullmatch(one)] == [], said
        assert all(isinstance(one, str) and one for one in (*made.reasons, *made.record, *made.possible_instead)), said


def test_whoever_is_refused_or_asked_to_weigh_hears_what_is_possible_instead() -> None:
    for said in _many():
        made = _ask(said)
        assert made.possible_instead or made.outcome not in (Outcome.REFUSED, Outcome.WEIGH), said


def test_the_same_question_gets_the_same_answer_in_any_order() -> None:
    for said in _many():
        turned = {key: said[key] for key in reversed(said)} | {"facts": dict(reversed(said["facts"].items()))}
        nulls = _with(said, **{fact: None for fact in ("represented", "rac_tested") if fact not in said["facts"]})
        assert _ask(said) == _ask(said) == _ask(turned) == _ask(nulls)
        assert _ask(said) == decide(read_question(said), law.versions()[::-1])


def test_what_no_rule_allows_is_refused() -> None:
    seen = 0
    for said in _many():
        regime = _in_force(said)
        rules = regime["rules"].values() if regime else ()
        if regime and not any(rule["says"] == "allows" and plain.fits(rule, said, regime) for rule in rules):
            made, seen = _ask(said), seen + 1
            assert made.outcome is Outcome.REFUSED and made.conditions == (), said
    assert seen > MANY / 10


def test_where_no_rule_allows_or_forbids_the_article_of_the_purpose_is_named() -> None:
    seen = 0
    for said in _many():
        regime, bare = _in_force(said), {**said, "facts": {}}
        if regime and said["step"] != "closed" and not any(plain.fits(rule, said, regime) for rule in _opening(regime)):
            made, seen = _ask(bare), seen + 1
            assert (made.outcome, made.articles) == (Outcome.REFUSED, (regime["purpose"]["article"],)), said
    assert seen > 0


def _opening(regime: plain.Said) -> list[plain.Said]:
    """The rules that allow or forbid something also when nothing is known."""
    rules = list(regime["rules"].values())
    return [rule for rule in rules if rule["says"] == "allows" or (rule["says"] == "forbids" and "when" not in rule)]


def test_conditions_stand_only_where_something_is_still_possible_and_never_name_a_block() -> None:
    for said in _many():
        made = _ask(said)
        named = {fact for one in made.conditions for fact in one.facts}
        assert not named & BLOCKS, said
        assert not {fact for fact in named if said["facts"].get(fact) is not None}, said
        assert made.outcome is not Outcome.CONDITIONAL or made.conditions, said
        assert made.outcome in (Outcome.CONDITIONAL, Outcome.WEIGH) or not made.conditions, said


def test_knowing_that_a_needed_fact_is_true_never_makes_the_answer_stricter() -> None:
    tried = 0
    for said in _many():
        regime = _in_force(said)
        for fact in sorted(_only_needed(regime)) if regime else ():
            if said["facts"].get(fact) is None:
                before, after, tried = _ask(said), _ask(_with(said, **{fact: True})), tried + 1
                assert _strictness(after) <= _strictness(before), (said, fact)
    assert tried > MANY


def _only_needed(regime: plain.Said) -> set[str]:
    """Facts that rules need, and that nothing else hangs on."""
    rules = regime["rules"].values()
    needed = {fact for rule in rules for fact in needed_by(rule)}
    return needed - WEIGHED - {fact for rule in rules for fact in facts_of({**rule, "needs": ()})}


def _strictness(made: Decision) -> int:
    return plain.STRICTNESS.index(made.outcome)


def test_a_fact_that_is_weighed_makes_the_answer_no_milder_than_weigh_where_it_is_the_only_way() -> None:
    seen = 0
    ways = {"legal_duty": False, "legal_permission": False, "explicit_consent": False, "conflict_of_duties": None}
    unknown = {"bearer_of_medical_secrecy": None, "vital_interest": None}
    for drawn in _many():
        said = {**drawn, "supplier": "mental_health", "supplier_class": "private", "recipient_role": "participant"}
        said |= {"recipient": "public_health", "recipient_class": "public"}
        before = _ask(_with(said, **ways, **unknown, good_caregiving=None))
        after = _ask(_with(said, **ways, **unknown, good_caregiving=True))
        if before.outcome is Outcome.CONDITIONAL and any("good_caregiving" in one.facts for one in before.conditions):
            seen += 1
            assert after.outcome is Outcome.WEIGH, said
    assert seen > 0


def test_consent_is_weighed_towards_whoever_has_power_and_towards_nobody_else() -> None:
    said: Asked = {"regime": "WGS_ZVH", "step": "consultation", "supplier": "mental_health", "subject": "resident"}
    said |= {"recipient_role": "participant", "category": "health", "on": "2026-01-15"}
    said["facts"] = {"necessary": True, "explicit_consent": True}
    wgs = next(regime for regime in REGIMES if regime["regime"] == "WGS_ZVH" and regime["valid_to"] is None)
    for kind, its_class in PARTIES:
        if its_class in wgs["participants"].get(kind, {"class": ""})["class"].split("|"):
            made = _ask({**said, "recipient": kind, "recipient_class": its_class})
            wanted = Outcome.WEIGH if (kind, its_class) in plain.POWER else Outcome.PERMITTED
            assert made.outcome is wanted, kind


Applies = Callable[[Asked], bool]


def _always(said: Asked) -> bool:
    return True


def _access(said: Asked) -> bool:
    return bool(said["recipient_role"] == "resident")


def _no_renewal(said: Asked) -> bool:
    return not (said["facts"].get("renewal_case") and said["facts"].get("supplier_consent_renewal"))


def _private_recipient(said: Asked) -> bool:
    """Not under the Wgs before its article was in force."""
    private = plain.party(said, "recipient")[1] == "private" and said["recipient_role"] in HANDED_ON
    return private and not (said["regime"] == "WGS_ZVH" and said["on"] < "2025-07-01")


def _open_wgs(said: Asked) -> bool:
    return said["regime"] == "WGS_ZVH" and said["recipient_role"] in HANDED_ON


def _wgs_not_renewed(said: Asked) -> bool:
    return _open_wgs(said) and not said["facts"].get("renewal_case")


@pytest.mark.parametrize(
    ("fact", "applies"),
    [
        ("weighty_reasons_against", _always),
        ("uavg_41_invoked", _access),
        ("subject_under_12", _access),
        ("staff_with_commercial_tasks", _private_recipient),
        ("retention_expired", _no_renewal),
        ("case_closed", _wgs_not_renewed),
        ("radicalisation_taken_up", _open_wgs),
    ],
)
def test_a_fact_that_blocks_refuses_once_it_is_true(fact: str, applies: Applies) -> None:
    opened = 0
    for said in _many(2):
        if applies(said):
            assert _ask(_with(said, **{fact: True})).outcome is Outcome.REFUSED, said
            opened += _ask(_with(said, **{fact: None})).outcome is not Outcome.REFUSED
    assert opened, "nothing was open before"


def test_withdrawn_consent_closes_the_way_of_consent_only() -> None:
    changed: list[Any] = []
    for said in _many():
        withdrawn = _ask(_with(said, explicit_consent=True, consent_withdrawn=True))
        without = _ask(_with(said, explicit_consent=False, consent_withdrawn=None))
        assert (withdrawn.outcome, withdrawn.articles) == (without.outcome, without.articles), said
        changed += [said] if withdrawn.outcome is not Outcome.REFUSED else []
    assert changed


def test_limits_of_the_supplier_bind_whatever_is_handed_on() -> None:
    for said in _many():
        if said["recipient_role"] in HANDED_ON:
            assert _ask(_with(said, supplier_conditions=True)).outcome is not Outcome.PERMITTED, said


def test_whoever_represents_somebody_stands_in_the_record() -> None:
    for said in _many():
        made, before = _ask(_with(said, represented=True)), _ask(_with(said, represented=None))
        assert made.outcome is before.outcome, said
        assert made.regime_version is None or made.articles == _purpose(said) or set(made.record) > set(before.record)


def _purpose(said: Asked) -> tuple[str, ...]:
    regime = _in_force(said)
    return (regime["purpose"]["article"],) if regime else ()
