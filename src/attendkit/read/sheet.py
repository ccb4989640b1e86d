"""The XML of one sheet, scanned as bytes for what the workbook reader does not tell.

calamine gives values fast and loses three things: which cells are errors, which are formulas that were never
calculated, and how many rows are hidden. It also trusts every reference, so they are proved here first.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

import polars as pl

from attendkit.read import guards
from attendkit.read.grid import Cell

_ATTRIBUTES = rb"""(?:[^<>"']|"[^"]*"|'[^']*')*?"""
_TAG = rb"<(?:[\w.-]+:)?%b(?=[\s/>])"
_CELL_TAG = re.compile(_TAG % b"c")
_CELL = r"<(?:[A-Za-z0-9_.-]+:)?c[ \t\r\n/>]"
_REFERENCE = (
    r"<(?:[A-Za-z0-9_.-]+:)?c(?:[ \t\r\n][^<>]*?)?[ \t\r\n]r[ \t\r\n]*=[ \t\r\n]*"
    r"""["'][A-Za-z]{1,3}[1-9][0-9]{0,6}["']"""
)
"""These two are for Polars, which has no look-ahead. Every tag of a cell must hold a reference."""

_ROW_OR_CELL = re.compile(rb"<(?:[\w.-]+:)?(row|c)(?=[\s/>])(" + _ATTRIBUTES + rb")(/?>)")
_PLACE = re.compile(rb"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_R = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_ERROR_TYPE = re.compile(rb"""\st\s*=\s*(?:"e"|'e')""")
_FORMULA = re.compile(_TAG % b"f")
_CELL_END = re.compile(rb"</(?:[\w.-]+:)?c\s*>")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>([^<]+)</")
_TEXT_TYPE = re.compile(rb"""\st\s*=\s*["']str["']""")
_HIDDEN_COLUMN = re.compile(_TAG % b"col" + rb"""[^<>]*?\shidden\s*=\s*["'](?:1|true)["'][^<>]*""")
_SPAN = re.compile(rb"""\s(min|max)\s*=\s*["']([0-9]{1,5})["']""")
_HIDDEN_ROW = re.compile(_TAG % b"row" + rb"""[^<>]*?\shidden\s*=\s*["'](?:1|true)["']""")


Odd = dict[tuple[int, int], tuple[str, Cell]]


@dataclass(frozen=True)
class Sheet:
    """One sheet's XML, every cell with its reference, and what the reader does not tell about it.

    `rows` and `columns` reach to the last cell. `odd` are the errors and uncalculated formulas by 0-based
    row and column.
    """

    xml: bytes
    rows: int
    columns: int
    odd: Odd
    hidden_rows: int
    hidden_columns: int


def scan(xml: bytes) -> Sheet:
    """A sheet proved sound enough for the reader.

    Raises:
        UnreadableError: `not_a_table` where it is not well-formed or its rows are out of order; `too_large`
            where a stray cell would make the reader fill the area up to it.
    """
    guards.check_xml(xml)
    xml = without_cdata(xml)
    rows, columns, plain = _reach(xml)
    if not plain:
        xml = _referenced(xml)
        rows, columns, plain = _reach(xml)
        if not plain:
            raise guards.damaged("A cell of the workbook has no place in its sheet.")
    odd = _errors(xml) | _uncalculated(xml)
    return Sheet(xml, rows, columns, odd, _hidden_rows(xml), _hidden_columns(xml, columns))


def without_cdata(xml: bytes) -> bytes:
    """The same XML with its CDATA written out: the reader gives such a text as nothing."""
    if b"<![CDATA[" not in xml:
        return xml
    return _CDATA.sub(lambda text: escape(text[1].decode()).encode(), xml)


def _reach(xml: bytes) -> tuple[int, int, bool]:
    """The rows and columns down to the last cell, and whether every cell has a reference."""
    text = pl.Series([xml.decode()])
    cells = text.str.extract_all(_REFERENCE).explode().drop_nulls()
    plain = len(cells) == text.str.count_matches(_CELL)[0]
    if not len(cells):
        return 0, 0, plain
    rows = cells.str.extract(r"([0-9]+).$").cast(pl.Int64)
    if not rows.is_sorted():  # the reader keeps only what stands between the first and the last
        raise guards.damaged("The rows of a sheet are out of order.")
    columns = max(_column(letters) for letters in cells.str.extract(r"([A-Za-z]+)[0-9]+.$").unique())
    guards.check_sheet(rows[-1], columns, f"{_letters(columns)}{rows[-1]}")
    return rows[-1], columns, plain


def _referenced(xml: bytes) -> bytes:
    """The same sheet with a reference on every row and cell: some writers leave them to be counted."""
    row, column = 0, 0

    def numbered(tag: re.Match[bytes]) -> bytes:
        nonlocal row, column
        name, attributes, end = tag[1], tag[2], tag[3]
        said = _R.search(attributes)
        if name == b"row":
            row, column = _row_number(said[1]) if said else row + 1, 0
            return tag[0]
        if said:
            column = _place(attributes)[1] + 1
            return tag[0]
        column += 1
        reference = f' r="{_letters(column)}{max(row, 1)}"'.encode()
        return tag[0][: len(tag[0]) - len(end) - len(attributes)] + reference + attributes + end

    return _ROW_OR_CELL.sub(numbered, xml)


def _row_number(text: bytes) -> int:
    if not re.fullmatch(rb"[1-9][0-9]{0,6}", text):
        raise guards.damaged("A row of the workbook has no number.")
    return int(text)


def _errors(xml: bytes) -> Odd:
    """Cells that show #N/A and the like, with what they show."""
    found: Odd = {}
    for attributes, body in _cells_around(xml, _ERROR_TYPE if b'"e"' in xml or b"'e'" in xml else None):
        shown = _VALUE.search(body)
        found[_place(attributes)] = (html.unescape(shown[1].decode()) if shown else "#VALUE!", Cell.ERROR)
    return found


def _uncalculated(xml: bytes) -> Odd:
    """Formula cells with no value saved. A formula whose value is an empty text has one."""
    return {
        _place(attributes): ("", Cell.NO_VALUE)
        for attributes, body in _cells_around(xml, _FORMULA)
        if not _VALUE.search(body) and not _TEXT_TYPE.search(attributes)
    }


def _hidden_rows(xml: bytes) -> int:
    return len(_HIDDEN_ROW.findall(xml)) if b"hidden" in xml else 0


def _hidden_columns(xml: bytes, columns: int) -> int:
    """How many columns up to the last one used are hidden. One tag may speak for several."""
    hidden = 0
    for tag in _HIDDEN_COLUMN.findall(xml) if b"hidden" in xml else ():
        ends = dict(_SPAN.findall(tag))
        hidden += max(0, min(int(ends.get(b"max", b"0")), columns) - int(ends.get(b"min", b"1")) + 1)
    return hidden


def _cells_around(xml: bytes, mark: re.Pattern[bytes] | None) -> Iterator[tuple[bytes, bytes]]:
    """The attributes and the inside of every cell with a mark in its tag, or in the tag right after it."""
    for found in mark.finditer(xml) if mark else ():
        start = xml.rfind(b"<", 0, found.start() + 1)
        if not _CELL_TAG.match(xml, start):
            start = xml.rfind(b"<", 0, start)
        if _CELL_TAG.match(xml, start):
            opened = xml.index(b">", start)
            end = None if xml[opened - 1 : opened] == b"/" else _CELL_END.search(xml, opened)
            yield xml[start:opened], xml[opened : end.start() if end else opened]


def _place(attributes: bytes) -> tuple[int, int]:
    """The 0-based row and column of a cell that has a reference."""
    said = _R.search(attributes)
    place = _PLACE.fullmatch(said[1]) if said else None
    if not place:
        raise guards.damaged("A cell of the workbook has no place in its sheet.")
    return int(place[2]) - 1, _column(place[1].decode()) - 1


def _column(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
