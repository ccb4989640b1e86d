"""The casework log as it stood at the end of a day, as a file of its own and as a table."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from attendkit.backup.scratch import scratch
from attendkit.casework.entry import Entry
from attendkit.casework.store import Casework

SCHOOLS_CLOCK = "Europe/London"

ENTRIES = pl.Schema(
    {
        "key": pl.String(),
        "entry": pl.UInt32(),
        "on": pl.Date(),
        "time": pl.String(),
        "written": pl.Datetime("us", "UTC"),
        "by": pl.String(),
        "kind": pl.String(),
        "says": pl.String(),
        "corrects": pl.UInt32(),
        "told": pl.String(),
        "digest": pl.String(),
    }
)
"""One row an entry as it was written: `says` in words, `told` as the store has it (JSON)."""


@dataclass(frozen=True)
class Log:
    """The log as it stood: a store's file, its head, and every entry as it was written (`ENTRIES`)."""

    file: bytes
    head: str
    entries: pl.DataFrame


def log_until(path: Path, day: date) -> Log:
    """The log at the end of a day: up to the last entry that was written by then.

    Raises:
        DamagedError: the log is damaged.
    """
    with scratch(path.parent) as place:
        copy = place / "casework.db"
        Casework(path).copy_to(copy)
        kept = Casework(copy)
        written = table(kept.every_entry())
        then = written.filter(pl.col("written").dt.convert_time_zone(SCHOOLS_CLOCK).dt.date() <= day)
        last = then["entry"].max() or 0
        if then.height < written.height:
            _cut(copy, int(last))  # type: ignore[arg-type]
        return Log(copy.read_bytes(), kept.head(), written.filter(pl.col("entry") <= last))


def table(entries: Sequence[Entry]) -> pl.DataFrame:
    """Entries as `ENTRIES`."""
    rows = [
        (
            entry.pupil or None,
            entry.id,
            entry.on,
            f"{entry.when:%H:%M}" if entry.when else None,
            entry.at,
            entry.by,
            entry.kind,
            entry.body.told(),
            entry.corrects,
            entry.body.model_dump_json(),
            entry.digest,
        )
        for entry in entries
    ]
    return pl.DataFrame(rows, schema=ENTRIES, orient="row")


def _cut(copy: Path, last: int) -> None:
    """Take the entries after `last` out of a copy. The store's own file never loses any, by its trigger."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        told = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in told:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("DELETE FROM entries WHERE id > ?", (last,))
        for _, definition in told:
            connection.execute(definition)
        connection.execute("VACUUM")
