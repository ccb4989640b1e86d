import csv
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.read.written import (
    AM,
    LONG,
    PM,
    assert_holds,
    assert_same_marks,
    csv_file,
    long_rows,
    read,
    school,
    text,
    xlsx_file,
)

from attendkit.read.shape import skipped_remark


def test_a_plain_file_gives_back_every_mark(tmp_path: Path) -> None:
    made = school(1)
    export = read(csv_file(tmp_path / "marks.csv", long_rows(made)))
    assert export.outcome == "load"
    assert export.layout == "long"
    assert export.header_row == 1
    assert_holds(export, made)
    assert_same_marks(export, made)
    assert export.sessions == {"first": "2026-09-14 AM", "last": "2026-09-25 PM", "distinct": 20}


@pytest.mark.parametrize(
    ("delimiter", "encoding", "how"),
    [
        (";", "utf-8", {}),
        ("\t", "utf-16", {}),
        ("|", "utf-8-sig", {}),
        (",", "cp1258", {}),
        (",", "utf-8", {"quoting": csv.QUOTE_ALL}),
    ],
    ids=[
        "semicolons",
        "Excel Unicode text",
        "bars",
        "not utf-8",
        "all quoted, so a backslash stands before a quote",
    ],
)
def test_separators_and_encodings(tmp_path: Path, delimiter: str, encoding: str, how: dict[str, int]) -> None:
    made = school(2)
    rows = long_rows(made)
    if encoding == "cp1258":
        rows = [[cell.encode("cp1252", "replace").decode("cp1252") for cell in row] for row in rows]
        encoding = "cp1252"
    export = read(csv_file(tmp_path / "marks.txt", rows, delimiter, encoding, **how))
    assert export.outcome == "load"
    assert_holds(export, made)


def test_sep_line_is_not_the_header(tmp_path: Path) -> None:
    made = school(3)
    path = tmp_path / "marks.csv"
    path.write_text("sep=;\r\n" + text(long_rows(made), ";"), encoding="utf-8", newline="")
    export = read(path)
    assert export.header_row in {1, 2}
    assert_holds(export, made)


_DATE_STYLES: dict[str, Callable[[date], str]] = {
    "d/m/yy": lambda d: f"{d.day}/{d.month}/{d:%y}",
    "dd-mm-yyyy": lambda d: f"{d:%d-%m-%Y}",
    "dd.mm.yyyy": lambda d: f"{d:%d.%m.%Y}",
    "iso": lambda d: d.isoformat(),
    "iso with a time": lambda d: f"{d}T00:00:00",
    "iso with a space": lambda d: f"{d} 08:45:00",
    "words": lambda d: f"{d:%d %b %Y}",
    "weekday and words": lambda d: f"{d:%a} {d.day} {d:%b %Y}",
    "full": lambda d: f"{d:%A} {d.day} {d:%B %Y}",
    "ordinal": lambda d: f"{d.day}th {d:%B %Y}",
    "dd-Mon-yy": lambda d: f"{d:%d-%b-%y}",
    "month first in words": lambda d: f"{d:%b} {d.day}, {d.year}",
    "yyyymmdd": lambda d: f"{d:%Y%m%d}",
    "yyyy/mm/dd": lambda d: f"{d:%Y/%m/%d}",
    "serial": lambda d: str((d - date(1899, 12, 30)).days),
    "serial with a fraction": lambda d: f"{(d - date(1899, 12, 30)).days}.5",
    "month first, proved by a day over 12": lambda d: f"{d:%m/%d/%Y}",
}


@pytest.mark.parametrize("style", _DATE_STYLES)
def test_dates_in_every_spelling(tmp_path: Path, style: str) -> None:
    made = school(4)
    spell = _DATE_STYLES[style]
    columns = {**LONG, "Date": lambda m: spell(m.day)}
    export = read(csv_file(tmp_path / "marks.csv", long_rows(made, columns)))
    assert export.outcome == "load"
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_dates_of_several_kinds_in_one_column(tmp_path: Path) -> None:
    made = school(5)
    styles = [*list(_DATE_STYLES.values())[:-1]]
    columns = {**LONG, "Date": lambda m: styles[(m.day.day + int(m.pupil.adno)) % len(styles)](m.day)}
    export = read(csv_file(tmp_path / "marks.csv", long_rows(made, columns)))
    assert_holds(export, made)
    assert_same_marks(export, made)


@pytest.mark.parametrize(
    ("am", "pm"),
    [
        ("am", "pm"),
        ("A.M.", "P.M."),
        ("Morning", "Afternoon"),
        ("1", "2"),
        ("M", "A"),
        ("A", "P"),
        (" AM ", "PM\xa0"),
        ("AM Registration", "PM Registration"),
        ("Roll Call AM", "Roll Call PM"),
    ],
)
def test_session_words(tmp_path: Path, am: str, pm: str) -> None:
    made = school(6)
    columns = {**LONG, "Session": lambda m: am if m.half == AM else pm}
    export = read(csv_file(tmp_path / "marks.csv", long_rows(made, columns)))
    assert export.outcome == "load"
    assert_same_marks(export, made)


_ARBOR = {
    "Arbor\xa0Student ID": lambda m: m.pupil.mis,
    "UPN": lambda m: m.pupil.upn,
    "Legal\xa0Last Name": lambda m: m.pupil.surname.replace(" ", "\xa0"),
    "Legal First Name": lambda m: f" {m.pupil.forename}\xa0",
    "Year Group(s) this academic year": lambda m: f"Year  {m.pupil.year}",
    "Registration form(s)\xa0this academic year": lambda m: m.pupil.tutor,
    "SEN at any time this academic year?": lambda _: "",
    "Date": lambda m: f"{m.day:%d %b %Y}",
    "Roll Call": lambda m: m.half,
    "Mark": lambda m: f"{m.code}\xa0",
}


