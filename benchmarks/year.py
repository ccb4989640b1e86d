"""A school-year to measure with: the made-up school's term, told again until it has 190 school days."""

import csv
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby, islice
from pathlib import Path

from benchmarks.timing import attendkit, best

ROOT = Path(__file__).parents[1]
TERM = ROOT / "examples" / "big"
YEAR = ROOT / "build" / "bench" / "year"
FIRST = date(2025, 9, 3)
_SETTINGS = """\
name = "A year of Harrowmere School"

[[terms]]
name = "The year, without holidays"
first = 2025-09-03
last = 2026-07-22
"""
_ROLL_DATES = ("Date of Admission", "Date of Leaving")


def school_days() -> list[date]:
    """190 weekdays: for timing, which of them are holidays does not matter."""
    weekdays = (day for n in range(400) if (day := FIRST + timedelta(days=n)).weekday() < 5)
    return list(islice(weekdays, 190))


def make_year() -> None:
    """Write the school's folder, with its exports taken into its register."""
    exports = YEAR / "exports"
    shutil.rmtree(YEAR, ignore_errors=True)
    exports.mkdir(parents=True)
    (YEAR / "attendkit.toml").write_text(_SETTINGS, encoding="utf-8")
    shutil.copy(TERM / "exports" / "contacts.csv", exports)
    _write(exports / "pupils.csv", _without_roll_dates())
    _write(exports / "marks.csv", _told_again())
    taken = [str(exports / name) for name in ("pupils.csv", "contacts.csv", "marks.csv")]
    best(attendkit("ingest", "--school", str(YEAR), *taken), repeats=1)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (TERM / "exports" / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _without_roll_dates() -> Iterator[dict[str, str]]:
    for row in _rows("pupils.csv"):
        yield {head: cell for head, cell in row.items() if head not in _ROLL_DATES}


def _told_again() -> Iterator[dict[str, str]]:
    term = [list(day) for _, day in groupby(_rows("marks.csv"), key=lambda row: row["Date"])]
    for number, day in enumerate(school_days()):
        for row in term[number % len(term)]:
            yield row | {"Date": f"{day:%d/%m/%Y}"}


def _write(path: Path, rows: Iterator[dict[str, str]]) -> None:
    first = next(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


if __name__ == "__main__":
    make_year()
