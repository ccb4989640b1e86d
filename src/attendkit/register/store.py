"""The register on disk: what each import changed, one file a table, and the journal that says which count.

    register/
      journal.jsonl     one line an import, each holding the digest of the line before
      journal.copy      the same, written after it, to mend it by
      parts/            what each import changed, named by content: never written over, never removed
      snapshot/         the merged register, a cache
      journal.lock      held by the one command that writes

Everything is written whole under another name and renamed into place, parts before the line that names
them, so a command may be killed at any moment: an import that was acknowledged is there, and one that was
not leaves nothing that counts.
"""

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

import polars as pl

from attendkit.errors import BadArgumentError, DamagedError
from attendkit.model import Problem, Severity
from attendkit.register.files import explained, other_than_written, private_folder, write_whole
from attendkit.register.folding import Step, Summary, empty_register, fold
from attendkit.register.journal import START, Entry, Journal, entry_of, erasure_of, with_erasures
from attendkit.register.marks import KEY
from attendkit.register.model import Delta, Register
from attendkit.register.parts import Erasure, Parts, damaged, imports_of
from attendkit.register.snapshot import Snapshot
from attendkit.terms import plain_date

__all__ = ["Erasure", "Standing", "Store", "Summary"]

_WAIT = 30.0
"""Seconds to wait for another command that is writing."""

_SCHOOLS_CLOCK = "Europe/London"


@dataclass(frozen=True)
class Standing:
    """The register as its imports up to one of them made it: `head` is that import's line of the journal.

    `history` makes what `Store.history` has, when it is asked for. `files` are those that a folder must hold
    to be a store of this register, by their paths in it.
    """

    register: Register
    history: Callable[[], pl.DataFrame]
    files: Mapping[str, bytes]
    head: str


