"""Backups by the calendar: the month one is of, which months are held and due, and how long they are kept.

A backup is a folder named after its month. What is in it is for `attendkit.backup` to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import polars as pl

from attendkit.errors import BadArgumentError
from attendkit.school import School
from attendkit.terms import Calendar

FOLDER = "backups"

_WRITTEN = re.compile(r"(\d{4})-(\d{2})")
_FOLDER = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:\.\d+)?")
_DECEMBER = 12


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, written 2026-11."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that a day is in."""
        return cls(day.year, day.month)

    @classmethod
    def named(cls, text: str) -> Self:
        """The month written as 2026-11.

        Raises:
            BadArgumentError: it is written some other way, or there is no such month.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if not found or not 1 <= int(found[2]) <= _DECEMBER or int(found[1]) == 0:
            raise BadArgumentError(
                f"{text!r} is not a month.", where="--month", remedy="Write it as 2026-10."
            )
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.month // _DECEMBER, self.month % _DECEMBER + 1)

    def __str__(self) -> str:
        """As it is written: 2026-11."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def words(self) -> str:
        """As a person says it: November 2026."""
        return f"{self.first:%B} {self.year}"


def backups_folder(school: School) -> Path:
    """Where a school keeps its backups: `backups/` in its folder, or the place that its settings name."""
    return (school.folder or Path()) / (school.backup.folder or FOLDER)


def months_held(folder: Path) -> frozenset[Month]:
    """The months of which there is a backup, by the names of their folders alone."""
    if not folder.is_dir():
        return frozenset()
    return frozenset(
        Month(int(named[1]), int(named[2]))
        for path in folder.iterdir()
        if (named := _FOLDER.fullmatch(path.name)) and path.is_dir()
    )


def months_missing(school: School, calendar: Calendar, imports: pl.DataFrame, on: date) -> tuple[Month, ...]:
    """The months of which there should be a backup by the end of a day and is none."""
    held = months_held(backups_folder(school))
    return tuple(month for month in months_due(calendar, imports, on) if month not in held)


def months_due(calendar: Calendar, imports: pl.DataFrame, on: date) -> Iterator[Month]:
    """The months of which there should be a backup by the end of a day (R7.4).

    Every month since the first import whose last school day has come; a month without one has none.
    """
    begun = imports["seen"].dt.date().min()
    month = Month.of(begun) if isinstance(begun, date) else Month.of(on).next
    while month <= Month.of(on):
        day = month.last
        while day >= month.first and not calendar.is_school_day(day):
            day -= timedelta(days=1)
        if month.first <= day <= on:
            yield month
        month = month.next


def keep_until(entry: date, years: int) -> date:
    """The first day on which an entry made on a day may be destroyed, so many years on (R7.2).

    29 February is taken to end on 1 March where there is none, because less than the years will not do.
    """
    try:
        return entry.replace(year=entry.year + years)
    except ValueError:
        return date(entry.year + years, 3, 1)
