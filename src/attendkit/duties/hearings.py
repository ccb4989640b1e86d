"""Hearings in court: when they are, against whom, and what came of them."""

from typing import Any

import polars as pl

from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View, long_date
from attendkit.register.model import empty

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "on": pl.Date(),
        "court": pl.String(),
        "parent": pl.String(),
        "outcome": pl.String(),
        "next": pl.Date(),
        "state": pl.Enum(["to_come", "outcome_due", "over"]),
        "notes": pl.String(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor", narrow=True),
    Column("parent", "Against"),
    Column("on", "Logged", Kind.DATE),
    Column("outcome", "Outcome"),
    Column("next", "Next hearing", Kind.DATE),
    Column("state", "State"),
    Column("court", "Court", narrow=True),
    Column("notes", "Notes", hangs=True),
)


def court_list(view: View) -> Report:
    """The last word on each parent's case in court, the next hearing first.

    Rows: `ROWS`. state is `to_come` while the next hearing is today or later, `outcome_due` once its day is
    over and nothing more is logged, and `over` where none is to come. A hearing that is only listed is on the
    day it was logged for, where it names no next.
    """
    last: dict[tuple[int, str], Any] = {}
    for pupil in view.pupils["pupil"]:
        for entry in view.casework.of(pupil, "hearing"):
            body: Any = entry.body
            last[pupil, " ".join(body.parent.casefold().split())] = (pupil, entry)
    rows = pl.DataFrame([_row(view, *one) for one in last.values()], schema=ROWS, orient="row")
    states = dict(rows["state"].cast(pl.String).value_counts().iter_rows())
    return Report(
        duty="court-list",
        title=f"Hearings on {long_date(view.on)}",
        on=view.on,
        rows=rows.sort("state", "next", "on", nulls_last=True, maintain_order=True),
        columns=_COLUMNS,
        counts={state: states.get(state, 0) for state in ("to_come", "outcome_due", "over")},
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
    )


def _row(view: View, pupil: int, entry: Any) -> dict[str, Any]:
    body = entry.body
    day = body.next or (entry.on if body.outcome == "listed" else None)
    state = "over" if day is None else "to_come" if day >= view.on else "outcome_due"
    return {
        "pupil": pupil,
        "on": entry.on,
        "court": body.court or None,
        "parent": body.parent or None,
        "outcome": body.outcome,
        "next": day,
        "state": state,
        "notes": body.notes or None,
    }
