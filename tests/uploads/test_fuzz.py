"""Whatever is sent, there is an answer; and what is planted in a good file is found wherever it stands."""

import re
import zipfile
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from knooppunt.kernel.uploads import Kind, Sent, Stop, examine
from knooppunt.kernel.uploads.findings import EICAR
from knooppunt.kernel.uploads.names import split
from tests.uploads.samples import DOCX_PARTS, GOOD, LARGEST, pdf, relation, zipped

EXTENSIONS = ("pdf", "png", "jpg", "docx", "xlsx", "odt", "txt", "exe", "")
BEGINNINGS: dict[Kind, bytes] = {
    Kind.PDF: b"%PDF-", Kind.PNG: b"\x89PNG\r\n\x1a\n", Kind.JPEG: b"\xff\xd8\xff",
    Kind.DOCX: b"PK\x03\x04", Kind.XLSX: b"PK\x03\x04", Kind.ODT: b"PK\x03\x04",
}  # fmt: skip
often = settings(max_examples=max(150, settings().max_examples))
some_name = st.builds(lambda stem, end: f"{stem}.{end}", st.text(max_size=20), st.sampled_from(EXTENSIONS))


@often
@given(some_name, st.binary(max_size=400), st.sampled_from([b"", *BEGINNINGS.values()]))
def test_random_bytes_get_an_answer_and_pass_as_nothing_but_what_they_are(name: str, rest: bytes, head: bytes) -> None:
    content = head + rest
    examined = examine(Sent(name, content), LARGEST)
    if not examined.objections:
        assert examined.kind is not None
        assert content.startswith(BEGINNINGS.get(examined.kind, b""))
        assert examined.kind not in {Kind.DOCX, Kind.XLSX, Kind.ODT}
        assert examined.kind is not Kind.TEXT or b"\0" not in content


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file in which a few bytes are changed, taken out or doubled."""
    name = draw(st.sampled_from(sorted(GOOD)))
    content = bytearray(GOOD[name])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        match draw(st.integers(0, 3)):
            case 0:
                content[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case 1:
                del content[at : at + draw(st.integers(1, 40))]
            case 2:
                content[at:at] = content[at : at + draw(st.integers(1, 40))]
            case _:
                content[at : at + 4] = draw(st.sampled_from([b"\xff" * 4, b"\0" * 4, b"PK\x01\x02", b"PK\x05\x06"]))
    return name, bytes(content)


@often
@given(mutated())
def test_a_mutated_file_gets_an_answer_and_passes_only_when_it_is_still_good(sent: tuple[str, bytes]) -> None:
    name, content = sent
    examined = examine(Sent(name, content), LARGEST)
    if examined.objections:
        return
    assert content.startswith(BEGINNINGS.get(examined.kind or Kind.TEXT, b""))
    if examined.kind in {Kind.DOCX, Kind.XLSX, Kind.ODT}:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert not any(".." in entry or entry.startswith("/") for entry in archive.namelist())


PLANTED = {
    "word/vbaProject.bin": (b"x", Stop.MACROS),
    "word/media/image7.png": (b"x" + EICAR, Stop.VIRUS),
    "word/inner.bin": (zipped({"a": b"b"}), Stop.NESTED),
    "word/notes.xml": (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', Stop.ENTITIES),
    "word/_rels/a.rels": (relation("attachedTemplate", outside=True), Stop.ACTIVE),
    "../escape.xml": (b"<a/>", Stop.BROKEN),
    "word/grows.bin": (b"\0" * 2_000_000, Stop.BOMB),
}
some_part = st.from_regex(re.compile(r"word/[a-w]{1,8}\.(xml|png|bin)"), fullmatch=True)


@often
@given(
    st.sampled_from(sorted(PLANTED)), st.dictionaries(some_part, st.just(b"<a/>"), max_size=6), st.data(), st.booleans()
)
def test_what_is_planted_in_an_archive_is_found_wherever_it_stands(
    planted: str, others: dict[str, bytes], data: st.DataObject, stored: bool
) -> None:
    content, reason = PLANTED[planted]
    parts = list({**others, **DOCX_PARTS, planted: content}.items())
    shuffled = dict(data.draw(st.permutations(parts)))
    plain = stored and planted != "word/grows.bin"
    made = zipped(shuffled, method=zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED)
    assert reason in examine(Sent("a.docx", made), LARGEST).objections


@often
@given(st.data(), st.binary(max_size=200), st.binary(max_size=200))
def test_an_active_name_is_found_wherever_it_stands_in_a_pdf(data: st.DataObject, before: bytes, after: bytes) -> None:
    name = data.draw(st.sampled_from([b"JavaScript", b"Launch", b"EmbeddedFile", b"RichMedia", b"SubmitForm"]))
    hidden = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    written = b"".join(b"#%02x" % sign if hide else bytes([sign]) for sign, hide in zip(name, hidden, strict=True))
    found = examine(Sent("a.pdf", pdf(before, b"<< /S /" + written + b" >>", after)), LARGEST).objections
    assert {Stop.ACTIVE, Stop.LOCKED} & set(found)


@often
@given(st.text(max_size=200))
def test_a_name_that_may_be_shown_leads_nowhere(name: str) -> None:
    stem, extension = split(name)
    for part in (stem, extension):
        assert not set(part) & set('/\\<>:"|?*\x00\r\n\u202e\u2066\u200b')
    assert not re.search(r"\.(exe|com|scr|docm|html)(\.|$)", f"{stem}.pdf")
    assert len(stem) <= 100
