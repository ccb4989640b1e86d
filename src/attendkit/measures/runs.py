"""Days in a row: how long a pupil has been away, and when they were last on site."""

import polars as pl

from attendkit.measures.codes import told
from attendkit.measures.sessions import ABSENT, PRESENT, UNMARKED
from attendkit.rules.codes import OnSite

ON_SITE = pl.col("on_site") == OnSite.YES.value
"""Certainly in school: / \\ L and U (R7.8)."""


def days(marks: pl.DataFrame) -> pl.DataFrame:
    """Each pupil's own days: whether they missed any session and whether they were seen at all.

    A pupil is seen on a day when one session of it was attended or found them on site, so U is seen though it
    is an absence. A day on which nothing was possible, or nobody took the register, is neither.

    Returns:
        pupil, date, missed, seen, sorted by pupil and date.
    """
    read = told(marks)
    return (
        read.group_by("pupil", "date")
        .agg(ABSENT.any().alias("missed"), (PRESENT | ON_SITE).any().alias("seen"))
        .sort("pupil", "date")
    )


def away(marks: pl.DataFrame) -> pl.DataFrame:
    """The days a pupil has been absent in a row up to the last of `marks`, one row a day.

    A day counts when a session of it was missed and the pupil was not seen on it. Only a day on which they
    were seen ends the row: a day without a possible session, or without a mark, neither counts nor ends
    it, because it shows nobody that the pupil is safe.

    Returns:
        pupil, date, sorted: `days_in_a_row` is the number of rows of a pupil, in school days.
    """
    told_days = days(marks)
    last_seen = told_days.filter("seen").group_by("pupil").agg(pl.col("date").max().alias("seen_on"))
    return (
        told_days.filter("missed")
        .join(last_seen, on="pupil", how="left")
        .filter(pl.col("seen_on").is_null() | (pl.col("date") > pl.col("seen_on")))
        .select("pupil", "date")
        .sort("pupil", "date")
    )


def days_in_a_row(marks: pl.DataFrame) -> pl.DataFrame:
    """How many school days each pupil has been `away` in a row: pupil, days_in_a_row. None is no row."""
    return away(marks).group_by("pupil").agg(pl.len().alias("days_in_a_row"))


def last_on_site(marks: pl.DataFrame) -> pl.DataFrame:
    """The latest session that found each pupil on site: pupil, last_on_site (date), last_session (1 or 2)."""
    return (
        told(marks)
        .filter(ON_SITE)
        .sort("pupil", "date", "session")
        .group_by("pupil")
        .agg(pl.col("date").last().alias("last_on_site"), pl.col("session").last().alias("last_session"))
    )


def unseen(marks: pl.DataFrame) -> pl.DataFrame:
    """The marks that nobody can have seen a pupil by, since the day they were last seen.

    Sessions missed, and sessions that nobody marked; one that was not possible says nothing of where the
    pupil should have been. A pupil is seen on a day as in `days`.

    Returns:
        `register.model.MARKS` of those sessions, with seen_on (date; null where they were never seen).
    """
    seen = days(marks).filter("seen").group_by("pupil").agg(seen_on=pl.col("date").max())
    since = marks.join(seen, on="pupil", how="left", maintain_order="left").filter(
        pl.col("seen_on").is_null() | (pl.col("date") > pl.col("seen_on"))
    )
    return told(since).filter(ABSENT | UNMARKED).drop("category", "on_site")
