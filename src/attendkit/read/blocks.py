"""Where one sheet holds several tables: another page's pupil, another week's title, other headings."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from attendkit.read.grid import Grid
from attendkit.read.headers import day_head, field_of, half_of, heading_text
from attendkit.read.layouts.week_rows import labelled, week_said, weekday_columns
from attendkit.read.shape import IDENTITY
from attendkit.read.table import Table, is_code, is_over

_SAYS_WHO = (*IDENTITY, "week_start", "date", "session")
_LOOKED_AT = 3
_A_TITLE = 6
"""A title has no more filled cells than this."""

Cells = Sequence[str]


def blocks(table: Table, profile: Mapping[str, str]) -> Iterator[tuple[Grid, Grid]]:
    """A sheet cut where another table starts: each part, and the same with the first one's headings put in.

    The second is for a page that does not repeat them. A sheet of one table is not cut: there are no parts.
    """
    rows = _Rows(table.grid)
    starts = {_back(at, rows, table) for at in _headings(table, rows, profile)}
    if len(weekday_columns(table)) >= 2:
        weeks = [] if "week_start" in table.fields else _weeks(rows)
        pupils = [] if table.any(*IDENTITY) else _pupils(rows)
        starts |= {_back(at, rows, table) for at in (*weeks, *pupils)}
    ordered = sorted({0, *starts}) if starts - {0} else []
    for start, end in zip(ordered, [*ordered[1:], table.grid.cells.height], strict=False):
        part = _cut(table.grid, range(start, end))
        yield part, _headed(table, rows, start, end)


class _Rows:
    """The rows of a grid without the spaces round their cells, each fetched when it is asked for."""

    def __init__(self, grid: Grid) -> None:
        self.cells = grid.cells
        self.height = grid.cells.height

    def __getitem__(self, at: int) -> Cells:
        return [(cell or "").strip() for cell in self.cells.row(at)]

    def few(self) -> list[int]:
        """The rows with one to a few filled cells."""
        names = self.cells.columns
        filled = pl.sum_horizontal(
            *(pl.col(name).fill_null("").str.strip_chars().ne("").cast(pl.UInt16) for name in names)
        )
        return self.cells.select((filled.is_between(1, _A_TITLE)).arg_true()).to_series().to_list()


def _headings(table: Table, rows: _Rows, profile: Mapping[str, str]) -> Iterator[int]:
    """The rows that head the columns otherwise than the table's own header, by their place in the grid."""
    last = len(table.top) - 1
    first = last - len(table.header_rows) + 1
    own = {name: table.headings[at].casefold() for name, at in table.fields.items() if name in _SAYS_WHO}
    words = {cell for row in table.top[first:] for cell in row if cell}
    written = sorted(words | {word.upper() for word in words} | {word.lower() for word in words})
    columns = [pl.col(f"c{at}") for at in list(table.fields.values())[:_LOOKED_AT]]
    if not own:
        return
    like = pl.any_horizontal(*(column.is_in(written) for column in columns))
    header = [_said(row) for row in table.top[first:]]
    for at in rows.cells.select(like.arg_true()).to_series().to_list():
        if at <= last or not _is_header(rows[at], set(own.values()), profile):
            continue
        place = next((n for n, row in enumerate(header) if set(row) & set(own.values())), 0)
        start = at - place
        same = [_said(rows[n]) for n in range(start, min(start + len(header), rows.height))] == header
        if not same:
            yield start


def _is_header(cells: Cells, own: set[str], profile: Mapping[str, str]) -> bool:
    """Whether a row has headings in its cells: one of the table's own at least, most known, and no code."""
    said = [cell for cell in cells if cell]
    known = sum(
        field_of(cell, profile) is not None or day_head(cell) is not None or half_of(cell) is not None
        for cell in said
    )
    named = any(heading_text(cell).casefold() in own for cell in said)
    return named and known * 3 >= len(said) * 2 and known >= 2 and not any(_is_mark(cell) for cell in said)


def _is_mark(cell: str) -> bool:
    return is_code(cell) and field_of(cell) is None


def _said(cells: Cells) -> list[str]:
    """A row's headings as they are compared, up to the last."""
    texts = [heading_text(cell).casefold() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _weeks(rows: _Rows) -> Iterator[int]:
    """The titles that name another week than the one before."""
    week = ""
    for at in rows.few():
        said = week_said(" ".join(cell for cell in rows[at] if cell))
        if said and week and said != week:
            yield at
        week = said or week


def _pupils(rows: _Rows) -> Iterator[int]:
    """The first label of each page that is another pupil's than the page before, marks or none between.

    Labels stand together, with no more than blank lines between them. The whole row is compared, because a
    comma may have cut the name in two.
    """
    told, read = dict[str, Cells](), False
    first, last = 0, -1  # of the labels that stand together
    for at in range(rows.height):
        cells = rows[at]
        labels = labelled([cells])
        if labels and last != at - 1:
            first = at
        if labels or (last == at - 1 and not any(cells)):
            last = at
        named = {name: cells for name in labels if name in IDENTITY}
        another = any(told.get(name, cells) != cells for name in named)
        if another or (read and not named.keys() <= told.keys()):
            yield first
            told, read = {}, False
        told |= named
        read = read or (not labels and any(is_code(cell) for cell in cells))


def _back(at: int, rows: _Rows, table: Table) -> int:
    """Where the table of a heading, label or week's title starts: with the titles and blank lines over it."""
    while at > len(table.top):
        above = [cell for cell in rows[at - 1] if cell]
        title = not above or above[0] in table.titles or (len(above) == 1 and " " in above[0])
        if not title and not week_said(" ".join(above)) and not is_over(rows[at - 1], rows[at]):
            break
        at -= 1
    return at


def _cut(grid: Grid, places: Sequence[int]) -> Grid:
    kept = list(places)
    kinds = None if grid.kinds is None else grid.kinds[kept]
    ends = bool(kept) and kept[-1] == grid.cells.height - 1
    return Grid(grid.name, grid.cells[kept], grid.rows[kept], kinds, grid.merged, 0, grid.truncated and ends)


def _headed(table: Table, rows: _Rows, start: int, end: int) -> Grid:
    """A part with the first table's headings between its titles and its rows."""
    at = start
    while at < end:
        cells = [cell for cell in rows[at] if cell]
        if not (len(cells) < 2 or labelled([cells]) or week_said(" ".join(cells))):
            break
        at += 1
    last = len(table.top)
    header = range(last - len(table.header_rows), last)
    return _cut(table.grid, [*range(start, at), *header, *range(at, end)])
