from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from tests.documents.drawn import EVIL, report, view

from attendkit.casework import sheet as columns
from attendkit.documents import callsheet
from attendkit.documents.callsheet import HOLD, contact_lines, write_call_sheet
from attendkit.errors import BadArgumentError
from attendkit.findings import Report, findings
from attendkit.measures.contacts import CONTACT

MOTHER = {"name": "Mrs Ada Day", "relationship": "Mother", "numbers": ["07700 900001"], "hold": False}
FATHER = {"name": "Mr Tom Day", "relationship": "Father", "numbers": [], "hold": True}


def absences(
    contacts: list[list[dict[str, Any]] | None] | None = None, known: tuple[bool, ...] = (False, False, True)
) -> Report:
    size = len(known)
    shown: dict[str, Any] = {
        "reason_known": list(known),
        "on_site": [False] * size,
        "marks": ["AM N  PM N"] * size,
        "reason": ["No reason given, now on site", *["No reason given"] * (size - 1)],
        "days_in_a_row": list(range(size)),
        "last_on_site": [date(2026, 11, 18)] * size,
        "first": ["social worker", *[""] * (size - 1)],
        "contacts": pl.Series(contacts or [[MOTHER]] * size, dtype=pl.List(CONTACT)),
    }
    return report(pupil=range(size), found=True, **shown)


def opened(drawn: Report, folder: Path) -> Any:
    path = folder / "call sheet.xlsx"
    path.unlink(missing_ok=True)
    assert write_call_sheet(drawn, view(), path) == (path,)
    return openpyxl.load_workbook(path)


def calls(book: Any) -> list[dict[str, Any]]:
    """The rows of a call sheet by heading, found by its headings as a reader would find them."""
    rows = list(book[callsheet.CALLS_SHEET].iter_rows(values_only=True))
    start = next(n for n, row in enumerate(rows) if columns.KEY in row)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def test_one_row_for_each_pupil_whose_reason_is_not_known(tmp_path: Path) -> None:
    first, second = calls(opened(absences(), tmp_path))
    assert first["Pupil"] == "=cmd|'/c calc'!A1, @SUM(1)"
    assert second["Pupil"] == "[/], [bold]Bo[/bold]"
    assert (first["Absent"], first["Days in a row"], first["First because"]) == (
        "AM N  PM N",
        0,
        "social worker",
    )
    assert first["Last on site"] == datetime.combine(date(2026, 11, 18), time())
    assert [first[name] for name in callsheet.ENTRIES] == [None] * 5


def test_a_row_is_high_enough_for_every_word(tmp_path: Path) -> None:
    sheet = opened(absences([[MOTHER], [MOTHER, FATHER], None]), tmp_path)[callsheet.CALLS_SHEET]
    assert sheet.row_dimensions[7].height == 30  # the reason wraps, the contact does not
    assert sheet.row_dimensions[8].height == 45  # two contacts, one of them held on two lines


def test_a_row_says_whom_and_what_it_is_about_in_hidden_columns(tmp_path: Path) -> None:
    drawn = absences()
    book = opened(drawn, tmp_path)
    found = {finding.pupil: finding.id for finding in findings(drawn, view())}
    told = {row[columns.KEY]: row[columns.FINDING] for row in calls(book)}
    assert told == {key: found[key] for key in ("001000", "001001")}
    assert book[callsheet.CALLS_SHEET].column_dimensions["O"].hidden
    assert not book[callsheet.CALLS_SHEET].column_dimensions["N"].hidden


def test_a_pupil_whose_reason_is_known_is_not_for_ringing(tmp_path: Path) -> None:
    book = opened(absences(), tmp_path)
    assert book.sheetnames == ["Call sheet", "Reason known", "Codes", "About"]
    assert book["Reason known"]["A2"].value == "<script>alert(1)</script>, &amp;"
    assert "Reason known" not in opened(absences(known=(False, False)), tmp_path).sheetnames


def test_a_pupil_marked_with_what_an_n_becomes_is_rung_after_those_without_any_reason(tmp_path: Path) -> None:
    drawn = absences(known=(False, True, True))
    coded = replace(drawn, rows=drawn.rows.with_columns(code=pl.Series(["N", "O", "I"])))
    book = opened(coded, tmp_path)
    assert [row[columns.KEY] for row in calls(book)] == ["001000", "001001"]
    assert [row[0].value for row in book["Reason known"].iter_rows(min_row=2)] == [
        "<script>alert(1)</script>, &amp;"
    ]


