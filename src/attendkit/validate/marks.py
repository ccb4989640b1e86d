"""How each cell of a session mark is read: the one declaration, which also explains what it refuses.

`MarkRow` is the model of a row. Its fields are judged on the distinct values of a column by
`attendkit.validate.judging`, which uses the very same rules.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, InstanceOf, ValidationInfo
from pydantic_core import PydanticCustomError

from attendkit.model import MISSING, Session
from attendkit.rules import codes_on, generations
from attendkit.rules.codes import Code
from attendkit.terms import plain_date
from attendkit.validate.dates import Order, Written, is_pairs, written
from attendkit.validate.sessions import SessionWords

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-") | {"∕": "/", "⁄": "/", "∖": "\\"})
_EXCEL_ERROR = re.compile(r"#(?:N/A|NAME\?|REF!|DIV/0!|VALUE!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|#+)")
_DESCRIBED = re.compile(r"(\S{1,2})\s*(?:[-:(]|\s)\s*(.*[A-Za-z]{3}.*)")
_SHORT_LETTERS = {"J": "J1"}
_LONGEST_LATE = 300
_WEEK = timedelta(days=7)
_DAMAGE = {
    "excel_date": "The workbook holds a date where a code should be",
    "excel_number": "The workbook holds a number where a code should be",
    "excel_boolean": "The workbook holds a truth value where a code should be",
    "excel_error": "This cell is a spreadsheet's error, not a code",
}


class Text(NamedTuple):
    """One cell: its text as the file has it, and how a workbook damaged it (`excel_date` and the like)."""

    text: str
    damage: str = ""


class MarkText(NamedTuple):
    """A mark's cell and a day of the code table that it is read by."""

    text: str
    damage: str
    day: date


class Coded(NamedTuple):
    """A code of the register, or `MISSING`, and the letters that the export used for it."""

    code: str
    said: str


@dataclass(frozen=True)
class Reading:
    """What is known of one file before its cells are read: the context of every rule.

    `codes` are the school's own mapped to national ones; `missing` the further cells that mean no mark;
    `short` says that the file writes one character a mark; `period` is the file's own "from ... to ...",
    which may be the only place where it writes a year; `years_first` says that its years of two digits may
    stand in front.
    """

    order: Order = "dmy"
    period: tuple[date, date] | None = None
    on: date = date.max
    date_1904: bool = False
    words: SessionWords = field(default_factory=SessionWords)
    codes: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    short: bool = False
    years_first: bool = False


def _reading(info: ValidationInfo) -> Reading:
    return info.context if isinstance(info.context, Reading) else Reading()


def _refuse(reason: str, message: str, remedy: str = "") -> PydanticCustomError:
    # Braces would be read as places to fill: what a file says is never a template.
    safe = message.replace("{", "(").replace("}", ")")
    return PydanticCustomError(reason, safe, {"remedy": remedy})


def _date(cell: Text, info: ValidationInfo) -> date:
    reading = _reading(info)
    if cell.damage in {"excel_boolean", "excel_error"} or not cell.text.strip():
        raise _refuse(
            "bad_date", "There is no date in this cell", "Correct it in the system and export again."
        )
    if reading.years_first and is_pairs(cell.text):
        remedy = "Export again with the year in four digits."
        raise _refuse("bad_date", f"{cell.text.strip()!r} may have its year first or last", remedy)
    found = written(cell.text, date_1904=reading.date_1904 and cell.damage == "excel_number")
    if found is None:
        raise _refuse("bad_date", f"{cell.text.strip()!r} is not a date")
    try:
        day = found.on(reading.order, year_of(found, reading))
    except ValueError as error:
        order = "day" if reading.order == "dmy" else "month"
        raise _refuse(
            "bad_date", f"{cell.text.strip()!r}, read {order} first, is not a date: {error}"
        ) from None
    first, last = generations()[0].since, date(min(reading.on.year + 1, 9999), 12, 31)
    if not first <= day <= last:
        raise _refuse("date_out_of_range", f"{plain_date(day)} is not between {first.year} and {last.year}")
    return day


def year_of(found: Written, reading: Reading) -> int | None:
    """The year of a date that has none: the one in the file's period, else the one its weekday fits.

    None too where the period allows two.
    """
    if found.year is not None:
        return None
    if reading.period:
        first, last = reading.period
        around = range((first - _WEEK).year, (last + _WEEK).year + 1)
        days = [day for year in around if (day := found.tried(reading.order, year))]
        inside = [day for day in days if first <= day <= last]
        near = inside or [day for day in days if first - _WEEK <= day <= last + _WEEK]
        return near[0].year if len(near) == 1 else None
    if found.weekday is None or reading.on == date.max:
        return None
    recent = (reading.on.year, reading.on.year - 1)
    return next((year for year in recent if found.tried(reading.order, year)), None)


def _session(cell: Text, info: ValidationInfo) -> Session:
    words = _reading(info).words
    if (half := words.half(cell.text)) is not None:
        return half
    if words.is_lesson(cell.text):
        raise _refuse("lesson", f"{cell.text.strip()!r} is a lesson")
    said = cell.text.strip()
    raise _refuse(
        "bad_session",
        f"{said!r} is neither a morning nor an afternoon" if said else "There is no session in this cell",
        'Say what it is in the profile: sessions = { "word" = "AM" }.' if said else "",
    )


