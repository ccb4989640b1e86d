"""Letters in Word, on the school's own letterhead: to be changed by hand before they go out.

The letterhead is `templates/letters/layout/letter.docx`. A paragraph in it that is exactly `[address]` is
filled in with the address, and so for the others in `_PLACES`; a style that it lacks is done without.
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Line

from attendkit.documents.charts import svg
from attendkit.documents.letters.blocks import (
    Block,
    Heading,
    Items,
    Paragraph,
    Picture,
    Run,
    Space,
    Table,
    words,
)
from attendkit.documents.letters.layout import about, addressed, letterhead, picture
from attendkit.documents.letters.wording import Letter
from attendkit.documents.templates import content
from attendkit.documents.word import add_picture, packed, table_xml
from attendkit.errors import BadArgumentError

_LAYOUT = "letters/layout/letter.docx"
_BODY = "[letter]"
_BULLETS = "List Bullet"
_ROOM = Pt(34)  # to sign in
_AFTER_A_LIST = Pt(8)
_CHART = 150  # millimetres
_LETTERS = 21  # half points, in tables

_PLACES: Mapping[str, Callable[[Letter], Sequence[str]]] = {
    "[school]": lambda letter: [letter.school.name],
    "[letterhead]": letterhead,
    "[address]": addressed,
    "[about]": about,
    "[subject]": lambda letter: [letter.subject],
}


def letter_docx(letter: Letter) -> bytes:
    """The letter on the school's letterhead, as the bytes of a Word file.

    Raises:
        BadArgumentError: the letterhead is not a Word file.
    """
    document = _opened(letter.school.folder)
    body = None
    for line in list(_every_line(document)):
        if line.text in _PLACES:
            _fill(line, _PLACES[line.text](letter))
        elif line.text == _BODY:
            body = line
    sheet = _Sheet(document, body or document.add_paragraph())
    for block in letter.blocks:
        _write(block, sheet, letter)
    _remove(sheet.end)
    return packed(document, letter.subject, letter.school.name, datetime.combine(letter.on, time()))


@dataclass(frozen=True)
class _Sheet:
    """A document being written, and the paragraph that everything is put before."""

    document: Any
    end: Line

    @cached_property
    def styles(self) -> Mapping[str, str]:
        """The ids of the styles that there are, by name."""
        return {style.name: style.style_id for style in self.document.styles}

    def line(self, style: str = "") -> Line:
        """A new paragraph, in a style where the letterhead has it."""
        line = self.end.insert_paragraph_before()
        if style in self.styles:
            line._p.style = self.styles[style]  # noqa: SLF001 - by id, which needs no search
        return line


def _opened(school: Path | None) -> Any:
    try:
        return Document(io.BytesIO(content(_LAYOUT, school)))
    except (ValueError, KeyError, zipfile.BadZipFile):
        raise BadArgumentError(
            "This is not a Word file that letters can stand on.",
            where=f"templates/{_LAYOUT}",
            remedy="Save it again in Word as .docx, or take it away to use the one that came with attendkit.",
        ) from None


def _every_line(document: Any) -> Iterator[Line]:
    """Every paragraph of the letterhead, in text boxes, tables, headers and footers too."""
    parts = [document, *(part for one in document.sections for part in (one.header, one.footer))]
    for part in parts:
        if part is document or not part.is_linked_to_previous:
            for element in part._element.iter(qn("w:p")):  # noqa: SLF001 - python-docx shows no text boxes
                yield Line(element, part)


def _fill(line: Line, texts: Sequence[str]) -> None:
    """Put lines of text where a place was marked, in the style of the mark."""
    first, *rest = line.runs
    for run in rest:
        run._element.getparent().remove(run._element)  # noqa: SLF001
    first.text = "\n".join(texts)


def _write(block: Block, sheet: _Sheet, letter: Letter) -> None:
    match block:
        case Heading(level, runs):
            _say(sheet.line(f"Heading {min(level, 3)}"), runs)
        case Paragraph(runs):
            _say(sheet.line(), runs)
        case Items():
            _write_items(block, sheet)
        case Table():
            _write_table(block, sheet)
        case Picture():
            chart = picture(block, letter)
            drawn = svg(chart, letter.school.folder)
            add_picture(sheet.line(), drawn, f"{chart['says']} {chart['read']}.", _CHART)
        case Space():
            sheet.line().paragraph_format.space_before = _ROOM


def _write_items(block: Items, sheet: _Sheet) -> None:
    """A list. Numbers are written out: Word would count on from the list before."""
    style = _BULLETS if block.first is None else ""
    for place, entry in enumerate(block.entries):
        line = sheet.line(style)
        if style not in sheet.styles:
            mark = "•" if block.first is None else f"{block.first + place}."
            line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(8), Mm(-5)
            line.paragraph_format.tab_stops.add_tab_stop(Mm(8))
            line.add_run(f"{mark}\t")
        _say(line, entry)
        if place == len(block.entries) - 1:
            line.paragraph_format.space_after = _AFTER_A_LIST


def _write_table(block: Table, sheet: _Sheet) -> None:
    rows = [[words(cell) for cell in row] for row in block.rows]
    heads = [words(head) for head in block.heads]
    sheet.end._p.addprevious(table_xml(heads, rows, block.right, _LETTERS))  # noqa: SLF001
    sheet.line().paragraph_format.space_after = Pt(0)


def _say(line: Line, runs: Sequence[Run]) -> None:
    for run in runs:
        said = line.add_run(run.text)
        said.bold, said.italic = run.bold or None, run.italic or None


def _remove(line: Line) -> None:
    line._element.getparent().remove(line._element)  # noqa: SLF001
