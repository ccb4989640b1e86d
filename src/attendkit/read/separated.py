"""Separated values to a grid: every cell text, nothing inferred, nothing escaped, nothing skipped.

A backslash and a hash are marks, `NA` is a tutor group and `7E1` another, so a cell is what stands between
two delimiters and no more. A file without quotation marks is split by Polars; one whose quotes open and close
on one line mostly so; only quoted line breaks need the record-by-record reader. All three give the same grid.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

import polars as pl

from attendkit.errors import UnreadableError
from attendkit.read import guards
from attendkit.read.grid import Grid

DELIMITERS = ",;\t|"

_HEAD = 1 << 16
_LINES_LOOKED_AT = 100
_MOST_STRAY_QUOTES = 1000
_NAMED_ROWS = 5
_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'(?:(?<=[,;\t|\r\n])|\A)"(?:[^"]|"")*"(?=[,;\t|\r\n]|\Z)')
_SEP_LINE = re.compile(r'"?sep=([^"\r\n0-9A-Za-z])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)

Record = list[str]


@dataclass
class _Records:
    """The records of a text: as a column of lists of cells, and what was found while cutting them."""

    cells: pl.Series
    closed: bool = True
    stray_quotes: tuple[int, ...] = ()


def separated(text: str, *, cut: bool = False) -> tuple[Grid, str, tuple[str, ...]]:
    """The grid of a text, its delimiter, and remarks about it.

    `cut` says that the bytes stopped inside a character. Rows are numbered by record from 1; a `sep=` line
    is record 1 and is not among the cells, as in Excel.

    Raises:
        UnreadableError: `too_large` or `no_rows`.
    """
    guards.check_text(text)
    remarks: list[str] = []
    body, delimiter, first = text, "", 1
    if said := _SEP_LINE.match(text):
        body, delimiter, first = text[said.end() :], said[1], 2
        remarks.append(f"Row 1 names the delimiter (sep={said[1]}); it is not shown in a spreadsheet.")
    delimiter = delimiter or find_delimiter(body)
    if not body.strip(f'\r\n\t "{delimiter}'):
        raise UnreadableError(
            "The file has no rows.",
            reason="no_rows",
            remedy="Choose the period and the pupils, and export again.",
        )
    records = _records(body, delimiter)
    widths = records.cells.list.len()
    _check_width(widths, first)
    whole = body.endswith(("\n", "\r"))
    truncated = cut or not records.closed or (not whole and _last_is_short(widths))
    remarks += _line_remarks(body, 0 if whole or truncated else first + len(widths) - 1)
    remarks += _quote_remarks([first + index for index in records.stray_quotes])
    grid = Grid("", _frame(records.cells, widths), _numbers(first, len(widths)), truncated=truncated)
    return grid, delimiter, tuple(remarks)


def find_delimiter(text: str) -> str:
    """Comma, semicolon, tab or bar: the one most lines agree on, outside quotation marks.

    Agreement is lines with the commonest count, times that count: commas in names lose to the semicolons
    between them, and title lines above the header to the lines below it.
    """
    head = text[:_HEAD]
    if len(text) > _HEAD:
        head = head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head
    lines = [line for line in _BREAK.split(_QUOTED.sub("", head)) if line.strip()][:_LINES_LOOKED_AT]

    def agreement(delimiter: str) -> int:
        counts = Counter(line.count(delimiter) for line in lines)
        counts.pop(0, None)
        return max((lines * count for count, lines in counts.items()), default=0)

    return max(DELIMITERS, key=agreement)  # the first of equals: a comma


def _records(body: str, delimiter: str) -> _Records:
    """The records of a body by the fastest way that is sure to give the same as the slowest."""
    lines = _lines(body)
    commas = lines.str.count_matches(delimiter, literal=True)
    widest = int(commas.arg_max() or 0)
    guards.check_table(len(lines), int(commas[widest]) + 1, widest + 1)
    if '"' not in body:
        return _Records(_split(lines, delimiter))
    quoted = lines.str.contains('"', literal=True)
    rows = _each_a_record(lines.filter(quoted).to_list(), delimiter)
    if rows is None:
        return _read(body, delimiter)
    numbers = pl.Series(range(len(lines)))
    plain = pl.DataFrame({"n": numbers.filter(~quoted), "cells": _split(lines.filter(~quoted), delimiter)})
    others = pl.DataFrame({"n": numbers.filter(quoted), "cells": _series(rows)})
    return _Records(pl.concat([plain, others]).sort("n")["cells"])


def _lines(body: str) -> pl.Series:
    """The lines of a body without their ends, which may be of any kind."""
    returns = body.count("\r")
    if returns and body.count("\r\n") == returns == body.count("\n"):
        end = "\r\n"
    else:
        end = "\n"
        if returns:
            body = body.replace("\r\n", "\n").replace("\r", "\n")
    return pl.Series("line", [body.removesuffix(end)]).str.split(end).explode()


def _split(lines: pl.Series, delimiter: str) -> pl.Series:
    """Lines without quotation marks as lists of cells: a blank line has none."""
    nothing = pl.lit([], dtype=pl.List(pl.String))
    line = pl.col("line")
    cells = pl.when(line == "").then(nothing).otherwise(line.str.split(delimiter))
    return lines.to_frame("line").select(cells.alias("cells"))["cells"]


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


def _read(body: str, delimiter: str) -> _Records:
    """Records one by one, for quoted line breaks and for quotation marks that do not pair.

    Where a quoted cell does not end as one should (text after its closing mark, or no closing mark), the
    first line of that record is read as if its quotes were letters, and reading goes on at the next line:
    one damaged comment costs one row, and cannot swallow the rows below it.
    """
    lines = list(io.StringIO(body, newline=""))
    rows: list[Record] = []
    stray: list[int] = []
    at = 0
    while at < len(lines):
        rest = (lines[index] for index in range(at, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        done = 0
        try:
            for row in reader:
                rows.append(row)
                done = reader.line_num
        except csv.Error:
            if at + done == len(lines) - 1:
                rows += csv.reader(lines[-1:], delimiter=delimiter)
                return _Records(_series(rows), closed=False)
            if len(stray) == _MOST_STRAY_QUOTES:
                raise _quotes_refused(stray) from None
            stray.append(len(rows))
            rows.append(lines[at + done].rstrip("\r\n").split(delimiter))
            done += 1
        at += done
    return _Records(_series(rows), stray_quotes=tuple(stray))


def _series(rows: list[Record]) -> pl.Series:
    return pl.Series("cells", rows, dtype=pl.List(pl.String))


def _check_width(widths: pl.Series, first: int) -> None:
    widest = int(widths.arg_max() or 0)
    guards.check_table(len(widths), int(widths[widest]), first + widest)


def _frame(cells: pl.Series, widths: pl.Series) -> pl.DataFrame:
    """Columns c0, c1, ... as wide as the widest row; null beyond a row's end."""
    names = [f"c{index}" for index in range(int(widths.max() or 1))]  # type: ignore[arg-type]
    return cells.to_frame("cells").select(pl.col("cells").list.to_struct(fields=names).struct.unnest())


