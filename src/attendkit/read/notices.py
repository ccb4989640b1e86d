"""A list of penalty notices: one row a notice, as the officer keeps them in a sheet of her own."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from attendkit.errors import UnreadableError
from attendkit.model import Notice, Problem
from attendkit.read.opening import open_file
from attendkit.read.table import Table, find_table
from attendkit.register.matching import Identity, Roll
from attendkit.validate.dates import written

_HEADINGS = {
    "Parent": "parent",
    "Parent Name": "parent",
    "Issued": "issued",
    "Date Issued": "issued",
    "Received": "received",
    "Date Received": "received",
    "Paid": "paid",
    "Date Paid": "paid",
    "Withdrawn": "withdrawn",
    "Date Withdrawn": "withdrawn",
    "From": "first",
    "Sessions From": "first",
    "To": "last",
    "Sessions To": "last",
}
"""The headings of a list of notices, beside those by which every export names its pupils."""

_SAYS = ("parent", "issued", "received", "paid", "withdrawn", "first", "last")


def _day(text: object) -> object:
    """A cell as a date, day first; nothing in it is None."""
    if not isinstance(text, str) or not text:
        return None
    found = written(text)
    if found is None:
        raise ValueError("this is not a date")
    return found.on("dmy")


_Day = Annotated[date | None, BeforeValidator(_day)]


class _Row(BaseModel):
    """What one row says of a notice, as it must hold together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parent: Annotated[str, Field(min_length=1)]
    issued: Annotated[date, BeforeValidator(_day)]
    received: _Day = None
    paid: _Day = None
    withdrawn: _Day = None
    first: _Day = None
    last: _Day = None

    @model_validator(mode="after")
    def _in_order(self) -> "_Row":
        for name, day in (("received", self.received), ("paid", self.paid), ("withdrawn", self.withdrawn)):
            if day and day < self.issued:
                raise ValueError(f"it was {name} before it was issued")
        if (self.first is None) != (self.last is None):
            raise ValueError("its sessions have a first date or a last date and not both")
        if self.first and self.last and not self.first <= self.last <= self.issued:
            raise ValueError(
                "its sessions do not end on or before the day it was issued, or are out of order"
            )
        return self


def read_notices(path: Path, pupils: pl.DataFrame) -> tuple[tuple[Notice, ...], tuple[Problem, ...]]:
    """The notices in a file, and its rows that cannot be read as one: each row is one or the other.

    A pupil is found by UPN or admission number, as in any export. Dates are read day first.

    Args:
        path: a CSV or a workbook with the columns UPN or Adno, Parent, Issued, and where they are known
            Received, Paid, Withdrawn, Sessions From and Sessions To.
        pupils: the register's, `register.model.PUPILS`.

    Raises:
        UnreadableError: the file is not a table with those columns.
    """
    table = _table(path)
    roll = Roll(pupils)
    roll.settle()
    read = [_notice(row, table, roll, path.name) for row in _rows(table)]
    return (
        tuple(one for one in read if isinstance(one, Notice)),
        tuple(one for one in read if isinstance(one, Problem)),
    )


def _table(path: Path) -> Table:
    source = open_file(path)
    found = (find_table(grid, _HEADINGS) for grid in source.grids)
    for table in found:
        if table and table.has("parent", "issued") and table.any("upn", "adno"):
            return table
    raise UnreadableError(
        "This is not a list of penalty notices.",
        reason="not_a_table",
        where=path.name,
        remedy="It has a heading line with UPN or Adno, Parent and Issued, and may have Received, Paid, "
        "Withdrawn, Sessions From and Sessions To.",
    )


def _rows(table: Table) -> Iterator[Mapping[str, Any]]:
    """Each row's cells by attendkit's name for their column; rows with nothing in them are left out."""
    cells = {name: table.text(at) for name, at in table.fields.items()}
    body = table.body.select("row", **cells)
    yield from body.filter(pl.any_horizontal(pl.col(list(cells)) != "")).iter_rows(named=True)


def _notice(row: Mapping[str, Any], table: Table, roll: Roll, file: str) -> Notice | Problem:
    match = roll.find(Identity(upn=row.get("upn") or None, adno=row.get("adno") or None))
    key = table.heading("upn") if row.get("upn") else table.heading("adno", "upn")
    where = {"file": file, "row": row["row"]}
    if match.pupil is None:
        return Problem(
            match.reason or "unknown_pupil",
            "This row of the notices is about no pupil of the register, or about more than one.",
            column=key,
            value=row.get("upn") or row.get("adno") or "",
            remedy="Correct the UPN or the admission number.",
            **where,
        )
    try:
        said = _Row(**{name: row[name] for name in _SAYS if name in row})
    except ValidationError as error:
        fault = error.errors()[0]
        name = str(fault["loc"][0]) if fault["loc"] else ""
        return Problem(
            "bad_notice",
            f"This notice was not counted: {_fault(fault)}.",
            column=table.heading(name) if name else "",
            value=row.get(name, "") if name != "parent" else "",
            remedy="Correct the row; dates are written 16/11/2026 or 2026-11-16.",
            **where,
        )
    return Notice(pupil=match.pupil, **said.model_dump())


def _fault(fault: Any) -> str:
    if fault["type"] == "string_too_short":
        return "it names no parent"
    if fault["type"] == "date_type":
        return "it has no date of issue"
    return str(fault["msg"]).removeprefix("Value error, ")
