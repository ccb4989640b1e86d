"""Sessions in a row: unbroken spans of some codes, and how long each of them is.

There are two readings of "in a row". `spans` walks over sessions that cannot say anything (not possible, or
not marked) as the returns to the council do; `strict_spans` lets nothing stand between, as Ground I does.
"""

from collections.abc import Collection

import polars as pl

from attendkit.model import MISSING
from attendkit.register.model import CODES
from attendkit.rules.codes import generations

NEUTRAL = frozenset(
    {MISSING, *(code.code for g in generations() for code in g.codes.values() if not code.possible)}
)
"""Codes of sessions that say neither that a pupil came nor that they stayed away, and `MISSING` (R12.3)."""

CLOSED = "#"
"""The mark of a session that the school did not hold."""

_CODE = pl.col("code")


def spans(marks: pl.DataFrame, codes: Collection[str], *, neutral: Collection[str] = NEUTRAL) -> pl.DataFrame:
    """The marks of `codes`, each with the `span` it is in and whether that span is `current`.

    A span is of one pupil and is broken by any mark that is neither one of `codes` nor `neutral`; days
    without a row, such as a holiday, do not break it. It is current while nothing has broken it yet.

    Args:
        marks: `register.model.MARKS`, sorted by pupil, date and session.
        codes: what a span is made of.
        neutral: what neither counts nor breaks (R12.3).

    Returns:
        `marks` of `codes`, with span (a number, unlike any other span's) and current.
    """
    last_of_pupil = (pl.col("pupil") != pl.col("pupil").shift(-1)).fill_null(value=True)
    placed = marks.with_columns(place=places(neutral)).with_columns(
        end=pl.when(last_of_pupil).then("place").backward_fill()
    )
    rows = in_spans(placed.filter(_CODE.is_in(list(codes))), neutral=neutral)
    unbroken = pl.col("place").last().over("span") == pl.col("end")
    return rows.with_columns(current=unbroken).drop("place", "end")


def places(neutral: Collection[str] = NEUTRAL) -> pl.Expr:
    """How many marks up to each are not neutral, among marks in order: what tells the gaps between spans."""
    return (~_CODE.is_in(list(neutral))).cum_sum()


def in_spans(placed: pl.DataFrame, *, neutral: Collection[str] = NEUTRAL) -> pl.DataFrame:
    """All the marks of some codes, with their `places` as place, each with the `span` it is in.

    As in `spans`, which also tells what is current; but other marks need not be walked over again.
    """
    own = (~_CODE.is_in(list(neutral))).cast(pl.UInt32)
    follows = (pl.col("pupil") == pl.col("pupil").shift(1)) & (
        pl.col("place") == pl.col("place").shift(1) + own
    )
    return placed.with_columns(span=(~follows).fill_null(value=True).cum_sum())


def sessions_held(marks: pl.DataFrame) -> pl.DataFrame:
    """Every session that the school held, in order: date, session, place (0, 1, 2, ...).

    One that was closed to some and possible for nobody was not held; one after the last that anybody marked
    has not begun.
    """
    # One number of a mark's day, session and code tells marks apart more quickly than the three.
    day, code = pl.col("date").to_physical().cast(pl.Int64), _CODE.cast(CODES).to_physical().cast(pl.Int64)
    rows = (
        marks.select("date", "session", "code", alike=(day * 256 + pl.col("session")) * 256 + code)
        .unique("alike")
        .group_by("date", "session")
        .agg(
            closed=(_CODE == CLOSED).any(),
            possible=(~_CODE.is_in(list(NEUTRAL))).any(),
            begun=(_CODE != MISSING).any(),
        )
        .sort("date", "session")
    )
    up_to_now = pl.col("begun").reverse().cum_max().reverse()
    held = rows.filter(up_to_now).filter(pl.col("possible") | ~pl.col("closed"))
    return held.select("date", "session").with_row_index("place")


def strict_spans(marks: pl.DataFrame, codes: Collection[str], held: pl.DataFrame) -> pl.DataFrame:
    """The marks of `codes`, each with the `span` it is in: broken by any session held without one of them.

    So any other code breaks it, a session that nobody marked too, and one for which there is no row (R14.3).

    Args:
        marks: `register.model.MARKS`, sorted by pupil, date and session.
        codes: what a span is made of.
        held: what `sessions_held` gives for the whole school.

    Returns:
        `marks` of `codes`, with span and current (no session was held after its last mark).
    """
    counted = marks.filter(_CODE.is_in(list(codes))).join(held, on=["date", "session"], maintain_order="left")
    follows = (pl.col("pupil") == pl.col("pupil").shift(1)) & (
        pl.col("place") == pl.col("place").shift(1) + 1
    )
    last = pl.col("place").max().over("span") == held.height - 1
    return (
        counted.with_columns(span=(~follows).fill_null(value=True).cum_sum())
        .with_columns(current=last)
        .drop("place")
    )


def lengths(spanned: pl.DataFrame, least: int = 1) -> pl.DataFrame:
    """How long each span is, and when it first had `least` sessions.

    Returns:
        pupil, span, current, sessions, since and until (dates of the first and last session), and reached_on
        (the date of session number `least`, null where it has fewer), in the order of `spanned`.
    """
    return spanned.group_by("span", maintain_order=True).agg(
        pl.col("pupil").first(),
        pl.col("current").first(),
        pl.len().alias("sessions"),
        pl.col("date").first().alias("since"),
        pl.col("date").last().alias("until"),
        pl.col("date").get(least - 1, null_on_oob=True).alias("reached_on"),
    )
