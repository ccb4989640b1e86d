"""Registers taken and not taken: every pupil who should have a mark, and whether they have one."""

from collections.abc import Collection
from datetime import date

import polars as pl

from attendkit.measures.codes import told
from attendkit.measures.sessions import FIGURES
from attendkit.model import MISSING

NOT_ON_ROLL = "Z"
"""The mark of a pupil whose name is not on the admission register yet."""


def marked(marks: pl.DataFrame) -> pl.DataFrame:
    """The sessions that somebody marked: date, session, sorted. One that nobody marked has not begun."""
    return marks.filter(pl.col("code") != MISSING).select("date", "session").unique().sort("date", "session")


def held(marks: pl.DataFrame) -> pl.DataFrame:
    """The sessions that were possible for somebody: date, session, sorted. The school met."""
    read = told(marks.select("date", "session", "code"))
    sessions = read.group_by("date", "session").agg(held=FIGURES["possible"].any())
    return sessions.filter("held").select("date", "session").sort("date", "session")


def roll_call(
    pupils: pl.DataFrame, marks: pl.DataFrame, sessions: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Every pupil with every session of one day that somebody marked, whether they have a mark or not.

    A pupil who has no row in a session that others have is there with `MISSING` and no `row`, so that
    nobody can drop out of a list by dropping out of an export.

    Args:
        pupils: those on roll that day, with `pupil` and `tutor`.
        marks: that day's marks of the whole school.
        sessions: date and session, to ask about those instead of the ones that are marked.

    Returns:
        pupil, tutor, date, session and the rest of `register.model.MARKS`, sorted by pupil and session.
    """
    asked = marked(marks) if sessions is None else sessions
    every = pupils.select("pupil", "tutor").join(asked, how="cross")
    return (
        every.join(marks, on=["pupil", "date", "session"], how="left")
        .with_columns(pl.col("code").fill_null(MISSING))
        .filter(pl.col("code") != NOT_ON_ROLL)
        .sort("pupil", "session")
    )


def taken(call: pl.DataFrame, due: Collection[date] = ()) -> pl.DataFrame:
    """How each tutor group's register stands in each session of a `roll_call` that was held.

    Args:
        call: what `roll_call` gives, of one day or more.
        due: days on which every session called was to be held, though no mark shows it.

    Returns:
        date, session, tutor, on_roll, marked, missing (pupils), sorted.
    """
    unmarked = pl.col("code") == MISSING
    registers = (
        told(call)
        .group_by("date", "session", "tutor")
        .agg(
            pl.len().alias("on_roll"),
            (~unmarked).sum().alias("marked"),
            unmarked.sum().alias("missing"),
            FIGURES["possible"].any().alias("held"),
        )
    )
    was_held = pl.col("held").any().over("date", "session")
    return (
        registers.filter(was_held | pl.col("date").is_in(list(due)))
        .drop("held")
        .sort("date", "session", "tutor")
    )


def mostly_taken() -> pl.Expr:
    """Whether at least half of a tutor group has a mark, by `taken`'s columns.

    Marks are put in before anybody takes the register (a known illness, a trip, the late door), so one mark
    does not show that it was taken.
    """
    return pl.col("missing") <= pl.col("marked")
