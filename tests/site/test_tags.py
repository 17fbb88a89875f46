"""The parts of which a list has hundreds write their own HTML, so what people typed must come out harmless."""

from datetime import date
from typing import Any

import pytest
from django.template import Context, Template

from knooppunt.kernel.terms import Due

TYPED = '"><script>1</script>'
SAFE = "&quot;&gt;&lt;script&gt;1&lt;/script&gt;"


def drawn(template: str, **context: Any) -> str:
    return Template(template).render(Context(context))


@pytest.mark.parametrize(
    "template",
    [
        "{% cell typed %}{{ typed }}{% endcell %}",
        "{% cell typed head=True %}{{ typed }}{% endcell %}",
        "{% row %}{{ typed }}{% endrow %}",
        "{% chip typed %}{{ typed }}{% endchip %}",
        "{% due term %}",
    ],
)
def test_what_was_typed_comes_out_harmless(template: str) -> None:
    shown = drawn(template, typed=TYPED, term=Due(TYPED, TYPED, date(2026, 11, 24)))
    assert "<script>" not in shown
    assert shown.count(SAFE) == (1 if "row" in template else 2)


def test_a_cell_is_a_cell_or_the_heading_of_its_row() -> None:
    assert drawn('{% cell "Fase" %}2{% endcell %}') == (
        '<td class="utrecht-table__cell" role="cell" data-label="Fase"><span>2</span></td>'
    )
    assert drawn("{% cell head=True %}2{% endcell %}") == (
        '<th class="utrecht-table__cell" role="rowheader" scope="row"><span>2</span></th>'
    )


def test_what_is_never_due_is_not_there() -> None:
    assert drawn("{% due term %}", term=None) == ""


def test_a_term_without_a_day_has_no_machine_date() -> None:
    assert drawn("{% due term %}", term=Due("morgen", "soon", date(2026, 11, 25))) == (
        '<span class="kn-chip kn-chip--soon"><time datetime="2026-11-25">morgen</time></span>'
    )
    assert drawn("{% due term %}", term=Due("ontbreekt", "plain", None)) == '<span class="kn-chip">ontbreekt</span>'  # type: ignore[arg-type]
