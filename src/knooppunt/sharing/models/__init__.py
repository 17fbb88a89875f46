"""The tables of this room, by topic."""

from knooppunt.sharing.models.access import Designation, Grant, TableRegime
from knooppunt.sharing.models.agreement import Agreement, AgreementParty
from knooppunt.sharing.models.decision import SupplyDecision
from knooppunt.sharing.models.regimetext import RegimeText

__all__ = [
    "Agreement",
    "AgreementParty",
    "Designation",
    "Grant",
    "RegimeText",
    "SupplyDecision",
    "TableRegime",
]
