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
    week_string,
    weeks_of,
)

from attendkit.read.layouts.week_strings import week

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


def _week_rows(made: School, heads: list[str], start: str = "startDate") -> list[list[str]]:
    rows = [["StudentId", "AdmissionNumber", "LastName", "FirstName", "TutorGroupName", start, *heads]]
    for monday in weeks_of(made):
        for n, pupil in enumerate(made.pupils):
            cells = [made.of(n, monday + timedelta(days=at), half) for at in range(5) for half in (AM, PM)]
            rows.append(
                [
                    pupil.mis,
                    pupil.adno,
                    f"{pupil.surname}  ",
                    pupil.forename,
                    pupil.tutor,
                    f"{monday:%d/%m/%Y}",
                    *cells,
                ]
            )
    return rows


@pytest.mark.parametrize("style", ["{}{}", "{} {}", "{}-{}", "{}day {}"])
def test_a_row_a_pupil_a_week(tmp_path: Path, style: str) -> None:
    made = school(41)
    heads = [style.format(day, half) for day in _DAYS for half in (AM, PM)]
    if style == "{}day {}":
        names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
        heads = [f"{day} {half}" for day in names for half in (AM, PM)]
    export = read(csv_file(tmp_path / "weeks.csv", _week_rows(made, heads)))
    assert export.layout == "wide_week_rows"
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_a_week_that_does_not_start_on_a_monday_is_refused_once_a_row(tmp_path: Path) -> None:
    made = school(42)
    rows = _week_rows(made, [f"{day}{half}" for day in _DAYS for half in (AM, PM)])
    rows[2][5] = "15/09/2026"
    export = read(csv_file(tmp_path / "weeks.csv", rows))
    assert [(p.row, p.column, p.value, p.reason) for p in export.errors] == [
        (3, "startDate", "15/09/2026", "week_not_monday")
    ]
    assert export.quarantined == 10


def _strings(made: School) -> list[list[str]]:
    rows = [["Surname", "Forename", "Adno", "Reg", "W/C", "Marks"]]
    for monday in weeks_of(made):
        for n, pupil in enumerate(made.pupils):
            rows.append(
                [
                    pupil.surname,
                    pupil.forename,
                    pupil.adno,
                    pupil.tutor,
                    f"{monday:%d/%m/%Y}",
                    week_string(made, n, monday),
                ]
            )
    return rows


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_week_strings_in_rows(tmp_path: Path, delimiter: str) -> None:
    made = school(43, single=True)
    export = read(csv_file(tmp_path / "weeks.txt", _strings(made), delimiter))
    assert (export.layout, export.outcome) == ("week_string", "load")
    assert_holds(export, made)
    assert_same_marks(export, made)


@pytest.mark.parametrize("how", ["every mark", "every day"])
def test_week_strings_with_spaces_between(tmp_path: Path, how: str) -> None:
    made = school(44, single=True)
    rows = _strings(made)
    step = 1 if how == "every mark" else 2
    for row in rows[1:]:
        row[5] = " ".join(row[5][at : at + step] for at in range(0, 10, step))
    export = read(csv_file(tmp_path / "weeks.csv", rows))
    assert_holds(export, made)
    assert_same_marks(export, made)


@pytest.mark.parametrize(
    "head", ["{:%d/%m/%Y}", "w/c {:%d/%m/%Y}", "Week commencing {:%d %b %Y}", "W/B {:%d/%m/%y}"]
)
def test_week_strings_in_a_column_a_week(tmp_path: Path, head: str) -> None:
    made = school(45, single=True)
    rows = [["Adno", "Surname", "Forename", "Reg", *(head.format(monday) for monday in weeks_of(made))]]
    for n, pupil in enumerate(made.pupils):
        rows.append(
            [
                pupil.adno,
                pupil.surname,
                pupil.forename,
                pupil.tutor,
                *(week_string(made, n, m) for m in weeks_of(made)),
            ]
        )
    export = read(csv_file(tmp_path / "weeks.csv", rows))
    assert (export.layout, export.outcome) == ("week_string", "load")
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_one_character_codes_stand_for_the_codes_of_today(tmp_path: Path) -> None:
    made = school(46, single=True, days=ONE_WEEK, odd=0)
    made.marks[0, ONE_WEEK[0], AM] = "J"
    made.marks[1, ONE_WEEK[0], AM] = "Y"
    made.marks[2, ONE_WEEK[0], AM] = "C"
    export = read(csv_file(tmp_path / "weeks.csv", _strings(made)))
    assert export.outcome == "load"
    assert {code: n for code, n in export.by_code.items() if code in "CJY"} == {"C": 1, "J": 1, "Y": 1}
    assert (export.totals["authorised"], export.totals["not_possible"]) == (2, 1)
    assert export.delta is not None
    assert export.delta.short
    assert {"J1", "Y", "C"} <= set(export.delta.marks["code"].cast(str))


