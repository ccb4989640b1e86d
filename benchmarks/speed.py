"""The speeds to hold, each as a ratio to a yardstick timed in the same run on the same machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.timing import Timed, attendkit, best, python, race
from benchmarks.year import YEAR, school_days

SCRIPTED = ("absences", "bands", "ncode-report", "late", "missing-registers", "fire-register")
_READ_AS_TEXT = "import polars, sys; polars.read_csv(open(sys.argv[1], 'rb').read(), infer_schema=False)"
_BARE = """
import polars as pl, rich.table, sys
marks = pl.read_parquet(sys.argv[1])
codes = marks["code"].cat.get_categories()
marks.group_by("pupil").agg((pl.col("code") == code).sum().alias(code) for code in codes).sort("pupil")
"""
"""Reading a register and counting every code of every pupil: the least that any duty must do."""
_WRITE_MARKS = """
import pathlib, sys
from attendkit.register.store import Store
Store(pathlib.Path(sys.argv[1])).register().marks.write_parquet(sys.argv[2])
"""


@dataclass(frozen=True, slots=True)
class Held:
    """One speed held: what was timed, against what, and the most the ratio may be."""

    what: str
    timed: Timed
    against: str
    yardstick: Timed
    at_most: float

    @property
    def ratio(self) -> float:
        """How many times the yardstick it took."""
        return self.timed.seconds / self.yardstick.seconds

    @property
    def holds(self) -> bool:
        """Whether it is within its limit."""
        return self.ratio <= self.at_most


def start_up() -> Iterator[Held]:
    """`--help` against importing Typer."""
    yield _held("attendkit --help", attendkit("--help"), "import typer", python("-c", "import typer"), 2)


def from_the_store(folder: Path, on: date) -> Iterator[Held]:
    """The daily and weekly duties against the imports they cannot do without and a bare count."""
    parquet = folder / "marks.parquet"
    if not parquet.exists():
        best(python("-c", _WRITE_MARKS, str(folder / "register"), str(parquet)), repeats=1)
    bare = python("-c", _BARE, str(parquet))
    for name in ("absences", "bands", "ncode-report"):
        yield _held(f"{name}, from the store", _duty(name, folder, on), "polars, rich, bare count", bare, 1.5)


def reading(folder: Path) -> Iterator[Held]:
    """`check` of a long CSV against Polars reading it as text."""
    marks = str(folder / "exports" / "marks.csv")
    as_text = python("-c", _READ_AS_TEXT, marks)
    yield _held("check, long CSV", attendkit("check", marks), "polars reads it as text", as_text, 2)


def against_pandas(folder: Path, on: date) -> Iterator[Held]:
    """Each duty against a pandas script that finds the same figures, end to end."""
    exports = [f"--export={folder / 'exports' / name}.csv" for name in ("pupils", "contacts", "marks")]
    for name in SCRIPTED:
        module = f"benchmarks.pandas_scripts.{name.replace('-', '_')}"
        script = python("-m", module, str(folder), str(on))
        stored, direct = _duty(name, folder, on), attendkit(name, "--on", str(on), *exports)
        yield _held(f"{name}, from the store", stored, "pandas script", script, 1 / 10)
        yield _held(f"{name}, from the CSV", direct, "pandas script", script, 1 / 3)


def _held(what: str, command: list[str], against: str, yardstick: list[str], at_most: float) -> Held:
    timed, theirs = race(command, yardstick)
    return Held(what, timed, against, theirs, at_most)


def a_trust(folder: Path, on: date) -> Iterator[Held]:
    """Five and twenty schools against one: time in proportion, memory flat."""
    one, five, twenty = race(*(_trust(folder, on, schools) for schools in (1, 5, 20)))
    each = Timed((twenty.seconds - five.seconds) / 15, 0)
    start = Timed(one.seconds - each.seconds, 0)
    expected = Timed(start.seconds + 5 * each.seconds, 0)
    yield Held("5 schools' time", five, "start-up and 5 of the 20", expected, 1.1)
    yield Held("20 schools' memory", _memory(twenty), "1 school's memory", _memory(one), 1.25)


def _memory(timed: Timed) -> Timed:
    return Timed(timed.megabytes, timed.megabytes)


def _trust(folder: Path, on: date, schools: int) -> list[str]:
    return python("-m", "benchmarks.trust", str(folder), str(on), str(schools))


def _duty(name: str, folder: Path, on: date) -> list[str]:
    return attendkit(name, "--school", str(folder), "--on", str(on))


def every_speed() -> Iterator[Held]:
    """Every speed held, in the order they are measured."""
    best(python("-m", "benchmarks.year"), repeats=1)  # not here: a timed child's memory starts from ours
    folder, on = YEAR, school_days()[-1]
    yield from start_up()
    yield from from_the_store(folder, on)
    yield from reading(folder)
    yield from against_pandas(folder, on)
    yield from a_trust(folder, on)
