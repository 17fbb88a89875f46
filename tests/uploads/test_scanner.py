"""A scanner on a socket: what it is sent, and what its answers mean."""

from pathlib import Path

import pytest

from knooppunt.kernel.uploads.scanner import ScannerAway, finds_virus
from tests.uploads.fake_clamd import FakeClamd
from tests.uploads.fake_clamd import clamd as clamd
from tests.uploads.samples import EICAR


def test_the_whole_file_is_sent_and_the_judgement_comes_back(clamd: FakeClamd) -> None:
    large = b"0123456789abcdef" * 20_000
    assert finds_virus(large, clamd.path) is False
    assert finds_virus(large + EICAR, clamd.path) is True
    assert clamd.seen == [large, large + EICAR]


@pytest.mark.parametrize("said", [b"", b"INSTREAM size limit exceeded. ERROR", b"stream: OK but", b"\xff\xfe"])
def test_anything_else_is_no_judgement(clamd: FakeClamd, said: bytes) -> None:
    clamd.answer = lambda _content: said
    with pytest.raises(ScannerAway):
        finds_virus(b"x", clamd.path)


def test_a_scanner_that_is_away_is_no_judgement(tmp_path: Path) -> None:
    with pytest.raises(ScannerAway):
        finds_virus(b"x", str(tmp_path / "nobody"))
