"""The distinct rows of a few columns, and which of them each row is.

A school-year has half a million marks and a few hundred dates, codes and pupils: what is asked of a value is
asked once. Texts are compared once too, and numbers from there on, which costs a third of a join on texts.
"""

from collections.abc import Sequence

import polars as pl

_MOST = 1 << 62
"""Whole numbers up to this fit in a column."""

_HEAD = 100


def distinct_rows(cells: pl.DataFrame, by: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """The distinct rows of some columns, and the place of every row among them.

    Args:
        cells: a table.
        by: columns of text or of whole numbers from 0; nulls are alike. At least one.

    Returns:
        the columns `by`, in the order in which each row first comes; and a place for each row of `cells`.
    """
    several = [name for name in by if not _alike(cells[name])]
    place, most = pl.repeat(0, cells.height, dtype=pl.Int64, eager=True), 1
    for name in several:
        own, count = _numbered(cells[name])
        if most * count > _MOST:
            place, most = _places(place), cells.height
        place, most = (own, count) if name == several[0] else (place * count + own, most * count)
    place = _places(place) if len(several) > 1 else place
    return cells.select(by)[place.arg_unique().sort()], place


def spread(table: pl.DataFrame, place: pl.Series) -> list[pl.Series]:
    """The columns of a table with a row for each of `place`, of nulls alone at no cost."""
    return [
        pl.repeat(None, len(place), dtype=column.dtype, eager=True).alias(column.name)
        if column.null_count() == len(column)
        else column.gather(place)
        for column in table
    ]


def _alike(column: pl.Series) -> bool:
    """Whether a column has one value; where it has more, its head mostly shows it."""
    return all(part.eq_missing(part.first()).all() for part in (column.head(_HEAD), column))


def _numbered(column: pl.Series) -> tuple[pl.Series, int]:
    """A number below a count for each value of a column, in the order in which each first comes."""
    if column.dtype != pl.String or column.null_count():
        return _places(column), column.n_unique()
    values = column.unique(maintain_order=True)
    return column.cast(pl.Enum(values)).to_physical().cast(pl.Int64), len(values)


def _places(column: pl.Series) -> pl.Series:
    """For each value, which of the distinct ones it is, in the order in which each first comes."""
    told = column.alias("value").to_frame()
    each = told.unique(maintain_order=True).with_row_index("place")
    joined = told.join(each, on="value", how="left", nulls_equal=True, maintain_order="left")
    return joined["place"].cast(pl.Int64)
