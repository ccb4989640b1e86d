import csv
import io
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.drawn import EVIL, report, view

from attendkit.documents.separated import csv_bytes, csv_text, safe
from attendkit.findings import Column, Kind


def test_headings_then_rows_with_iso_dates_and_bare_numbers() -> None:
    text = csv_text(report(says=["", "x"]), view((("Adeyemi", "Amy"), ("O'Brien", "Bo"))))
    assert text == (
        "Pupil,Tutor group,Date,Session,Mark,Sessions missed,Attendance,Overdue,Why\r\n"
        '"Adeyemi, Amy",7/A:1,2026-11-09,AM,N,1234,93.33,Yes,\r\n'
        '"O\'Brien, Bo",8/B:1,2026-11-09,PM,no mark,1235,93.33,No,x\r\n'
    )


def test_a_heading_has_plain_spaces_only() -> None:
    columns = (Column("sessions", "In hand to Fri\u00a018\u00a0Dec", Kind.NUMBER),)
    assert csv_text(replace(report(), columns=columns), view()).startswith("In hand to Fri 18 Dec\r\n")


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert csv_bytes(report(), view()).startswith(b"\xef\xbb\xbfPupil,")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n=", "＝", "\u200e="])
def test_text_that_starts_a_formula_is_held_back(start: str) -> None:
    assert safe(f"{start}cmd|'/c calc'!A1").startswith("'")


@pytest.mark.parametrize("text", ["O'Brien", "7/A:1", "(none)", "1-2", "", "a=b"])
def test_other_text_is_left_alone(text: str) -> None:
    assert safe(text) == text


def test_a_number_that_we_made_may_be_below_nothing() -> None:
    text = csv_text(report(percent=["-0.50", "1.00"], sessions=[-3, 4]), view())
    assert ",-3,-0.50," in text
    points = replace(report(gap=["-1.2", "0.4"]), columns=(Column("gap", "Gap", Kind.POINTS),))
    assert csv_text(points, view()) == "Gap\r\n-1.2\r\n0.4\r\n"


def test_several_lines_become_one() -> None:
    assert "Mrs Day 01; Mr Day 02" in csv_text(report(says=["Mrs Day 01\nMr Day 02", ""]), view())


def test_no_cell_of_a_hostile_report_starts_a_formula() -> None:
    names = csv.reader(io.StringIO(csv_text(report(pupil=range(len(EVIL))), view())))
    cells = [cell for row in names for cell in row]
    assert [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}] == []
    assert len([cell for cell in cells if cell.startswith("'")]) == 2 + len(EVIL)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_starts_a_formula(text: str) -> None:
    assert safe(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}


def test_it_reads_back_as_it_was() -> None:
    names = (("Adeyemi", 'Amy "A"'), ("Day, the", "Bo"), ("王", "小明"))
    frame = pl.read_csv(csv_bytes(report(pupil=range(3), code=["N"] * 3), view(names)))
    assert frame["Pupil"].to_list() == ['Adeyemi, Amy "A"', "Day, the, Bo", "王, 小明"]
    assert frame["Sessions missed"].to_list() == [1234, 1235, 1236]
