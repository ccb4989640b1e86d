"""Where the table is in a grid: its header, wherever it stands, and the rows under it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import polars as pl

from attendkit.read.grid import Cell, Grid
from attendkit.read.headers import (
    DayHead,
    day_head,
    field_and_place,
    field_of,
    half_of,
    heading_text,
    sessions_only,
)
from attendkit.rules.codes import all_codes
from attendkit.validate.dates import written
from attendkit.validate.marks import tidy_code

_SEARCHED = 25
_WHO = frozenset({"upn", "adno", "mis_id", "surname", "forename", "name", "week_start"})
_FURNITURE = re.compile(
    r"(?:sub|grand)?\s*totals?\b|page\b|end of\b|key\b|legend\b|(?:date )?printed\b|produced\b|generated\b"
    r"|signed\b|signature\b|report\b|average\b|mean\b|percentage\b|run (?:on|by)\b|(?:no\.?|number) of\b"
    r"|\d+ (?:pupils?|students?|rows?)\b|possible\b|attended\b|(?:un)?authorised\b|count\b|present\b|absent\b"
    r"|notes?\b|filter|copyright|\*+$|_+$|-+$"
)
_NUMBER = re.compile(r"[\d.,%\s]+")
_DAMAGE = {
    int(Cell.NUMBER): "excel_number",
    int(Cell.DATE): "excel_date",
    int(Cell.BOOLEAN): "excel_boolean",
    int(Cell.ERROR): "excel_error",
    int(Cell.NO_VALUE): "excel_error",
}


@dataclass(frozen=True, eq=False)
class Table:
    """A header and the rows under it.

    `headings` are the headings as a person reads them, by column; `fields` the columns that attendkit
    knows, by its own name for them; `days` the columns whose heading is a day or a session. `titles` are
    the texts above the header. `body` has the grid's cells under the header, with `row` first and their
    kinds as k0, k1, ... where the file is a workbook. `top` are the cells down to the header's last
    row; `twice` the headings that stand over more than one column.
    """

    grid: Grid
    header_rows: tuple[int, ...]
    headings: tuple[str, ...]
    fields: Mapping[str, int]
    days: Mapping[int, DayHead]
    titles: tuple[str, ...]
    body: pl.DataFrame
    top: tuple[tuple[str, ...], ...]
    twice: tuple[str, ...] = ()

    @property
    def header_row(self) -> int | list[int]:
        """The header's spreadsheet row, or rows where it has two."""
        return self.header_rows[0] if len(self.header_rows) == 1 else list(self.header_rows)

    @property
    def width(self) -> int:
        """How many columns have a heading, blank ones between them included."""
        return len(self.headings)

    def heading(self, *fields: str) -> str:
        """The heading of the first of these columns that the table has."""
        return next((self.headings[self.fields[name]] for name in fields if name in self.fields), "")

    def has(self, *fields: str) -> bool:
        """Whether the table has every one of these columns."""
        return all(name in self.fields for name in fields)

    def any(self, *fields: str) -> bool:
        """Whether the table has one of these columns."""
        return any(name in self.fields for name in fields)

    def text(self, column: int | None, *, strip: bool = True) -> pl.Expr:
        """A column's text, "" where the row ended before it. Only week strings must not be stripped."""
        if column is None:
            return pl.lit("")
        cell = pl.col(f"c{column}").fill_null("")
        return cell.str.strip_chars() if strip else cell

    def damage(self, column: int | None) -> pl.Expr:
        """How a workbook damaged each cell of a column; "" for text and in a text file."""
        if column is None or self.grid.kinds is None:
            return pl.lit("")
        return pl.col(f"k{column}").replace_strict(_DAMAGE, default="", return_dtype=pl.String)


