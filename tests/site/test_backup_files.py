"""The files of a backup: whoever changes, cuts, reorders or exchanges them is found out, and so is another key."""

import io
import json
import stat
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knooppunt.kernel.errors import BadInput
from knooppunt.site.backup import keys, manifest, proof, sealed
from knooppunt.site.backup.errors import Unsound
from knooppunt.site.backup.keys import BackupKey, derived, new_key
from knooppunt.site.backup.manifest import DATABASE, NAME, Manifest
from knooppunt.site.commandline import main

KEY, OTHER = BackupKey(b"k" * 32, None), BackupKey(b"o" * 32, None)
FILE_KEY = b"f" * 32
SMALL = 16
WHOLE = SMALL + sealed.TAG

few_fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of sixteen bytes, so that a few bytes are many chunks."""
    monkeypatch.setattr(sealed, "CHUNK", SMALL)


def closed(content: bytes, *, steps: int = 7) -> bytes:
    """A sealed file, written a few bytes at a time."""
    file = io.BytesIO()
    with sealed.Sealing(file, FILE_KEY) as sealing:
        for at in range(0, len(content), steps):
            sealing.write(content[at : at + steps])
    return file.getvalue()


def opened(content: bytes, key: bytes = FILE_KEY) -> bytes:
    """What comes out of a sealed file."""
    return b"".join(sealed.opened(io.BytesIO(content), key, "the file"))


def chunks_of(content: bytes) -> list[bytes]:
    """The sealed chunks without the beginning of the file."""
    body = content[len(sealed.MAGIC) :]
    return [body[at : at + WHOLE] for at in range(0, len(body), WHOLE)]


@few_fixtures
@given(content=st.binary(max_size=5 * SMALL), steps=st.integers(1, 3 * SMALL))
def test_what_goes_in_comes_out(small_chunks: None, content: bytes, steps: int) -> None:
    assert opened(closed(content, steps=steps)) == content


@few_fixtures
@given(content=st.binary(max_size=5 * SMALL), data=st.data())
def test_any_changed_bit_is_found(small_chunks: None, content: bytes, data: st.DataObject) -> None:
    made = bytearray(closed(content))
    made[data.draw(st.integers(0, len(made) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Unsound):
        opened(bytes(made))


@few_fixtures
@given(content=st.binary(max_size=5 * SMALL), data=st.data())
def test_any_cut_off_or_longer_file_is_found(small_chunks: None, content: bytes, data: st.DataObject) -> None:
    made = closed(content)
    length = data.draw(st.integers(0, len(made) + WHOLE).filter(lambda n: n != len(made)))
    with pytest.raises(Unsound):
        opened((made + made)[:length])


@few_fixtures
@given(order=st.permutations(range(4)), content=st.binary(min_size=3 * SMALL + 1, max_size=4 * SMALL))
def test_any_other_order_of_chunks_is_found(small_chunks: None, order: list[int], content: bytes) -> None:
    made = closed(content)
    parts = chunks_of(made)
    moved = sealed.MAGIC + b"".join(parts[place] for place in order)
    if order == sorted(order):
        assert opened(moved) == content
    else:
        with pytest.raises(Unsound):
            opened(moved)


@pytest.mark.parametrize("place", range(4))
def test_a_chunk_that_is_left_out_or_repeated_is_found(small_chunks: None, place: int) -> None:
    parts = chunks_of(closed(bytes(4 * SMALL)))
    for changed in (parts[:place] + parts[place + 1 :], parts[: place + 1] + parts[place:]):
        with pytest.raises(Unsound):
            opened(sealed.MAGIC + b"".join(changed))


def test_nothing_of_a_chunk_is_given_before_it_was_proved(small_chunks: None) -> None:
    made = bytearray(closed(b"a" * SMALL + b"b" * SMALL + b"c"))
    made[len(sealed.MAGIC) + WHOLE] ^= 1
    given_out = []
    with pytest.raises(Unsound):
        given_out += list(_each(bytes(made), given_out))
    assert given_out == [b"a" * SMALL]


def _each(content: bytes, into: list[bytes]) -> Iterator[bytes]:
    for chunk in sealed.opened(io.BytesIO(content), FILE_KEY, "the file"):
        into.append(chunk)
    yield from ()


def test_another_key_opens_nothing(small_chunks: None) -> None:
    with pytest.raises(Unsound):
        opened(closed(b"x"), b"g" * 32)


# --- The set: manifest and file ------------------------------------------------------------------


def a_set(folder: Path, content: bytes = b"some rows", key: BackupKey = KEY) -> Path:
    """A set without a database behind it."""
    folder.mkdir()
    own = new_key()
    file = io.BytesIO()
    with sealed.Sealing(file, derived(own, DATABASE)) as sealing:
        sealing.write(content)
    (folder / DATABASE).write_bytes(file.getvalue())
    made = Manifest(
        backup="b", made_at="2026-11-22T09:00:00+00:00", version="0.1.0", server=18, migrations=[], needs={},
        rows={"cases_case": 2}, left_out=[], head={"sequence": 3, "chain": "00"}, counted=9, walls={},
        key={"mark": key.mark, "wrapped": key.wrap(own)},
        files={DATABASE: {"bytes": len(file.getvalue()), "sha256": proof._digest_of(folder / DATABASE)}},
    )  # fmt: skip
    (folder / NAME).write_text(manifest.written(made, own))
    return folder


def rewritten(folder: Path, **changes: Any) -> None:
    """The manifest with other words, as somebody without the key would write it."""
    said = json.loads((folder / NAME).read_text())
    (folder / NAME).write_text(json.dumps({**said, **changes}))


def flipped(path: Path, place: int) -> None:
    """One bit of a file, changed."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))


