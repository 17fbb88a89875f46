"""The list of ASVS is complete, and says nothing that is not there: each module and each test that it names exists."""

from pathlib import Path
from typing import Any

import pytest

from knooppunt.site.asvs import CHAPTERS, STATUSES, rows
from tests.completeness.source import ROOT, SOURCE

FILE = ROOT / "docs" / "asvs.yaml"

LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223",
    "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
"""Of ASVS 5.0.0: per section the level of each requirement, in order. Level 3 is not asked here."""

ROWS = rows(FILE)


def asked() -> dict[str, int]:
    """Every requirement of level 1 or 2."""
    return {
        f"{section}.{number}": int(level)
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, 1)
        if level in "12"
    }


def test_every_requirement_stands_in_the_list_once_with_its_level() -> None:
    assert len(asked()) == 253
    assert [(row["nr"], row["niveau"]) for row in ROWS] == sorted(
        asked().items(), key=lambda one: tuple(map(int, one[0].split(".")))
    )
    assert {int(section.split(".")[0]) for section in LEVELS} == set(CHAPTERS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["nr"])
def test_a_line_says_what_it_says_and_names_what_exists(row: dict[str, Any]) -> None:
    assert row["status"] in STATUSES
    assert row["hoe"].strip()
    assert len(row["eis"].split()) <= 12, "a short hint, not the sentence of the standard"
    assert [one for one in row.get("waar", ()) if not any((base / one).exists() for base in (SOURCE, ROOT))] == []
    assert [one for one in row.get("test", ()) if not _is_test(one)] == []
    if row["status"] == "voldaan":
        assert row.get("test"), "what is met is guarded by a test"
        assert row.get("waar")
    if "onderdeel" in row:
        assert row["status"] == "deels"


def _is_test(named: str) -> bool:
    path, _, name = named.partition("::")
    file: Path = ROOT / path
    return file.is_file() and (not name or f"def {name}(" in file.read_text(encoding="utf-8"))
