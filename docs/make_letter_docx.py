"""Make `templates/letters/layout/letter.docx`, the letterhead that letters in Word stand on.

A school puts its own in `templates/letters/layout/` of its folder. Paragraphs that are exactly `[school]`,
`[letterhead]`, `[address]`, `[about]`, `[subject]` and `[letter]` are filled in, wherever they stand; what
has no place is left out, and the letter itself goes at the end.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt

from attendkit.documents.word import packed, use_styles
from attendkit.school import Window

PATH = Path(__file__).parents[1] / "templates" / "letters" / "layout" / "letter.docx"
_TOP = 15
_HEAD = 30  # millimetres for the school's name and address


def letterhead() -> bytes:
    """The letterhead as the bytes of a Word file, the same ones every time."""
    document = Document()
    _page(document)
    _styles(document)
    window = Window()
    table = document.add_table(2, 2)
    table.autofit = False
    table.rows[0].height = Mm(window.top - _TOP)
    table.rows[1].height = Mm(window.height + 8)
    for row in table.rows:
        row.cells[0].width = Mm(window.width + 10)
        row.cells[1].width = Mm(170 - window.width - 10)
    head = table.cell(0, 0).merge(table.cell(0, 1))
    _say(head.paragraphs[0], "[school]", Pt(15), bold=True)
    head.paragraphs[0].paragraph_format.space_after = Pt(4)
    _say(head.add_paragraph(), "[letterhead]", Pt(9))
    _say(table.cell(1, 0).paragraphs[0], "[address]", Pt(10.5))
    about = table.cell(1, 1).paragraphs[0]
    about.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _say(about, "[about]", Pt(10.5))
    document.add_paragraph("[subject]", style="Heading 1")
    document.add_paragraph("[letter]")
    return packed(
        document,
        "Letter",
        "",
        datetime(2026, 9, 1),  # noqa: DTZ001 - Word knows no zones
    )


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(_TOP), Mm(16)
    section.header_distance = section.footer_distance = Mm(8)


def _styles(document: Any) -> None:
    use_styles(document, 10.5)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(8)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    for name in ("Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(8), Pt(8)
    document.styles["Heading 1"].font.size = Pt(12)
    document.styles["List Bullet"].paragraph_format.space_after = Pt(3)


def _say(paragraph: Any, text: str, size: Pt, *, bold: bool = False) -> None:
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.size, run.bold = size, bold


if __name__ == "__main__":
    PATH.write_bytes(letterhead())
    sys.stdout.write(f"Written: {PATH}\n")
