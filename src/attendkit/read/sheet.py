"""The XML of one sheet, scanned as bytes for what the workbook reader does not tell.

calamine gives values fast and loses three things: which cells are errors, which are formulas that were never
calculated, and how many rows are hidden. It also trusts every reference, so they are proved here first.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from xml.parsers import expat

from attendkit.read import guards
from attendkit.read.grid import Cell

_CHUNK = 8 * guards.MB
_ATTRIBUTES = rb"""(?:[^<>"']|"[^"]*"|'[^']*')*?"""
_TAG = rb"<(?:[\w.-]+:)?%b(?=[\s/>])"
_CELL_TAG = re.compile(_TAG % b"c")
_REFERENCE = re.compile(_TAG % b"c" + rb"""[^<>]*?\sr\s*=\s*["']([A-Za-z]{1,3})([1-9][0-9]{0,6})["']""")
_ROW_OR_CELL = re.compile(rb"<(?:[\w.-]+:)?(row|c)(?=[\s/>])(" + _ATTRIBUTES + rb")(/?>)")
_PLACE = re.compile(rb"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_R = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_ERROR_TYPE = re.compile(rb"""\st\s*=\s*(?:"e"|'e')""")
_FORMULA = re.compile(_TAG % b"f")
_CELL_END = re.compile(rb"</(?:[\w.-]+:)?c\s*>")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>([^<]+)</")
_TEXT_TYPE = re.compile(rb"""\st\s*=\s*["']str["']""")
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


def scan(xml: bytes) -> Sheet:
    """A sheet proved sound enough for the reader.

    Raises:
        UnreadableError: `not_a_table` where it is not well-formed or its rows are out of order; `too_large`
            where a stray cell would make the reader fill the area up to it.
    """
    _check_well_formed(xml)
    rows, columns, plain = _reach(xml)
    if not plain:
        xml = _referenced(xml)
        rows, columns, plain = _reach(xml)
        if not plain:
            raise guards.damaged("A cell of the workbook has no place in its sheet.")
    return Sheet(xml, rows, columns, _errors(xml) | _uncalculated(xml), _hidden_rows(xml))


def _check_well_formed(xml: bytes) -> None:
    guards.check_xml(xml)
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError as fault:
        raise guards.damaged("A sheet of the workbook is damaged.") from fault


def _reach(xml: bytes) -> tuple[int, int, bool]:
    """The rows and columns down to the last cell, and whether every cell has a reference."""
    above, widest, plain, start = 0, 0, True, 0
    while start < len(xml):
        end = xml.find(b"<", start + _CHUNK)
        chunk = xml[start : end if end > 0 else len(xml)]
        start += len(chunk)
        found = _REFERENCE.findall(chunk)
        plain = plain and len(found) == len(_CELL_TAG.findall(chunk))
        if not found:
            continue
        for row, _ in groupby(found, key=itemgetter(1)):
            if int(row) < above:  # the reader keeps only what stands between the first and the last
                raise guards.damaged("The rows of a sheet are out of order.")
            above = int(row)
        widest = max(widest, *(_column(letters.upper()) for letters in {letters for letters, _ in found}))
        guards.check_sheet(above, widest, f"{_letters(widest)}{above}")
    return above, widest, plain


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


def _cells_around(xml: bytes, mark: re.Pattern[bytes] | None) -> Iterator[tuple[bytes, bytes]]:
    """The attributes and the inside of every cell with a mark in its tag, or in the tag right after it."""
    for found in mark.finditer(xml) if mark else ():
        start = xml.rfind(b"<", 0, found.start() + 1)
        if not _CELL_TAG.match(xml, start):
            start = xml.rfind(b"<", 0, start)
        if _CELL_TAG.match(xml, start):
            opened = xml.index(b">", start)
            end = _CELL_END.search(xml, opened)
            yield xml[start:opened], xml[opened : end.start() if end else len(xml)]


def _place(attributes: bytes) -> tuple[int, int]:
    """The 0-based row and column of a cell that has a reference."""
    said = _R.search(attributes)
    place = _PLACE.fullmatch(said[1]) if said else None
    if not place:
        raise guards.damaged("A cell of the workbook has no place in its sheet.")
    return int(place[2]) - 1, _column(place[1].upper()) - 1


def _column(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
