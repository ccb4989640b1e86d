"""One value of a report as a person reads it: the same words on the screen, on paper and in a workbook."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from rich.cells import cell_len, chop_cells

from attendkit.findings import Column, Kind
from attendkit.model import MISSING, Session
from attendkit.terms import academic_year

NO_MARK = "no mark"
"""How a session that nobody marked is written for a person."""

KEPT = "\u00a0"
"""What stands between a name and its figure, so that no line is broken there: a no-break space."""

_IN_A_NUMBER = re.compile(r"(?<=\d) (?=\d)")

PARTED = " · "
"""What stands between parts of one line."""

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BIDI_CONTROLS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))


_NO_SIGNS = "\ufffe\uffff"
"""What no XML file, and so no workbook or Word file, may hold."""


def tidy(text: str) -> str:
    """Text on one line without characters that steer a terminal, a printer or the direction of a row."""
    text = text.translate(_BIDI_CONTROLS)
    if text.isprintable():
        return text
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} or c in _NO_SIGNS else c for c in text)
    return " ".join(filter(None, "".join(kept).split(" ")))


def day_text(day: date, near: date | None = None) -> str:
    """A date: `Fri 20 Nov` inside the academic year of `near`, `20 Nov 2026` anywhere else.

    The words are ours and not the machine's, so that a document is the same under any locale.
    """
    month = _MONTHS[day.month - 1]
    if near is not None and academic_year(day) == academic_year(near):
        return f"{_WEEKDAYS[day.weekday()]} {day.day} {month}"
    return f"{day.day} {month} {day.year}"


def session_text(session: int) -> str:
    """`AM` or `PM`."""
    return Session(session).name


def cell_text(value: Any, column: Column, near: date | None = None) -> str:
    """The value of one cell as text, by its column's kind. Nothing known is an empty text."""
    if value is None:
        return ""
    if column.name == "session" and isinstance(value, int):
        return session_text(value)
    if column.kind is Kind.CODE and value == MISSING:
        return NO_MARK
    if column.kind is Kind.PERCENT:
        return f"{value}%"
    if column.kind is Kind.POINTS:
        return value if value.startswith("-") or not value.strip("0.") else f"+{value}"
    return value_text(value, near)


def value_text(value: Any, near: date | None = None) -> str:
    """Any value as text: numbers with thousands parted, dates in words, several joined by commas."""
    if isinstance(value, Mapping):
        return ", ".join(f"{words(str(name))}{KEPT}{value_text(one, near)}" for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(value_text(one, near) for one in value)
    return _single_text(value, near)


def _single_text(value: Any, near: date | None) -> str:
    match value:
        case None:
            return "not known"
        case bool():
            return "Yes" if value else "No"
        case int():
            return f"{value:,}"
        case date():
            return day_text(value, near)
    return value.isoformat(timespec="minutes") if isinstance(value, time) else lines(str(value))


def lines(text: str) -> str:
    """Text made tidy line by line, keeping its line ends."""
    return "\n".join(tidy(line) for line in text.splitlines()) if "\n" in text else tidy(text)


def words(name: str) -> str:
    """A name such as `on_roll` in words, `on roll`."""
    return tidy(name.replace("_", " "))


def label(name: str) -> str:
    """A name such as `on_roll` as it stands at the head of a line, `On roll`."""
    said = words(name)
    return said[:1].upper() + said[1:]


def wrapped(text: str, width: int) -> list[str]:
    """Text on lines no wider than `width` cells: broken at spaces, and inside only what is too long alone."""
    told: list[str] = []
    for word in tidy(text).split(" "):
        if told and cell_len(told[-1]) + 1 + cell_len(word) <= width:
            told[-1] += f" {word}"
        else:
            told += chop_cells(word, width) or [""]
    return [line.replace(KEPT, " ") for line in told]


def unbroken(text: str) -> str:
    """Text in which no line is broken inside a telephone number: `07700 900418` stays together."""
    return _IN_A_NUMBER.sub(KEPT, text)


def filled(parts: Iterable[str], width: int) -> list[str]:
    """Parts on as few lines as hold them, each broken between parts where that can be."""
    told: list[str] = []
    for part in parts:
        if told and cell_len(told[-1]) + len(PARTED) + cell_len(part) <= width:
            told[-1] += PARTED + part
        else:
            told.append(part)
    return told
