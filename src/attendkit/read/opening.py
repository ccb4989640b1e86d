"""A file opened: what it is by its content, whatever its name says, and its tables."""

import hashlib
import re
from io import BytesIO
from pathlib import Path

from attendkit.errors import UnreadableError
from attendkit.read import guards
from attendkit.read.grid import Grid, Source
from attendkit.read.separated import separated
from attendkit.read.text import decode

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HEAD = 4096
_LOCK_SIZES = (54, 55, 162, 165)
_MOST_SPINS = 1_000_000
_FULL = {
    65_536: "a workbook of Excel 97-2003 stops",
    1_048_576: "an Excel workbook stops",
    100_000: "Bromcom stops a page",
    100_001: "Bromcom stops a page, after a header",
}
"""Heights of a table at which the system that wrote it may have stopped."""

_EXPORT_CSV = "Export the register itself as CSV or as an Excel workbook (.xlsx)."
_SAVE_XLSX = "Open it in Excel, choose File > Save As > Excel Workbook (.xlsx), and use the new file."

_STARTS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"(\xb5/\xfd", "a compressed file (zstd)"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed folder (7z)"),
    (b"Rar!\x1a", "a compressed folder (RAR)"),
    (b"{\\rtf", "a Word document (RTF)"),
    (b"SQLite format 3\x00", "a database (SQLite)"),
    (b"MZ\x90\x00", "a program"),
)
"""How files that are not tables start, and what they are in words."""

_PARTS = (
    ("xl/workbook.bin", "an Excel binary workbook (.xlsb)", _SAVE_XLSX),
    ("word/document.xml", "a Word document", _EXPORT_CSV),
    ("ppt/presentation.xml", "a PowerPoint presentation", _EXPORT_CSV),
    (
        "index/document.iwa",
        "an Apple Numbers or Pages document",
        "In Numbers, choose File > Export To > Excel or CSV.",
    ),
    (
        "index.zip",
        "an Apple Numbers or Pages document",
        "In Numbers, choose File > Export To > Excel or CSV.",
    ),
    (
        "content.xml",
        "an OpenDocument file (.ods)",
        "In LibreOffice, choose File > Save As > Excel 2007-365 (.xlsx).",
    ),
)
"""How other zips are known by one of their parts."""


def open_file(path: Path, password: str | None = None) -> Source:
    """The tables of one file, as text, recognised by what it holds and not by its name.

    Raises:
        UnreadableError: with what the file is, where it fails, and how to save it so that it can be read.
    """
    try:
        data = guards.take(path)
        _check_lock(path.name, data)
        digest = hashlib.sha256(data).hexdigest()
        return _opened(path.name, digest, _unlocked(data, password) if data.startswith(_OLE) else data)
    except UnreadableError as refusal:
        refusal.where = f"{path.name}, {refusal.where}" if refusal.where else path.name
        raise


def _opened(file: str, digest: str, data: bytes) -> Source:
    if data.startswith(_ZIP):
        from attendkit.read.workbook import workbook  # noqa: PLC0415 - most files are text

        _check_zip(data)
        book = workbook(data)
        return Source(
            file,
            digest,
            book.grids,
            date_1904=book.date_1904,
            skipped=book.skipped,
            remarks=book.remarks + _full_remarks(book.grids),
        )
    _check_start(data)
    text = decode(data)
    grid, delimiter, remarks = separated(text.body, cut=text.cut)
    remarks = text.remarks + remarks + _full_remarks((grid,))
    return Source(file, digest, (grid,), text.encoding, delimiter, remarks=remarks)


def _full_remarks(grids: tuple[Grid, ...]) -> tuple[str, ...]:
    """A warning where a table has just as many rows as some system can hold: the rest may be missing."""
    return tuple(
        f"The table has exactly {grid.cells.height:,} rows, where {_FULL[grid.cells.height]}: see that none "
        "are missing."
        for grid in grids
        if grid.cells.height in _FULL
    )


