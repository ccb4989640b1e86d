"""What all the watching duties together cost over a school-year, against a bare script's six measures.

`python -m benchmarks watching` reads one register of a school-year, and times in one process, by the
processor, the script of `benchmarks.prototype` and every watching duty's function, all on one `View`. The
year is the made-up term told again, but here each telling gives its marks to other pupils: a year of which
every term is the same would have a pattern in nearly everybody.
"""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from random import Random

import polars as pl

from attendkit.duties import DUTIES, WATCHING, Duty
from attendkit.findings import View
from attendkit.register import Register
from attendkit.register.folding import calendar_for
from attendkit.register.store import Store
from attendkit.rules import Rulebook
from attendkit.school import School, Term
from benchmarks.prototype import families
from benchmarks.timing import best, python
from benchmarks.year import YEAR, school_days

AT_MOST = 2
REPEATS = 7
TERM_ENDS = (70, 130, 190)
"""The school days after which the three terms end. whatif replays the last of them."""
WATCHED: tuple[Duty, ...] = tuple(
    duty for duty in DUTIES if duty.group == WATCHING and not any(option.required for option in duty.options)
)
"""Those that watch over the whole school: `pupil` looks at one, and `reconcile` at another system's file."""


def school_year() -> Register:
    """The year's register, with the marks of each term given to pupils by another lot."""
    register = Store(YEAR / "register").register()
    pupils, dice = register.pupils["pupil"].to_list(), Random(1)  # noqa: S311  (chance, not secrets)
    days = register.marks["date"].unique().sort()
    term = (pl.lit(days).search_sorted(pl.col("date")) // 55).alias("term")
    lots = [dice.sample(pupils, len(pupils)) for _ in range(len(days) // 55 + 1)]
    dealt = pl.DataFrame(
        {
            "term": [n for n, _ in enumerate(lots) for _ in pupils],
            "pupil": pupils * len(lots),
            "drawn": [pupil for lot in lots for pupil in lot],
        },
        schema={"term": pl.UInt32, "pupil": pl.UInt32, "drawn": pl.UInt32},
    )
    marks = (
        register.marks.with_columns(term.cast(pl.UInt32))
        .join(dealt, on=["term", "pupil"])
        .with_columns(pupil="drawn")
        .select(register.marks.columns)
        .sort("pupil", "date", "session")
    )
    return replace(register, marks=marks)


def looked_at(register: Register) -> View:
    """The register as duties see it on the last day of the year."""
    days = school_days()
    terms = [
        Term(name=f"Term {n + 1}", first=days[first], last=days[last - 1])
        for n, (first, last) in enumerate(zip((0, *TERM_ENDS), TERM_ENDS, strict=False))
    ]
    school = School(terms=tuple(terms))
    return View(register, calendar_for(school, register), Rulebook(), school, days[-1])


def main() -> int:
    """Print what each duty costs and all of them. 1 where they cost more than they may."""
    best(python("-m", "benchmarks.year"), repeats=1)
    register = school_year()
    bare = _least(lambda: list(families(register.marks, register.pupils)))
    each = {duty.name: _least(partial(_look, register, (duty,))) for duty in WATCHED}
    together = _least(partial(_look, register, WATCHED))
    for name, seconds in sorted(each.items(), key=lambda one: -one[1]):
        print(f"{name:<12} {seconds * 1000:5.0f} ms, {seconds / bare:.2f} of the script")
    print(f"{len(each)} watching duties together, {register.marks.height:,} marks: {together * 1000:.0f} ms,")
    print(f"  {together / bare:.1f} times the script's {bare * 1000:.0f} ms; at most {AT_MOST}")
    return int(together > AT_MOST * bare)


def _look(register: Register, duties: Iterable[Duty]) -> None:
    view = looked_at(register)
    for duty in duties:
        duty.load()(view)


def _least(run: Callable[[], object]) -> float:
    """The least of several runs, in seconds of the processor: the others waited for something else."""
    return min(_timed(run) for _ in range(REPEATS))


def _timed(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
