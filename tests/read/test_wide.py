from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from tests.read.written import (
    AM,
    ONE_WEEK,
    PM,
    School,
    assert_holds,
    assert_same_marks,
    csv_file,
    read,
    school,
    wide_rows,
    xlsx_file,
)

_WHO = ("Adno", "Surname", "Forename", "Reg")

_HEADS: dict[str, Callable[[date, str], str]] = {
    "05/09/2025 AM": lambda d, h: f"{d:%d/%m/%Y} {h}",
    "AM 05/09/2025": lambda d, h: f"{h} {d:%d/%m/%Y}",
    "05/09/2025-am": lambda d, h: f"{d:%d/%m/%Y}-{h.lower()}",
    "05/09/2025AM": lambda d, h: f"{d:%d/%m/%Y}{h}",
    "2025-09-05 (AM)": lambda d, h: f"{d} ({h})",
    "Mon 05 Sep AM": lambda d, h: f"{d:%a %d %b} {h}",
    "Mon 05/09 AM": lambda d, h: f"{d:%a %d/%m} {h}",
    "Mon 05/09/2025 A.M.": lambda d, h: f"{d:%a %d/%m/%Y} {h[0]}.M.",
    "5 September 2025 Morning": lambda d, h: f"{d.day} {d:%B %Y} {'Morning' if h == AM else 'Afternoon'}",
    "05-Sep-25 AM": lambda d, h: f"{d:%d-%b-%y} {h}",
    "46272 AM": lambda d, h: f"{(d - date(1899, 12, 30)).days} {h}",
    "05/09/2025 1": lambda d, h: f"{d:%d/%m/%Y} {1 if h == AM else 2}",
    "05/09/2025 Session 1": lambda d, h: f"{d:%d/%m/%Y} Session {1 if h == AM else 2}",
}


@pytest.mark.parametrize("style", _HEADS)
def test_heads_of_every_kind(tmp_path: Path, style: str) -> None:
    made = school(21)
    export = read(csv_file(tmp_path / "wide.csv", wide_rows(made, _HEADS[style], _WHO)))
    assert export.outcome == "load"
    assert export.layout == "wide"
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_heads_without_a_year_take_it_from_the_period_line(tmp_path: Path) -> None:
    made = school(22, days=[date(2025, 1, 6) + timedelta(days=n) for n in range(5)])
    made.marks = {
        key: code if len(code) == 1 or code in {"C1", "C2", "J1", "Y4"} else "/"
        for key, code in made.marks.items()
    }
    rows = wide_rows(made, lambda d, h: f"{d:%d %b} {h}", _WHO)
    titles = [
        ["Meadowbank School"],
        ["Attendance from 06/01/2025 to 10/01/2025"],
        ["Printed by the office"],
        [],
    ]
    footer = [
        [],
        ["Total present", "", "", "", "9", "8", "10"],
        ["Key: / present AM  \\ present PM"],
        ["10 pupils"],
        ["Signed", "____"],
    ]
    padded = [[*row, "", "", ""] for row in titles + rows + footer]
    export = read(csv_file(tmp_path / "wide.csv", padded))
    assert export.outcome == "load"
    assert export.header_row == 5
    assert export.sessions["first"] == "2025-01-06 AM"
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_heads_without_a_year_anywhere_take_it_from_the_weekday(tmp_path: Path) -> None:
    made = school(23)
    export = read(csv_file(tmp_path / "wide.csv", wide_rows(made, lambda d, h: f"{d:%A %d %B} {h}", _WHO)))
    assert_same_marks(export, made)


def test_heads_with_no_year_and_no_weekday_are_refused_not_guessed(tmp_path: Path) -> None:
    made = school(24, days=ONE_WEEK)
    export = read(csv_file(tmp_path / "wide.csv", wide_rows(made, lambda d, h: f"{d:%d %b} {h}", _WHO)))
    assert export.marks == export.missing == 0
    assert export.quarantined == len(made.marks)
    assert {problem.reason for problem in export.errors} == {"bad_date"}
    assert len(export.errors) == 10, "one for each heading, not one for each cell"


