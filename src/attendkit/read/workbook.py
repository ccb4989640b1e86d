"""A workbook to grids: the values of each visible sheet as text, with the kind of every cell.

The reader (calamine) is given a workbook made here from parts already measured and proved, so that no size,
name, reference or entity in the original reaches it.
"""

import datetime as dt
import posixpath
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

import polars as pl
from python_calamine import CalamineWorkbook

from attendkit.errors import UnreadableError
from attendkit.read import guards
from attendkit.read.grid import Cell, Grid
from attendkit.read.sheet import Sheet, scan, without_cdata

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"

_NOT_CELLS = ("chartsheet", "dialogsheet", "xlMacrosheet")
_UNHIDE = "In Excel, right-click a sheet's tab and choose Unhide, or export the register again."

_EXACT = 1e15
"""Excel keeps 15 digits: a whole number above this is written as it is kept, 1e+20."""

Value = str | float | bool | dt.date | dt.time | dt.timedelta


@dataclass(frozen=True)
class Workbook:
    """The grids of a workbook's visible sheets, and the names of the sheets that were not read."""

    grids: tuple[Grid, ...]
    date_1904: bool
    skipped: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """A sheet as the workbook lists it."""

    name: str
    path: str
    visible: bool


def workbook(data: bytes) -> Workbook:
    """The visible sheets of an .xlsx or .xlsm with anything in them.

    Raises:
        UnreadableError: `not_a_table` where it is damaged, `too_large`, or `no_rows`.
    """
    parts = guards.unpack(data)
    book, sheets, others = _contents(parts)
    visible = [sheet for sheet in sheets if sheet.visible]
    scanned = [scan(parts[sheet.path]) for sheet in visible]
    guards.check_cells(sum(sheet.rows * sheet.columns for sheet in scanned), guards.MOST_SHEET_CELLS)
    date_1904 = _date_1904(book)
    grids = _read(visible, scanned, others, date_1904=date_1904)
    full = tuple(grid for grid in grids if grid.cells.height)
    if not full:
        raise UnreadableError("No visible sheet has anything in it.", reason="no_rows", remedy=_UNHIDE)
    kept = {grid.name for grid in full}
    skipped = tuple(sheet.name for sheet in sheets if sheet.name not in kept)
    hidden = sum(sheet.hidden_columns for sheet in scanned)
    remarks = (f"{hidden:,} hidden column{'s' if hidden > 1 else ''} read too.",) if hidden else ()
    return Workbook(full, date_1904, skipped, remarks)


def _contents(parts: dict[str, bytes]) -> tuple[ET.Element, list[_Part], dict[str, bytes]]:
    """The workbook part, its sheets, and the texts and styles they share."""
    start = _targets(parts, "").get("officeDocument", [("", "xl/workbook.xml")])[0][1]
    if start not in parts:
        raise guards.damaged("The workbook lacks its list of sheets.")
    book = _element(parts[start])
    targets = _targets(parts, start)
    worksheets = dict(targets.get("worksheet", []))
    charts = {key for kind in _NOT_CELLS for key, _ in targets.get(kind, [])}
    sheets = [
        _Part(
            sheet.get("name", ""),
            worksheets.get(_link(sheet), ""),
            sheet.get("state", "visible") == "visible",
        )
        for sheet in book.iter()
        if _local(sheet.tag) == "sheet" and _link(sheet) not in charts
    ]
    if any(sheet.path not in parts for sheet in sheets):
        raise guards.damaged("The workbook lacks one of its sheets.")
    others = {}
    for kind in ("sharedStrings", "styles"):
        for _, path in targets.get(kind, [])[:1]:
            if path in parts:
                guards.check_xml(parts[path])
                others[kind] = without_cdata(parts[path])
    return book, sheets, others


def _targets(parts: dict[str, bytes], source: str) -> dict[str, list[tuple[str, str]]]:
    """What a part links to: by kind, the link's id and the part's name."""
    folder, name = posixpath.split(source)
    links = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, list[tuple[str, str]]] = {}
    for link in _element(links) if links else ():
        target = link.get("Target", "").replace("\\", "/")
        path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower()
        found.setdefault(link.get("Type", "").rsplit("/", 1)[-1], []).append((link.get("Id", ""), path))
    return found


def _element(part: bytes) -> ET.Element:
    guards.check_xml(part)
    return ET.fromstring(part, ET.XMLParser(encoding="utf-8"))  # noqa: S314 - entities were refused above


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _link(sheet: ET.Element) -> str:
    return sheet.get(f"{{{_OFFICE}}}id") or sheet.get(f"{{{_STRICT_OFFICE}}}id") or ""


