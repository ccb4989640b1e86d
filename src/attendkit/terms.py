"""The school's calendar: which days are school days, and how to count them.

Every rule that says "school day" or "school week" is counted here and nowhere else. A weekday is never
guessed where the calendar is known; days after the last known one are taken as Monday to Friday and
say so (`Calendar.known_until`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property

_FRIDAY = 4
_SATURDAY = 5
_AUGUST = 8
_SEPTEMBER = 9
_HOLIDAY_GAP = 7
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """School days in order, from term dates, from the register, or both.

    `days` are the known school days. `closed` are days known not to be school days. `known_until` is
    the last date the calendar can answer for; later days are taken as Monday to Friday.
    `week_starts_on` is a weekday number, Monday 0 (the law does not name one).
    """

    days: tuple[date, ...]
    closed: frozenset[date] = frozenset()
    known_until: date = date.min
    week_starts_on: int = 0
    _days: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the days for membership."""
        object.__setattr__(self, "_days", frozenset(self.days))

    def is_school_day(self, day: date) -> bool:
        """Whether the school meets on `day`: known, or assumed after `known_until` (R1.2)."""
        if day <= self.known_until:
            return day in self._days
        return day in self._days or (day.weekday() < _SATURDAY and day not in self.closed)

    def is_assumed(self, day: date) -> bool:
        """Whether an answer about `day` rests on the Monday-to-Friday assumption."""
        return day > self.known_until

    def next_school_day(self, day: date) -> date:
        """The first school day after `day`."""
        following = day + _ONE_DAY
        while not self.is_school_day(following):
            following += _ONE_DAY
        return following

    def after(self, day: date, school_days: int) -> date:
        """The `school_days`-th school day after `day`; `day` itself is day 0 and need not be one."""
        for _ in range(school_days):
            day = self.next_school_day(day)
        return day

    def between(self, first: date, last: date) -> int:
        """How many school days there are from `first` to `last`, both included."""
        if last < first:
            return 0
        edge = min(last, self.known_until)
        known = bisect_right(self.days, edge) - bisect_left(self.days, first)
        day = max(first, self.known_until + _ONE_DAY) if self.known_until > date.min else first
        assumed = 0
        while day <= last:
            assumed += self.is_school_day(day)
            day += _ONE_DAY
        return max(known, 0) + assumed

    def age(self, day: date, on: date) -> int:
        """School days gone since `day` by `on`: 0 on the day itself (R6.2)."""
        return self.between(day + _ONE_DAY, on)

    def week_of(self, day: date) -> date:
        """The first day of the week that `day` is in."""
        return day - timedelta(days=(day.weekday() - self.week_starts_on) % 7)

    @cached_property
    def school_weeks(self) -> tuple[date, ...]:
        """The first day of every known school week: a week with at least one school day (R1.3)."""
        return tuple(sorted({self.week_of(day) for day in self.days}))

    def school_week(self, day: date, ago: int = 0) -> tuple[date, date]:
        """The first and the last date of the school week that `day` is in, or of one so many before it.

        In a week without a school day it is the last school week before (R1.3); where none is known, the
        week of the day.
        """
        place = bisect_right(self.school_weeks, day) - 1 - ago
        first = self.school_weeks[place] if place >= 0 else self.week_of(day) - timedelta(weeks=ago)
        return first, first + timedelta(days=6)

    def half_term_of(self, day: date) -> date:
        """The first school day of the half term that `day` is in.

        Half terms are parted by a week or more without a school day. With no school day on or
        before `day`, `day` itself is given back.
        """
        index = bisect_right(self.days, day)
        if index == 0:
            return day
        while index > 1 and (self.days[index - 1] - self.days[index - 2]).days <= _HOLIDAY_GAP:
            index -= 1
        return self.days[index - 1]


def calendar(
    *,
    terms: Iterable[tuple[date, date]] = (),
    closures: Iterable[tuple[date, date]] = (),
    seen: Iterable[date] = (),
    seen_closed: Iterable[date] = (),
    week_starts_on: int = 0,
) -> Calendar:
    """A calendar from term dates, closures, and what the register shows.

    Term dates give every Monday to Friday inside them that is not in a closure (a half term, an INSET
    day). The register adds the days it has marks for and takes away those on which every pupil was
    marked as not required because the school was closed: it is the evidence of what happened.
    """
    shut = {day for first, last in closures for day in _dates(first, last)}
    shut |= set(seen_closed)
    planned = {day for first, last in terms for day in _dates(first, last) if day.weekday() < _SATURDAY}
    held = set(seen)
    days = tuple(sorted((planned - shut) | (held - set(seen_closed))))
    # A closure marked ahead, such as # for an INSET day in January, tells nothing of the days before it.
    ends = [*(last for _, last in terms), *held]
    return Calendar(
        days=days,
        closed=frozenset(shut - held),
        known_until=max(ends, default=date.min),
        week_starts_on=week_starts_on,
    )


def _dates(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def plain_date(day: date) -> str:
    """A date in a message: 3 November 2026."""
    return f"{day.day} {day:%B %Y}"


def academic_year(day: date) -> tuple[date, date]:
    """The academic year that `day` is in, 1 August to 31 July, so that any September start is inside."""
    start = day.year if day.month >= _AUGUST else day.year - 1
    return date(start, _AUGUST, 1), date(start + 1, _AUGUST, 1) - _ONE_DAY


def same_date(day: date, years: int = 1) -> date:
    """The same date some years earlier; 28 February for the 29th where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@cache
def school_age_ends(born: date) -> date:
    """When compulsory school age ends: the last Friday in June of the year the child turns 16 (R1.5)."""
    year_of_birth_ends = born.year if born.month < _SEPTEMBER else born.year + 1
    day = date(year_of_birth_ends + 16, 6, 30)
    while day.weekday() != _FRIDAY:
        day -= _ONE_DAY
    return day
