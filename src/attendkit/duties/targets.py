"""Targets: attendance, punctuality, and the council's legal ones, in whole sessions (R19.4)."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from attendkit.findings import (
    EVIDENCE,
    FOUND,
    Column,
    Kind,
    Progress,
    Report,
    View,
    long_date,
    progress_of,
)
from attendkit.findings.targets import STATES
from attendkit.register.model import empty

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "target": pl.String(),
        "first": pl.Date(),
        "last": pl.Date(),
        "counted": pl.UInt32(),
        "most": pl.UInt32(),
        "percent": pl.UInt32(),
        "possible": pl.UInt32(),
        "in_hand": pl.Int64(),
        "left": pl.UInt32(),
        "state": pl.Enum(STATES),
        "reviewed": pl.String(),
        "agreed": pl.String(),
        "set_on": pl.Date(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor", narrow=True),
    Column("target", "Target"),
    Column("first", "From", Kind.DATE, narrow=True),
    Column("last", "To", Kind.DATE),
    Column("counted", "So far", Kind.NUMBER),
    Column("most", "At most", Kind.NUMBER),
    Column("in_hand", "In hand", Kind.NUMBER),
    Column("left", "Left", Kind.NUMBER),
    Column("state", "State"),
    Column("agreed", "Agreed with", narrow=True),
)

_URGENT = ("missed", "not_met", "met", "on_course", "not_begun", "ended")
"""The order to be told in: what needs somebody first."""


def target_list(view: View) -> Report:
    """Every target that no review has ended, those that can no longer be met first; with `all`, ended ones.

    Rows: `ROWS`. counted are sessions missed from the first day to the last or the day looked from, or L and
    U of a punctuality target; most still meet it. possible are those held in it and those of school days to
    come, left those to come. in_hand is how many more may be lost, below 0 once it cannot be met. state is
    one of `findings.targets.STATES`; a target is met or not met only when its last day is over, or by review.
    """
    every = [_row(pupil, one) for pupil in view.pupils["pupil"] for one in progress_of(view, pupil)]
    rows = pl.DataFrame(every, schema=ROWS, orient="row")
    open_ones = rows.filter(pl.col("reviewed") == "")
    shown = rows if view.options.get("all") else open_ones
    states = dict(open_ones["state"].cast(pl.String).value_counts().iter_rows())
    return Report(
        duty="target-list",
        title=f"Targets on {long_date(view.on)}",
        on=view.on,
        rows=(
            shown.join(view.order.select("pupil", "by_name"), on="pupil")
            .with_columns(urgent=pl.col("state").cast(pl.Enum(_URGENT)))
            .sort("urgent", "in_hand", "last", "by_name")
            .select(ROWS.names())
        ),
        columns=_COLUMNS,
        counts={
            "targets": open_ones.height,
            **{state: states.get(state, 0) for state in STATES if state != "ended"},
            "to_review": open_ones.filter(pl.col("state").is_in(["met", "not_met"])).height,
        },
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
    )


def _row(pupil: int, one: Progress) -> Mapping[str, Any]:
    body: Any = one.entry.body
    return {
        "pupil": pupil,
        "target": body.target,
        "first": body.first,
        "last": body.last,
        "counted": one.counted,
        "most": one.most,
        "percent": body.percent,
        "possible": one.possible,
        "in_hand": one.in_hand,
        "left": one.left,
        "state": one.state,
        "reviewed": one.reviewed,
        "agreed": body.agreed or None,
        "set_on": one.entry.on,
    }
