"""The week in a tutor group: attendance, who moved, lates, open N, and whom to praise."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from attendkit.duties import report_of
from attendkit.findings import (
    EVIDENCE,
    FOUND,
    Column,
    Kind,
    Report,
    View,
    changed_rules,
    long_date,
    presumed_left,
    session_name,
    short_date,
)
from attendkit.measures.bands import BAND
from attendkit.measures.codes import told
from attendkit.measures.sessions import ABSENT, difference, percent, totals
from attendkit.register.model import empty

_YEAR = {
    "possible": pl.UInt32,
    "present": pl.UInt32,
    "missed": pl.UInt32,
    "percent": pl.String,
    "band": BAND,
    "late": pl.UInt32,
    "late_after_close": pl.UInt32,
}
"""What `bands` has of each pupil for the year to date, in its own names."""

_COUNTED = ("possible", "present", "absent", "late", "late_after_close", "minutes_late")

ROWS = (
    "pupil",
    "tutor",
    "college",
    "week_possible",
    "week_missed",
    "week_percent",
    "week_late",
    "week_late_after_close",
    "week_minutes_late",
    "before_possible",
    "before_missed",
    *_YEAR,
    "band_before",
    "moved",
    "open_n",
    "overdue",
    "settle_by",
    "n_marks",
    "week_away",
    "praise",
)
"""The columns of the rows, in order."""

_MOVES = ("worse", "better")

_GROUPS = (
    Column("tutor", "Tutor"),
    Column("pupils", "Pupils", Kind.NUMBER),
    Column("week_percent", "This week", Kind.PERCENT),
    Column("change", "Change", Kind.POINTS),
    Column("percent", "Year", Kind.PERCENT),
    Column("worse", "Worse", Kind.NUMBER),
    Column("better", "Better", Kind.NUMBER),
    Column("lates", "Lates", Kind.NUMBER),
    Column("open_n", "Open N", Kind.NUMBER),
    Column("overdue", "Overdue", Kind.NUMBER),
    Column("praise", "Praise", Kind.NUMBER),
)

_PUPILS = (
    Column("pupil", "Pupil"),
    Column("week_missed", "Missed this week", Kind.NUMBER),
    Column("missed", "Missed this year", Kind.NUMBER),
    Column("possible", "of", Kind.NUMBER),
    Column("percent", "Attendance", Kind.PERCENT),
    Column("band", "Band"),
    Column("moved", "Moved", narrow=True),
    Column("week_late", "L", Kind.NUMBER),
    Column("week_late_after_close", "U", Kind.NUMBER),
    Column("open_n", "Open N", Kind.NUMBER),
    Column("settle_by", "Settle by", Kind.DATE, narrow=True),
    Column("praise", "Praise", hangs=True),
)

_SHARES = {
    "week_percent": ("week_present", "week_possible"),
    "before_percent": ("before_present", "before_possible"),
    "percent": ("present", "possible"),
}
_SUMMED = tuple(name for share in _SHARES.values() for name in share)


def tutor_report(view: View) -> Report:
    """The school week up to the day looked from, by tutor group: all on roll, and who left with an N open.

    Figures of the year are those of `bands`, moves those of `bands --since` the end of the school week
    before, and open N those of `ncode-report`. A group's attendance is of all who are or were in it this
    year, as in `kpi --tutors`.

    Rows: `ROWS`, by tutor group and name. Those that begin with `week_` are sessions of the school week, and
    those with `before_` of the one before; the rest are of the academic year to date. week_away are the
    sessions of the week that were missed, without why. moved is `worse` or `better` where the band is another
    one than at the end of the week before. settle_by is the first deadline of the open N, and n_marks are all
    of them. praise is a list of reasons. What a person sees is a row a group, or for one group alone a row
    for each pupil with something to say of them.
    """
    week, before = view.calendar.school_week(view.on), view.calendar.school_week(view.on, ago=1)
    everyone = _everyone(view, week, before)
    everyone = everyone.with_columns(on_roll=pl.col("pupil").is_in(view.on_roll["pupil"].implode()))
    rows = everyone.filter(pl.col("on_roll") | (pl.col("open_n") > 0))
    groups = _groups(everyone, rows)
    alone = groups.height == 1
    return Report(
        duty="tutor-report",
        title=f"Tutor groups in the week to {long_date(view.on)}",
        on=view.on,
        rows=rows.select(ROWS),
        shown=_to_say(rows).select(ROWS) if alone else groups.drop("by_tutor"),
        columns=_PUPILS if alone else _GROUPS,
        counts=_counts(rows, groups),
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        rests_on=("group-rate", "bands", "at-risk", "n-code", "praise"),
        labels={
            "groups": "",
            "open_n": "Open N",
            "praise": "To praise",
            "left_with_open_n": "Left with open N",
            **{word: f"{word.capitalize()} band since {short_date(before[1])}" for word in _MOVES},
        },
        notes=tuple(_notes(view, week, before)),
    )


def _everyone(view: View, week: tuple[date, date], before: tuple[date, date]) -> pl.DataFrame:
    """Everyone on roll or marked this year, with the figures of the year and of both weeks."""
    year = report_of("bands", view, all=True).rows.select("pupil", *_YEAR)
    rows = (
        view.order.join(year, on="pupil")
        .join(_of_week(view, week, "week"), on="pupil", how="left")
        .join(_of_week(view, before, "before"), on="pupil", how="left")
        .join(_moved(view, before[1]), on="pupil", how="left")
        .join(_open_n(view), on="pupil", how="left")
        .join(_away(view, week), on="pupil", how="left")
    )
    zero = [
        name for name, kind in rows.schema.items() if kind == pl.UInt32 and name not in view.order.columns
    ]
    return (
        rows.with_columns(pl.col(zero).fill_null(0), band_before=pl.coalesce("band_before", "band"))
        .with_columns(pl.col("n_marks", "week_away").fill_null([]))
        .with_columns(week_percent=percent("week_present", "week_possible"))
        .with_columns(praise=_praise(view))
        .sort("by_tutor", "by_name")
    )


def _of_week(view: View, week: tuple[date, date], prefix: str) -> pl.DataFrame:
    """A school week's sessions of each pupil, each figure under the prefix."""
    figures = totals(view.every_mark.filter(pl.col("date").is_between(*week))).select("pupil", *_COUNTED)
    named = {name: f"{prefix}_{'missed' if name == 'absent' else name}" for name in _COUNTED}
    return figures.with_columns(pl.col("minutes_late").cast(pl.UInt32)).rename(named)


