"""The journal: one line an import, each holding the digest of the line before, only ever added to.

An import counts when its line is whole. A line cut short by a kill or a power cut was never acknowledged:
readers pass over it, and the next writer removes it.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from attendkit.errors import DamagedError
from attendkit.register.files import explained, sync_folder
from attendkit.register.model import IMPORTS

START = "0" * 64
"""What the first line holds in place of the digest of a line before it."""

_VERSION = 1


@dataclass(frozen=True)
class Entry:
    """One line: an import (see `register.model.IMPORTS`), its parts, and its place in the chain.

    `parts` are the digests of the files that hold what it changed, by table. `merged` are pairs (gone, kept)
    of pupils. `register` is the register's digest after it, or "" where more imports came with it.
    `before` is the line before, `line` this one: SHA-256 of everything else in it.
    """

    source: int
    file: str
    digest: str
    layout: str
    seen: str
    marks: int
    missing: int
    quarantined: int
    first: str | None
    last: str | None
    short: bool
    parts: Mapping[str, str]
    merged: Sequence[Sequence[int]]
    register: str = ""
    before: str = START
    line: str = ""
    version: int = _VERSION

    def after(self, before: str) -> "Entry":
        """This entry in its place in the chain."""
        placed = replace(self, before=before)
        return replace(placed, line=placed.digest_of_line())

    def digest_of_line(self) -> str:
        """What `line` must be."""
        said = {name: value for name, value in asdict(self).items() if name != "line"}
        return hashlib.sha256(_text(said)).hexdigest()

    def text(self) -> bytes:
        """The line as it stands in the journal, with its line end."""
        return _text(asdict(self)) + b"\n"

    def imported(self) -> dict[str, Any]:
        """The import as a row of `IMPORTS`."""
        row = {name: getattr(self, name) for name in IMPORTS}
        row["seen"] = datetime.fromisoformat(self.seen)
        row["first"], row["last"] = (
            date.fromisoformat(day) if day else None for day in (self.first, self.last)
        )
        return row


def entry_of(imported: pl.DataFrame, seen: datetime, **rest: Any) -> Entry:
    """An entry for one row of `IMPORTS`, not yet in the chain."""
    row = imported.row(0, named=True)
    days = {name: row[name].isoformat() if row[name] else None for name in ("first", "last")}
    return Entry(**{**row, **days, "seen": seen.astimezone(UTC).isoformat(), **rest})


class Journal:
    """The file that says which imports count."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> tuple[Entry, ...]:
        """Every import that counts, in order.

        Raises:
            DamagedError: a line does not match its digest, or does not follow the one before it.
        """
        lines, _ = self._lines()
        found: list[Entry] = []
        for number, line in enumerate(lines, start=1):
            found.append(self._entry(line, number, found[-1].line if found else START))
        return tuple(found)

    def append(self, entries: Sequence[Entry]) -> None:
        """Add lines, and come back when they are on the disk. The caller holds the lock.

        Raises:
            DamagedError: they cannot be written; none of them counts then.
        """
        _, whole = self._lines()
        with explained(self.path):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                os.ftruncate(descriptor, whole)  # a line cut short by a crash goes here
                os.lseek(descriptor, whole, os.SEEK_SET)
                _write_all(descriptor, b"".join(entry.text() for entry in entries))
                os.fsync(descriptor)
            except OSError:
                with suppress(OSError):  # if it cannot be cut back either, readers pass over it
                    os.ftruncate(descriptor, whole)
                raise
            finally:
                os.close(descriptor)
            sync_folder(self.path.parent)

    def _lines(self) -> tuple[list[bytes], int]:
        """The whole lines, and how many bytes they take."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return [], 0
        *lines, rest = content.split(b"\n")
        if rest and _is_whole(rest):
            raise self._damaged(len(lines) + 1, "its line end is gone")
        return lines, len(content) - len(rest)

    def _entry(self, line: bytes, number: int, before: str) -> Entry:
        try:
            said = json.loads(line)
            if said["version"] != _VERSION:
                raise self._damaged(number, "it was written by another version of attendkit")
            entry = Entry(**{field.name: said[field.name] for field in fields(Entry)})
        except (ValueError, KeyError, TypeError):
            raise self._damaged(number, "it cannot be read") from None
        if entry.line != entry.digest_of_line():
            raise self._damaged(number, "it does not match its checksum")
        if entry.before != before:
            raise self._damaged(number, "it does not follow the line before it")
        return entry

    def _damaged(self, number: int, how: str) -> DamagedError:
        return DamagedError(
            f"Line {number} of the register's journal is damaged: {how}.",
            where=str(self.path),
            remedy="Restore the register folder from a backup, or move it away and read the exports again.",
        )


def _text(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def _is_whole(rest: bytes) -> bool:
    """Whether the bytes after the last line end hold a complete line: then it was damaged, not cut short."""
    try:
        json.JSONDecoder().raw_decode(rest.decode("ascii", "replace"))
    except ValueError:
        return False
    return True


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
