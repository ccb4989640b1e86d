"""A sheet that somebody filled in, as rows of text with the name of every cell."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from attendkit.errors import UnreadableError
from attendkit.read.opening import open_file
from attendkit.read.table import Table, column_letters, find_table

FilledRow = tuple[int, dict[str, str], dict[str, str]]
"""A row's number, its texts by what their columns hold, and the names of their cells."""


def read_filled(
    path: Path,
    column_of: Callable[[str], str],
    headings: Mapping[str, str],
    wanted: Collection[frozenset[str]],
) -> list[FilledRow]:
    """The rows of the first table in a file that has all of one of these sets of columns.

    Args:
        path: a workbook or a CSV.
        column_of: what a column holds, by its heading.
        headings: those that a line of headings is known by, with the names of their columns.
        wanted: sets of columns; a table with every one of a set is the one to read.

    Raises:
        UnreadableError: no table in the file has them.
    """
    for grid in open_file(path).grids:
        table = find_table(grid, headings)
        columns = [column_of(heading) for heading in table.headings] if table else []
        if table and any(each <= set(columns) for each in wanted):
            return _rows(table, columns)
    raise UnreadableError(
        "This is not a call sheet that attendkit wrote, or a list of entries.",
        reason="not_a_table",
        where=path.name,
        remedy="A call sheet has the columns Pupil key and Outcome; a list has Kind, Day, and UPN or Adno. "
        "Copy them from a fresh sheet (`attendkit absences --xlsx`).",
    )


def _rows(table: Table, columns: list[str]) -> list[FilledRow]:
    texts = [table.text(at).alias(str(at)) for at in range(len(columns))]
    read = []
    for number, *cells in table.body.select("row", *texts).iter_rows():
        said = {name: cell for name, cell in zip(columns, cells, strict=True) if name}
        if any(said.values()):
            places = {
                name: f"{column_letters(at)}{number}" for at, name in enumerate(columns, start=1) if name
            }
            read.append((number, said, places))
    return read
