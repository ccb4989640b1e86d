"""Past school days replayed at once: what had been counted of each pupil by the end of each of them."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from attendkit.measures.codes import told
from attendkit.measures.sessions import FIGURES
from attendkit.measures.windows import weeks_of


def academic_years(dates: str = "date") -> pl.Expr:
    """The calendar year in which the academic year of a date began."""
    day = pl.col(dates).dt
    return (day.year() - (day.month() < 8).cast(pl.Int32)).alias("year")


def standing(marks: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    """Sessions possible and absent in the academic year to date, at the end of each day (R1.4).

    Args:
        marks: `register.model.MARKS`, sorted, of at least the academic years of the days.
        days: the days to replay, in order.

    Returns:
        pupil, date, possible and absent, for each day from the pupil's first mark of its academic year on.
    """
    names = ("possible", "absent")
    each = told(marks).select("pupil", "date", *(FIGURES[name].cast(pl.Int64).alias(name) for name in names))
    last_of_day = pl.struct("pupil", "date").ne_missing(pl.struct("pupil", "date").shift(-1))
    so_far = (
        each.with_columns(academic_years())
        .with_columns(pl.col(names).cum_sum().over("pupil", "year"))
        .filter(last_of_day)
    )
    asked = pl.DataFrame({"date": days}, schema={"date": pl.Date}).with_columns(academic_years())
    every = so_far.select("pupil").unique().join(asked, how="cross")
    return _at(every, so_far, ["pupil", "year"]).drop_nulls("possible").drop("year")


def in_last_weeks(
    marks: pl.DataFrame, days: Sequence[date], weeks: Sequence[date], span: int
) -> pl.DataFrame:
    """How many of the marks fell in the school weeks up to each day's own, by the end of that day (R17.2).

    Args:
        marks: the marks that count, `register.model.MARKS`, sorted.
        days: the days to replay, in order.
        weeks: the first day of every school week, in order.
        span: school weeks, the day's own included.

    Returns:
        pupil, date and count, where there is any.
    """
    nth = marks.select("pupil", "date", count=pl.int_range(1, pl.len() + 1).over("pupil"))
    so_far = nth.group_by("pupil", "date").agg(pl.col("count").max()).sort("pupil", "date")
    asked = pl.DataFrame({"date": days}, schema={"date": pl.Date})
    first = (weeks_of(asked["date"], weeks) - span + 1).to_list()
    before = [weeks[place] - timedelta(days=1) if place > 0 else date.min for place in first]
    every = so_far.select("pupil").unique().join(asked.with_columns(before=pl.Series(before)), how="cross")
    now = _at(every, so_far, ["pupil"]).drop_nulls("count")
    then = _at(now.select("pupil", day="date", date="before"), so_far.rename({"count": "earlier"}), ["pupil"])
    counts = now.join(then.select("pupil", "earlier", date="day"), on=["pupil", "date"])
    left = pl.col("count") - pl.col("earlier").fill_null(0)
    return counts.select("pupil", "date", count=left).filter(pl.col("count") > 0)


def _at(asked: pl.DataFrame, so_far: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Each row asked for with the latest of `so_far` on or before its date."""
    return asked.sort("date").join_asof(
        so_far.sort("date"), on="date", by=by, strategy="backward", check_sortedness=False
    )


def first_reached(nth: pl.DataFrame, least: int, of: str) -> pl.DataFrame:
    """When a count first came to `least`: pupil, date, and the count at the end of that day.

    Args:
        nth: pupil, date, nth (the count with this mark), and the column `of`.
        least: sessions.
        of: what one count of a pupil's is of, such as a span.
    """
    there = nth.filter(pl.col("nth") >= least)
    first = there.filter(pl.col("date") == pl.col("date").min().over("pupil", of))
    counts = first.group_by("pupil", of, maintain_order=True).agg(
        pl.col("date").first(), count=pl.col("nth").max()
    )
    return counts.drop(of)
