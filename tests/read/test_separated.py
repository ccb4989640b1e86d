"""Every cell of a CSV is what stands between two delimiters, in the row a spreadsheet shows it in."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from attendkit.errors import UnreadableError
from attendkit.read import separated as module
from attendkit.read.grid import Grid
from attendkit.read.opening import open_file


def separated(text: str) -> tuple[Grid, str, tuple[str, ...]]:
    return module.separated(text.encode())


def find_delimiter(text: str) -> str:
    return module.find_delimiter(text.encode())


def grid(text: str) -> Grid:
    return separated(text)[0]


def rows(text: str) -> list[tuple[str | None, ...]]:
    return grid(text).cells.rows()


def remarks(text: str) -> str:
    return " ".join(separated(text)[2])


# --- nothing is inferred -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "000417",
        "7E1",
        "1E5",
        "NA",
        "N/A",
        "null",
        "None",
        "nan",
        "TRUE",
        "-",
        "#",
        "\\",
        "\\N",
        "1-2",
        " / ",
        "=",
    ],
)
def test_a_cell_is_text_as_written(cell: str) -> None:
    assert rows(f"{cell},{cell}\n{cell},x\n") == [(cell, cell), (cell, "x")]


@pytest.mark.parametrize("cell", ["#", "\\", "\\N", "", "  ", "a,b", 'say ""no""'])
def test_a_quoted_cell_is_text_as_written(cell: str) -> None:
    assert rows(f'"{cell}","x"\r\n"{cell}","\\"\r\n') == [
        (cell.replace('""', '"'), "x"),
        (cell.replace('""', '"'), "\\"),
    ]


def test_a_row_that_starts_with_a_hash_is_a_row() -> None:
    assert rows("Mark,Adno\n#,417\n#N/A,418\n")[1:] == [("#", "417"), ("#N/A", "418")]


def test_leading_spaces_are_places_in_a_week_string() -> None:
    assert rows('Adno,Marks\n"417","      /\\/\\"\n418,  /\\\n')[1:] == [
        ("417", "      /\\/\\"),
        ("418", "  /\\"),
    ]


# --- rows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_any_line_end_ends_a_row(end: str) -> None:
    found = grid(end.join(["a,b", "1,2", "", "3,4", ""]))
    assert found.cells.rows() == [("a", "b"), ("1", "2"), (None, None), ("3", "4")]
    assert found.rows.to_list() == [1, 2, 3, 4]


@pytest.mark.parametrize("comment", ["ill", '"ill"'])
def test_mixed_line_ends_each_end_a_row_and_are_remarked(comment: str) -> None:
    text = f"a,b\r\n1,{comment}\n2,x\r3,y\r\n"
    assert [row[0] for row in rows(text)] == ["a", "1", "2", "3"]
    assert "2 CR LF, 1 CR, 1 LF" in remarks(text)


def test_a_line_break_inside_quotes_is_neither_a_row_nor_a_mixed_line_end() -> None:
    text = 'a,b\r\n1,"rang mum\nno answer"\r\n2,x\r\n'
    found = grid(text)
    assert found.cells.rows() == [("a", "b"), ("1", "rang mum\nno answer"), ("2", "x")]
    assert found.rows.to_list() == [1, 2, 3]
    assert remarks(text) == ""


@pytest.mark.parametrize("cell", ["y", '"y"', '"y\nz"'])
def test_a_short_row_ends_in_null_and_an_empty_cell_is_empty(cell: str) -> None:
    text = f"a,b,c\n1,,\n2\n\nx,{cell},z,extra\n"
    found = rows(text)
    assert found[1:4] == [("1", "", "", None), ("2", None, None, None), (None, None, None, None)]
    assert found[4][3] == "extra"


def test_a_sep_line_names_the_delimiter_and_keeps_its_row_number() -> None:
    found, delimiter, said = separated("sep=|\r\nAdno|Name, all\r\n1|Ng, An\r\n")
    assert (delimiter, found.cells.row(1)) == ("|", ("1", "Ng, An"))
    assert found.rows.to_list() == [2, 3]
    assert "Row 1" in said[0]


@pytest.mark.parametrize("line", ["SEP=;", '"sep=;"'])
def test_a_sep_line_may_be_quoted_or_loud(line: str) -> None:
    assert separated(f"{line}\na;b\n")[1] == ";"


def test_a_column_called_sep_is_no_sep_line() -> None:
    assert grid("sep=x,b\n1,2\n").rows[0] == 1


@pytest.mark.parametrize("text", ["\n\n", ",,,\r\n,,,\r\n", '"",""\n', "sep=;\n", "  \t \n"])
def test_no_row_with_anything_in_it_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        separated(text)
    assert caught.value.reason == "no_rows"


# --- delimiters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_lines_agree_on(delimiter: str) -> None:
    lines = [["Name", "Reg", "Mark"], ["Ng, An", "7E1", "/"], ["Ó Briain, Seán", "8A", "\\"]]
    text = "\n".join(delimiter.join(f'"{c}"' if delimiter in c else c for c in line) for line in lines)
    assert find_delimiter(text) == delimiter


def test_commas_in_every_comment_do_not_outvote_semicolons() -> None:
    assert find_delimiter("Name;Date;Comment\n" + "Ng, An;7 Sep;ill, mum rang, again\n" * 5) == ";"


def test_titles_above_the_header_do_not_outvote_it() -> None:
    titles = "Elm Bank School; Register; Autumn\nPrinted: 7 Sep; by: office; page 1\n\n"
    assert find_delimiter(titles + "Adno,Reg,Mark\n" + "417,7E1,/\n" * 5) == ","


def test_delimiters_inside_quotes_do_not_count() -> None:
    assert find_delimiter('Name,Note\n"a;b;c;d","x;y;z"\n"e;f;g;h","""q;"";r;s"\n') == ","


