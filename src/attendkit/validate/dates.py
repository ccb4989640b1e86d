"""Dates as school systems write them, and which of day and month comes first in one file.

The order is decided once a file, never once a cell: read month-first, ten school days become ten scattered
ones without one error.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from attendkit.terms import plain_date

Order = Literal["dmy", "mdy"]

_ORDERS: tuple[Order, Order] = ("dmy", "mdy")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SATURDAY = 5
_AUGUST = 8
_NEAR = timedelta(days=21)

# A serial is a count of days. Excel's 1900 system counts a 29 February 1900 that never was, hence the 30th.
_EPOCH = date(1899, 12, 30)
_DAYS_BETWEEN_SYSTEMS = 1462
_SERIALS = range(25_000, 75_000)

# An hour before midnight by Greenwich is midnight of the next day in summer: no date is sure then.
_TIME = re.compile(
    r"[t ]+(?!23:\d\d(?::[\d.]+)?\+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?(?:\+00:?00)?$"
)
_PAIRS = re.compile(r"\b(?<![-/.])(\d\d)[-/.](\d\d)[-/.](\d\d)\b(?![-/.])")
_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?,?")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?")
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})|((?:19|20)\d{2})(\d{2})(\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3,9})[-/., ]*(\d{4}|\d{2})?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})[-/. ]*(\d{1,2})(?:st|nd|rd|th)?(?:[-/., ]+(\d{4}|\d{2}))?")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it is written: numbers in their places, before anyone decides which is the day.

    `settled` is true when the writing leaves no choice (a month in words, the year first, a serial): then
    `first` is the day and `second` the month. `year` is None where the file does not write it.
    """

    first: int
    second: int
    year: int | None
    settled: bool = False
    weekday: int | None = None

    def on(self, order: Order, year: int | None = None) -> date:
        """The day it is, read in one order.

        Raises:
            ValueError: there is no such day, or it is not the weekday that the file says.
        """
        day, month = (
            (self.second, self.first) if order == "mdy" and not self.settled else (self.first, self.second)
        )
        known = self.year or year
        if known is None:
            raise ValueError("it has no year, and nothing above the table gives just one")
        try:
            found = date(known, month, day)
        except ValueError:
            raise ValueError("there is no such day") from None
        if self.weekday is not None and found.weekday() != self.weekday:
            raise ValueError(f"{plain_date(found)} is a {found:%A}")
        return found

    def tried(self, order: Order, year: int | None = None) -> date | None:
        """The day it is, read in one order, or None when there is no such day."""
        try:
            return self.on(order, year)
        except ValueError:
            return None


def written(text: str, *, date_1904: bool = False) -> Written | None:
    """A cell as a date, or None when it is not one."""
    lower = " ".join(text.casefold().split())
    plain = _TIME.sub("", lower)
    named = _WEEKDAY.search(plain)
    weekday = _DAYS.index(named[1]) if named else None
    plain = _WEEKDAY.sub("", plain, count=1).strip(" ,-")
    if found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups() if part)
        return Written(day, month, year, settled=True, weekday=weekday)
    if found := _NUMBERS.fullmatch(plain):
        return Written(int(found[1]), int(found[2]), _year(found[3]), weekday=weekday)
    if found := _DAY_MONTH.fullmatch(plain):
        return _in_words(found[1], found[2], found[3], weekday)
    if found := _MONTH_DAY.fullmatch(plain):
        return _in_words(found[2], found[1], found[3], weekday)
    if (found := _SERIAL.fullmatch(plain)) and int(found[1]) in _SERIALS:
        counted = _EPOCH + timedelta(days=int(found[1]) + (_DAYS_BETWEEN_SYSTEMS if date_1904 else 0))
        return Written(counted.day, counted.month, counted.year, settled=True)
    return None


def is_pairs(text: str) -> bool:
    """Whether a date is written as three pairs of digits: 26-09-17."""
    return bool(_PAIRS.search(text))


def years_first(texts: Iterable[str], on: date) -> bool:
    """Whether dates of three pairs of digits (26-09-17) may have their year in front.

    They do where the first pair stays and the last one varies, or where only that gives a year near `on`.
    """
    found = [tuple(map(int, pairs.groups())) for text in texts if (pairs := _PAIRS.search(text))]
    firsts, lasts = {pairs[0] for pairs in found}, {pairs[2] for pairs in found}
    now = on.year % 100

    def near(numbers: set[int]) -> bool:
        return all(abs(number - now) <= 1 for number in numbers)

    return bool(found) and near(firsts) and (len(lasts) > len(firsts) or not near(lasts))


