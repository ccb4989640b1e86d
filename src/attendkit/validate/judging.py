"""Judging a column by its distinct values: a code, a date or a session word is read once a file."""

from collections.abc import Callable
from typing import Any

import polars as pl
from pydantic import TypeAdapter, ValidationError

from attendkit.model import MISSING
from attendkit.register.model import CODES
from attendkit.validate.distinct import distinct_rows, spread
from attendkit.validate.marks import (
    MarkText,
    ReadCode,
    ReadDate,
    Reading,
    ReadMinutes,
    ReadSession,
    Text,
    code_eras,
    code_warning,
    explain,
)

_DATE = TypeAdapter(ReadDate)
_SESSION = TypeAdapter(ReadSession)
_CODE = TypeAdapter(ReadCode)
_MINUTES = TypeAdapter(ReadMinutes)

_VERDICT = {"reason": pl.String, "message": pl.String, "remedy": pl.String}


def judge_dates(cells: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """`date_text`, `date_damage` -> `day`, and `date_reason` where the cell is refused."""
    return _judge(
        cells,
        ["date_text", "date_damage"],
        lambda text, damage: {"day": _DATE.validate_python(Text(text, damage), context=reading)},
        {"day": pl.Date},
        "date",
    )


def judge_sessions(cells: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """`session_text` -> `session`, and `session_reason` (`lesson` for a lesson)."""
    return _judge(
        cells,
        ["session_text"],
        lambda text: {"session": int(_SESSION.validate_python(Text(text), context=reading))},
        {"session": pl.UInt8},
        "session",
    )


def judge_codes(cells: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """`mark_text`, `mark_damage`, `day` -> `code`, `said`, `tidied`, and `code_reason`.

    `tidied` says how the mark was tidied. A mark without a sound date has no code.
    """
    eras = code_eras()
    begun = [(pl.col("day") >= start).fill_null(value=False).cast(pl.UInt8) for start in eras[1:]]

    def read(text: str, damage: str, era: int) -> dict[str, Any]:
        coded = _CODE.validate_python(MarkText(text, damage, eras[era]), context=reading)
        return {"code": coded.code, "said": coded.said, "tidied": code_warning(text, coded.said)}

    judged = _judge(
        cells.with_columns(era=pl.sum_horizontal(begun)),
        ["mark_text", "mark_damage", "era"],
        read,
        {"code": CODES, "said": pl.String, "tidied": pl.String},
        "code",
    )
    return judged.drop("era")


def judge_minutes(cells: pl.DataFrame) -> pl.DataFrame:
    """`minutes_text`, `minutes_damage` -> `minutes`, and `minutes_reason`."""
    return _judge(
        cells,
        ["minutes_text", "minutes_damage"],
        lambda text, damage: {"minutes": _MINUTES.validate_python(Text(text, damage))},
        {"minutes": pl.UInt16},
        "minutes",
    )


def _judge(
    cells: pl.DataFrame,
    by: list[str],
    read: Callable[..., dict[str, Any]],
    gives: dict[str, Any],
    name: str,
) -> pl.DataFrame:
    """Read each distinct value once and give every row its verdict."""
    distinct, place = distinct_rows(cells, by)
    verdicts = [_verdict(read, row) for row in distinct.iter_rows()]
    columns = {**gives, **_VERDICT}
    table = pl.DataFrame(verdicts, schema=columns, orient="row" if not verdicts else None)
    table = table.rename({verdict: f"{name}_{verdict}" for verdict in _VERDICT})
    return cells.with_columns(spread(table, place))


def _verdict(read: Callable[..., dict[str, Any]], row: tuple[Any, ...]) -> dict[str, Any]:
    try:
        return read(*row)
    except ValidationError as error:
        reason, message, remedy = explain(error)
        return {"reason": reason, "message": message, "remedy": remedy}


__all__ = ["MISSING", "judge_codes", "judge_dates", "judge_minutes", "judge_sessions"]
