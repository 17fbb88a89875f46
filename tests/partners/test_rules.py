"""When a professional may act, and which functions never go together."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from knooppunt.kernel.actor import Function
from knooppunt.partners.rules import CONTENT_FUNCTIONS, Standing, objections_to_acting, objections_to_functions

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
FUNCTIONS = st.frozensets(st.sampled_from([function.value for function in Function]))
STANDINGS = st.builds(
    Standing,
    active_from=DAYS,
    active_until=st.none() | DAYS,
    screened_on=st.none() | DAYS,
    trained_until=st.none() | DAYS,
    functions=FUNCTIONS,
)
ASKED = st.sampled_from([function.value for function in Function])


@given(STANDINGS, ASKED, DAYS)
def test_nobody_acts_outside_the_employment_or_without_the_function(standing: Standing, asked: str, on: date) -> None:
    employed = standing.active_from <= on and (standing.active_until is None or on <= standing.active_until)
    if not employed or asked not in standing.functions:
        assert objections_to_acting(standing, asked, on)


@given(STANDINGS, ASKED, DAYS)
def test_residents_data_need_screening_and_training_and_say_the_article(
    standing: Standing, asked: str, on: date
) -> None:
    said = " ".join(objections_to_acting(standing, asked, on))
    needed = asked in CONTENT_FUNCTIONS
    assert ("Bgs 1.11" in said) == (needed and standing.screened_on is None)
    assert ("Bgs 1.17" in said) == (needed and (standing.trained_until is None or on > standing.trained_until))


@given(STANDINGS, ASKED, DAYS)
def test_whoever_meets_everything_may_act(standing: Standing, asked: str, on: date) -> None:
    fine = Standing(on, on, on, on, standing.functions | {asked})
    assert objections_to_acting(fine, asked, on) == []
    assert objections_to_acting(fine, asked, on + timedelta(days=1))


@given(FUNCTIONS)
def test_execution_and_maintenance_never_go_together(functions: frozenset[str]) -> None:
    assert bool(objections_to_functions(functions)) == ({"execution", "maintenance"} <= functions)
