"""Workbooks: the look they share, and how a cell, a row and a sheet are written."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from textwrap import wrap
from typing import Any

import xlsxwriter

from attendkit.documents.cells import cell_text, lines, tidy
from attendkit.documents.shown import right_aligned
from attendkit.findings import Column, Kind, Report

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4 = 9
_DENSE = 70  # percent: letters of 8 points, 70 rows a page
_LINE = 15  # points
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_SHEET_NAME = 31

_ROW = {"valign": "top", "bottom": 1, "bottom_color": "#D0D0D0"}
_RIGHT = {"align": "right", "indent": 1}
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "bg_color": "#E7EDF3"}
_ENTRY = {"valign": "top", "bg_color": "#FFFBE6", "border": 1, "locked": False}
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "under": {"font_color": "#444444"},
    "words": {"valign": "top", "text_wrap": True},
    "head": _HEAD,
    "head_right": {**_HEAD, **_RIGHT},
    "head_entry": {**_HEAD, "bg_color": "#FFE9A8"},
    "text": {**_ROW, "align": "left"},
    "wrap": {**_ROW, "align": "left", "text_wrap": True},
    "number": {**_ROW, **_RIGHT, "num_format": "#,##0"},
    "percent": {**_ROW, **_RIGHT, "num_format": '0.00"%"'},
    "percent_in_tenths": {**_ROW, **_RIGHT, "num_format": '0.0"%"'},
    "points": {**_ROW, **_RIGHT, "num_format": "+0.0;-0.0;0.0"},
    "date": {**_ROW, "align": "left", "num_format": "dd mmm yyyy"},
    "entry": {**_ENTRY, "text_wrap": True},
    "entry_time": {**_ENTRY, "num_format": "hh:mm"},
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
        return sheet

    def sheet_of_many_rows(self, name: str) -> Any:
        """A new sheet, A4 upright, with as many rows on a page as can still be read."""
        sheet = self.sheet(name)
        sheet.set_portrait()
        sheet.set_print_scale(_DENSE)
        return sheet

    def write(self, sheet: Any, row: int, place: int, value: Any, look: str) -> None:
        """One cell. Text is written as text, whatever it begins with."""
        style = self.looks[look]
        match value:
            case None | "":
                sheet.write_blank(row, place, None, style)
            case int() | float():
                sheet.write_number(row, place, value, style)
            case date():
                sheet.write_datetime(row, place, value, style)
            case _:
                sheet.write_string(row, place, lines(str(value)), style)


@contextmanager
def workbook(report: Report) -> Iterator[tuple[Book, io.BytesIO]]:
    """A workbook whose bytes depend on what is written in it and on nothing else."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _OPTIONS)
    made = datetime.combine(report.on, time())
    book.set_properties({"title": tidy(report.title), "created": made})
    yield Book(book), content
    book.close()


def sheet_name(text: str) -> str:
    """A name that Excel accepts for a sheet."""
    return _NOT_IN_A_SHEET_NAME.sub("-", tidy(text))[:_SHEET_NAME].strip() or "Sheet"


def cell(value: Any, column: Column) -> tuple[Any, str]:
    """A value as a workbook holds it, and its look: numbers and dates stay numbers and dates."""
    if value is None:
        return None, "text"
    if column.kind is Kind.PERCENT:
        return float(value), "percent_in_tenths" if value[-2:-1] == "." else "percent"
    if column.kind is Kind.POINTS:
        return float(value), "points"
    if column.name != "session" and isinstance(value, int) and not isinstance(value, bool):
        return value, "number"
    if isinstance(value, date):
        return value, "date"
    text = cell_text(value, column)
    return text, "wrap" if "\n" in text else "text"


def head_look(column: Column) -> str:
    """The look of a column's heading: on the side where its cells are."""
    return "head_right" if right_aligned(column) else "head"


def write_headings(book: Book, sheet: Any, row: int, headings: Sequence[tuple[str, int, str]]) -> None:
    """A row of headings, each with its column's width and its look, high enough for all of its lines."""
    for place, (heading, size, look) in enumerate(headings):
        sheet.write_string(row, place, heading, book.looks[look])
        sheet.set_column(place, place, size)
    sheet.set_row(row, _LINE * max(_lines_in(heading, size - 2) for heading, size, _ in headings))


def set_height(sheet: Any, row: int, cells: Iterable[tuple[str, int]]) -> None:
    """Make a row high enough for texts that may wrap, each with its column's width."""
    most = max((_lines_in(text, size) for text, size in cells), default=1)
    if most > 1:
        sheet.set_row(row, _LINE * most)


def finish(sheet: Any, first: int, rows: int, columns: int, *, printed: int | None = None) -> None:
    """Keep the headings in sight and on every page, put filters over them, and print only these columns."""
    last = first + max(rows, 1)
    sheet.freeze_panes(first + 1, 1)
    sheet.repeat_rows(first)
    sheet.autofilter(first, 0, last, columns - 1)
    sheet.print_area(0, 0, last, (printed or columns) - 1)


def _lines_in(text: str, size: int) -> int:
    """How many lines a text takes in a column; words are not broken."""
    return sum(len(wrap(line, max(size, 1))) or 1 for line in text.split("\n"))
