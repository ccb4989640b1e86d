"""Which rows of a table are a pupil's, where a row holds many marks."""

from collections.abc import Sequence

import polars as pl

from attendkit.read.shape import IDENTITY, skipped_remark
from attendkit.read.table import Table, could_be_furniture, is_code, is_furniture


def data_rows(table: Table, columns: Sequence[int]) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The body without footers, keys, totals and repeated headings, and a sentence about those.

    A row with a code in one of these columns is never left out, whatever its first cell says.
    """
    names = table.grid.cells.columns
    known = [table.fields[name] for name in (*IDENTITY, "week_start") if name in table.fields]
    skipped = []
    for row, *cells in _doubtful(table, known).select("row", *names).iter_rows():
        coded = any(is_code(cells[at]) for at in columns)
        who = [cells[at] for at in known if (cells[at] or "").strip()]
        repeats = bool(who) and all((cells[at] or "").strip() == table.headings[at] for at in known)
        nothing = not who and not any((cells[at] or "").strip() for at in columns)
        key = is_furniture(cells, table.titles) and (not coded or is_code(cells[0]))
        if repeats or nothing or key:
            skipped.append((row, any((cell or "").strip() for cell in cells)))
    kept = table.body.filter(~pl.col("row").is_in([row for row, _ in skipped]))
    shown = [row for row, filled in skipped if filled]
    return kept, skipped_remark(shown, "headings, footers or keys")


def _doubtful(table: Table, known: Sequence[int]) -> pl.DataFrame:
    """The rows worth a look: those whose first cell could be a footer's, or that hardly say who they are."""
    first = table.text(0)
    said = pl.sum_horizontal(*(table.text(at) != "" for at in known)) if known else pl.lit(0)
    plain = (first.str.len_chars() > 2) & ~could_be_furniture(first, table.titles) & (said >= 2)
    return table.body.filter(~plain | (first == table.headings[0]))