def _numbers(first: int, height: int) -> pl.Series:
    return pl.Series("row", range(first, first + height), dtype=pl.UInt32)


def _last_is_short(widths: pl.Series) -> bool:
    """Whether the last row stops before the width that most rows have, and before the row above it."""
    rows = widths.filter(widths > 0)
    if len(rows) < 3 or not widths[-1]:
        return False
    usual = rows.mode().max()
    most = (rows == usual).sum() * 2 > len(rows)
    return most and rows[-1] < usual and rows[-1] < rows[-2]


def _line_remarks(body: str, last: int) -> list[str]:
    remarks = []
    if last:
        remarks.append(f"The file does not end with a line break: see that row {last} is complete.")
    pairs, returns, feeds = body.count("\r\n"), body.count("\r"), body.count("\n")
    kinds = {"CR LF": pairs, "CR": returns - pairs, "LF": feeds - pairs}
    if '"' not in body and sum(count > 0 for count in kinds.values()) > 1:
        counted = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items() if count)
        remarks.append(f"Line ends are mixed ({counted}); each of them ends a row.")
    return remarks


def _quote_remarks(rows: list[int]) -> list[str]:
    if not rows:
        return []
    named = ", ".join(str(row) for row in rows[:_NAMED_ROWS])
    more = f" and {len(rows) - _NAMED_ROWS:,} more" if len(rows) > _NAMED_ROWS else ""
    return [f"Quotation marks that do not pair were read as letters: row {named}{more}."]


def _quotes_refused(rows: list[int]) -> UnreadableError:
    return UnreadableError(
        f"Quotation marks do not pair in over {_MOST_STRAY_QUOTES:,} rows.",
        reason="not_a_table",
        where=f"row {rows[0] + 1}",
        remedy="Export the register again as CSV, or as .xlsx.",
    )
