"""Agreements between organisations: what one must say, when it holds, and why a step cannot be taken (yet).

An agreement that is not in force opens nothing. Whether it is in force follows from its dates at the moment of asking,
so that nothing has to be swept when a term ends.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from knooppunt.sharing.rules.codes import Category
from knooppunt.sharing.rules.question import RegimeCode

NOTICE = timedelta(days=90)
"""How long before a review or an end it is said: time enough for every party to sign anew."""

DECISION_FIELDS = ("weighty_interest", "collaboration_and_purpose", "data", "conditions", "recipients")
"""What the decision of the police must name (Wpg 20 lid 2)."""

LEAST_PARTIES = 2

MOST_FILES = 20
"""So many files with one agreement: enough for annexes and signed copies, too few to be a cupboard."""

TO_FILL = "Vul aan:"
"""What a template writes where only the parties can say it; nothing holds while that still stands there."""


class AgreementKind(StrEnum):
    """What sort of arrangement it is."""

    CONVENANT = "convenant"
    DVO = "dvo"
    PROTOCOL = "protocol"


class AgreementStatus(StrEnum):
    """What people decided about it; whether it holds on a day follows from the dates."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    ENDED = "ended"


class FileStatus(StrEnum):
    """Where a file with an agreement stands: only one that was judged and found clean can be opened."""

    CHECKING = "checking"
    CLEAN = "clean"
    STOPPED = "stopped"


class NetworkJudgement(StrEnum):
    """What the knowledge network of privacy officers and policy staff thinks of it."""

    NONE = "none"
    POSITIVE = "positive"
    POSITIVE_WITH_CONDITIONS = "positive_with_conditions"
    NEGATIVE = "negative"


class Stand(StrEnum):
    """How an agreement stands on a day."""

    DRAFT = "draft"
    TO_COME = "to_come"
    IN_FORCE = "in_force"
    OVER = "over"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Terms:
    """What an agreement says. `decision` holds the five fields of Wpg 20 lid 2 by name; both last days count."""

    kind: str
    title: str
    purpose: str
    regime: str
    categories: tuple[str, ...] = ()
    decision: Mapping[str, str] | None = None
    competent_authority: str = ""
    clauses: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    review_on: date | None = None

    def decided(self, field: str) -> str:
        """What the decision says in one field; empty when it says nothing."""
        return (self.decision or {}).get(field, "")


@dataclass(frozen=True)
class Party:
    """An organisation that takes part, with who signed for it and when."""

    organisation: UUID
    name: str
    signatory_name: str = ""
    signatory_role: str = ""
    signed_on: date | None = None


