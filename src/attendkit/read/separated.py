"""Separated values to a grid: every cell text, nothing inferred, nothing escaped, nothing skipped.

A backslash and a hash are marks, `NA` is a tutor group and `7E1` another, so a cell is what stands between
two delimiters and no more. A file whose lines have as many cells each is cut by Polars' own reader, any other
line by line; only lines with quotation marks go through the csv module, and only quoted line breaks need the
record-by-record reader. All of these ways give the same grid.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest

import polars as pl

from attendkit.errors import UnreadableError
from attendkit.read import guards
from attendkit.read.even import UNIT, even_cells, quoted_lines, unquoted
from attendkit.read.grid import Grid
from attendkit.validate.dates import written

DELIMITERS = ",;\t|"

_CHOOSE_AGAIN = "Choose the period and the pupils, and export again."
_HEAD = 1 << 16
_LINES_LOOKED_AT = 100
_MOST_STRAY_QUOTES = 1000
_NAMED_ROWS = 5
_FEW = 3
_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'(?:(?<=[,;\t|\r\n])|\A)"(?:[^"]|"")*"(?=[,;\t|\r\n]|\Z)')
_SEP_LINE = re.compile(rb'"?sep=([^"\r\n0-9A-Za-z\x80-\xff])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)

Record = list[str]


@dataclass(frozen=True)
class _Ends:
    """How many line ends of each kind a text has: CR LF `pairs`, and every CR and LF, those in pairs too."""

    pairs: int
    returns: int
    feeds: int

    @classmethod
    def of(cls, text: bytes) -> "_Ends":
        """Counted in a text."""
        if b"\r" not in text:  # looking for one is much faster than counting
            return cls(0, 0, text.count(b"\n"))
        return cls(text.count(b"\r\n"), text.count(b"\r"), text.count(b"\n"))

    @property
    def row_end(self) -> str:
        """What ends a row: CR LF where no CR stands alone, so that an LF is a line break in a comment."""
        return "\r\n" if self.pairs and self.pairs == self.returns else "\n"

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind, counting a pair once."""
        return {"CR LF": self.pairs, "CR": self.returns - self.pairs, "LF": self.feeds - self.pairs}

    @property
    def paired(self) -> bool:
        """Whether every one is a CR LF."""
        return self.pairs == self.returns == self.feeds

    @property
    def mixed(self) -> bool:
        """Whether there is more than one kind."""
        return sum(count > 0 for count in self.kinds.values()) > 1

    def __str__(self) -> str:
        """In words, for a remark."""
        return ", ".join(f"{count:,} {kind}" for kind, count in self.kinds.items() if count)


@dataclass(frozen=True)
class _Records:
    """The records of a text, and what was found while cutting them.

    `cells` has the columns of `Grid.cells`, after `width`: how many cells each record has.
    """

    cells: pl.DataFrame
    ends: _Ends
    closed: bool = True
    stray_quotes: tuple[int, ...] = ()


def separated(text: bytes, *, cut: bool = False) -> tuple[Grid, str, tuple[str, ...]]:
    """The grid of a text in UTF-8, its delimiter, and remarks about it.

    `cut` says that the bytes stopped inside a character. Rows are numbered by record from 1; a `sep=` line
    is record 1 and is not among the cells, as in Excel.

    Raises:
        UnreadableError: `too_large` or `no_rows`.
    """
    ends = _Ends.of(text)
    guards.check_text(text, ends.returns + ends.feeds)
    body, delimiter, first = _named_delimiter(text)
    if len(text) > guards.MOST_CELLS:  # or it cannot hold so many
        guards.check_cells(body.count(delimiter.encode()) + ends.returns + ends.feeds)
    if not re.search(f'[^\\r\\n\\t "{re.escape(delimiter)}]'.encode(), body):
        raise UnreadableError("The file has no rows.", reason="no_rows", remedy=_CHOOSE_AGAIN)
    records = _records(body, delimiter, ends)
    widths = records.cells["width"]
    whole = body.endswith((b"\n", b"\r"))
    truncated = cut or not records.closed or (not whole and _last_is_short(widths))
    rows = pl.Series("row", range(first, first + len(widths)), dtype=pl.UInt32)
    remarks = _remarks(records, rows, delimiter, whole=whole or truncated)
    return Grid("", records.cells.drop("width"), rows, truncated=truncated), delimiter, tuple(remarks)


def _named_delimiter(text: bytes) -> tuple[bytes, str, int]:
    """The text without its `sep=` line, its delimiter, and the spreadsheet row its first record is on."""
    if named := _SEP_LINE.match(text):
        return text[named.end() :], named[1].decode(), 2
    return text, find_delimiter(text), 1