def _moved(view: View, since: date) -> pl.DataFrame:
    """The pupils whose band is another one than at the end of a day: pupil, band_before, moved."""
    moved = report_of("bands", view, since=since).rows
    better = pl.col("band").to_physical() > pl.col("band_before").to_physical()
    word = pl.when(better).then(pl.lit("better")).otherwise(pl.lit("worse"))
    return moved.select("pupil", "band_before", moved=word)


def _open_n(view: View) -> pl.DataFrame:
    rows = report_of("ncode-report", view).rows
    return rows.group_by("pupil", maintain_order=True).agg(
        open_n=pl.len(),
        overdue=pl.col("overdue").sum().cast(pl.UInt32),
        settle_by=pl.col("deadline").min(),
        n_marks=pl.struct("date", "session", "deadline", "overdue"),
    )


def _away(view: View, week: tuple[date, date]) -> pl.DataFrame:
    """The sessions of a school week that each pupil missed, without why: pupil, week_away."""
    missed = told(view.marks.filter(pl.col("date").is_between(*week))).filter(ABSENT)
    return missed.group_by("pupil", maintain_order=True).agg(
        week_away=pl.struct("date", session=session_name())
    )


def _praise(view: View) -> pl.Expr:
    """The reasons to praise a pupil that the school has chosen, in words."""
    rule = view.rule("praise")
    least = view.rule("bands").number("min_possible_for_label")
    on_time = (pl.col("week_late") == 0) & (pl.col("week_late_after_close") == 0)
    full_week = (pl.col("week_possible") > 0) & (pl.col("week_missed") == 0)
    reasons = {
        "better_band": pl.col("moved") == "better",
        "full_week_after_absence": full_week & (pl.col("before_missed") > 0),
        "full_year": (pl.col("possible") >= least) & (pl.col("missed") == 0),
    }
    words = rule.choices["reasons"]
    told = [pl.when(on_time & reasons[name]).then(pl.lit(words[name])) for name in rule.values["reasons"]]
    return pl.concat_list(told).list.drop_nulls() if told else pl.lit([], pl.List(pl.String()))


