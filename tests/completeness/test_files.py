"""Every room has the same few files, so whoever knows one room knows them all."""

import pytest

from tests.completeness.source import ROOMS, SOURCE

IN_A_ROOM = {
    "rules", "access", "models", "actions", "queries", "statistics", "web", "forms", "api", "jobs",
    "apps", "urls", "migrations", "templates", "__init__",
}  # fmt: skip

DATA = {"sharing": {"law"}, "partners": {"reference"}, "signals": {"standards"}}
"""Package data that a room ships beside its code."""

NO_NAME = {"utils", "util", "helpers", "common", "manager", "managers", "base", "misc", "tools"}


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "kernel"])
def test_a_room_has_only_the_files_that_rooms_have(room: str) -> None:
    found = {path.stem for path in (SOURCE / room).iterdir() if path.name != "__pycache__"}
    assert found <= IN_A_ROOM | DATA.get(room, set())


def test_every_folder_of_the_product_is_a_room_or_the_site() -> None:
    found = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found == {*ROOMS, "site"}


def test_no_file_is_called_after_nothing() -> None:
    assert [path for path in SOURCE.rglob("*.py") if path.stem in NO_NAME] == []


def test_no_file_is_both_a_module_and_a_folder() -> None:
    assert [path for path in SOURCE.rglob("*.py") if path.with_suffix("").is_dir()] == []
