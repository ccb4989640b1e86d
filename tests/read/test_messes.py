"""Rows and cells as exports really have them: what is read, what is refused, and where."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from tests.read.written import (
    AM,
    LONG,
    ON,
    ONE_WEEK,
    PM,
    PUPILS,
    assert_holds,
    assert_same_marks,
    csv_file,
    long_rows,
    read,
    school,
    text,
    xlsx_file,
)

from attendkit.read import Export, read_exports
from attendkit.school import CodeMapping, Profile

HEAD = ["Adno", "UPN", "Surname", "Forename", "Reg", "Date", "Session", "Mark", "Minutes Late", "Comments"]
ME = PUPILS[0]


def row(mark: str = "/", day: str = "14/09/2026", half: str = AM, **cells: str) -> list[str]:
    """One good row, with some of its cells changed."""
    good = dict(
        zip(HEAD, [ME.adno, ME.upn, ME.surname, ME.forename, ME.tutor, day, half, mark, "", ""], strict=True)
    )
    return list((good | {name.replace("_", " "): value for name, value in cells.items()}).values())


def problems(export: Export) -> list[tuple[int | None, str, str, str]]:
    return [(p.row, p.column, p.value, p.reason) for p in export.errors]


def warnings(export: Export) -> list[tuple[int | None, str, str, str]]:
    return [(p.row, p.column, p.value, p.reason) for p in export.warnings]


def written(tmp_path: Path, *rows: Sequence[str]) -> Path:
    """A file of these rows, with one more that proves its dates."""
    return csv_file(tmp_path / "marks.csv", [HEAD, *rows, row("\\", "25/09/2026", PM)])


@pytest.mark.parametrize(
    "mark",
    [
        "ZZ",
        "H",
        "J",
        "Y",
        "F",
        "0",
        "7",
        "=",
        "!",
        "@",
        "?",
        "*",
        "L/N",
        "/ ->N",
        "I*",
        "\\\\",
        "N/A",
        "NN",
        "/ \\",
    ],
)
def test_what_is_not_a_code_is_refused_and_never_counted(tmp_path: Path, mark: str) -> None:
    export = read(written(tmp_path, row(mark)))
    assert problems(export) == [(2, "Mark", mark, "unknown_code")]
    assert export.outcome == "load_with_errors"
    assert (export.marks, export.missing, export.quarantined) == (1, 0, 1)


@pytest.mark.parametrize(
    ("mark", "successor"), [("J", "J1"), ("Y", "Y1 to Y7"), ("H", "C or G"), ("F", "C or G")]
)
def test_a_code_that_ended_names_what_replaced_it(tmp_path: Path, mark: str, successor: str) -> None:
    (problem,) = read(written(tmp_path, row(mark))).errors
    assert successor in problem.message
    assert "profiles" in problem.remedy


def test_a_code_is_read_by_the_table_of_its_own_day(tmp_path: Path) -> None:
    rows = [row("J", "01/03/2024"), row("H", "04/03/2024"), row("Y4", "05/03/2024"), row("J", "02/09/2024")]
    export = read(written(tmp_path, *rows))
    assert problems(export) == [(4, "Mark", "Y4", "unknown_code"), (5, "Mark", "J", "unknown_code")]
    assert export.by_code == {"H": 1, "J": 1, "\\": 1}
    assert export.totals["present"] == 2, "J was attendance until 18 August 2024"


@pytest.mark.parametrize(
    ("mark", "code", "warned"),
    [
        ("n", "N", True),
        ("／", "/", True),
        ("＃", "#", True),
        ("j1", "J1", True),
        (" N", "N", False),
        ("L\xa0", "L", False),
        ("N - No reason", "N", False),
        ("/ Present (AM)", "/", False),
        ("C1 - Performance", "C1", False),
        ("'/", "/", True),
    ],
)
def test_marks_that_only_need_tidying(tmp_path: Path, mark: str, code: str, warned: bool) -> None:  # noqa: FBT001
    export = read(written(tmp_path, row(mark)))
    assert export.outcome == "load"
    assert export.by_code == {code: 1, "\\": 1}
    assert warnings(export) == ([(2, "Mark", mark, "code_normalised")] if warned else [])


@pytest.mark.parametrize("mark", ["", "-", "–", "—", "\xa0", "   "])
def test_marks_that_are_missing(tmp_path: Path, mark: str) -> None:
    export = read(written(tmp_path, row(mark)))
    assert (export.marks, export.missing, export.errors) == (1, 1, ())
    assert export.totals["possible"] == 1


def test_spreadsheet_errors_in_text_are_not_closures(tmp_path: Path) -> None:
    marks = ["#N/A", "#NAME?", "#REF!", "#DIV/0!", "########", "#"]
    days = [f"{14 + n}/09/2026" for n in range(5)] + ["21/09/2026"]
    export = read(written(tmp_path, *(row(m, d) for m, d in zip(marks, days, strict=True))))
    assert problems(export) == [(n + 2, "Mark", m, "excel_error") for n, m in enumerate(marks[:5])]
    assert export.by_code == {"#": 1, "\\": 1}


def test_cells_that_a_workbook_turned_into_something_else(tmp_path: Path) -> None:
    marks = ["/", datetime(2026, 1, 1), 0, 1.5, True, "#N/A", "#DIV/0!", "\\", 7]  # noqa: DTZ001
    rows = [[*row()[:5], date(2026, 9, 14 + n), AM, mark, None, None] for n, mark in enumerate(marks)]
    export = read(xlsx_file(tmp_path / "marks.xlsx", Marks=[HEAD, *rows]))
    assert [(p.row, p.reason) for p in export.errors] == [
        (3, "excel_date"),
        (4, "excel_number"),
        (5, "excel_number"),
        (6, "excel_boolean"),
        (7, "excel_error"),
        (8, "excel_error"),
        (10, "excel_number"),
    ]
    assert (export.marks, export.quarantined) == (2, 7)


@pytest.mark.parametrize(
    "day", ["31/09/2026", "", "09/21/2026", "Wednesday", "00/09/2026", "Tue 14 Sep 2026", "TRUE"]
)
def test_dates_that_are_no_dates(tmp_path: Path, day: str) -> None:
    good = [row("/", f"{n}/09/2026") for n in (15, 16, 17, 18, 21, 22, 23, 24)]
    export = read(written(tmp_path, row("/", day), *good))
    assert problems(export) == [(2, "Date", day, "bad_date")]
    assert export.marks == 9


@pytest.mark.parametrize("day", ["14/09/1926", "14/09/2062", "14/09/99"])
def test_dates_out_of_range(tmp_path: Path, day: str) -> None:
    assert problems(read(written(tmp_path, row("/", day)))) == [(2, "Date", day, "date_out_of_range")]


def test_weekends_and_days_to_come_load_with_a_warning(tmp_path: Path) -> None:
    export = read(
        written(
            tmp_path,
            row("P", "19/09/2026"),
            row("C", "24/11/2026"),
            row("#", "20/09/2026"),
            row("-", "26/09/2026"),
        ),
        on=ON,
    )
    assert export.outcome == "load"
    assert warnings(export) == [
        (2, "Date", "19/09/2026", "weekend_date"),
        (3, "Date", "24/11/2026", "future_date"),
    ]


def test_the_day_itself_is_not_to_come(tmp_path: Path) -> None:
    assert read(written(tmp_path, row("/", "23/11/2026")), on=ON).warnings == ()


@pytest.mark.parametrize("half", ["Lunch", "", "P", "AM/PM", "24:00"])
def test_sessions_that_are_neither_half(tmp_path: Path, half: str) -> None:
    export = read(written(tmp_path, row(half=half), row(half=AM, day="15/09/2026")))
    if half == "P":
        assert export.errors == ()  # P beside AM and PM can only be the afternoon
    else:
        assert problems(export) == [(2, "Session", half, "bad_session")]


@pytest.mark.parametrize("minutes", ["abc", "-5", "12 mins", "9999"])
def test_minutes_that_are_no_number(tmp_path: Path, minutes: str) -> None:
    export = read(written(tmp_path, row("L", Minutes_Late=minutes)))
    assert export.outcome == "load"
    assert warnings(export) == [(2, "Minutes Late", minutes, "bad_minutes")]
    assert export.delta is not None
    assert export.delta.marks["minutes"].null_count() == 2


def test_minutes_belong_to_l_and_u_only(tmp_path: Path) -> None:
    rows = [
        row("L", Minutes_Late="12"),
        row("U", "15/09/2026", Minutes_Late="45"),
        row("N", "16/09/2026", Minutes_Late="20"),
        row("/", "17/09/2026", Minutes_Late="0"),
    ]
    export = read(written(tmp_path, *rows))
    assert warnings(export) == [(4, "Minutes Late", "20", "minutes_without_late")]
    assert export.delta is not None
    assert export.delta.marks["minutes"].drop_nulls().to_list() == [12, 45]


def test_a_row_that_ends_early_is_refused(tmp_path: Path) -> None:
    export = read(written(tmp_path, row()[:4], row(day="15/09/2026")))
    assert problems(export) == [(2, "", "", "short_row")]
    assert export.errors[0].message == "4 of 10 cells"
    assert export.rows_read == 3


def test_rows_that_excel_left_the_empty_end_off_are_whole(tmp_path: Path) -> None:
    made = school(61, days=ONE_WEEK)
    header, *rows = long_rows(made)
    export = read(csv_file(tmp_path / "marks.csv", [[*header, "Minutes", "Comments"], *rows]))
    assert export.outcome == "load"
    assert_holds(export, made)


def test_an_unquoted_comma_in_a_last_comment_costs_nothing(tmp_path: Path) -> None:
    lines = text([HEAD, row(), row("I", "15/09/2026", Comments="poorly")]).replace(
        "poorly", "ill, says mum, again"
    )
    path = tmp_path / "marks.csv"
    path.write_text(lines, encoding="utf-8", newline="")
    export = read(path)
    assert warnings(export) == [(3, "Comments", "ill, says mum, again", "extra_cells")]
    assert export.warnings[0].message == "12 cells, header has 10"
    assert export.delta is not None
    assert export.delta.marks["comment"].to_list() == [None, "ill, says mum, again"]


def test_an_unquoted_comma_before_the_mark_is_refused_because_the_mark_has_moved(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(
        "Adno,Comments,Date,Session,Mark\r\n1,ill, says mum,15/09/2026,AM,I\r\n1,,16/09/2026,AM,/\r\n",
        encoding="utf-8",
        newline="",
    )
    export = read(path)
    assert [(p.row, p.reason) for p in export.errors] == [(2, "extra_cells")]
    assert (export.marks, export.quarantined) == (1, 1)


@pytest.mark.parametrize("cut", [1, 8, 25], ids=["in the comment", "in the mark's quotes", "in the date"])
def test_a_file_cut_off_in_its_last_row_does_not_load_it(tmp_path: Path, cut: int) -> None:
    import csv  # noqa: PLC0415

    whole = text(
        [HEAD, row(), row("I", "15/09/2026", Comments="Ill, mum rang at 08:45")], quoting=csv.QUOTE_ALL
    )
    path = tmp_path / "marks.csv"
    path.write_text(whole[: -(2 + cut)], encoding="utf-8", newline="")
    export = read(path)
    assert export.marks == 1
    assert [p.row for p in export.errors] == [3]
    assert export.errors[0].reason in {"truncated", "short_row"}


def test_a_comment_over_several_lines_keeps_the_spreadsheet_rows(tmp_path: Path) -> None:
    export = read(written(tmp_path, row("I", Comments="Rang\r\ntwice\nand again"), row("ZZ", "15/09/2026")))
    assert problems(export) == [(3, "Mark", "ZZ", "unknown_code")]
    assert export.delta is not None
    assert export.delta.marks["row"].to_list() == [2, 4]


def test_formulas_in_comments_stay_text(tmp_path: Path) -> None:
    comments = ["=1+1", "+44 1632", "-2+3", "@SUM(1)", "\t=1"]
    export = read(
        written(tmp_path, *(row("I", f"{15 + n}/09/2026", Comments=c) for n, c in enumerate(comments)))
    )
    assert export.delta is not None
    assert export.delta.marks["comment"].drop_nulls().to_list() == [c.strip() for c in comments]


def test_rows_that_start_with_a_hash_are_rows(tmp_path: Path) -> None:
    made = school(62, days=ONE_WEEK, odd=0)
    for key in list(made.marks)[::4]:
        made.marks[key] = "#"
    columns = {"Mark": LONG["Mark"], **{k: v for k, v in LONG.items() if k != "Mark"}}
    assert_holds(read(csv_file(tmp_path / "marks.csv", long_rows(made, columns))), made)


def test_identifiers_names_and_groups_that_look_like_numbers_stay_text(tmp_path: Path) -> None:
    people = [
        ("1E5", "Null", "NA"),
        ("0012", "Nan", "7E1"),
        ("12", "N/A", "1-2"),
        ("#45", "True", "MAR1"),
        ("007", "None", "10/11"),
    ]
    rows = [[adno, name, "Ann", reg, "14/09/2026", AM, "/"] for adno, name, reg in people]
    export = read(
        csv_file(
            tmp_path / "marks.csv", [["Adno", "Surname", "Forename", "Reg", "Date", "Session", "Mark"], *rows]
        )
    )
    assert export.outcome == "load"
    assert export.warnings == ()
    assert export.delta is not None
    assert export.delta.pupils.select("adno", "surname", "tutor").rows() == people


@pytest.mark.parametrize(("group", "reason"), [("7.00E+01", "excel_number"), ("01-Feb", "excel_date")])
def test_a_tutor_group_that_excel_changed_is_warned_of(tmp_path: Path, group: str, reason: str) -> None:
    export = read(written(tmp_path, row(Reg=group, day="15/09/2026")))
    assert warnings(export) == [(2, "Reg", group, reason)]
    assert export.marks == 2


def test_names_composed_and_decomposed_are_one_pupil(tmp_path: Path) -> None:
    made = school(63, days=ONE_WEEK)
    columns = {
        "Surname": lambda m: unicodedata.normalize("NFD" if m.half == AM else "NFC", m.pupil.surname).replace(
            "’", "'" if m.half == AM else "’"
        ),
        "Forename": lambda m: unicodedata.normalize("NFD" if m.day.day % 2 else "NFC", m.pupil.forename),
        **{name: LONG[name] for name in ("Reg", "Date", "Session", "Mark")},
    }
    export = read(csv_file(tmp_path / "marks.csv", long_rows(made, columns)))
    assert export.outcome == "load"
    assert_holds(export, made)


def test_agreeing_rows_are_one_mark_and_disagreeing_ones_none(tmp_path: Path) -> None:
    rows = [
        row("/", "14/09/2026"),
        row("/", "14/09/2026", Reg="Nurture"),
        row("/", "15/09/2026"),
        row("B", "15/09/2026", Reg="Nurture"),
        row("-", "16/09/2026"),
        row("V", "16/09/2026"),
    ]
    export = read(written(tmp_path, *rows))
    assert problems(export) == [
        (4, "Mark", "/", "duplicate_conflict"),
        (5, "Mark", "B", "duplicate_conflict"),
    ]
    assert [p.message for p in export.errors] == ["row 5 says B", "row 4 says /"]
    assert [(r, reason) for r, _, _, reason in warnings(export)] == [
        (3, "duplicate_same"),
        (6, "duplicate_same"),
    ]
    assert (export.marks, export.repeated, export.quarantined) == (3, 2, 2)


def test_three_rows_of_one_session_that_do_not_agree_are_all_refused(tmp_path: Path) -> None:
    export = read(written(tmp_path, row("/"), row("/"), row("N")))
    assert [p.row for p in export.errors] == [2, 3, 4]
    assert [p.message for p in export.errors] == ["row 4 says N", "row 4 says N", "row 2 says /"]


def _twins(tmp_path: Path, *columns: str) -> Path:
    twin = {"Surname": "Okafor", "Forename": "Ada", "Date": "14/09/2026", "DOB": "02/03/2014"}
    rows = []
    for group, born, marks in (("8A1", "02/03/2013", "/N"), ("8A2", "14/05/2013", "I\\")):
        for half, mark in zip((AM, PM), marks, strict=True):
            cells = {**twin, "Reg": group, "DOB": born, "Session": half, "Mark": mark}
            rows.append([cells[name] for name in columns])
    return csv_file(tmp_path / "twins.csv", [list(columns), *rows])


def test_two_pupils_of_one_name_are_told_apart_by_group_or_birth(tmp_path: Path) -> None:
    for key in ("Reg", "DOB"):
        export = read(_twins(tmp_path, "Surname", "Forename", key, "Date", "Session", "Mark"))
        assert (export.pupils, export.marks, export.errors) == (2, 4, ())


def test_two_pupils_of_one_name_and_nothing_else_are_both_refused(tmp_path: Path) -> None:
    export = read(_twins(tmp_path, "Surname", "Forename", "Date", "Session", "Mark"))
    assert [(p.row, p.reason) for p in export.errors] == [(n, "ambiguous_pupil") for n in (2, 3, 4, 5)]
    assert (export.marks, export.quarantined) == (0, 4)


def test_a_row_about_nobody_is_refused(tmp_path: Path) -> None:
    export = read(written(tmp_path, row(Adno="", UPN="", Surname="", Forename="")))
    assert problems(export) == [(2, "UPN", "", "no_pupil_key")]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ("A" + ME.upn[1:], "upn_check_letter"),
        (ME.upn[:-1], "upn_format"),
        (ME.upn.replace("9", "O", 1), "upn_format"),
    ],
)
def test_a_damaged_upn_is_a_warning_while_something_else_says_who_it_is(
    tmp_path: Path, changed: str, reason: str
) -> None:
    export = read(written(tmp_path, row(UPN=changed)))
    assert warnings(export) == [(2, "UPN", changed, reason)]
    assert (export.pupils, export.marks) == (1, 2)
    assert export.delta is not None
    assert export.delta.pupils["upn"].to_list() == [ME.upn]


def test_a_upn_in_lower_case_with_spaces_is_the_same_upn(tmp_path: Path) -> None:
    export = read(written(tmp_path, row(UPN=f" {ME.upn[:4].lower()} {ME.upn[4:]}", Adno="")))
    assert (export.pupils, export.warnings) == (1, ())


def test_american_dates_that_nothing_proves_are_asked_about(tmp_path: Path) -> None:
    made = school(64, days=[date(2026, 9, 7 + n) for n in range(5)])
    columns = {**LONG, "Date": lambda m: f"{m.day:%m/%d/%Y}"}
    path = csv_file(tmp_path / "us.csv", long_rows(made, columns))
    asked = read(path)
    assert (asked.outcome, asked.question, asked.delta) == ("needs_answer", "date_order", None)
    assert "--dates" in asked.explanation
    assert_same_marks(read(path, dates="mdy"), made)


def test_a_profile_answers_for_every_file_its_glob_fits(tmp_path: Path) -> None:
    made = school(65, days=[date(2026, 9, 7 + n) for n in range(5)])
    columns = {
        "Who": LONG["Adno"],
        "When": lambda m: f"{m.day:%m/%d/%Y}",
        "Half": lambda m: "Reg" if m.half == AM else "Tut",
        "What": lambda m: {"I": "*", "": "?", "-": "?"}.get(m.code, m.code),
    }
    path = csv_file(tmp_path / "Odd-2026.csv", long_rows(made, columns))
    profile = Profile(
        files="odd*.csv",
        headers={"Who": "adno", "When": "date", "Half": "session", "What": "mark"},
        codes={"*": CodeMapping(to="I")},
        missing=("?",),
        dates="mdy",
        sessions={"Reg": "AM", "Tut": "PM"},
    )
    export = read_exports([path], profiles={"odd": profile}, on=ON)[0]
    assert export.outcome == "load"
    assert_same_marks(export, made)
    assert read(path).outcome == "reject"


def test_a_profile_may_map_a_code_that_ended(tmp_path: Path) -> None:
    path = written(tmp_path, row("J"), row("Y", "15/09/2026"))
    profile = Profile(codes={"J": CodeMapping(to="J1"), "Y": CodeMapping(to="Y7")})
    export = read_exports([path], profiles={"ours": profile}, on=ON)[0]
    assert export.by_code == {"J1": 1, "Y7": 1, "\\": 1}


def test_a_mapping_to_no_code_is_refused(tmp_path: Path) -> None:
    profile = Profile(codes={"@": CodeMapping(to="Absent")})
    export = read_exports([written(tmp_path, row("@"))], profiles={"ours": profile}, on=ON)[0]
    assert [p.reason for p in export.errors] == ["unknown_code"]


def test_a_1904_workbook_is_read_on_its_own_calendar(tmp_path: Path) -> None:
    made = school(66, days=ONE_WEEK)
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    header, *rows = long_rows(made)
    sheet.append(header)
    at = header.index("Date")
    for n, cells in enumerate(rows):
        day = datetime.strptime(cells[at], "%d/%m/%Y")  # noqa: DTZ007
        serial = (day.date() - date(1904, 1, 1)).days
        sheet.append([*cells[:at], serial if n % 2 else day, *cells[at + 1 :]])
    book.save(tmp_path / "mac.xlsx")
    export = read(tmp_path / "mac.xlsx")
    assert export.outcome == "load"
    assert_same_marks(export, made)


def test_hidden_rows_load_and_hidden_sheets_do_not(tmp_path: Path) -> None:
    made = school(67, days=ONE_WEEK)
    path = xlsx_file(
        tmp_path / "marks.xlsx",
        Codes=[["Code", "Meaning"], ["/", "Present"]],
        Marks=long_rows(made),
        Old=long_rows(school(68)),
    )
    book = openpyxl.load_workbook(path)
    book["Codes"].sheet_state = "hidden"
    book["Old"].sheet_state = "hidden"
    book["Marks"].row_dimensions[5].hidden = True
    book["Marks"].column_dimensions["B"].hidden = True
    book.save(path)
    export = read(path)
    assert export.sheets == ("Marks",)
    assert_holds(export, made)
    assert any("hidden" in remark for remark in export.remarks)


def test_mixed_line_ends_nul_and_ctrl_z_lose_nothing(tmp_path: Path) -> None:
    made = school(69, days=ONE_WEEK)
    lines = text(long_rows(made)).split("\r\n")[:-1]
    ends = ["\r\n", "\n", "\r"]
    body = "".join(line + ends[n % 3] for n, line in enumerate(lines)) + "\x1a"
    path = tmp_path / "marks.csv"
    path.write_bytes(body.replace(ME.forename, f"{ME.forename}\0", 1).encode())
    export = read(path)
    assert_holds(export, made)
    assert export.outcome == "load"


def test_no_problem_ever_says_a_name(tmp_path: Path) -> None:
    export = read(_twins(tmp_path, "Surname", "Forename", "Date", "Session", "Mark"))
    said = " ".join(f"{p.message} {p.remedy} {p.value}" for p in (*export.errors, *export.warnings))
    assert "Okafor" not in said
    assert "Ada" not in said


def test_guests_load_and_are_mentioned(tmp_path: Path) -> None:
    rows = [[*row(), "Guest"], [*row(Adno="006199", UPN=""), "C"]]
    export = read(csv_file(tmp_path / "marks.csv", [[*HEAD, "Enrolment Status"], *rows]))
    assert export.marks == 2
    assert [remark for remark in export.remarks if "Guests" in remark] == [
        "Guests and subsidiary registrations: 1. Their main school counts them."
    ]


def test_the_surest_of_several_headings_is_read_wherever_it_stands(tmp_path: Path) -> None:
    header = [
        "Preferred Surname",
        "Class",
        "Period",
        "Legal Surname",
        "Forename",
        "Reg",
        "Date",
        "Session",
        "Mark",
        "Adno",
    ]
    rows = [["Quill", "7x/Ma1", "P1", "Quillfeather", "Odette", "7B1", "14/09/2026", "AM", "/", "1"]]
    export = read(csv_file(tmp_path / "marks.csv", [header, *rows]))
    assert export.marks == 1
    assert export.delta is not None
    assert export.delta.pupils.select("surname", "tutor").rows() == [("Quillfeather", "7B1")]


@pytest.mark.parametrize(
    ("periods", "marks", "missing", "lessons"),
    [
        (("AM", "1", "2", "PM"), 0, 2, 2),  # AM and PM are blank: lessons never stand in for them
        (("AM", "2"), 1, 1, 0),  # 2 is the afternoon where nobody has both
        (("AM", "Lesson 1 AM", "PM"), 0, 2, 1),
    ],
)
def test_lessons_never_fill_a_session(
    periods: tuple[str, ...], marks: int, missing: int, lessons: int, tmp_path: Path
) -> None:
    blank = {"AM", "PM"} if lessons else {"AM"}
    rows = [f"004501,07/09/2026,{period},{'-' if period in blank else '/'}" for period in periods]
    path = tmp_path / "marks.csv"
    path.write_text("\n".join(["Adno,Date,Session,Mark", *rows, ""]), encoding="utf-8")
    found = read_exports([path])[0]
    assert (found.marks, found.missing, found.lesson_marks) == (marks, missing, lessons)


@pytest.mark.parametrize("day", ["07/09/2026", "Mon"])
@pytest.mark.parametrize(
    ("periods", "sessions"), [(("1", "2"), 2), (("1", "2", "3"), 0), (("AM", "1", "PM"), 2)]
)
def test_numbered_heads_are_sessions_only_where_there_are_two(
    day: str, periods: tuple[str, ...], sessions: int, tmp_path: Path
) -> None:
    heads = ",".join(f"{day} {period}" for period in periods)
    week = ",W/C" if day == "Mon" else ""
    row = "004501" + (",07/09/2026" if week else "") + ",/" * len(periods)
    path = tmp_path / "marks.csv"
    path.write_text(f"Adno{week},{heads}\n{row}\n", encoding="utf-8")
    found = read_exports([path])[0]
    assert found.marks == sessions


def test_a_tutor_group_in_the_title_does_not_hide_its_untaken_register(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(
        "7A1\nReg,Adno,Surname,Forename,07/09/2026 AM,07/09/2026 PM\n"
        "7A1,004501,Fenwick,Ada,-,-\n7A1,004502,Fenwick,Bea,-,-\n",
        encoding="utf-8",
    )
    found = read_exports([path])[0]
    assert (found.pupils, found.missing) == (2, 4)


def test_a_table_with_every_cell_quoted_and_tabs_between_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "marks.txt"
    rows = [("Adno", "Date", "Session", "Mark"), ("004501", "07/09/2026", "AM", "/")]
    path.write_text(
        "".join("\t".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows), encoding="utf-8"
    )
    assert read_exports([path])[0].marks == 1


def _lines(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "made.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("days", [("26-09-17",), ("26-09-23", "26-09-24", "26-09-25")])
def test_a_year_of_two_digits_in_front_is_not_taken_for_a_day(tmp_path: Path, days: tuple[str, ...]) -> None:
    export = read(_lines(tmp_path, "Adno,Date,Session,Mark", *(f"004501,{day},AM,/" for day in days)))
    assert (export.marks, [problem.reason for problem in export.errors]) == (0, ["bad_date"] * len(days))


@pytest.mark.parametrize("days", [("17-09-26",), ("22-09-26", "23-09-26"), ("25-09-25", "25-09-25")])
def test_a_year_of_two_digits_at_the_end_is_read(tmp_path: Path, days: tuple[str, ...]) -> None:
    export = read(_lines(tmp_path, "Adno,Date,Session,Mark", *(f"004501,{day},AM,/" for day in days)))
    assert export.outcome == "load"


@pytest.mark.parametrize(("hour", "loaded"), [("23:00:00", 0), ("22:59:59", 1), ("00:00:00", 1)])
def test_an_hour_before_midnight_by_greenwich_is_no_sure_date(tmp_path: Path, hour: str, loaded: int) -> None:
    line = f"004501,2026-09-07T{hour}+00:00,AM,/"
    assert read(_lines(tmp_path, "Adno,Date,Session,Mark", line)).marks == loaded


def test_two_pupils_by_noughts_alone_are_pointed_out(tmp_path: Path) -> None:
    head = "Adno,Surname,Date,Session,Mark"
    export = read(_lines(tmp_path, head, "004501,Orchard,14/09/2026,AM,/", "4501,Orchard,14/09/2026,PM,/"))
    assert [(w.row, w.reason, w.value) for w in export.warnings] == [(3, "adno_zeros", "4501")]
    export = read(_lines(tmp_path, head, "004501,Orchard,14/09/2026,AM,/", "4501,Plum,14/09/2026,PM,/"))
    assert not export.warnings


def test_a_session_on_another_weekday_is_pointed_out(tmp_path: Path) -> None:
    rows = ("004501,14/09/2026,Mon AM,/", "004501,15/09/2026,Mon PM,/")
    export = read(_lines(tmp_path, "Adno,Date,Session,Mark", *rows))
    assert [(w.row, w.reason, w.value) for w in export.warnings] == [(3, "other_weekday", "Mon PM")]
