"""The calendar: school days and school weeks, counted against a slow plain count."""

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendkit.terms import Calendar, academic_year, calendar, plain_date, school_age_ends

WORKED = json.loads((Path(__file__).parent / "data" / "worked_examples.json").read_text(encoding="utf-8"))
SUMMER = (date(2026, 6, 1), date(2026, 7, 21))
AUTUMN = (date(2026, 9, 3), date(2026, 12, 18))
HALF_TERM = (date(2026, 10, 26), date(2026, 10, 30))
TERMS = calendar(terms=[SUMMER, AUTUMN], closures=[HALF_TERM])


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_a_term_gives_its_weekdays_less_the_half_term() -> None:
    assert TERMS.days[0] == day("2026-06-01")
    assert TERMS.days[-1] == day("2026-12-18")
    assert len(TERMS.days) == 37 + 37 + 35
    assert not TERMS.is_school_day(day("2026-10-24"))
    assert not TERMS.is_school_day(day("2026-10-26"))
    assert TERMS.is_school_day(day("2026-11-02"))


def test_the_summer_holiday_has_no_school_days_though_it_has_weekdays() -> None:
    assert TERMS.between(day("2026-07-22"), day("2026-09-02")) == 0
    assert TERMS.next_school_day(day("2026-07-21")) == day("2026-09-03")


def test_an_inset_day_is_no_school_day() -> None:
    inset = day("2026-09-07")
    closed = calendar(terms=[AUTUMN], closures=[(inset, inset)])
    assert TERMS.is_school_day(inset)
    assert not closed.is_school_day(inset)
    assert closed.next_school_day(day("2026-09-04")) == day("2026-09-08")


def test_a_day_with_marks_is_a_school_day_whatever_the_terms_say() -> None:
    inset, saturday = day("2026-09-07"), day("2026-09-12")
    seen = calendar(terms=[AUTUMN], closures=[(inset, inset)], seen=[inset, saturday])
    assert seen.is_school_day(inset)
    assert seen.is_school_day(saturday)
    assert inset not in seen.closed


def test_a_day_marked_closed_for_everyone_is_no_school_day_though_it_has_marks() -> None:
    snow = day("2026-11-20")
    shut = calendar(terms=[AUTUMN], seen=[snow], seen_closed=[snow])
    assert not shut.is_school_day(snow)
    assert snow not in shut.days


def test_a_closure_marked_weeks_ahead_does_not_close_the_days_before_it() -> None:
    ahead = calendar(seen=[day("2026-11-20")], seen_closed=[day("2026-11-23"), day("2027-01-04")])
    assert ahead.known_until == day("2026-11-20")
    assert not ahead.is_school_day(day("2026-11-23"))
    assert ahead.is_school_day(day("2026-11-24"))
    assert ahead.is_assumed(day("2026-11-24"))
    assert not ahead.is_school_day(day("2027-01-04"))


def test_days_after_the_last_known_one_are_taken_as_weekdays_and_say_so() -> None:
    seen = calendar(seen=[day("2026-11-19"), day("2026-11-20")], closures=[(day("2026-11-24"),) * 2])
    assert seen.known_until == day("2026-11-20")
    assert not seen.is_school_day(day("2026-11-18")), "a known day without marks is not guessed at"
    assert not seen.is_school_day(day("2026-11-21"))
    assert seen.is_school_day(day("2026-11-23"))
    assert not seen.is_school_day(day("2026-11-24")), "closures hold after the last known day"
    assert seen.is_assumed(day("2026-11-23"))
    assert not seen.is_assumed(day("2026-11-20"))


def test_the_calendar_knows_the_days_to_the_end_of_the_last_term() -> None:
    known = calendar(terms=[AUTUMN], seen=[day("2026-11-20")])
    assert known.known_until == day("2026-12-18")
    assert not known.is_assumed(day("2026-12-18"))
    assert known.is_assumed(day("2026-12-19"))


def test_an_empty_calendar_takes_every_weekday() -> None:
    empty = calendar()
    assert empty.between(day("2026-11-16"), day("2026-11-22")) == 5
    assert empty.after(day("2026-11-20"), 1) == day("2026-11-23")
    assert empty.half_term_of(day("2026-11-20")) == day("2026-11-20")


@pytest.mark.parametrize("example", WORKED["n_deadline"], ids=lambda example: example["id"])
def test_an_n_is_due_at_the_end_of_the_fifth_school_day_after_its_session(example: dict[str, str]) -> None:
    session, deadline = day(example["session"]), day(example["deadline"])
    assert TERMS.after(session, 5) == deadline
    assert TERMS.age(session, deadline) == 5
    assert TERMS.age(session, TERMS.next_school_day(deadline)) == 6


def test_age_is_zero_on_the_day_and_does_not_grow_over_a_holiday() -> None:
    friday = day("2026-10-23")
    assert TERMS.age(friday, friday) == 0
    assert TERMS.age(friday, day("2026-11-01")) == 0
    assert TERMS.age(friday, day("2026-11-02")) == 1
    assert TERMS.age(friday, day("2026-10-01")) == 0


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert TERMS.between(day("2026-11-20"), day("2026-11-19")) == 0
    assert TERMS.between(day("2026-11-20"), day("2026-11-20")) == 1