@dataclass(frozen=True)
class Validity:
    """Between whom an agreement opens what, from its first to its last day. Without a first day it opens nothing."""

    regime: str
    categories: frozenset[str]
    parties: frozenset[UUID]
    first: date | None
    last: date | None

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day; the first and the last day count."""
        return self.first is not None and self.first <= on and (self.last is None or on <= self.last)

    @property
    def begins(self) -> bool:
        """Whether there is a day on which it holds: not when it was called off before it began."""
        return self.first is not None and (self.last is None or self.first <= self.last)

    def opens(self, between: Collection[UUID], regime: str, on: date) -> frozenset[str]:
        """The categories that these organisations may share under it on a day; empty opens nothing."""
        wanted = frozenset(between)
        if len(wanted) < LEAST_PARTIES or not wanted <= self.parties:
            return frozenset()
        return self.categories if regime == self.regime and self.in_force(on) else frozenset()


@dataclass(frozen=True)
class Due:
    """A day on which something must be done about an agreement: `review` or `end`; late when it has passed."""

    what: str
    on: date
    late: bool


def first_day(starts_on: date | None, put_in_force_on: date | None) -> date | None:
    """From when it holds: never before it was put in force, because until then nobody had judged it."""
    if starts_on is None or put_in_force_on is None:
        return None
    return max(starts_on, put_in_force_on)


def stand_of(status: str, validity: Validity, on: date) -> Stand:
    """How it stands on a day."""
    if status == AgreementStatus.DRAFT:
        return Stand.DRAFT
    if validity.first is None:
        return Stand.DROPPED
    if validity.in_force(on):
        return Stand.IN_FORCE
    return Stand.TO_COME if on < validity.first and validity.begins else Stand.OVER


def due(status: str, terms: Terms, on: date) -> tuple[Due, ...]:
    """What asks for attention within ninety days, or did so before; only of what was put in force and not ended."""
    if status != AgreementStatus.IN_FORCE:
        return ()
    days = (("end", terms.ends_on), ("review", terms.review_on))
    return tuple(Due(what, day, day < on) for what, day in days if day is not None and day - on <= NOTICE)


def wrong_in(terms: Terms) -> list[tuple[str, str]]:
    """What cannot be written down, also in a draft: the field and its mend."""
    found = [*_wrong_words(terms), *_wrong_days(terms)]
    if terms.regime != RegimeCode.WPG20_CONVENANT:
        mend = "Dit hoort alleen bij het kader Convenant (Wpg 20). Maak het leeg, of kies dat kader."
        found += [(field, mend) for field in DECISION_FIELDS if terms.decided(field)]
    return found


def _wrong_words(terms: Terms) -> list[tuple[str, str]]:
    found = []
    if not terms.title:
        found.append(("title", "Geef de afspraak een naam."))
    if terms.kind not in set(AgreementKind):
        found.append(("kind", "Kies een convenant, DVO of protocol."))
    if terms.regime not in set(RegimeCode):
        found.append(("regime", "Kies een juridisch kader uit de lijst."))
    if not set(terms.categories) <= set(Category):
        found.append(("categories", "Kies soorten gegevens uit de lijst."))
    return found


def _wrong_days(terms: Terms) -> list[tuple[str, str]]:
    found = []
    begin, end, review = terms.starts_on, terms.ends_on, terms.review_on
    if begin and end and end < begin:
        found.append(("ends_on", f"Kies een einddatum op of na {_day(begin)}: dan begint de afspraak."))
    if begin and review and review < begin:
        found.append(("review_on", f"Kies een evaluatiedatum op of na {_day(begin)}: dan begint de afspraak."))
    if end and review and review > end:
        found.append(("review_on", f"Kies een evaluatiedatum op of vóór {_day(end)}: dan eindigt de afspraak."))
    return found


def objections_to_changing(status: str) -> list[str]:
    """Why the text cannot be changed."""
    if status == AgreementStatus.DRAFT:
        return []
    return ["Deze afspraak is geen concept meer, dus de tekst staat vast. Maak een nieuwe afspraak en beëindig deze."]


def objections_to_signing(status: str, party: Party | None, signed_on: date, today: date) -> list[str]:
    """Why this signature cannot be written down."""
    found = []
    if status != AgreementStatus.DRAFT:
        found.append("Tekenen kan alleen bij een concept. Maak voor een nieuwe partij een nieuwe afspraak.")
    if party is None:
        found.append("Deze organisatie is geen partij. Voeg haar eerst toe bij Tekst wijzigen.")
    elif party.signed_on is not None:
        found.append(f"{party.name} heeft al getekend, op {_day(party.signed_on)}. Kies een andere partij.")
    if signed_on > today:
        found.append("De handtekening is van een latere dag. Leg haar vast als er is getekend.")
    return found


def objections_to_putting_in_force(
    status: str, terms: Terms, parties: Sequence[Party], *, today: date, own_text: bool
) -> list[str]:
    """Why it cannot be put in force (yet): all reasons at once. `own_text`: whoever asks wrote it."""
    if status != AgreementStatus.DRAFT:
        return ["Deze afspraak is geen concept meer. Alleen een concept kan gaan gelden."]
    found = [*_lacking(terms), *_days_that_hinder(terms, today), *_unsigned(parties)]
    if own_text:
        found.append("U schreef deze tekst zelf. Vraag een collega met de hoedanigheid sturing om hem te laten gelden.")
    return found


def _lacking(terms: Terms) -> list[str]:
    found = []
    if not terms.purpose:
        found.append("Het doel ontbreekt. Vul in waarvoor u samenwerkt.")
    if not terms.categories:
        found.append("Er is geen soort gegevens gekozen. Kies wat de partijen mogen delen.")
    if terms.regime == RegimeCode.WPG20_CONVENANT:
        empty = [field for field in DECISION_FIELDS if not terms.decided(field)]
        if empty:
            number = f"{len(empty)} van de vijf onderdelen"
            found.append(f"Van het besluit van de politie (Wpg 20 lid 2) ontbreken {number}. Vul die aan.")
        if not terms.competent_authority:
            found.append("Het bevoegd gezag ontbreekt (Wpg 20 lid 1). Vul in met wie de politie dit overeenkwam.")
    if any(TO_FILL in text for text in (terms.purpose, terms.clauses, *map(terms.decided, DECISION_FIELDS))):
        found.append(f"In de tekst staat nog “{TO_FILL}” uit het sjabloon. Schrijf daar wat voor uw regio geldt.")
    return found


def _days_that_hinder(terms: Terms, today: date) -> list[str]:
    found = [mend for _, mend in _wrong_days(terms)]
    if terms.starts_on is None:
        found.append("De begindatum ontbreekt. Vul in vanaf welke dag de afspraak geldt.")
    if terms.review_on is None:
        found.append("De evaluatiedatum ontbreekt. Spreek af wanneer u de afspraak bekijkt.")
    if terms.ends_on is not None and terms.ends_on < today:
        found.append(f"De einddatum, {_day(terms.ends_on)}, is al voorbij. Kies een latere einddatum.")
    if terms.review_on is not None and terms.review_on < today:
        found.append(f"De evaluatiedatum, {_day(terms.review_on)}, is al voorbij. Kies een latere dag.")
    return found


def _unsigned(parties: Sequence[Party]) -> list[str]:
    found = []
    if len(parties) < LEAST_PARTIES:
        found.append("Een afspraak heeft minstens twee partijen. Voeg partijen toe bij Tekst wijzigen.")
    waiting = [party.name for party in parties if party.signed_on is None]
    if waiting:
        found.append(f"Nog niet getekend: {', '.join(waiting)}. Leg eerst elke handtekening vast.")
    return found


def objections_to_ending(status: str, last_day: date | None, today: date) -> list[str]:
    """Why it cannot be ended on this last day. What was shared under it stays lawful, so no day before today."""
    if status == AgreementStatus.ENDED:
        return ["Deze afspraak is al beëindigd."]
    if status == AgreementStatus.IN_FORCE and last_day is not None and last_day < today:
        return ["De laatste dag kan niet vóór vandaag liggen. Kies vandaag of een latere dag."]
    return []


def objections_to_adding_file(status: str, number: int) -> list[str]:
    """Why no file can be added; `number` of them are there already."""
    found = []
    if status == AgreementStatus.ENDED:
        found.append("Deze afspraak is beëindigd. Een bestand past bij een concept of bij een afspraak die geldt.")
    if number >= MOST_FILES:
        found.append(f"Er horen al {number} bestanden bij deze afspraak. Meer kan niet; voeg stukken samen.")
    return found


def objections_to_opening_file(status: str) -> list[str]:
    """Why a file cannot be opened; nobody opens what was not judged or was found bad."""
    if status == FileStatus.CHECKING:
        return ["Dit bestand wordt nog gecontroleerd op virussen. Probeer het over een paar minuten opnieuw."]
    if status == FileStatus.STOPPED:
        return ["Dit bestand is tegengehouden door de controle. Wij hebben de inhoud verwijderd."]
    return []


def objections_to_removing_file(agreement: str, file: str) -> list[str]:
    """Why a file stays. What belongs to an agreement that holds is part of it; what was stopped may always go."""
    if agreement == AgreementStatus.DRAFT or file == FileStatus.STOPPED:
        return []
    return ["Deze afspraak is geen concept meer, dus haar bestanden blijven. Voeg een nieuw bestand toe."]


def objections_to_judging(status: str) -> list[str]:
    """Why no judgement of the knowledge network can be written down."""
    if status == AgreementStatus.ENDED:
        return ["Deze afspraak is beëindigd. Een oordeel past bij een concept of bij een afspraak die geldt."]
    return []


def objections_to_reviewing(status: str) -> list[str]:
    """Why no new day for a review can be agreed."""
    if status == AgreementStatus.IN_FORCE:
        return []
    return ["Evalueren kan als de afspraak in werking is. Bij een concept wijzigt u de datum in de tekst."]


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"