def find_delimiter(text: bytes) -> str:
    """Comma, semicolon, tab or bar: the one that most lines have, outside quotation marks.

    Commas in names lose to the semicolons between them, since a header has none, and title lines above the
    header lose to the lines below it. Of two that as many lines have, the one in columns: lines with its
    commonest count, times that count.
    """
    head = text[:_HEAD]
    if len(text) > _HEAD:
        head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
    unquoted = _QUOTED.sub("", head.decode(errors="replace"))
    lines = [line for line in _BREAK.split(unquoted) if line.strip(" \r\n")][:_LINES_LOOKED_AT]

    def agreement(delimiter: str) -> tuple[int, int]:
        counts = Counter(line.count(delimiter) for line in lines if delimiter in line)
        return counts.total(), max((count * lines for count, lines in counts.items()), default=0)

    return max(DELIMITERS, key=agreement)  # the first of equals: a comma


def _records(body: bytes, delimiter: str, ends: _Ends) -> _Records:
    """The records of a body by the fastest way that is sure to give the same as the slowest."""
    if even := _even(body, delimiter, ends):
        return even
    lines = _lines(body, ends)
    if b'"' not in body:
        return _Records(_split(lines, delimiter), ends)
    quoted = lines.str.contains('"', literal=True)
    rows = _each_a_record(lines.filter(quoted).to_list(), delimiter)
    split = lines.str.ends_with("\n") | (lines.str.contains("\n", literal=True) & ~quoted)
    if rows is None or split.any():  # split: a line feed outside quotes, which ends a row too
        return _read(body, delimiter, ends)
    if ends.row_end == "\r\n":
        ends = _Ends(ends.pairs, ends.pairs, ends.pairs)
    plain, others = _split(lines.filter(~quoted), delimiter), _table(rows)
    guards.check_table(len(lines), max(plain.width, others.width) - 1)  # less the width column
    order = pl.concat([quoted.not_().arg_true(), quoted.arg_true()]).alias("order")
    both = pl.concat([plain, others], how="diagonal").with_columns(order)
    return _Records(both.sort("order").drop("order"), ends)


def _even(body: bytes, delimiter: str, ends: _Ends) -> _Records | None:
    """The records of a body whose lines are one each and have as many cells, or None where they do not."""
    if ends.returns and not ends.paired:
        return None
    spans = list(quoted_lines(body))
    quoted = _each_a_record([body[start:end].decode() for start, end in spans], delimiter)
    if quoted is None or (quoted and UNIT.encode() in body):
        return None
    if not body.endswith(b"\n"):
        body += ends.row_end.encode()
    if quoted:
        body, delimiter = unquoted(body, delimiter, spans, quoted, ends.row_end), UNIT
    cells = even_cells(body, delimiter, ends.row_end)
    if cells is None:
        return None
    widths = pl.repeat(cells.width, cells.height, dtype=pl.UInt32, eager=True)
    return _Records(cells.insert_column(0, widths.alias("width")), ends)


def _lines(body: bytes, ends: _Ends) -> pl.Series:
    """The lines of a body without their ends, which may be of any kind."""
    end = ends.row_end
    if b'"' not in body and ends.mixed:
        end = "\n"
    if end == "\n" and ends.returns:
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = pl.Series("line", [body.removesuffix(end.encode())], dtype=pl.Binary).cast(pl.String)
    return text.str.split(end).explode()


def _split(lines: pl.Series, delimiter: str) -> pl.DataFrame:
    """Lines without quotation marks as a table: a blank line has no cells."""
    cells = lines.str.split(delimiter)
    widths = cells.list.len() * (lines != "")
    table = (
        cells.list.to_struct(fields=_names(widths)).struct.unnest().insert_column(0, widths.alias("width"))
    )
    return table.with_columns(pl.when(pl.col("width") > 0).then(pl.col("c0")).alias("c0"))


def _each_a_record(lines: list[str], delimiter: str) -> list[Record] | None:
    """Lines with quotation marks as records, or None when a quote does not close on its own line.

    Every record takes at least one line, so as many records as lines means one record a line, whatever
    lines stand between them in the file.
    """
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows if len(rows) == len(lines) else None


def _read(body: bytes, delimiter: str, whole: _Ends) -> _Records:
    """Records one by one, for quoted line breaks and for quotation marks that do not pair.

    Where a quoted cell does not end as one should (text after its closing mark, or no closing mark), the
    first line of that record is read as if its quotes were letters, and reading goes on at the next line:
    one damaged comment costs one row, and cannot swallow the rows below it.
    """
    lines = list(io.StringIO(body.decode(), newline=""))
    usual = _usual(lines, delimiter)
    rows: list[Record] = []
    ends: list[str] = []
    stray: list[int] = []
    closed, at = True, 0
    while at < len(lines):
        for row, after in _sound(lines, at, delimiter, usual, whole.row_end):
            rows.append(row)
            ends.append(_line_end(lines[after - 1]))
            at = after
        if at < len(lines):
            closed = at < len(lines) - 1 or not _is_open(lines[at], delimiter)
            stray += [len(rows)] * closed
            rows.append(_damaged(lines[at], delimiter, closed=closed))
            at += 1
        if len(stray) > _MOST_STRAY_QUOTES:
            raise _quotes_refused(stray)
    return _Records(_table(rows), _Ends.of("x".join(ends).encode()), closed, tuple(stray))


