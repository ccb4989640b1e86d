"""Marks in unlikely places: reported or loaded, but never left out without a word."""

from pathlib import Path

import pytest
from tests.read.written import (
    AM,
    ONE_WEEK,
    PM,
    assert_holds,
    assert_same_marks,
    csv_file,
    long_rows,
    read,
    school,
    week_string,
    weeks_of,
    wide_rows,
    xlsx_file,
)

from attendkit.read import Export

_WHO = ("Adno", "Surname", "Forename", "Reg")


def _wide(seed: int) -> list[list[str]]:
    return wide_rows(school(seed, days=ONE_WEEK), lambda d, h: f"{d:%d/%m/%Y} {h}", _WHO)


@pytest.mark.parametrize("heading", ["", "Monday's", "W/C", "Adno", "14/09/2026", "Mark"])
def test_a_column_of_marks_under_a_heading_that_is_no_session(tmp_path: Path, heading: str) -> None:
    rows = _wide(81)
    rows[0][4] = heading
    export = read(csv_file(tmp_path / "wide.csv", rows))
    assert [(p.row, p.column, p.reason) for p in export.errors] == [
        (1, heading or "column E", "unread_marks")
    ]
    assert export.quarantined == 10 - sum(not row[4] for row in rows[1:])
    assert export.marks + export.missing == 90


def test_a_column_beyond_the_header(tmp_path: Path) -> None:
    rows = [[*row, "/" if n else ""] for n, row in enumerate(_wide(82))]
    export = read(csv_file(tmp_path / "wide.csv", rows))
    assert [(p.column, p.reason) for p in export.errors] == [("column O", "unread_marks")]


def test_columns_of_yes_and_no_and_of_numbers_are_not_marks(tmp_path: Path) -> None:
    made = school(83, days=ONE_WEEK)
    rows = wide_rows(made, lambda d, h: f"{d:%d/%m/%Y} {h}", _WHO)
    rows = [
        [*row, *(("Trip?", "Points", "Total /") if n == 0 else ("Y" if n % 2 else "N", "3", "8"))]
        for n, row in enumerate(rows)
    ]
    export = read(csv_file(tmp_path / "wide.csv", rows))
    assert export.outcome == "load"
    assert_holds(export, made)


def test_a_week_of_strings_under_a_heading_that_is_no_date(tmp_path: Path) -> None:
    made = school(84, single=True, odd=0)
    rows = [["Adno", "Surname", *(f"{monday:%d/%m/%Y}" for monday in weeks_of(made)), "Next"]]
    for n, pupil in enumerate(made.pupils):
        strings = [week_string(made, n, monday) for monday in weeks_of(made)]
        rows.append([pupil.adno, pupil.surname, *strings, strings[0]])
    export = read(csv_file(tmp_path / "weeks.csv", rows))
    assert [(p.column, p.reason) for p in export.errors] == [("Next", "unread_marks")]
    assert export.quarantined == 100


def _sorted(rows: list[list[str]]) -> list[list[str]]:
    return [*rows[1:4], rows[0], *rows[4:]]


def test_rows_that_were_sorted_above_their_header_are_read(tmp_path: Path) -> None:
    made = school(85, days=ONE_WEEK)
    for rows in (long_rows(made), wide_rows(made, lambda d, h: f"{d:%d/%m/%Y} {h}", _WHO)):
        export = read(csv_file(tmp_path / "sorted.csv", _sorted(rows)))
        assert export.header_row == 4
        assert_holds(export, made)
        assert_same_marks(export, made)


def test_a_sheet_of_marks_that_has_lost_its_header(tmp_path: Path) -> None:
    made = school(86, days=ONE_WEEK, odd=0)
    rows = long_rows(made)
    export = read(
        xlsx_file(
            tmp_path / "book.xlsx", One=rows, Two=rows[1:], Key=[["/", "Present"], ["\\", "Present PM"]]
        )
    )
    assert [(p.row, p.reason) for p in export.errors] == [(None, "unread_marks")]
    assert export.quarantined == 100
    assert export.marks == 100


def test_a_heading_over_two_columns_is_mentioned(tmp_path: Path) -> None:
    rows = [[*row, row[-1]] for row in long_rows(school(87, days=ONE_WEEK))]
    assert any("'Mark'" in remark for remark in read(csv_file(tmp_path / "marks.csv", rows)).remarks)


@pytest.mark.parametrize("lost", ["Date", "Session", "Mark"])
def test_marks_without_one_of_their_columns_are_not_a_pupil_list(tmp_path: Path, lost: str) -> None:
    rows = long_rows(school(88, days=ONE_WEEK))
    rows[0][rows[0].index(lost)] = "Wibble"
    export = read(csv_file(tmp_path / "marks.csv", rows))
    assert (export.outcome, export.reject_reason) == ("reject", "not_a_table")
    assert f"none for {lost.lower()}" in export.explanation or "no sessions" in export.explanation


