"""A regime as its file says it: categories, rules, and who takes part with what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from knooppunt.sharing.rules.question import Fact
from knooppunt.sharing.rules.rule import FactText, RuleBook


@dataclass(frozen=True)
class Participant:
    """How a kind of organisation takes part under a regime, by which article, and what it sees and brings."""

    classes: frozenset[str]
    article: str
    receives: frozenset[str]
    supplies: frozenset[str]


@dataclass(frozen=True)
class Regime:
    """One version of one legal framework, as its file says it."""

    code: str
    title: str
    version: str
    valid_from: date
    valid_to: date | None
    status: str
    purpose: str
    purpose_article: str
    retention_years: int
    categories: Mapping[str, str]
    participants: Mapping[str, Participant]
    secrecy_always: frozenset[str]
    secrecy_unknown: frozenset[str]
    secrecy_article: str
    secrecy_ways: Mapping[str, str]
    instead: Mapping[str, str]
    digest: str
    in_force_by: str
    default_text: str
    instead_of_all: tuple[str, ...]
    facts: Mapping[str, FactText]
    book: RuleBook

    @property
    def reference(self) -> str:
        """How decisions and grants name this version."""
        return f"{self.code}@{self.version}#{self.short_digest}"

    @property
    def short_digest(self) -> str:
        """As much of the digest as a reference holds."""
        return self.digest[:12]

    def in_force(self, on: date) -> bool:
        """Whether this version holds on a day; `valid_to` is the last day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def needs_agreement(self) -> bool:
        """Whether it opens nothing by itself: only while an agreement of the region holds."""
        return self.book.asks(Fact.AGREEMENT_IN_FORCE)

    def takes_part(self, kind: str, participant_class: str) -> bool:
        """Whether an organisation of this kind and class can be a participant."""
        known = self.participants.get(kind)
        return known is not None and participant_class in known.classes

    def bears_secrecy(self, kind: str) -> bool:
        """Whether the secrecy gate is asked of this supplier (kinds that are unknown are asked too)."""
        return kind in self.secrecy_always | self.secrecy_unknown


def objections_to_joining(regime: Regime, kind: str, participant_class: str) -> list[str]:
    """Why an organisation may not be a participant of a case under this regime."""
    if regime.takes_part(kind, participant_class):
        return []
    instead = regime.instead.get(kind, "Vraag de privacy officer wat wel kan.")
    return [f"Deze organisatie kan geen deelnemer zijn onder dit kader ({regime.purpose_article}). {instead}"]


def objections_without_agreement(regime: Regime, name: str, opened: Collection[str]) -> list[str]:
    """Why an organisation reaches nothing under this regime today: no agreement in force of which it is a party."""
    if opened or not regime.needs_agreement:
        return []
    return [f"{name} is geen partij bij een afspraak die nu geldt. Zonder afspraak gaat onder dit kader niets open."]


ASK_GOVERNANCE = ("Vraag sturing om de afspraak te laten gelden (Beheer → Afspraken).",)
"""What is possible where an agreement is lacking."""
