"""Marks that stand where nothing can be made of them: they are reported, never left out in silence."""

from collections.abc import Collection

import polars as pl

from attendkit.model import Problem, Session
from attendkit.read.grid import Grid
from attendkit.read.headers import half_of
from attendkit.read.shape import WHO, Shape
from attendkit.read.table import Table, heading_at, is_code
from attendkit.validate.dates import written

_PRESENT = r"^\s*[/\\]\s*$"
_SEVERAL = r"^[ A-Z#/\\-]*[/\\][ A-Z#/\\-]*[/\\][ A-Z#/\\-]*$|^(?:[/\\][ A-Z#-]|[ A-Z#-][/\\])$"
_NUMBERS = r"^\s*[\d.,]+\s*%?\s*$"
_A_KEY = 4
"""A list of codes has both slashes, and perhaps twice; a register has many."""

Unread = tuple[tuple[Problem, ...], int]
"""What is reported of marks that were not read, and how many sessions they are."""


def unread_columns(table: Table, body: pl.DataFrame, used: Collection[int], *, each: int = 1) -> Unread:
    """Columns of marks under a heading that is no session, and how many sessions that costs.

    A slash stands in nothing but marks, and so does what is under a date; any code is a mark where it stands
    among columns of marks. `each` is how many sessions a cell holds.
    """
    known = {*used, *(table.fields[name] for name in WHO if name in table.fields)}
    problems, cost = [], 0
    for at in range(len(table.grid.cells.columns)):
        if at in known:
            continue
        cells = body.select(table.text(at, strip=each == 1)).to_series()
        filled = cells.filter(cells.str.strip_chars() != "")
        day = table.days.get(at)
        among = bool(used) and min(used) < at < max(used)
        dated = day is not None and not filled.str.contains(_NUMBERS).all()
        if filled.len() and (dated or _are_slashes(filled, each) or (among and _are_codes(filled))):
            cost += filled.len() * (_sessions(filled) if dated else each)
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


def _are_slashes(filled: pl.Series, each: int) -> bool:
    whole = filled.str.len_chars() >= each
    slashes = filled.str.contains(_PRESENT if each == 1 else _SEVERAL) & whole
    return int(slashes.sum()) * 3 >= filled.len()


def _sessions(filled: pl.Series) -> int:
    """How many sessions a cell under a date holds: one, a day's, or a week's."""
    longest = int(filled.str.strip_chars().str.len_chars().median() or 1)  # type: ignore[arg-type]
    return longest if longest in {1, len(Session), 5 * len(Session)} else 1


def _are_codes(filled: pl.Series) -> bool:
    return sum(map(is_code, filled)) * 3 >= filled.len() * 2


def unread_list(table: Table) -> Unread:
    """Marks, one or more to a cell, in a table that was taken for a list of pupils or of totals."""
    single = unread_columns(table, table.body, ())
    return single if single[0] else unread_columns(table, table.body, (), each=len(Session))


def unread_table(table: Table, shape: Shape | None) -> Unread:
    """Marks in a table that is not read with the others of its file, because it has another layout."""
    if shape is None:
        return unread_list(table)
    marks = shape.raw.filter(pl.col("mark_text").str.strip_chars() != "").height + shape.cost
    problem = Problem(
        "unread_marks",
        f"{marks} sessions stand in another layout than the rest of the file",
        row=table.header_rows[0],
        remedy="Save this table as a file of its own and read both.",
    )
    return ((problem,), marks) if marks else ((), 0)


def unread_sheets(grids: Collection[Grid]) -> Unread:
    """Sheets of marks with no headings that are known, and how many marks are on them."""
    problems, cost = [], 0
    for grid in grids:
        slashes = sum(
            int(grid.cells[name].fill_null("").str.contains(_PRESENT).sum()) for name in grid.cells.columns
        )
        marks = slashes if slashes > _A_KEY else _dated_codes(grid)
        if marks:
            cost += marks
            problems.append(
                Problem(
                    "unread_marks",
                    f"A sheet holds {marks} marks or more, and no headings that are known",
                    remedy="Name its columns in the profile of this export, or hide the sheet.",
                )
            )
    return tuple(problems), cost


def _dated_codes(grid: Grid) -> int:
    """The codes of a sheet with a column of dates or of halves of the day: absences need no slash."""
    columns = [[cell for cell in grid.cells[name] if cell and cell.strip()] for name in grid.cells.columns]
    dated = any(
        sum(bool(written(cell) or (len(cell) > 1 and half_of(cell))) for cell in cells) * 3 >= len(cells) * 2
        for cells in columns
        if cells
    )
    codes = [sum(map(is_code, cells)) for cells in columns]
    return (
        max((n for n, cells in zip(codes, columns, strict=True) if n * 3 >= len(cells) * 2), default=0)
        * dated
    )
