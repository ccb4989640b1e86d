"""The log itself: what was done, about whom, when, by whom."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import polars as pl

from attendkit.casework.entry import Entry
from attendkit.casework.kinds import KINDS
from attendkit.errors import BadArgumentError
from attendkit.findings import EVIDENCE, FOUND, Column, Kind, Report, View, counted, long_date
from attendkit.register.model import empty

ROWS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "entry": pl.UInt32(),
        "on": pl.Date(),
        "time": pl.String(),
        "kind": pl.String(),
        "says": pl.String(),
        "by": pl.String(),
        "corrects": pl.UInt32(),
    }
)
"""The columns of the rows, in order."""

_COLUMNS = (
    Column("entry", "No", Kind.NUMBER),
    Column("on", "Day", Kind.DATE),
    Column("time", "Time", narrow=True),
    Column("pupil", "Pupil"),
    Column("tutor", "Tutor", narrow=True),
    Column("kind", "Kind"),
    Column("by", "By", narrow=True),
    Column("says", "Says", hangs=True),
)


def log_show(view: View) -> Report:
    """What was logged about the pupils looked at up to the day, as it counts now, in the order it happened.

    A corrected entry shows what its correction says; one that was struck out is not shown. `kind` and `since`
    narrow it.

    Rows: `ROWS`. entry is the number that `attendkit log correct` knows it by, and corrects that of the entry
    whose place it took. says is everything that the entry says, in one line.

    Raises:
        BadArgumentError: there is no such kind of entry.
    """
    kind, since = view.options.get("kind"), view.options.get("since")
    if kind and kind not in KINDS:
        like = get_close_matches(kind, KINDS)
        meant = f"Did you mean {like[0]}? " if like else ""
        raise BadArgumentError(
            f"There is no kind of entry {kind!r}.",
            where="--kind",
            remedy=f"{meant}`attendkit log` lists them.",
        )
    chosen = set(view.pupils["pupil"])
    rows = [
        _row(pupil, one)
        for one in view.casework.entries
        if (pupil := view.casework.pupils.get(one.pupil)) is not None
        and pupil in chosen
        and (not kind or one.kind == kind)
        and (not since or one.on >= since)
    ]
    table = pl.DataFrame(rows, schema=ROWS, orient="row")
    return Report(
        duty="log-show",
        title=f"Logged to {long_date(view.on)}",
        on=view.on,
        rows=table,
        columns=_COLUMNS,
        counts={
            "entries": table.height,
            "pupils": table["pupil"].n_unique(),
            "kinds": dict(
                table["kind"].value_counts().sort("count", "kind", descending=[True, False]).iter_rows()
            ),
        },
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        notes=tuple(_strangers(view)),
    )


def _row(pupil: int, entry: Entry) -> Mapping[str, Any]:
    return {
        "pupil": pupil,
        "entry": entry.id,
        "on": entry.on,
        "time": f"{entry.when:%H:%M}" if entry.when else None,
        "kind": entry.kind,
        "says": entry.body.told(),
        "by": entry.by,
        "corrects": entry.corrects,
    }


def _strangers(view: View) -> list[str]:
    if not view.casework.strangers or view.chosen is not None:
        return []
    entries = counted(len(view.casework.strangers), "entry", "entries")
    return [f"{entries} about pupils whom the register does not know by the number they were logged with."]
