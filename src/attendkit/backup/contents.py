"""What goes into a backup: the registers for people, and the school's folder for `restore`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from attendkit import __version__
from attendkit.backup.instructions import INSIDE
from attendkit.backup.logged import SCHOOLS_CLOCK, Log, log_until
from attendkit.backup.manifest import sha256, with_manifest
from attendkit.backup.tables import CASEWORK_TABLE, csv, figures, named, tables
from attendkit.casework.store import Casework
from attendkit.documents.registers import printed
from attendkit.errors import BadArgumentError
from attendkit.model import MISSING
from attendkit.register.backups import Month, keep_until
from attendkit.register.retention import kept_by
from attendkit.register.store import Standing, Store
from attendkit.rules import Rulebook
from attendkit.school import CONFIG_NAME, School

SCHOOL = "school/"
"""The folder in a backup that becomes a school's folder again."""

PRINT = "print/attendance-register-"
"""The folder in a backup with the month's register to print, a file a tutor group."""

REGISTER, CASEWORK, TEMPLATES = "register", "casework.db", "templates"


@dataclass(frozen=True)
class Source:
    """What a month's backup is made from: the register as it stood, and the school's folder.

    `late` is true when nothing had been read by the end of the month, so that it is made from what was read
    since. `casework` is the log as it stood, or None where there is none.
    """

    folder: Path
    school: School
    month: Month
    standing: Standing
    late: bool
    casework: Log | None

    @cached_property
    def name(self) -> str:
        """A digest of all that the backup depends on: where it is the same, the backup would be."""
        said = [
            __version__,
            str(self.month),
            self.standing.head,
            self.casework.head if self.casework else "",
            *(f"{name} {sha256(content)}" for name, content in settings(self.folder).items()),
        ]
        return sha256("\n".join(said).encode())


def source(folder: Path, school: School, month: Month) -> Source:
    """What the school's folder held at the end of a month, or holds now where the month is not over.

    Raises:
        BadArgumentError: nothing was ever read.
        DamagedError: the register or the casework is damaged.
    """
    store = Store(folder / REGISTER)
    standing = store.standing(month.last)
    late = standing.register.imports.is_empty()
    if late:
        standing = store.standing()
    if standing.register.pupils.is_empty():
        raise BadArgumentError(
            "There is nothing to back up yet: no pupil has been read.",
            where=str(store.folder),
            remedy="Take a register in with `attendkit ingest FILE...`.",
        )
    log = log_until(folder / CASEWORK, month.last) if Casework(folder / CASEWORK).there() else None
    return Source(folder, school, month, standing, late, log)


def contents(source: Source) -> dict[str, bytes]:
    """Every file of a backup by name, with its manifest."""
    standing, month = source.standing, source.month
    pages = printed(standing.register, source.school, month.first, month.last)
    files = {f"{PRINT}{month}/{name}": content for name, content in pages.items()}
    rows = {}
    counted = figures(standing.register.marks)
    for name, table in _tables(source, counted):
        files[name], rows[name] = csv(table), table.height
    files |= {f"{SCHOOL}{name}": content for name, content in settings(source.folder).items()}
    files |= {f"{SCHOOL}{REGISTER}/{name}": content for name, content in standing.files.items()}
    if source.casework:
        files[f"{SCHOOL}{CASEWORK}"] = source.casework.file
    files["RESTORE.txt"] = INSIDE.encode()
    return with_manifest(files, says(source, rows, counted))


def _tables(source: Source, counted: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    yield from tables(source.standing, counted)
    if source.casework:
        yield CASEWORK_TABLE, named(source.casework.entries, source.standing.register, by="key")


def says(source: Source, rows: Mapping[str, int], counted: pl.DataFrame) -> dict[str, Any]:
    """What the manifest says of it all. No pupil is named in it, so it may lie beside an encrypted backup.

    Args:
        source: what the backup is made from.
        rows: how many rows each table has, by its file.
        counted: every figure of each pupil and year, as `tables.figures` has them.
    """
    register = source.standing.register
    entered = last_entry(source)
    retention = kept_by(Rulebook(), entered)
    return {
        "school": source.school.name,
        "month": str(source.month),
        "made_by": f"attendkit {__version__}",
        "made_from": source.name,
        "read_after_the_month": source.late,
        "register": {
            "digest": register.digest,
            "journal": source.standing.head,
            "imports": register.files_read.height,
            "pupils": register.pupils.height,
            "first": _iso(register.first),
            "last": _iso(register.last),
            "sessions": register.marks.height,
            "sessions_missing": _missing(register.marks),
            "sessions_missing_this_month": _missing(_of(register.marks, source.month)),
        },
        "casework": {
            "digest": source.casework.head if source.casework else None,
            "entries": source.casework.entries.height if source.casework else 0,
        },
        "figures": _sums(counted),
        "rows": dict(sorted(rows.items())),
        "last_entry": entered.isoformat(),
        "keep_until": keep_until(entered, retention.number("years")).isoformat(),
        "rules": _rules(source.month.last),
    }


def last_entry(source: Source) -> date:
    """The day of the newest entry: of a mark, of the import that told it, or of what was done about it."""
    register = source.standing.register
    days = [register.last, register.imports["seen"].dt.convert_time_zone(SCHOOLS_CLOCK).dt.date().max()]
    if source.casework:
        days.append(source.casework.entries["on"].max())
    return max(day for day in days if isinstance(day, date))


def settings(folder: Path) -> dict[str, bytes]:
    """The school's own settings and templates, by their paths in its folder.

    Raises:
        BadArgumentError: a template's name would be another file's on another computer.
    """
    found = {CONFIG_NAME: (folder / CONFIG_NAME).read_bytes()}
    templates = folder / TEMPLATES
    for path in sorted(templates.rglob("*")) if templates.is_dir() else ():
        if path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        if not name.isprintable() or "\\" in name or ":" in name:
            raise BadArgumentError(
                "This file's name cannot be kept in a backup.",
                where=str(path),
                remedy="Give it a plain name.",
            )
        found[name] = path.read_bytes()
    return found


def _rules(on: date) -> dict[str, str]:
    """The version of every rule in force on a day: the day since when it has been."""
    book = Rulebook()
    return {
        rule: version.since.isoformat()
        for rule in book.names()
        for version in book.history(rule)
        if version.in_force(on)
    }


def _of(marks: pl.DataFrame, month: Month) -> pl.DataFrame:
    return marks.filter(pl.col("date").is_between(month.first, month.last))


def _missing(marks: pl.DataFrame) -> int:
    return int(marks.select((pl.col("code") == MISSING).sum()).item())


def _sums(counted: pl.DataFrame) -> dict[str, int]:
    """The figures of all pupils in all years together."""
    return counted.drop("pupil", "academic_year").sum().row(0, named=True)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
