"""The journal: one line an import, each holding the digest of the line before, only ever added to.

An import counts when its line is whole. A line cut short by a kill or a power cut was never acknowledged:
readers pass over it, and the next writer removes it.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from attendkit.errors import DamagedError
from attendkit.register.files import ONE_FILE, explained, sync_folder, write_whole
from attendkit.register.model import ERASED, IMPORTS

START = "0" * 64
"""What the first line holds in place of the digest of a line before it."""

_VERSION = 1

_OPTIONAL = ("replaced", "held")


@dataclass(frozen=True)
class Entry:
    """One line: an import (see `register.model.IMPORTS`), its parts, and its place in the chain.

    `parts` are the digests of the files that hold what it changed, by table. `merged` are pairs (gone, kept)
    of pupils. `register` is the register's digest after it, or "" where more imports came with it.
    `before` is the line before, `line` this one: SHA-256 of everything else in it. An erasure is a line too,
    of the layout `ERASED`: `replaced` says which part took the place of which, or "" where nothing was left.
    `held` is worked out from those that come after, and is not in the line.
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
    replaced: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] | None = None

    @property
    def parts_now(self) -> Mapping[str, str]:
        """The digests of its parts as they are since something was erased from them."""
        return self.parts if self.held is None else self.held

    def after(self, before: str) -> "Entry":
        """This entry in its place in the chain."""
        placed = replace(self, before=before)
        return replace(placed, line=placed.digest_of_line())

    def digest_of_line(self) -> str:
        """What `line` must be."""
        said = {name: value for name, value in self._said().items() if name != "line"}
        return hashlib.sha256(_text(said)).hexdigest()

    def text(self) -> bytes:
        """The line as it stands in the journal, with its line end."""
        return _text(self._said()) + b"\n"

    def _said(self) -> dict[str, Any]:
        """What the line says: an import says nothing of erasing."""
        said = asdict(self)
        del said["held"]
        if not self.replaced:
            del said["replaced"]
        return said

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


def erasure_of(source: int, replaced: Mapping[str, str], at: datetime) -> Entry:
    """The entry that says which parts took the place of which, not yet in the chain."""
    return Entry(
        source=source,
        file="",
        digest="",
        layout=ERASED,
        seen=at.astimezone(UTC).isoformat(),
        marks=0,
        missing=0,
        quarantined=0,
        first=None,
        last=None,
        short=False,
        parts={},
        merged=(),
        replaced=replaced,
    )


