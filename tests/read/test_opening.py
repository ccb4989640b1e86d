"""A file is what it holds, whatever it is called, and what cannot be read says how to save it."""

import hashlib
import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from tests.read.books import book, row, sheet, zipped

from attendkit.errors import UnreadableError
from attendkit.read.opening import open_file

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
RIGHT, WRONG = "hedgerow", "hedge"
CSV = "Adno,Surname,Mark\r\n000417,Ó Briain,/\r\n000418,Ng,\\\r\n"


def reason(folder: Path, content: bytes, name: str = "export.csv", password: str | None = None) -> str:
    """Why a file is refused, having seen that the refusal says what, where and what to do."""
    path = folder / name
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        open_file(path, password)
    assert all((caught.value.what, caught.value.remedy, caught.value.where == name))
    return f"{caught.value.reason}: {caught.value.what}"


def test_the_digest_is_of_the_bytes_and_the_file_is_its_name(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(CSV, "utf-8", newline="")
    source = open_file(path)
    assert source.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (source.file, source.encoding, source.delimiter) == ("export.csv", "utf-8", ",")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "no_rows"),
        (b"\r\n \r\n,,,\r\n", "no_rows"),
        (b"\0" * 600, "no_rows"),
        (b"%PDF-1.7\n%...", "not_a_table: This is a PDF"),
        (b"\x89PNG\r\n\x1a\n...", "not_a_table: This is a picture"),
        (b"\xff\xd8\xff\xe0..JFIF", "not_a_table: This is a picture"),
        (b"{\\rtf1 Register}", "not_a_table: This is a Word document"),
        (b"\x1f\x8b\x08\0\0\0", "not_a_table: This is a compressed file (gzip)"),
        (b"MZ\x90\0\x03\0", "not_a_table: This is a program"),
        (b"<html><table><tr><td>Adno", "html_not_excel"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML PUBLIC>", "html_not_excel"),
        (b"<TABLE border=1>", "html_not_excel"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "html_not_excel"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "html_not_excel"),
        ("<html><table>".encode("utf-16"), "html_not_excel"),
        (
            b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook>',
            "spreadsheetml_2003",
        ),
        (b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "spreadsheetml_2003"),
        (b'<?xml version="1.0"?><CTfile><Header>', "not_a_table: This is a Common Transfer File"),
        (b'<?xml version="1.0"?><Pupils/>', "not_a_table: This is an XML file"),
        (OLE + "Workbook".encode("utf-16-le"), "legacy_xls"),
        (OLE + "Book".encode("utf-16-le"), "legacy_xls"),
        (OLE + "WordDocument".encode("utf-16-le"), "not_a_table: This is an old Office document"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password_protected"),
        (b"\x07Officer" + b" " * 157, "excel_lock_file"),
        (random.Random(4).randbytes(5000), "not_text"),  # noqa: S311 - the same each time
        (bytes(range(1, 127)) * 20, "not_text"),
    ],
)
@pytest.mark.parametrize("name", ["export.csv", "export.xlsx", "export.xls"])
def test_what_is_no_table_is_refused_by_its_content(
    tmp_path: Path, content: bytes, expected: str, name: str
) -> None:
    assert reason(tmp_path, content, name).startswith(expected)


@pytest.mark.parametrize("name", ["~$marks.xlsx", ".~lock.marks.xlsx#"])
def test_a_lock_file_is_known_by_its_name_too(tmp_path: Path, name: str) -> None:
    assert reason(tmp_path, b"Officer,laptop", name).startswith("excel_lock_file")


def test_a_short_csv_of_a_lock_files_size_is_no_lock_file(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_bytes(b"Adno,Mark\n" + b"1,/\n" * 38 + b"10,")
    assert path.stat().st_size == 165
    assert open_file(path).grids[0].cells.height == 40


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("content.xml", "OpenDocument"),
        ("Index/Document.iwa", "Numbers"),
        ("word/document.xml", "a Word document"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("xl/workbook.bin", ".xlsb"),
        ("marks.csv", "a zip"),
    ],
)
def test_other_zips_are_named(tmp_path: Path, part: str, words: str) -> None:
    assert words in reason(tmp_path, zipped({part: "x"}), "export.xlsx")


