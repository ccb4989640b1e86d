from datetime import date, timedelta

import pytest
from tests.register.drawn import MONDAY, export

from attendkit.register.folding import calendar_for, empty_register, fold, school_days
from attendkit.school import School

TUESDAY, FRIDAY, SATURDAY = (MONDAY + timedelta(days=days) for days in (1, 4, 5))


def days(*drawn: dict[str, str], first: date = MONDAY) -> tuple[tuple[date, ...], tuple[date, ...]]:
    return school_days(fold([export(pupils, first=first) for pupils in drawn]).register)


def test_an_empty_register_shows_no_days() -> None:
    assert school_days(empty_register()) == ((), ())


@pytest.mark.parametrize("code", ["/", "I", "N", "Y1", "D", "C2"])
def test_a_weekday_was_held_when_one_pupil_has_a_mark_of_an_open_school(code: str) -> None:
    assert days({"1": f"{code} -", "2": "X X", "3": "# #"}) == ((MONDAY,), ())


@pytest.mark.parametrize("shut", ["#", "Y4", "Y"])
@pytest.mark.parametrize("silent", ["X", "Z", "Q", "-"])
def test_a_day_was_closed_when_nobody_has_one_and_somebody_is_marked_closed(shut: str, silent: str) -> None:
    assert days({"1": f"{shut} {silent}", "2": f"{silent} {silent}"}) == ((), (MONDAY,))


@pytest.mark.parametrize("silent", ["X", "Z", "Q", "-"])
def test_a_day_with_nothing_but_silence_is_neither(silent: str) -> None:
    assert days({"1": f"{silent} {silent} / \\"}) == ((TUESDAY,), ())


def test_a_day_closed_in_the_afternoon_was_held() -> None:
    assert days({"1": "/ #", "2": "/ Y4"}) == ((MONDAY,), ())


def test_a_weekend_day_was_held_only_when_half_of_the_pupils_have_marks() -> None:
    week = "/ \\ " * 5
    assert SATURDAY in days({"1": f"{week} / \\", "2": week})[0]
    assert SATURDAY not in days({"1": f"{week} / \\", "2": week, "3": week})[0]


def test_leave_marked_ahead_says_nothing_about_the_days_before_it() -> None:
    now = {str(pupil): "/ \\" for pupil in range(11)}
    ahead = {"0": ". . . . . . . . G G"}
    assert days(now, ahead) == ((MONDAY,), ())
    two = {"0": ". . . . . . . . G G", "1": ". . . . . . . . G ."}
    assert days(now, two) == ((MONDAY, FRIDAY), ())


def test_a_calendar_joins_the_terms_of_the_school_with_what_the_register_shows() -> None:
    school = School.model_validate({"terms": [{"name": "Autumn", "first": MONDAY, "last": FRIDAY}]})
    register = fold([export({"1": "/ \\ # #"})]).register
    calendar = calendar_for(school, register)
    assert [day.weekday() for day in calendar.days] == [0, 2, 3, 4]
    assert calendar.closed == {TUESDAY}
    assert calendar.known_until == FRIDAY
