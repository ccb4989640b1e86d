"""A trust as attendkit counts one: school by school, keeping whole numbers only.

`python -m benchmarks.trust FOLDER DAY SCHOOLS` reads one school's register as often as the trust has
schools, and prints the trust's totals. It is timed from outside, by `benchmarks.speed`.
"""

import sys
from datetime import date
from pathlib import Path

import polars as pl

from attendkit.duties import duty
from attendkit.findings import View
from attendkit.register.folding import calendar_for
from attendkit.register.store import Store
from attendkit.rules import Rulebook
from attendkit.school import load_school

COUNTED = ("possible", "present", "authorised", "unauthorised")


def totals(folder: Path, on: date) -> dict[str, int]:
    """One school's sessions, and how many of its pupils are in each band."""
    register = Store(folder / "register").register().until(on)
    school = load_school(folder)
    view = View(register, calendar_for(school, register), Rulebook(), school, on, options={"all": True})
    rows = duty("bands").load()(view).rows
    sums = rows.select(pl.col(COUNTED).sum()).row(0, named=True)
    return {**sums, **dict(rows["band"].cast(pl.String).value_counts().iter_rows())}


def main() -> None:
    """Print the totals of a trust."""
    folder, on, schools = Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), int(sys.argv[3])
    trust: dict[str, int] = {}
    for _ in range(schools):
        for name, count in totals(folder, on).items():
            trust[name] = trust.get(name, 0) + count
    print(trust)


if __name__ == "__main__":
    main()