@pytest.mark.parametrize("name", ["export.xlsx", "export.xlsm", "export.csv", "export.xls", "export"])
def test_a_workbook_opens_under_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(book(sheet(row(1, "Adno", "Mark"))))
    assert open_file(path).grids[0].cells.rows() == [("Adno", "Mark")]


@pytest.mark.parametrize("name", ["export.xlsx", "export.xls", "export.txt", "export"])
def test_a_csv_opens_under_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(CSV, "utf-8", newline="")
    assert open_file(path).grids[0].cells.row(2) == ("000418", "Ng", "\\")


def locked(password: str) -> bytes:
    """A workbook protected as Excel does."""
    plain, file = BytesIO(), BytesIO()
    workbook = openpyxl.Workbook()
    workbook.active.append(["Adno", "Mark"])
    workbook.save(plain)
    OOXMLFile(plain).encrypt(password, file)
    return file.getvalue()


def test_a_protected_workbook_opens_with_its_password_only(tmp_path: Path) -> None:
    content = locked(RIGHT)
    path = tmp_path / "locked.xlsx"
    path.write_bytes(content)
    source = open_file(path, RIGHT)
    assert source.grids[0].cells.rows() == [("Adno", "Mark")]
    assert source.digest == hashlib.sha256(content).hexdigest()
    assert reason(tmp_path, content).startswith("password_protected: The workbook is protected")
    assert "password does not open" in reason(tmp_path, content, password=WRONG)


def test_a_damaged_protected_workbook_is_refused(tmp_path: Path) -> None:
    content = OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    assert reason(tmp_path, content, password=RIGHT).startswith("not_a_table")


def test_a_protection_made_to_take_hours_is_refused(tmp_path: Path) -> None:
    content = locked(RIGHT)
    slow = content.replace(b'spinCount="100000"', b'spinCount="999999999"')
    assert slow != content
    assert "hours" in reason(tmp_path, slow, password=RIGHT)


@pytest.mark.parametrize(("rows", "warned"), [(65_536, True), (65_535, False), (65_537, False)])
def test_a_table_that_stops_where_a_format_stops_is_remarked(tmp_path: Path, rows: int, warned: bool) -> None:  # noqa: FBT001
    path = tmp_path / "full.csv"
    path.write_text("a,b\n" * rows)
    assert any("65,536" in remark for remark in open_file(path).remarks) == warned


def _good_files() -> Iterator[bytes]:
    rows = [f'{n:06},"O’Hara, Jo",{"/" if n % 3 else "N"},"rang: ""home"""' for n in range(40)]
    text = "\r\n".join(["Adno,Name,Mark,Comment", *rows, ""])
    yield from (text.encode(), text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("cp1252"))
    file = BytesIO()
    workbook = openpyxl.Workbook()
    for line in rows:
        workbook.active.append(line.split(","))
    workbook.save(file)
    yield file.getvalue()


def _damaged(random: random.Random, content: bytes) -> bytes:
    damaged = bytearray(content)
    at = random.randrange(len(damaged))
    match random.randrange(6):
        case 0:
            for _ in range(random.randint(1, 20)):
                damaged[random.randrange(len(damaged))] = random.randrange(256)
        case 1:
            del damaged[at:]
        case 2:
            del damaged[at : at + random.randint(1, 400)]
        case 3:
            damaged[at:at] = random.choice([b"\0", b'"', b"\x1a", b"\r", b"\n,", b"\xff", b'""', b"sep=|\n"])
        case 4:
            damaged[at:at] = damaged[at // 2 : at]
        case _:
            text = content.decode("utf-8", "replace")
            damaged[:] = text.encode(random.choice(["utf-16-be", "cp1252", "utf-32", "cp037"]), "replace")
    return bytes(damaged)


def _outcome(path: Path) -> str:
    try:
        source = open_file(path)
    except UnreadableError as refusal:
        return refusal.reason if refusal.what and refusal.remedy else "says nothing"
    return "read" if all(grid.cells.height == len(grid.rows) for grid in source.grids) else "wrong"


def test_a_damaged_file_is_a_grid_or_a_refusal_and_nothing_else(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311 - the same each time
    files = list(_good_files())
    path = tmp_path / "damaged"
    outcomes = set()
    for number in range(150):
        path.write_bytes(_damaged(chance, files[number % len(files)]))
        outcomes.add(_outcome(path))
    assert outcomes >= {"read", "not_a_table", "not_text"}
    assert not outcomes & {"says nothing", "wrong"}
