"""Which files come in and which do not, each for its own reason."""

import os
import zipfile
import zlib
from io import BytesIO

import pytest

from knooppunt.kernel.uploads import SAID, Kind, Sent, Stop, examine, media_type
from knooppunt.kernel.uploads.findings import DANGEROUS
from tests.uploads.samples import (
    DOCX_PARTS,
    EICAR,
    GOOD,
    LARGEST,
    ODT_PARTS,
    docx,
    jpeg,
    object_stream,
    pdf,
    png,
    relation,
    zipped,
)

DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>'


def found(name: str, content: bytes) -> set[Stop]:
    """Why this may not come in."""
    return set(examine(Sent(name, content), LARGEST).objections)


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_that_is_allowed_comes_in(name: str) -> None:
    examined = examine(Sent(name, GOOD[name]), LARGEST)
    assert examined.objections == ()
    assert examined.kind is not None
    assert examined.name == name.lower() if name.endswith("JPEG") else examined.name == name


def test_every_reason_has_words() -> None:
    assert set(SAID) == set(Stop)
    assert set(Stop) > DANGEROUS
    assert all(text.endswith(".") for text in SAID.values())


NAMES = {
    "../../etc/verslag.pdf": "verslag.pdf",
    "C:\\Users\\iemand\\verslag.pdf": "verslag.pdf",
    "verslag\u202efdp.pdf": "verslagfdp.pdf",
    "a\x00b\r\nc.pdf": "ab c.pdf",
    "rapport.exe.pdf": "rapport-exe.pdf",
    "verslag 12.03.2026.pdf": "verslag 12.03.2026.pdf",
    "Huisbezoek W. de Wit.pdf": "Huisbezoek W. de Wit.pdf",
    "a.docm.exe.pdf": "a-docm-exe.pdf",
    "\u2066\u200bnaam\ufeff.PDF ": "naam.pdf",
    "x" * 300 + ".pdf": "x" * 100 + ".pdf",
    'a<b>"c|?*.pdf': "abc.pdf",
}


@pytest.mark.parametrize("sent", NAMES, ids=ascii)
def test_a_name_only_names(sent: str) -> None:
    assert examine(Sent(sent, GOOD["verslag.pdf"]), LARGEST).name == NAMES[sent]


@pytest.mark.parametrize("name", ["", ".pdf", "....", "\u202e.pdf", "///.pdf"], ids=ascii)
def test_a_file_without_a_name_does_not_come_in(name: str) -> None:
    assert found(name, GOOD["verslag.pdf"]) & {Stop.NO_NAME, Stop.KIND}


@pytest.mark.parametrize(
    "name", ["a.exe", "a.svg", "a.html", "a.docm", "a.zip", "a.pdf.exe", "a.doc", "geen", "a.pdf "]
)
def test_other_kinds_do_not_come_in(name: str) -> None:
    assert (Stop.KIND in found(name, b"gewone tekst")) is (not name.endswith(" "))


def test_size_is_kept_to() -> None:
    assert found("a.txt", b"") == {Stop.EMPTY}
    assert found("a.txt", b"a" * LARGEST) == set()
    assert found("a.txt", b"a" * (LARGEST + 1)) == {Stop.TOO_LARGE}


@pytest.mark.parametrize("name", [name for name in GOOD if not name.endswith("txt")])
@pytest.mark.parametrize("other", GOOD)
def test_the_name_must_agree_with_the_content(name: str, other: str) -> None:
    same = name.split(".")[1].lower().replace("jpeg", "jpg") == other.split(".")[1].lower().replace("jpeg", "jpg")
    assert bool(found(name, GOOD[other])) is not same


@pytest.mark.parametrize("content", [b"MZ\x90\0", b"\x7fELF\x02", b"#!/bin/sh\nrm", b"<svg onload=x>", b"<html><b>"])
@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.docx", "a.txt"])
def test_what_runs_or_draws_is_kept_apart_under_any_name(name: str, content: bytes) -> None:
    assert Stop.ACTIVE in found(name, content)


@pytest.mark.parametrize(
    "content", [b"a\0b", b"\xff\xfea\0b\0", b"\x1b[31m", os.urandom(500) + b"\0", GOOD["foto.png"]]
)
def test_text_is_text(content: bytes) -> None:
    assert found("a.txt", content) == {Stop.MISMATCH}