def _date_1904(book: ET.Element) -> bool:
    return any(
        _local(part.tag) == "workbookPr" and part.get("date1904", "0").lower() in {"1", "true", "on"}
        for part in book.iter()
    )


def _read(
    listed: list[_Part], sheets: list[Sheet], others: dict[str, bytes], *, date_1904: bool
) -> list[Grid]:
    """The grid of each sheet, by the reader."""
    file = _rebuilt([sheet.xml for sheet in sheets], others, date_1904=date_1904)
    try:
        with CalamineWorkbook.from_filelike(file) as book:
            read = [book.get_sheet_by_index(index) for index in range(len(sheets))]
            return [
                _grid(
                    part.name, sheet, cells.to_python(skip_empty_area=False), cells.merged_cell_ranges or []
                )
                for part, sheet, cells in zip(listed, sheets, read, strict=True)
            ]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as fault:  # a panic inside the reader is not an Exception
        raise guards.damaged("The workbook is damaged: its cells cannot be read.") from fault


def _rebuilt(sheets: Sequence[bytes], others: dict[str, bytes], *, date_1904: bool) -> BytesIO:
    """A plain workbook of these sheets, named 1, 2, ... and packed without compression."""
    links = [("worksheet", f"worksheets/sheet{n}.xml", xml) for n, xml in enumerate(sheets, start=1)]
    links += [(kind, f"{kind}.xml", xml) for kind, xml in others.items()]
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
    properties = f'<workbookPr date1904="{int(date_1904)}"/>'
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
        "_rels/.rels": _relationships([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relationships([(kind, path) for kind, path, _ in links]),
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        for _, path, xml in links:
            archive.writestr(f"xl/{path}", xml)
    file.seek(0)
    return file


def _relationships(links: Iterable[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target={quoteattr(path)}/>'
        for n, (kind, path) in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{listed}</Relationships>'


def _grid(
    name: str,
    sheet: Sheet,
    values: list[list[Value]],
    merged: list[tuple[tuple[int, int], tuple[int, int]]],
) -> Grid:
    """One sheet's values as text, with the cells the reader lost put back."""
    height = max([len(values), *(row + 1 for row, _ in sheet.odd)])
    width = max([len(values[0]) if values else 0, *(column + 1 for _, column in sheet.odd)])
    rows = values
    if sheet.odd:  # cells at the edge that the reader did not see
        rows = [row + [""] * (width - len(row)) for row in values] + [[""] * width] * (height - len(values))
    odd: dict[int, dict[int, tuple[str, Cell]]] = {}
    for (row, column), cell in sheet.odd.items():
        odd.setdefault(column, {})[row] = cell
    columns = [_column(values, odd.get(index, {})) for index, values in enumerate(zip(*rows, strict=True))]
    return Grid(
        name,
        pl.DataFrame({f"c{index}": texts for index, (texts, _) in enumerate(columns)}),
        pl.Series("row", range(1, height + 1), dtype=pl.UInt32),
        pl.DataFrame({f"c{index}": kinds for index, (_, kinds) in enumerate(columns)}),
        tuple(
            (top, left, min(bottom, height - 1), min(right, width - 1))
            for (top, left), (bottom, right) in merged
            if top < height and left < width
        ),
        sheet.hidden_rows,
    )


def _column(values: Sequence[Value], odd: dict[int, tuple[str, Cell]]) -> tuple[pl.Series, pl.Series]:
    """The texts and the kinds of one column."""
    if not odd and set(map(type, values)) <= {str}:
        return pl.Series(values, dtype=pl.String), pl.zeros(len(values), dtype=pl.UInt8, eager=True)
    cells = [_WRITTEN[type(value)](value) for value in values]
    for row, cell in odd.items():
        cells[row] = cell
    texts, kinds = zip(*cells, strict=True)
    return pl.Series(texts, dtype=pl.String), pl.Series(kinds, dtype=pl.UInt8)


def _number(value: float) -> tuple[str, Cell]:
    return (str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)), Cell.NUMBER


def _moment(value: dt.datetime) -> tuple[str, Cell]:
    whole = value.time() == dt.time()
    return (value.date().isoformat() if whole else value.isoformat(timespec="seconds")), Cell.DATE


_WRITTEN: dict[type, Callable[..., tuple[str, Cell]]] = {
    str: lambda value: (value, Cell.TEXT),
    float: _number,
    int: lambda value: (str(value), Cell.NUMBER),
    bool: lambda value: (str(value), Cell.BOOLEAN),
    dt.datetime: _moment,
    dt.date: lambda value: (value.isoformat(), Cell.DATE),
    dt.time: lambda value: (value.isoformat(timespec="seconds"), Cell.DATE),
    dt.timedelta: lambda value: (str(value), Cell.DATE),
}
"""How each kind of value the reader gives is written."""
