"""Sessions in a row: what counts, what breaks them, and which of them are still open."""

from datetime import date

import polars as pl
import pytest
from tests.drawn import drawn, register

from attendkit.measures.ages import of_school_age, while_of_school_age
from attendkit.measures.spans import NEUTRAL, lengths, sessions_held, spans, strict_spans
from attendkit.rules import Rulebook

SCHOOL_AGE = Rulebook().rule("school-age", date(2026, 11, 20))


def marks_of(text: str) -> pl.DataFrame:
    return register(drawn(text)).marks


def long(text: str, **more: object) -> list[tuple[int, bool]]:
    spanned = spans(marks_of(text), ["N", "O"], **more)  # type: ignore[arg-type]
    return lengths(spanned).select("sessions", "current").rows()


def strict(text: str) -> list[tuple[int, bool]]:
    marks = marks_of(text)
    return lengths(strict_spans(marks, ["N", "O"], sessions_held(marks))).select("sessions", "current").rows()


@pytest.mark.parametrize("code", ["/", "L", "U", "I", "G", "C2", "B"])
def test_any_other_possible_session_breaks_a_span(code: str) -> None:
    text = f"2026-11-09  Ada  NO {code}O"
    assert long(text) == [(2, False), (1, True)]
    assert strict(text) == [(2, False), (1, True)]


@pytest.mark.parametrize("code", sorted(NEUTRAL - {"#"}))
def test_what_says_nothing_breaks_only_a_strict_span(code: str) -> None:
    text = f"2026-11-09  Ada  NO {code}O"
    assert long(text) == [(3, True)]
    assert long(text, neutral=()) == [(2, False), (1, True)]
    assert strict(text) == [(2, False), (1, True)]


def test_a_session_without_a_row_breaks_only_a_strict_span() -> None:
    text = "2026-11-09  Ada  NO .O\n2026-11-09  Bea  // //"
    assert long(text) == [(3, True)]
    assert strict(text) == [(2, False), (1, True)]


def test_a_closure_breaks_no_span_unless_others_were_in_school() -> None:
    assert strict("2026-11-09  Ada  NO ## OO\n2026-11-09  Bea  // Z# //") == [(4, True)]
    assert strict("2026-11-09  Ada  NO ## OO\n2026-11-09  Bea  // // //") == [(2, False), (2, True)]


def test_a_session_that_nobody_has_begun_is_not_held_yet() -> None:
    assert strict("2026-11-09  Ada  NO --\n2026-11-09  Bea  // --") == [(2, True)]
    assert strict("2026-11-09  Ada  NO --\n2026-11-09  Bea  // /-") == [(2, False)]


def test_a_span_belongs_to_one_pupil() -> None:
    text = "2026-11-09  Ada  // OO\n2026-11-09  Bea  OO //"
    assert long(text) == [(2, True), (2, False)]
    assert strict(text) == [(2, True), (2, False)]


def test_the_length_says_when_the_least_number_was_reached() -> None:
    spanned = spans(marks_of("2026-11-09  Ada  OO O"), ["O"])
    days = [lengths(spanned, least)["reached_on"].item() for least in (1, 2, 3, 4)]
    assert days == [date(2026, 11, 9), date(2026, 11, 9), date(2026, 11, 10), None]


def aged(text: str, since: date) -> dict[int, date | None]:
    pupils = register(drawn(text)).pupils.with_columns(dob=pl.lit(date(2010, 8, 31)))
    return dict(of_school_age(pupils, SCHOOL_AGE, since).iter_rows())


def test_school_age_ends_on_the_last_friday_of_june() -> None:
    assert aged("Ada: year 11", date(2026, 6, 26)) == {0: date(2026, 6, 26)}
    assert aged("Ada: year 11", date(2026, 6, 27)) == {}
    assert aged("Ada: year 12", date(2026, 6, 26)) == {}


def test_without_a_date_of_birth_the_year_group_says() -> None:
    pupils = register(drawn("Ada: year 11\nBea: year 12\nCal: tutor 7A1")).pupils
    told = of_school_age(pupils, SCHOOL_AGE, date(2026, 9, 1))
    assert told.rows() == [(0, None), (2, None)]


def test_sessions_after_school_age_are_left_out() -> None:
    pupils = register(drawn("Ada: year 11")).pupils.with_columns(dob=pl.lit(date(2010, 8, 31)))
    of_age = of_school_age(pupils, SCHOOL_AGE, date(2025, 8, 1))
    marks = marks_of("2026-06-22  Ada  OO OO OO OO OO\n2026-06-29  Ada  OO")
    assert while_of_school_age(marks, of_age)["date"].max() == date(2026, 6, 26)
