"""Reports in leaves as a Word file, for papers that people write in: minutes, actions, who goes where."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from docx import Document
from docx.shared import Pt

from attendkit.documents.leaves import Leaf, leaves_values
from attendkit.documents.sheet import shared_out, widths
from attendkit.documents.word import add_table, packed, set_page, table_xml
from attendkit.findings import Report, View

_SMALL = 17  # half points
_ROOM = 105  # letters across the page


def leaves_docx(leaves: Sequence[Leaf], report: Report, view: View) -> bytes:
    """The leaves as one Word file, each on a page of its own, with nothing left out."""
    values = leaves_values(leaves, report, view)
    document: Any = Document()
    set_page(document, sideways=False)
    for place, leaf in enumerate(values["leaves"]):
        if place:
            document.add_page_break()
        _write_leaf(document, leaf)
    return packed(document, values["title"], view.school.name, datetime.combine(report.on, time()))


def _write_leaf(document: Any, leaf: Mapping[str, Any]) -> None:
    document.add_heading(leaf["title"], 1)
    document.add_paragraph(leaf["under"])
    for note in leaf["above"]:
        document.add_paragraph().add_run(note).bold = True
    if leaf["figures"]:
        _write_figures(document.add_paragraph(), leaf["figures"])
    for section in leaf["sections"]:
        _write_section(document, section)
    for note in leaf["notes"]:
        document.add_paragraph(note)
    for line in leaf["foot"]:
        document.add_paragraph().add_run(line).font.size = Pt(7)


def _write_figures(line: Any, figures: Sequence[Mapping[str, str]]) -> None:
    for place, figure in enumerate(figures):
        line.add_run(f"{' · ' if place else ''}{figure['name']}: ")
        line.add_run(figure["value"]).bold = True
        if figure["beside"]:
            line.add_run(f" ({figure['beside']})")


def _write_section(document: Any, section: Mapping[str, Any]) -> None:
    document.add_heading(section["title"], 2)
    if section["says"]:
        document.add_paragraph(section["says"])
    if section["words"]:
        for row in section["rows"]:
            document.add_paragraph(" ".join(row))
        return
    blanks = section["blanks"]
    heads = [column["heading"] for column in section["columns"]] + blanks
    right = [column["right"] for column in section["columns"]] + [False for _ in blanks]
    rows = [[*row, *("" for _ in blanks)] for row in section["rows"]]
    add_table(document, table_xml(heads, rows, right, _SMALL, shared_out(*widths([heads, *rows]), _ROOM)))
