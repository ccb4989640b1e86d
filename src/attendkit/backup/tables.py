"""The registers as CSV that any program opens, and the recount of every pupil from that CSV alone.

UTF-8 with a byte order mark, one heading line, dates as 2026-11-20, `yes` and `no`, nothing where nothing is
known. Text that a spreadsheet would run as a formula has an apostrophe before it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO

import polars as pl

from attendkit.backup.manifest import Files
from attendkit.findings import session_name
from attendkit.measures.changes import changes
from attendkit.measures.sessions import FIGURES, totals
from attendkit.model import MISSING, Session
from attendkit.register.marks import KEY
from attendkit.register.model import CODES, PUPILS, Register
from attendkit.register.store import Standing
from attendkit.rules.codes import generations
from attendkit.terms import academic_year

FOLDER = "registers/"
ATTENDANCE, FIGURES_TABLE = f"{FOLDER}attendance-register.csv", f"{FOLDER}figures.csv"
CASEWORK_TABLE = f"{FOLDER}casework.csv"

NO_MARK = "no mark"
"""How a session that nobody marked is written."""

_AT_ONCE = 50_000
"""Rows of a table that are written at once: a year of them as text takes as much memory as all the rest."""

_FORMULA = r"^(\s*[=+\-@＝＋－＠]|[\t\r])"
_WHO = ("upn", "adno", "surname", "forename")
_CONTACT = {"source": "import", "surname": "contact_surname", "forename": "contact_forename"}
_COUNTED = (*FIGURES, "minutes_late")


def tables(standing: Standing, counted: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every table with the name of its file, one at a time: the registers, the changes, and the `counted`."""
    register = standing.register
    yield f"{FOLDER}changes.csv", named(_changes(standing), register)
    yield f"{FOLDER}admission-register.csv", register.pupils.select(PUPILS.names())
    yield f"{FOLDER}contacts.csv", named(register.contacts.rename(_CONTACT), register)
    yield f"{FOLDER}imports.csv", register.files_read.rename({"source": "import"})
    yield f"{FOLDER}codes.csv", _codes()
    yield FIGURES_TABLE, named(counted, register)
    yield ATTENDANCE, named(register.marks.rename({"source": "import"}), register)


def csv(table: pl.DataFrame) -> bytes:
    """A table as the bytes of a CSV file."""
    content = BytesIO()
    written = [_written(name, kind) for name, kind in table.schema.items()]
    for first in range(0, max(table.height, 1), _AT_ONCE):
        table.slice(first, _AT_ONCE).select(written).write_csv(
            content, include_bom=not first, include_header=not first, line_terminator="\r\n"
        )
    return content.getvalue()


def figures(marks: pl.DataFrame) -> pl.DataFrame:
    """Every figure of each pupil in each academic year, in sessions: pupil, academic_year, then the figures.

    All of the year's marks are counted. Of a year that is not over, marks of days to come are among them.
    """
    dates = marks["date"].unique().to_list()
    years = pl.Enum(sorted({_year(day) for day in dates}))  # as text they would be half of all the marks
    year = pl.col("date").replace_strict({day: _year(day) for day in dates}, return_dtype=years)
    needed = marks.select("pupil", "date", "session", "code", "minutes", academic_year=year)
    counted = totals(needed, by=("pupil", "academic_year"))
    return counted.select("pupil", pl.col("academic_year").cast(pl.String), *_COUNTED)


def recounted(files: Files) -> pl.DataFrame:
    """`figures` again, from the attendance register's CSV in a copy and from nothing else.

    Raises:
        polars.exceptions.PolarsError, KeyError: the CSV is not there, or is not as `csv` writes it.
    """
    told = _scan(files[ATTENDANCE]).select(
        pl.col("pupil").cast(pl.UInt32),
        pl.col("date").str.to_date("%Y-%m-%d"),
        pl.col("session").replace_strict(_SESSIONS, return_dtype=pl.UInt8),
        pl.col("code").replace({NO_MARK: MISSING}).cast(CODES),
        pl.col("minutes").cast(pl.UInt16),
    )
    return figures(told.collect(engine="streaming"))


def told_figures(files: Files) -> pl.DataFrame:
    """`figures` as the copy's own table of them says.

    Raises:
        polars.exceptions.PolarsError, KeyError: the CSV is not there, or is not as `csv` writes it.
    """
    table = _scan(files[FIGURES_TABLE])
    return table.select(
        pl.col("pupil").cast(pl.UInt32), "academic_year", *(pl.col(n).cast(pl.UInt32) for n in _COUNTED)
    ).collect()


def rows_in(content: bytes) -> int:
    """How many rows a CSV file of a copy has, below its headings."""
    return int(_scan(content).select(pl.len()).collect(engine="streaming").item())


def _scan(content: bytes) -> pl.LazyFrame:
    """A table of a copy as text, to be read a piece at a time: whole it is several times its size."""
    return pl.scan_csv(content, infer_schema=False)


_SESSIONS: Mapping[str, int] = {session.name: session.value for session in Session}


def _year(day: date) -> str:
    first, last = academic_year(day)
    return f"{first.year}-{last.year}"


def named(table: pl.DataFrame, register: Register, by: str = "pupil") -> pl.DataFrame:
    """A table with who each pupil is, to be read by itself. The two are joined `by` a column of both."""
    who = register.pupils.select("pupil", "key", *_WHO)
    joined = table.join(who, on=by, how="left", maintain_order="left")
    return joined.select("pupil", *_WHO, *(name for name in table.columns if name != "pupil"))


def _changes(standing: Standing) -> pl.DataFrame:
    """Marks that a later import gave another code (R7.3): both codes, and when and where each was read."""
    imports = standing.register.imports
    files = imports.select("source", "file")
    changed = changes(standing.history(), imports)
    return (
        changed.join(files, on="source", how="left", maintain_order="left")
        .join(
            files.rename({"source": "first_source", "file": "first_file"}),
            on="first_source",
            how="left",
            maintain_order="left",
        )
        .select(*KEY, "was", "first_seen", "first_file", "now", "changed_seen", "file", "row", "column")
    )


def _codes() -> pl.DataFrame:
    rows = [
        (code.code, generation.since, code.until or generation.until, code.category.value, code.label)
        for generation in generations()
        for code in generation.codes.values()
    ]
    return pl.DataFrame(rows, schema=["code", "since", "until", "counts_as", "means"], orient="row")


def _written(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if name == "session":
        return session_name()
    if kind == CODES:
        return column.cast(pl.String).replace({MISSING: NO_MARK})
    if kind == pl.Boolean:
        return pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no")).alias(name)
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind == pl.String:
        return pl.when(column.str.contains(_FORMULA)).then("'" + column).otherwise(column).alias(name)
    return column