def find_table(grid: Grid, profile: Mapping[str, str] | None = None) -> Table | None:
    """The table in a grid, or None when no row in its first 25 has two headings that are known."""
    top = [[(cell or "").strip() for cell in row] for row in grid.cells.head(_SEARCHED).iter_rows()]
    scores = [_score(row, profile) for row in top]
    best = max(range(len(top)), key=lambda at: (scores[at], -at), default=None)
    if best is None or scores[best] < 2:
        return None
    best = _first_alike(top, best, scores, profile)
    first, last = _block(top, best, profile)
    columns = _columns(top[first : last + 1], grid, first)
    width = max(at for at, parts in enumerate(columns) if parts) + 1
    headings = tuple(heading_text(" ".join(parts)) for parts in columns[:width])
    fields = _named(columns[:width], profile)
    dated = {
        at: day for at, text in enumerate(headings) if at not in fields.values() and (day := day_head(text))
    }
    days = sessions_only(dated, headings)
    early = [at for at, row in enumerate(top[:first]) if _holds_marks(row, fields, days)]
    return Table(
        grid=grid,
        header_rows=tuple(int(row) for row in grid.rows[first : last + 1]),
        headings=headings,
        fields=fields,
        days=days,
        titles=tuple(cell for at, row in enumerate(top[:first]) if at not in early for cell in row if cell),
        body=_body(grid, last + 1, early),
        top=tuple(tuple(row) for row in top[: last + 1]),
        twice=tuple(dict.fromkeys(_twice(headings))),
    )


def _twice(headings: Sequence[str]) -> Iterator[str]:
    """Headings that stand over more than one column and that attendkit reads: only the first is used."""
    named = [field_of(heading) for heading in headings]
    for at, name in enumerate(named):
        if name and name in named[:at] and headings[at] in headings[:at]:
            yield headings[at]


def _score(row: Sequence[str], profile: Mapping[str, str] | None) -> int:
    known = {field_of(cell, profile) for cell in row if cell} - {None}
    return len(known) + sum(1 for cell in row if cell and day_head(cell))


def _first_alike(
    top: Sequence[Sequence[str]], best: int, scores: Sequence[int], profile: Mapping[str, str] | None
) -> int:
    """The first header of a sheet with several tables, where a later one has more columns."""
    who = [at for at, cell in enumerate(top[best]) if field_of(cell, profile) in _WHO]
    for at, row in enumerate(top[:best]):
        said = [cell for cell in row if cell]
        known = all(day_head(cell) or field_of(cell, profile) for cell in said)
        heads = sum(day_head(cell) is not None for cell in said) or "mark" in map(field_of, said)
        if scores[at] >= 2 and known and heads and any(row[n] and row[n] == top[best][n] for n in who):
            return at
    return best


def _block(top: Sequence[Sequence[str]], best: int, profile: Mapping[str, str] | None) -> tuple[int, int]:
    """The first and last row of the header: dates may stand over AM and PM, and weekdays over dates."""
    first = last = best
    while last + 1 < len(top) and top[last + 1] != top[best] and _is_under(top[last + 1], profile):
        last += 1
    while first > 0 and is_over(top[first - 1], top[first]):
        first -= 1
    return first, last


def _is_under(row: Sequence[str], profile: Mapping[str, str] | None) -> bool:
    cells = [cell for cell in row if cell]
    halves = sum(_is_half(cell) for cell in cells)
    days = sum(day_head(cell) is not None for cell in cells)
    rest = sum(field_of(cell, profile) is not None and not _is_half(cell) for cell in cells)
    return max(halves, days) >= 2 and halves + days + rest == len(cells)


def is_over(row: Sequence[str], under: Sequence[str]) -> bool:
    """Whether a row holds the dates or weekdays of the row below, rather than a title."""
    days = [at for at, cell in enumerate(row) if cell and day_head(cell)]
    below = [at for at, cell in enumerate(under) if cell and (_is_half(cell) or day_head(cell))]
    return bool(days and below) and len(days) == sum(bool(cell) for cell in row) and days[0] >= below[0] > 0


def _is_half(cell: str) -> bool:
    return len(cell) > 1 and half_of(cell) is not None


