"""Word files: any report as one that can be changed, and what all of them share."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from attendkit.documents.sheet import sheet_values, widths
from attendkit.documents.typesetting import picture_png
from attendkit.findings import Report, View

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a ZIP file can say
_MARGIN = 13
_LONG, _SHORT = 297, 210
_CHART = 130


def docx_bytes(report: Report, view: View) -> bytes:
    """The bytes of the report as a Word file: its figures, charts, table, notes and rules."""
    values = sheet_values(report, view)
    document = Document()
    set_page(document, sideways=values["sideways"])
    document.add_heading(values["title"], 1)
    document.add_paragraph(values["under"])
    for note in values["above"]:
        document.add_paragraph().add_run(note).bold = True
    _write_figures(document, values)
    for chart in values["charts"]:
        document.add_heading(chart["title"], 2)
        document.add_paragraph(chart["says"])
        add_picture(document.add_paragraph(), chart["svg"], f"{chart['says']} {chart['read']}.", _CHART)
    _write_rows(document, values)
    for heading, lines in (("Notes", values["notes"]), ("Problems in the data", values["problems"])):
        _write_lines(document, heading, lines)
    for line in values["foot"]:
        document.add_paragraph().add_run(line).font.size = Pt(7)
    return packed(document, values["title"], view.school.name, datetime.combine(report.on, time()))


def packed(document: Any, title: str, author: str, made: datetime) -> bytes:
    """A Word document as bytes that depend on what is in it and on nothing else."""
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title[:255], author[:255], author[:255]
    about.created = about.modified = made
    about.revision, about.comments, about.keywords, about.language = 1, "", "", "en-GB"
    loose, fixed = io.BytesIO(), io.BytesIO()
    document.save(loose)
    with zipfile.ZipFile(loose) as came, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in came.namelist():
            part = zipfile.ZipInfo(name, _EARLIEST)
            part.compress_type, part.create_system = zipfile.ZIP_DEFLATED, 0
            kept.writestr(part, came.read(name))
    return fixed.getvalue()


def use_styles(document: Any, size: float) -> None:
    """Arial in British English, and headings in black."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(size)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    for name, more in (("Heading 1", 4), ("Heading 2", 1), ("Heading 3", 0)):
        style = document.styles[name]
        style.element.rPr.rFonts.attrib.clear()
        style.font.name, style.font.size, style.font.bold = "Arial", Pt(size + more), True
        style.font.color.rgb = RGBColor(0, 0, 0)


def add_picture(line: Any, svg: str, says: str, width: int) -> None:
    """A chart in a paragraph, so many millimetres wide, with its words for those who cannot see it."""
    picture = line.add_run().add_picture(io.BytesIO(picture_png(svg)), width=Mm(width))
    picture._inline.docPr.set("descr", says)  # noqa: SLF001 - python-docx knows no alternative texts


def table_xml(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[bool],
    size: int,
    parts: Sequence[int] = (),
) -> Any:
    """A table whose headings are on every page: written at once, since cell by cell takes a minute a school.

    `size` is that of its letters, in half points; `parts` are how wide its columns are, as parts of one.
    """
    parts = parts or widths([heads, *rows])[0]
    across = [5000 * part // sum(parts) for part in parts]
    style = f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    shapes = [_cell_shape(*one) for one in zip(across, right, strict=True)]
    head = _row_xml(heads, shapes, f"<w:b/>{style}", "<w:tblHeader/>")
    body = "".join(_row_xml(row, shapes, style) for row in rows)
    line = '<w:{0} w:val="single" w:sz="4" w:space="0" w:color="BBBBBB"/>'
    borders = "".join(line.format(side) for side in ("top", "bottom", "insideH"))
    margins = '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
    shape = f"<w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar>"
    grid = "".join(f'<w:gridCol w:w="{part * 2}"/>' for part in across)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="5000" w:type="pct"/>{shape}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"
    )


def _row_xml(texts: Sequence[str], shapes: Sequence[str], style: str, more: str = "") -> str:
    cells = "".join(
        f"<w:tc>{shape}<w:r><w:rPr>{style}</w:rPr>{_lines_xml(text)}</w:r></w:p></w:tc>"
        for text, shape in zip(texts, shapes, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{cells}</w:tr>"


def _cell_shape(part: int, right: bool) -> str:  # noqa: FBT001 - a side
    """What a cell of a column begins with: its width in fiftieths of a percent, and its side."""
    side = '<w:jc w:val="right"/>' if right else ""
    width = f'<w:tcPr><w:tcW w:w="{part}" w:type="pct"/></w:tcPr>'
    return f'{width}<w:p><w:pPr><w:spacing w:before="20" w:after="20"/>{side}</w:pPr>'


def _lines_xml(text: str) -> str:
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))


def set_page(document: Any, *, sideways: bool) -> None:
    """A4 with narrow margins, small letters, and page numbers at the foot."""
    section = document.sections[0]
    across, down = (_LONG, _SHORT) if sideways else (_SHORT, _LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if sideways else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(across), Mm(down)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Mm(_MARGIN))
    use_styles(document, 9.5)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    _number_pages(section.footer.paragraphs[0])


def _number_pages(line: Any) -> None:
    for before, what in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        line.add_run(before)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), what)
        line._p.append(field)  # noqa: SLF001 - python-docx knows no fields


def _write_figures(document: Any, values: dict[str, Any]) -> None:
    if values["counts"]:
        line = document.add_paragraph()
        for place, count in enumerate(values["counts"]):
            line.add_run(f"{' · ' if place else ''}{count['name']}: ")
            line.add_run(count["value"]).bold = True
    for grid in values["grids"]:
        right = [False, *(True for _ in grid["heads"])]
        add_table(document, table_xml([grid["title"], *grid["heads"]], grid["rows"], right, 17))


def _write_rows(document: Any, values: dict[str, Any]) -> None:
    if not values["rows"]:
        document.add_paragraph(f"No {values['about']} to list.")
        return
    heads = [column["heading"] for column in values["columns"]]
    right = [column["kind"] == "number" for column in values["columns"]]
    add_table(document, table_xml(heads, values["rows"], right, values["size"] // 50, values["widths"]))


def add_table(document: Any, table: Any) -> None:
    """A table of `table_xml` at the end of a document."""
    document.add_paragraph()._p.addprevious(table)  # noqa: SLF001 - a table of ours


def _write_lines(document: Any, heading: str, lines: Sequence[str]) -> None:
    if lines:
        document.add_heading(heading, 2)
    for line in lines:
        document.add_paragraph(line, style="List Bullet")
