"""The casework store: one SQLite file, to which entries are added and from which nothing is taken.

Each entry holds the digest of the one before it. What it says and about whom is sealed by a digest of its
own with a random salt, so that it can be erased where the law asks for it and the chain still holds.
SQLite's write-ahead log does not work on network drives, where school folders live; its rollback journal
does, and with `synchronous=FULL` an entry that was acknowledged is on the disk.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from attendkit.casework.again import source_of, unread
from attendkit.casework.checking import SEALED, chain_faults, file_faults
from attendkit.casework.entry import START, Entry, New, corrected, digest_of
from attendkit.casework.kinds import KINDS, Kind
from attendkit.casework.kinds.keeping import Erased
from attendkit.casework.schema import APPLICATION, FORMAT, INSERT, MIGRATIONS
from attendkit.casework.seal import seal_fault, seal_of, write_seal
from attendkit.errors import BadArgumentError, DamagedError
from attendkit.model import Problem, Severity
from attendkit.register.files import private_folder, sync_folder

_WAIT = 30.0
"""Seconds to wait for another command that is writing."""


class Casework:
    """A school's log on disk. Making one touches nothing; the file is made by the first entry."""

    def __init__(self, path: Path, *, wait: float = _WAIT) -> None:
        self.path = path
        self._wait = wait

    def add(  # noqa: PLR0913  (what an entry is made of)
        self,
        kind: str,
        pupil: str,
        body: Kind,
        *,
        by: str,
        on: date,
        at: datetime,
        when: time | None = None,
        corrects: int | None = None,
        source: str = "",
    ) -> Entry:
        """Add one entry, and come back when it is safe on the disk.

        Raises:
            BadArgumentError: it corrects an entry that is not there, is of another kind, or was corrected.
            DamagedError: another command is writing, or the file is damaged or cannot be written.
        """
        return self.add_all([New(kind, pupil, body, by, on, at, when, corrects, source)])[0]

    def add_all(self, entries: Sequence[New]) -> tuple[Entry, ...]:
        """Add entries in their order, all of them or none, and come back when they are safe on the disk.

        One from a source that is in the log already is left out: a sheet read twice changes nothing. A row of
        a sheet that was read before and says something else now corrects what it said.

        Raises:
            BadArgumentError: one corrects an entry that is not there, is of another kind, or was corrected.
            DamagedError: another command is writing, or the file is damaged or cannot be written.
        """
        with self._writing() as connection:
            added = [self._add(connection, new) for new in unread(entries, _sources(connection))]
        return tuple(added)

    def erase(self, numbers: Sequence[int], why: str, *, by: str, on: date, at: datetime) -> Entry:
        """Erase what entries said and about whom, leave their places, and say in the log that it was done.

        What corrects one of them, or is corrected by it, goes with it.

        Raises:
            DamagedError: another command is writing, or the file is damaged or cannot be written.
        """
        with self._writing() as connection:
            every = sorted(_with_corrections(connection, numbers))
            erased = Erased(why=why, entries=tuple(every))
            for number in every:
                connection.execute(
                    "UPDATE entries SET pupil = '', body = NULL, salt = NULL WHERE id = ?", (number,)
                )
            entry = self._add(connection, New("erased", "", erased, by, on, at))
        with self._connected() as connection:
            connection.execute("VACUUM")  # what was erased still stands in the file's free pages
            self._seal(connection)
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """The entries that count: corrections applied, nothing struck out, in the order first written.

        Raises:
            DamagedError: the file is damaged, or was written by a newer attendkit.
        """
        return corrected(self.every_entry())

    def every_entry(self) -> tuple[Entry, ...]:
        """Every entry as it was written, corrected ones too. One that was erased is left out.

        Raises:
            DamagedError: the file is damaged, or was written by a newer attendkit.
        """
        if not self.there():
            return ()
        with self._connected() as connection:
            rows = connection.execute("SELECT * FROM entries ORDER BY id").fetchall()
        return tuple(self._entry(row) for row in rows if row["body"] is not None)

    def head(self) -> str:
        """The digest of the last entry, which covers every entry before it; `START` where there is none."""
        if not self.there():
            return START
        with self._connected() as connection:
            return _head(connection)[1]

    def check(self) -> tuple[Problem, ...]:
        """Verify the file, the chain and every seal, naming what is damaged and what to do."""
        try:
            if not self.there():
                return ()
            with self._connected() as connection:
                faults = [*file_faults(connection), *chain_faults(connection)]
                fault = None if faults else seal_fault(self.path, _head(connection)[1])
        except DamagedError as error:
            return (Problem("damaged", error.what, file=error.where, remedy=error.remedy),)
        if fault:
            path, said = fault
            return (Problem("unsealed", said, path.name, remedy=_WHOLE, severity=Severity.WARNING),)
        return tuple(
            Problem("damaged", fault, file=self.path.name, row=number, remedy=_RESTORE)
            for number, fault in faults
        )

    def mend(self) -> None:
        """Write the file anew from its entries, where only bytes that belong to none have changed.

        Raises:
            DamagedError: another command is writing, or the file is damaged or cannot be written.
        """
        with self._connected() as connection:
            connection.execute("VACUUM")
            self._seal(connection)

    def copy_to(self, path: Path) -> None:
        """Write a whole copy of the log as it stands now, private to its owner.

        Raises:
            DamagedError: the file is damaged, or the copy cannot be written.
        """
        with self._connected() as connection:
            _make_private(path)
            connection.execute("VACUUM INTO ?", (str(path),))
        sync_folder(path.parent)

    def _seal(self, connection: sqlite3.Connection) -> None:
        write_seal(self.path, _head(connection)[1])

    def there(self) -> bool:
        """Whether anything was ever logged.

        Raises:
            DamagedError: it was, as the seal beside it says, and is gone: no other is begun over it unasked.
        """
        if self.path.is_file() and self.path.stat().st_size > 0:
            return True
        seal = seal_of(self.path)
        if seal.exists():
            raise DamagedError(
                f"The log is gone: there is no {self.path.name}, and {seal.name} says that there was one.",
                where=str(self.path),
                remedy=f"Restore {self.path.name} from a backup (`attendkit restore`). Only to begin a new"
                f" log over the lost one, on purpose: remove {seal.name}.",
            )
        return False

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone: all of it is on the disk at the end, or none of it."""
        with self._explained():
            private_folder(self.path.parent)
            if not self.there() and not self.path.exists():
                _make_private(self.path)
                sync_folder(self.path.parent)
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                _migrate(connection)
                yield connection
            except BaseException:
                if connection.in_transaction:  # SQLite has rolled some failures back itself
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            self._seal(connection)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with self._explained():
            uri = f"{self.path.absolute().as_uri()}?mode=rw"
            connection = sqlite3.connect(uri, uri=True, timeout=self._wait, isolation_level=None)
            with closing(connection):
                connection.row_factory = sqlite3.Row
                for pragma in (
                    "journal_mode=DELETE",
                    "synchronous=FULL",
                    "foreign_keys=ON",
                    "secure_delete=ON",
                ):
                    connection.execute(f"PRAGMA {pragma}")
                self._refuse_other(connection)
                yield connection

    def _refuse_other(self, connection: sqlite3.Connection) -> None:
        """Refuse a file that is not attendkit's, or of a format that this attendkit does not know."""
        made, application = _pragma(connection, "user_version"), _pragma(connection, "application_id")
        if made > FORMAT:
            raise DamagedError(
                f"This log has format {made}, and this attendkit knows formats up to {FORMAT}.",
                where=str(self.path),
                remedy="Update attendkit on this computer; nothing was changed.",
            )
        empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if application != APPLICATION and not empty:
            raise _damaged(self.path, "This is not an attendkit log.")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._in_words(error) from None
        except UnicodeDecodeError:  # text that a damaged page holds
            raise _damaged(self.path, "The log is damaged (what it holds is not text).") from None
        except OSError as error:
            raise DamagedError(
                f"The log cannot be written: {error.strerror or error}.",
                where=str(self.path),
                remedy="Check the folder and the disk, and run the command again.",
            ) from None

    def _in_words(self, error: sqlite3.Error) -> DamagedError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return DamagedError(
                "Another attendkit command is writing to this log.",
                where=str(self.path),
                remedy="Nothing was changed. Wait until it is done, or end it, and run this again.",
            )
        if code == sqlite3.SQLITE_FULL:
            return DamagedError(
                "The disk is full, so the log cannot be written.",
                where=str(self.path),
                remedy="Free some space and run the command again; nothing written before is lost.",
            )
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            return DamagedError(
                "You may not write to this log.",
                where=str(self.path),
                remedy="Ask for write access to the file and its folder.",
            )
        if code == sqlite3.SQLITE_IOERR:
            return DamagedError(
                "The disk or the network drive failed while the log was in use.",
                where=str(self.path),
                remedy="Nothing that was said to be logged is lost. Run the command again when it is back.",
            )
        # SQLite's own words may quote what an entry says.
        kind = getattr(error, "sqlite_errorname", type(error).__name__)
        return _damaged(self.path, f"The log is damaged ({kind}).")

    def _add(self, connection: sqlite3.Connection, new: New) -> Entry:
        if fault := new.body.fault_on(new.on):
            raise BadArgumentError(
                fault, where=new.kind, remedy="Correct --until, or --on; nothing was logged."
            )
        if new.corrects is not None:
            _refuse_correction(connection, new, self.path)
        last, before = _head(connection)
        pupil, body, salt = new.pupil, new.body.model_dump_json(), secrets.token_hex(16)
        row: dict[str, str | int | None] = {
            "id": last + 1,
            "at": new.at.astimezone(UTC).isoformat(),
            "day": new.on.isoformat(),
            "time": new.when.isoformat() if new.when else "",
            "by": new.by,
            "kind": new.kind,
            "corrects": new.corrects,
            "source": source_of(new),
            "pupil": pupil,
            "body": body,
            "salt": salt,
            "seal": digest_of([salt, pupil, body]),
            "before": before,
        }
        row["digest"] = digest_of([before, *(row[name] for name in SEALED)])
        connection.execute(INSERT, row)
        added = connection.execute("SELECT * FROM entries WHERE id = ?", (last + 1,)).fetchone()
        return self._entry(added)

    def _entry(self, row: sqlite3.Row) -> Entry:
        if row["kind"] not in KINDS:
            raise DamagedError(
                f"Entry {row['id']} is of a kind that this attendkit does not know.",
                where=str(self.path),
                remedy="Update attendkit on this computer; nothing was changed.",
            )
        try:
            return Entry(
                id=row["id"],
                at=datetime.fromisoformat(row["at"]),
                on=date.fromisoformat(row["day"]),
                by=row["by"],
                pupil=row["pupil"],
                kind=row["kind"],
                body=KINDS[row["kind"]].model_validate_json(row["body"]),
                corrects=row["corrects"],
                digest=row["digest"],
                when=time.fromisoformat(row["time"]) if row["time"] else None,
                source=row["source"],
                root=row["id"],
            )
        except (ValueError, TypeError):  # also what pydantic raises
            raise _damaged(self.path, f"Entry {row['id']} cannot be read.") from None