def _columns(rows: Sequence[Sequence[str]], grid: Grid, first: int) -> list[list[str]]:
    """The heading of each column, as the parts that its rows give, with merged cells filled rightwards."""
    filled = [list(row) for row in rows]
    start = int(grid.rows[first]) - 1
    for top, left, bottom, right in grid.merged:
        for at in range(max(top, start), min(bottom, start + len(rows) - 1) + 1):
            source = filled[top - start][left] if top >= start and left < len(filled[0]) else ""
            if at == top and source:
                filled[at - start][left : right + 1] = [source] * len(filled[at - start][left : right + 1])
    for upper, lower in pairwise(filled):
        for at in range(1, len(upper)):
            if not upper[at] and (_is_half(lower[at]) or day_head(lower[at])) and day_head(upper[at - 1]):
                upper[at] = upper[at - 1]
    return [[row[at] for row in filled if row[at]] for at in range(len(filled[0]))]


def _named(columns: Sequence[Sequence[str]], profile: Mapping[str, str] | None) -> dict[str, int]:
    """The columns that are known, by attendkit's name: the surest heading's, and of two alike the first."""
    found: dict[str, tuple[int, int]] = {}
    for at, parts in enumerate(columns):
        whole = " ".join(parts)
        if not whole or day_head(whole):
            continue
        for heading in (whole, *parts):
            name, place = field_and_place(heading, profile)
            if name:
                found[name] = min(found.get(name, (place, at)), (place, at))
                break
    return {name: at for name, (_, at) in sorted(found.items(), key=lambda item: item[1][1])}


def _holds_marks(cells: Sequence[str], fields: Mapping[str, int], days: Mapping[int, DayHead]) -> bool:
    """Whether a row above the header is a pupil's all the same: somebody sorted the sheet."""
    if is_furniture(cells):
        return False
    dated = any(written(cells[fields[name]]) for name in ("date", "week_start") if name in fields)
    marked = any(cells[fields[name]] for name in ("mark", "marks_string") if name in fields)
    return (dated and marked) or sum(is_code(cells[at]) for at in days) >= 2


def _body(grid: Grid, start: int, early: Sequence[int]) -> pl.DataFrame:
    """The rows under the header, and those above it that are not titles."""
    body = pl.DataFrame([grid.rows.cast(pl.UInt32).alias("row")]).hstack(grid.cells)
    if grid.kinds is not None:
        body = body.hstack(grid.kinds.rename({name: f"k{name[1:]}" for name in grid.kinds.columns}))
    return pl.concat([body[list(early)], body[start:]]) if early else body[start:]


def heading_at(table: Table, at: int) -> str:
    """The heading of a column, or its letter where it has none."""
    named = table.headings[at] if at < len(table.headings) else ""
    return named or f"column {column_letters(at + 1)}"


def column_letters(number: int) -> str:
    """A column's letters in a spreadsheet: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_furniture(cells: Sequence[str | None], titles: Sequence[str] = ()) -> bool:
    """Whether a row is a footer, a code key, a page number or a blank line, and no pupil's.

    A row that only might be one is not: it is reported instead.
    """
    said = [cell.strip() for cell in cells if cell and cell.strip()]
    if all(cell in titles for cell in said):  # a page's title again, or nothing
        return True
    if len(said) == 1 and " " in said[0]:
        return True
    if is_code(said[0]):  # "/", "Present AM", "\\", "Present PM"
        words = [re.search(r"[A-Za-z]{3}", cell) for cell in said[1::2]]
        return bool(words) and all(words) and all(is_code(cell) for cell in said[::2])
    worded = [cell for cell in said if not _NUMBER.fullmatch(cell)]
    return bool(_FURNITURE.match(said[0].casefold())) and len(worded) <= 3


def could_be_furniture(cell: pl.Expr, titles: Sequence[str]) -> pl.Expr:
    """Whether a row's first cell starts as a footer's would: a cheap look before a closer one."""
    starts = cell.str.to_lowercase().str.contains(f"^(?:{_FURNITURE.pattern})")
    return starts | cell.is_in(list(titles))


def is_footer(cell: str) -> bool:
    """Whether a cell starts as a footer's would."""
    return bool(_FURNITURE.match(cell.casefold()))


def is_code(cell: str | None) -> bool:
    """Whether a cell holds a code of either generation, so that its row is never taken for a footer."""
    return bool(cell) and tidy_code(cell or "") in _codes()


@cache
def _codes() -> frozenset[str]:
    return frozenset(all_codes())
