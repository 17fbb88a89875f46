"""`knooppunt decide`: one question or a list in, answers out; whatever is wrong is one line that names the field."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from knooppunt.kernel.errors import BadInput
from knooppunt.sharing import law
from knooppunt.sharing.rules.exchange import WrongQuestion, read_json
from knooppunt.sharing.rules.question import CHOICES
from knooppunt.site.answering import decide
from knooppunt.site.commandline import main

QUESTION: dict[str, Any] = {
    "regime": "WGS_ZVH",
    "step": "consultation",
    "supplier": "mental_health",
    "recipient": "police",
    "recipient_role": "participant",
    "category": "health",
    "subject": "resident",
    "facts": {"necessary": True, "bearer_of_medical_secrecy": True},
    "on": "2026-01-15",
}
KEYS = {
    "outcome",
    "sentence",
    "reasons",
    "articles",
    "conditions",
    "record",
    "possible_instead",
    "regime_version",
}
WAYS = ["explicit_consent", "legal_duty", "legal_permission", "good_caregiving"]
Said = pytest.CaptureFixture[str]


def written(folder: Path, said: object) -> str:
    """A file with this in it: bytes as they are, all else as JSON."""
    file = folder / "vraag.json"
    file.write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode())
    return str(file)


def answered(folder: Path, capsys: Said, said: object) -> Any:
    """What comes out, with exit code 0 and nothing on stderr."""
    assert decide(written(folder, said)) == 0
    told = capsys.readouterr()
    assert told.err == ""
    return json.loads(told.out)


def test_the_question_of_the_contract_gets_its_answer_with_every_key(tmp_path: Path, capsys: Said) -> None:
    found = answered(tmp_path, capsys, QUESTION)
    assert set(found) == KEYS
    assert (found["outcome"], found["articles"]) == ("conditional", ["Wgs 2.29 lid 2"])
    (condition,) = found["conditions"]
    assert (condition["facts"], condition["any"]) == (WAYS, True)
    assert condition["text"] in found["sentence"]
    code, _, digest = found["regime_version"].partition("#")
    assert (code, len(digest)) == ("WGS_ZVH@2025-07-01", 12)


def test_every_outcome_is_an_answer_and_has_every_key(tmp_path: Path, capsys: Said) -> None:
    refused = {**QUESTION, "category": "ethnicity"}
    too_early = {**QUESTION, "on": "2020-01-01"}
    weigh = {**QUESTION, "facts": {"necessary": True, "good_caregiving": True}}
    permitted = {**QUESTION, "facts": {"necessary": True, "legal_duty": True}}
    found = answered(tmp_path, capsys, [refused, too_early, weigh, permitted, {**QUESTION, "facts": None}])
    assert [one["outcome"] for one in found] == ["refused", "refused", "weigh", "permitted", "conditional"]
    assert all(set(one) == KEYS and one["articles"] and one["sentence"] for one in found)
    assert all(one["possible_instead"] for one in found[:3])
    assert found[1]["regime_version"] is None


def test_an_empty_list_has_an_empty_answer(tmp_path: Path, capsys: Said) -> None:
    assert answered(tmp_path, capsys, []) == []


def test_a_mark_before_the_text_does_not_matter(tmp_path: Path, capsys: Said) -> None:
    assert answered(tmp_path, capsys, b"\xef\xbb\xbf" + json.dumps(QUESTION).encode())["outcome"] == "conditional"


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"regime": "WGS"}, "regime"),
    ({"regime": None}, "regime"),
    ({"step": 3}, "step"),
    ({"supplier": "politie"}, "supplier"),
    ({"recipient": "resident"}, "recipient_role"),
    ({"recipient_role": "resident"}, "recipient_role"),
    ({"recipient_role": "guest"}, "recipient_role"),
    ({"category": "secrets"}, "category"),
    ({"subject": "neighbour"}, "subject"),
    ({"supplier_class": "public"}, "supplier_class"),
    ({"recipient_class": "both"}, "recipient_class"),
    ({"on": "gisteren"}, "on"),
    ({"on": None}, "on"),
    ({"on": "2026-02-30"}, "on"),
    ({"facts": []}, "facts"),
    ({"facts": {"necessary": "ja"}}, "facts.necessary"),
    ({"facts": {"needed": True}}, "facts.needed"),
    ({"step": "closed", "facts": {"case_closed": False}}, "facts.case_closed"),
    ({"naam": "iemand"}, "naam"),
]


@pytest.mark.parametrize(("change", "field"), MALFORMED)
def test_a_malformed_question_is_one_line_that_names_the_field(
    tmp_path: Path, capsys: Said, change: dict[str, Any], field: str
) -> None:
    wrong = {**QUESTION, **change}
    for said, place in ((wrong, field), ([QUESTION, QUESTION, wrong, {}], f"[2].{field}")):
        assert decide(written(tmp_path, said)) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith(f"knooppunt: {place}: ")
        assert told.err.count("\n") == 1


def test_what_stood_in_a_field_is_not_said_again(tmp_path: Path, capsys: Said) -> None:
    for name in CHOICES:
        assert decide(written(tmp_path, {**QUESTION, name: "Jan Zonderland"})) == 2
        assert "Zonderland" not in capsys.readouterr().err


UNREADABLE = [
    b"",
    b"{",
    b"\xff\xfe",
    b'{"on": NaN}',
    b"[" * 100_000,
    b'{"a": 1, "a": 2}',
    b'"tekst"',
    b"[3]",
    b"1" * 9_999,
]


@pytest.mark.parametrize("content", UNREADABLE, ids=lambda one: one[:12].decode("latin-1"))
def test_what_is_no_question_is_one_line(tmp_path: Path, capsys: Said, content: bytes) -> None:
    assert decide(written(tmp_path, content)) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_a_key_that_stands_there_twice_is_named_wherever_it_stands() -> None:
    text = json.dumps(QUESTION).replace('"necessary": true', '"necessary": true, "necessary": false')
    with pytest.raises(BadInput, match="necessary"):
        read_json(text.encode())


@pytest.mark.parametrize("name", ["/nowhere/vraag.json", "/", "een\x00naam", "een\nnaam"])
def test_a_file_that_cannot_be_read_is_one_line(capsys: Said, name: str) -> None:
    assert decide(name) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_the_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(QUESTION).encode())))
    assert main(["decide", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "conditional"


def test_without_a_file_it_says_how_it_is_used(capsys: Said) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["decide"])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


ALONE = """
import io, sys
from knooppunt.__main__ import main
sys.argv = ["knooppunt", "decide", "-"]
code = main()
print(sorted(name for name in sys.modules if name.partition(".")[0] in {"django", "psycopg"}), file=sys.stderr)
sys.exit(code)
"""


def test_it_needs_neither_django_nor_a_database() -> None:
    sent = json.dumps(QUESTION).encode()
    done = subprocess.run(
        [sys.executable, "-c", ALONE], input=sent, capture_output=True, env={}, timeout=60, check=True
    )
    assert done.stderr.decode().strip() == "[]"
    assert json.loads(done.stdout)["outcome"] == "conditional"


def test_only_the_regime_that_is_asked_after_is_read() -> None:
    assert law.versions_of("WGS_ZVH") == tuple(one for one in law.versions() if one.code == "WGS_ZVH")
    assert law.versions_of("NIETS") == ()


def test_a_pointer_escapes_what_json_pointers_escape() -> None:
    wrong = WrongQuestion(BadInput("facts.a/b~c.d", "x"), 3)
    assert (wrong.field, wrong.pointer) == ("[3].facts.a/b~c.d", "/3/facts/a~1b~0c.d")
    assert WrongQuestion(BadInput("vraag", "x"), None).pointer == ""
