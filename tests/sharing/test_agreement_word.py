"""An agreement as a Word file, read back: what stands in it, how it is built, and that nothing typed can break it."""

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID

import docx
import pytest
from django.conf import settings
from django.urls import reverse
from docx.document import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.paper import Bullets, Heading, Lines, Paper, Paragraph, Table, one_line, plain
from knooppunt.kernel.paper.word import docx_of
from knooppunt.kernel.uploads import Sent, examine
from knooppunt.sharing import queries
from knooppunt.sharing.actions import Judged, draft_agreement, end_agreement, judge_agreement
from knooppunt.sharing.law.agreements import Template, templates
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, Terms
from knooppunt.sharing.web.agreement_word import paper_of
from tests.partners.office import employ, session_of
from tests.sharing.test_agreements import WHOLE, Desk
from tests.sharing.test_agreements import desk as desk

pytestmark = pytest.mark.usefixtures("frozen")

ODD = "Stoor\x00\x01\x0bzender & <b>“Zorg”</b> \u202eomgekeerd\u202c \ud800 \ufffe 👩‍👩‍👧 \r\n]]> &amp; ü"


def read_back(content: bytes) -> Document:
    """The file as another program reads it."""
    return docx.Document(BytesIO(content))


def words(document: Document) -> str:
    """All running text and what stands in tables."""
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def headings(document: Document, level: int) -> list[str]:
    """The headings of one level."""
    return [one.text for one in document.paragraphs if one.style and one.style.name == f"Heading {level}"]


def written(desk: Desk, key: UUID) -> Document:
    """The file of an agreement as it stands now."""
    return read_back(docx_of(paper_of(queries.agreement(desk.esra, key), clock.today())))


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.code)
def test_a_template_comes_out_filled(desk: Desk, template: Template) -> None:
    key = draft_agreement(desk.esra, desk.office.region, template.terms, desk.parties, template=template.code)
    document = written(desk, key)
    text, labels = words(document), queries.category_labels()
    assert document.paragraphs[0].text == template.terms.title
    for part in (template.terms.purpose, *map(template.terms.decided, DECISION_FIELDS)):
        assert part in text
    for code in template.terms.categories:
        assert labels[code] in text
    clauses = [one for one in template.terms.clauses.splitlines() if one[:1].isdigit()]
    assert len(clauses) == 8
    assert [one for one in headings(document, 2) if one in clauses] == clauses
    for line in template.terms.clauses.splitlines():
        assert line in text
    assert template.label in text
    assert "Concept, geldt niet" in text
    assert "Wpg 20 lid 1" in text


def test_it_says_all_that_the_register_holds(desk: Desk) -> None:
    key = desk.draft(clauses="Vooraf.\n\n1. Wie meedoet\nAlleen wij.\n\n2. zonder tekst")
    judge_agreement(desk.esra, key, Judged("positive", "Helder doel.", clock.today()), read=desk.read(key))
    desk.sign(key)
    document = written(desk, key)
    text, view = words(document), queries.agreement(desk.esra, key)
    for part in (view.region_name, "Convenant", "Convenant (Wpg 20), Wpg 20 lid 1", "de burgemeester", "Helder doel."):
        assert part in text
    for day in (view.terms.starts_on, view.terms.ends_on, view.terms.review_on):
        assert day is not None
        assert f"{day:%d-%m-%Y}" in text
    assert "Positief (22-11-2026)." in text
    assert "N. Voorbeeld" in text
    assert "bestuurder" in text
    assert headings(document, 1) == [
        "Over deze afspraak", "Partijen", "Doel", "Soorten gegevens die de partijen mogen delen",
        "Besluit van de politie (Wpg 20 lid 2)", "Bepalingen", "Oordeel van het kennisnetwerk", "Ondertekening",
    ]  # fmt: skip
    assert "1. Wie meedoet" in headings(document, 2)
    assert "2. zonder tekst" not in headings(document, 2)
    assert f"versie {view.version} van 22-11-2026" in document.sections[0].footer.paragraphs[0].text


def test_who_did_not_sign_gets_a_line_to_sign_on(desk: Desk) -> None:
    key = desk.draft()
    blank = [one.text for one in written(desk, key).paragraphs]
    for name in ("Naam", "Functie", "Datum", "Handtekening"):
        assert blank.count(f"{name}: \t") == 2
    desk.sign(key)
    signed = [one.text for one in written(desk, key).paragraphs]
    assert signed.count("Naam: N. Voorbeeld") == 2
    assert not any(one.endswith("\t") for one in signed)


def test_the_police_decision_stands_only_where_the_law_asks_it(desk: Desk) -> None:
    elsewhere: dict[str, Any] = {"regime": "LOCAL_PUBLIC_TASK", "decision": None, "competent_authority": "de raad"}
    document = written(desk, desk.draft(**elsewhere))
    assert "Wpg" not in words(document)
    assert "de raad" in words(document)