def _usual(lines: list[str], delimiter: str) -> int:
    """How many delimiters most rows have: of records, where every quotation mark pairs, and else of lines.

    Where cells have line breaks in most rows, most lines are but parts of a cell.
    """
    try:
        counts = [len(row) - 1 for row in csv.reader(lines, delimiter=delimiter, strict=True) if row]
    except csv.Error:
        counts = [line.count(delimiter) for line in lines]
    return Counter(counts).most_common(1)[0][0]


def _sound(
    lines: list[str], at: int, delimiter: str, usual: int, row_end: str
) -> Iterator[tuple[Record, int]]:
    """The records from a line on, each with the line after it, as far as the quotation marks pair."""
    rest = (lines[index] for index in range(at, len(lines)))
    reader = csv.reader(rest, delimiter=delimiter, strict=True)
    start = at
    with suppress(csv.Error):
        for row in reader:
            after = at + reader.line_num
            if lines[start].endswith(row_end) and _is_several(lines[start:after], delimiter, usual):
                return
            yield row, after
            start = after


def _is_several(lines: list[str], delimiter: str, usual: int) -> bool:
    """Whether what looks like a record with quoted line breaks is whole rows between two stray quotes.

    The rest of a comment does not happen to read as a row by itself, with as many cells as rows have,
    unless rows have very few; and never with a cell that is a date or a slash.
    """
    alone = [(line, _each_a_record([line], delimiter)) for line in lines[1:]]
    whole = [(line, rows[0]) for line, rows in alone if rows and len(rows[0]) == usual + 1]
    if usual >= _FEW and lines[0].count(delimiter) == usual and whole:
        return True
    return any('"' not in line and any(_is_of_a_mark(cell) for cell in row) for line, row in whole)


def _is_of_a_mark(cell: str) -> bool:
    return cell.strip() in {"/", "\\"} or written(cell) is not None


def _is_open(line: str, delimiter: str) -> bool:
    """Whether one more quotation mark at its end would make a line a sound record."""
    return _each_a_record([line.rstrip("\r\n") + '"'], delimiter) is not None


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _damaged(line: str, delimiter: str, *, closed: bool) -> Record:
    """A line whose quotes do not pair: the cell the file stops in is kept, in others they are letters."""
    if closed:
        return line.rstrip("\r\n").split(delimiter)
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter))


def _table(rows: list[Record]) -> pl.DataFrame:
    """Records as a table as wide as the widest; null beyond a record's end."""
    widths = pl.Series("width", map(len, rows), dtype=pl.UInt32)
    columns = zip(_names(widths), zip_longest(*rows), strict=False)
    return pl.DataFrame([widths, *(pl.Series(name, cells, dtype=pl.String) for name, cells in columns)])


def _names(widths: pl.Series) -> list[str]:
    """The columns that rows of these widths need: at least one, and no more than can be held."""
    widest = int(widths.max() or 1)  # type: ignore[arg-type]
    guards.check_table(len(widths), widest)
    return [f"c{index}" for index in range(widest)]


def _last_is_short(widths: pl.Series) -> bool:
    """Whether the last row stops before the width that most rows have, and before the row above it."""
    rows = widths.filter(widths > 0)
    if len(rows) < 3 or not widths[-1]:
        return False
    usual = rows.mode().max()
    most = (rows == usual).sum() * 2 > len(rows)
    return most and rows[-1] < usual and rows[-1] < rows[-2]


def _remarks(records: _Records, rows: pl.Series, delimiter: str, *, whole: bool) -> Iterator[str]:
    """Sentences about a file that was read all the same."""
    if rows[0] > 1:
        yield f"Row 1 names the delimiter (sep={delimiter}); a spreadsheet does not show it."
    if not whole:
        yield f"The file does not end with a line break: see that row {rows[-1]} is complete."
    if records.ends.mixed:
        yield f"Line ends are mixed ({records.ends}); each of them ends a row."
    if stray := records.stray_quotes:
        named = ", ".join(str(rows[index]) for index in stray[:_NAMED_ROWS])
        more = f" and {len(stray) - _NAMED_ROWS:,} more" if len(stray) > _NAMED_ROWS else ""
        yield f"Quotation marks that do not pair were read as letters: row {named}{more}."


def _quotes_refused(rows: list[int]) -> UnreadableError:
    return UnreadableError(
        f"Quotation marks do not pair in over {_MOST_STRAY_QUOTES:,} rows.",
        reason="not_a_table",
        where=f"row {rows[0] + 1}",
        remedy="Export the register again as CSV, or as .xlsx.",
    )
