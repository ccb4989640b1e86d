"""Sessions within school weeks: the edges of the count and of the weeks."""

from datetime import date, timedelta

import polars as pl
from tests.drawn import drawn, register

from attendkit.measures.windows import spells, week_ends, weeks_of, within
from attendkit.terms import calendar

MONDAY = date(2026, 9, 7)
WEEKS = [MONDAY + timedelta(weeks=n) for n in (0, 1, 2, 4, 5)]  # one week of holiday after the third


def counted(text: str, limit: int = 2, span: int = 3) -> pl.DataFrame:
    marks = register(drawn(text)).marks.filter(pl.col("code") == "O")
    return within(marks, WEEKS, limit=limit, span=span)


def test_a_date_is_in_the_school_week_that_began_last() -> None:
    days = [
        MONDAY - timedelta(days=1),
        MONDAY,
        MONDAY + timedelta(days=6),
        MONDAY + timedelta(weeks=3),
        WEEKS[3],
    ]
    assert weeks_of(pl.Series(days), WEEKS).to_list() == [-1, 0, 0, 2, 3]
    assert weeks_of(pl.Series(days), []).to_list() == [-1] * 5


def test_the_last_week_of_the_span_counts_and_the_next_does_not() -> None:
    inside = counted("2026-09-07  Ada  O/ //\n2026-09-21  Ada  O/ //")
    outside = counted("2026-09-07  Ada  O/ //\n2026-10-05  Ada  O/ //")
    over_the_holiday = counted("2026-09-14  Ada  O/ //\n2026-10-05  Ada  O/ //")
    reached = [each["reached"].to_list() for each in (inside, outside, over_the_holiday)]
    assert reached == [[False, True], [False, False], [False, True]]


def test_pupils_are_counted_apart() -> None:
    assert not counted("2026-09-07  Ada  O/ //\n2026-09-07  Bea  O/ //")["reached"].any()


def test_a_spell_ends_when_a_session_has_too_few_beside_it() -> None:
    text = "2026-09-07  Ada  OO O/\n2026-10-05  Ada  O/ //\n2026-10-12  Ada  O/ //"
    told = spells(counted(text))
    assert told.select("reached_on", "reached_session", "until", "nth").rows() == [
        (date(2026, 9, 7), 2, date(2026, 9, 8), 2),
        (date(2026, 10, 12), 1, date(2026, 10, 12), 5),
    ]


def test_a_week_begins_and_ends_with_a_school_day() -> None:
    days = calendar(terms=[(date(2026, 9, 3), date(2026, 9, 15))])
    firsts, lasts = week_ends(days.days, days.school_weeks)
    assert firsts.to_list() == [date(2026, 9, 3), date(2026, 9, 7), date(2026, 9, 14)]
    assert lasts.to_list() == [date(2026, 9, 4), date(2026, 9, 11), date(2026, 9, 15)]