def test_one_column_has_the_usual_delimiter() -> None:
    assert separated("Adno\n417\n418\n")[1] == ","


def test_a_long_file_is_judged_by_its_start() -> None:
    assert find_delimiter("a\tb\n" * 20_000 + "x,y,z\n" * 100_000) == "\t"


# --- the file that stops early -------------------------------------------------------------------------

LINES = "Adno,Mark,Minutes,Comment\n417,/,,\n418,L,5,late\n"


@pytest.mark.parametrize(
    ("end", "truncated"),
    [
        ("419,N,,\n", False),
        ("419,N,,", False),
        ("419,N,", True),
        ("41", True),
        ("41\n", False),  # short, but its line is closed: the row is at fault, not the file
        ('419,N,,"rang at 08:', True),
        ('419,N,,"rang at 08:"', False),
        ('419,N,,"rang"\n', False),
    ],
)
def test_a_last_row_that_does_not_close_is_truncated(end: str, truncated: bool) -> None:  # noqa: FBT001
    found = grid(LINES + end)
    assert found.truncated == truncated
    assert found.cells.height == 4
    assert found.cells["c0"][-1] == end[:3].strip()


def test_the_cell_the_file_stops_in_is_kept_as_far_as_it_goes() -> None:
    assert rows(LINES + '419,N,,"ill, mum rang at 08:')[-1] == ("419", "N", "", "ill, mum rang at 08:")


def test_rows_without_their_trailing_blanks_are_not_truncated() -> None:
    assert not grid("a,b,c,d\n1\n1,2\n1,2,3\n1,2\n1").truncated


def test_a_footer_of_two_short_lines_is_not_a_truncated_row() -> None:
    assert not grid(LINES + "419,N,,\nEnd\nElm Bank School").truncated


def test_a_file_cut_inside_a_character_is_truncated(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_bytes("Adno,Name\n417,Siân\n418,Zoë".encode()[:-1])
    source = open_file(path)
    assert source.grids[0].truncated
    assert source.encoding == "utf-8"


def test_a_whole_last_row_with_no_line_end_is_remarked() -> None:
    assert "row 4 is complete" in remarks(LINES + "419,N,,")
    assert remarks(LINES + "419,N,,\n") == ""


# --- quotation marks that do not pair ------------------------------------------------------------------


@pytest.mark.parametrize(
    "damaged",
    [
        '418,N,,"rang mum',  # never closed
        '418,"N,,',
        '418,N,,"rang"mum"',  # text after the mark
        '"418,N,,',
    ],
)
def test_a_stray_quote_costs_its_own_row_only(damaged: str) -> None:
    text = LINES + damaged + '\n420,N,,"ill"\n421,/,,"O""K"\n422,/,,\n'
    found = grid(text)
    assert [row[0] for row in found.cells.rows()] == [
        "Adno",
        "417",
        "418",
        damaged.split(",", maxsplit=1)[0],
        "420",
        "421",
        "422",
    ]
    assert [row[3] for row in found.cells.rows()[4:]] == ["ill", 'O"K', ""]
    assert "row 4" in remarks(text)
    assert not found.truncated


def test_two_stray_quotes_do_not_make_the_rows_between_them_one() -> None:
    text = LINES + '419,N,"5,x\n420,N,6,y\n421,N,7",z\n'
    assert [row[0] for row in rows(text)][3:] == ["419", "420", "421"]
    assert "row 4" in remarks(text)


def test_a_comment_of_several_lines_with_commas_is_one_cell() -> None:
    comment = "rang mum, no answer\ntried dad, left word\nwill ring, later"
    assert rows(f'{LINES}419,N,,"{comment}"\n')[-1] == ("419", "N", "", comment)


def test_a_line_feed_in_a_comment_of_a_cr_lf_file_is_no_row_however_many_commas_it_has() -> None:
    text = LINES.replace("\n", "\r\n") + '419,N,5,"x\nrang, mum, and, dad"\r\n"420",/,,\r\n'
    assert rows(text)[3] == ("419", "N", "5", "x\nrang, mum, and, dad")
    assert remarks(text) == ""


def test_such_a_comment_is_kept_on_the_slow_way_too() -> None:
    text = LINES + '418,N,5,"a\r\nb"\n419,N,5,"x\vrang, mum, and, dad"\n'
    found = rows(text.replace("\r\n", "\f").replace("\n", "\r\n").replace("\f", "\r\n").replace("\v", "\n"))
    assert [row[3] for row in found[3:]] == ["a\r\nb", "x\nrang, mum, and, dad"]


def test_a_quote_inside_an_unquoted_cell_is_a_letter() -> None:
    text = 'Adno,Note\n417,5" nail\n418,a "b" c\n'
    assert rows(text)[1:] == [("417", '5" nail'), ("418", 'a "b" c')]
    assert remarks(text) == ""


def test_quotes_that_never_pair_are_refused_and_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a,b\n" + '1,"x"y\n' * 20
    monkeypatch.setattr(module, "_MOST_STRAY_QUOTES", 20)
    assert "and 15 more" in remarks(text)
    monkeypatch.setattr(module, "_MOST_STRAY_QUOTES", 19)
    with pytest.raises(UnreadableError, match="do not pair") as caught:
        separated(text)
    assert caught.value.where == "row 2"


# --- three ways of cutting, one grid -------------------------------------------------------------------

CELLS = st.text(st.sampled_from("ab7#\\/ ,;\"\n\r'é-"), max_size=4)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6),
    st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_what_was_written_quoted_is_read_back(table: list[list[str]], end: str) -> None:
    file = io.StringIO()
    csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    assume(file.getvalue().strip('\r\n\t ",'))
    lines = [line for row in table for cell in row for line in cell.splitlines()]
    assume(
        not any(line.strip() in {"/", "\\"} for line in lines)
    )  # a line with a mark is a row's, not a cell's
    found, _, said = separated("sep=,\n" + file.getvalue())
    assert [[cell for cell in row if cell is not None] for row in found.cells.rows()] == table
    assert not found.truncated
    assert not any("Quotation" in remark for remark in said)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('ab,"\n\r'), min_size=1, max_size=30))
