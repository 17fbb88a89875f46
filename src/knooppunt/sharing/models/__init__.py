"""The tables of this room, by topic."""

from knooppunt.sharing.models.access import Designation, Grant, TableRegime
from knooppunt.sharing.models.agreement import Agreement, AgreementDocument, AgreementDocumentContent, AgreementParty
from knooppunt.sharing.models.decision import SupplyDecision
from knooppunt.sharing.models.network import FrequentQuestion, NetworkQuestion
from knooppunt.sharing.models.regimetext import RegimeText

__all__ = [
    "Agreement",
    "AgreementDocument",
    "AgreementDocumentContent",
    "AgreementParty",
    "Designation",
    "FrequentQuestion",
    "Grant",
    "NetworkQuestion",
    "RegimeText",
    "SupplyDecision",
    "TableRegime",
]
