"""Which rows of a table are a pupil's, where a row holds many marks."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from attendkit.model import Problem
from attendkit.read.shape import IDENTITY, row_problem, skipped_remark
from attendkit.read.table import Table, could_be_furniture, is_code, is_footer, is_furniture

EXCEL_TRIMS = 16
"""Excel leaves off empty cells at the end of rows, in blocks of this many."""

_CUT = "The file stops inside this row."
_AGAIN = "Export it again."


class Rows(NamedTuple):
    """The rows that are pupils', what was skipped, and the rows refused for their number of cells."""

    body: pl.DataFrame
    remarks: tuple[str, ...]
    refused: tuple[Problem, ...] = ()
    cost: int = 0


def data_rows(table: Table, columns: Sequence[int], sessions: int = 0) -> Rows:
    """The body without footers, keys, totals and repeated headings, and without rows that lost a cell.

    A row with a code in one of these columns is never taken for a footer, whatever its first cell says. A row
    holds so many `sessions`; where it holds none, its number of cells is not looked at.
    """
    names = table.grid.cells.columns
    known = [table.fields[name] for name in (*IDENTITY, "week_start") if name in table.fields]
    skipped = []
    cut = cut_row(table)
    for row, *cells in _doubtful(table, known).select("row", *names).iter_rows():
        coded = any(is_code(cells[at]) for at in columns)
        who = [cells[at] for at in known if (cells[at] or "").strip()]
        repeats = bool(who) and all((cells[at] or "").strip() == table.headings[at] for at in known)
        nothing = not who and not any((cells[at] or "").strip() for at in columns)
        key = is_furniture(cells, table.titles) and (not coded or is_code(cells[0]))
        if (repeats or nothing or key or _heads_a_key(cells, who)) and row != cut:
            skipped.append((row, any((cell or "").strip() for cell in cells)))
    kept = table.body.filter(~pl.col("row").is_in([row for row, _ in skipped]))
    refused = [row_problem("truncated", cut, _CUT, remedy=_AGAIN)] if cut is not None else []
    if sessions:
        refused += _uneven(table, kept.filter(pl.col("row") != (cut or 0)))
    shown = [row for row, filled in skipped if filled]
    return Rows(
        kept.filter(~pl.col("row").is_in([problem.row for problem in refused])) if refused else kept,
        skipped_remark(shown, "headings, footers or keys"),
        tuple(refused),
        len(refused) * sessions,
    )


def _heads_a_key(cells: Sequence[str | None], who: Sequence[str | None]) -> bool:
    """Whether a row is of a key that spreads under the marks: "Codes:", "N = none", or a slash for a name."""
    first = next((cell.strip() for cell in cells if cell and cell.strip()), "")
    worded = first.endswith(":") or re.match(r"\S{1,2}\s*=\s*\w", first)
    return bool(worded) or any((cell or "").strip() in {"/", "\\"} for cell in who)


def cut_row(table: Table) -> int | None:
    """The row that the file stops in: it may look like a footer and be a pupil's, unless it is in words."""
    if not table.grid.truncated or not table.body.height:
        return None
    row, *cells = table.body.select("row", *table.grid.cells.columns).row(-1)
    said = [cell.strip() for cell in cells if cell and cell.strip()]
    words = len(said) == 1 and " " in said[0] and is_footer(said[0])
    return None if words else row


def _uneven(table: Table, body: pl.DataFrame) -> list[Problem]:
    """Rows of a text file with fewer cells than headings, or more: their marks may stand a place aside."""
    names = table.grid.cells.columns
    last = pl.col(names[table.width - 1])
    beyond = pl.col(names[table.width]) if table.width < len(names) else pl.lit(None, pl.String)
    if table.grid.kinds is not None or not body.select((last.is_null() | beyond.is_not_null()).any()).item():
        return []
    cells = body.with_columns(count=pl.sum_horizontal(pl.col(name).is_not_null() for name in names))
    alike = pl.len().over("count")
    filled = beyond.is_not_null() & (beyond.str.strip_chars() != "")
    short = last.is_null() & (alike < EXCEL_TRIMS)
    usual = pl.when(filled).then(filled.sum() * 2 > pl.len())
    padded = usual.otherwise((alike >= EXCEL_TRIMS) | (alike * 2 > pl.len()))
    moved = short | (beyond.is_not_null() & ~padded)
    problems = []
    for row, count in cells.filter(moved).select("row", "count").iter_rows():
        if count < table.width:
            problems.append(row_problem("short_row", row, f"{count} of {table.width} cells"))
        else:
            message = f"{count} cells, header has {table.width}: a comma in a cell has moved the marks"
            problems.append(row_problem("extra_cells", row, message, column=table.headings[-1]))
    return problems


def _doubtful(table: Table, known: Sequence[int]) -> pl.DataFrame:
    """The rows worth a look: those whose first cell could be a footer's, or that hardly say who they are."""
    first = table.text(0)
    said = pl.sum_horizontal(*(table.text(at) != "" for at in known)) if known else pl.lit(0)
    worded = could_be_furniture(first, table.titles) | first.str.contains("=", literal=True)
    plain = (first.str.len_chars() > 2) & ~worded & (said >= 2)
    return table.body.filter(~plain | (first == table.headings[0]))