PDFS = {
    "script": pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"),
    "in other signs": pdf(b"<< /S /J#61va#53cript >>"),
    "program": pdf(b"<< /S /Launch /F (cmd.exe) >>"),
    "file inside": pdf(b"<< /Type /Filespec /EF << /F 3 0 R >> >>", b"<< /Type /EmbeddedFile >>"),
    "form that sends": pdf(b"<< /S /SubmitForm >>"),
    "film": pdf(b"<< /Subtype /RichMedia >>"),
    "in an object stream": pdf(object_stream(b"5 0 << /S /JavaScript >>")),
    "in other signs, in an object stream": pdf(object_stream(b"5 0 << /S /#4aavaScript >>")),
}


@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_with_something_that_runs_is_kept_apart(name: str) -> None:
    assert found("a.pdf", PDFS[name]) == {Stop.ACTIVE}


def test_a_pdf_that_only_speaks_of_javascript_comes_in() -> None:
    assert found("a.pdf", pdf(b"(Wij leren JavaScript en /JavaScripters)")) == set()


CLOSED = {
    "password": (pdf(b"<< /Encrypt 5 0 R >>"), Stop.LOCKED),
    "no end": (pdf(b"<< >>")[:-20], Stop.BROKEN),
    "other filter": (pdf(object_stream(b"x", said=b"/Type /ObjStm /Filter /LZWDecode")), Stop.BROKEN),
    "two filters": (
        pdf(object_stream(b"x", said=b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]")),
        Stop.BROKEN,
    ),
    "predictor": (pdf(object_stream(b"x", said=b"/Type/ObjStm/Filter/FlateDecode/DecodeParms<<>>")), Stop.BROKEN),
    "kind elsewhere": (pdf(b"/ObjStm", object_stream(b"x", said=b"/Type 1 0 R /Filter /FlateDecode")), Stop.BROKEN),
    "cut by its own end": (pdf(b"<< /Type/ObjStm/Filter/FlateDecode >> stream\n\x78\x9c\x01endstream"), Stop.BROKEN),
    "grows": (pdf(object_stream(b"0" * 9_000_000)), Stop.BOMB),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_pdf_that_cannot_be_looked_through_does_not_come_in(name: str) -> None:
    content, reason = CLOSED[name]
    assert found("a.pdf", content) == {reason}


def test_pixels_are_counted_before_anything_is_drawn() -> None:
    assert found("a.png", png(60_000, 60_000)) == found("a.jpg", jpeg(60_000, 60_000)) == {Stop.PIXELS}
    assert found("a.png", png(1, 30_000)) == {Stop.PIXELS}
    assert found("a.png", png(0, 5)) == found("a.jpg", jpeg(0, 5)) == {Stop.BROKEN}
    assert found("a.png", png(6_000, 8_000)) == found("a.jpg", jpeg(6_000, 8_000)) == set()


@pytest.mark.parametrize("content", [png()[:-4], png() + b"<html>", png()[:30], png()[:8] + b"\0\0\0\1IEND"])
def test_a_png_ends_where_it_says(content: bytes) -> None:
    assert found("a.png", content) == {Stop.BROKEN}


@pytest.mark.parametrize("content", [jpeg()[:20], jpeg()[:30], jpeg()[:4] + b"\0\0" + jpeg()[6:]])
def test_a_jpeg_says_its_size(content: bytes) -> None:
    assert found("a.jpg", content) & {Stop.BROKEN, Stop.MISMATCH}


MACRO_TYPES = DOCX_PARTS["[Content_Types].xml"].replace(
    b"</Types>",
    b'<Default Extension="x" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
)
LISTENER = b'<a xmlns:s="urn:oasis:names:tc:opendocument:xmlns:script:1.0"><s:event-listener/></a>'

OFFICE = {
    "macros": (docx(**{"word/vbaProject.bin": b"x"}), Stop.MACROS),
    "macros by kind": (zipped({**DOCX_PARTS, "[Content_Types].xml": MACRO_TYPES}), Stop.MACROS),
    "script of ODT": (zipped({**ODT_PARTS, "Basic/Standard/x.xml": b"<a/>"}), Stop.MACROS),
    "listener of ODT": (zipped({**ODT_PARTS, "content.xml": LISTENER}), Stop.MACROS),
    "template from elsewhere": (docx(**{"word/_rels/x.rels": relation("attachedTemplate", outside=True)}), Stop.ACTIVE),
    "object from elsewhere": (docx(**{"word/_rels/x.rels": relation("oleObject", outside=True)}), Stop.ACTIVE),
    "program inside": (docx(**{"word/media/image2.png": b"MZ\x90\0"}), Stop.ACTIVE),
    "file inside": (docx(**{"word/embeddings/a.xlsx": b"x"}), Stop.NESTED),
    "archive under another name": (docx(**{"word/media/image2.png": zipped({"a": b"b"})}), Stop.NESTED),
    "entities": (docx(**{"word/styles.xml": DOCTYPE}), Stop.ENTITIES),
    "entities in other letters": (docx(**{"word/styles.xml": DOCTYPE.decode().encode("utf-16")}), Stop.ENTITIES),
    "no XML": (docx(**{"word/styles.xml": b"<a>"}), Stop.BROKEN),
    "XML in unknown letters": (docx(**{"word/styles.xml": b'<?xml version="1.0" encoding="x-q"?><a/>'}), Stop.BROKEN),
    "testvirus": (docx(**{"word/media/image2.png": b"ab" + EICAR}), Stop.VIRUS),
    "out of its folder": (docx(**{"../x.xml": b"<a/>"}), Stop.BROKEN),
    "absolute": (docx(**{"/etc/x.xml": b"<a/>"}), Stop.BROKEN),
    "ratio": (docx(**{"word/big.bin": b"0" * 3_000_000}), Stop.BOMB),
    "one entry": (docx(**{"word/big.bin": os.urandom(1024) * 40_100}), Stop.BOMB),
    "entries": (docx(**{f"word/{n}.bin": b"" for n in range(2_001)}), Stop.BROKEN),
    "other method": (zipped(DOCX_PARTS, method=zipfile.ZIP_LZMA), Stop.BROKEN),
    "something before it": (b"PK\x03\x04" + GOOD["brief.docx"], Stop.BROKEN),
    "something behind it": (GOOD["brief.docx"] + b"<html>", Stop.BROKEN),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, Stop.LOCKED),
    "two kinds at once": (zipped({**DOCX_PARTS, "xl/workbook.xml": b"<a/>"}), Stop.MISMATCH),
}  # fmt: skip


@pytest.mark.parametrize("name", OFFICE)
def test_an_office_file_is_opened_and_read_through(name: str) -> None:
    content, reason = OFFICE[name]
    assert reason in found("a.odt" if "ODT" in name else "a.docx", content)


def test_an_entry_that_is_longer_than_it_says_never_grows_in_memory() -> None:
    """The directory lies about one entry: what is read ends there, and its checksum does not fit."""
    content = bytearray(docx(**{"word/big.bin": b"0" * 500_000}))
    said = (500_000).to_bytes(4, "little")
    while (at := content.find(said)) >= 0:
        content[at : at + 4] = (10).to_bytes(4, "little")
    assert found("a.docx", bytes(content)) == {Stop.BROKEN}


def test_two_entries_of_one_name_are_no_document() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for name, content in [*DOCX_PARTS.items(), ("word/document.xml", b"<b/>")]:
            archive.writestr(name, content)
    assert found("a.docx", made.getvalue()) == {Stop.BROKEN}


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.exe", "a.docx", "a.com"])
def test_the_test_virus_is_found_in_any_file(name: str) -> None:
    assert Stop.VIRUS in found(name, b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + EICAR + b"!$H+H*")
    assert examine(Sent(name, EICAR), LARGEST).dangerous


def test_the_test_virus_is_found_in_an_object_stream() -> None:
    assert found("a.pdf", pdf(object_stream(EICAR))) == {Stop.VIRUS}


def test_text_goes_out_in_the_letters_it_was_written_in() -> None:
    assert media_type(Kind.TEXT, GOOD["los.txt"]) == "text/plain; charset=utf-8"
    assert media_type(Kind.TEXT, GOOD["oud.txt"]) == "text/plain; charset=windows-1252"
    assert media_type(Kind.PDF, zlib.compress(b"x")) == "application/pdf"
