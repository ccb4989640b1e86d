"""What is refused before any parser sees a byte: a parser that aborts takes the whole program with it.

Every limit here was set above the largest real export (a school year is 551,000 marks, 40 MB of CSV) and
below the size at which a reader was seen to hang or to abort.
"""

import errno
import os
import stat
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

from attendkit.errors import UnreadableError

MB = 1 << 20

MOST_BYTES = 200 * MB
"""The largest file that is read."""

MOST_LINE = MB
"""The longest line of a text file, in bytes of UTF-8."""

MOST_LINES = 5_000_000
"""The most lines of a text file: Polars was seen to abort at 100 million."""

MOST_COLUMNS = 20_000
"""The most cells in one row of a text file. Excel stops at 16,384."""

MOST_CELLS = 40_000_000
"""The most cells of a table, its widest row times its rows, since every row is given that width."""

MOST_SHEET_CELLS = 15_000_000
"""The same for a sheet: calamine was seen to abort at 60 million."""

MOST_UNPACKED = 500 * MB
"""The most that all parts of a workbook may unpack to."""

MOST_RATIO = 200
"""How many times its packed size one part may unpack to, once it is over `SMALL_PART`."""

SMALL_PART = 8 * MB
"""A part that unpacks to less than this is harmless however well it packs."""

MOST_PARTS = 10_000
"""The most parts of a workbook."""

_SPLIT_REMEDY = "Export a shorter period or fewer pupils at a time."
_SAVE_AGAIN = "Open it in Excel, choose File > Save As > Excel Workbook (.xlsx), and use the new file."


def take(path: Path) -> bytes:
    """The bytes of an ordinary file, read once.

    The path is opened here and nowhere else, so that no reader can take `report[1].csv` for a pattern, wait
    on a pipe, or see a second version of the file.

    Raises:
        UnreadableError: `cannot_open` or `too_large`.
    """
    try:
        if path.is_dir():  # asked first, because Windows calls a folder a lack of permission
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise _cannot_open("This is not an ordinary file.", "Give the name of an exported file.")
            if about.st_size > MOST_BYTES:
                raise _too_large(f"The file is {about.st_size / MB:,.0f} MB; {MOST_BYTES // MB} MB is read.")
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        raise _os_refusal(fault) from fault


def check_text(text: bytes, breaks: int) -> None:
    """Refuse a text with more line breaks, or a longer line, than any register: they hang or abort a reader.

    Raises:
        UnreadableError: `too_large`, naming the line.
    """
    if breaks > MOST_LINES:
        raise _too_large(f"The file has {breaks:,} line breaks; {MOST_LINES:,} lines are read.")
    if len(text) <= MOST_LINE:
        return
    start = 0
    while start + MOST_LINE < len(text):  # jump a whole limit at a time, back to the last break before it
        window = start + MOST_LINE + 1
        end = max(text.rfind(b"\n", start, window), text.rfind(b"\r", start, window))
        if end < 0:
            line = 1 + text.count(b"\n", 0, start)
            raise _too_large(f"A line is over {MOST_LINE:,} bytes long.", where=f"line {line}")
        start = end + 1


def check_cells(cells: int, most: int = MOST_CELLS) -> None:
    """Refuse a text with more delimiters, or sheets with more cells between them, than can be held.

    Raises:
        UnreadableError: `too_large`.
    """
    if cells > most:
        raise _too_large(f"The file has {cells:,} cells; {most:,} are read.")


def check_table(height: int, width: int) -> None:
    """Refuse a table whose widest row would blow up every other row to its width.

    Raises:
        UnreadableError: `too_large`.
    """
    if width > MOST_COLUMNS or height * width > MOST_CELLS:
        raise _too_large(
            f"One row has {width:,} cells, in a file of {height:,} rows.",
            remedy="Open it in Excel, delete the columns that hold nothing, and save it again.",
        )


def check_sheet(rows: int, columns: int, cell: str) -> None:
    """Refuse a sheet with a stray cell so far out that the reader would fill the area up to it.

    Raises:
        UnreadableError: `too_large`, naming the cell.
    """
    if rows * columns > MOST_SHEET_CELLS:
        raise _too_large(
            f"The sheet reaches to cell {cell}: {rows:,} rows by {columns:,} columns.",
            remedy="Press Ctrl+End in Excel to find the stray cell, delete the empty rows and columns up to "
            "it, and save the workbook.",
        )


