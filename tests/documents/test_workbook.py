import io
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import openpyxl
import polars as pl
import pytest
from tests.documents.drawn import EVIL, bad_mark, report, view

from attendkit.documents.sheets import sheet_name
from attendkit.documents.workbook import xlsx_bytes
from attendkit.findings import Column, Kind, Report


def opened(drawn: Report) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(drawn, view())))


def rows(sheet: Any) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_title_school_figures_and_then_the_table() -> None:
    sheet = opened(report())["Absences"]
    top = rows(sheet)
    assert [row[0] for row in top[:3]] == [
        "Absences",
        "Riverside School · Friday 20 November 2026 · marks from 7 Sep 2026 to 7 Sep 2026",
        "On roll: 1,450 · No mark: 0",
    ]
    assert top[4][:4] == ["Pupil", "Tutor group", "Date", "Session"]
    assert top[5] == [
        "=cmd|'/c calc'!A1, @SUM(1)",
        "7/A:1",
        datetime.combine(date(2026, 11, 9), time()),
        "AM",
        "N",
        1234,
        93.33,
        "Yes",
        "=1+1 is not a sum",
    ]
    assert top[6][4] == "no mark"


def test_what_changes_everything_and_whom_it_is_about_are_at_the_top() -> None:
    seen = replace(view(), only=("Year 7",))
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(replace(report(), above=("No school day.",)), seen)))
    top = [row[0] for row in rows(book["Absences"])[:4]]
    assert top[1].startswith("Only: Year 7 · ")
    assert top[2:] == ["No school day.", "On roll: 1,450 · No mark: 0"]


@pytest.mark.parametrize(("points", "orientation"), [(["Field", ""], "portrait"), (None, "landscape")])
def test_a_fire_register_prints_upright_with_many_rows_a_page(points: Any, orientation: str) -> None:
    drawn = report(**({"muster_point": points} if points else {}))
    setup = opened(drawn)["Absences"].page_setup
    assert setup.orientation == orientation
    assert setup.scale == (70 if points else None)


def test_two_of_one_tutor_group_with_one_name_are_told_apart_by_number() -> None:
    names = (("Day", "Amy"),) * 3
    seen = view(names)
    pupils = seen.register.pupils.with_columns(tutor=pl.Series(["7A1", "7A1", "7B1"]))
    seen = replace(seen, register=replace(seen.register, pupils=pupils))
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(report(pupil=range(3)), seen)))["Absences"]
    assert [row[0] for row in rows(sheet)[5:]] == ["Day, Amy (001000)", "Day, Amy (001001)", "Day, Amy"]


def test_percentages_and_differences_of_them_are_numbers_with_as_many_decimals_as_they_have() -> None:
    columns = (
        Column("percent", "Attendance", Kind.PERCENT),
        Column("rate", "Rate", Kind.PERCENT),
        Column("gap", "Gap", Kind.POINTS),
    )
    drawn = report(pupil=(0,), rate=["93.3"], gap=["-1.2"])
    row = opened(replace(drawn, columns=columns))["Absences"][6]
    assert [cell.value for cell in row] == [93.33, 93.3, -1.2]
    assert [cell.number_format for cell in row] == ['0.00"%"', '0.0"%"', "+0.0;-0.0;0.0"]


def test_no_cell_is_a_formula_or_a_link() -> None:
    book = opened(report(pupil=range(len(EVIL)), notes=["=1+1"], problems=[bad_mark(5, "=1+1")]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)
    names = {cell.value for cell in cells if cell.column == 1}
    assert {"+44, -1", "王, 小明", "#REF!, 007", "[/], [bold]Bo[/bold]"} <= names


def test_headings_stay_in_sight_on_screen_and_on_paper() -> None:
    sheet = opened(report())["Absences"]
    assert sheet.freeze_panes == "B6"
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.auto_filter.ref == "A5:I7"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0


def test_everything_else_is_on_the_last_sheet() -> None:
    book = opened(report(found=True, notes=["Whole sessions."], problems=[bad_mark(5), bad_mark(9)]))
    assert book.sheetnames == ["Absences", "About"]
    told = [row[0] for row in rows(book["About"]) if row[0]]
    assert "Absent: N\u00a02, I\u00a031" in told
    assert "Whole sessions." in told
    assert any(line.startswith("Mark 'ZZ' is not a code: 2 rows, first at row 5") for line in told)
    assert any(
        "SI 2024/208 reg 10(7)" in line and "(law, in force since 19 Aug 2024)" in line for line in told
    )


def test_an_empty_report_is_a_workbook_too() -> None:
    assert rows(opened(report(pupil=()))["Absences"])[4][0] == "Pupil"


def test_several_lines_have_room() -> None:
    sheet = opened(report(says=["one\ntwo\nthree", ""]))["Absences"]
    assert sheet["I6"].value == "one\ntwo\nthree"
    assert sheet["I6"].alignment.wrap_text
    assert sheet.row_dimensions[6].height == 45


@pytest.mark.parametrize(
    ("text", "name"),
    [("Absences", "Absences"), ("10/A:1 [x]*?", "10-A-1 -x---"), ("", "Sheet"), ("x" * 40, "x" * 31)],
)
def test_a_sheet_is_named_as_excel_allows(text: str, name: str) -> None:
    assert sheet_name(text) == name
