"""A file as cells of text: what every format becomes before anyone asks what it means."""

from dataclasses import dataclass
from enum import IntEnum

import polars as pl


class Cell(IntEnum):
    """What kind of cell a workbook held. Everything in a text file is TEXT."""

    TEXT = 0
    NUMBER = 1
    DATE = 2
    BOOLEAN = 3
    ERROR = 4
    NO_VALUE = 5  # a formula that was never calculated


@dataclass(frozen=True)
class Grid:
    """One table of cells: a CSV, or one sheet of a workbook.

    `cells` has columns c0, c1, ... of String, as wide as the widest row. An empty cell is "", and null is a
    cell that the row ended before. Text is exactly as written: nothing stripped, nothing inferred. In a
    workbook a whole number is written without a point, a date as ISO (2026-09-07, or 2026-09-07T12:00:00
    where it has a time), a truth value as True or False, an error as #N/A and the like.
    `rows` are the spreadsheet rows of `cells`, counting every record from 1, blank ones included.
    `kinds` has the shape of `cells` with `Cell` values, or is None when every cell is text.
    `merged` are the merged areas as (first row, first column, last row, last column), 0-based rows of the
    sheet and 0-based columns. `truncated` is true when the file stops inside its last record.
    """

    name: str
    cells: pl.DataFrame
    rows: pl.Series
    kinds: pl.DataFrame | None = None
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: int = 0
    truncated: bool = False


@dataclass(frozen=True)
class Source:
    """One file, opened: its tables and how it was read.

    `encoding` and `delimiter` are those of a text file. `skipped` names hidden and empty sheets.
    `remarks` are sentences about the file that cost no row (a NUL removed, mixed line ends).
    """

    file: str
    digest: str
    grids: tuple[Grid, ...]
    encoding: str = ""
    delimiter: str = ""
    date_1904: bool = False
    skipped: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
