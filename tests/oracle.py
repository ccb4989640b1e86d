"""The rules again, slowly: plain Python, one mark at a time, no Polars, nothing shared with attendkit.

Written from the text of the rules, to be compared with the measures and duties on random registers.
Marks are anything with pupil, date, session, code and minutes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

NEW_CODES = date(2024, 8, 19)
MISSING = "-"

# R1.4, as the two tables of codes have it.
PRESENT = {"/", "\\", "L"}
ACTIVITY = ({"B", "J", "P", "V", "W"}, {"B", "K", "P", "V", "W"})
AUTHORISED = (
    {"C", "E", "F", "H", "I", "M", "R", "S", "T"},
    {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"},
)
UNAUTHORISED = {"G", "N", "O", "U"}
NOT_POSSIBLE = (
    {"D", "X", "Y", "Z", "#"},
    {"D", "Q", "X", "Y", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z", "#"},
)
# R7.8
ON_SITE = {"/", "\\", "L", "U"}
MAYBE = ({"M", "N", "S", MISSING}, {"M", "N", "S", "X", MISSING})

FIGURES = (
    "possible",
    "present",
    "absent",
    "authorised",
    "unauthorised",
    "late",
    "late_after_close",
    "n_codes",
    "not_possible",
    "missing",
    "minutes_late",
)


class Mark(Protocol):
    """One mark, however it is held."""

    @property
    def pupil(self) -> int: ...
    @property
    def date(self) -> date: ...
    @property
    def session(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def minutes(self) -> int | None: ...


def table(day: date) -> int:
    """Which table of codes a day is read by: 0 until 18 August 2024, 1 since."""
    return 0 if day < NEW_CODES else 1


def codes(day: date) -> list[str]:
    """Every code in force on a day."""
    n = table(day)
    return sorted(PRESENT | ACTIVITY[n] | AUTHORISED[n] | UNAUTHORISED | NOT_POSSIBLE[n])


def attended(mark: Mark) -> bool:
    return mark.code in PRESENT or mark.code in ACTIVITY[table(mark.date)]


def absent(mark: Mark) -> bool:
    return mark.code in AUTHORISED[table(mark.date)] or mark.code in UNAUTHORISED


def totals(marks: Iterable[Mark]) -> dict[str, int]:
    """Every figure of one pupil's marks, in sessions, and minutes late."""
    names = (
        "possible present absent authorised unauthorised late late_after_close n_codes not_possible missing"
    )
    figures = dict.fromkeys([*names.split(), "minutes_late"], 0)
    for mark in marks:
        n = table(mark.date)
        figures["present"] += attended(mark)
        figures["absent"] += absent(mark)
        figures["possible"] += attended(mark) or absent(mark)
        figures["authorised"] += mark.code in AUTHORISED[n]
        figures["unauthorised"] += mark.code in UNAUTHORISED
        figures["not_possible"] += mark.code in NOT_POSSIBLE[n]
        figures["missing"] += mark.code == MISSING
        figures["late"] += mark.code == "L"
        figures["late_after_close"] += mark.code == "U"
        figures["n_codes"] += mark.code == "N"
        figures["minutes_late"] += mark.minutes or 0
    return figures


def percent(present: int, possible: int) -> str | None:
    """Attendance to two decimals, half up, by long division (R2.4)."""
    if possible == 0:
        return None
    hundredths, left = divmod(present * 10_000, possible)
    if left * 2 >= possible:
        hundredths += 1
    whole, decimals = divmod(hundredths, 100)
    return f"{whole}.{decimals:02}"


def persistent(possible: int, missed: int) -> bool:
    """R3.1: 10% or more of possible sessions missed."""
    return possible > 0 and 10 * missed >= possible


def band(possible: int, missed: int) -> str:
    """R3.4."""
    if possible == 0:
        return "no_data"
    if 2 * missed >= possible:
        return "severe"
    if persistent(possible, missed):
        return "persistent"
    return "at_risk" if 100 * missed > 8 * possible else "on_track"


def in_hand(possible: int, missed: int, ahead: int) -> int:
    """How many of the sessions ahead can be missed with the pupil not persistent at the end: by trying."""
    able = [k for k in range(ahead + 1) if not persistent(possible + ahead, missed + k)]
    return max(able, default=0)


def crosses(possible: int, missed: int, ahead: Sequence[date]) -> date | None:
    """The first day on which missing every session makes the pupil persistent: by walking there."""
    for n, day in enumerate(ahead, start=1):
        if persistent(possible + n, missed + n):
            return day
    return None


