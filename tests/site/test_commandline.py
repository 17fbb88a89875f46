"""The command line: wrong use is one line and 2, a finding 1, and never a traceback for bad input."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knooppunt import __version__
from knooppunt.kernel.actor import system_actor
from knooppunt.kernel.errors import BadInput
from knooppunt.partners.models import Professional
from knooppunt.partners.queries import all_regions, municipalities_with_codes, tables
from knooppunt.site.commandline import main
from knooppunt.site.demo.cast import read
from knooppunt.site.regions import load_region, read_region
from tests.conftest import Frozen

Known = Callable[[str], Any]
LOADER = system_actor("test")

WRONG = [
    [],
    ["nonsense"],
    ["demo", "--port", "99999"],
    ["region"],
    ["region", "load", "/nowhere.yaml"],
    ["figures"],
    ["figures", "onbekend", "--audience", "internal"],
    ["figures", "dossiers", "--at", "gisteren"],
    ["figures", "dossiers", "--audience", "internal", "--region", "VR99"],
    ["api-token", "--organisation", "onbekend", "--name", "x"],
    ["api-token", "--organisation", "ggd", "--name", "x", "--region", "VR99"],
    ["audit", "verify", "--head", "/nowhere.json"],
    ["backup"],
    ["backup-key", "/nowhere/backup.key"],
    ["restore"],
    ["restore", "--check", "/nowhere"],
    ["administrator", "--organisation", "onbekend", "--name", "x", "--email", "x@voorbeeld.invalid"],
]


def run(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as ended:
        return int(str(ended.code))


def test_wrong_use_is_one_line_and_two(known: Known, capsys: pytest.CaptureFixture[str]) -> None:
    known("anna")
    for arguments in WRONG:
        assert run(arguments) == 2, arguments
        said = capsys.readouterr()
        assert said.out == "", arguments
        assert len(said.err.strip().splitlines()) == 1, arguments


def test_an_installation_without_keys_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "knooppunt", "migrate"],
        env={"KNOOPPUNT_DATA": str(tmp_path), "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("knooppunt: ")
    assert len(done.stderr.splitlines()) == 1


def test_the_code_and_the_package_are_of_one_version() -> None:
    said = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    assert said["project"]["version"] == __version__


def test_nothing_is_published_yet(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figures", "dossiers", "--region", "VR11", "--at", "2023-02-01"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "nothing is published" in said.err


def test_a_token_is_printed_alone(known: Known, capsys: pytest.CaptureFixture[str]) -> None:
    known("bram")
    assert run(["api-token", "--organisation", "politie", "--name", "koppeling"]) == 0
    assert len(capsys.readouterr().out.split()) == 1


def test_a_region_is_loaded_twice_as_once(db: None, frozen: Frozen) -> None:
    for code, municipalities in (("VR11", 7), ("VR04", 11)):
        loaded = load_region(LOADER, read(f"regions/{code}.yaml"))
        assert len(municipalities_with_codes(loaded.region, frozen.now.date())) == municipalities
    before = _what_there_is()
    load_region(LOADER, read("regions/VR11.yaml"))
    assert _what_there_is() == before


def _what_there_is() -> dict[str, Any]:
    return {
        one.code: (one.id, one.configuration, [(table.id, set(table.members)) for table in tables(region=one.id)])
        for one in all_regions()
    }


def test_a_file_that_is_no_region_says_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "region.yaml"
    for content in ("", "[]", "code: VR11", "{: broken"):
        file.write_text(content)
        with pytest.raises(BadInput):
            read_region(file)


def test_the_list_of_figures_needs_no_region(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figures", "--list"]) == 0
    assert "dossiers" in capsys.readouterr().out


@pytest.mark.django_db(databases=["default", "counts"])
def test_an_internal_figure_is_json_with_total(known: Known, capsys: pytest.CaptureFixture[str]) -> None:
    known("anna")
    question = ["figures", "dossiers", "--region", "VR11", "--at", "2023-02-01", "--audience", "internal"]
    assert run([*question, "--format", "json"]) == 0
    figure = json.loads(capsys.readouterr().out)
    assert [row["key"] for row in figure["rows"]][-2:] == ["_unknown", "_total"]
    assert {key: figure[key] for key in ("name", "region", "at", "audience")} == {
        "name": "dossiers",
        "region": "VR11",
        "at": "2023-02-01",
        "audience": "internal",
    }


def test_the_first_administrator_is_made_once(known: Known) -> None:
    known("anna")
    asked = ["administrator", "--organisation", "ggd", "--name", "Eerste", "--email", "eerste@voorbeeld.invalid"]
    assert run(asked) == 0
    made = Professional.objects.get(account__email="eerste@voorbeeld.invalid")
    assert made.functions == ["maintenance"]
    assert not made.account.has_usable_password()
    assert run(asked) == 2
