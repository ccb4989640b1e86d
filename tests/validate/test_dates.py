from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendkit.validate.dates import Decision, decide, decide_by_numbers, serial, written

_SPELLINGS = (
    "{0:%d/%m/%Y}",
    "{0.day}/{0.month}/{0:%y}",
    "{0:%d-%m-%Y}",
    "{0:%d.%m.%y}",
    "{0:%Y-%m-%d}",
    "{0:%Y-%m-%dT00:00:00}",
    "{0:%Y/%m/%d}",
    "{0:%Y%m%d}",
    "{0:%d %b %Y}",
    "{0:%a %d %B %Y}",
    "{0:%A}, {0.day} {0:%B %Y}",
    "{0:%d-%b-%y}",
    "{0:%b} {0.day}, {0.year}",
    "{0:%d/%m/%Y} 00:00",
    "{0:%d/%m/%Y} 8:45:00 AM",
)


@settings(max_examples=60)
@given(st.dates(date(2006, 9, 1), date(2068, 12, 31)), st.sampled_from(_SPELLINGS))
def test_a_day_is_read_back_from_every_spelling(day: date, spelling: str) -> None:
    found = written(spelling.format(day))
    assert found is not None
    assert found.on("dmy") == day


@given(st.dates(date(2006, 9, 1), date(2068, 12, 31)))
def test_a_serial_is_read_back_on_either_calendar(day: date) -> None:
    found = written(str(serial(day)))
    mac = written(str(serial(day) - 1462), date_1904=True)
    assert found is not None
    assert mac is not None
    assert found.on("mdy") == mac.on("dmy") == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Total",
        "7B1",
        "1E5",
        "2026",
        "99999999",
        "12/2026",
        "1/2/3/4",
        "07/09/026",
        "14 Wib 2026",
        "24999",
        "75000",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert written(text) is None


@pytest.mark.parametrize(
    ("text", "order", "says"),
    [
        ("31/09/2026", "dmy", "no such day"),
        ("09/21/2026", "dmy", "no such day"),
        ("21/09/2026", "mdy", "no such day"),
        ("Tue 14 Sep 2026", "dmy", "is a Monday"),
        ("14 Sep", "dmy", "no year"),
    ],
)
def test_a_date_that_cannot_be_says_why(text: str, order: str, says: str) -> None:
    found = written(text)
    assert found is not None
    with pytest.raises(ValueError, match=says):
        found.on("mdy" if order == "mdy" else "dmy")


def _order(
    *days: date, order: str = "%d/%m/%Y", rows: int = 4, also: Mapping[str, int] | None = None
) -> Decision:
    dates = {written(day.strftime(order)): rows for day in days}
    return decide(
        {w: n for w, n in (dates | {written(text): n for text, n in (also or {}).items()}).items() if w}
    )


def _days(first: date, number: int = 5) -> list[date]:
    return [first + timedelta(days=n) for n in range(number)]


_SEPTEMBER_7 = _days(date(2026, 9, 7))
_SEPTEMBER_14 = _days(date(2026, 9, 14))


def test_a_number_over_twelve_proves_either_order() -> None:
    assert _order(*_SEPTEMBER_14) == Decision("dmy")
    assert _order(*_SEPTEMBER_14, order="%m/%d/%Y") == Decision("mdy")


def test_weekends_prove_day_first_and_only_make_month_first_a_question() -> None:
    assert _order(*_SEPTEMBER_7) == Decision("dmy")
    assert _order(*_SEPTEMBER_7, order="%m/%d/%Y").order is None


def test_ten_school_days_that_month_first_would_scatter_are_day_first() -> None:
    days = _days(date(2026, 6, 1)) + _days(date(2026, 6, 8))
    assert _order(*days, order="%d/%m/%y") == Decision("dmy")
    assert _order(*days, order="%m/%d/%y").order is None


def test_one_impossible_date_does_not_turn_a_file_round() -> None:
    assert _order(*_SEPTEMBER_7, also={"09/21/2026": 1, "31/09/2026": 1}).order == "dmy"


def test_two_exports_of_two_orders_in_one_file_are_asked_about() -> None:
    late = {day.strftime("%m/%d/%Y"): 4 for day in _SEPTEMBER_14}
    assert _order(*_SEPTEMBER_14, also=late).order is None


def test_one_day_that_could_be_either_is_day_first_and_says_so() -> None:
    assert _order(date(2026, 9, 7)) == Decision("dmy", proved=False)


def test_dates_that_leave_no_choice_decide_for_those_near_them() -> None:
    assert _order(date(2026, 9, 7), date(2026, 9, 9), also={"8 Sep 2026": 4, "2026-09-10": 4}) == Decision(
        "dmy"
    )
    assert _order(date(2026, 9, 9)) == Decision("dmy"), "the ninth of the ninth is one day in both"


def test_week_starts_are_mondays_in_the_right_order() -> None:
    mondays = {
        w: 10 for day in (date(2026, 9, 7), date(2026, 10, 5)) if (w := written(day.strftime("%d/%m/%Y")))
    }
    assert decide(mondays, mondays=True) == Decision("dmy")


def test_births_and_joining_dates_prove_the_order_too() -> None:
    assert decide_by_numbers(filter(None, map(written, ["25/02/2015", "03/04/2015"]))) == Decision("dmy")
    assert decide_by_numbers(filter(None, map(written, ["02/25/2015"]))) == Decision("mdy")
    assert decide_by_numbers(filter(None, map(written, ["25/02/2015", "02/25/2015"]))) is None
    assert decide_by_numbers(filter(None, map(written, ["03/04/2015"]))) is None