def recovers(possible: int, missed: int, ahead: Sequence[date]) -> date | None:
    """The first day on which attending every session makes the pupil not persistent."""
    for n, day in enumerate(ahead, start=1):
        if not persistent(possible + n, missed):
            return day
    return None


def days_away(marks: Sequence[Mark]) -> list[date]:
    """The days that one pupil has been absent in a row, by walking back from the last."""
    away: list[date] = []
    for day in sorted({mark.date for mark in marks}, reverse=True):
        today = [mark for mark in marks if mark.date == day]
        if any(attended(mark) or mark.code in ON_SITE for mark in today):
            break
        if any(absent(mark) for mark in today):
            away.append(day)
    return sorted(away)


def last_on_site(marks: Iterable[Mark]) -> tuple[date, int] | None:
    """The latest session at which one pupil was certainly in school."""
    return max(((mark.date, mark.session) for mark in marks if mark.code in ON_SITE), default=None)


@dataclass(frozen=True)
class Days:
    """School days: those known, and Monday to Friday after the last day known."""

    known: Collection[date]
    until: date

    def __contains__(self, day: date) -> bool:
        return day in self.known or (day > self.until and day.weekday() < 5)

    def age(self, day: date, on: date) -> int:
        """School days after `day`, up to `on` (R6.2)."""
        return sum(day + timedelta(days=n) in self for n in range(1, (on - day).days + 1))

    def deadline(self, day: date) -> date:
        """The fifth school day after `day` (R6.1)."""
        left = 5
        while left:
            day += timedelta(days=1)
            left -= day in self
        return day


def unseen(marks: Sequence[Mark], days: Days, until: date) -> int | None:
    """School days since one pupil was last seen, where a session since then was missed or not marked."""
    seen = max((m.date for m in marks if attended(m) or m.code in ON_SITE), default=None)
    lost = [m.date for m in marks if (seen is None or m.date > seen) and (absent(m) or m.code == MISSING)]
    if not lost:
        return None
    return days.age(seen or min(lost) - timedelta(days=1), until)


def where(mark: Mark | None, day: date) -> str:
    """Where a fire register says a pupil is (R7.8)."""
    code = mark.code if mark else MISSING
    if code in ON_SITE:
        return "on_site"
    return "unknown" if code in MAYBE[table(day)] else "absent"


def missing(mark: Mark | None) -> bool:
    """Nobody marked it: no row at all, or a row with no mark (R1.7)."""
    return mark is None or mark.code == MISSING


def to_call(marks: Iterable[Mark], roll: dict[int, str], on: date) -> dict[tuple[int, int], bool]:
    """Sessions to list for first-day calling, each with whether its reason is known (R8).

    An absence always; no mark only in a session that the school held, and only where at least half of the
    pupil's tutor group has one.
    """
    today = {(mark.pupil, mark.session): mark for mark in marks if mark.date == on}
    listed: dict[tuple[int, int], bool] = {}
    for session in (1, 2):
        theirs = {pupil: today.get((pupil, session)) for pupil in roll}
        theirs = {pupil: mark for pupil, mark in theirs.items() if mark is None or mark.code != "Z"}
        met = any(mark and (attended(mark) or absent(mark)) for mark in theirs.values())
        for pupil, mark in theirs.items():
            group = [missing(theirs[other]) for other in theirs if roll[other] == roll[pupil]]
            if mark and absent(mark):
                listed[pupil, session] = mark.code != "N"
            elif missing(mark) and met and group.count(True) <= group.count(False):
                listed[pupil, session] = False
    return listed


def open_n(
    marks: Iterable[Mark], days: Days, on: date
) -> dict[tuple[int, date, int], tuple[int, date, bool]]:
    """Every N of the academic year, with its age in school days, its deadline, and whether it is overdue."""
    year = on.year if on.month >= 8 else on.year - 1
    return {
        (m.pupil, m.date, m.session): (days.age(m.date, on), days.deadline(m.date), days.age(m.date, on) > 5)
        for m in marks
        if m.code == "N" and date(year, 8, 1) <= m.date <= on
    }


def rows(figures: dict[str, int]) -> dict[str, Any]:
    """What `bands` says of one pupil's figures."""
    return {
        **{name: figures[name] for name in figures if name != "absent"},
        "missed": figures["absent"],
        "percent": percent(figures["present"], figures["possible"]),
        "band": band(figures["possible"], figures["absent"]),
    }
