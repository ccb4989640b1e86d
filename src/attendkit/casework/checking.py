"""Whether a log is as it was written: SQLite's own checks, the chain of digests, and every seal."""

import sqlite3
from collections.abc import Iterator

from attendkit.casework.entry import START, digest_of
from attendkit.casework.kinds import KINDS

SEALED = ("id", "at", "day", "time", "by", "kind", "corrects", "source", "seal")
"""The columns that an entry's digest covers beside the digest before it."""


def file_faults(connection: sqlite3.Connection) -> Iterator[tuple[int | None, str]]:
    """What SQLite itself finds wrong with the file."""
    for (said,) in connection.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield None, f"SQLite finds: {said}."
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        yield None, "An entry corrects one that is not there."


def chain_faults(connection: sqlite3.Connection) -> Iterator[tuple[int | None, str]]:
    """Entries that do not follow the one before, do not match their digest, or were emptied unsaid."""
    before, expected = START, 1
    emptied: set[int] = set()
    erased: set[int] = set()
    for row in connection.execute("SELECT * FROM entries ORDER BY id"):
        told = [row[name] for name in SEALED]
        if row["id"] != expected or row["before"] != before:
            yield row["id"], f"Entry {row['id']} does not follow the entry before it."
        elif row["digest"] != digest_of([before, *told]):
            yield row["id"], f"Entry {row['id']} does not match its digest."
        elif row["body"] is None:
            emptied.add(row["id"])
        elif row["seal"] != digest_of([row["salt"], row["pupil"], row["body"]]):
            yield row["id"], f"What entry {row['id']} says does not match its seal."
        elif row["kind"] == "erased":
            erased |= set(KINDS["erased"].model_validate_json(row["body"]).model_dump()["entries"])
        before, expected = row["digest"], row["id"] + 1
    for number in sorted(emptied - erased):
        yield number, f"Entry {number} is empty, and no entry says that it was erased."
