"""What a layout makes of a table: one row a session mark, still as text, and one row a pupil line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl
import polars.selectors as cs

from attendkit.model import Problem, Severity
from attendkit.read.table import Table

IDENTITY = ("upn", "adno", "mis_id", "surname", "forename", "name")
"""The columns that say who a pupil is, strongest first."""

WHO = (
    *IDENTITY,
    "preferred",
    "dob",
    "sex",
    "year",
    "tutor",
    "college",
    "status",
    "admitted",
    "left",
    "fsm",
    "fsm6",
    "pupil_premium",
    "sen",
    "eal",
    "looked_after",
    "social_worker",
    "child_protection",
    "young_carer",
    "ethnicity",
    "part_time",
)
"""Every column about a pupil, by attendkit's name."""

RAW = pl.Schema(
    {
        "sheet": pl.UInt16(),  # which of the shape's tables it stands in
        "line": pl.UInt32(),  # which row of `people` the mark belongs to
        "row": pl.UInt32(),
        "column": pl.UInt16(),  # A is 1
        "date_text": pl.String(),
        "date_damage": pl.String(),
        "offset": pl.Int8(),  # days after the date that the session is: a week's row gives its Monday
        "session_text": pl.String(),
        "mark_text": pl.String(),
        "mark_damage": pl.String(),
        "minutes_text": pl.String(),
        "minutes_damage": pl.String(),
        "comment": pl.String(),
    }
)
"""One row a session mark as the file has it."""


@dataclass(frozen=True, eq=False)
class Shape:
    """One table, shaped, or several of one layout together.

    `people` has `sheet`, `line`, `row` and the columns of `WHO` that the table has; `raw` is as `RAW`.
    `refused` are problems of rows that could not be shaped, which cost `cost` sessions together; `warned`
    are problems of rows that were. `by_column` is true when dates stand in headings; `weekly` when a date
    starts a week; `places` when a blank is a place in a week string and not a cell that somebody left empty.
    """

    layout: str
    tables: tuple[Table, ...]
    people: pl.DataFrame
    raw: pl.DataFrame
    refused: tuple[Problem, ...] = ()
    cost: int = 0
    warned: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    by_column: bool = False
    weekly: bool = False
    places: bool = False


def together(shapes: Sequence[Shape]) -> Shape:
    """Several sheets of one workbook as one shape: `sheet` says which table a row stands in."""
    people, raw, lines = [], [], 0
    tables = tuple(shape.tables[0] for shape in shapes)
    for sheet, shape in enumerate(shapes):
        number = pl.lit(sheet, pl.UInt16).alias("sheet")
        shift = pl.col("line") + pl.lit(lines, pl.UInt32)
        people.append(shape.people.with_columns(number, line=shift))
        raw.append(shape.raw.with_columns(number, line=shift))
        lines += shape.people.height
    return replace(
        shapes[0],
        tables=tables,
        people=pl.concat(people, how="diagonal").with_columns(cs.string().fill_null("")),
        raw=pl.concat(raw),
        refused=tuple(on_sheet(p, n, tables) for n, shape in enumerate(shapes) for p in shape.refused),
        cost=sum(shape.cost for shape in shapes),
        warned=tuple(on_sheet(p, n, tables) for n, shape in enumerate(shapes) for p in shape.warned),
        remarks=tuple(dict.fromkeys(remark for shape in shapes for remark in shape.remarks)),
    )


def on_sheet(problem: Problem, sheet: int, tables: Sequence[Table]) -> Problem:
    """A problem that says which sheet its row is on, where there are several: by number, never by name.

    A certificate's sheet is named after its pupil. Several tables of one sheet are one sheet.
    """
    sheets = list(dict.fromkeys(table.grid.name for table in tables))
    if len(sheets) < 2:
        return problem
    return replace(
        problem, message=f"On sheet {sheets.index(tables[sheet].grid.name) + 1}: {problem.message}"
    )


def people_of(table: Table, body: pl.DataFrame) -> pl.DataFrame:
    """`sheet`, `line`, `row` and every column about a pupil that the table has, as text."""
    known = [name for name in WHO if name in table.fields]
    return body.select(
        pl.lit(0, pl.UInt16).alias("sheet"),
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("line"),
        "row",
        *(table.text(table.fields[name]).alias(name) for name in known),
        table.damage(table.fields.get("tutor")).alias("tutor_damage"),
    )


def raw_marks(frame: pl.DataFrame, **columns: pl.Expr | str) -> pl.DataFrame:
    """A frame with the columns of `RAW`: those given, and empty ones."""
    empty = {
        name: pl.lit(0, dtype) if dtype.is_integer() else pl.lit("", dtype) for name, dtype in RAW.items()
    }
    given = {name: pl.col(c) if isinstance(c, str) else c for name, c in columns.items()}
    return frame.select(**{name: (given.get(name, empty[name])).cast(dtype) for name, dtype in RAW.items()})


def unpivoted(
    body: pl.DataFrame, columns: Sequence[int], table: Table, *, strip: bool = True
) -> pl.DataFrame:
    """One row a cell of these columns: `line`, `row`, `at` (the column), `mark_text`, `mark_damage`."""
    lines = body.with_columns(line=pl.int_range(pl.len(), dtype=pl.UInt32))
    texts = [table.text(at, strip=strip).alias(str(at)) for at in columns]
    damages = [table.damage(at).alias(str(at)) for at in columns]
    cells, damage = (
        lines.select("line", "row", *cell).unpivot(
            index=["line", "row"], variable_name="at", value_name="mark_text"
        )
        for cell in (texts, damages)
    )
    return cells.with_columns(pl.col("at").cast(pl.UInt16), damage["mark_text"].alias("mark_damage"))


def row_problem(reason: str, row: int, message: str, **more: str) -> Problem:
    """A problem of a whole row, which was not loaded."""
    return Problem(reason, message, row=row, severity=Severity.ERROR, **more)


def skipped_remark(rows: Sequence[int], what: str) -> tuple[str, ...]:
    """A sentence about rows that hold no mark, with their numbers."""
    if not rows:
        return ()
    shown = ", ".join(str(row) for row in rows[:6]) + (" and more" if len(rows) > 6 else "")
    number = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    return (f"{number} of {what} skipped: {shown}.",)
