"""Past school days replayed at once: what had been counted of each pupil by the end of each of them."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from attendkit.measures.codes import told
from attendkit.measures.sessions import FIGURES
from attendkit.measures.windows import weeks_of
from attendkit.terms import academic_year


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
    placed = _placed(marks, days, [academic_year(day)[0] for day in days])
    read = told(marks)
    for name in ("possible", "absent"):
        so_far = pl.concat([pl.Series([0]), read.select(FIGURES[name].cast(pl.Int64).cum_sum()).to_series()])
        placed = placed.with_columns(
            (so_far.gather(placed["end"]) - so_far.gather(placed["begin"])).alias(name)
        )
    return placed.filter(pl.col("end") > pl.col("begin")).select("pupil", "date", "possible", "absent")


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
    first = (weeks_of(pl.Series(days, dtype=pl.Date), weeks) - span + 1).to_list()
    since = [weeks[place] if place > 0 else date.min for place in first]
    counts = _placed(marks, days, since).select("pupil", "date", count=pl.col("end") - pl.col("begin"))
    return counts.filter(pl.col("count") > 0)


def _placed(marks: pl.DataFrame, days: Sequence[date], first: Sequence[date]) -> pl.DataFrame:
    """Where each pupil's marks begin that are not before a day's own `first`, and where those up to it end.

    The marks are in order, so each place is searched for by halves, and what was counted between two places
    is what was counted by the one less what was counted by the other.

    Returns:
        pupil, date, begin and end, for every pupil with a mark and every day, in order.
    """
    held = pl.DataFrame({"date": days, "since": first}, schema={"date": pl.Date, "since": pl.Date})
    asked = marks.select(pl.col("pupil").unique(maintain_order=True)).join(held, how="cross")
    order = marks.select(_order("date")).to_series()
    since, until = (asked.select(_order(name)).to_series() for name in ("since", "date"))
    begin, end = order.search_sorted(since, side="left"), order.search_sorted(until, side="right")
    return asked.select("pupil", "date", begin=begin.cast(pl.Int64), end=end.cast(pl.Int64))


def _order(dates: str) -> pl.Expr:
    """A number by which a pupil's dates follow those of every pupil before."""
    return pl.col("pupil").cast(pl.Int64) * 2**32 + pl.col(dates).to_physical()


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