def test_a_whole_set_is_proved(tmp_path: Path) -> None:
    made, own = proof.prove(a_set(tmp_path / "set"), KEY)
    assert made.rows == {"cases_case": 2}
    assert b"".join(proof.chunks(tmp_path / "set" / DATABASE, own)) == b"some rows"


def _other_file(folder: Path) -> None:
    (folder / DATABASE).write_bytes((a_set(folder.with_name("other")) / DATABASE).read_bytes())


def _other_manifest(folder: Path) -> None:
    (folder / NAME).write_bytes((a_set(folder.with_name("other")) / NAME).read_bytes())


def _other_file_with_its_digest(folder: Path) -> None:
    """Someone who cannot open it, but can write: the digest in the manifest fits again."""
    _other_file(folder)
    file = {"bytes": (folder / DATABASE).stat().st_size, "sha256": proof._digest_of(folder / DATABASE)}
    rewritten(folder, files={DATABASE: file})


DAMAGE = {
    "a flipped bit in the rows": (lambda f: flipped(f / DATABASE, -1), "was changed, or is of another backup"),
    "a flipped bit at the beginning": (lambda f: flipped(f / DATABASE, 0), "was changed, or is of another backup"),
    "a cut-off file": (lambda f: (f / DATABASE).write_bytes((f / DATABASE).read_bytes()[:-5]), "bytes long"),
    "a missing file": (lambda f: (f / DATABASE).unlink(), "is missing"),
    "no manifest": (lambda f: (f / NAME).unlink(), "was never finished"),
    "half a manifest": (lambda f: (f / NAME).write_text((f / NAME).read_text()[:200]), "cannot be read"),
    "other numbers of rows": (lambda f: rewritten(f, rows={"cases_case": 1}), "manifest.json was changed"),
    "another head of the log": (lambda f: rewritten(f, head={"sequence": 0, "chain": ""}), "manifest.json was changed"),
    "no proof": (lambda f: rewritten(f, mac=""), "manifest.json was changed"),
    "something left out": (lambda f: rewritten(f, rows=None, extra=1), "is incomplete"),
    "a later kind of set": (lambda f: rewritten(f, format=2), "this version can read"),
    "the manifest of another backup": (_other_manifest, "another backup"),
    "the file of another backup": (_other_file, "another backup"),
    "the file of another backup, digest and all": (_other_file_with_its_digest, "manifest.json was changed"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_not_as_it_was_made_is_found_with_one_line(
    tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_set(tmp_path / "set")
    act, says = DAMAGE[damage]
    act(folder)
    monkeypatch.setenv(keys.VARIABLE, b64encode(KEY.raw).decode())
    assert main(["restore", "--check", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert says in said.err


def test_the_digest_is_not_the_only_guard_of_the_rows(tmp_path: Path) -> None:
    folder = a_set(tmp_path / "set")
    _, own = proof.prove(folder, KEY)
    flipped(folder / DATABASE, -1)
    with pytest.raises(Unsound):
        list(proof.chunks(folder / DATABASE, own))


# --- Keys ----------------------------------------------------------------------------------------


def test_another_backup_key_is_wrong_use_and_says_which_one_is_needed(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"is {OTHER.mark}, and this backup opens with {KEY.mark}"):
        proof.prove(a_set(tmp_path / "set"), OTHER)


def test_the_keys_of_an_installation_are_recognised_without_being_told(tmp_path: Path) -> None:
    theirs = {"field_keys": {"1": "YQ==", "2": "Yg=="}, "index_key": "Yw==", "seal_key": "ZA=="}
    folder = a_set(tmp_path / "set")
    made, _ = proof.prove(folder, KEY)
    made = Manifest(**{**made.__dict__, "needs": keys.marks_of(theirs)})
    assert proof.objections_to_keys(made, theirs) == []
    assert proof.objections_to_keys(made, {**theirs, "field_keys": {**theirs["field_keys"], "3": "ZQ=="}}) == []  # type: ignore[dict-item]
    for name, changed in {
        "field key 2": {**theirs, "field_keys": {"1": "YQ=="}},
        "field key 1": {**theirs, "field_keys": {"1": "eA==", "2": "Yg=="}},
        "index_key": {**theirs, "index_key": "eA=="},
        "seal_key": {**theirs, "seal_key": "eA=="},
    }.items():
        (objection,) = proof.objections_to_keys(made, changed)
        assert name in objection
    assert "YQ==" not in json.dumps(dict(made.needs))


def test_a_key_is_made_once_in_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "backup.key"
    assert main(["backup-key", str(path)]) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = path.read_text()
    assert main(["backup-key", str(path)]) == 2
    assert path.read_text() == kept
    assert keys.read_key({keys.VARIABLE: str(path)}, tmp_path).raw == keys.read_key({keys.VARIABLE: kept}, tmp_path).raw
    assert keys.read_key({}, tmp_path).file == path


@pytest.mark.parametrize("wrong", ["nothing there", "open to others", "no key"])
def test_a_key_that_cannot_be_used_names_the_mend(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "backup.key"
    if wrong != "nothing there":
        keys.make_key(path)
    if wrong == "open to others":
        path.chmod(0o640)
    if wrong == "no key":
        path.write_text("geheim")
    with pytest.raises(
        BadInput, match="chmod 600" if wrong == "open to others" else "knooppunt backup-key FILE"
    ) as said:
        keys.read_key({keys.VARIABLE: str(path)}, tmp_path)
    assert "geheim" not in str(said.value)


def test_no_two_backups_share_a_key(tmp_path: Path) -> None:
    (_, first), (_, second) = (proof.prove(a_set(tmp_path / name), KEY) for name in ("one", "two"))
    assert first != second