def _to_say(rows: pl.DataFrame) -> pl.DataFrame:
    """The pupils of whom there is something to say."""
    figures = pl.max_horizontal("week_missed", "week_late", "week_late_after_close", "open_n") > 0
    return rows.filter(figures | pl.col("moved").is_not_null() | (pl.col("praise").list.len() > 0))


def _groups(everyone: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """A row a tutor group: its attendance, and how many pupils or sessions of each kind."""
    summed = everyone.group_by("tutor", "by_tutor").agg(pl.col(name).cast(pl.Int64).sum() for name in _SUMMED)
    told = rows.group_by("tutor").agg(
        pl.col("on_roll").sum().alias("pupils"),
        pl.col("college").drop_nulls().first(),
        *((pl.col("moved") == word).sum().alias(word) for word in _MOVES),
        (pl.col("week_late") + pl.col("week_late_after_close")).sum().alias("lates"),
        pl.col("open_n", "overdue").sum(),
        (pl.col("praise").list.len() > 0).sum().alias("praise"),
    )
    return (
        summed.join(told, on="tutor", nulls_equal=True)
        .with_columns(
            **{name: percent(part, whole) for name, (part, whole) in _SHARES.items()},
            change=difference("week_present", "week_possible", "before_present", "before_possible"),
        )
        .sort("by_tutor")
        .select(*(c.name for c in _GROUPS), "before_percent", "college", "by_tutor", *_SUMMED)
    )


def _counts(rows: pl.DataFrame, groups: pl.DataFrame) -> dict[str, Any]:
    named = ("worse", "better", "lates", "open_n", "overdue", "praise")
    sums = groups.select(pl.col(*_SUMMED, *named).sum()).select(
        *named, **{name: percent(part, whole) for name, (part, whole) in _SHARES.items()}
    )
    told = sums.row(0, named=True)
    shares = {"this_week": "week_percent", "week_before": "before_percent", "this_year": "percent"}
    return {
        "tutor_groups": groups.height,
        "on_roll": int(rows["on_roll"].sum()),
        "left_with_open_n": int((~rows["on_roll"]).sum()),
        **{f"attendance_{when}": told[name] and f"{told[name]}%" for when, name in shares.items()},
        **{name: told[name] for name in named},
        "groups": _by_group(groups),
    }


def _by_group(groups: pl.DataFrame) -> Mapping[str, Mapping[str, Any]]:
    return {row.pop("tutor") or "": row for row in groups.drop("by_tutor").iter_rows(named=True)}


def _notes(view: View, week: tuple[date, date], before: tuple[date, date]) -> Iterator[str]:
    first = next((day for day in view.calendar.days if day >= week[0]), week[0])
    yield (
        f"This week is from {short_date(first)} to {short_date(view.on)}. Worse and better are bands, "
        f"since {short_date(before[1])}, the end of the school week before."
    )
    yield from changed_rules(view, "bands", "at-risk", "n-code", "praise")
    if view.presumed_left:
        yield presumed_left(view)
