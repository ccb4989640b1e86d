"""Marks that one import said and a later one says otherwise, and the register as it was before."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from attendkit.model import MISSING
from attendkit.register.marks import KEY, abbreviates
from attendkit.register.model import CODES, IMPORTS, MARKS

HISTORY = pl.Schema({**MARKS, "seen": IMPORTS["seen"]})
"""Every word on every mark: `MARKS`, and when the import that said it was read (`Store.history`)."""

CHANGES = pl.Schema(
    {
        "pupil": MARKS["pupil"],
        "date": MARKS["date"],
        "session": MARKS["session"],
        "was": CODES,
        "now": CODES,
        "first_seen": IMPORTS["seen"],
        "changed_seen": IMPORTS["seen"],
        "first_source": MARKS["source"],
        "source": MARKS["source"],
        "row": MARKS["row"],
        "column": MARKS["column"],
        "made": pl.Date(),
    }
)
"""One row a change: `first_seen` and `first_source` are of the import that first said `was`, the rest of the
one that said `now`. `made` is the day that one was read; where nobody knows, the last day in it."""

_SCHOOLS_CLOCK = "Europe/London"

_CODE = pl.col("code")


def changes(history: pl.DataFrame, imports: pl.DataFrame) -> pl.DataFrame:
    """Every change of a mark from one import to a later one, by pupil, date and session.

    A letter and the full code that it stands for (C and C1) are one word where the export with the letter
    writes one character a mark. A session that nobody in the school had a mark for yet was not changed when
    the register was taken; a mark missing from a session that others had is, when it is filled in.

    Args:
        history: `HISTORY`, sorted by pupil, date, session and import.
        imports: `register.model.IMPORTS`.

    Returns:
        `CHANGES`.
    """
    letters = imports.filter("short")["source"].to_list()
    words = _runs(_told_again(history), letters)
    was = words.select(pl.all().shift(1).over(KEY).name.suffix("_was"))
    changed = (
        pl.concat([words, was], how="horizontal")
        .filter(pl.col("code_was").is_not_null())
        .join(_begun(history), on=["date", "session"], how="left", maintain_order="left")
        .filter((pl.col("code_was") != MISSING) | (pl.col("begun") < pl.col("source")))
    )
    ends = imports.select("source", ends="last")
    here = pl.col("seen").dt.convert_time_zone(_SCHOOLS_CLOCK).dt.date()
    return changed.join(ends, on="source", how="left", maintain_order="left").select(
        *KEY,
        was="code_was",
        now="code",
        first_seen="seen_was",
        changed_seen="seen",
        first_source="source_was",
        source="source",
        row="row",
        column="column",
        made=pl.coalesce(here, "ends"),
    )


def as_it_was(marks: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """The marks of today with every changed one as it was before the first of these changes.

    What was not in the register then is left in, so that the two differ by the changes and by nothing else.

    Args:
        marks: `register.model.MARKS`.
        changed: `CHANGES`, sorted.
    """
    first = changed.unique(KEY, keep="first", maintain_order=True).select(*KEY, before="was")
    return (
        marks.join(first, on=KEY, how="left", maintain_order="left")
        .with_columns(code=pl.coalesce("before", "code"))
        .drop("before")
    )


def after_its_week(changed: pl.DataFrame, week_of: Mapping[date, date]) -> pl.Expr:
    """Whether each change was made after the school week of its session had ended.

    `week_of` is the first day of the week of each date in `date` and `made`.
    """
    if changed.is_empty():
        return pl.lit(value=False)
    week = {name: pl.col(name).replace_strict(week_of, return_dtype=pl.Date) for name in ("date", "made")}
    return week["made"] > week["date"]


def _told_again(history: pl.DataFrame) -> pl.DataFrame:
    """The words on marks that have more than one: a year is told once, and few of its marks again."""
    again = pl.all_horizontal([pl.col(name) == pl.col(name).shift(1) for name in KEY])
    repeated = history.filter(again).select(KEY).unique()
    return history.join(repeated, on=KEY, how="semi", maintain_order="left")


def _runs(words: pl.DataFrame, letters: list[int]) -> pl.DataFrame:
    """One row a code that stood: where and when it was first said, and the fuller code of a letter."""
    before, said_by = _CODE.shift(1).over(KEY), pl.col("source").shift(1).over(KEY)
    fuller = said_by.is_in(letters) & abbreviates(before, _CODE)
    same = ((before == _CODE) | fuller).fill_null(value=False)
    return (
        words.with_columns(run=(~same).cum_sum())
        .group_by(*KEY, "run", maintain_order=True)
        .agg(_CODE.last(), pl.col("source", "seen", "row", "column").first())
        .drop("run")
    )


def _begun(history: pl.DataFrame) -> pl.DataFrame:
    """The first import in which anybody had a mark for each session: date, session, begun."""
    marked = history.filter(_CODE != MISSING)
    return marked.group_by("date", "session").agg(begun=pl.col("source").min())