def _code(cell: MarkText, info: ValidationInfo) -> Coded:
    reading = _reading(info)
    if cell.damage:
        raise _refuse(cell.damage, f"{_DAMAGE[cell.damage]}: {cell.text!r}", "Type the code again, as text.")
    plain = cell.text.strip()
    code = tidy_code(plain)
    if plain.casefold() in reading.missing or code in {"", MISSING}:
        return Coded(MISSING, MISSING)
    if _EXCEL_ERROR.fullmatch(code):
        raise _refuse("excel_error", f"{_DAMAGE['excel_error']}: {plain!r}", "Type the code again, as text.")
    if mapped := reading.codes.get(plain) or reading.codes.get(code):
        code = mapped
    table = codes_on(cell.day)
    token = code if _known(code, table, cell.day, reading) else _described(code, table)
    if token is None:
        raise _unknown(plain, code)
    return Coded(_SHORT_LETTERS[token] if token not in table else token, token)


def tidy_code(text: str) -> str:
    """A mark as it is compared: no spaces round it, one form of slash and dash, upper case."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip().strip("'").strip().upper()


def _known(code: str, table: Mapping[str, Code], day: date, reading: Reading) -> bool:
    found = table.get(code)
    if found is None:
        return reading.short and code in _SHORT_LETTERS
    if found.short_only and not (reading.short or code in reading.codes.values()):
        return False
    return found.until is None or day <= found.until


def _described(code: str, table: Mapping[str, Code]) -> str | None:
    """The code in `N - No reason`: a code, then words. `L/N` and `/ ->N` are not."""
    found = _DESCRIBED.fullmatch(code)
    usable = found and found[1] in table and not table[found[1]].short_only
    return found[1] if found and usable else None


def _unknown(plain: str, code: str) -> PydanticCustomError:
    withdrawn, last = next(
        (
            (g.codes[code], g.codes[code].until or g.until)
            for g in generations()
            if code in g.codes and g.codes[code].successor
        ),
        (None, None),
    )
    remedy = f'If it is a code of your own system, map it: [profiles.NAME.codes] "{plain}" = {{ to = "…" }}.'
    if withdrawn and last:
        return _refuse(
            "unknown_code",
            f"{plain!r} is not a code after {last.day} {last:%B %Y}: {withdrawn.successor} replaced it",
            remedy.replace("…", withdrawn.successor.split(" ")[0]),
        )
    if code == "\\\\":
        return _refuse("unknown_code", "A double backslash: a program escaped the mark on its way", remedy)
    if code == "0":
        return _refuse("unknown_code", "'0' is the number nought, not the letter O", remedy)
    return _refuse("unknown_code", f"{plain!r} is not an attendance code", remedy)


def _minutes(cell: Text) -> int | None:
    plain = cell.text.strip().removeprefix("'")
    if not plain:
        return None
    found = re.fullmatch(r"(\d{1,3})(?:\.0+)?", plain)
    if cell.damage not in {"", "excel_number"} or not found or int(found[1]) > _LONGEST_LATE:
        raise _refuse(
            "bad_minutes", f"{plain!r} is not a number of minutes", "The mark is loaded without it."
        )
    return int(found[1])


ReadDate = Annotated[date, BeforeValidator(_date)]
ReadSession = Annotated[Session, BeforeValidator(_session)]
ReadCode = Annotated[InstanceOf[Coded], BeforeValidator(_code)]
ReadMinutes = Annotated[int | None, BeforeValidator(_minutes)]


class MarkRow(BaseModel):
    """One session mark, as the register wants it. Every field says how its cell is read.

    `code` is given as a `MarkText`, because a mark is read by the code table of its own day; the others as
    a `Text`. The context is a `Reading`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: ReadDate
    session: ReadSession
    code: ReadCode
    minutes: ReadMinutes


def date_warning(day: date, code: str, on: date) -> tuple[tuple[str, str], ...]:
    """Why a sound date is still worth a look: at a weekend, or still to come. A closure may be either."""
    if code in {MISSING, "#"}:
        return ()
    weekend = (("weekend_date", f"{plain_date(day)} is a {day:%A}"),) if day.weekday() > 4 else ()
    future = (("future_date", f"{plain_date(day)} is after {plain_date(on)}"),) if day > on else ()
    return weekend + future


def code_warning(text: str, said: str) -> str:
    """How a mark was tidied before it was read, or an empty text. Spaces round it are not worth a word."""
    plain = text.strip()
    changed = plain and plain != said and tidy_code(plain) == said
    return f"{plain!r} was read as {said}" if changed else ""


def minutes_warning(minutes: int | None, code: str) -> str:
    """Why minutes late do not belong with this mark, or an empty text."""
    if not minutes or code in {"L", "U"}:
        return ""
    return f"{minutes} minutes late, on a mark of {code!r} which is neither L nor U"


def code_eras() -> list[date]:
    """The days on which what a code means changed: marks between two of them are read alike."""
    changes: set[date] = set()
    for generation in generations():
        changes.add(generation.since)
        changes |= {date.fromordinal(c.until.toordinal() + 1) for c in generation.codes.values() if c.until}
    return sorted(changes)


def explain(error: Any) -> tuple[str, str, str]:
    """Reason, message and remedy of the first thing a rule refused."""
    first = error.errors(include_url=False)[0]
    return first["type"], first["msg"], first.get("ctx", {}).get("remedy", "")