def test_no_call_sheet_is_written_on_a_day_without_marks(tmp_path: Path) -> None:
    drawn = absences()
    nobody = replace(
        drawn,
        rows=drawn.rows.clear(),
        shown=None,
        counts={"on_roll": 9, "present": 0, "absent": 0, "not_required": 0},
    )
    with pytest.raises(BadArgumentError, match="nobody has a mark yet"):
        write_call_sheet(nobody, view(), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
    all_in = replace(nobody, counts={**nobody.counts, "present": 9})
    assert calls(opened(all_in, tmp_path)) == []


@pytest.mark.parametrize(
    ("contacts", "lines"),
    [
        (None, "No contact is held."),
        ([], "No contact is held."),
        ([MOTHER], "1. Mrs Ada Day (Mother): 07700 900001"),
        ([FATHER, MOTHER], f"1. Mr Tom Day (Father): {HOLD}\n2. Mrs Ada Day (Mother): 07700 900001"),
        ([{**MOTHER, "numbers": []}], "1. Mrs Ada Day (Mother): no number is held"),
        ([{**MOTHER, "numbers": ["1", "2"], "relationship": None}], "1. Mrs Ada Day: 1, 2"),
        ([{**MOTHER, "name": None}], "1. Name not known (Mother): 07700 900001"),
        ([{**MOTHER, "name": "Mrs\nDay\x1b"}], "1. Mrs Day (Mother): 07700 900001"),
    ],
)
def test_contacts_are_in_order_with_their_numbers(contacts: Any, lines: str) -> None:
    assert contact_lines(contacts) == lines


def test_a_number_of_a_contact_held_back_is_never_shown(tmp_path: Path) -> None:
    leaked = {**FATHER, "numbers": ["07700 900999"]}
    assert "900999" not in contact_lines([leaked])
    write_call_sheet(absences([[leaked]] * 3), view(), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [str(cell) for row in book[callsheet.CALLS_SHEET].iter_rows(values_only=True) for cell in row]
    assert not any("900999" in cell for cell in cells)
    assert any(HOLD in cell for cell in cells)


def test_outcome_and_code_are_chosen_from_lists(tmp_path: Path) -> None:
    book = opened(absences(), tmp_path)
    checks = {str(one.sqref): one for one in book[callsheet.CALLS_SHEET].data_validations.dataValidation}
    assert checks["J7:J8"].formula1 == f'"{",".join([*columns.OUTCOMES, columns.NOT_CALLED])}"'
    assert checks["K7:K8"].formula1 == "Codes!$A$2:$A$99"
    assert checks["L7:L8"].type == "time"
    codes = [row[0] for row in book[callsheet.CODES_SHEET].iter_rows(min_row=2, values_only=True)]
    assert {"I", "M", "O", "C1"} <= set(codes)
    assert {"N", "Y", "H"} & set(codes) == set()


def test_only_what_is_to_be_filled_in_can_be_changed(tmp_path: Path) -> None:
    sheet = opened(absences(), tmp_path)[callsheet.CALLS_SHEET]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert [cell.protection.locked for cell in sheet[7]] == [True] * 9 + [False] * 5 + [True] * 4


def test_it_prints_on_a4_with_its_headings_on_every_page(tmp_path: Path) -> None:
    sheet = opened(absences(), tmp_path)[callsheet.CALLS_SHEET]
    assert sheet.print_title_rows == "$6:$6"
    assert sheet.print_area == "'Call sheet'!$A$1:$N$8"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.freeze_panes == "B7"


def test_nobody_to_ring_is_a_sheet_too(tmp_path: Path) -> None:
    assert calls(opened(absences(known=(True, True)), tmp_path)) == []


def test_every_hostile_name_is_text(tmp_path: Path) -> None:
    drawn = absences(known=(False,) * len(EVIL))
    cells = [cell for row in opened(drawn, tmp_path)[callsheet.CALLS_SHEET].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_the_same_morning_is_the_same_bytes(tmp_path: Path) -> None:
    write_call_sheet(absences(), view(), tmp_path / "a.xlsx")
    write_call_sheet(absences(), view(), tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_those_to_ring_come_first_and_every_section_is_named_with_its_number(tmp_path: Path) -> None:
    drawn = absences(known=(False, False, True, False))
    drawn = replace(
        drawn,
        rows=drawn.rows.with_columns(
            code=pl.Series(["N", "N", "O", "N"]), on_site=pl.Series([True, False, False, False])
        ),
    )
    book = opened(drawn, tmp_path)
    assert [(row[columns.KEY], row["Section"]) for row in calls(book)] == [
        ("001001", "To ring"),
        ("001003", "To ring"),
        ("001000", "On site now"),
        ("001002", "Marked O"),
    ]
    said = " ".join(str(row[0]) for row in book[callsheet.CALLS_SHEET].iter_rows(max_row=6, values_only=True))
    assert "To ring, 2: ring from the top. On site now, 1: " in said
    assert "Marked O, 1: " in said


def filled(path: Path) -> bytes:
    book = openpyxl.load_workbook(path)
    book[callsheet.CALLS_SHEET]["M7"] = "J. Okafor"
    book.save(path)
    return path.read_bytes()


def test_a_sheet_that_was_filled_in_stays_and_the_next_has_a_name_of_its_own(tmp_path: Path) -> None:
    path, second = tmp_path / "call-sheet.xlsx", tmp_path / "call-sheet (2).xlsx"
    assert write_call_sheet(absences(), view(), path) == (path,)
    assert write_call_sheet(absences(known=(True, False)), view(), path) == (path,)  # nobody touched it
    first = filled(path)
    assert write_call_sheet(absences(), view(), path) == (second, path)
    assert write_call_sheet(absences(), view(), path) == (second, path)
    filled(second)
    assert write_call_sheet(absences(), view(), path) == (tmp_path / "call-sheet (3).xlsx", path, second)
    assert path.read_bytes() == first


def test_what_is_not_a_workbook_any_more_stays_too(tmp_path: Path) -> None:
    (tmp_path / "call-sheet.xlsx").write_bytes(b"another program's")
    written, kept = write_call_sheet(absences(), view(), tmp_path / "call-sheet.xlsx")
    assert (written.name, kept.read_bytes()) == ("call-sheet (2).xlsx", b"another program's")