def test_school_weeks_leave_out_weeks_without_a_school_day() -> None:
    weeks = TERMS.school_weeks
    assert day("2026-10-26") not in weeks
    assert day("2026-08-31") in weeks, "the week of a Thursday start"
    between = [week for week in weeks if day("2026-07-13") <= week <= day("2026-10-19")]
    assert len(between) == 10, "13 July to 19 October is ten school weeks"


def test_a_school_week_may_start_on_another_day() -> None:
    sundays = calendar(terms=[AUTUMN], week_starts_on=6)
    assert sundays.week_of(day("2026-11-22")) == day("2026-11-22")
    assert sundays.week_of(day("2026-11-21")) == day("2026-11-15")
    assert TERMS.week_of(day("2026-11-22")) == day("2026-11-16")
    assert TERMS.week_of(day("2026-11-23")) == day("2026-11-23")


def test_a_half_term_starts_after_a_week_without_school() -> None:
    assert TERMS.half_term_of(day("2026-11-20")) == day("2026-11-02")
    assert TERMS.half_term_of(day("2026-11-02")) == day("2026-11-02")
    assert TERMS.half_term_of(day("2026-10-30")) == day("2026-09-03"), (
        "in the holiday, the half term just over"
    )
    assert TERMS.half_term_of(day("2026-10-23")) == day("2026-09-03")
    assert TERMS.half_term_of(day("2026-05-31")) == day("2026-05-31"), "before any school day"


def test_a_gap_of_seven_days_does_not_part_half_terms_and_one_of_eight_does() -> None:
    first = day("2026-09-04")
    for days, start in ((7, first), (8, first + timedelta(days=8))):
        seen = calendar(seen=[first, first + timedelta(days=days)])
        assert seen.half_term_of(first + timedelta(days=days)) == start


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        ("2026-07-31", "2025-08-01", "2026-07-31"),
        ("2026-08-01", "2026-08-01", "2027-07-31"),
        ("2027-01-01", "2026-08-01", "2027-07-31"),
    ],
)
def test_an_academic_year_turns_on_the_first_of_august(on: str, first: str, last: str) -> None:
    assert academic_year(day(on)) == (day(first), day(last))


@pytest.mark.parametrize(
    ("born", "ends"),
    [
        ("2010-08-31", "2026-06-26"),
        ("2010-09-01", "2027-06-25"),
        ("2011-01-01", "2027-06-25"),
        ("2007-12-25", "2024-06-28"),
    ],
)
def test_compulsory_school_age_ends_on_the_last_friday_in_june(born: str, ends: str) -> None:
    assert school_age_ends(day(born)) == day(ends)


def test_the_last_friday_in_june_may_be_the_thirtieth() -> None:
    assert school_age_ends(day("2007-01-01")) == day("2023-06-30")


# A slow plain count -----------------------------------------------------------------------------------

DAYS = st.dates(day("2026-08-20"), day("2026-12-31"))
SPANS = st.tuples(DAYS, st.integers(0, 12)).map(lambda span: (span[0], span[0] + timedelta(days=span[1])))
CALENDARS = st.builds(
    lambda terms, closures, seen, shut, week: calendar(
        terms=terms, closures=closures, seen=seen, seen_closed=shut, week_starts_on=week
    ),
    st.lists(SPANS, max_size=2),
    st.lists(SPANS, max_size=2),
    st.lists(DAYS, max_size=8),
    st.lists(DAYS, max_size=3),
    st.integers(0, 6),
)


def walked(chosen: Calendar, first: date, last: date) -> list[date]:
    held = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [each for each in held if chosen.is_school_day(each)]


@given(CALENDARS, DAYS, DAYS)
def test_between_counts_as_walking_day_by_day_does(chosen: Calendar, first: date, last: date) -> None:
    assert chosen.between(first, last) == len(walked(chosen, first, last))


@given(CALENDARS, DAYS, st.integers(1, 12))
def test_after_lands_on_a_school_day_as_old_as_was_asked(chosen: Calendar, start: date, count: int) -> None:
    landed = chosen.after(start, count)
    assert chosen.is_school_day(landed)
    assert chosen.age(start, landed) == count
    assert chosen.age(start, landed - timedelta(days=1)) == count - 1


@given(CALENDARS)
def test_every_known_school_day_is_in_one_school_week(chosen: Calendar) -> None:
    weeks = [
        week
        for week in chosen.school_weeks
        for each in chosen.days
        if week <= each < week + timedelta(days=7)
    ]
    assert len(weeks) == len(chosen.days)
    assert all(week.weekday() == chosen.week_starts_on for week in weeks)


@given(CALENDARS, DAYS)
def test_a_half_term_runs_unbroken_from_its_first_day(chosen: Calendar, on: date) -> None:
    start = chosen.half_term_of(on)
    held = [each for each in chosen.days if start <= each <= on]
    assert all((later - earlier).days <= 7 for earlier, later in pairwise(held))
    before = [each for each in chosen.days if each < start]
    assert not held or not before or (start - before[-1]).days > 7


@given(SPANS, SPANS)
def test_a_closed_day_in_term_is_never_a_school_day(term: tuple[date, date], shut: tuple[date, date]) -> None:
    closed = calendar(terms=[term], closures=[shut])
    assert not walked(closed, *shut)


def test_a_date_in_a_message_has_no_leading_nought() -> None:
    assert plain_date(date(2026, 11, 3)) == "3 November 2026"
