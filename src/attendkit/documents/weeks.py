"""A pupil's year as a calendar: a column a week, a row a session, the code in every cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from attendkit.documents.cells import day_text
from attendkit.model import Session

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LABEL, _CELL, _ROW, _HEAD = 62, 20, 17, 32  # pixels
_YEAR = 33  # weeks that have room from the start, so that the cells of one pupil are as large as another's

_FILLS: Mapping[str, str] = {
    "present": "#ffffff",
    "approved_educational_activity": "#d6e8f7",
    "authorised_absence": "#fbe3a6",
    "unauthorised_absence": "#f2b3ab",
    "not_possible": "#e2e2e2",
    "-": "#ffffff",
}
"""The ground of a cell. The code stands in it, so nothing is told by colour alone."""


_KEY = (
    "White is present, blue an educational activity, yellow authorised, red unauthorised absence, grey not"
    " possible."
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One session: its code, what that counts as, and whether the reason is not yet established."""

    code: str
    category: str


@dataclass(frozen=True, slots=True)
class Weeks:
    """The calendar: the Monday of each week, and for each session of the week its name and cells by week."""

    mondays: tuple[date, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]

    def part(self, first: int, length: int) -> "Weeks":
        """So many weeks of it from one on, where all of them are too wide."""
        weeks = slice(first, first + length)
        return Weeks(self.mondays[weeks], tuple((name, cells[weeks]) for name, cells in self.rows))


def weeks_of(sessions: Sequence[Mapping[str, Any]]) -> Weeks:
    """A pupil's sessions (date, session, code, category) by week. A weekend has rows where it has marks."""
    cells = {(one["date"], Session[one["session"]]): Cell(one["code"], one["category"]) for one in sessions}
    mondays = tuple(sorted({day - timedelta(days=day.weekday()) for day, _ in cells}))
    days = max((day.weekday() for day, _ in cells), default=4)
    return Weeks(
        mondays,
        tuple(
            (
                f"{_DAYS[number]} {session.name}",
                tuple(cells.get((monday + timedelta(days=number), session)) for monday in mondays),
            )
            for number in range(max(days, 4) + 1)
            for session in Session
        ),
    )


def heads(weeks: Weeks) -> Iterator[tuple[str, str]]:
    """The month and the day of each week's Monday; the month where it is the first of one.

    A week is in the month that its Thursday is in, so that a term that begins on a Thursday has one month
    over its first column and not two.
    """
    before = ""
    for monday in weeks.mondays:
        _, month, _ = day_text(monday + timedelta(days=3)).split()
        yield ("" if month == before else month), str(monday.day)
        before = month


def calendar_drawing(weeks: Weeks, about: str, number: int) -> dict[str, Any]:
    """What the macros draw a calendar from, as `charts.drawing` is for a chart: `about` is whose it is."""
    across = [_LABEL + _CELL * place for place in range(len(weeks.mondays))]
    down = [_HEAD + _ROW * place for place in range(len(weeks.rows))]
    return {
        "id": f"calendar-{number}",
        "kind": "calendar",
        "title": f"Every session of {about}",
        "says": _KEY,
        "read": "; ".join(_read(weeks)),
        "width": _LABEL + _CELL * max(len(across), _YEAR) + 1,
        "height": _HEAD + _ROW * len(down) + 1,
        "cell": _CELL,
        "row": _ROW,
        "heads": [
            {"x": x, "month": month, "day": day} for x, (month, day) in zip(across, heads(weeks), strict=True)
        ],
        "names": [{"y": y, "text": name} for y, (name, _) in zip(down, weeks.rows, strict=True)],
        "cells": [
            {"x": x, "y": y, "code": cell.code, "fill": _FILLS[cell.category]}
            for y, (_, cells) in zip(down, weeks.rows, strict=True)
            for x, cell in zip(across, cells, strict=True)
            if cell
        ],
    }


def _read(weeks: Weeks) -> Iterator[str]:
    """The calendar as it is read aloud: week by week, each session with its code."""
    for place, monday in enumerate(weeks.mondays):
        codes = [f"{name} {cell.code}" for name, cells in weeks.rows if (cell := cells[place])]
        yield f"week of {day_text(monday)}: {', '.join(codes)}"
