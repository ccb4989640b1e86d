"""Sessions counted: possible, present, absent and the rest, exactly, by pupil or by anything else.

`FIGURES` is the one definition of each figure. `totals` counts the marks that each picks out and `why`
shows them, so a figure is always the length of its proof.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from attendkit.measures.codes import read_by_the_latest, table_of_day, told
from attendkit.model import MISSING
from attendkit.rules.codes import Category, generations


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


def totals(marks: pl.DataFrame, by: Sequence[str] = ("pupil",)) -> pl.DataFrame:
    """Every figure for each pupil, or for each value of `by`, in whole sessions (R1.4, R2.2).

    Args:
        marks: `register.model.MARKS`, with any further columns that `by` names.
        by: the columns to group by; a group's figure is the sum of its sessions, never a mean of rates.

    Returns:
        The columns of `by`, then `FIGURES` and `minutes_late` (minutes, on L and U), sorted by `by`.
    """
    # Marks of one code and one code table are counted first, since they are of the same figures.
    first = marks["date"].min()
    tables = [] if first is None or read_by_the_latest(first) else [table_of_day().alias("table")]
    alike = marks.group_by(*by, *({"code"} - {*by}), *tables).agg(
        pl.len(),
        *([] if "date" in by else [pl.col("date").first()]),
        pl.col("minutes").cast(pl.UInt32).sum(),
    )
    read = told(alike)
    figures = [(picked * pl.col("len")).sum().cast(pl.UInt32).alias(name) for name, picked in FIGURES.items()]
    return read.group_by(by).agg(*figures, minutes_late=pl.col("minutes").sum()).sort(by)


def absences(marks: pl.DataFrame) -> pl.DataFrame:
    """The marks of absence, `told` what they mean. Most marks are of codes that never are, and go first."""
    ever = {code.code for table in generations() for code in table.codes.values() if code.absent}
    return told(marks.filter(pl.col("code").is_in(sorted(ever)))).filter(ABSENT)


def percent(part: str = "present", whole: str = "possible", decimals: int = 2) -> pl.Expr:
    """`part` out of `whole` as text, half up, by whole numbers only (R2.1, R2.4).

    For print alone: nothing is ever classified on it. Null where `whole` is 0.
    """
    of = pl.col(whole).cast(pl.Int64)
    units = (pl.col(part).cast(pl.Int64) * (200 * 10**decimals) + of) // (of * 2)
    return pl.when(of > 0).then(_decimal(units, decimals))


def difference(part: str, whole: str, other_part: str, other_whole: str, decimals: int = 2) -> pl.Expr:
    """One percentage less another, in points, as text: exact before it is rounded half up (R2.4).

    The sign is `-` or nothing, and what rounds to nothing has none. Null where either whole is 0.
    """
    a, b, c, d = (pl.col(name).cast(pl.Int64) for name in (part, whole, other_part, other_whole))
    apart, of = a * d - c * b, b * d
    units = (apart.abs() * (200 * 10**decimals) + of) // (of * 2)
    sign = pl.when((apart < 0) & (units > 0)).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.when(of > 0).then(pl.concat_str(sign, _decimal(units, decimals)))


def _decimal(units: pl.Expr, decimals: int) -> pl.Expr:
    """Whole units of the last decimal as text."""
    one = 10**decimals
    rest = (units % one).cast(pl.String).str.zfill(decimals)
    return pl.concat_str((units // one).cast(pl.String), pl.lit("."), rest)