class Store:
    """A school's register on disk. Making one touches nothing; the folder is made by the first import."""

    def __init__(self, folder: Path, *, wait: float = _WAIT) -> None:
        self.folder = folder
        self._wait = wait
        self._journal = Journal(folder / "journal.jsonl", folder / "journal.copy")
        self._parts = Parts(folder / "parts")
        self._snapshot = Snapshot(folder / "snapshot")
        self._seen: tuple[str, Register] | None = None  # the register after a line of the journal

    def register(self) -> Register:
        """The register after every import that counts.

        Raises:
            DamagedError: the journal is damaged, or a part is and there is no sound snapshot.
        """
        return self._register(self._entries())

    def ingest(self, deltas: Sequence[Delta], seen: datetime) -> tuple[Summary, ...]:
        """Fold exports into the register, and come back when they are safe on the disk.

        The same export twice changes nothing. `seen` is kept with the imports; their order is the order of
        the journal, so a clock put back does no harm. Summaries are in the order of `deltas`.

        Raises:
            DamagedError: another command is writing, the register is damaged, or it cannot be written.
        """
        with self._locked():
            entries = self._entries()
            self._parts.sweep(entries)
            folded = fold(deltas, self._register(entries))
            if folded.steps:
                written = self._written(folded.steps, seen, entries, folded.register.digest)
                self._journal.append(written)
                with suppress(OSError):  # what follows only saves time or mends damage; the import is safe
                    self._journal.copy()
                    self._snapshot.write(written[-1].line, folded.register)
        return folded.summaries

    def erase(self, pupil: int, at: datetime) -> Erasure:
        """Take a pupil out of every part, and write a line in the journal that says which parts changed.

        The lines before it stay as they are, so that the chain still holds: they name the parts that there
        were, and this one those that took their places. No name or number of the pupil is written anywhere.

        Raises:
            DamagedError: another command is writing, the register is damaged, or it cannot be written.
        """
        with self._locked(), explained(self.folder):
            entries = self._entries()
            replaced, erasure = self._parts.without(pupil, entries)
            line = erasure_of(len(entries), replaced, at)
            left = self._parts.register(with_erasures([*entries, line]))
            written = replace(line, register=left.digest).after(entries[-1].line if entries else START)
            self._journal.append([written])
            self._parts.sweep(self._entries())
            self._journal.copy()
            self._snapshot.write(written.line, left)
        return erasure

    def imports(self) -> pl.DataFrame:
        """Every import, in the columns of `register.model.IMPORTS`.

        Raises:
            DamagedError: the journal is damaged.
        """
        return imports_of(self._entries())

    def holds(self, digest: str) -> bool:
        """Whether a file with these bytes (SHA-256) was imported."""
        return any(entry.digest == digest for entry in self._entries())

    def history(self) -> pl.DataFrame:
        """Every word on every mark, oldest first.

        The columns of `MARKS`, and `seen`: when the word's import was read. An import that agreed with the
        mark has no row. Sorted by pupil, date, session and import.

        Raises:
            DamagedError: the journal or a part is damaged.
        """
        return self._parts.history(self._entries())

    def standing(self, until: date | None = None) -> Standing:
        """All that the store holds, or held at the end of a day: the register, its history, and its files.

        What was held then are the imports up to the last one read by then, so that a clock that was put back
        can take nothing away.

        Raises:
            BadArgumentError: a pupil was erased since then, so that the register cannot stand as it did.
            DamagedError: the journal or a part is damaged.
        """
        entries = self._entries()
        if until is not None:
            here = imports_of(entries)["seen"].dt.convert_time_zone(_SCHOOLS_CLOCK).dt.date()
            at = max((at for at, day in enumerate(here, start=1) if day <= until), default=0)
            if any(entry.replaced for entry in entries[at:]):
                raise _erased_since(until, self.folder)
            entries = entries[:at]
        files = {
            f"parts/{digest}.parquet": self._parts.content(entry, name)
            for entry in entries
            for name, digest in entry.parts_now.items()
        }
        return Standing(
            self._register(entries, keep=False),
            partial(self._parts.history, entries),
            {"journal.jsonl": b"".join(entry.text() for entry in entries), **files},
            entries[-1].line if entries else START,
        )

    def check(self) -> tuple[Problem, ...]:
        """Verify the chain and every part against its digest, naming what is damaged and what to do."""
        try:
            entries = self._entries()
        except DamagedError as error:
            return (_problem(error),)
        return (*self._mended(), *(self._damaged_parts(entries) or self._different(entries)))

    def spoilt(self) -> tuple[Problem, ...]:
        """Files that can be made again, or are not needed, and are not as they were written.

        With `check` this is every byte in the folder: what is neither a part that counts nor the journal is
        held against the digest in its name or at its head.

        Raises:
            DamagedError: the journal is damaged beyond its copy.
        """
        counting = {
            self._parts.folder / f"{digest}.parquet"
            for e in self._entries()
            for digest in e.parts_now.values()
        }
        paths = [path for path in other_than_written(self.folder) if path not in counting]
        paths += self._parts.superseded(self._entries())
        if self._journal.fault():
            paths.append(self._journal.path)
        elif self._journal.spare_fault():
            paths.append(self._journal.spare)
        return tuple(_spoilt(path) for path in paths)

    def mend(self) -> None:
        """Make again what `spoilt` names: the journal from its copy, its copy, and the snapshot.

        Raises:
            DamagedError: another command is writing, the register is damaged, or it cannot be written.
        """
        with self._locked(), explained(self.folder):
            entries = self._entries()
            counting = self._parts.counting(entries)
            for path in other_than_written(self.folder):
                if path not in counting:
                    path.unlink()
            self._parts.sweep(entries)
            if entries:
                self._journal.mend()
                self._read(entries, keep=True)

    def _mended(self) -> Iterator[Problem]:
        if fault := self._journal.fault():
            remedy = (
                "Nothing is lost: journal.copy has every line, and the next import writes the journal anew."
            )
            yield replace(_problem(fault), remedy=remedy, severity=Severity.WARNING)

    def _damaged_parts(self, entries: Sequence[Entry]) -> list[Problem]:
        found = []
        whole = bool(entries) and self._snapshot.read(entries[-1].line, imports_of(entries))
        for entry in entries:
            for name in entry.parts_now:
                try:
                    self._parts.part(entry, name)
                except DamagedError as error:
                    found.append(_problem(error))
        if not whole:
            return found
        remedy = "The register of today is whole; what it said before this import is not. Restore a backup."
        return [replace(problem, remedy=remedy) for problem in found]

    def _different(self, entries: Sequence[Entry]) -> list[Problem]:
        """Whether sound parts make another register than they did: a fault in attendkit, not the disk."""
        said = entries[-1].register if entries else ""
        if not said or self._parts.register(entries).digest == said:
            return []
        return [
            _problem(
                damaged("The parts do not make the register they made when written.", self._parts.folder)
            )
        ]

    def _entries(self) -> tuple[Entry, ...]:
        entries = self._journal.entries()
        if not (entries or self._journal.path.exists()) and self._parts.folder.is_dir():
            raise damaged("The journal is gone, so nothing says which files count.", self._journal.path)
        return with_erasures(entries)

    def _register(self, entries: Sequence[Entry], *, keep: bool = True) -> Register:
        if not entries:
            return empty_register()
        head = entries[-1].line
        if self._seen is None or self._seen[0] != head:
            self._seen = head, self._read(entries, keep=keep)
        return self._seen[1]

    def _read(self, entries: Sequence[Entry], *, keep: bool) -> Register:
        kept = self._snapshot.read(entries[-1].line, imports_of(entries))
        if kept:
            return kept
        register = self._parts.register(entries)
        if keep:  # there is one snapshot, and it is of the register as it stands now
            with suppress(OSError):  # a folder that can only be read is read without a snapshot
                self._snapshot.write(entries[-1].line, register)
        return register

    def _written(
        self, steps: Sequence[Step], seen: datetime, entries: Sequence[Entry], register: str
    ) -> list[Entry]:
        """The entries of some steps, whose parts are now on the disk."""
        with explained(self.folder):
            self._journal.start()
            private_folder(self._parts.folder)
            told = [self._entry(step, seen) for step in steps]
        told[-1] = replace(told[-1], register=register)
        chain = list(entries)
        for entry in told:
            chain.append(entry.after(chain[-1].line if chain else START))
        return chain[len(entries) :]

    def _entry(self, step: Step, seen: datetime) -> Entry:
        tables = {"pupils": step.pupils, "marks": step.marks.sort(KEY), "contacts": step.contacts}
        parts = {name: self._parts.keep(table) for name, table in tables.items() if table.height}
        return entry_of(step.imported, seen, parts=parts, merged=step.merged)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - a command that only looks never needs it

        holder = self.folder / "journal.holder"
        with explained(self.folder):
            private_folder(self.folder)
            lock = FileLock(self.folder / "journal.lock", timeout=self._wait, mode=0o600)
            try:
                lock.acquire()
            except Timeout:
                raise _busy(self.folder, holder) from None
        try:
            with explained(self.folder):
                write_whole(holder, _who().encode())
                for left in (*self.folder.glob("*.tmp"), *self._parts.folder.glob("*.tmp")):
                    left.unlink()  # by a writer that was killed
            yield
        finally:
            with suppress(OSError):  # read only while the lock is held, so an old one misleads nobody
                holder.unlink()
            lock.release()


def _who() -> str:
    now = datetime.now().astimezone()
    return f"process {os.getpid()} on {platform.node()}, since {now:%H:%M:%S} on {plain_date(now)}"


def _busy(folder: Path, holder: Path) -> DamagedError:
    try:
        who = f" ({holder.read_text(encoding='utf-8')})"
    except OSError:  # it has just begun or just ended
        who = ""
    return DamagedError(
        f"Another attendkit command is writing to this register{who}.",
        where=str(folder),
        remedy="Nothing was changed. Wait until it is done, or end it, and run this again.",
    )


def _erased_since(until: date, folder: Path) -> BadArgumentError:
    return BadArgumentError(
        f"A pupil was erased from the register after {until}, so it cannot be given as it stood then.",
        where=str(folder),
        remedy="The copies made before then are the only ones there are of it; their retention goes on.",
    )


def _spoilt(path: Path) -> Problem:
    return Problem(
        reason="damaged",
        message="This file is not as it was written.",
        file=str(path),
        remedy="Nothing is lost: all that was in it is held elsewhere too.",
        severity=Severity.WARNING,
    )


def _problem(error: DamagedError) -> Problem:
    return Problem(reason="damaged", message=error.what, file=error.where, remedy=error.remedy)
