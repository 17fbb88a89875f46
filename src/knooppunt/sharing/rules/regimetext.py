"""A version of a regime that is written here: from draft to holding, and what stands in the way of that."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from knooppunt.sharing.rules.regime import Regime


class TextStatus(StrEnum):
    """How a text stands. One that is in force is never changed again; it may still have to begin."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Standing:
    """What must be known of a text to judge whether it may hold: who wrote it, and which versions there are."""

    status: str
    own_text: bool
    today: date
    known: tuple[Regime, ...]


NO_DRAFT = "Deze tekst is geen concept meer en staat vast."


def objections_to_changing(status: str) -> list[str]:
    """Why a text may not be changed or dropped."""
    return [] if status == TextStatus.DRAFT else [NO_DRAFT]


def objections_to_approving(text: Regime, standing: Standing) -> list[str]:
    """Everything that keeps a text from holding, at once.

    It may not begin before today: what was answered yesterday would be answered otherwise afterwards. It ends before
    a version that begins later and was there first; a version that is approved after it closes it by itself.
    """
    found = objections_to_changing(standing.status)
    if standing.own_text:
        found.append("U schreef zelf aan deze tekst. Vraag een collega om hem te laten gelden.")
    if text.valid_from < standing.today:
        found.append(
            f"De eerste dag ({text.valid_from:%d-%m-%Y}) is voorbij. Zet valid_from en version op vandaag of later:"
            " wat al besloten is, verandert niet."
        )
    return [*found, *_clashes(text, standing.known)]


def _clashes(text: Regime, known: tuple[Regime, ...]) -> list[str]:
    found = []
    for other in known:
        if other.digest == text.digest:
            found.append(f"Precies deze tekst is er al: versie {other.version}.")
        elif other.valid_from == text.valid_from:
            found.append(
                f"Op {text.valid_from:%d-%m-%Y} begint al een andere versie."
                " Zet valid_from en version op een latere dag."
            )
    later = [one.valid_from for one in known if one.valid_from > text.valid_from]
    if later and (text.valid_to is None or text.valid_to >= min(later)):
        found.append(
            f"Vanaf {min(later):%d-%m-%Y} geldt al een andere versie. Zet valid_to op"
            f" {min(later) - timedelta(days=1):%Y-%m-%d} of eerder."
        )
    return found


def follows(text: Regime, known: tuple[Regime, ...]) -> Regime:
    """The version that a text comes after: the last that begins before it, or else the first there is."""
    before = [one for one in known if one.valid_from < text.valid_from and one.digest != text.digest]
    return max(before, key=lambda one: one.valid_from, default=known[0])
