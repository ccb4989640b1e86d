from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
from tests.documents.drawn import report, view

from attendkit.documents.ncodes import BLANKS, ncode_enclosures, remove_settled, write_sheets
from attendkit.findings import Report, View
from attendkit.school import College, School, TutorGroup

NAMES = (("Day", "Amy"), ("O'Brien", "Bo"), ("王", "小明"), ("Eze", "Di"))
SCHOOL = School(
    name="Riverside School",
    colleges={"Arden": College(leader="Mrs O'Dowd")},
    tutor_groups={"7/A:1": TutorGroup(tutor="Mr Okoro")},
)


def open_n(pupil: tuple[int, ...] = (0, 0, 1, 2), **columns: Any) -> Report:
    size = len(pupil)
    made: dict[str, Any] = {
        "age_school_days": [9, 6, 5, 0][:size],
        "deadline": [date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 27)][:size],
        "overdue": [True, True, False, False][:size],
        "code": ["N"] * size,
        "deadline_assumed": [False] * size,
        "pattern": ["2 of 2 are Mondays", None, None, None][:size],
        "tried": pl.Series([None] * size, dtype=pl.String),
        **columns,
    }
    return report(pupil=pupil, **made)


def seen() -> View:
    return view(NAMES, school=SCHOOL)


def rows(path: Path, sheet: str) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


def test_a_sheet_a_tutor_group_and_a_roll_up_a_college(tmp_path: Path) -> None:
    paths = write_sheets(open_n(), seen(), tmp_path, formats=("html",))
    assert [path.name for path in paths] == [
        "tutor 7-A-1.html",
        "tutor 8-B-1.html",
        "tutor 9-A-1.html",
        "leader Arden.html",
        "leader Elm.html",
    ]
    assert len(write_sheets(open_n(), seen(), tmp_path)) == 10


def test_a_tutors_sheet_has_their_sessions_and_room_to_write(tmp_path: Path) -> None:
    write_sheets(open_n(), seen(), tmp_path)
    told = rows(tmp_path / "tutor 7-A-1.xlsx", "N marks")
    assert told[0][0] == "N marks to settle: 7/A:1, Mr Okoro"
    assert told[2][0] == "Open N: 2 · Pupils: 1 · Overdue: 2 · Settle first by: Mon 16 Nov"
    assert told[4][-3:] == list(BLANKS)
    assert [row[0] for row in told[5:]] == ["Day, Amy", "Day, Amy"]
    assert [row[3:6] for row in told[5:]] == [[9, told[5][4], "Yes"], [6, told[6][4], "Yes"]]
    assert [row[6] for row in told[5:]] == ["2 of 2 are Mondays", None]
    assert all(row[-3:] == [None] * 3 for row in told[5:])


def test_a_tutor_is_asked_once_about_a_day_and_still_told_its_sessions(tmp_path: Path) -> None:
    drawn = open_n()
    days = replace(drawn, shown=drawn.rows.unique(["pupil", "date"], maintain_order=True))
    write_sheets(days, seen(), tmp_path, formats=("xlsx",))
    told = rows(tmp_path / "tutor 7-A-1.xlsx", "N marks")
    assert told[2][0].startswith("Open N: 2 ")
    assert len(told[5:]) == 1


def test_what_was_tried_since_stands_beside_the_day_a_line_a_try(tmp_path: Path) -> None:
    tries = ["Wed 18 Nov 09:12 call: no-answer; Thu 19 Nov visit: no-answer", "Thu 19 Nov visit: no-answer"]
    drawn = open_n(tried=[*tries, None, None])
    write_sheets(drawn, seen(), tmp_path)
    tutor = rows(tmp_path / "tutor 7-A-1.xlsx", "N marks")
    assert tutor[4][7:] == ["Tried since", *BLANKS]
    assert [row[7] for row in tutor[5:]] == [tries[0].replace("; ", "\n"), tries[1]]
    assert "Tried since" not in rows(tmp_path / "tutor 8-B-1.xlsx", "N marks")[4]
    pupils = rows(tmp_path / "leader Arden.xlsx", "Pupils")
    assert [row[-1] for row in pupils] == ["Tried since", tries[0].replace("; ", "\n"), None]
    for name in ("tutor 7-A-1.html", "leader Arden.html"):
        assert "Wed 18 Nov 09:12 call: no-answer" in (tmp_path / name).read_text("utf-8")


def test_what_was_tried_is_on_the_paper_too() -> None:
    drawn = open_n(tried=["Wed 18 Nov 09:12 call: no-answer; Thu 19 Nov visit: no-answer", None, None, None])
    for paper in ncode_enclosures(drawn, seen())[:2]:
        columns = [one.heading for one in paper.leaf.sections[-1].columns]
        assert ("Tried since" in columns) == (paper.leaf.stem == "tutor 7/A:1")
        told = [row[-1] for row in paper.leaf.sections[-1].rows]
        assert (drawn.rows["tried"][0] in told) == ("Tried since" in columns)