def with_erasures(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries, each with the parts that it has since the erasures after it."""
    now: dict[str, str] = {}
    told = []
    for entry in reversed(entries):
        parts = {name: now.get(digest, digest) for name, digest in entry.parts.items()}
        told.append(replace(entry, held={name: digest for name, digest in parts.items() if digest}))
        now |= {old: now.get(new, new) for old, new in entry.replaced.items()}
    return tuple(reversed(told))


class Journal:
    """The file that says which imports count, and a spare copy of it that lets it be mended."""

    def __init__(self, path: Path, spare: Path) -> None:
        self.path = path
        self.spare = spare

    def entries(self) -> tuple[Entry, ...]:
        """Every import that counts, in order; from the spare copy where the journal itself is damaged.

        Raises:
            DamagedError: a line does not match its digest or does not follow the one before it, and the
                copy does not have it either.
        """
        try:
            return self._sound()
        except DamagedError:
            mended = self._mended()
            if mended is None:
                raise
            return mended

    def fault(self) -> DamagedError | None:
        """What is wrong with the journal's own file, even where the copy makes up for it."""
        try:
            self._sound()
        except DamagedError as error:
            return error
        return None

    def start(self) -> None:
        """Make the file before the first part is written, so that a journal without one has been lost."""
        self.path.touch(mode=0o600)

    def append(self, entries: Sequence[Entry]) -> None:
        """Add lines, and come back when they are on the disk. The caller holds the lock.

        Raises:
            DamagedError: they cannot be written; none of them counts then.
        """
        known = self.entries()
        whole = b"".join(entry.text() for entry in known)
        with explained(self.path):
            if self.fault():
                write_whole(self.path, whole)
            # Past the whole lines stands a torn one; a file that is shorter has only lost a line end.
            at = min(_size(self.path), len(whole))
            _append(self.path, at, whole[at:] + b"".join(entry.text() for entry in entries))

    def copy(self) -> None:
        """Bring the spare copy up to date."""
        write_whole(self.spare, self.path.read_bytes())

    def spare_fault(self) -> bool:
        """Whether the spare copy says anything that the journal does not. It may be an import behind."""
        known = b"".join(entry.text() for entry in self.entries())
        return self.spare.exists() and not known.startswith(self.spare.read_bytes())

    def mend(self) -> None:
        """Write the journal and its copy anew from the whole lines of both. The caller holds the lock.

        Raises:
            DamagedError: a line is whole in neither.
            OSError: they cannot be written.
        """
        write_whole(self.path, b"".join(entry.text() for entry in self.entries()))
        self.copy()

    def _sound(self) -> tuple[Entry, ...]:
        lines = _lines(self.path)
        # A copy is made of the journal after each import, so it is longer only when the journal lost lines.
        if sum(len(line) + 1 for line in lines) < _size(self.spare):
            raise _damaged(self.path, "Its last lines are gone")
        found: list[Entry] = []
        for number, line in enumerate(lines, start=1):
            entry = _read(line)
            if isinstance(entry, str):
                raise _damaged(self.path, f"Line {number} {entry}")
            if entry.before != (found[-1].line if found else START):
                raise _damaged(self.path, f"Line {number} does not follow the line before it")
            found.append(entry)
        return tuple(found)

    def _mended(self) -> tuple[Entry, ...] | None:
        """The chain that the sound lines of both files make, unless a line is in neither."""
        lines, spare = _lines(self.path), _lines(self.spare)
        sound = [entry for line in (*lines, *spare) if isinstance(entry := _read(line), Entry)]
        follows = {entry.before: entry for entry in sound}
        chain: list[Entry] = []
        while following := follows.get(chain[-1].line if chain else START):
            chain.append(following)
        expected = max(len(set(lines)), len(set(spare)), len(follows))
        return tuple(chain) if len(chain) >= expected else None


def _lines(path: Path) -> list[bytes]:
    """The lines of a journal, less one that was cut short before it was whole."""
    try:
        *lines, rest = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return [*lines, rest] if _was_whole(rest) else lines


def _was_whole(rest: bytes) -> bool:
    """Whether what stands after the last line end holds a complete line, so that only its end is gone."""
    try:
        json.JSONDecoder().raw_decode(rest.decode("ascii", "replace"))
    except ValueError:
        return False
    return True


def _read(line: bytes) -> Entry | str:
    """The entry of a line, or what is wrong with it."""
    try:
        said = json.loads(line)
        if said["version"] != _VERSION:
            return "was written by another version of attendkit"
        names = [one.name for one in fields(Entry) if one.name not in _OPTIONAL or one.name in said]
        entry = Entry(**{name: said[name] for name in names})
    except (ValueError, KeyError, TypeError):
        return "cannot be read"
    sound = entry.line == entry.digest_of_line() and entry.text() == line + b"\n"
    return entry if sound else "does not match its checksum"


def _damaged(path: Path, how: str) -> DamagedError:
    return DamagedError(
        f"The register's journal is damaged: {how[0].lower()}{how[1:]}.",
        where=str(path),
        remedy="Restore the register folder from a backup, or move it away and read the exports again.",
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _append(path: Path, at: int, content: bytes) -> None:
    """Write at a place in a file, cutting off what stands after it; on failure, cut back to that place."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | ONE_FILE, 0o600)
    try:
        os.ftruncate(descriptor, at)
        os.lseek(descriptor, at, os.SEEK_SET)
        while content:
            content = content[os.write(descriptor, content) :]
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):  # where it cannot be cut back either, readers pass over the torn line
            os.ftruncate(descriptor, at)
        raise
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def _text(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")
