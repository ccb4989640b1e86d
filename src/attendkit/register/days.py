"""The days the school met, as the register shows them."""

from datetime import date

import polars as pl

from attendkit.model import MISSING
from attendkit.register.model import Register
from attendkit.school import School
from attendkit.terms import Calendar, calendar

_SHUT = ("#", "Y4", "Y")
"""The whole school was closed: planned, unexpectedly, and unexpectedly as it was written until 2024."""

_SILENT = ("Z", "X", "Q", MISSING)
"""Says nothing about whether the school met."""


def school_days(register: Register) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The dates on which the register shows that the school met, and those on which it was closed.

    A weekday was held when one pupil has a mark that only an open school gives; a Saturday or Sunday when
    half of the pupils have. A date was closed when no pupil has one and some are marked as closed (R1.2).
    A few marks beyond the last full day, such as leave agreed for next month, prove nothing about the days
    before them, so they are left out.
    """
    if register.marks.is_empty():
        return (), ()
    met = ~pl.col("code").is_in([*_SHUT, *_SILENT])
    shut = pl.col("code").is_in(_SHUT)
    pupils = register.marks["pupil"].n_unique()
    days = (
        register.marks.lazy()
        .group_by("date", "session")
        .agg(met=met.sum(), shut=shut.any())
        .group_by("date")
        .agg(pl.col("met").max(), pl.col("shut").any())
        .sort("date")
        .collect()
    )
    full = days.filter(pl.col("met") * 10 >= pupils)["date"]
    held = days.filter(
        pl.col("met") > 0,
        (pl.col("date").dt.weekday() <= 5) | (pl.col("met") * 2 >= pupils),
        pl.col("date") <= full.last() if full.len() else pl.lit(value=False),
    )
    closed = days.filter(pl.col("met") == 0, "shut")
    return tuple(held["date"]), tuple(closed["date"])


def calendar_for(school: School, register: Register) -> Calendar:
    """The calendar of a school: its term dates and closures, and what the register shows."""
    held, closed = school_days(register)
    return calendar(
        terms=school.term_dates(),
        closures=school.closed_dates(),
        seen=held,
        seen_closed=closed,
        week_starts_on=school.week_start(),
    )
