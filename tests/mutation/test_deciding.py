"""Of all mutants of the decision about sharing at least nine in ten are noticed."""

import ast

import pytest

from tests.mutation import deciding


def test_a_mutant_of_each_kind_is_made_and_is_another_text() -> None:
    made = list(deciding.mutants())
    original = ast.unparse(ast.parse(deciding.FILE.read_text(encoding="utf-8")))
    assert len(made) > 150
    assert [one.name for one in made if one.text == original] == []
    assert {"nothing", "True"} <= {one.becomes for one in made}


def test_a_decision_that_permits_what_is_refused_is_noticed() -> None:
    wider = [one for one in deciding.mutants() if (one.was, one.becomes) == ("REFUSED", "WEIGH")][:2]
    assert wider
    assert deciding.survivors(wider) == []


@pytest.mark.nightly
def test_nine_in_ten_mutants_of_the_decision_are_noticed() -> None:
    made = list(deciding.mutants())
    left = deciding.survivors(made)
    assert len(left) <= len(made) / 10, [one.name for one in left]
