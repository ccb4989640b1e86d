"""The school and its groups: against the oracle, against `bands`, and what strangers are told."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.drawn import view

from attendkit.documents import as_json
from attendkit.duties import duty
from attendkit.findings import Report

EIGHT = """
Ada: year 9, sen E, tutor 9A1
Bea: year 9, sen K, tutor 9A1
Cal: year 9, sen K, tutor 9A1
Dee: year 9, sen N, tutor 9A1
Eve: year 9, sen N, tutor 9A1
Fay: year 9, sen N, tutor 9B1
Gus: year 12, sen N, tutor 12A1
Hal: year 12, sen N, tutor 12A1
2026-11-09  Ada  OO // // // //
2026-11-16  Ada  // // // // //
2026-11-09  Bea  // // // // //  x2
2026-11-09  Cal  // // // // L/  x2
2026-11-09  Dee  // // // // -/  x2
2026-11-09  Eve  // // // I/ //  x2
2026-11-09  Fay  // // // // //  x2
2026-11-09  Gus  // // // // //  x2
2026-11-09  Hal  // // // // //  x2
"""
DAY = date(2026, 11, 20)


def report(text: str = EIGHT, on: date = DAY, **options: Any) -> Report:
    return duty("kpi").load()(view(text, on, **options))


def group(told: Report, name: str) -> dict[str, Any]:
    return told.rows.filter(pl.col("group") == name).row(0, named=True)


def test_a_strict_reading_of_the_line_is_the_one_that_bands_has() -> None:
    text = "Ada: year 9\n2026-09-07  Ada  I/ // // // //"
    strict = {"rules": {"bands": {"pa_rule": "strict_below"}}}
    assert group(report(text, date(2026, 9, 11)), "all")["persistent"] == 1
    told = report(text, date(2026, 9, 11), school=strict)
    assert group(told, "all")["persistent"] == 0
    assert any("pa_rule" in note for note in told.notes)


def test_types_come_in_order_and_tutor_groups_when_asked_for() -> None:
    kinds = report(tutors=True).rows["group_type"].unique(maintain_order=True).to_list()
    assert kinds == ["school", "cohort", "year", "tutor", "sen"]
    assert "tutor" not in report().rows["group_type"]
    assert report(tutors=True).rows.filter(pl.col("group_type") == "tutor")["group"].to_list() == [
        "9A1",
        "9B1",
        "12A1",
    ]


def test_a_person_sees_one_decimal_rounded_once() -> None:
    """30 of 38 is 78.947%: 78.95% to two decimals, and 78.9% to one, never 79.0%."""
    text = (
        "2026-09-07  Ada  II II // // //  x2\n2026-09-21  Ada  // // // // //\n2026-09-28  Ada  // // // //"
    )
    told = report(text)
    assert (told.rows["percent"][0], told.table["percent"][0]) == ("78.95", "78.9")


def test_nothing_of_a_small_group_is_told_to_strangers() -> None:
    told = report(outside=True)
    for row in told.rows.filter("left_out").to_dicts():
        assert {name for name, value in row.items() if value is not None} == {
            "group_type",
            "group",
            "left_out",
        }
    assert told.rows.filter("left_out")["group"].to_list() == [
        "years_7_to_11",
        "sixth_form",
        "9",
        "12",
        "K",
        "E",
        "N",
    ]
    assert group(told, "all")["possible"] == 158
    assert told.counts["left_out"] == 7


def test_few_pupils_absent_for_long_cannot_be_had_by_taking_away() -> None:
    """No number from one to four is told, and none untold is the rest of those told."""
    for few in range(8):
        names = [f"P{n}" for n in range(24)]
        absent = {*names[:6], *names[8 : 8 + few], *names[16:22]}
        about = [f"{name}: year {9 + n // 8}" for n, name in enumerate(names)]
        marks = [f"2026-11-16  {name}  {'OO' if name in absent else '//'}" for name in names]
        rows = report("\n".join([*about, *marks]), outside=True).rows
        told = dict(rows.filter(group_type="year").select("group", "persistent").iter_rows())
        assert all(number in {None, 0} or number >= 5 for number in rows["persistent"])
        assert sum(number is None for number in told.values()) == (2 if 0 < few < 5 else 0)
        assert rows["persistent_percent"].is_null().to_list() == rows["persistent"].is_null().to_list()
        assert not rows.filter(pl.col("persistent").is_null())["cohort_persistent_percent"].count()


def test_a_number_that_is_left_out_is_not_said_to_be_unknown() -> None:
    marks = [f"2026-11-16  P{n}  {'OO' if n < 3 else '//'}" for n in range(9)]
    text = "\n".join([*(f"P{n}: year 9" for n in range(9)), *marks])
    assert report(text, outside=True).counts["persistent"] == "left out"
    assert report(text).counts["persistent"] == 3


def test_what_is_left_out_is_in_no_form_of_the_report() -> None:
    seen = view(EIGHT, DAY, outside=True)
    told = as_json(duty("kpi").load()(seen), seen)
    assert told["findings"] == []
    assert [rule["id"] for rule in told["rules"]][-1] == "small-groups"
    charts = report(outside=True).charts
    assert [chart.title for chart in charts] == [
        "Attendance by week, all pupils",
        "Absence by day of the week, all pupils",
    ]
    labels = [point.label for chart in charts for point in chart.points]
    assert {"SEN support", "EHC plan", "No SEN"} & set(labels) == set()
    assert {"SEN support", "EHC plan"} <= {p.label for chart in report().charts for p in chart.points}


def test_of_fewer_than_five_pupils_strangers_are_told_nothing() -> None:
    told = report("Ada: year 9\n2026-11-16  Ada  // // // // //", outside=True)
    assert told.rows["left_out"].all()
    assert told.charts == ()
    assert told.counts["attendance"] is None


def school(*, younger: int, older: int, monday: str = "2026-11-16") -> str:
    """A register of so many pupils in Year 9 and in Year 12, all in one college."""
    years = {f"Y{n}": 9 for n in range(younger)} | {f"S{n}": 12 for n in range(older)}
    about = [f"{name}: year {year}, college Elm" for name, year in years.items()]
    return "\n".join([*about, *(f"{monday}  {name}  // // // // //" for name in years)])


@pytest.mark.parametrize(
    ("younger", "older", "told"),
    [(9, 0, True), (9, 4, False), (9, 5, True), (4, 9, False), (5, 9, True)],
)
def test_a_few_pupils_cannot_be_had_from_a_groups_years_7_to_11(
    younger: int, older: int, *, told: bool
) -> None:
    text = school(younger=younger, older=older)
    assert (group(report(text, outside=True), "Elm")["cohort_percent"] is not None) == told
    assert group(report(text), "Elm")["cohort_percent"] == "100.00"


@pytest.mark.parametrize(("marked", "told"), [(4, False), (5, True)])
def test_pupils_without_a_session_do_not_make_a_group_any_larger(marked: int, *, told: bool) -> None:
    names = [f"P{n}" for n in range(8)]
    about = [f"{name}: college Elm" for name in names]
    marks = [f"2026-11-20  {name}  {'//' if n < marked else 'XX'}" for n, name in enumerate(names)]
    whole = group(report("\n".join([*about, *marks]), outside=True), "all")
    assert (whole["pupils"] is not None) == told


@pytest.mark.parametrize(("then", "told"), [(4, False), (5, True)])
def test_a_group_that_was_small_last_year_has_no_last_year_for_strangers(then: int, *, told: bool) -> None:
    now, before = school(younger=6, older=6), school(younger=then, older=6, monday="2025-11-17")
    text = "\n".join([*now.splitlines(), *(line for line in before.splitlines() if line.startswith("2025"))])
    row = report(text.replace("year 9", "year 9, sex F").replace("year 12", "year 12, sex M"), outside=True)
    assert (group(row, "F")["last_year"] is not None) == told
    assert group(row, "F")["percent"] == "100.00"


def test_a_pupil_on_roll_without_a_mark_counts_and_so_does_one_who_has_left() -> None:
    text = """
    Ada: year 9
    Bea: year 9, left 2026-10-01
    Cal: year 9
    Dee: year 9, left 2026-07-17
    2026-09-07  Ada  II II II II II
    2026-09-07  Bea  // // // // //
    2026-11-16  Ada  // // // // //
    2026-11-16  Cal  X
    """
    whole = group(report(text), "all")
    assert (whole["pupils"], whole["enrolments"]) == (3, 2)
    lonely = group(report(text.replace("2026-11-16  Cal  X", "") + "Eve: year 9, admitted 2026-11-20"), "all")
    assert lonely["pupils"] == 3  # Eve, and not Cal, of whom there is no row and no date
    assert (whole["persistent_percent"], whole["cohort_persistent_percent"]) == ("50.00", "50.00")
    assert whole["severe_percent"] == "50.00"


def test_last_year_knows_who_has_moved_up_and_nothing_of_tutor_groups() -> None:
    text = """
    Ada: year 9, tutor A1
    Zoe: year 8, tutor A1, left 2026-07-17
    2025-11-17  Ada  I/ // // // //
    2025-11-17  Zoe  II I/ // // //
    2026-11-16  Ada  // // // // //
    2026-11-16  Bea  // // // // //
    Bea: year 8, tutor A1
    """
    told = report(text, tutors=True)
    assert group(told, "8")["last_year"] == "75.00"  # of 16 sessions to the Thursday, Ada missed 1 and Zoe 3
    assert group(told, "9")["last_year"] is None
    assert group(told, "A1")["last_year"] is None


def test_a_flag_has_one_bar_for_those_who_have_it() -> None:
    told = report("Ada: year 9, fsm\nBea: year 9, not fsm\n2026-11-16  Ada  O/\n2026-11-16  Bea  //")
    assert [point.label for point in told.charts[1].points] == ["Free school meals"]


def test_the_charts_say_what_the_rows_say() -> None:
    trend, groups, week = report().charts
    assert [point.label for point in trend.points] == ["9 Nov", "16 Nov"]
    assert [point.text for point in trend.points] == ["94.9%", "98.3%"]
    assert [point.value for point in trend.against] == [9272]
    assert [point.label for point in groups.points] == ["SEN support", "EHC plan", "No SEN"]
    assert [point.text for point in groups.points] == ["0.0%", "10.0%", "3.4%"]
    assert [(point.label, point.text) for point in week.points][:2] == [
        ("Monday", "8.3%"),
        ("Tuesday", "0.0%"),
    ]


def test_weeks_begin_when_the_schools_do() -> None:
    text = "Ada: year 9\n2026-11-09  Ada  // // // // OO"
    told = report(text, date(2026, 11, 13), school={"week_starts_on": "Friday"})
    assert [point.label for point in told.charts[0].points] == ["6 Nov", "13 Nov"]


def test_a_chart_of_one_value_does_not_call_it_the_highest_and_the_lowest() -> None:
    trend, week = report("2026-11-16  Ada  O/").charts
    assert (trend.says, week.says) == ("50.0% throughout.", "50.0% throughout.")
    assert report().charts[2].says.startswith("Most absence on Monday, 8.3%; least on ")


def test_a_school_without_years_is_pictured_whole() -> None:
    told = report("2026-11-16  Ada  // // // // O/")
    assert told.charts[0].title == "Attendance by week, all pupils"
    assert told.charts[0].against == ()
    assert told.rows["group_type"].to_list() == ["school"]