def test_headings_in_words_with_hard_spaces(tmp_path: Path) -> None:
    made = school(7)
    export = read(csv_file(tmp_path / "custom report.csv", long_rows(made, _ARBOR)))
    assert export.outcome == "load"
    assert_holds(export, made)
    assert export.warnings == ()
    assert export.delta is not None
    assert export.delta.pupils["year"].to_list() == [int(p.year) for p in made.pupils]
    assert export.delta.pupils["tutor"].to_list() == [p.tutor for p in made.pupils]


def test_the_first_of_two_columns_with_one_heading_is_used(tmp_path: Path) -> None:
    made = school(8)
    rows = long_rows(made)
    rows = [
        [*row, "Comments" if at == 0 else "first", "Comments" if at == 0 else "second", "", ""]
        for at, row in enumerate(rows)
    ]
    export = read(csv_file(tmp_path / "marks.csv", rows))
    assert_holds(export, made)
    assert export.delta is not None
    assert set(export.delta.marks["comment"]) == {"first"}


def test_titles_page_breaks_blank_rows_and_footers_are_not_pupils(tmp_path: Path) -> None:
    made = school(9)
    header, *rows = long_rows(made)
    pages: list[list[str]] = [
        ["Meadowbank School"],
        ["Session marks"],
        ["Period: 14/09/2026 to 25/09/2026"],
        [],
        header,
    ]
    for at, row in enumerate(rows):
        if at and at % 60 == 0:
            pages += [[], [f"Page {at // 60}"], ["Meadowbank School"], header]
        pages.append(row)
    width = len(header)
    pages += [
        [],
        ["Total", "", str(len(rows))],
        ["10 pupils"],
        ["/", "Present AM"],
        ["N", "No reason yet"],
        ["End of report"],
        ["Signed ________", *[""] * (width - 1)],
    ]
    export = read(csv_file(tmp_path / "marks.csv", pages))
    assert export.outcome == "load"
    assert export.header_row == 5
    assert_holds(export, made)
    assert any("skipped" in remark for remark in export.remarks)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], ()),
        ([5], ("1 row of keys skipped: 5.",)),
        ([5, 9], ("2 rows of keys skipped: 5, 9.",)),
        ([*range(1, 1435)], ("1,434 rows of keys skipped: 1, 2, 3, 4, 5, 6 and more.",)),
    ],
)
def test_rows_that_hold_no_mark_are_counted(rows: list[int], said: tuple[str, ...]) -> None:
    assert skipped_remark(rows, "keys") == said


def test_lesson_rows_are_counted_apart(tmp_path: Path) -> None:
    made = school(10)
    header, *rows = long_rows(made)
    at = header.index("Session")
    lessons = [[*row[:at], f"P{n}", "N"] for row in rows[:30] for n in range(1, 6)]
    export = read(csv_file(tmp_path / "marks.csv", [header, *rows, *lessons]))
    assert export.layout == "long_with_lessons"
    assert export.outcome == "load"
    assert_holds(export, made, lesson_marks=150, lesson_by_code={"N": 150})
    assert export.rows_read == len(rows) + 150


@pytest.mark.parametrize("word", ["{}", "P{}", "Period {}", "Lesson {}", "Mon:{}"])
def test_lessons_alone_are_a_question_that_an_answer_settles(tmp_path: Path, word: str) -> None:
    made = school(11)
    header, *rows = long_rows(made)
    at = header.index("Session")
    periods = {AM: word.format(1), PM: word.format(5)}
    changed = [[*row[:at], periods[row[at]], *row[at + 1 :]] for row in rows]
    between = [[*row[:at], word.format(3), "N"] for row in rows[:20]]
    path = csv_file(tmp_path / "lessons.csv", [header, *changed, *between])
    asked = read(path)
    assert asked.outcome == "needs_answer"
    assert asked.question == "session_periods"
    assert asked.delta is None
    assert "--sessions" in asked.explanation
    answered = read(path, sessions={word.format(1): "AM", word.format(5): "PM"})
    assert answered.outcome == "load"
    assert_holds(answered, made, lesson_marks=20)
    assert_same_marks(answered, made)


def test_a_workbook_with_dates_numbers_and_text_in_one_column(tmp_path: Path) -> None:
    made = school(12)
    header, *rows = long_rows(made)
    at = header.index("Date")
    cells = []
    for n, row in enumerate(rows):
        day = datetime.strptime(row[at], "%d/%m/%Y")  # noqa: DTZ007
        serial = (day.date() - date(1899, 12, 30)).days
        cells.append(
            [
                *row[:at],
                (day, row[at], serial, day.replace(hour=12), day.date().isoformat())[n % 5],
                *row[at + 1 :],
            ]
        )
    export = read(xlsx_file(tmp_path / "marks.xlsx", Sheet1=[header, *cells], Sheet2=[], Sheet3=[]))
    assert export.outcome == "load"
    assert export.sheets == ("Sheet1",)
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_both_slashes_are_present_in_either_session(tmp_path: Path) -> None:
    made = school(13, odd=0)
    for key in list(made.marks)[::3]:
        made.marks[key] = "\\" if key[2] == AM else "/"
    export = read(csv_file(tmp_path / "marks.csv", long_rows(made)))
    assert_holds(export, made)
    assert PM in {half for _, _, half in made.marks}
