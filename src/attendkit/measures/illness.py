"""Times of illness: sessions in a row, how long each was, and how soon one followed another."""

import polars as pl

from attendkit.measures.spans import lengths
from attendkit.terms import Calendar


def times(spanned: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """Each time of illness, with the school days that the pupil was back for before it.

    Args:
        spanned: the marks of illness as `measures.spans.spans` gives them.
        calendar: the school's.

    Returns:
        pupil, span, current, sessions, since, until, and back_for: school days from the end of the pupil's
        last time to the start of this one, neither counted; 0 where they are one day or two in a row, null
        at the first.
    """
    days = pl.Series("day", calendar.days, dtype=pl.Date).to_physical()
    each = lengths(spanned).drop("reached_on")
    began, ended = (days.search_sorted(each[name].to_physical()) for name in ("since", "until"))
    gap = pl.col("began") - pl.col("ended").shift(1).over("pupil") - 1
    return (
        each.with_columns(began=began.cast(pl.Int64), ended=ended.cast(pl.Int64))
        .with_columns(back_for=gap.clip(lower_bound=0))
        .drop("began", "ended")
    )


def by_pupil(each: pl.DataFrame, back_for: int) -> pl.DataFrame:
    """What a pupil's `times` come to.

    Returns:
        pupil, times, longest (sessions), broken (times that began within `back_for` school days of coming
        back), ill_now, since and until (of the latest time), in_a_row (its sessions).
    """
    return each.group_by("pupil", maintain_order=True).agg(
        times=pl.len(),
        longest=pl.col("sessions").max(),
        broken=(pl.col("back_for") <= back_for).sum(),
        ill_now=pl.col("current").any(),
        since=pl.col("since").last(),
        until=pl.col("until").last(),
        in_a_row=pl.col("sessions").last(),
    )