def serial(day: date) -> int:
    """The number that a workbook keeps for a day."""
    return (day - _EPOCH).days


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if len(text) == len("2026") else 2000 + int(text)


def _in_words(day: str, month: str, year: str | None, weekday: int | None) -> Written | None:
    if month[:3] not in _MONTHS:
        return None
    return Written(int(day), _MONTHS.index(month[:3]) + 1, _year(year), settled=True, weekday=weekday)


DayOf = Callable[[Written, Order], date | None]


@dataclass(frozen=True, slots=True)
class Decision:
    """Which order a file's dates are in. `order` is None when the file cannot say and a person must.

    `proved` is false when day first was taken because it is how England writes dates and nothing in the
    file speaks against it.
    """

    order: Order | None
    proved: bool = True


def _try(w: Written, order: Order) -> date | None:
    # A year that the file leaves out cannot tell the orders apart; a leap year allows every day.
    return w.tried(order) if w.year else replace(w, weekday=None).tried(order, year=2028)


def decide(dates: Mapping[Written, int], *, mondays: bool = False, day_of: DayOf = _try) -> Decision:
    """The order of day and month, from every date in a file with how many rows have it.

    A date is strange in an order when there is no such day, when it is at a weekend or in August (no Monday,
    where `mondays` says that each starts a week), or when it is far from the dates that leave no choice.
    Month first needs proof, a number over 12 in the second place; being less strange is only enough to ask.
    `day_of` says which day a date without a year is.
    """
    open_ones = {w: rows for w, rows in dates.items() if not w.settled and w.first != w.second}
    if not open_ones:
        return Decision("dmy")
    known = [day for w in dates if w.settled and (day := day_of(w, "dmy"))]
    days = {order: [(day_of(w, order), rows) for w, rows in open_ones.items()] for order in _ORDERS}
    strange = {order: _strange(days[order], known, mondays=mondays) for order in _ORDERS}
    only_dmy = sum(rows for w, rows in open_ones.items() if w.first > 12 >= w.second and _try(w, "dmy"))
    only_mdy = sum(rows for w, rows in open_ones.items() if w.second > 12 >= w.first and _try(w, "mdy"))
    if min(only_dmy, only_mdy) * 5 > max(only_dmy, only_mdy):
        return Decision(None)  # a sixth proves the other order: two exports in one file
    if strange["dmy"] * 2 < strange["mdy"]:
        return Decision("dmy")
    if strange["mdy"] * 2 < strange["dmy"]:
        return Decision("mdy" if only_mdy > only_dmy else None)
    return _by_spread({order: [day for day, _ in days[order] if day] for order in _ORDERS}, len(open_ones))


def decide_by_numbers(dates: Iterable[Written]) -> Decision | None:
    """The order that other dates of the same file prove with a number over 12, or None."""
    open_ones = [w for w in dates if not w.settled and w.year]
    day_first = any(w.first > 12 >= w.second for w in open_ones)
    month_first = any(w.second > 12 >= w.first for w in open_ones)
    if day_first == month_first:
        return None
    return Decision("dmy" if day_first else "mdy")


def _by_spread(days: Mapping[Order, list[date]], dates: int) -> Decision:
    spread = {o: max(days[o]) - min(days[o]) if days[o] else timedelta.max for o in _ORDERS}
    if spread["dmy"] < spread["mdy"]:
        return Decision("dmy")
    if spread["dmy"] > spread["mdy"] or dates > 1:
        return Decision(None)
    return Decision("dmy", proved=False)


def _strange(days: Iterable[tuple[date | None, int]], known: list[date], *, mondays: bool) -> int:
    return sum(rows for day, rows in days if _is_strange(day, known, mondays=mondays))


def _is_strange(day: date | None, known: list[date], *, mondays: bool) -> bool:
    if day is None:
        return True
    if known and not min(known) - _NEAR <= day <= max(known) + _NEAR:
        return True
    return day.weekday() > 0 if mondays else day.weekday() >= _SATURDAY or day.month == _AUGUST
