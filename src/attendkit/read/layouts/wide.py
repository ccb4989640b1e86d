"""One row a pupil, one column a session: or one column a day, with two marks in each cell."""

import polars as pl

from attendkit.model import Session
from attendkit.read.layouts.rows import data_rows
from attendkit.read.shape import Shape, people_of, raw_marks, row_problem, unpivoted
from attendkit.read.table import Table
from attendkit.read.unread import unread_columns

_PAIR = 2


def session_columns(table: Table) -> list[int]:
    """The columns whose heading is a date and a half of the day."""
    return [at for at, day in table.days.items() if day.day_text and day.half]


def day_columns(table: Table) -> list[int]:
    """The columns whose heading is a date alone."""
    return [at for at, day in table.days.items() if day.day_text and not day.half]


def shape(table: Table) -> Shape:
    """The cells of a table with a column a session."""
    columns = session_columns(table)
    body, remarks, uneven, lost = data_rows(table, columns, len(columns))
    cells = unpivoted(body, columns, table)
    unread, cost = unread_columns(table, body, columns)
    return Shape(
        layout="wide",
        tables=(table,),
        people=people_of(table, body),
        raw=_dated(table, cells, {at: _half(table, at) for at in columns}),
        refused=uneven + unread,
        cost=lost + cost,
        remarks=remarks,
        by_column=True,
    )


def shape_pairs(table: Table) -> Shape:
    """The cells of a table with a column a day, each cell holding the morning's mark and the afternoon's."""
    columns = day_columns(table)
    body, remarks, uneven, lost = data_rows(table, columns, _PAIR * len(columns))
    cells = unpivoted(body, columns, table, strip=False).with_columns(mark_text=_pair())
    sound = pl.col("mark_text").str.len_chars() == _PAIR
    refused = tuple(
        row_problem(
            "bad_length", row, f"{text.strip()!r} is not two marks", column=table.headings[at], value=text
        )
        for row, at, text in cells.filter(~sound).select("row", "at", "mark_text").iter_rows()
    )
    pairs = cells.filter(sound)
    unread, cost = unread_columns(table, body, columns, each=_PAIR)
    halves = [
        _dated(
            table,
            pairs.with_columns(mark_text=pl.col("mark_text").str.slice(place, 1)),
            dict.fromkeys(columns, half.name),
        )
        for place, half in enumerate(Session)
    ]
    return Shape(
        layout="pair_a_day",
        tables=(table,),
        people=people_of(table, body),
        raw=pl.concat(halves),
        refused=uneven + refused + unread,
        cost=lost + _PAIR * len(refused) + cost,
        remarks=remarks,
        by_column=True,
    )


def are_pairs(table: Table) -> bool:
    """Whether the cells under dates hold two marks each, as most of them must."""
    cells = unpivoted(table.body, day_columns(table), table).select(_pair()).to_series()
    filled = cells.filter(cells.str.strip_chars() != "")
    return bool(filled.len()) and int((filled.str.len_chars() == _PAIR).sum()) * 2 > filled.len()


def _pair() -> pl.Expr:
    """A cell as two characters: a space between two marks is no mark, and an empty cell is two places."""
    cell = pl.col("mark_text")
    filled = pl.when(cell.str.strip_chars() == "").then(pl.lit("  ")).otherwise(cell)
    return filled.str.replace(r"^\s*(\S)\s+(\S)\s*$", "$1$2")


def _half(table: Table, at: int) -> str:
    half = table.days[at].half
    return half.name if half else ""


def _dated(table: Table, cells: pl.DataFrame, halves: dict[int, str]) -> pl.DataFrame:
    days = {at: table.days[at].day_text for at in halves}
    # A serial in a heading is a number cell: in a 1904 workbook it counts from another day.
    numbers = {at: "excel_number" if text.isdigit() else "" for at, text in days.items()}
    return raw_marks(
        cells,
        line="line",
        row="row",
        column=pl.col("at") + 1,
        date_text=pl.col("at").replace_strict(days, return_dtype=pl.String),
        date_damage=pl.col("at").replace_strict(numbers, return_dtype=pl.String),
        session_text=pl.col("at").replace_strict(halves, return_dtype=pl.String),
        mark_text="mark_text",
        mark_damage="mark_damage",
    )
