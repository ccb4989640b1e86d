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
        "replaced_by": pl.UInt32(),
        "replaced_how": pl.String(),
        "replaced_at": pl.Datetime(time_zone="UTC"),
        "replaced_by_whom": pl.String(),
    }
)
"""The columns of the rows, in order."""

_SCHOOLS_CLOCK = "Europe/London"

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
_REPLACED = Column("replaced", "No longer counts", hangs=True)


def log_show(view: View) -> Report:
    """What was logged about the pupils looked at up to the day, as it counts now, in the order it happened.

    A corrected entry shows what its correction says; one that was struck out is not shown. With `all` every
    entry is, as it was written, and those that no longer count say what took their place, when, and by whom.
    `kind` and `since` narrow it.

    Rows: `ROWS`. entry is the number that `attendkit log correct` knows it by, and corrects that of the entry
    whose place it took. says is everything that the entry says, in one line. Of an entry that no longer
    counts, replaced_by is the number of the one that took its place, replaced_how `corrected` or
    `struck-out`, and replaced_at when that was written down.

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
    every = bool(view.options.get("all"))
    log = view.casework_as_written if every else view.casework
    later = {one.corrects: one for one in view.written() if one.corrects} if every else {}
    chosen = set(view.pupils["pupil"])
    rows = [
        _row(pupil, one, later.get(one.id))
        for one in log.entries
        if (pupil := log.pupils.get(one.pupil)) is not None
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
        shown=_shown(table) if every else None,
        columns=(*_COLUMNS, _REPLACED) if every else _COLUMNS,
        counts={
            "entries": table.height,
            **({"no_longer_count": table["replaced_by"].count()} if every else {}),
            "pupils": table["pupil"].n_unique(),
            "kinds": dict(
                table["kind"].value_counts().sort("count", "kind", descending=[True, False]).iter_rows()
            ),
        },
        found=empty(FOUND),
        evidence=empty(EVIDENCE),
        notes=tuple(_strangers(view)),
    )


def _row(pupil: int, entry: Entry, later: Entry | None) -> Mapping[str, Any]:
    return {
        "pupil": pupil,
        "entry": entry.id,
        "on": entry.on,
        "time": f"{entry.when:%H:%M}" if entry.when else None,
        "kind": entry.kind,
        "says": entry.body.told(),
        "by": entry.by,
        "corrects": entry.corrects,
        "replaced_by": later.id if later else None,
        "replaced_how": _how(later) if later else None,
        "replaced_at": later.at if later else None,
        "replaced_by_whom": later.by if later else None,
    }


def _how(later: Entry) -> str:
    return "struck-out" if later.kind == "struck-out" else "corrected"


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with what took an entry's place in words; an empty text where it still counts."""
    written = pl.col("replaced_at").dt.convert_time_zone(_SCHOOLS_CLOCK)
    said = pl.format(
        "{} by entry {}, written down {} by {}",
        pl.col("replaced_how").str.replace("-", " "),
        "replaced_by",
        written.dt.to_string("%-d %B %Y at %H:%M"),
        "replaced_by_whom",
    )
    return rows.with_columns(replaced=said.fill_null(""))


def _strangers(view: View) -> list[str]:
    if not view.casework.strangers or view.chosen is not None:
        return []
    entries = counted(len(view.casework.strangers), "entry", "entries")
    return [f"{entries} about pupils whom the register does not know by the number they were logged with."]
