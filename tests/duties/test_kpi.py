"""The school and its groups: against the oracle, against `bands`, and what strangers are told."""

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawn import view
from tests.oracles.groups import compare

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


@given(st.integers(0, 10**9))
@settings(max_examples=45, deadline=None)
def test_the_groups_are_what_the_oracle_says(seed: int) -> None:
    assert compare(seed) > 0


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


def test_a_few_older_pupils_in_a_group_cannot_be_had_from_its_years_7_to_11() -> None:
    """Two of the eight are in the sixth form: the share of the other six would give theirs away."""
    assert group(report(), "all")["cohort_percent"] is not None
    assert group(report(outside=True), "all")["cohort_percent"] is None


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
