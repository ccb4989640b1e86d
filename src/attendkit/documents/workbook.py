"""A report as a workbook: its rows on the first sheet; notes, problems and rules on the last."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from rich.cells import cell_len

from attendkit.documents.cells import filled, label, tidy
from attendkit.documents.problems import grouped
from attendkit.documents.sheets import Book, cell, finish, head_look, set_height, workbook, write_headings
from attendkit.documents.shown import (
    MUSTER_POINT,
    Shown,
    count_texts,
    heading_lines,
    rule_line,
    rules_of,
    shown,
)
from attendkit.findings import Column, Kind, Report, View

_NONE: Mapping[str, int] = MappingProxyType({})
_WIDEST = 60
_DATE = 13
_FILTER = 4  # characters that a heading's filter button hides
_TOP_LINE = 110  # characters of the figures on one row
_SAMPLE = 2_000  # rows measured for a column's width


def xlsx_bytes(report: Report, view: View) -> bytes:
    """The bytes of a report's workbook: the same for the same report on any machine."""
    with workbook(report) as (book, content):
        make = book.sheet_of_many_rows if MUSTER_POINT in report.table.columns else book.sheet
        sheet = make(label(report.duty.replace("-", " ")))
        first = write_heading(book, sheet, report, view)
        write_rows(book, sheet, first, shown(report, view))
        write_about(book, report, view)
    return content.getvalue()


def write_heading(book: Book, sheet: Any, report: Report, view: View) -> int:
    """Title, school and day, and the figures, on the top rows; gives the row to go on from.

    Figures within figures are on the sheet `About` alone.
    """
    title, under = heading_lines(report, view)
    sheet.write_string(0, 0, title, book.looks["title"])
    sheet.write_string(1, 0, under, book.looks["under"])
    simple = {name: value for name, value in report.counts.items() if not isinstance(value, Mapping)}
    figures = [f"{name}: {value}" for name, value in count_texts(replace(report, counts=simple))]
    told = [*map(tidy, report.above), *filled(figures, _TOP_LINE)]
    for row, line in enumerate(told, start=2):
        sheet.write_string(row, 0, line, book.looks["under"])
    return len(told) + 3


def write_rows(book: Book, sheet: Any, first: int, seen: Shown, blanks: Mapping[str, int] = _NONE) -> None:
    """Headings that stay in sight, and the rows with filters over them.

    `blanks` are further columns to write in, by heading, with their widths.
    """
    texts = seen.texts
    headings = [(c.heading, size, head_look(c)) for c, size in zip(seen.columns, widths(seen), strict=True)]
    headings += [(heading, size, "head_entry") for heading, size in blanks.items()]
    write_headings(book, sheet, first, headings)
    for number, row in enumerate(seen.rows, start=first + 1):
        for place, (value, column) in enumerate(zip(row, seen.columns, strict=True)):
            book.write(sheet, number, place, *cell(value, column))
        for place in range(len(seen.columns), len(headings)):
            book.write(sheet, number, place, None, "entry")
        folded = [(text, _WIDEST) for text in texts[number - first - 1] if "\n" in text]
        set_height(sheet, number, folded)
    finish(sheet, first, len(seen.rows), len(headings))


def widths(seen: Shown) -> list[int]:
    """How wide each column is, in characters: for its cells, and for the longest word of its heading."""
    texts = seen.texts[:_SAMPLE]
    return [
        min(_WIDEST, max(_width(column), *(_longest(row[place]) for row in texts), 1) + 1)
        for place, column in enumerate(seen.columns)
    ]


def write_about(book: Book, report: Report, view: View) -> None:
    """The last sheet: every figure on a line, notes, problems, and the rules cited."""
    figures = count_texts(report, every=True)
    parts: dict[str, Sequence[str]] = {
        "Figures": [f"{name}: {value}" for name, value in figures],
        "Notes": [*report.above, *report.notes],
        "Problems in the data": [f"{group.line} {group.remedy}" for group in grouped(report.problems)],
        "Rules": [rule_line(rule) for rule in rules_of(report, view)],
        "Register": [f"Content digest {view.register.digest}"],
    }
    sheet = book.sheet("About")
    sheet.set_column(0, 0, _TOP_LINE)
    row = 0
    for heading, told in parts.items():
        if not told:
            continue
        sheet.write_string(row, 0, heading, book.looks["title"])
        for below, line in enumerate(told, start=row + 1):
            sheet.write_string(below, 0, tidy(line), book.looks["words"])
            set_height(sheet, below, [(line, _TOP_LINE)])
        row += len(told) + 2


def _width(column: Column) -> int:
    word = max(map(cell_len, column.heading.split()), default=1) + _FILTER
    return max(word, _DATE) if column.kind is Kind.DATE else word


def _longest(text: str) -> int:
    return max(map(cell_len, text.split("\n")))
