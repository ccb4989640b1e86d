"""What another system says of each pupil, to be compared with the register."""

import polars as pl

FIGURES = ("possible", "present", "authorised", "unauthorised")
"""The figures that every system gives, in sessions."""

THEIRS = pl.Schema(
    {
        "pupil": pl.UInt32(),
        "row": pl.UInt32(),
        **dict.fromkeys(FIGURES, pl.Int64()),
        "percent": pl.String(),
    }
)
"""One row a pupil, null where they are none of the register's: the row in the file, and its figures.

A figure that the file does not have is null.
"""
