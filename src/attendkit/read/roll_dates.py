"""Which empty cells are missing marks, and which are days that the pupil was not on roll."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from attendkit.read.people import People
from attendkit.read.shape import Shape
from attendkit.register.matching import Identity, Roll

_GRIDS = frozenset({"wide", "wide_week_rows", "week_string", "pair_a_day"})


def off_roll_told(
    rows: pl.DataFrame, people: People, shape: Shape, rolls: Sequence[pl.DataFrame], on: date
) -> pl.DataFrame:
    """Rows with `is` set to `not_on_roll` for sessions without a mark that the pupil did not have.

    They are those before the pupil joined or after the pupil left, by the dates in the file, else in a
    pupil list. In a table that has a cell for every pupil and session, they are also: empty cells of days
    to come; and, for a pupil whose dates nobody gives, whole weeks of empty cells before the first mark or
    after the last, when the file has another sign for a mark that is missing, and whole days where it writes
    weeks as strings.
    """
    unmarked = rows.filter(pl.col("is") == "missing")["pupil"].unique()
    known = _roll_dates(people.pupils.filter(pl.col("pupil").is_in(unmarked.implode())), rolls)
    rows = rows.join(known, on="pupil", how="left", maintain_order="left")
    away = (pl.col("day") < pl.col("admitted")) | (pl.col("day") > pl.col("left"))
    if shape.layout in _GRIDS:
        away = away.fill_null(value=False) | _empty_outside(rows, shape, on)
    rows = rows.with_columns(
        pl.when((pl.col("is") == "missing") & away).then(pl.lit("not_on_roll")).otherwise("is").alias("is")
    )
    return rows.drop("admitted", "left")


def _empty_outside(rows: pl.DataFrame, shape: Shape, on: date) -> pl.Expr:
    blank = pl.col("mark_text").str.strip_chars() == ""
    # A cell may have lost its mark, so only what is blank from end to end was another school's.
    span = pl.col("day") if shape.places else pl.col("day").dt.truncate("1w")
    has_sign = rows.select(((pl.col("is") == "missing") & ~blank).any()).item()
    outside = pl.lit(value=False)
    if has_sign or shape.places:
        first, last = (
            span.filter(~blank).min().over("pupil"),
            span.filter(~blank).max().over("pupil"),
        )
        undated = pl.col("admitted").is_null() & pl.col("left").is_null()
        outside = undated & ((span < first) | (span > last) | first.is_null())
    held = (~blank).any().over("day", "session") if shape.weekly else pl.lit(value=True)
    return blank & (outside | (pl.col("day") > on) | ~held)


def _roll_dates(asked: pl.DataFrame, rolls: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """`pupil`, `admitted`, `left`: the file's own dates, else those of the last pupil list that has them.

    `asked` are the pupils of the file who have a session without a mark: the others' dates change nothing.
    """
    pupils = asked.select("pupil", "admitted", "left")
    for listed in reversed(rolls if asked.height else ()):
        roll = Roll(listed)
        roll.settle()
        found = [roll.find(Identity.of(row)).pupil for row in asked.iter_rows(named=True)]
        matched = pl.DataFrame(
            {"pupil": pupils["pupil"], "listed": found}, schema={"pupil": pl.UInt32, "listed": pl.UInt32}
        )
        dates = listed.select(listed="pupil", list_admitted="admitted", list_left="left")
        pupils = (
            pupils.join(matched, on="pupil", how="left")
            .join(dates, on="listed", how="left")
            .select(
                "pupil",
                admitted=pl.coalesce("admitted", "list_admitted"),
                left=pl.coalesce("left", "list_left"),
            )
        )
    return pupils