def test_leading_spaces_are_places_and_not_missing_marks(tmp_path: Path) -> None:
    made = school(47, single=True, odd=0)
    joined = made.days[2]
    for key in [key for key in made.marks if key[0] == 0 and key[1] < joined]:
        del made.marks[key]
    left = made.days[7]
    for key in [key for key in made.marks if key[0] == 1 and key[1] > left]:
        del made.marks[key]
    export = read(csv_file(tmp_path / "weeks.csv", _strings(made)))
    assert export.not_on_roll == 8
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_a_string_of_the_wrong_length_is_refused_whichever_end_was_cut(tmp_path: Path) -> None:
    made = school(48, single=True, odd=0)
    rows = _strings(made)
    rows[1][5] = rows[1][5][:9]
    rows[2][5] = rows[2][5][1:]
    rows[3][5] += "/"
    rows[4][5] += "   "
    export = read(csv_file(tmp_path / "weeks.csv", rows))
    assert [(p.row, p.column, p.reason) for p in export.errors] == [
        (n, "Marks", "bad_length") for n in (2, 3, 4)
    ]
    assert export.quarantined == 3
    assert export.marks == len(made.marks) - 30


def test_a_place_that_no_code_fits_costs_one_session(tmp_path: Path) -> None:
    made = school(49, single=True, odd=0)
    rows = _strings(made)
    rows[1][5] = rows[1][5][:4] + "@" + rows[1][5][5:]
    export = read(csv_file(tmp_path / "weeks.csv", rows))
    assert [(p.row, p.value, p.reason) for p in export.errors] == [(2, "@", "unknown_code")]
    assert export.marks == len(made.marks) - 1


@pytest.mark.parametrize(
    ("string", "places"),
    [
        ("/\\/\\/\\/\\/\\", list("/\\/\\/\\/\\/\\")),
        ("    /\\/\\/\\", list("    /\\/\\/\\")),
        ("/\\ /\\ /\\ /\\ /\\", list("/\\/\\/\\/\\/\\")),
        ("/ \\ / \\ / \\ / \\ / \\", list("/\\/\\/\\/\\/\\")),
        ("/\\N/\\/\\/\\N     ", list("/\\N/\\/\\/\\N")),
        ("", [""] * 10),
        ("          ", [""] * 10),
        ("/\\/\\/\\/\\/", None),
        ("/\\/\\/\\/\\/\\/", None),
        ("/\\/\\/\\/\\/\\/\\/\\", None),
    ],
)
def test_a_week_is_ten_places(string: str, places: list[str] | None) -> None:
    assert week(string) == places


def _certificate(made: School, path: Path, *, one_sheet: bool, collapsed: bool = False) -> Path:
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    sheet = book.create_sheet("Certificates") if one_sheet else None
    for n, pupil in enumerate(made.pupils):
        page = sheet or book.create_sheet(f"Pupil {n}")
        for row in (
            ["Meadowbank School"],
            ["Registration certificate"],
            [f"From {made.days[0]:%d/%m/%Y} to {made.days[-1]:%d/%m/%Y}"],
            [],
            ["Name:", f"{pupil.surname.upper()} {pupil.forename}", None, "UPN:", pupil.upn],
            ["Reg group:", pupil.tutor, None, "Adm no:", pupil.adno],
            [],
            ["Week beginning", *(f"{day} {half}" for day in _DAYS for half in (AM, PM))],
        ):
            page.append(row)
        for monday in weeks_of(made):
            days = [monday + timedelta(days=at) for at in range(5)]
            codes = [made.of(n, day, half) for day in days for half in (AM, PM)]
            page.append([f"{monday:%d/%m/%Y}", *(code[:1] if collapsed else code for code in codes)])
        for line in (
            [],
            ["Possible", 20, None, "Attended", 19],
            ["/", "Present AM", None, "\\", "Present PM"],
            ["N", "No reason"],
            [],
        ):
            page.append(line)
    book.save(path)
    return path


@pytest.mark.parametrize("one_sheet", [False, True], ids=["a sheet a pupil", "one sheet after another"])
def test_certificates(tmp_path: Path, one_sheet: bool) -> None:  # noqa: FBT001
    made = school(50)
    export = read(_certificate(made, tmp_path / "certificates.xlsx", one_sheet=one_sheet))
    assert (export.layout, export.outcome) == ("certificate", "load")
    assert_holds(export, made)
    assert_same_marks(export, made)


def test_a_certificate_of_one_character_codes_reads_j_as_j1(tmp_path: Path) -> None:
    made = school(51)
    export = read(_certificate(made, tmp_path / "c.xlsx", one_sheet=False, collapsed=True))
    assert export.outcome == "load"
    assert export.delta is not None
    assert export.delta.short
    assert export.totals == made.truth["totals"]


def test_a_week_register_dated_by_its_title(tmp_path: Path) -> None:
    made = school(52, days=ONE_WEEK)
    rows = _week_rows(made, [f"{day}{half}" for day in _DAYS for half in (AM, PM)])
    rows = [[*row[:5], *row[6:]] for row in rows]
    export = read(csv_file(tmp_path / "week.csv", [["Week commencing 14/09/2026"], [], *rows]))
    assert_holds(export, made)
    assert export.sessions["first"] == "2026-09-14 AM"
    assert date(2026, 9, 14) in made.days
