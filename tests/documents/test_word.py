"""Any report in Word: all of it there, to be changed."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from tests.documents.drawn import EVIL, bad_mark, report, view
from tests.documents.test_charts import BARS
from tests.documents.test_sheet import PLAIN, few

from attendkit.documents.cells import tidy
from attendkit.documents.word import docx_bytes


def opened(content: bytes) -> Any:
    return Document(BytesIO(content))


def test_a_report_in_word_has_all_that_its_page_has() -> None:
    drawn = report(pupil=range(3), found=True, notes=["Whole sessions."], problems=[bad_mark(5)])
    document = opened(docx_bytes(replace(drawn, above=("Not all of it.",), charts=(BARS,)), view(PLAIN)))
    told = "\n".join(line.text for line in document.paragraphs)
    for part in (
        *("Absences\n", "Riverside School", "Not all of it.", "On roll: 1,450", "Absence of <groups>"),
        *("Whole sessions.", "error SIMS Mon.csv: Mark 'ZZ'", "SI 2024/208 reg 10(7)", "cdcdcdcdcdcdcdcd"),
    ):
        assert part in told
    assert len(document.inline_shapes) == 1
    assert document.core_properties.title == "Absences"


def test_every_name_is_text_in_its_cell() -> None:
    document = opened(docx_bytes(report(pupil=range(len(EVIL))), view()))
    (table,) = document.tables
    names = [row.cells[0].text for row in table.rows[1:]]
    assert names == [tidy(f"{surname}, {forename}") for surname, forename in EVIL]


def test_headings_are_repeated_and_no_row_is_broken() -> None:
    document = opened(docx_bytes(report(pupil=range(3)), view(PLAIN)))
    first, *rest = [row._tr.xml for row in document.tables[0].rows]  # noqa: SLF001
    assert "w:tblHeader" in first
    assert not any("w:tblHeader" in row for row in rest)
    assert all("w:cantSplit" in row for row in (first, *rest))


def test_a_wide_table_lies_on_its_side() -> None:
    wide = few(says=["x " * 60] * 3, why=["y" * 50] * 3)
    assert opened(docx_bytes(wide, view(PLAIN))).sections[0].orientation == WD_ORIENT.LANDSCAPE
    narrow = opened(docx_bytes(few(says=["x"] * 3), view(PLAIN))).sections[0]
    assert narrow.orientation == WD_ORIENT.PORTRAIT
    assert (round(narrow.page_width.mm), round(narrow.page_height.mm)) == (210, 297)


def test_a_cell_of_several_lines_keeps_them() -> None:
    document = opened(docx_bytes(few(call=["one\ntwo"] * 3), view(PLAIN)))
    assert document.tables[0].rows[1].cells[0].text == "one\ntwo"
