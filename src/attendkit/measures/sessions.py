"""Sessions counted: possible, present, absent and the rest, exactly, by pupil or by anything else.

`FIGURES` is the one definition of each figure. `totals` counts the marks that each picks out and `why`
shows them, so a figure is always the length of its proof.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from attendkit.measures.codes import told
from attendkit.model import MISSING
from attendkit.rules.codes import Category


def _counted_as(*categories: Category) -> pl.Expr:
    return pl.col("category").is_in([category.value for category in categories])


PRESENT = _counted_as(Category.PRESENT, Category.EDUCATIONAL)
"""Attended: in school, or at an approved educational activity (R1.4)."""

ABSENT = _counted_as(Category.AUTHORISED, Category.UNAUTHORISED)
"""Missed a possible session. U is one of these, though the pupil did arrive (R1.4)."""

UNMARKED = pl.col("category") == MISSING
"""Nobody marked it: neither present nor absent, and not a possible session (R1.7)."""

FIGURES: Mapping[str, pl.Expr] = {
    "possible": PRESENT | ABSENT,
    "present": PRESENT,
    "absent": ABSENT,
    "authorised": _counted_as(Category.AUTHORISED),
    "unauthorised": _counted_as(Category.UNAUTHORISED),
    "late": pl.col("code") == "L",
    "late_after_close": pl.col("code") == "U",
    "n_codes": pl.col("code") == "N",
    "not_possible": _counted_as(Category.NOT_POSSIBLE),
    "missing": UNMARKED,
}
"""Each figure in sessions, as the marks that it counts. The marks must have been `told`."""


def totals(marks: pl.DataFrame | pl.LazyFrame, by: Sequence[str] = ("pupil",)) -> pl.DataFrame:
    """Every figure for each pupil, or for each value of `by`, in whole sessions (R1.4, R2.2).

    Args:
        marks: `register.model.MARKS`, with any further columns that `by` names.
        by: the columns to group by; a group's figure is the sum of its sessions, never a mean of rates.

    Returns:
        The columns of `by`, then `FIGURES` and `minutes_late` (minutes, on L and U), sorted by `by`.
    """
    read = told(marks.lazy().collect())
    figures = [picked.sum().cast(pl.UInt32).alias(name) for name, picked in FIGURES.items()]
    minutes = pl.col("minutes").cast(pl.UInt32).sum().alias("minutes_late")
    return read.group_by(by).agg(*figures, minutes).sort(by)


def percent(part: str = "present", whole: str = "possible") -> pl.Expr:
    """`part` out of `whole` as text with two decimals, half up, by whole numbers only (R2.1, R2.4).

    For print alone: nothing is ever classified on it. Null where `whole` is 0.
    """
    of = pl.col(whole).cast(pl.Int64)
    hundredths = (pl.col(part).cast(pl.Int64) * 20_000 + of) // (of * 2)
    decimals = (hundredths % 100).cast(pl.String).str.zfill(2)
    text = pl.concat_str((hundredths // 100).cast(pl.String), pl.lit("."), decimals)
    return pl.when(of > 0).then(text)