def check_xml(part: bytes) -> None:
    """Refuse a part that declares entities, is not UTF-8, or is not well-formed.

    The reader stops in silence where a part is cut, so that rows would be missing.

    Raises:
        UnreadableError: `not_a_table`.
    """
    if b"<!DOCTYPE" in part:
        raise damaged("A part of the workbook declares entities, which Excel does not write.")
    try:
        expat.ParserCreate("utf-8").Parse(part, True)  # whatever encoding it claims: the reader knows one
    except expat.ExpatError as fault:
        raise damaged("A part of the workbook is damaged.") from fault


def part_names(data: bytes) -> list[str]:
    """The names of the parts of a zip, as they are written.

    Raises:
        UnreadableError: `not_a_table` where it is cut short or damaged.
    """
    with _opened(data) as archive:
        return archive.namelist()


def unpack(data: bytes) -> dict[str, bytes]:
    """The XML parts of a workbook by lower-case name, their sizes and checksums proved.

    Raises:
        UnreadableError: `too_large` for what unpacks too far; `not_a_table` for a damaged zip, a part given
            twice, or a part whose name leads out of the zip.
    """
    with _opened(data) as archive:
        parts = archive.infolist()
        _check_sizes(parts)
        try:
            found = {_name(part): archive.read(part) for part in parts if _is_xml(part.filename)}
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as fault:
            raise damaged("The workbook is damaged: a part of it fails its checksum.") from fault
        except RuntimeError as fault:
            raise damaged("The workbook is a zip with a password.") from fault
    if len(found) < sum(_is_xml(part.filename) for part in parts):
        raise damaged("The workbook holds two parts of one name.")
    return found


def damaged(what: str) -> UnreadableError:
    """The refusal of a workbook that cannot be trusted, with the way to save it again."""
    return UnreadableError(what, reason="not_a_table", remedy=f"Export it again. {_SAVE_AGAIN}")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    total = sum(part.file_size for part in parts)
    if total > MOST_UNPACKED:
        raise _too_large(f"The workbook unpacks to {total / MB:,.0f} MB.")
    for part in parts:
        if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise damaged("The workbook is packed in a way that Excel does not use.")
        if part.file_size > max(SMALL_PART, MOST_RATIO * part.compress_size):
            raise _too_large(
                f"A part of the workbook unpacks to {part.file_size / MB:,.0f} MB, over {MOST_RATIO} times "
                "its packed size."
            )


def _name(part: zipfile.ZipInfo) -> str:
    name = part.filename.replace("\\", "/")  # some writers on Windows
    if name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise damaged("The workbook holds a part whose name leads out of it.")
    return name.lower()  # part names do not depend on case


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _opened(data: bytes) -> zipfile.ZipFile:
    if (parts := data.count(b"PK\x01\x02")) > MOST_PARTS:  # as the list of parts marks each of them
        raise _too_large(f"The workbook has {parts:,} parts.")
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as fault:
        raise damaged("The workbook is damaged or was cut short while it was copied.") from fault


def _os_refusal(fault: OSError | ValueError) -> UnreadableError:
    match fault:
        case FileNotFoundError():
            return _cannot_open("There is no such file.", "Check the name and the folder.")
        case IsADirectoryError():
            return _cannot_open("This is a folder.", "Give the names of the exported files in it.")
        case PermissionError():
            return _cannot_open(
                "The file may not be read.",
                "If it is open in Excel, close it there and try again; if not, ask for the right to read it.",
            )
        case OSError(errno=errno.ELOOP):
            return _cannot_open("The link leads back to itself.", "Give the name of the file itself.")
        case _:
            why = (
                fault.strerror if isinstance(fault, OSError) and fault.strerror else "a name no file can have"
            )
            return _cannot_open(f"The file cannot be read: {why}.", "Copy it to this computer and try again.")


def _cannot_open(what: str, remedy: str) -> UnreadableError:
    return UnreadableError(what, reason="cannot_open", remedy=remedy)


def _too_large(what: str, *, where: str = "", remedy: str = _SPLIT_REMEDY) -> UnreadableError:
    return UnreadableError(what, reason="too_large", where=where, remedy=remedy)
