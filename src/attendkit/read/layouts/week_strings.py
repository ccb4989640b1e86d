"""Weeks as strings of ten characters, Monday morning to Friday afternoon: in rows, or a column a week.

A character's place is its session, so nothing is ever stripped from a string: a leading space is a session
that the pupil did not have.
"""

import polars as pl

from attendkit.model import Session
from attendkit.read.layouts.rows import Rows, data_rows
from attendkit.read.shape import Shape, people_of, raw_marks, row_problem, unpivoted
from attendkit.read.table import Table
from attendkit.read.unread import unread_columns

_PLACES = 10
_LONG = 5


def week_columns(table: Table) -> list[int]:
    """The columns whose heading is a date and not a half of a day."""
    return [at for at, day in table.days.items() if day.day_text and not day.half]


def are_strings(table: Table, columns: list[int]) -> bool:
    """Whether most filled cells of these columns are strings of marks rather than single ones or numbers."""
    cells = unpivoted(table.body, columns, table, strip=False)["mark_text"]
    filled = cells.filter(cells.str.strip_chars() != "")
    strings = (filled.str.len_chars() >= _LONG) & ~filled.str.contains(r"^\s*[\d.]+\s*%?\s*$")
    return bool(filled.len()) and int(strings.sum()) * 2 > filled.len()


def shape(table: Table) -> Shape:
    """The strings of a table with a row a pupil a week."""
    at = table.fields["marks_string"]
    rows = data_rows(table, [at], _PLACES)
    cells = unpivoted(rows.body, [at], table, strip=False)
    weeks = rows.body.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("line"),
        table.text(table.fields["week_start"]).alias("date_text"),
        table.damage(table.fields["week_start"]).alias("date_damage"),
    )
    return _shaped(table, rows, cells.join(weeks, on="line", maintain_order="left"))


def shape_columns(table: Table) -> Shape:
    """The strings of a table with a row a pupil and a column a week."""
    columns = week_columns(table)
    rows = data_rows(table, columns, _PLACES * len(columns))
    days = {at: table.days[at].day_text for at in columns}
    cells = unpivoted(rows.body, columns, table, strip=False)
    weeks = cells.with_columns(
        date_text=pl.col("at").replace_strict(days, return_dtype=pl.String), date_damage=pl.lit("")
    )
    return _shaped(table, rows, weeks, by_column=True)


def _shaped(
    table: Table,
    rows: Rows,
    cells: pl.DataFrame,
    *,
    by_column: bool = False,
) -> Shape:
    used = cells["at"].unique().to_list()
    unread, cost = unread_columns(table, rows.body, used, each=_PLACES)
    cells = _split(cells)
    bad = cells.filter(pl.col("places").is_null())
    refused = tuple(
        row_problem("bad_length", row, _length(text), column=table.headings[at], value=text)
        for row, at, text in bad.select("row", "at", "mark_text").iter_rows()
    )
    sound = cells.filter(pl.col("places").is_not_null()).with_columns(
        place=pl.lit(list(range(_PLACES)), dtype=pl.List(pl.UInt8))
    )
    marks = sound.explode("places", "place")
    halves = {half - 1: half.name for half in Session}
    raw = raw_marks(
        marks,
        line="line",
        row="row",
        column=pl.col("at") + 1,
        date_text="date_text",
        date_damage="date_damage",
        offset=pl.col("place") // 2,
        session_text=(pl.col("place") % 2).replace_strict(halves, return_dtype=pl.String),
        mark_text="places",
        mark_damage="mark_damage",
    )
    return Shape(
        layout="week_string",
        tables=(table,),
        people=people_of(table, rows.body),
        raw=raw,
        refused=rows.refused + refused + unread,
        cost=rows.cost + len(refused) + cost,
        remarks=rows.remarks,
        by_column=by_column,
        weekly=True,
        places=True,
    )


def _split(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with `places`, the ten marks of each string, or null where it has not ten places."""
    distinct = cells.select("mark_text").unique(maintain_order=True)
    weeks = pl.Series([week(text) for text in distinct["mark_text"]], dtype=pl.List(pl.String))
    return cells.join(distinct.with_columns(places=weeks), on="mark_text", how="left", maintain_order="left")


def week(text: str) -> list[str] | None:
    """The ten marks of a week, or None when the string does not have ten places.

    Also read: a space between every two marks, and a space between every two days.
    """
    if not text.strip():
        return [""] * _PLACES
    if len(text) > _PLACES and not text[_PLACES:].strip():
        text = text[:_PLACES]
    days = [text[at : at + 2] for at in range(0, 14, 3)]
    if len(text) == 14 and all(gap == " " for gap in text[2::3]):
        text = "".join(days)
    elif len(text) == 19 and all(gap == " " for gap in text[1::2]):
        text = text[::2]
    return list(text) if len(text) == _PLACES else None


def _length(text: str) -> str:
    return f"{len(text)} characters, and a week has {_PLACES}: Monday morning to Friday afternoon"