@example('a"\n\r\n')
@example('"a"\r\nb\nc\r\n')
def test_the_fast_ways_give_what_the_slow_way_gives(body: str) -> None:
    assume(body.strip('\r\n"'))
    fast = module._records(body.encode(), ",", module._Ends.of(body.encode()))  # noqa: SLF001
    slow = module._read(body.encode(), ",", module._Ends.of(body.encode()))  # noqa: SLF001
    assert fast.cells.equals(slow.cells)
    assert (fast.closed, fast.stray_quotes) == (slow.closed, slow.stray_quotes)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('ab,"\n\r'), min_size=1, max_size=30))
def test_the_slow_way_is_the_csv_module_where_quotes_pair(body: str) -> None:
    assume(body.strip('\r\n"'))
    try:
        expected = list(csv.reader(io.StringIO(body, newline=""), strict=True))
    except csv.Error:
        assume(False)
    cells = module._read(body.encode(), ",", module._Ends.of(body.encode())).cells  # noqa: SLF001
    assert [list(row[1 : 1 + row[0]]) for row in cells.rows()] == expected


def test_cells_are_strings_and_rows_are_numbers() -> None:
    found = grid("a,b\n1,2\n")
    assert set(found.cells.schema.values()) == {pl.String}
    assert found.rows.dtype == pl.UInt32
    assert found.kinds is None


def test_stray_quotes_cannot_swallow_rows_of_few_cells_or_after_a_ragged_line() -> None:
    weeks = "Adno,W/C,Marks\n" + "".join(f"41{n},07/09/2026,/\\/\\\n" for n in range(4))
    found = grid(weeks + '418,"07/09/2026,NN/\\\n419,07/09/2026,/\\/\\\n420,07/09/2026,/\\/\\"\n')
    assert found.cells["c0"].to_list()[-3:] == ["418", "419", "420"]
    page = "Name:,{}\nWeek,Mon AM,Mon PM,Tue AM\n07/09/2026,/,\\,/\n14/09/2026,N,\\,/\n"
    found = grid(page.format("Elm") + page.format('"Ash') + page.format('Oak"'))
    assert found.cells["c0"].to_list().count("07/09/2026") == 3


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_of_several_lines_in_every_row_are_cells_under_either_line_end(end: str) -> None:
    calls = "Mother, 07700 900418, home\nFather, 07700 900419, work\nAunt, 07700 900420, any time"
    sheet = ["Adno,Contacts,Outcome", *(f'{number},"{calls}",' for number in range(417, 437))]
    assert rows(end.join([*sheet, ""]))[1:] == [(str(n), calls, "") for n in range(417, 437)]


@pytest.mark.parametrize("comment", ["ill\nmum, dad", "seen, 3pm\nsigned, J", "ill,\n,again"])
def test_a_comment_of_several_lines_in_a_narrow_table_is_one_cell(comment: str) -> None:
    found = grid(f'Adno,Comment\n1,"{comment}"\n2,well\n3,well\n')
    assert found.cells["c1"].to_list() == ["Comment", comment, "well", "well"]
