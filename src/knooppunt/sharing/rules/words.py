"""Outcomes in words, for lists and commands."""

from collections.abc import Mapping

from knooppunt.sharing.rules.deciding import Outcome

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PERMITTED: "mag",
    Outcome.CONDITIONAL: "mag onder voorwaarden",
    Outcome.WEIGH: "eerst afwegen",
    Outcome.REFUSED: "mag niet",
}