def test_a_total_under_the_marks_is_no_mark(tmp_path: Path) -> None:
    made = school(89, days=ONE_WEEK)
    rows = long_rows(made)
    width = len(rows[0])
    export = read(csv_file(tmp_path / "marks.csv", [*rows, ["Total", *[""] * (width - 2), "100"]]))
    assert export.outcome == "load"
    assert_holds(export, made)


def _counted(export: Export) -> int:
    return (
        export.marks
        + export.missing
        + export.quarantined
        + export.repeated
        + export.not_on_roll
        + export.lesson_marks
    )


@pytest.mark.parametrize("seed", range(6))
def test_every_row_of_a_spoiled_file_is_in_one_count(tmp_path: Path, seed: int) -> None:
    made = school(90 + seed, days=ONE_WEEK, odd=0.5)
    rows = long_rows(made)
    spoilt = {3: (5, "32/09/2026"), 9: (6, "Break"), 15: (7, "ZZ"), 21: (0, ""), 27: (5, ""), 33: (6, PM)}
    for at, (column, text) in spoilt.items():
        rows[at][column] = text
    rows.insert(40, rows[41 + seed])
    rows.insert(50, [*rows[51][:6], AM, "E"])
    export = read(csv_file(tmp_path / "marks.csv", rows))
    assert export.rows_read == _counted(export) == len(rows) - 1
    assert export.quarantined == len(export.errors)


def _made(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "made.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "lines",
    [
        ("Adno,Surname,Forename,Reg,S1,S2", "004501,Orchard,Ivo,7B1,/,N", "004502,Orchard,Una,7B1,/,\\"),
        ("Adno,Name,Possible,Present,%,S1 am", "004501,Orchard,3,2,66,/", "004502,Plum,3,2,66,/"),
        (
            "Adno,Name,Possible,Present,%,Week 1",
            *("004501,Orchard,10,10,100,/\\/\\/\\/\\/\\", "004502,Plum,10,0,0,NNNNNNNNNN"),
        ),
    ],
)
def test_marks_under_headings_of_no_date_make_no_list_of_pupils_or_totals(
    tmp_path: Path, lines: tuple[str, ...]
) -> None:
    export = read(_made(tmp_path, *lines))
    assert (export.outcome, export.reject_reason) == ("reject", "unread_marks")
    assert export.errors
    assert export.quarantined == export.rows_read > 0


def test_fractions_and_initials_are_no_marks(tmp_path: Path) -> None:
    export = read(_made(tmp_path, "Adno,Surname,Forename,Reg,Allergy,Set", "004501,Orchard,Ivo,7B1,N/A,B"))
    assert export.outcome == "pupils"


@pytest.mark.parametrize(
    ("head", "cell", "sessions"), [("08/09/2026", "NN", 4), ("Extra", "N", 2), ("Bus", "Number 9", 0)]
)
def test_absences_among_sessions_are_reported_with_no_slash_to_tell_them(
    tmp_path: Path, head: str, cell: str, sessions: int
) -> None:
    lines = [f"00450{n},/,\\,{cell},\\" for n in range(2)]
    export = read(_made(tmp_path, f"Adno,07/09/2026 AM,07/09/2026 PM,{head},09/09/2026 PM", *lines))
    assert (export.marks, export.quarantined) == (6, sessions)
    assert [problem.reason for problem in export.errors] == ["unread_marks"] * bool(sessions)


def test_a_sheet_of_another_layout_is_an_error(tmp_path: Path) -> None:
    long = [["Adno", "Date", "Session", "Mark"], ["004501", "14/09/2026", "AM", "/"]]
    wide = [["Adno", "15/09/2026 AM", "15/09/2026 PM"], ["004501", "N", ""]]
    export = read(xlsx_file(tmp_path / "made.xlsx", first=long, second=wide))
    assert (export.outcome, export.marks, export.quarantined) == ("load_with_errors", 1, 1)
    assert [problem.reason for problem in export.errors] == ["unread_marks"]


def test_a_sheet_that_goes_on_without_headings_is_an_error_whatever_its_codes(tmp_path: Path) -> None:
    long = [["Adno", "Date", "Session", "Mark"], ["004501", "14/09/2026", "AM", "/"]]
    more = [[f"00450{n}", "14/09/2026", "PM", "N"] for n in range(3)]
    export = read(xlsx_file(tmp_path / "made.xlsx", first=long, second=more))
    assert (export.outcome, export.marks, export.quarantined) == ("load_with_errors", 1, 3)


def test_a_sheet_with_the_key_is_no_error(tmp_path: Path) -> None:
    long = [["Adno", "Date", "Session", "Mark"], ["004501", "14/09/2026", "AM", "/"]]
    key = [["/", "Present AM"], ["\\", "Present PM"], ["N", "No reason yet"], ["I", "Illness"]]
    assert read(xlsx_file(tmp_path / "made.xlsx", first=long, second=key)).outcome == "load"
