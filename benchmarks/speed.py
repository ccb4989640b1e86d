"""The speeds to hold, each as a ratio to a yardstick timed in the same run on the same machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.alike import SCRIPTED, check, script
from benchmarks.timing import Timed, attendkit, best, python, race
from benchmarks.year import YEAR, school_days

_READ_AS_TEXT = "import polars, sys; polars.read_csv(open(sys.argv[1], 'rb').read(), infer_schema=False)"
_WRITE_TABLES = """
import pathlib, sys
from attendkit.register.store import Store
register = Store(pathlib.Path(sys.argv[1])).register()
register.marks.write_parquet(sys.argv[2])
register.pupils.write_parquet(sys.argv[3])
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
    """The daily and weekly duties against a bare Polars script of all six families of measures.

    A duty needs one or two of the families, and has its rules, calendar, names, findings and proof besides.
    """
    tables = [str(folder / f"{name}.parquet") for name in ("marks", "pupils")]
    best(python("-c", _WRITE_TABLES, str(folder / "register"), *tables), repeats=1)
    bare = python("-m", "benchmarks.prototype", *tables)
    for name in ("absences", "bands", "ncode-report"):
        yield _held(f"{name}, from the store", _duty(name, folder, on), "bare Polars, 6 families", bare, 1.5)


def reading(folder: Path) -> Iterator[Held]:
    """`check` of a long CSV against Polars reading it as text."""
    marks = str(folder / "exports" / "marks.csv")
    as_text = python("-c", _READ_AS_TEXT, marks)
    yield _held("check, long CSV", attendkit("check", marks), "polars reads it as text", as_text, 2)


def against_pandas(folder: Path, on: date) -> Iterator[Held]:
    """Each duty against a pandas script that finds the same figures, end to end."""
    exports = [f"--export={folder / 'exports' / name}.csv" for name in ("pupils", "contacts", "marks")]
    settings = ("--school", str(folder), "--on", str(on))
    for name in SCRIPTED:
        check(name, folder, on)
        theirs = script(name, folder, on)
        yield _held(f"{name}, from the store", _duty(name, folder, on), "pandas script", theirs, 1 / 10)
        direct = attendkit(name, *settings, *exports)
        yield _held(f"{name}, from the CSV", direct, "pandas script", theirs, 1 / 3)


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
