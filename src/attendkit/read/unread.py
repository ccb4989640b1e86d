"""Marks that stand where nothing can be made of them: they are reported, never left out in silence."""

from collections.abc import Collection

import polars as pl

from attendkit.model import Problem
from attendkit.read.grid import Grid
from attendkit.read.shape import WHO
from attendkit.read.table import Table, heading_at

_PRESENT = r"^\s*[/\\]\s*$"
_SEVERAL = r"^[ A-Z#/\\-]*[/\\][ A-Z#/\\-]*$"
_A_KEY = 4
"""A list of codes has both slashes, and perhaps twice; a register has many."""


def unread_columns(
    table: Table, body: pl.DataFrame, used: Collection[int], *, each: int = 1
) -> tuple[tuple[Problem, ...], int]:
    """Columns of marks under a heading that is no session, and how many sessions that costs.

    A slash stands in nothing but marks. `each` is how many sessions a cell holds.
    """
    known = {*used, *(table.fields[name] for name in WHO if name in table.fields)}
    pattern = _PRESENT if each == 1 else _SEVERAL
    problems, cost = [], 0
    for at in range(len(table.grid.cells.columns)):
        if at in known:
            continue
        cells = body.select(table.text(at, strip=each == 1)).to_series()
        filled = cells.filter(cells.str.strip_chars() != "")
        whole = filled.str.len_chars() >= each
        slashes = int((filled.str.contains(pattern) & whole).sum())
        if filled.len() and slashes * 3 >= filled.len():
            cost += filled.len() * each
            problems.append(
                Problem(
                    "unread_marks",
                    f"{filled.len()} cells hold marks, and their heading is no date and session",
                    row=table.header_rows[0],
                    column=heading_at(table, at),
                    remedy="Correct the heading and read the file again.",
                )
            )
    return tuple(problems), cost


def unread_sheets(grids: Collection[Grid]) -> tuple[tuple[Problem, ...], int]:
    """Sheets of marks with no headings that are known, and how many present marks are on them."""
    problems, cost = [], 0
    for grid in grids:
        slashes = sum(
            int(grid.cells[name].fill_null("").str.contains(_PRESENT).sum()) for name in grid.cells.columns
        )
        if slashes > _A_KEY:
            cost += slashes
            problems.append(
                Problem(
                    "unread_marks",
                    f"A sheet holds {slashes} present marks or more, and no headings that are known",
                    remedy="Name its columns in the profile of this export, or hide the sheet.",
                )
            )
    return tuple(problems), cost
