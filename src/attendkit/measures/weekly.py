"""Arrangements that a register shows week by week: sessions of a code that go on for weeks, with gaps."""

from bisect import bisect_right
from datetime import date

import polars as pl

from attendkit.measures.windows import week_ends, weeks_of
from attendkit.terms import Calendar


def arrangements(marks: pl.DataFrame, calendar: Calendar, ends_after: int) -> pl.DataFrame:
    """The marks of a code, each with the `arrangement` it belongs to.

    One arrangement of a pupil has ended, and the next mark begins another, when so many school weeks in a row
    have none of its marks. A week without a school day neither counts nor ends it (R1.3).

    Args:
        marks: of one code, `register.model.MARKS`, sorted by pupil, date and session.
        calendar: the school's.
        ends_after: whole school weeks.

    Returns:
        `marks` with week (its place among the school weeks) and arrangement (a number, unlike any other's).
    """
    placed = marks.with_columns(week=weeks_of(marks["date"], calendar.school_weeks))
    goes_on = (pl.col("pupil") == pl.col("pupil").shift(1)) & (
        pl.col("week") - pl.col("week").shift(1) <= ends_after
    )
    return placed.with_columns(arrangement=(~goes_on).fill_null(value=True).cum_sum())


def weeks_gone(calendar: Calendar, on: date) -> int:
    """How many school weeks are over by the end of a day: their last school day is on or before it."""
    _, lasts = week_ends(calendar.days, calendar.school_weeks)
    return bisect_right(lasts.to_list(), on)


def summed(arranged: pl.DataFrame, gone: int, ends_after: int) -> pl.DataFrame:
    """What each of `arrangements` comes to.

    Args:
        arranged: what `arrangements` gives.
        gone: how many school weeks are over (`weeks_gone`).
        ends_after: whole school weeks, as for `arrangements`.

    Returns:
        pupil, arrangement, since and until (dates of its first and last mark), sessions, school_weeks (those
        with a mark of it), sessions_a_week (the most in one school week), and ended (so many whole school
        weeks have gone since).
    """
    weekly = arranged.group_by("pupil", "arrangement", "week", maintain_order=True).agg(
        since=pl.col("date").min(), until=pl.col("date").max(), sessions=pl.len()
    )
    return weekly.group_by("pupil", "arrangement", maintain_order=True).agg(
        pl.col("since").min(),
        pl.col("until").max(),
        pl.col("sessions").sum(),
        school_weeks=pl.len(),
        sessions_a_week=pl.col("sessions").max(),
        ended=gone - pl.col("week").max() - 1 >= ends_after,
    )
