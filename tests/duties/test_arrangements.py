"""Part-time timetables and illness: compared with their oracle, with each other, and with the returns."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawn import view
from tests.oracles.arrangements import made

from attendkit.documents.contract import as_json
from attendkit.duties import duty
from attendkit.findings import findings

DATA = Path(__file__).parents[1] / "data" / "worked_examples.json"
REVIEW = json.loads(DATA.read_text(encoding="utf-8"))["c2_review"]
ON = date(2026, 11, 20)
timetables, medical = duty("timetables").load(), duty("medical").load()


def test_the_worked_review_is_amber_at_six_weeks_and_overdue_after_eight() -> None:
    start, amber, due = (date.fromisoformat(REVIEW[name]) for name in ("start", "amber", "due"))
    register = f"{start}  Ada  C2/ C2/ C2/ C2/ C2/ x12"
    one_day = timedelta(days=1)
    for on, state in [(amber - one_day, "not_due"), (amber, "amber"), (due, "amber"), (due + one_day, "red")]:
        (row,) = timetables(view(register, on)).rows.iter_rows(named=True)
        assert (row["review_from"], row["review_by"], row["review"]) == (amber, due, state)


def test_a_part_time_timetable_says_that_nothing_is_known_of_its_agreement() -> None:
    report = timetables(view("2026-11-16  Ada  C2/ // // // //", ON))
    (row,) = report.rows.select("agreed_on", "agreed_until", "reviewed_on", "council_told").rows()
    assert set(row) == {None}
    assert report.found["says"][0].endswith("No agreement is on file.")


@given(st.integers(0, 10**9))
@settings(max_examples=16, deadline=None)
def test_illness_is_as_near_a_sickness_return_as_returns_says(seed: int) -> None:
    one = made(seed)
    look = view(one.drawing, one.on, all=True)
    due = duty("returns").load()(look).rows.filter(pl.col("kind") == "sickness")
    towards = dict(medical(look).rows.select("pupil", "return_sessions").iter_rows())
    for pupil, sessions in due.select("pupil", "sessions").iter_rows():
        assert towards[pupil] == sessions
    reached = medical(look).rows.filter(pl.col("look").list.contains("return"))
    assert set(reached["pupil"]) == set(due.filter(pl.col("short_of") == 0)["pupil"])


def test_illness_is_proved_by_marks_of_i_and_no_comment_is_read() -> None:
    look = view("2026-11-02  Ada  II II II II II\n2026-11-09  Ada  II II II II II", ON)
    register = look.register
    told = register.marks.with_columns(comment=pl.lit("private"))
    look = replace(look, register=replace(register, marks=told))
    report = medical(look)
    (finding,) = findings(report, look)
    assert finding.count == report.rows["sessions"][0] == 20
    assert {piece.code for piece in finding.evidence} == {"I"}
    assert "private" not in json.dumps(as_json(report, look))
