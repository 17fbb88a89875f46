"""The shipped law leaves no question unanswered by accident, and a file that is wrong says where and how to mend it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.sharing import law
from knooppunt.sharing.law import checking, defaults
from knooppunt.sharing.law.reading import read
from knooppunt.sharing.rules import Outcome, Regime, Rule

VERSIONS = pytest.mark.parametrize("regime", law.versions(), ids=lambda one: f"{one.code}@{one.version}")
WGS = "WGS_ZVH@2025-07-01.yaml"
SHIPPED = files(law).joinpath("regimes", WGS).read_bytes().decode()


@VERSIONS
def test_what_no_rule_answers_was_looked_at(regime: Regime) -> None:
    left = checking.not_reviewed(regime, defaults.patterns().get(regime.code, ()))
    assert [one.groups for one in left[:3]] == []


@VERSIONS
def test_no_two_rules_answer_differently_without_saying_which_goes_before(regime: Regime) -> None:
    assert {(refusal.name, basis.name) for _, basis, refusal in checking.answered_twice(regime)} == set()


@VERSIONS
def test_a_refusal_goes_before_rules_that_are_there(regime: Regime) -> None:
    names = {rule.name for rule in regime.book.rules}
    assert {over for rule in regime.book.rules for over in rule.over} <= names


@VERSIONS
def test_every_line_of_the_reviewed_list_still_covers_something(regime: Regime) -> None:
    if regime.valid_to is not None:
        return
    left = checking.left_to_default(regime)
    for pattern in defaults.patterns().get(regime.code, ()):
        assert any(pattern.covers(one) for one in left), pattern.why


def test_every_regime_of_the_reviewed_list_is_shipped() -> None:
    assert set(defaults.patterns()) <= {regime.code for regime in law.versions()}


def changed(regime: Regime, name: str, change: Callable[[Rule], Rule]) -> Regime:
    """The regime with one rule otherwise."""
    rules = tuple(change(rule) if rule.name == name else rule for rule in regime.book.rules)
    return replace(regime, book=type(regime.book)(rules))


def latest() -> Regime:
    """The Wgs as it is now."""
    return law.versions_of("WGS_ZVH")[-1]


def test_a_rule_that_is_taken_away_leaves_a_gap_that_is_found() -> None:
    nowhere = frozenset[str]()
    without = changed(latest(), "supply", lambda rule: replace(rule, step=nowhere))
    left = checking.not_reviewed(without, defaults.patterns()["WGS_ZVH"])
    assert {step for one in left for step in one.groups[3]} == {"consultation", "plan", "evaluation"}


def test_a_refusal_that_meets_a_basis_is_named() -> None:
    clashing = changed(latest(), "police_by_others", lambda rule: replace(rule, over=()))
    assert ("police_by_others", "supply") in {(r.name, b.name) for _, b, r in checking.answered_twice(clashing)}


def test_two_versions_of_the_wgs_differ_in_staff_with_commercial_tasks_only() -> None:
    before, after = (one for one in law.versions() if one.code == "WGS_ZVH")
    found = checking.changes(before, after)
    assert [(one.rules, one.probe, one.before, one.after) for one in found] == [
        (("commercial_staff",), "staff_with_commercial_tasks", Outcome.PERMITTED, Outcome.REFUSED)
    ]
    assert found[0].size > 10_000


def test_a_version_does_not_differ_from_itself() -> None:
    assert checking.changes(latest(), latest()) == []


def mend_of(content: str) -> tuple[str, str]:
    """What a wrong file answers: where, and the mend."""
    with pytest.raises(BadInput) as wrong:
        law.regime_of_text(read(WGS, content.encode()))
    return wrong.value.field, wrong.value.mend


def line_of(content: str, part: str) -> int:
    """The line on which a part stands."""
    return content[: content.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("was", "becomes", "mend"),
    [
        ("    supplier: police\n", "    supplier: politie\n", "'politie' is hier niet bekend"),
        (
            "    says: asks\n    supplier: police\n",
            "    says: vraagt\n    supplier: police\n",
            "'vraagt' is not one of",
        ),
        ("needs: [competent_authority_agrees]", "needs: [gezag_akkoord]", "Het feit 'gezag_akkoord' is niet bekend"),
        ('article: Bgs 2.19\n    text: "Zolang', 'article: artikel 2.19\n    text: "Zolang', "is geen artikel"),
        ('article: Bgs 2.19\n    text: "Zolang', 'article: Wxyz 2.19\n    text: "Zolang', "staat niet in sources.yaml"),
        ("  before_decision: [signal, intake, triage]", "  before_decision: [signal, police]", "codes van één soort"),
        ("valid_from: 2025-07-01", "valid_from: 2025-13-01", "Deze dag bestaat niet"),
        ("valid_to: null", "valid_to: 2025-06-01", "De laatste dag ligt voor de eerste"),
        ("status: concept ", "stand: concept ", "Deze sleutel is niet bekend"),
        (
            "  police:\n    class: public",
            "  politie:\n    class: public",
            "Deze soort organisatie is niet bekend: politie",
        ),
        (
            "    school: {incidental_third: true,",
            "    # school: {incidental_third: true,",
            "Hier ontbreken soorten: school",
        ),
    ],
)
def test_a_wrong_file_is_named_with_its_line_and_the_mend(was: str, becomes: str, mend: str) -> None:
    assert was in SHIPPED
    where, said = mend_of(SHIPPED.replace(was, becomes, 1))
    assert where.startswith(f"{WGS}, regel ")
    assert mend in said


def test_the_line_is_that_of_the_mistake() -> None:
    wrong = SHIPPED.replace("needs: [competent_authority_agrees]", "needs: [gezag_akkoord]", 1)
    where, _ = mend_of(wrong)
    assert where == f"{WGS}, regel {line_of(wrong, 'gezag_akkoord')}"


def test_a_key_that_stands_twice_is_refused() -> None:
    where, mend = mend_of(SHIPPED.replace("  supply:\n    says", "  weighty_reasons:\n    says", 1))
    assert "weighty_reasons staat er twee keer" in mend
    assert where.startswith(f"{WGS}, regel ")


@pytest.mark.parametrize("content", [b"a: [", b"- los", b"\ta: b", b"", b"a: caf\xe9"])
def test_what_is_no_regime_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match=r"regel \d"):
        law.regime_of_text(read(WGS, content))


def test_versions_that_overlap_are_refused() -> None:
    one = latest()
    with pytest.raises(BadInput, match="Zet daar valid_to"):
        law.check_overlap([one, replace(one, version="2026-01-01", valid_from=date(2026, 1, 1))])


@pytest.mark.django_db
def test_a_text_that_was_shipped_before_is_still_explained() -> None:
    for regime in law.former():
        assert law.by_reference(regime.reference) is regime
    with pytest.raises(Refused):
        law.by_reference("WGS_ZVH@2025-07-01#000000000000")
