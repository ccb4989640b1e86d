"""Workbooks: the look they share, and a report as one."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from types import MappingProxyType
from typing import Any

import xlsxwriter
from rich.cells import cell_len

from attendkit.documents.cells import cell_text, lines, tidy
from attendkit.documents.problems import grouped
from attendkit.documents.shown import (
    Shown,
    count_texts,
    heading_lines,
    right_aligned,
    rule_line,
    rules_of,
    shown,
)
from attendkit.findings import Column, Kind, Report, View

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NONE: Mapping[str, int] = MappingProxyType({})
_A4 = 9
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_SHEET_NAME = 31
_WIDEST = 60
_SAMPLE = 2_000  # rows measured for a column's width

_ENTRY = {"valign": "top", "bg_color": "#FFFBE6", "border": 1, "locked": False}
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "under": {"font_color": "#444444"},
    "head": {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "bg_color": "#E7EDF3"},
    "text": {"valign": "top"},
    "wrap": {"valign": "top", "text_wrap": True},
    "number": {"valign": "top", "num_format": "#,##0"},
    "percent": {"valign": "top", "num_format": '0.00"%"'},
    "date": {"valign": "top", "num_format": "dd mmm yyyy", "align": "left"},
    "entry": {"valign": "top", "text_wrap": True, "bg_color": "#FFFBE6", "border": 1, "locked": False},
    "entry_time": {
        "valign": "top",
        "num_format": "hh:mm",
        "bg_color": "#FFFBE6",
        "border": 1,
        "locked": False,
    },
    "entry_head": {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "bg_color": "#FFE9A8"},
}


@dataclass
class Book:
    """A workbook being written, with the looks its cells may have."""

    book: Any

    @cached_property
    def looks(self) -> dict[str, Any]:
        """Every look by name, made once."""
        return {name: self.book.add_format(dict(look)) for name, look in _LOOKS.items()}

    def sheet(self, name: str) -> Any:
        """A new sheet, A4 landscape, one page wide, with page numbers at the foot."""
        sheet = self.book.add_worksheet(sheet_name(name))
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&RPage &P of &N")
        sheet.hide_gridlines(0)
        return sheet

    def write(self, sheet: Any, row: int, place: int, value: Any, look: str) -> None:
        """One cell. Text is written as text, whatever it begins with."""
        style = self.looks[look]
        match value:
            case None | "":
                sheet.write_blank(row, place, None, style)
            case bool():
                sheet.write_string(row, place, "Yes" if value else "No", style)
            case int() | float():
                sheet.write_number(row, place, value, style)
            case date():
                sheet.write_datetime(row, place, value, style)
            case _:
                sheet.write_string(row, place, lines(str(value)), style)


@contextmanager
def workbook(on: date, title: str) -> Iterator[tuple[Book, io.BytesIO]]:
    """A workbook whose bytes depend on what is written in it and on nothing else."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    book.set_properties({"title": title, "created": datetime.combine(on, time())})
    yield Book(book), content
    book.close()


def sheet_name(text: str) -> str:
    """A name that Excel accepts for a sheet."""
    return _NOT_IN_A_SHEET_NAME.sub("-", tidy(text))[:_SHEET_NAME].strip() or "Sheet"


def xlsx_bytes(report: Report, view: View) -> bytes:
    """The report as a workbook: its rows on the first sheet; notes, problems and rules on the second."""
    title, under = heading_lines(report, view)
    with workbook(report.on, title) as (book, content):
        sheet = book.sheet(title)
        first = write_heading(book, sheet, title, under, report)
        write_rows(book, sheet, first, shown(report, view))
        write_about(book, report, view)
    return content.getvalue()


def write_heading(book: Book, sheet: Any, title: str, under: str, report: Report) -> int:
    """Title, school and day, and the figures, on the top rows; gives the next free row."""
    sheet.write_string(0, 0, title, book.looks["title"])
    sheet.write_string(1, 0, under, book.looks["under"])
    figures = " · ".join(f"{name}: {value}" for name, value in count_texts(report))
    sheet.write_string(2, 0, figures, book.looks["under"])
    return 4


def write_rows(book: Book, sheet: Any, first: int, seen: Shown, blanks: Mapping[str, int] = _NONE) -> int:
    """Headings that stay in sight, the rows with filters over them; gives the row after the last.

    `blanks` are further columns to write in, by heading, with their widths.
    """
    for place, column in enumerate(seen.columns):
        sheet.write_string(first, place, column.heading, book.looks["head"])
    for number, row in enumerate(seen.rows, start=first + 1):
        for place, (value, column) in enumerate(zip(row, seen.columns, strict=True)):
            book.write(sheet, number, place, *cell(value, column))
    for place, size in enumerate(widths(seen.columns, seen.texts)):
        sheet.set_column(place, place, size)
    for place, (heading, size) in enumerate(blanks.items(), start=len(seen.columns)):
        sheet.write_string(first, place, heading, book.looks["entry_head"])
        sheet.set_column(place, place, size)
        for number in range(len(seen.rows)):
            sheet.write_blank(first + 1 + number, place, None, book.looks["entry"])
    sheet.freeze_panes(first + 1, 1)
    sheet.repeat_rows(first)
    last = first + len(seen.rows)
    if seen.rows:
        sheet.autofilter(first, 0, last, len(seen.columns) + len(blanks) - 1)
    return last + 1


def cell(value: Any, column: Column) -> tuple[Any, str]:
    """A value as a workbook holds it, and its look: numbers and dates stay numbers and dates."""
    if value is None:
        return None, "text"
    if column.kind is Kind.PERCENT:
        return float(value), "percent"
    if column.name != "session" and isinstance(value, int) and not isinstance(value, bool):
        return value, "number"
    if isinstance(value, date):
        return value, "date"
    text = cell_text(value, column)
    return text, "wrap" if "\n" in text else "text"


def widths(columns: Sequence[Column], texts: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column is, in characters: its cells, and its heading on two lines."""
    return [
        min(
            _WIDEST,
            max(
                [cell_len(line) for row in texts[:_SAMPLE] for line in row[place].split(chr(10))]
                + [*map(cell_len, column.heading.split()), 12 if column.kind is Kind.DATE else 4]
            )
            + (3 if not right_aligned(column) else 2),
        )
        for place, column in enumerate(columns)
    ]


def write_about(book: Book, report: Report, view: View) -> None:
    """The second sheet: figures one a line, notes, problems, and the rules cited."""
    parts: list[tuple[str, list[str]]] = [
        ("Figures", [f"{name}: {value}" for name, value in count_texts(report, every=True)]),
        ("Notes", list(report.notes)),
        ("Problems in the data", [f"{g.line} {g.remedy}".strip() for g in grouped(report.problems)]),
        ("Rules", [rule_line(rule) for rule in rules_of(report, view)]),
        ("Register", [f"Content digest {view.register.digest}"]),
    ]
    sheet = book.sheet("About")
    sheet.set_column(0, 0, 110)
    row = 0
    for heading, told in parts:
        if not told:
            continue
        sheet.write_string(row, 0, heading, book.looks["title"])
        for below, line in enumerate(told, start=1):
            sheet.write_string(row + below, 0, tidy(line), book.looks["wrap"])
        row += len(told) + 2
