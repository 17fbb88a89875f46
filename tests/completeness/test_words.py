"""The glossary and the code use the same words."""

import re

from knooppunt.partners.rules import OrganisationKind
from knooppunt.sharing import law
from knooppunt.sharing.rules import Category
from tests.completeness.source import ROOT

CODE = re.compile(r"^\| `(\w+)` \| ([^|]+) \|", re.MULTILINE)


def glossary() -> tuple[dict[str, str], dict[str, str]]:
    """Code and Dutch word: of notions, and of kinds of organisation."""
    notions, kinds = (ROOT / "docs/woordenlijst.md").read_text(encoding="utf-8").split("## Soorten organisaties")
    return dict(CODE.findall(notions)), dict(CODE.findall(kinds))


def test_the_kinds_of_organisation_are_those_of_the_glossary() -> None:
    _, kinds = glossary()
    assert set(kinds) == {kind.value for kind in OrganisationKind}


def test_what_the_code_is_about_stands_in_the_glossary() -> None:
    notions, _ = glossary()
    used = {
        "organisation", "professional", "area", "report", "intake", "sounding", "case", "regime",
        "participant_class", "item",
        "grant", "designation", "function", "case_director", "process_director", "phase", "table", "consultation",
        "agreed_action", "plan", "life_area", "agreement", "party", "network_judgement",
        "knowledge_network", "network_question", "frequent_question",
    }  # fmt: skip
    assert used <= set(notions)


def test_every_category_has_a_word_in_every_regime_that_knows_it() -> None:
    known = {category.value for category in Category}
    for regime in law.versions():
        assert set(regime.categories) <= known, regime.reference
        assert all(label.strip() for label in regime.categories.values()), regime.reference