def _two_rows(
    made: School, head: Callable[[date], object], *, merge: bool, path: Path, titles: int = 2
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    for n in range(titles):
        sheet.append([f"Title {n}"])
    top = titles + 1
    sheet.append(["Name", "UPN", "Reg", *(part for day in made.days for part in (head(day), None)), "Total"])
    sheet.append([None, None, None, *([AM, PM] * len(made.days))])
    for n, pupil in enumerate(made.pupils):
        cells = [made.of(n, day, half) or None for day in made.days for half in (AM, PM)]
        sheet.append([f"{pupil.surname}, {pupil.forename}", pupil.upn, pupil.tutor, *cells, "=1+1"])
    if merge:
        for column in range(1, 4):
            sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column, end_column=column)
        for column in range(4, 4 + 2 * len(made.days), 2):
            sheet.merge_cells(start_row=top, end_row=top, start_column=column, end_column=column + 1)
    sheet.append([])
    sheet.append(["Key: / present AM  \\ present PM  N no reason"])
    hidden = book.create_sheet("Codes", 0)
    hidden.append(["Code", "Meaning"])
    hidden.append(["/", "Present"])
    hidden.sheet_state = "hidden"
    book.save(path)
    return path


@pytest.mark.parametrize("merge", [True, False], ids=["merged", "only blank"])
@pytest.mark.parametrize(
    "head",
    [
        lambda d: d,
        lambda d: f"{d:%d/%m/%Y}",
        lambda d: f"{d:%a %d/%m/%Y}",
        lambda d: (d - date(1899, 12, 30)).days,
    ],
    ids=["date cells", "text", "weekday and date", "serials"],
)
def test_a_head_in_two_rows(tmp_path: Path, head: Callable[[date], object], merge: bool) -> None:  # noqa: FBT001
    made = school(25)
    export = read(_two_rows(made, head, merge=merge, path=tmp_path / "two.xlsx"))
    assert export.outcome == "load"
    assert export.header_row == [3, 4]
    assert export.sheets == ("Register",)
    assert_holds(export, made)
    assert export.delta is not None
    assert export.delta.pupils["surname"].to_list() == [p.surname for p in made.pupils]


def test_a_head_in_two_rows_of_text(tmp_path: Path) -> None:
    made = school(26)
    rows = wide_rows(made, lambda _, half: half, _WHO)
    dates = ["", "", "", "", *(part for day in made.days for part in (f"{day:%d/%m/%Y}", ""))]
    export = read(csv_file(tmp_path / "two.csv", [["Register"], dates, *rows]))
    assert export.header_row == [2, 3]
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_weeks_on_several_sheets_are_one_register(tmp_path: Path) -> None:
    made = school(27)
    sheets = {}
    for n, start in enumerate((0, 5)):
        week = School(made.marks, days=made.days[start : start + 5])
        sheets[f"Week {n + 1}"] = [
            ["Meadowbank"],
            [],
            *wide_rows(week, lambda d, h: f"{d:%a %d/%m/%Y} {h}", _WHO),
        ]
    export = read(xlsx_file(tmp_path / "weeks.xlsx", **sheets, Notes=[["Ask the office"]]))
    assert export.outcome == "load"
    assert export.sheets == ("Week 1", "Week 2")
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_a_problem_says_which_of_several_sheets_it_is_on(tmp_path: Path) -> None:
    made = school(36)
    sheets = {}
    for n, start in enumerate((0, 5)):
        week = School(made.marks, days=made.days[start : start + 5])
        rows = wide_rows(week, lambda d, h: f"{d:%d/%m/%Y} {h}", _WHO)
        rows[2][6] = "ZZ"
        sheets[f"Week {n + 1}"] = rows
    export = read(xlsx_file(tmp_path / "weeks.xlsx", **sheets))
    assert [(p.row, p.message.split(":")[0]) for p in export.errors] == [(3, "On sheet 1"), (3, "On sheet 2")]
    assert export.quarantined == 2


