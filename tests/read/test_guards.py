"""Nothing reaches a parser that would hang it or abort it, and each refusal says what to do."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from tests.read.books import book, parts, row, sheet, zipped

from attendkit.errors import UnreadableError
from attendkit.read import guards
from attendkit.read.opening import open_file
from attendkit.read.text import decode

ROW = row(1, "Adno", "Mark")


def refused(path: Path) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        open_file(path)
    assert caught.value.what
    assert caught.value.remedy
    assert caught.value.where.startswith(path.name)
    return caught.value


def written(folder: Path, content: bytes, name: str = "export.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# --- the file itself -----------------------------------------------------------------------------------


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.csv").reason == "cannot_open"


def test_a_folder_is_refused_as_a_folder(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path).what


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    assert refused(loop).reason == "cannot_open"


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(written(tmp_path, b"a,b\n1,2\n", "real.csv"))
    assert open_file(link).grids[0].cells.height == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on Windows")
def test_a_pipe_is_refused_without_waiting_on_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "ordinary" in refused(tmp_path / "pipe.csv").what


def test_a_file_open_in_excel_is_refused_with_close_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, b"a,b\n")

    def locked(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", locked)
    assert "close it" in refused(path).remedy


def test_a_fault_of_the_disk_is_told_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, b"a,b\n")

    def broken(*_: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "open", broken)
    assert "Input/output error" in refused(path).what


def test_a_name_no_file_can_have_is_refused() -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        open_file(Path("a\0b.csv"))


def test_a_name_with_brackets_is_a_name_and_no_pattern(tmp_path: Path) -> None:
    written(tmp_path, b"wrong,file\n", "report1.csv")
    source = open_file(written(tmp_path, b"right,file\n", "report[1].csv"))
    assert source.grids[0].cells.row(0) == ("right", "file")


def test_a_file_is_read_up_to_the_limit_and_refused_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "MOST_BYTES", 8)
    assert open_file(written(tmp_path, b"a,b\n1,2\n")).grids[0].cells.height == 2
    assert refused(written(tmp_path, b"a,b\n1,23\n")).reason == "too_large"


# --- text ----------------------------------------------------------------------------------------------


def test_a_line_is_read_up_to_the_limit_and_refused_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "MOST_LINE", 10)
    fits = b"a,b\r\n" + b"x" * 10 + b"\r\nc,d\r\n"
    assert open_file(written(tmp_path, fits)).grids[0].cells.height == 3
    fault = refused(written(tmp_path, b"a,b\r\n" + b"x" * 11 + b"\r\nc,d\r\n"))
    assert fault.reason == "too_large"
    assert fault.where == "export.xlsx, line 2"


def test_a_last_line_without_an_end_is_measured_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MOST_LINE", 10)
    guards.check_text(b"a\n" + b"x" * 10, 1)
    with pytest.raises(UnreadableError, match="over 10 bytes"):
        guards.check_text(b"a\n" + b"x" * 11, 1)


def test_lines_are_counted_up_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MOST_LINES", 3)
    assert open_file(written(tmp_path, b"a\nb\nc\nd")).grids[0].cells.height == 4
    assert refused(written(tmp_path, b"a\nb\nc\nd\n")).reason == "too_large"
    assert refused(written(tmp_path, b"\r\r\r\r")).reason == "too_large"


@pytest.mark.parametrize("quoted", ["", '"q"'])
def test_a_row_of_20_000_cells_is_read_and_one_more_is_refused(tmp_path: Path, quoted: str) -> None:
    row_of = (quoted + ",x" * 19_999 + "\n").encode()
    assert open_file(written(tmp_path, b"a,b\n" + row_of)).grids[0].cells.shape == (2, 20_000)
    assert refused(written(tmp_path, b"a,b\n," + row_of)).reason == "too_large"


def test_one_wide_row_may_not_blow_up_all_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MOST_CELLS", 60)
    narrow, wide = b"a,b\n" * 9, b'"x",' + b"," * 4
    assert open_file(written(tmp_path, narrow + wide + b"\n")).grids[0].cells.shape == (10, 6)
    assert refused(written(tmp_path, narrow + wide + b",\n")).reason == "too_large"


def test_a_file_of_nothing_but_delimiters_is_refused_before_it_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "MOST_CELLS", 100)
    assert "101 cells" in refused(written(tmp_path, b"a" + b"," * 100 + b"\n")).what


def test_a_gzip_is_refused_before_anything_unpacks_it(tmp_path: Path) -> None:
    assert "gzip" in refused(written(tmp_path, b"\x1f\x8b\x08\0rest", "marks.csv")).what


def test_end_of_file_marks_by_the_million_do_not_hang() -> None:
    assert decode(b"a,b\n" + b"\x1a" * 1_000_000).body == b"a,b\n"


# --- workbooks -----------------------------------------------------------------------------------------


def test_a_part_that_unpacks_by_over_200_times_is_refused(tmp_path: Path) -> None:
    padding = "<!--" + " " * (9 * guards.MB) + "-->"
    fault = refused(written(tmp_path, book(sheet(ROW, before=padding))))
    assert fault.reason == "too_large"
    small = "<!--" + " " * (7 * guards.MB) + "-->"
    assert open_file(written(tmp_path, book(sheet(ROW, before=small)))).grids


def test_parts_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = book(sheet(ROW))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        total = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(guards, "MOST_UNPACKED", total)
    assert open_file(written(tmp_path, content)).grids
    monkeypatch.setattr(guards, "MOST_UNPACKED", total - 1)
    assert refused(written(tmp_path, content)).reason == "too_large"


def test_a_stray_far_cell_is_refused_and_named(tmp_path: Path) -> None:
    far = ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    fault = refused(written(tmp_path, book(sheet(far))))
    assert fault.reason == "too_large"
    assert "XFD1048576" in fault.what
    assert "Ctrl+End" in fault.remedy


def test_a_far_cell_that_hides_behind_missing_references_is_counted(tmp_path: Path) -> None:
    far = ROW + f'<row r="1048576">{"<c/>" * 16_384}</row>'
    assert "XFD1048576" in refused(written(tmp_path, book(sheet(far)))).what


def test_a_far_cell_that_hides_behind_a_bracket_is_refused(tmp_path: Path) -> None:
    far = ROW + '<row r="2"><c z=">" r="XFD1048576"><v>1</v></c></row>'
    assert refused(written(tmp_path, book(sheet(far)))).reason == "not_a_table"


@pytest.mark.parametrize("reference", ["ZZZZ1", "A0", "A12345678", "1", "A"])
def test_a_reference_no_sheet_has_is_refused(tmp_path: Path, reference: str) -> None:
    rows = f'<row r="1"><c r="{reference}"><v>1</v></c></row>'
    assert refused(written(tmp_path, book(sheet(rows)))).reason == "not_a_table"


def test_far_declared_dimensions_with_near_cells_are_harmless(tmp_path: Path) -> None:
    content = book(sheet(ROW, before='<dimension ref="A1:XFD1048576"/>'))
    assert open_file(written(tmp_path, content)).grids[0].cells.shape == (1, 2)


def test_the_area_of_a_sheet_and_of_all_sheets_has_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "MOST_SHEET_CELLS", 12)
    tall = sheet('<row r="6"><c r="B6"><v>1</v></c></row>')
    assert open_file(written(tmp_path, book(tall))).grids[0].cells.shape == (6, 2)
    assert refused(written(tmp_path, book(tall, sheet(ROW)))).reason == "too_large"
    taller = sheet('<row r="7"><c r="B7"><v>1</v></c></row>')
    assert refused(written(tmp_path, book(taller))).reason == "too_large"


def test_rows_out_of_order_are_refused_since_the_reader_would_lose_some(tmp_path: Path) -> None:
    fault = refused(written(tmp_path, book(sheet(row(3, "a") + row(1, "b")))))
    assert "out of order" in fault.what


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
)
def test_entities_are_refused_in_any_part(tmp_path: Path, part: str) -> None:
    found = parts([sheet(ROW)])
    found[part] = '<!DOCTYPE x [<!ENTITY a "aa">]>' + str(found[part])
    assert "entities" in refused(written(tmp_path, zipped(found))).what


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
)
def test_a_part_that_stops_early_is_refused(tmp_path: Path, part: str) -> None:
    found = parts([sheet(ROW)])
    found[part] = str(found[part])[:-3]
    assert refused(written(tmp_path, zipped(found))).reason == "not_a_table"


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
)
def test_a_missing_part_is_refused(tmp_path: Path, part: str) -> None:
    found = parts([sheet(ROW)])
    del found[part]
    assert refused(written(tmp_path, zipped(found))).reason == "not_a_table"


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil.xml", "C:/evil.xml", "xl\\..\\..\\evil.xml"])
def test_a_part_whose_name_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    fault = refused(written(tmp_path, zipped({**parts([sheet(ROW)]), name: "<a/>"})))
    assert "leads out" in fault.what


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    file = BytesIO(book(sheet(ROW)))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/worksheets/Sheet1.xml", sheet(row(1, "another")))
    assert "two parts" in refused(written(tmp_path, file.getvalue())).what


def test_a_flipped_byte_fails_its_checksum(tmp_path: Path) -> None:
    content = bytearray(book(sheet(ROW)))
    at = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[at] ^= 1
    assert refused(written(tmp_path, bytes(content))).reason == "not_a_table"


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    content = book(sheet(ROW))
    assert "cut short" in refused(written(tmp_path, content[: len(content) // 2])).what


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_workbook_packed_as_excel_never_does_is_refused(tmp_path: Path, method: int) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, part in parts([sheet(ROW)]).items():
            archive.writestr(name, part)
    assert "packed in a way" in refused(written(tmp_path, file.getvalue())).what


def test_parts_are_counted_before_they_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MOST_PARTS", 5)
    assert open_file(written(tmp_path, book(sheet(ROW)))).grids
    monkeypatch.setattr(guards, "MOST_PARTS", 4)
    assert refused(written(tmp_path, book(sheet(ROW)))).reason == "too_large"


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    content = bytearray(book(sheet(ROW)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + offset] |= 1
    assert refused(written(tmp_path, bytes(content))).reason == "not_a_table"
