"""The plain law of this room: codes, regimes with their rules, questions, and the decision."""

from knooppunt.sharing.rules.codes import CORE, STANDING, Category, SecrecyWay, SubjectKind
from knooppunt.sharing.rules.deciding import Condition, Decision, Outcome, decide, said_by_rules
from knooppunt.sharing.rules.question import Question, read_question
from knooppunt.sharing.rules.regime import (
    ASK_GOVERNANCE,
    Participant,
    Regime,
    objections_to_joining,
    objections_without_agreement,
)
from knooppunt.sharing.rules.rule import FactText, Need, Rule, RuleBook, Says

__all__ = [
    "ASK_GOVERNANCE",
    "CORE",
    "STANDING",
    "Category",
    "Condition",
    "Decision",
    "FactText",
    "Need",
    "Outcome",
    "Participant",
    "Question",
    "Regime",
    "Rule",
    "RuleBook",
    "Says",
    "SecrecyWay",
    "SubjectKind",
    "decide",
    "objections_to_joining",
    "objections_without_agreement",
    "read_question",
    "said_by_rules",
]
