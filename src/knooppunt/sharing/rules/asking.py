"""For whoever asks on a page: which facts can change an answer, and what is meant when it is not said."""

from collections.abc import Iterator
from dataclasses import replace

from knooppunt.sharing.rules.deciding import TAKEN_UP, Condition, Outcome, decide
from knooppunt.sharing.rules.question import About, Fact, Party, Question, Role, Step
from knooppunt.sharing.rules.regime import Regime
from knooppunt.sharing.rules.rule import Rule

AS_WHAT = {
    "resident": Role.RESIDENT,
    "care_safety_house": Role.OTHER_ZVH,
    "riec": Role.OTHER_COLLABORATION,
    "other_collaboration": Role.OTHER_COLLABORATION,
}
"""Kinds that are themselves a role."""


def role_of(recipient: Party, regime: Regime | None) -> Role:
    """As what a recipient would receive it, when nobody says so: as participant if that can be, else at one meeting."""
    kind, its_class = recipient
    if kind in AS_WHAT:
        return AS_WHAT[kind]
    if regime is None or regime.takes_part(kind, its_class):
        return Role.PARTICIPANT
    return Role.INCIDENTAL_THIRD


def about_of(category: str) -> About:
    """Whom a category is about, when nobody says so."""
    return About.PROFESSIONAL if category == "professional_contact" else About.RESIDENT


def facts_that_matter(question: Question, regime: Regime) -> tuple[str, ...]:
    """The facts not known yet that can by themselves change outcome or conditions, in the order of the rules."""
    now = _comes_to(question, regime)
    return tuple(
        fact
        for fact in _facts_named(question, regime)
        if fact not in question.facts
        and any(
            _comes_to(replace(question, facts={**question.facts, fact: said}), regime) != now for said in (True, False)
        )
    )


def _comes_to(question: Question, regime: Regime) -> tuple[Outcome, tuple[Condition, ...]]:
    found = decide(question, [regime])
    return found.outcome, found.conditions


def _facts_named(question: Question, regime: Regime) -> tuple[str, ...]:
    implied = {Fact.CASE_CLOSED.value} if question.step == Step.CLOSED else set()
    if question.step in TAKEN_UP:
        implied.add(Fact.CASE_TAKEN_UP.value)
    named = (fact for rule in regime.book.met_by(question) for fact in _named(rule))
    return tuple(dict.fromkeys(fact for fact in named if fact not in implied))


def _named(rule: Rule) -> Iterator[str]:
    if rule.secrecy:
        yield Fact.BEARER_OF_MEDICAL_SECRECY.value
    for need in rule.needs:
        yield from need.ways
    yield from rule.when
    yield from rule.when_false
    yield from rule.unless
    if Fact.EXPLICIT_CONSENT in {way for need in rule.needs for way in need.ways}:
        yield Fact.CONSENT_WITHDRAWN.value