def test_what_does_not_hold_says_so_on_every_page_and_what_holds_does_not(desk: Desk, frozen: Any) -> None:
    def notice(key: UUID) -> str:
        return written(desk, key).sections[0].header.paragraphs[0].text

    draft, dropped, holds = desk.draft(), desk.draft(title="Nooit"), desk.hold()
    end_agreement(desk.esra, dropped, last_day=None, read=desk.read(dropped))
    assert notice(draft) == "Concept, geldt niet"
    assert notice(dropped) == "Concept dat niet doorging, geldt niet"
    assert notice(holds) == ""
    frozen.move(days=400)
    assert notice(holds) == "Geldt niet meer"


def test_an_almost_empty_draft_is_a_whole_file(desk: Desk) -> None:
    bare = Terms(kind="protocol", title="Kaal", purpose="", regime="WPG20_CONVENANT")
    document = written(desk, draft_agreement(desk.esra, desk.office.region, bare, []))
    assert "Er zijn nog geen partijen." in words(document)
    assert words(document).count("Nog niet ingevuld.") == 8
    assert "Ondertekening" not in headings(document, 1)


def test_the_file_is_built_to_be_read_by_everybody(desk: Desk) -> None:
    document = written(desk, desk.draft())
    said = document.core_properties
    assert (said.title, said.language, said.author, said.last_modified_by, said.comments) == (
        WHOLE.title, "nl-NL", "", "", "",
    )  # fmt: skip
    assert {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))} == {"nl-NL"}
    assert document.paragraphs[0].style is not None
    assert document.paragraphs[0].style.name == "Title"
    assert all(one.text for one in document.paragraphs), "no empty lines to make room"
    for table in document.tables:
        marks = [[mark.tag for mark in row._tr.iter(qn("w:tblHeader"))] for row in table.rows]
        assert [bool(one) for one in marks] == [True, *[False] * (len(table.rows) - 1)]
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    foot = document.sections[0].footer._element
    assert [one.get(qn("w:instr")) for one in foot.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


def test_the_file_may_come_back_as_a_file_of_the_agreement(desk: Desk) -> None:
    content = docx_of(paper_of(queries.agreement(desk.esra, desk.draft()), clock.today()))
    assert examine(Sent("getekend.docx", content), settings.LARGEST_FILE).objections == ()
    assert not any("thumbnail" in name for name in zipfile.ZipFile(BytesIO(content)).namelist())


def test_odd_signs_and_long_texts_do_not_break_the_file(desk: Desk) -> None:
    view = queries.agreement(desk.esra, desk.draft())
    typed = replace(
        view.terms, title=ODD * 9, purpose=ODD, clauses=f"1. {ODD}\n{ODD}\n\n{'a' * 20_000}",
        decision=dict.fromkeys(DECISION_FIELDS, ODD), competent_authority=ODD,
    )  # fmt: skip
    parties = tuple(replace(one, name=ODD, signatory_name=ODD, signed_on=clock.today()) for one in view.parties)
    odd = replace(view, terms=typed, parties=parties, motivation=ODD, judgement="negative", judged_on=clock.today())
    document = read_back(docx_of(paper_of(odd, clock.today())))
    text = words(document)
    assert "Stoorzender & <b>“Zorg”</b> omgekeerd" in text
    assert "👩‍👩‍👧" in text
    assert "]]> &amp; ü" in text
    assert "a" * 20_000 in text
    assert len(document.core_properties.title) == 255


ANY = st.text(st.characters(), max_size=60)


@bounds(max_examples=60, deadline=None)
@given(texts=st.lists(ANY, min_size=8, max_size=8))
def test_whatever_is_typed_there_is_a_file_that_opens(texts: list[str]) -> None:
    a, b, c, d, e, f, g, h = texts
    blocks = (
        Heading(a), Paragraph(b, strong=True), Paragraph(f"{c}\n\n{d}"), Bullets((e, f)),
        Table(a, b, (c, d), ((e, f), (g, h))), Lines(((a, b), (c, ""))),
    )  # fmt: skip
    paper = Paper(title=g, subtitle=h, made_at=clock.now(), blocks=blocks, notice=a, foot=b, subject=c)
    document = read_back(docx_of(paper))
    assert document.paragraphs[0].text == one_line(g)
    assert plain(plain(b)) == plain(b)


def test_whoever_reads_the_page_may_have_the_file_and_its_name_says_nothing(desk: Desk) -> None:
    key = desk.draft(title="Convenant van N. Voorbeeld")
    address = reverse("sharing:agreement_word", args=[key])
    answers = {name: session_of(who).get(address) for name, who in readers(desk).items()}
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "esra": 200, "karin": 200, "nadia": 403, "greet": 403,
    }  # fmt: skip
    answer = answers["karin"]
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert answer["Content-Disposition"] == f'attachment; filename="afspraak-{key.hex[:8]}-versie-1.docx"'
    assert answer["Cache-Control"] == "no-store"
    assert "Convenant van N. Voorbeeld" in words(read_back(answer.content))
    shown = session_of(desk.esra).get(reverse("sharing:agreement", args=[key])).content.decode()
    assert address in shown


def readers(desk: Desk) -> dict[str, Actor]:
    """People in different functions."""
    greet = employ("greet", "gemeente-zaanstad", Function.COUNTS)
    return {"esra": desk.esra, "karin": desk.office.karin, "nadia": desk.office.nadia, "greet": greet}
