"""Every measure, compared with the plain oracle on random registers."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import oracle
from tests.drawn import Mark, register
from tests.registers import Random, registers

from attendkit.measures import runs
from attendkit.measures.registers import held, marked, mostly_taken, roll_call, taken
from attendkit.measures.sessions import FIGURES, percent, totals
from attendkit.register.model import MARKS, empty


def of(marks: list[Mark], pupil: int) -> list[Mark]:
    return [mark for mark in marks if mark.pupil == pupil]


@given(registers())
@settings(max_examples=40, deadline=None)
def test_totals_are_the_oracles(made: Random) -> None:
    drawing = made.drawing
    got = {row.pop("pupil"): row for row in totals(register(drawing).marks).to_dicts()}
    assert got == {
        pupil: oracle.totals(of(drawing.marks, pupil)) for pupil in {m.pupil for m in drawing.marks}
    }


@given(registers())
@settings(max_examples=20, deadline=None)
def test_a_groups_total_is_the_sum_of_its_sessions(made: Random) -> None:
    drawing = made.drawing
    got = totals(register(drawing).marks, by=["date", "session"]).to_dicts()
    for row in got:
        when = (row.pop("date"), row.pop("session"))
        assert row == oracle.totals(mark for mark in drawing.marks if (mark.date, mark.session) == when)


@given(registers())
@settings(max_examples=40, deadline=None)
def test_days_in_a_row_and_last_on_site_are_the_oracles(made: Random) -> None:
    drawing = made.drawing
    marks = register(drawing).marks
    away = runs.away(marks)
    last = {row[0]: row[1:] for row in runs.last_on_site(marks).iter_rows()}
    for pupil in range(len(drawing.names)):
        mine = of(drawing.marks, pupil)
        assert away.filter(pl.col("pupil") == pupil)["date"].to_list() == oracle.days_away(mine)
        assert last.get(pupil) == oracle.last_on_site(mine)


@given(possible=st.integers(0, 400), missed=st.integers(0, 400))
@settings(max_examples=300, deadline=None)
def test_percent_is_long_division(possible: int, missed: int) -> None:
    present = max(possible - missed, 0)
    frame = pl.DataFrame({"present": [present], "possible": [possible]})
    assert frame.select(percent()).item() == oracle.percent(present, possible)


@pytest.mark.parametrize(
    ("present", "possible", "text"),
    [
        (2, 3, "66.67"),
        (1, 3, "33.33"),
        (1, 1, "100.00"),
        (0, 7, "0.00"),
        (20001, 40000, "50.00"),
        (1, 800, "0.13"),
    ],
)
def test_percent_is_half_up_with_two_decimals(present: int, possible: int, text: str) -> None:
    frame = pl.DataFrame({"present": [present], "possible": [possible]})
    assert frame.select(percent()).item() == text


def test_percent_of_nothing_is_not_a_number() -> None:
    assert pl.DataFrame({"present": [0], "possible": [0]}).select(percent()).item() is None


def test_no_marks_give_no_rows_and_every_column() -> None:
    got = totals(empty(MARKS))
    assert got.is_empty()
    assert set(got.columns) == {"pupil", "minutes_late", *FIGURES}


def one_mark(code: str, day: date = date(2026, 11, 16)) -> pl.DataFrame:
    row = dict.fromkeys(MARKS) | {"pupil": 0, "date": day, "session": 1, "code": code}
    return pl.DataFrame([row], schema=MARKS)


@pytest.mark.parametrize("day", [date(2024, 8, 18), date(2024, 8, 19)])
def test_every_code_of_a_day_is_counted_as_the_oracle_counts_it(day: date) -> None:
    for code in [*oracle.codes(day), "-"]:
        row = totals(one_mark(code, day)).to_dicts()[0]
        del row["pupil"]
        assert row == oracle.totals([Mark(0, day, 1, code)]), code


@pytest.mark.parametrize(("code", "day"), [("J", date(2024, 8, 19)), ("K", date(2024, 8, 18))])
def test_a_code_out_of_force_is_never_left_out_silently(code: str, day: date) -> None:
    with pytest.raises(ValueError, match=f"{code} on {day}"):
        totals(one_mark(code, day))


def test_a_session_is_marked_by_any_code_and_held_by_a_possible_one() -> None:
    marks = pl.concat([one_mark("#", date(2026, 11, 16)), one_mark("-", date(2026, 11, 17)), one_mark("I")])
    assert marked(marks)["date"].to_list() == [date(2026, 11, 16)]
    assert held(marks)["date"].to_list() == [date(2026, 11, 16)]
    assert held(one_mark("#")).is_empty()
    assert marked(one_mark("-")).is_empty()


def test_roll_call_keeps_a_pupil_without_a_row_and_leaves_out_one_not_on_roll() -> None:
    pupils = pl.DataFrame({"pupil": [0, 1, 2], "tutor": ["7A1"] * 3}, schema_overrides={"pupil": pl.UInt32})
    marks = pl.concat([one_mark("/"), one_mark("Z").with_columns(pupil=pl.lit(2, pl.UInt32))])
    call = roll_call(pupils, marks)
    assert call.select("pupil", "code", "row").rows() == [(0, "/", None), (1, "-", None)]


@pytest.mark.parametrize("marks", ["/-", "/--", "//-", "-"])
def test_a_register_is_taken_when_half_of_it_is(marks: str) -> None:
    pupils = pl.DataFrame(
        {"pupil": range(len(marks) + 1), "tutor": ["7A1"] * len(marks) + ["7B1"]},
        schema_overrides={"pupil": pl.UInt32},
    )
    rows = [one_mark(code).with_columns(pupil=pl.lit(n, pl.UInt32)) for n, code in enumerate(marks + "/")]
    registers = taken(roll_call(pupils, pl.concat(rows))).filter(pl.col("tutor") == "7A1")
    assert registers.select(mostly_taken()).item() is (marks.count("/") * 2 >= len(marks))
