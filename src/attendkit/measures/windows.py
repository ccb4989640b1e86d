"""Sessions within a number of school weeks: when a count is reached, across holidays and years (R17.2)."""

from collections.abc import Sequence
from datetime import date

import polars as pl


def weeks_of(dates: pl.Series, weeks: Sequence[date]) -> pl.Series:
    """The place of the school week that each date is in, counted from 0; -1 before the first.

    A date in a week without a school day is given the school week before it.

    Args:
        dates: the dates.
        weeks: the first day of every school week, in order (R1.3).
    """
    starts = pl.Series(weeks, dtype=pl.Date).to_physical()
    return starts.search_sorted(dates.to_physical(), side="right").cast(pl.Int32) - 1


def within(marks: pl.DataFrame, weeks: Sequence[date], *, limit: int, span: int) -> pl.DataFrame:
    """Each mark with its school week, and whether it is at least the `limit`-th within `span` school weeks.

    The weeks end with the mark's own, and marks are counted up to and including it, whatever weeks the
    holidays and years between them leave out. Because a pupil's marks are in order, it is the `limit`-th
    exactly when the one `limit` - 1 places before it is not too far back.

    Args:
        marks: the marks that count, `register.model.MARKS`, sorted by pupil, date and session.
        weeks: the first day of every school week, in order.
        limit: sessions.
        span: school weeks.

    Returns:
        `marks` with week (its place), nth (the pupil's sessions so far, from 1), reached, and spell: marks
        one after another that are reached have one number, and no other marks have it.
    """
    back = pl.col("week").shift(limit - 1).over("pupil")
    earlier = pl.col("reached").shift(1).over("pupil").fill_null(value=False)
    return (
        marks.with_columns(week=weeks_of(marks["date"], weeks))
        .with_columns(
            nth=pl.int_range(1, pl.len() + 1).over("pupil"),
            reached=(pl.col("week") - back < span).fill_null(value=False),
        )
        .with_columns(spell=(pl.col("reached") & ~earlier).cum_sum())
    )


def spells(counted: pl.DataFrame) -> pl.DataFrame:
    """When each spell of `within` was first reached, and when it last was.

    Returns:
        pupil, spell, nth (of the session that reached it), week (its place), reached_on, reached_session and
        until (date), in order.
    """
    return (
        counted.filter("reached")
        .group_by("pupil", "spell", maintain_order=True)
        .agg(
            pl.col("nth").first(),
            pl.col("week").first(),
            pl.col("date").first().alias("reached_on"),
            pl.col("session").first().alias("reached_session"),
            pl.col("date").last().alias("until"),
        )
    )


def week_ends(days: Sequence[date], weeks: Sequence[date]) -> tuple[pl.Series, pl.Series]:
    """The first and the last school day of every school week, in order."""
    dates = pl.Series("day", days, dtype=pl.Date)
    ends = (
        pl.DataFrame([dates, weeks_of(dates, weeks).alias("week")])
        .group_by("week")
        .agg(first=pl.col("day").min(), last=pl.col("day").max())
    )
    ordered = ends.sort("week")
    return ordered["first"], ordered["last"]
