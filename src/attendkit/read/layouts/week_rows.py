"""One row a pupil a week, Monday morning to Friday afternoon: also as a certificate, one pupil a sheet."""

import re
from collections.abc import Sequence

import polars as pl

from attendkit.model import Session
from attendkit.read.headers import field_of
from attendkit.read.layouts.rows import data_rows
from attendkit.read.shape import WHO, Shape, people_of, raw_marks, unpivoted
from attendkit.read.table import Table
from attendkit.read.unread import unread_columns
from attendkit.validate.dates import Order, written

_DATE = (
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
    r"(\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}|\d{1,2}(?:st|nd|rd|th)?[ \-][a-z]{3,9}[ \-]\d{2,4})"
)
_WEEK_SAID = re.compile(
    r"\b(?:week(?: \d{1,2})?(?: commencing| beginning| starting| of)?|w/?[cb]|period|from)\b\W{0,3}"
    rf"{_DATE}(?: ?(?:to|until|-|–) ?{_DATE})?",
    re.IGNORECASE,
)
_ORDERS: tuple[Order, Order] = ("dmy", "mdy")
_LABEL = re.compile(r"\s*([^:]{2,40}?)\s*:\s*(.*)", re.DOTALL)


def weekday_columns(table: Table) -> list[int]:
    """The columns whose heading is a weekday, with or without its half of the day."""
    return [at for at, day in table.days.items() if day.weekday is not None and not day.day_text]


def shape(table: Table) -> Shape:
    """The cells of a table with a row a pupil a week."""
    columns = weekday_columns(table)
    body, remarks, uneven, lost = data_rows(table, columns, _sessions(table, columns))
    unread, cost = unread_columns(table, body, columns)
    return Shape(
        layout="wide_week_rows",
        tables=(table,),
        people=people_of(table, body),
        raw=_raw(table, body, columns),
        refused=uneven + unread,
        cost=lost + cost,
        remarks=remarks,
        weekly=True,
    )


def shape_certificate(table: Table) -> Shape:
    """The weeks of one pupil, who is named above the table."""
    columns = weekday_columns(table)
    body, remarks, uneven, lost = data_rows(table, columns, _sessions(table, columns))
    labels = {name: text for name, text in labelled(table.top).items() if name in WHO}
    people = people_of(table, body).with_columns(*(pl.lit(text).alias(name) for name, text in labels.items()))
    unread, cost = unread_columns(table, body, columns)
    return Shape(
        layout="certificate",
        tables=(table,),
        people=people,
        raw=_raw(table, body, columns),
        refused=uneven + unread,
        cost=lost + cost,
        remarks=remarks,
        weekly=True,
    )


def labelled(rows: Sequence[Sequence[str | None]]) -> dict[str, str]:
    """What is said as `Name:` and a value, in one cell or in two, by attendkit's name for it.

    A name that its comma cut in two is put together again.
    """
    found: dict[str, str] = {}
    for row in rows:
        cells = [cell.strip() for cell in row if cell and cell.strip()]
        for at, cell in enumerate(cells):
            if (label := _LABEL.fullmatch(cell)) and (name := field_of(label[1])):
                value = label[2] or (cells[at + 1] if at + 1 < len(cells) else "")
                rest = cells[at + 1 if label[2] else at + 2 :][:1]
                if name == "name" and rest and not _LABEL.fullmatch(rest[0]) and not field_of(rest[0]):
                    value = f"{value}, {rest[0]}"
                found.setdefault(name, value)
    return found


def _sessions(table: Table, columns: Sequence[int]) -> int:
    """How many sessions a row holds: a column without its half of the day holds both."""
    return sum(len(Session) if table.days[at].half is None else 1 for at in columns)


def _raw(table: Table, body: pl.DataFrame, columns: list[int]) -> pl.DataFrame:
    cells = unpivoted(body, columns, table, strip=False)
    days = table.days
    whole = {at for at in columns if days[at].half is None}
    offsets = {at: days[at].weekday for at in columns}
    lines = body.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("line"),
        _week(table).alias("date_text"),
        table.damage(table.fields.get("week_start")).alias("date_damage"),
    )
    cells = cells.join(lines, on="line", how="left", maintain_order="left")
    pieces = []
    for place, half in enumerate(Session):
        chosen = [at for at in columns if at in whole or days[at].half is half]
        pair = pl.col("mark_text").str.slice(place, 1)
        pieces.append(
            raw_marks(
                cells.filter(pl.col("at").is_in(chosen)),
                line="line",
                row="row",
                column=pl.col("at") + 1,
                date_text="date_text",
                date_damage="date_damage",
                offset=pl.col("at").replace_strict(offsets, return_dtype=pl.Int8),
                session_text=pl.lit(half.name),
                mark_text=pl.when(pl.col("at").is_in(list(whole))).then(pair).otherwise("mark_text"),
                mark_damage="mark_damage",
            )
        )
    return pl.concat(pieces)


def _week(table: Table) -> pl.Expr:
    """The week's first day: in its own column, or in a title ("Week commencing 07/09/2026")."""
    if "week_start" in table.fields:
        return table.text(table.fields["week_start"])
    return pl.lit(week_said(" ".join(table.titles)))


def week_said(text: str) -> str:
    """The date that a title names as the week's, and no other date: when it was printed is no week.

    Two that differ, or a period longer than a week, are given whole, which no one will take for a date.
    """
    found = {said[1] if _within_a_week(said[1], said[2]) else said[0] for said in _WEEK_SAID.finditer(text)}
    return " or ".join(sorted(found))


def _within_a_week(first: str, last: str | None) -> bool:
    start, end = written(first), written(last or "")
    days = [
        (until - since).days
        for order in _ORDERS
        if start and end and (since := start.tried(order)) and (until := end.tried(order))
    ]
    return not days or min(map(abs, days)) < len("MTWTFSS")
