"""Problems in words: which cell, why it matters, and the line to paste or the option to give."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import polars as pl

from attendkit.errors import NeedsAnswerError
from attendkit.model import Problem, Severity
from attendkit.read.headers import day_head
from attendkit.read.shape import Shape, on_sheet
from attendkit.terms import plain_date
from attendkit.validate.dates import serial
from attendkit.validate.marks import date_warning, minutes_warning

_WHO = {
    "no_pupil_key": (
        "Nothing in this row says which pupil it is about.",
        "Export again with UPN or admission number.",
    ),
    "ambiguous_pupil": (
        "Two pupils fit this row, and a mark given to the wrong child is worse than one not loaded.",
        "Export again with UPN or admission number.",
    ),
}
_LOADED = pl.col("is").is_in(["mark", "missing"])
_COLUMNS = [
    "sheet",
    "row",
    "column",
    "is",
    "fault",
    "detail",
    "who_reason",
    "date_text",
    "date_reason",
    "date_message",
    "date_remedy",
    "session_text",
    "session_reason",
    "session_message",
    "session_remedy",
    "mark_text",
    "mark_damage",
    "code_reason",
    "code_message",
    "code_remedy",
]


def date_order_question(shape: Shape) -> NeedsAnswerError:
    """What to ask when nothing in a file proves which of day and month comes first."""
    text = next((text for text in shape.raw["date_text"].unique(maintain_order=True) if text), "")
    return NeedsAnswerError(
        f"Dates such as {text} could be day first or month first, and nothing in this file proves which.",
        question="date_order",
        remedy='Say --dates dmy (7 September is 07/09) or --dates mdy (it is 09/07), or put dates = "dmy" in '
        "the profile of this export in attendkit.toml.",
    )


def sessions_question(values: Sequence[str]) -> NeedsAnswerError:
    """What to ask of a file with lessons and no morning or afternoon session."""
    lessons = sorted({value.strip() for value in values if value.strip()}, key=lambda word: (len(word), word))
    return NeedsAnswerError(
        f"This file has lessons ({', '.join(lessons[:8])}) and no morning or afternoon sessions.",
        question="session_periods",
        remedy=f"Say which are the registers, such as --sessions AM={lessons[0]},PM={lessons[-1]}, or put "
        f'sessions = {{ "{lessons[0]}" = "AM", "{lessons[-1]}" = "PM" }} in the profile of this export.',
    )


def problems_of(
    rows: pl.DataFrame, shape: Shape, on: date
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """The errors of refused rows and the warnings of loaded ones, each in the order of the file."""
    refused = rows.filter(pl.col("is") == "refused").select(_COLUMNS)
    errors = [
        on_sheet(_error(row, shape), row["sheet"], shape.tables) for row in refused.iter_rows(named=True)
    ]
    return _once(errors), _once(_warnings(rows, shape, on))


def _once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Without repeats: a row of ten sessions has its one missing date reported once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.row or 0))


def _error(row: dict[str, Any], shape: Shape) -> Problem:
    """Why one session was refused: `fault` says which of its cells, and that cell's rule says the rest."""
    table = shape.tables[row["sheet"]]
    cell = table.headings[row["column"] - 1]
    fault = row["fault"]
    if fault in {"who", "ambiguous"}:
        reason = row["who_reason"] if fault == "who" else "ambiguous_pupil"
        message, remedy = _WHO[reason]
        column = table.heading("upn", "adno", "mis_id", "surname", "name")
        return Problem(reason, message, row=row["row"], column=column, remedy=remedy)
    if fault == "conflict":
        remedy = "Neither is loaded. Correct one of them in the system and export again."
        return Problem(
            "duplicate_conflict",
            row["detail"],
            row=row["row"],
            column=cell,
            value=row["mark_text"],
            remedy=remedy,
        )
    headed = shape.by_column and fault == "date"
    column = {"date": table.heading("date", "week_start"), "session": table.heading("session"), "code": cell}[
        fault
    ]
    value = _as_held(row["mark_text"], row["mark_damage"]) if fault == "code" else row[f"{fault}_text"]
    return Problem(
        row[f"{fault}_reason"],
        row[f"{fault}_message"],
        row=table.header_rows[0] if headed else row["row"],
        column=cell if headed else column,
        value=value,
        remedy=row[f"{fault}_remedy"] or "",
    )


