"""What another system says of each pupil: a file of totals, or a register's export, beside our register."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from attendkit.errors import UnreadableError
from attendkit.model import Problem
from attendkit.read.export import Answers, Export
from attendkit.read.layouts.totals import FIGURES as COLUMNS
from attendkit.read.reading import read_exports
from attendkit.register.figures import FIGURES, THEIRS
from attendkit.register.marks import placed
from attendkit.register.matching import Roll
from attendkit.register.pupils import place
from attendkit.school import Profile

_OURS = {name.removesuffix("_total"): name for name in COLUMNS}


def read_figures(
    path: Path,
    pupils: pl.DataFrame,
    *,
    answers: Answers | None = None,
    profiles: Mapping[str, Profile] | None = None,
    on: date | None = None,
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """The figures of a file of totals (`register.figures.THEIRS`), or an export's marks (`MARKS`).

    Both are under the register's numbers. What is about no pupil of the register is a problem, and in a file
    of totals its figures are there with no number.

    Args:
        path: any file that attendkit reads.
        pupils: the register's, `register.model.PUPILS`.
        answers: the officer's, about a file that could mean two things.
        profiles: the school's profiles for reading.
        on: the day looked from.

    Raises:
        UnreadableError: the file has neither totals nor marks that can be read.
    """
    (export,) = read_exports([path], answers, profiles, on=on, roll=pupils)
    if export.outcome == "summary":
        return _figures(export, pupils)
    if export.delta is None or export.delta.marks.is_empty():
        raise UnreadableError(
            "This file has neither totals a pupil nor marks, so there is nothing to compare with.",
            reason=export.reject_reason or export.question or "not_a_table",
            where=path.name,
            remedy=export.explanation or "Give a file of totals, or a register's export.",
        )
    numbers, strangers = _numbers(export.delta.pupils, pupils)
    problems = (*export.errors, *_unknown(export, len(strangers)))
    return placed(export.delta.marks, numbers, 0), problems


def _figures(export: Export, pupils: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    numbers, strangers = _numbers(export.people, pupils)
    said = export.summaries
    known = {name: column for name, column in _OURS.items() if column in said.columns}
    whole = {name: _whole(known[name]) if name in known else pl.lit(None, pl.Int64) for name in FIGURES}
    percent = (
        pl.col(known["percent"]).str.strip_chars(" %") if "percent" in known else pl.lit(None, pl.String)
    )
    number = pl.col("pupil").replace_strict(numbers, default=None, return_dtype=pl.UInt32)
    told = said.select(pupil=number, row="row", **whole, percent=percent).cast(THEIRS)
    return told, _unknown(export, len(strangers))


def _whole(column: str) -> pl.Expr:
    """A count of sessions as an export writes it: 1,234 or 101.0."""
    plain = pl.col(column).str.replace_all(",", "").str.strip_chars()
    number = plain.str.replace(r"\.0+$", "")
    return number.cast(pl.Int64, strict=False)


def _numbers(said: pl.DataFrame, pupils: pl.DataFrame) -> tuple[dict[int, int], frozenset[int]]:
    """The register's numbers of the file's pupils, and those that the register does not know."""
    roll = Roll(pupils)
    roll.settle()
    theirs = frozenset(said["pupil"])
    placing = place(roll, said, theirs)
    return dict(placing.numbers), frozenset(placing.refused)


def _unknown(export: Export, number: int) -> tuple[Problem, ...]:
    if not number:
        return ()
    return (
        Problem(
            "unknown_pupil",
            f"{number} of its pupils are not in the register, or could be two of them.",
            file=export.file,
            remedy="Take the pupil list in, or correct their numbers.",
        ),
    )