def _check_lock(name: str, data: bytes) -> None:
    """Refuse the owner file that Office leaves beside an open workbook: a user's name, padded."""
    padded = len(data) in _LOCK_SIZES and 0 < data[0] < 54 and not data[1 + data[0] : 54].strip(b" \0")
    if name.startswith(("~$", ".~lock.")) or padded:
        raise UnreadableError(
            "This is the lock file that Excel keeps while a workbook is open, not the workbook.",
            reason="excel_lock_file",
            remedy="Close the workbook in Excel and give the file without ~$ in its name.",
        )


def _check_start(data: bytes) -> None:
    """Refuse what is no table of text, by its first bytes."""
    if not data:
        raise UnreadableError("The file is empty.", reason="empty_file", remedy="Export it again.")
    for start, what in _STARTS:
        if data.startswith(start):
            raise _not_a_table(what, _EXPORT_CSV)
    head = data[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if re.match(rb"<!doctype html|<(?:html|head|body|meta|style|table|div)\b|mime-version:", head):
        raise _html()
    if re.match(rb"<\?xml|<!--|<(?:\w+:)?(?:workbook|ctfile|worksheet|pupils?|root)\b", head):
        raise _xml(head)


def _xml(head: bytes) -> UnreadableError:
    if b"<ctfile" in head:
        return _not_a_table(
            "a Common Transfer File (CTF)",
            "A CTF is for moving pupils between schools. Export the register as CSV or .xlsx.",
        )
    if b"<html" in head:
        return _html()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head or b'progid="excel.sheet"' in head:
        return UnreadableError(
            "This is an XML spreadsheet of 2003, whatever its name ends in.",
            reason="spreadsheetml_2003",
            remedy=_SAVE_XLSX,
        )
    return _not_a_table("an XML file", _EXPORT_CSV)


def _html() -> UnreadableError:
    return UnreadableError(
        "This is a web page (HTML) named like a spreadsheet.", reason="html_not_excel", remedy=_SAVE_XLSX
    )


def _check_zip(data: bytes) -> None:
    """Refuse a zip that is not a workbook, saying which."""
    names = {name.replace("\\", "/").lower() for name in guards.part_names(data)}
    if "xl/workbook.xml" in names:
        return
    for part, what, remedy in _PARTS:
        if part in names:
            raise _not_a_table(what, remedy)
    if "[content_types].xml" not in names:
        raise _not_a_table("a zip", "Open it and give the files inside it.")


def _unlocked(data: bytes, password: str | None) -> bytes:
    """The workbook inside an OLE file, which is either an encrypted .xlsx or an old .xls."""
    if "EncryptedPackage".encode("utf-16-le") not in data:
        raise _old_office(data)
    if password is None:
        raise _protected("The workbook is protected with a password.")
    spins = re.search(rb'spinCount="(\d+)"', data)
    if spins and int(spins[1][:20]) > _MOST_SPINS:
        raise _protected("The workbook is protected in a way that would take hours to open.")
    from msoffcrypto import OfficeFile  # noqa: PLC0415 - few files are protected
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError  # noqa: PLC0415

    opened = BytesIO()
    try:
        locked = OfficeFile(BytesIO(data))
        locked.load_key(password=password, verify_password=True)
        locked.decrypt(opened)
    except (InvalidKeyError, DecryptionError) as fault:
        raise _protected("The password does not open the workbook.") from fault
    except Exception as fault:  # the library raises whatever a damaged stream makes it raise
        raise guards.damaged("The protected workbook is damaged.") from fault
    return opened.getvalue()


def _old_office(data: bytes) -> UnreadableError:
    for stream in ("Workbook", "Book"):
        if stream.encode("utf-16-le") in data:
            return UnreadableError(
                "This is a workbook of Excel 97-2003 (.xls).", reason="legacy_xls", remedy=_SAVE_XLSX
            )
    return _not_a_table("an old Office document that holds no workbook", _EXPORT_CSV)


def _protected(what: str) -> UnreadableError:
    return UnreadableError(
        what,
        reason="password_protected",
        remedy="Give its password with --password, or save it in Excel without one (File > Info > Protect "
        "Workbook > Encrypt with Password, and leave it blank).",
    )


def _not_a_table(what: str, remedy: str) -> UnreadableError:
    return UnreadableError(f"This is {what}, not a table.", reason="not_a_table", remedy=remedy)