def test_a_leaders_roll_up_counts_each_tutor_group_and_pupil(tmp_path: Path) -> None:
    write_sheets(open_n(), seen(), tmp_path)
    path = tmp_path / "leader Arden.xlsx"
    groups = rows(path, "N marks")
    assert groups[0][0] == "N marks to settle: Arden, Mrs O'Dowd"
    assert groups[4] == [
        "Tutor group",
        "Tutor",
        "Pupils",
        "Open N",
        "Overdue",
        "Oldest, school days",
        "Settle first by",
    ]
    assert [row[:6] for row in groups[5:]] == [["7/A:1", "Mr Okoro", 1, 2, 2, 9], ["9/A:1", None, 1, 1, 0, 0]]
    pupils = rows(path, "Pupils")
    assert [row[:5] for row in pupils[1:]] == [["Day, Amy", "7/A:1", 2, 2, 9], ["王, 小明", "9/A:1", 1, 0, 0]]


def test_a_deadline_after_the_last_known_school_day_says_that_weekdays_are_assumed(tmp_path: Path) -> None:
    days = [date(2026, 11, 9), date(2026, 11, 12), date(2026, 11, 13), date(2026, 11, 20)]
    drawn = open_n(date=days, deadline_assumed=[False, True, False, True])
    write_sheets(drawn, seen(), tmp_path)
    tutor = rows(tmp_path / "tutor 7-A-1.xlsx", "N marks")
    assert tutor[4][5] == "Weekdays assumed"
    assert [row[5] for row in tutor[5:]] == ["No", "Yes"]
    assert tutor[2][0].endswith("Settle first by: Mon 16 Nov")
    last = rows(tmp_path / "tutor 9-A-1.xlsx", "N marks")
    assert last[2][0].endswith("Settle first by: Fri 27 Nov (weekdays assumed)")
    assert "Weekdays assumed" not in rows(tmp_path / "tutor 8-B-1.xlsx", "N marks")[4]
    assert "Weekdays assumed" in (tmp_path / "tutor 7-A-1.html").read_text("utf-8")
    leader = rows(tmp_path / "leader Arden.xlsx", "N marks")
    assert [(row[0], row[-1]) for row in leader[5:]] == [("7/A:1", "No"), ("9/A:1", "Yes")]
    assert [row[-1] for row in rows(tmp_path / "leader Arden.xlsx", "Pupils")] == [
        "Weekdays assumed",
        "No",
        "Yes",
    ]


def test_sheets_of_an_earlier_run_that_nothing_is_open_on_are_removed_and_no_other_file(
    tmp_path: Path,
) -> None:
    write_sheets(open_n(), seen(), tmp_path)
    (tmp_path / "tutor list.xlsx").touch()
    written = write_sheets(open_n((1,)), seen(), tmp_path, ("xlsx",))
    removed = remove_settled(seen(), tmp_path, written, "xlsx")
    assert [path.name for path in removed] == ["tutor 7-A-1.xlsx", "tutor 9-A-1.xlsx", "leader Arden.xlsx"]
    left = {path.name for path in tmp_path.iterdir() if path.suffix == ".xlsx"}
    assert left == {"tutor 8-B-1.xlsx", "leader Elm.xlsx", "tutor list.xlsx"}
    assert (tmp_path / "tutor 7-A-1.html").exists()  # nobody asked for pages this time


def test_a_filter_removes_no_sheet_of_those_it_left_out(tmp_path: Path) -> None:
    write_sheets(open_n(), seen(), tmp_path, ("xlsx",))
    some = replace(seen(), chosen=frozenset({0}))
    assert [path.name for path in remove_settled(some, tmp_path, (), "xlsx")] == [
        "tutor 7-A-1.xlsx",
        "leader Arden.xlsx",
    ]


def test_a_page_stands_by_itself(tmp_path: Path) -> None:
    write_sheets(open_n(), seen(), tmp_path, formats=("html",))
    tutor = (tmp_path / "tutor 7-A-1.html").read_text("utf-8")
    assert "N marks to settle: 7/A:1, Mr Okoro" in tutor
    assert "Day, Amy" in tutor
    assert "O&#39;Brien" not in tutor
    assert tutor.count('class="write"') == 2 * len(BLANKS)
    leader = (tmp_path / "leader Elm.html").read_text("utf-8")
    assert "O&#39;Brien, Bo" in leader
    assert leader.count("<table>") == 2
    assert "src=" not in tutor + leader


def test_pupils_without_a_group_or_a_college_are_not_lost(tmp_path: Path) -> None:
    drawn = open_n((0, 1), tutor=[None, "8/B:1"], college=pl.Series([None, None], dtype=pl.String))
    paths = write_sheets(drawn, seen(), tmp_path, formats=("html",))
    assert [path.stem for path in paths] == ["tutor no tutor group", "tutor 8-B-1", "leader no college"]


def test_no_open_n_means_no_papers(tmp_path: Path) -> None:
    assert write_sheets(open_n(()), seen(), tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_the_same_friday_is_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_sheets(open_n(), seen(), tmp_path / "a")]
    assert first == [path.read_bytes() for path in write_sheets(open_n(), seen(), tmp_path / "b")]
