"""What the marks show of a school: its terms, half terms and closures, at both sides of every edge."""

from datetime import date, timedelta

import pytest

from attendkit.register.proposal import SeenTerm, closures_seen, terms_seen


def days(*spans: tuple[str, str]) -> list[date]:
    """The weekdays of spans written as ISO dates."""
    found = []
    for first, last in spans:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            found += [day] if day.weekday() < 5 else []
            day += timedelta(days=1)
    return found


def term(name: str, first: str, last: str, half: tuple[str, str]) -> SeenTerm:
    """A term written in ISO dates."""
    begins, ends = map(date.fromisoformat, half)
    return SeenTerm(name, date.fromisoformat(first), date.fromisoformat(last), (begins, ends))


def test_a_year_of_marks_parts_into_terms_and_half_terms() -> None:
    year = days(
        ("2026-09-03", "2026-10-23"),
        ("2026-11-02", "2026-12-18"),
        ("2027-01-05", "2027-02-12"),
        ("2027-02-22", "2027-03-25"),
        ("2027-04-12", "2027-05-28"),
        ("2027-06-07", "2027-07-20"),
    )
    assert list(terms_seen(year)) == [
        SeenTerm(
            "Autumn 2026", date(2026, 9, 3), date(2026, 12, 18), (date(2026, 10, 26), date(2026, 10, 30))
        ),
        SeenTerm("Spring 2027", date(2027, 1, 5), date(2027, 3, 25), (date(2027, 2, 15), date(2027, 2, 19))),
        SeenTerm("Summer 2027", date(2027, 4, 12), date(2027, 7, 20), (date(2027, 5, 31), date(2027, 6, 4))),
    ]


@pytest.mark.parametrize(
    ("again", "terms", "half_terms"),
    [
        ("2026-11-13", 1, 0),  # 7 days after: a week without school is no more than a long weekend
        ("2026-11-14", 1, 1),
        ("2026-11-20", 1, 1),
        ("2026-11-21", 2, 0),
    ],
)
def test_a_gap_over_a_week_is_a_half_term_and_over_two_a_holiday(
    again: str, terms: int, half_terms: int
) -> None:
    seen = list(terms_seen([date(2026, 11, 5), date(2026, 11, 6), date.fromisoformat(again)]))
    assert (len(seen), sum(term.half_term is not None for term in seen)) == (terms, half_terms)


def test_no_marks_show_no_terms() -> None:
    assert list(terms_seen([])) == []


def test_weekdays_without_marks_inside_a_term_are_closures() -> None:
    term = SeenTerm("Autumn 2026", date(2026, 11, 2), date(2026, 11, 20))
    held = [day for day in days(("2026-11-02", "2026-11-20")) if day.day not in {3, 12, 13, 16}]
    assert list(closures_seen([term], held, [])) == [
        (date(2026, 11, 3), date(2026, 11, 3)),
        (date(2026, 11, 12), date(2026, 11, 13)),
        (date(2026, 11, 16), date(2026, 11, 16)),
    ]
