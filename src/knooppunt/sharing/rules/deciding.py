"""May this be shared? Pure, total, deterministic, and closed unless a rule opens it.

The strictest rule decides. Within alternatives the mildest way that is true counts. What is not known of a supply is
a condition where a rule needs it, and something to record where it would block (contracts.md, "How the outcome
follows").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from knooppunt.sharing.rules.question import PUBLIC, Fact, Party, Question, Role, Step
from knooppunt.sharing.rules.regime import Regime
from knooppunt.sharing.rules.rule import Need, Rule, Says


class Outcome(StrEnum):
    """Mildest first."""

    PERMITTED = "permitted"
    CONDITIONAL = "conditional"
    WEIGH = "weigh"
    REFUSED = "refused"


PERMITTED, CONDITIONAL, WEIGH, REFUSED = range(4)
"""The outcomes by strictness."""

OUTCOMES = tuple(Outcome)

BEARERS: Mapping[str, bool | None] = {
    **dict.fromkeys(
        (
            "mental_health",
            "addiction_care",
            "forensic_care",
            "youth_protection",
            "general_practitioner",
            "hospital_ambulance",
        ),
        True,
    ),
    **dict.fromkeys(("public_health", "neighbourhood_team", "disability_care", "shelter", "prison_service"), None),
}
"""Who falls under medical secrecy when nobody says so: always, perhaps (None), or not (absent here)."""

POWERFUL = frozenset(
    {
        "police",
        "prosecution",
        "mayor",
        "municipality",
        "probation",
        "prison_service",
        "child_protection_board",
        "youth_protection",
    }
)
"""Towards these consent is seldom free, and so it is towards a neighbourhood team of the municipality itself."""

WEIGHED = frozenset({Fact.GOOD_CAREGIVING.value, Fact.CONFLICT_OF_DUTIES.value, Fact.VITAL_INTEREST.value})
"""What a professional claims and must record why."""

TAKEN_UP = frozenset({Step.CONSULTATION, Step.PLAN, Step.EVALUATION, Step.CLOSED})
"""Steps after triage: they imply that the case was taken up."""


@dataclass(frozen=True)
class Condition:
    """What must still be so: one of these facts (`any`), or all; without facts something that binds from here on."""

    facts: tuple[str, ...]
    any: bool
    text: str


@dataclass(frozen=True)
class Decision:
    """The answer, with everything it rests on."""

    outcome: Outcome
    sentence: str
    reasons: tuple[str, ...]
    articles: tuple[str, ...]
    conditions: tuple[Condition, ...]
    record: tuple[str, ...]
    possible_instead: tuple[str, ...]
    regime_version: str | None


@dataclass
class _Said:
    """What one rule comes to for one question."""

    rule: Rule
    outcome: int
    conditions: list[Condition]
    reasons: list[str]
    instead: list[str]
    record: list[str]


def decide(question: Question, regimes: Iterable[Regime]) -> Decision:
    """The answer to a question under the version of its regime that is in force on its day."""
    versions = [regime for regime in regimes if regime.code == question.regime]
    for regime in versions:
        if regime.in_force(question.on):
            return decide_under(question, regime)
    return _not_in_force(question, min(versions, key=lambda one: one.valid_from))


def decide_under(question: Question, regime: Regime) -> Decision:
    """The answer under one version, whatever the day."""
    return _Weighing(question, regime).decision()


def said_by_rules(question: Question, regime: Regime) -> Mapping[str, Outcome]:
    """What each rule that speaks comes to, by name: the strictest of these decides."""
    return {one.rule.name: OUTCOMES[one.outcome] for one in _Weighing(question, regime).said()}


def _not_in_force(question: Question, first: Regime) -> Decision:
    day = f"{question.on:%d-%m-%Y}"
    reason = f"Op {day} geldt dit juridisch kader niet: {first.title}."
    return Decision(
        outcome=Outcome.REFUSED,
        sentence=f"Dit mag niet. {reason}",
        reasons=(reason,),
        articles=(first.in_force_by or first.purpose_article,),
        conditions=(),
        record=(),
        possible_instead=first.instead_of_all,
        regime_version=None,
    )


class _Weighing:
    """One question under one version."""

    def __init__(self, question: Question, regime: Regime) -> None:
        self.question, self.regime = question, regime
        self.facts = _implied(question)
        self.facts.update(question.facts)
        if self.facts.get(Fact.CONSENT_WITHDRAWN):
            self.facts[Fact.EXPLICIT_CONSENT] = False

    def said(self) -> list[_Said]:
        """Asks every rule that the question meets."""
        return [one for rule in self.regime.book.met_by(self.question) if (one := self._ask(rule)) is not None]

    def decision(self) -> Decision:
        """Lets the strictest rule decide."""
        said = self.said()
        if not any(one.rule.says is Says.ALLOWS or one.outcome == REFUSED for one in said):
            return self._default()
        strictest = max(one.outcome for one in said)
        deciding = [one for one in said if one.outcome == strictest and one.reasons]
        conditions = () if strictest == REFUSED else tuple(c for one in said for c in one.conditions)
        instead = _once(line for one in deciding for line in one.instead) if strictest >= WEIGH else ()
        # A basis tells more than a note beside it.
        by_weight = sorted(deciding, key=lambda one: one.rule.says is Says.NOTES)
        reasons = _once(line for one in by_weight for line in one.reasons)
        return Decision(
            outcome=OUTCOMES[strictest],
            sentence=self._sentence(strictest, reasons, conditions, said),
            reasons=reasons,
            articles=_once(article for one in deciding for article in one.rule.articles),
            conditions=conditions,
            record=_once(line for one in said for line in one.record),
            possible_instead=instead or (self.regime.instead_of_all if strictest >= WEIGH else ()),
            regime_version=self.regime.reference,
        )

    def _default(self) -> Decision:
        reason = self.regime.default_text
        return Decision(
            outcome=Outcome.REFUSED,
            sentence=f"Dit mag niet. {reason}",
            reasons=(reason,),
            articles=(self.regime.purpose_article,),
            conditions=(),
            record=(),
            possible_instead=self._instead_by_role() or self.regime.instead_of_all,
            regime_version=self.regime.reference,
        )

    def _ask(self, rule: Rule) -> _Said | None:
        """What a rule comes to; None when it has nothing to say here."""
        known = self.facts.get
        if rule.unless and all(known(fact) for fact in rule.unless):
            return None
        said = _Said(rule, PERMITTED, [], [rule.text], list(rule.instead), list(rule.record))
        told = rule.when or rule.when_false
        true = [fact for fact in rule.when if known(fact)] + [f for f in rule.when_false if known(f) is False]
        bears = known(Fact.BEARER_OF_MEDICAL_SECRECY)
        if rule.secrecy and bears is False:
            return None
        if rule.says is Says.FORBIDS:
            forbidden = self._forbid(said, true) if told else self._refuse(said)
            return self._perhaps(forbidden) if forbidden and rule.secrecy and bears is None else forbidden
        if told and not true:
            return None
        for need in rule.needs:
            self._meet(said, need)
        if rule.says is Says.ASKS and not rule.needs:
            said.outcome, said.conditions = CONDITIONAL, [Condition((), any=False, text=rule.text)]
        return self._perhaps(said) if rule.secrecy and bears is None else said

    def _forbid(self, said: _Said, true: list[str]) -> _Said | None:
        if true:
            for fact in true:
                self._close(said, fact)
            return self._refuse(said)
        # Unknown never refuses: it is something to look after.
        said.record = [self.regime.facts[fact].record for fact in said.rule.when if self.facts.get(fact) is None]
        return _Said(said.rule, PERMITTED, [], [], [], said.record) if said.record else None

    def _refuse(self, said: _Said) -> _Said:
        said.outcome = REFUSED
        if said.rule.instead_by_kind:
            said.instead.extend(self._instead_by_kind())
        return said

    def _meet(self, said: _Said, need: Need) -> None:
        """Looks whether one of the ways of a need is true, still open, or whether all are closed."""
        known = self.facts.get
        true = [way for way in need.ways if known(way)]
        if true:
            self._record_way(said, true)
            if self._must_be_weighed(true):
                said.outcome = max(said.outcome, WEIGH)
                said.instead.extend(line for way in true for line in self.regime.facts[way].weigh)
            return
        still_open = tuple(way for way in need.ways if known(way) is None)
        if still_open:
            said.outcome = max(said.outcome, CONDITIONAL)
            said.conditions.append(Condition(still_open, any=len(need.ways) > 1, text=need.text))
            return
        said.outcome = REFUSED
        for way in need.ways:
            self._close(said, way)

    def _must_be_weighed(self, true: list[str]) -> bool:
        """The mildest way that is true counts; consent is no mild way towards whoever has power over somebody."""
        unfree = _has_power(self.question.recipient)
        return all(way in WEIGHED or (unfree and way == Fact.EXPLICIT_CONSENT) for way in true)

    def _record_way(self, said: _Said, true: list[str]) -> None:
        facts = self.regime.facts
        said.record.extend(facts[way].record for way in true if facts[way].record)
        if Fact.EXPLICIT_CONSENT in true and self.facts.get(Fact.CONSENT_WITHDRAWN) is None:
            said.record.append(facts[Fact.CONSENT_WITHDRAWN].record)

    def _close(self, said: _Said, fact: str) -> None:
        text = self.regime.facts[fact]
        said.reasons.insert(-1, text.closed)
        said.instead.extend(text.instead)

    def _perhaps(self, said: _Said) -> _Said:
        """Nobody knows whether the supplier falls under medical secrecy: "no" lifts what the gate asks or forbids."""
        bearer = self.regime.facts[Fact.BEARER_OF_MEDICAL_SECRECY]
        if said.outcome == REFUSED:
            said.outcome = CONDITIONAL
            said.conditions = [Condition((Fact.BEARER_OF_MEDICAL_SECRECY,), any=False, text=bearer.condition)]
            said.reasons, said.instead = said.reasons[-1:], []
        elif said.outcome == CONDITIONAL:
            said.conditions = [Condition(one.facts, one.any, f"{bearer.ask} {one.text}") for one in said.conditions]
        return said

    def _instead_by_role(self) -> tuple[str, ...]:
        return self._instead_by_kind() if self.question.role == Role.PARTICIPANT else ()

    def _instead_by_kind(self) -> tuple[str, ...]:
        """What is possible with a kind that takes no part: of the recipient first, else of the supplier."""
        kinds: tuple[Party, ...] = (self.question.recipient, self.question.supplier)
        return tuple(self.regime.instead[kind] for kind, _ in kinds if kind in self.regime.instead)[:1]

    def _sentence(
        self, strictest: int, reasons: tuple[str, ...], conditions: tuple[Condition, ...], said: list[_Said]
    ) -> str:
        if strictest == REFUSED:
            return f"Dit mag niet. {reasons[0]}"
        if strictest == WEIGH:
            return f"Weeg dit eerst af en leg vast waarom. {reasons[0]}"
        if strictest == CONDITIONAL:
            return f"Dit mag onder voorwaarden. {' '.join(_once(one.text for one in conditions))}"
        gate = any(one.rule.secrecy for one in said)
        must = any(one.rule.must for one in said) and not gate
        return f"{'Dit mag, en in beginsel: moet.' if must else 'Dit mag.'} {reasons[0]}"


def circumstances(question: Question) -> tuple[object, ...]:
    """All of a question that counts beside the rules it meets: what is known, and whether consent is free."""
    return tuple(sorted(_implied(question).items())), _has_power(question.recipient)


def _has_power(recipient: Party) -> bool:
    return recipient[0] in POWERFUL or recipient == ("neighbourhood_team", PUBLIC)


def _implied(question: Question) -> dict[str, bool]:
    """What the step and the kind of supplier say without being asked."""
    known: dict[str, bool] = {}
    if question.step in TAKEN_UP:
        known[Fact.CASE_TAKEN_UP] = True
    if question.step == Step.CLOSED:
        known[Fact.CASE_CLOSED] = True
    bears = BEARERS.get(question.supplier[0], False)
    if bears is not None:
        known[Fact.BEARER_OF_MEDICAL_SECRECY] = bears
    return known


def _once(lines: Iterable[str]) -> tuple[str, ...]:
    """Each line once, in the order of its first time."""
    return tuple(dict.fromkeys(line for line in lines if line))
