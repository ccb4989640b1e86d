"""School days counted for many dates at once: each distinct date is asked of the calendar once."""

from datetime import date

import polars as pl

from attendkit.terms import Calendar


def ages(dates: pl.Series, calendar: Calendar, on: date) -> pl.DataFrame:
    """School days gone since each date: date, age_school_days; 0 on the day itself (R6.2)."""
    asked = dates.drop_nulls().unique().to_list()
    return pl.DataFrame(
        {"date": asked, "age_school_days": [calendar.age(day, on) for day in asked]},
        schema={"date": pl.Date, "age_school_days": pl.Int64},
    )


def deadlines(dates: pl.Series, calendar: Calendar, school_days: int) -> pl.DataFrame:
    """The last day of a limit in school days, day 0 being each date (R6.2).

    Returns:
        date, deadline, deadline_assumed: whether the calendar ends before it and weekdays were assumed.
    """
    asked = dates.drop_nulls().unique().to_list()
    last = [calendar.after(day, school_days) for day in asked]
    return pl.DataFrame(
        {"date": asked, "deadline": last, "deadline_assumed": [calendar.is_assumed(day) for day in last]},
        schema={"date": pl.Date, "deadline": pl.Date, "deadline_assumed": pl.Boolean},
    )