@pytest.mark.parametrize("spaced", ["", " "], ids=["/\\", "/ \\"])
def test_a_pair_a_day(tmp_path: Path, spaced: str) -> None:
    made = school(28, single=True)
    rows = [["Adno", "Surname", "Forename", "Reg", *(f"{day:%a %d/%m/%Y}" for day in made.days)]]
    for n, pupil in enumerate(made.pupils):
        pairs = [f"{made.of(n, day, AM) or '-'}{spaced}{made.of(n, day, PM) or '-'}" for day in made.days]
        rows.append([pupil.adno, pupil.surname, pupil.forename, pupil.tutor, *pairs])
    export = read(csv_file(tmp_path / "pairs.csv", rows))
    assert export.outcome == "load"
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_a_pair_of_one_character_is_refused_because_it_could_be_either_half(tmp_path: Path) -> None:
    made = school(29, single=True, days=ONE_WEEK)
    rows = [["Adno", "Surname", "Forename", *(f"{day:%d/%m/%Y}" for day in made.days)]]
    for n, pupil in enumerate(made.pupils):
        rows.append(
            [
                pupil.adno,
                pupil.surname,
                pupil.forename,
                *(made.of(n, d, AM) + made.of(n, d, PM) for d in made.days),
            ]
        )
    rows[3][4] = "/"
    export = read(csv_file(tmp_path / "pairs.csv", rows))
    assert [(p.row, p.column, p.reason) for p in export.errors] == [(4, "15/09/2026", "bad_length")]
    assert export.quarantined == 2
    assert export.marks + export.missing == len(made.marks) - 2


def test_roll_dates_in_the_file_say_which_blanks_are_missing_marks(tmp_path: Path) -> None:
    made = school(30, days=ONE_WEEK, odd=0)
    rows = wide_rows(made, lambda d, h: f"{d:%d/%m/%Y} {h}", ("Adno", "Surname", "Reg"))
    rows = [
        [*row[:3], "Admission date" if n == 0 else "", "Leaving date" if n == 0 else "", *row[3:]]
        for n, row in enumerate(rows)
    ]
    joiner, leaver, absent = rows[1], rows[2], rows[3]
    joiner[3] = "16/09/2026"
    joiner[5:9] = [""] * 4
    leaver[4] = "15/09/2026"
    leaver[9:15] = [""] * 6
    absent[3], absent[9] = "01/09/2025", ""
    export = read(csv_file(tmp_path / "wide.csv", rows))
    assert (export.not_on_roll, export.missing) == (10, 1)
    assert export.rows_read == 100


def test_a_mark_before_joining_still_loads(tmp_path: Path) -> None:
    made = school(31, days=ONE_WEEK, odd=0)
    made.marks[0, ONE_WEEK[0], AM] = "Z"
    rows = wide_rows(made, lambda d, h: f"{d:%d/%m/%Y} {h}", ("Adno", "Surname", "Reg"))
    rows = [[*row[:3], "Admission date" if n == 0 else "15/09/2026", *row[3:]] for n, row in enumerate(rows)]
    assert_holds(read(csv_file(tmp_path / "wide.csv", rows)), made)


def test_a_row_with_marks_and_no_pupil_is_reported_once_and_costs_every_session(tmp_path: Path) -> None:
    made = school(32, days=ONE_WEEK)
    rows = wide_rows(made, lambda d, h: f"{d:%d/%m/%Y} {h}", _WHO)
    rows[4][:3] = ["", "", ""]
    export = read(csv_file(tmp_path / "wide.csv", rows))
    assert [(p.row, p.column, p.reason) for p in export.errors] == [(5, "Adno", "no_pupil_key")]
    assert export.quarantined == 10
    assert export.rows_read == 100


def test_pupils_called_page_and_key_are_pupils(tmp_path: Path) -> None:
    made = school(33, days=ONE_WEEK)
    rows = wide_rows(made, lambda d, h: f"{d:%d/%m/%Y} {h}", ("Surname", "Forename", "Reg", "Adno"))
    export = read(csv_file(tmp_path / "wide.csv", rows))
    assert export.pupils == len(made.pupils)
    assert_holds(export, made)


def test_blank_sessions_still_to_come_are_not_missing(tmp_path: Path) -> None:
    made = school(34, days=ONE_WEEK, odd=0)
    made.marks = {key: "" if key[1] > date(2026, 9, 16) else code for key, code in made.marks.items()}
    path = csv_file(tmp_path / "wide.csv", wide_rows(made, lambda d, h: f"{d:%d/%m/%Y} {h}", _WHO))
    assert read(path, on=date(2026, 9, 16)).missing == 0
    assert read(path, on=date(2026, 9, 18)).missing == 40


