"""A workbook's cells are what Excel shows, by row and kind, with nothing lost and nothing made up."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from tests.read.books import MAIN, OFFICE, PACKAGE, book, parts, row, sheet, zipped

from attendkit.errors import UnreadableError
from attendkit.read import workbook as module
from attendkit.read.grid import Cell, Grid, Source
from attendkit.read.opening import open_file

TEXT, NUMBER, DATE, BOOLEAN, ERROR, NO_VALUE = Cell


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[bytes], Source]:
    def of(content: bytes) -> Source:
        path = tmp_path / "marks.xlsx"
        path.write_bytes(content)
        return open_file(path)

    return of


def cells_of(grid: Grid) -> list[tuple[str, Cell]]:
    """Text and kind of every cell, row by row."""
    assert grid.kinds is not None
    assert grid.kinds.shape == grid.cells.shape
    texts = [cell for row in grid.cells.rows() for cell in row]
    kinds = [Cell(kind) for row in grid.kinds.rows() for kind in row]
    return list(zip(texts, kinds, strict=True))


def saved(fill: Callable[[Any], None]) -> bytes:
    """A workbook as openpyxl saves it."""
    made, file = openpyxl.Workbook(), BytesIO()
    fill(made)
    made.save(file)
    return file.getvalue()


def one(opened: Callable[[bytes], Source], cell: str, xml: str = "") -> tuple[str, Cell]:
    """The text and kind of one cell, given its XML."""
    rows = f'<row r="1">{cell}<c r="C1" t="str"><v>end</v></c></row>'
    return cells_of(opened(book(sheet(rows, before=xml))).grids[0])[0]


# --- kinds of cell -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xml", "text", "kind"),
    [
        ('<c r="A1" t="str"><v> 007 </v></c>', " 007 ", TEXT),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> \\ </t></is></c>', " \\ ", TEXT),
        ('<c r="A1" t="inlineStr"><is><r><t>O’</t></r><r><t>Dowd</t></r></is></c>', "O’Dowd", TEXT),
        ('<c r="A1" t="str"><v>a &amp; b&#10;c</v></c>', "a & b\nc", TEXT),
        ('<c r="A1" t="str"><v><![CDATA[x < y]]></v></c>', "x < y", TEXT),
        ('<c r="A1" t="str"><v>#N/A</v></c>', "#N/A", TEXT),
        ('<c r="A1"><v>417</v></c>', "417", NUMBER),
        ('<c r="A1"><v>417.0</v></c>', "417", NUMBER),
        ('<c r="A1"><v>1.5</v></c>', "1.5", NUMBER),
        ('<c r="A1"><v>-0.25</v></c>', "-0.25", NUMBER),
        ('<c r="A1" t="n"><v>7700900123</v></c>', "7700900123", NUMBER),
        ('<c r="A1"><v>1E+20</v></c>', "1e+20", NUMBER),
        ('<c r="A1" t="b"><v>1</v></c>', "True", BOOLEAN),
        ('<c r="A1" t="b"><v>0</v></c>', "False", BOOLEAN),
        ('<c r="A1" t="d"><v>2026-09-07</v></c>', "2026-09-07", DATE),
        ('<c r="A1" t="d"><v>2026-09-07T12:00:00</v></c>', "2026-09-07T12:00:00", DATE),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A", ERROR),
        ("<c r='A1' t = 'e'><f>1/0</f><v>#DIV/0!</v></c>", "#DIV/0!", ERROR),
        ('<c r="A1" t="e"></c>', "#VALUE!", ERROR),
        ('<c r="A1" t="e"/><c r="B1"><v>7</v></c>', "#VALUE!", ERROR),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "2", NUMBER),
        ('<c r="A1" t="str"><f>"/"</f><v>/</v></c>', "/", TEXT),
        ('<c r="A1" t="str"><f>IF(B1,1,"")</f><v></v></c>', "", TEXT),
        ('<c r="A1"><f>1+1</f></c>', "", NO_VALUE),
        ('<c r="A1"><f>1+1</f><v></v></c>', "", NO_VALUE),
        ('<c r="A1"><f t="shared" si="0"/><v/></c>', "", NO_VALUE),
        ('<c r="A1"/>', "", TEXT),
        ("", "", TEXT),
    ],
)
def test_a_cell_is_written_as_its_kind(
    opened: Callable[[bytes], Source], xml: str, text: str, kind: Cell
) -> None:
    assert one(opened, xml) == (text, kind)


def test_an_uncalculated_formula_beyond_every_value_is_still_a_cell(
    opened: Callable[[bytes], Source],
) -> None:
    rows = row(1, "Adno") + '<row r="3"><c r="C3"><f>A1</f></c></row>'
    grid = opened(book(sheet(rows))).grids[0]
    assert grid.cells.shape == (3, 3)
    assert [place for place, (_, kind) in enumerate(cells_of(grid)) if kind == NO_VALUE] == [8]


def test_dates_times_and_lengths_of_time_are_iso(opened: Callable[[bytes], Source]) -> None:
    values = [dt.date(2026, 9, 7), dt.datetime(2026, 9, 7, 12), dt.time(8, 45), dt.timedelta(hours=30)]  # noqa: DTZ001
    source = opened(saved(lambda made: made.active.append(values)))
    assert cells_of(source.grids[0]) == [
        ("2026-09-07", DATE),
        ("2026-09-07T12:00:00", DATE),
        ("08:45:00", DATE),
        ("1 day, 6:00:00", DATE),
    ]
    assert not source.date_1904


def test_a_1904_workbook_says_so_and_its_dates_are_right(opened: Callable[[bytes], Source]) -> None:
    def fill(made: Any) -> None:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        made.active.append([dt.date(2026, 9, 7), 44810])

    source = opened(saved(fill))
    assert source.date_1904
    assert cells_of(source.grids[0]) == [("2026-09-07", DATE), ("44810", NUMBER)]


# --- rows and columns ----------------------------------------------------------------------------------


def test_rows_are_numbered_as_excel_numbers_them(opened: Callable[[bytes], Source]) -> None:
    def fill(made: Any) -> None:
        made.active["B4"] = "Adno"
        made.active["C6"] = "/"

    grid = opened(saved(fill)).grids[0]
    assert grid.rows.to_list() == [1, 2, 3, 4, 5, 6]
    assert grid.cells.row(3) == ("", "Adno", "")
    assert grid.cells.row(5) == ("", "", "/")


def test_cells_without_references_are_counted(opened: Callable[[bytes], Source]) -> None:
    rows = (
        '<row><c t="str"><v>Adno</v></c><c t="str"><v>Mark</v></c></row>'
        '<row r="4"><c r="B4" t="str"><v>/</v></c><c t="e"><v>#REF!</v></c></row>'
        "<row><c><f>A1</f></c></row>"
    )
    grid = opened(book(sheet(rows))).grids[0]
    assert grid.cells.rows() == [
        ("Adno", "Mark", ""),
        ("", "", ""),
        ("", "", ""),
        ("", "/", "#REF!"),
        ("", "", ""),
    ]
    assert cells_of(grid)[11][1] == ERROR
    assert cells_of(grid)[12][1] == NO_VALUE


def test_prefixed_tags_are_the_same_tags(opened: Callable[[bytes], Source]) -> None:
    rows = '<x:row r="2" hidden="1"><x:c r="B2" t="e"><x:v>#N/A</x:v></x:c></x:row>'
    xml = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    grid = opened(book(xml)).grids[0]
    assert grid.cells.rows() == [("", ""), ("", "#N/A")]
    assert grid.hidden_rows == 1


def test_merged_areas_are_given_and_kept_inside_the_sheet(opened: Callable[[bytes], Source]) -> None:
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in ("A1:B1", "A2:XFD1048576", "Z9:Z10"))
    rows = row(1, "Week", "") + row(3, "a", "b")
    grid = opened(book(sheet(rows, after=f"<mergeCells>{areas}</mergeCells>"))).grids[0]
    assert grid.merged == ((0, 0, 0, 1), (1, 0, 2, 1))


def test_hidden_rows_and_columns_are_read_and_counted(opened: Callable[[bytes], Source]) -> None:
    columns = '<cols><col min="1" max="1" width="9"/><col min="2" max="16384" hidden="1"/></cols>'
    rows = row(1, "a", "b", "c") + row(2, "1", "2", "3").replace("<row", '<row hidden="true"')
    source = opened(book(sheet(rows, before=columns)))
    assert source.grids[0].cells.height == 2
    assert source.grids[0].hidden_rows == 1
    assert source.remarks == ("2 hidden columns read too.",)


# --- sheets --------------------------------------------------------------------------------------------


def test_hidden_and_empty_sheets_are_named_and_not_read(opened: Callable[[bytes], Source]) -> None:
    content = book(
        sheet(row(1, "Code", "Meaning")),
        sheet(row(1, "Adno")),
        sheet(""),
        states=["veryHidden", "visible", "visible"],
    )
    source = opened(content)
    assert [grid.name for grid in source.grids] == ["Two"]
    assert source.skipped == ("One", "Three")


@pytest.mark.parametrize("state", ["hidden", "visible"])
def test_a_workbook_with_nothing_to_show_is_refused(opened: Callable[[bytes], Source], state: str) -> None:
    rows = row(1, "Adno") if state == "hidden" else ""
    with pytest.raises(UnreadableError) as caught:
        opened(book(sheet(rows), states=[state]))
    assert caught.value.reason == "no_rows"
    assert "Unhide" in caught.value.remedy


def test_charts_are_no_sheets(opened: Callable[[bytes], Source]) -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as made:
        made.add_worksheet("Marks & “more”").write_row("A1", ["Adno", 417])
        chart = made.add_chart({"type": "line"})
        chart.add_series({"values": "='Marks & “more”'!$B$1"})
        made.add_chartsheet("Graph").set_chart(chart)
    source = opened(file.getvalue())
    assert [(grid.name, grid.cells.rows()) for grid in source.grids] == [
        ("Marks & “more”", [("Adno", "417")])
    ]


def test_a_sheet_whose_part_is_not_linked_is_refused_and_not_passed_over(
    opened: Callable[[bytes], Source],
) -> None:
    found = parts([sheet(row(1, "a")), sheet(row(1, "b"))])
    links = "xl/_rels/workbook.xml.rels"
    found[links] = str(found[links]).replace('Id="id2"', 'Id="id9"')
    with pytest.raises(UnreadableError, match="lacks one of its sheets"):
        opened(zipped(found))


def test_parts_may_have_odd_names(opened: Callable[[bytes], Source]) -> None:
    links = (
        f'<Relationship Id="a" Type="{OFFICE}/worksheet" Target="/Book\\Odd/Marks.XML"/>'
        f'<Relationship Id="b" Type="{OFFICE}/sharedStrings" Target="texts.xml"/>'
    )
    content = zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" '
            f'Type="{OFFICE}/officeDocument" Target="book/main.xml"/></Relationships>',
            "book/main.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="Marks" sheetId="1" r:id="a"/></sheets></workbook>',
            "book/_rels/main.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
            "book\\odd\\marks.xml": sheet('<row r="1"><c r="A1" t="s"><v>1</v></c></row>'),
            "book/texts.xml": f'<sst xmlns="{MAIN}"><si><t>no</t></si><si><t><![CDATA[a<b]]></t></si></sst>',
        }
    )
    assert opened(content).grids[0].cells.rows() == [("a<b",)]


@pytest.mark.parametrize("cell", ['<c r="A1" t="s"><v>5</v></c>', '<c r="A1" t="q"><v>5</v></c>'])
def test_a_cell_the_reader_cannot_read_refuses_the_workbook(
    opened: Callable[[bytes], Source], cell: str
) -> None:
    with pytest.raises(UnreadableError, match="cells cannot be read") as caught:
        opened(book(sheet(f'<row r="1">{cell}</row>')))
    assert caught.value.reason == "not_a_table"


class _Panic(BaseException):
    """What a panic inside the reader looks like: not an Exception."""


@pytest.mark.parametrize(
    ("raised", "seen"),
    [(_Panic, UnreadableError), (KeyboardInterrupt, KeyboardInterrupt), (MemoryError, MemoryError)],
)
def test_a_panic_in_the_reader_is_a_refusal_and_an_interrupt_is_not(
    opened: Callable[[bytes], Source],
    monkeypatch: pytest.MonkeyPatch,
    raised: type[BaseException],
    seen: type[BaseException],
) -> None:
    class Reader:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise raised

    monkeypatch.setattr(module, "CalamineWorkbook", Reader)
    with pytest.raises(seen):
        opened(book(sheet(row(1, "Adno"))))


def test_each_way_of_writing_a_workbook_gives_the_same_grid(opened: Callable[[bytes], Source]) -> None:
    lines = [["Adno", "Mark"], ["000417", "\\"], ["1E5", "#"], ["", "/"]]

    def fill(made: Any) -> None:
        for line in lines:
            made.active.append(line)

    file = BytesIO()
    with xlsxwriter.Workbook(file) as made:
        page = made.add_worksheet()
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
    raw = book(sheet("".join(row(number, *line) for number, line in enumerate(lines, start=1))))
    for content in (saved(fill), file.getvalue(), raw):
        assert opened(content).grids[0].cells.rows() == [tuple(line) for line in lines]