_WHOLE = "Nothing is lost: every entry is as it was written. `attendkit doctor --deep` writes the file anew."

_RESTORE = "Restore casework.db from a backup; what was logged since then is in this file, to be read by eye."


def _migrate(connection: sqlite3.Connection) -> None:
    made = _pragma(connection, "user_version")
    for step in MIGRATIONS[made:]:
        for statement in step:
            connection.execute(statement)
    if made < FORMAT:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _head(connection: sqlite3.Connection) -> tuple[int, str]:
    """The number and digest of the last entry."""
    last = connection.execute("SELECT id, digest FROM entries ORDER BY id DESC LIMIT 1").fetchone()
    return (last["id"], last["digest"]) if last else (0, START)


def _sources(connection: sqlite3.Connection) -> list[Mapping[str, Any]]:
    """Where every entry came from, oldest first."""
    columns = "id, corrects, source, CASE WHEN body IS NULL THEN 'erased' ELSE kind END AS kind"
    return list(map(dict, connection.execute(f"SELECT {columns} FROM entries ORDER BY id")))  # noqa: S608


def _with_corrections(connection: sqlite3.Connection, numbers: Sequence[int]) -> set[int]:
    """These entries and all that correct them or that they correct."""
    roots: dict[int, int] = {}
    for number, corrects in connection.execute("SELECT id, corrects FROM entries ORDER BY id"):
        roots[number] = roots.get(corrects, number)
    asked = {roots[number] for number in numbers if number in roots}
    return {number for number, root in roots.items() if root in asked}