def test_one_mark_a_day_is_not_a_register_of_sessions(tmp_path: Path) -> None:
    rows = [
        ["Student ID", "Name", "14/09/2026", "15/09/2026"],
        ["1", "Quill, Odette", "P", "A"],
        ["2", "Dowd, Finn", "P", "P"],
    ]
    export = read(csv_file(tmp_path / "daily.csv", rows))
    assert (export.outcome, export.reject_reason) == ("reject", "not_a_table")
    assert export.delta is None


def test_pm_only_and_am_only_columns(tmp_path: Path) -> None:
    made = school(35, days=ONE_WEEK)
    made.marks = {key: code for key, code in made.marks.items() if key[2] == PM}
    header, *rows = wide_rows(made, lambda d, h: f"{d:%d/%m/%Y} {h}", _WHO)
    keep = [n for n, cell in enumerate(header) if not cell.endswith("AM")]
    export = read(csv_file(tmp_path / "wide.csv", [[row[n] for n in keep] for row in [header, *rows]]))
    assert_holds(export, made)


_ROWS = [f"00450{n},Orchard,/,\\,/,\\" for n in range(7)]
_HEAD = "Adno,Surname,07/09/2026 AM,07/09/2026 PM,15/09/2026 AM,15/09/2026 PM"


def _ragged(tmp_path: Path, *lines: str, end: str = "\n") -> Path:
    path = tmp_path / "ragged.csv"
    path.write_text("\n".join(lines) + end, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("004601,N,N,/,\\", "short_row"),  # one cell lost: every mark is a session early
        ("004601,Orchard, Ivo,N,N,/,\\", "extra_cells"),  # and here a session late
        ("004601,Orchard, Ivo,N,N,/,", "extra_cells"),  # the last one without a mark
    ],
)
def test_a_row_with_more_or_fewer_cells_than_headings_is_refused(
    tmp_path: Path, row: str, reason: str
) -> None:
    export = read(_ragged(tmp_path, _HEAD, *_ROWS[:4], row, *_ROWS[4:]))
    assert [(p.row, p.reason) for p in export.errors] == [(6, reason)]
    assert (export.marks, export.quarantined, "N" in export.by_code) == (28, 4, False)


def test_a_row_a_day_and_a_row_a_week_are_held_to_their_headings_too(tmp_path: Path) -> None:
    pairs = read(
        _ragged(
            tmp_path,
            *("Adno,07/09/2026,08/09/2026,09/09/2026", "004501,/\\,/\\,/\\", "004502,/\\,/\\,/\\"),
            "004503,NN,/\\",
        )
    )
    assert [(p.row, p.reason) for p in pairs.errors] == [(4, "short_row")]
    assert (pairs.marks, pairs.quarantined) == (12, 6)
    weeks = read(
        _ragged(
            tmp_path,
            *("Adno,W/C,MonAM,MonPM,TueAM", "004501,07/09/2026,/,\\,/", "004502,07/09/2026,N,/"),
        )
    )
    assert [(p.row, p.reason) for p in weeks.errors] == [(3, "short_row")]
    assert (weeks.marks, weeks.quarantined) == (3, 3)


def test_sixteen_rows_that_end_alike_were_trimmed_by_excel(tmp_path: Path) -> None:
    trimmed = [f"0046{n:02},Orchard,/,\\,/" for n in range(16)]
    assert read(_ragged(tmp_path, _HEAD, *_ROWS, *trimmed)).outcome == "load"
    assert len(read(_ragged(tmp_path, _HEAD, *_ROWS, *trimmed[1:])).errors) == 15


def test_padded_rows_are_whole(tmp_path: Path) -> None:
    assert read(_ragged(tmp_path, *(f"{row},," for row in (_HEAD, *_ROWS)))).outcome == "load"


