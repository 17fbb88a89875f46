"""A paper as a Word file (DOCX, ECMA-376): real headings, one language, repeated heads of tables, page numbers.

Made from blocks by python-docx, never from a document that somebody edited, so nothing hidden comes along.
"""

from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Any

from knooppunt.kernel.paper import Block, Bullets, Heading, Lines, Paper, Paragraph, Table, one_line, plain

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Written

LONGEST_PROPERTY = 255
"""Properties of a document hold no more signs than this; python-docx refuses longer ones."""

FONT = "Arial"
INK = "1A1A1A"
LINE_AT = 16.0
"""How far a line to write on reaches, in centimetres from the margin."""

MARGIN = 2.5
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx_of(paper: Paper) -> bytes:
    """The bytes of the Word file. Total: odd signs and long texts cannot break it."""
    # Reading its template takes a moment, so only whoever makes a paper pays for it.
    import docx

    document = docx.Document()
    _set_up(document, paper)
    _head_and_foot(document, paper)
    document.add_paragraph(one_line(paper.title), style="Title")
    if paper.subtitle:
        document.add_paragraph(one_line(paper.subtitle), style="Subtitle")
    if paper.notice:
        _strong(document.add_paragraph(), paper.notice)
    for block in paper.blocks:
        _write(document, block)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


# --- The whole document -------------------------------------------------------------------------


def _set_up(document: "Document", paper: Paper) -> None:
    _without_picture(document)
    _describe(document, paper)
    _speak(document, paper.language)
    _dress(document)
    from docx.shared import Cm

    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN)


def _without_picture(document: "Document") -> None:
    """The template of python-docx brings a small picture of itself, which would stand for our file in a folder."""
    relations = document.part.package.rels
    for key in [key for key, one in relations.items() if one.reltype.endswith("/metadata/thumbnail")]:
        del relations[key]


def _describe(document: "Document", paper: Paper) -> None:
    """What the file says of itself. No author: whoever presses the button did not write the agreement."""
    said, moment = document.core_properties, paper.made_at.astimezone(UTC).replace(tzinfo=None)
    said.title = one_line(paper.title)[:LONGEST_PROPERTY]
    said.subject = one_line(paper.subject)[:LONGEST_PROPERTY]
    said.language = paper.language
    said.created = said.modified = moment
    said.author = said.last_modified_by = said.comments = said.keywords = said.category = ""
    said.revision = 1


def _speak(document: "Document", language: str) -> None:
    """The language of all text, so that it is read aloud and spelled as such."""
    from docx.oxml.ns import qn

    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), language)
        element.set(qn("w:eastAsia"), language)
    for element in document.settings.element.iter(qn("w:themeFontLang")):
        element.set(qn("w:val"), language)


def _dress(document: "Document") -> None:
    """One plain letter, dark on white, in sizes that tell headings apart."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    sizes = {"Normal": 11, "Title": 22, "Subtitle": 12, "Heading 1": 15, "Heading 2": 12, "Heading 3": 11}
    for name, size in sizes.items():
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.italic = FONT, Pt(size), False
        style.font.color.rgb = RGBColor.from_string(INK)
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)


def _head_and_foot(document: "Document", paper: Paper) -> None:
    section = document.sections[0]
    if paper.notice:
        _strong(section.header.paragraphs[0], paper.notice)
    foot = section.footer.paragraphs[0]
    if paper.foot:
        foot.add_run(f"{one_line(paper.foot)} · ")
    page, of = paper.of_page
    foot.add_run(f"{page} ")
    _count(foot, "PAGE")
    foot.add_run(f" {of} ")
    _count(foot, "NUMPAGES")


def _count(paragraph: "Written", field: str) -> None:
    """A number that Word counts itself."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    counted = OxmlElement("w:fldSimple")
    counted.set(qn("w:instr"), field)
    shown, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    shown.append(text)
    counted.append(shown)
    paragraph._p.append(counted)


# --- Its blocks ---------------------------------------------------------------------------------


def _write(document: "Document", block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(one_line(block.text), level=block.level)
    elif isinstance(block, Paragraph):
        for text in plain(block.text).split("\n\n"):
            if text.strip():
                _say(document.add_paragraph(), text.strip(), block.strong)
    elif isinstance(block, Bullets):
        for line in block.lines:
            document.add_paragraph(one_line(line), style="List Bullet")
    elif isinstance(block, Table):
        _tabulate(document, block)
    else:
        _line_up(document, block)


def _say(paragraph: "Written", text: str, strong: bool) -> None:
    if strong:
        _strong(paragraph, text)
    else:
        paragraph.add_run(text)


def _strong(paragraph: "Written", text: str) -> None:
    paragraph.add_run(plain(text)).bold = True


def _tabulate(document: "Document", block: Table) -> None:
    table = document.add_table(rows=1, cols=len(block.head), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, block.head, strict=True):
        _strong(cell.paragraphs[0], one_line(text))
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(plain(text))
    _mark(table, block)


def _mark(table: Any, block: Table) -> None:
    """Its first row is a head on every page, no row is cut in two, and it has a name and a summary."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for number, row in enumerate(table.rows):
        marks = row._tr.get_or_add_trPr()
        marks.append(OxmlElement("w:cantSplit"))
        if number == 0:
            marks.append(OxmlElement("w:tblHeader"))
    for tag, text in (("w:tblCaption", block.title), ("w:tblDescription", block.summary)):
        said = OxmlElement(tag)
        said.set(qn("w:val"), one_line(text))
        table._tbl.tblPr.append(said)


def _line_up(document: "Document", block: Lines) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Cm

    for number, (name, value) in enumerate(block.named, 1):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = number < len(block.named)
        _strong(paragraph, f"{one_line(name)}: ")
        if value:
            paragraph.add_run(plain(value))
        else:
            stops = paragraph.paragraph_format.tab_stops
            stops.add_tab_stop(Cm(LINE_AT), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
            paragraph.add_run("\t")
