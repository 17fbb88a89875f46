"""`knooppunt regimes`: what a change of the law changes, before somebody approves it."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from knooppunt.sharing import law
from knooppunt.site import commandline

OLD, NEW = "WGS_ZVH@2025-03-01", "WGS_ZVH@2025-07-01"


def run(*arguments: str) -> int:
    return commandline.main(["regimes", *arguments])


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The Wgs as a privacy officer might change it: an incidental third need not sign."""
    text = files(law).joinpath("regimes", f"{NEW}.yaml").read_text(encoding="utf-8")
    asks = "    needs: [secrecy_statement_signed, necessary, case_taken_up]\n"
    assert text.count(asks) == 1
    path = tmp_path / "nieuw.yaml"
    path.write_text(text.replace(asks, "    needs: [necessary, case_taken_up]\n"), encoding="utf-8")
    return path


def test_it_tells_which_questions_and_combinations_get_another_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", OLD, NEW) == 1
    said = capsys.readouterr().out
    assert "3 uitgewerkte vragen krijgen een ander antwoord." in said
    assert "op 1 manier." in said
    assert "mag → mag niet" in said
    assert "Doet de medewerker van de ontvanger ook commercieel werk? ja (commercial_staff)" in said


def test_a_version_beside_itself_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", NEW, NEW) == 0
    assert "0 uitgewerkte vragen krijgen" in capsys.readouterr().out


def test_a_file_is_compared_with_a_version_as_json(edited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", NEW, str(edited), "--format", "json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["old"] == law.versions_of("WGS_ZVH")[-1].reference
    assert said["new"] != said["old"]
    assert {tuple(one["rules"]) for one in said["combinations"]} == {("incidental_third",)}
    moves = {(one["before"], one["after"], one["known"]) for one in said["combinations"]}
    assert ("refused", "permitted", "secrecy_statement_signed") in moves
    assert all(one["example"]["recipient_role"] == "incidental_third" for one in said["combinations"])
    changed = {(one["before"]["outcome"], one["after"]["outcome"]) for one in said["scenarios"]}
    assert ("conditional", "permitted") in changed


@pytest.mark.parametrize(
    ("old", "new", "mend"),
    [
        ("WGS_ZVH@1999-01-01", NEW, "there is no such file or version"),
        (NEW, "WVGGZ@2020-01-01", "compare it with another of that regime"),
    ],
)
def test_wrong_use_is_one_line_with_the_mend(old: str, new: str, mend: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", old, new) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert mend in said.err


def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "fout.yaml"
    wrong.write_text("regime: WGS_ZVH\nregime: WGS_ZVH\n", encoding="utf-8")
    assert run("diff", NEW, str(wrong)) == 2
    assert "fout.yaml, regel 2" in capsys.readouterr().err


def test_what_is_shipped_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert capsys.readouterr().out.count("in orde") == len(law.versions())


def test_a_gap_and_a_clash_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = files(law).joinpath("regimes", f"{NEW}.yaml").read_text(encoding="utf-8")
    path = tmp_path / "gat.yaml"
    held = "    over: [register_and_judge, collect_with_private, nationality]\n"
    text = text.replace(held, "").replace(
        "  joint_work: [consultation, plan, evaluation]", "  joint_work: [consultation, plan]"
    )
    path.write_text(text, encoding="utf-8")
    assert run("check", str(path)) == 1
    said = capsys.readouterr().out
    assert "geen regel en niet beoordeeld" in said
    assert "circle_before_registration weigert wat register_and_judge toestaat" in said