def _refuse_correction(connection: sqlite3.Connection, new: New, path: Path) -> None:
    """Refuse to correct what is not there, is of another kind, or has a correction of its own."""
    asked = connection.execute("SELECT kind, body FROM entries WHERE id = ?", (new.corrects,)).fetchone()
    later = connection.execute("SELECT id FROM entries WHERE corrects = ?", (new.corrects,)).fetchone()
    if asked is None or asked["body"] is None:
        fault, remedy = f"There is no entry {new.corrects} to correct.", "`attendkit log show` lists them."
    elif later:
        fault = f"Entry {new.corrects} was corrected by entry {later['id']}."
        remedy = f"Correct {later['id']} if that is wrong too."
    elif new.kind not in (asked["kind"], "struck-out") or asked["kind"] in ("struck-out", "erased"):
        fault = f"Entry {new.corrects} is of the kind {asked['kind']}, and a correction is of the same."
        remedy = "Strike it out and log what happened anew."
    else:
        return
    raise BadArgumentError(fault, where=str(path), remedy=remedy)


def _make_private(path: Path) -> None:
    """Make an empty file that only its owner may open, where there is none. SQLite keeps its mode."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _damaged(path: Path, what: str) -> DamagedError:
    return DamagedError(what, where=str(path), remedy=_RESTORE)