def _as_held(text: str, damage: str) -> str:
    """A date in a mark's cell as the workbook holds it: a number of days."""
    if damage != "excel_date":
        return text
    try:
        return str(serial(date.fromisoformat(text[:10])))
    except ValueError:
        return text


def _warnings(rows: pl.DataFrame, shape: Shape, on: date) -> Iterator[Problem]:
    yield from _repeated(rows, shape)
    yield from _tidied(rows, shape)
    yield from _dates(rows, shape, on)
    yield from _weekdays(rows, shape)
    yield from _minutes(rows, shape)


def _repeated(rows: pl.DataFrame, shape: Shape) -> Iterator[Problem]:
    again = rows.filter(pl.col("is") == "repeated")
    for sheet, row, column, text, detail in again.select(
        "sheet", "row", "column", "mark_text", "detail"
    ).iter_rows():
        problem = _warning("duplicate_same", detail, row, shape.tables[sheet].headings[column - 1], text)
        yield on_sheet(problem, sheet, shape.tables)


def _tidied(rows: pl.DataFrame, shape: Shape) -> Iterator[Problem]:
    tidied = (
        rows.filter(pl.col("tidied") != "")
        .filter(_LOADED)
        .select("sheet", "row", "column", "mark_text", "tidied")
    )
    for sheet, row, column, text, message in tidied.iter_rows():
        problem = _warning("code_normalised", message, row, shape.tables[sheet].headings[column - 1], text)
        yield on_sheet(problem, sheet, shape.tables)


def _dates(rows: pl.DataFrame, shape: Shape, on: date) -> Iterator[Problem]:
    odd = rows.filter(pl.col("is") == "mark", (pl.col("day").dt.weekday() > 5) | (pl.col("day") > on))
    for sheet, row, column, text, day, code in odd.select(
        "sheet", "row", "column", "date_text", "day", "code"
    ).iter_rows():
        table = shape.tables[sheet]
        heading = table.headings[column - 1] if shape.by_column else table.heading("date", "week_start")
        for reason, message in date_warning(day, code, on):
            yield on_sheet(_warning(reason, message, row, heading, text), sheet, shape.tables)


def _weekdays(rows: pl.DataFrame, shape: Shape) -> Iterator[Problem]:
    """Session words such as "Mon AM" on another day of the week."""
    heads = {text: day_head(text) for text in rows["session_text"].unique()}
    named = {text: head.weekday + 1 for text, head in heads.items() if head and head.weekday is not None}
    if not named:
        return
    said = pl.col("session_text").replace_strict(named, default=None, return_dtype=pl.Int8)
    wrong = rows.filter(_LOADED, said != pl.col("day").dt.weekday())
    for sheet, row, text, day in wrong.select("sheet", "row", "session_text", "day").iter_rows():
        message = f"{plain_date(day)} is a {day:%A}"
        problem = _warning("other_weekday", message, row, shape.tables[sheet].heading("session"), text)
        yield on_sheet(problem, sheet, shape.tables)


def _minutes(rows: pl.DataFrame, shape: Shape) -> Iterator[Problem]:
    told = rows.filter(pl.col("minutes_text") != "").filter(  # which few have, so this comes first
        _LOADED,
        pl.col("minutes_reason").is_not_null() | ~pl.col("code").cast(pl.String).is_in(["L", "U"]),
    )
    columns = ["sheet", "row", "minutes_text", "minutes", "code", "minutes_reason", "minutes_message"]
    for sheet, row, text, minutes, code, reason, message in told.select(columns).iter_rows():
        heading = shape.tables[sheet].heading("minutes")
        said = message if reason else minutes_warning(minutes, code)
        if said:
            problem = _warning(reason or "minutes_without_late", said, row, heading, text)
            yield on_sheet(problem, sheet, shape.tables)


def _warning(reason: str, message: str, row: int, column: str, value: str) -> Problem:
    return Problem(reason, message, row=row, column=column, value=value, severity=Severity.WARNING)
