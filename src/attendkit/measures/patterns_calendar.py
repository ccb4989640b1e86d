"""The sets of days that a pattern could fall on: weekdays, the edges of holidays, and alternate weeks."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendkit.measures.shape import day_set
from attendkit.terms import Calendar

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_HOLIDAY = 7
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Target:
    """Some days to ask about, a set: the kind of pattern, what they are called, and whose of a sibling's."""

    kind: str
    about: str
    days: int
    sibling: int | None = None


def weekday_targets(dates: Sequence[date]) -> list[Target]:
    """The weekdays; sets of fewer than three days are left out here and below."""
    return _distinct(_weekdays(dates))


def edge_targets(dates: Sequence[date], calendar: Calendar) -> list[Target]:
    """The edges of half terms and of holidays."""
    return _distinct(_edges(dates, calendar))


def alternate_targets(dates: Sequence[date], calendar: Calendar) -> list[Target]:
    """Every other week, whole and by its weekdays: what a pupil's absences may begin on.

    Weeks alternate by the calendar and by the weeks that the school held, each both ways round.
    """
    every_other = _alternate(dates, calendar)
    by_weekday = [
        Target("alternating_days", f"{weekday.about} of every other week", weekday.days & days)
        for weekday in _weekdays(dates)
        for days in every_other
    ]
    return _distinct(
        [
            *by_weekday,
            *(Target("alternating_weeks", "days of every other week", days) for days in every_other),
        ]
    )


def _weekdays(dates: Sequence[date]) -> Iterator[Target]:
    for number, name in enumerate(_WEEKDAYS):
        on_it = day_set(place for place, day in enumerate(dates) if day.weekday() == number)
        yield Target("weekday", f"{name}s", on_it)


def _alternate(dates: Sequence[date], calendar: Calendar) -> list[int]:
    """Every other week, both ways round.

    Homes alternate by the calendar, and a two-week timetable by the weeks that the school held: a half term
    of one week turns the one against the other.
    """
    held = sorted({calendar.week_of(day) for day in dates})
    place = {week: number for number, week in enumerate(held)}
    by_school = [place[calendar.week_of(day)] % 2 for day in dates]
    by_calendar = [calendar.week_of(day).toordinal() // 7 % 2 for day in dates]
    return [
        day_set(number for number, week in enumerate(weeks) if week == which)
        for weeks in (by_school, by_calendar)
        for which in (0, 1)
    ]


def _edges(dates: Sequence[date], calendar: Calendar) -> Iterator[Target]:
    """The first and last day of each half term, and the day on either side of any weekday off.

    The first day that the calendar knows is no edge, because nobody can say what was before it; the last is
    one only where the calendar goes on.
    """
    before = {day: _break(day, calendar.next_school_day(day)) for day in dates}
    after = {day: _break(earlier, day) for day in dates if (earlier := _previous(day, calendar))}
    yield Target("term_end", "the last day of a half term", _where(dates, lambda day: before[day] == _LONG))
    yield Target(
        "term_start", "the first day of a half term", _where(dates, lambda day: after.get(day) == _LONG)
    )
    yield Target("before_holiday", "the day before a holiday", _where(dates, lambda day: bool(before[day])))
    yield Target("after_holiday", "the day after a holiday", _where(dates, lambda day: bool(after.get(day))))


_SHORT, _LONG = 1, 2


def _break(last: date, first: date) -> int:
    """What lies between two school days: nothing but a weekend, a weekday off or two, or a holiday."""
    between = (last + timedelta(days=n) for n in range(1, (first - last).days))
    if not any(day.weekday() < len(_WEEKDAYS) for day in between):
        return 0
    return _LONG if (first - last).days > _HOLIDAY else _SHORT


def _previous(day: date, calendar: Calendar) -> date | None:
    place = bisect_left(calendar.days, day)
    return calendar.days[place - 1] if place else None


def _where(dates: Sequence[date], holds: Callable[[date], bool]) -> int:
    return day_set(number for number, day in enumerate(dates) if holds(day))


def _distinct(targets: Iterable[Target]) -> list[Target]:
    """The targets with days enough to be a pattern, each set of days once."""
    kept: dict[int, Target] = {}
    for target in targets:
        if target.days.bit_count() >= _FEWEST:
            kept.setdefault(target.days, target)
    return list(kept.values())