@pytest.mark.parametrize("last", ["004601,Orchard,N,N,/", "End of report", "Page", '"', "Total,Ola,N"])
def test_the_row_that_a_file_stops_in_is_reported_once(tmp_path: Path, last: str) -> None:
    export = read(_ragged(tmp_path, _HEAD, *_ROWS, last, end=""))
    if last == "End of report":
        assert export.outcome == "load"
    else:
        assert [(p.row, p.reason) for p in export.errors] == [(9, "truncated")]
        assert (export.marks, export.quarantined) == (28, 4)


def test_only_whole_weeks_without_a_mark_are_days_off_roll(tmp_path: Path) -> None:
    head = "Adno,07/09/2026 AM,07/09/2026 PM,14/09/2026 AM,14/09/2026 PM,21/09/2026 AM,21/09/2026 PM"
    rows = ["004501,/,-,/,\\,/,\\", "004502,/,\\,/,,,", "004503,,,,N,/,\\"]
    export = read(_ragged(tmp_path, head, *rows))
    assert (export.marks, export.missing, export.not_on_roll) == (11, 3, 4)


_NO_YEAR = ("Adno,07 Sep AM,08 Sep AM", "004501,/,N", "004502,/,\\")


def test_a_birthday_in_a_title_gives_no_year(tmp_path: Path) -> None:
    export = read(_ragged(tmp_path, "Pupils born 01/09/2014 to 31/08/2015", *_NO_YEAR))
    assert (export.marks, {problem.reason for problem in export.errors}) == (0, {"bad_date"})


def test_a_title_that_allows_two_years_gives_none(tmp_path: Path) -> None:
    export = read(_ragged(tmp_path, "Data since 01/09/2025; printed 18/09/2026", *_NO_YEAR))
    assert (export.marks, export.quarantined) == (0, 4)
    named = [line.replace("07 Sep", "Mon 07 Sep").replace("08 Sep", "Tue 08 Sep") for line in _NO_YEAR]
    export = read(_ragged(tmp_path, "Data since 01/09/2025; printed 18/09/2026", *named))
    assert (export.outcome, export.sessions["first"]) == ("load", "2026-09-07 AM")


def test_each_sheet_takes_the_year_from_its_own_title(tmp_path: Path) -> None:
    sheets = {
        f"w{n}": [[f"Period: {period}"], ["Adno", head], ["004501", code], ["004502", code]]
        for n, (period, head, code) in enumerate(
            [
                ("08/12/2025 to 12/12/2025", "08 Dec AM", "/"),
                ("05/01/2026 to 09/01/2026", "05 Jan AM", "N"),
                ("07/12/2026 to 11/12/2026", "08 Dec AM", "I"),
            ]
        )
    }
    export = read(xlsx_file(tmp_path / "made.xlsx", **sheets))
    assert (export.outcome, export.marks) == ("load", 6)
    assert export.delta is not None
    assert dict(export.delta.marks.select("date", "code").unique().iter_rows()) == {
        date(2025, 12, 8): "/",
        date(2026, 1, 5): "N",
        date(2026, 12, 8): "I",
    }


def test_weekends_are_those_of_the_year_that_the_titles_give(tmp_path: Path) -> None:
    """08/12 to 12/12/2025 is a school week; in a leap year, the 9th is a Saturday."""
    days = [f"{day}/12 {half}" for day in ("08", "09", "10", "11", "12") for half in (AM, PM)]
    head = ",".join(["Adno", *days, "05/01 AM"])
    rows = [f"00450{n}," + ",".join("/" * 11) for n in range(2)]
    export = read(_ragged(tmp_path, "Period: 08/12/2025 to 09/01/2026", head, *rows))
    assert (export.outcome, export.sessions["last"]) == ("load", "2026-01-05 AM")


@pytest.mark.parametrize("key", ["Codes:,,N,No reason", "Present,/,\\,L", "/ = present,N = none,,"])
def test_a_key_that_spreads_under_the_marks_is_no_pupil(tmp_path: Path, key: str) -> None:
    head = "Surname,Forename,07/09/2026 AM,07/09/2026 PM"
    export = read(_ragged(tmp_path, head, "Orchard,Ivo,/,N", "Plum,Una,/,\\", key))
    assert (export.outcome, export.pupils, export.marks) == ("load", 2, 4)
    assert export.remarks[0] == "1 row of headings, footers or keys skipped: 4."
