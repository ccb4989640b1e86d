"""What a notice costs, until when, and which the next one would be: both sides of every day."""

from datetime import date, timedelta

import pytest

from attendkit.measures.notices import Ladder, of_parents
from attendkit.model import Notice
from attendkit.rules import Rulebook

TODAY = date(2026, 12, 18)
ISSUED = date(2026, 11, 26)
RECEIVED = date(2026, 12, 1)


def ladder(**amounts: str) -> Ladder:
    book = Rulebook({"penalty-notice-amounts": amounts})
    return Ladder(book.rule("penalty-notice-amounts", TODAY), book.rule("penalty-notice-receipt", TODAY))


def notice(issued: date = ISSUED, **days: date) -> Notice:
    return Notice(0, "Ms Vale", issued, **days)


@pytest.mark.parametrize(
    ("day", "pounds", "state"),
    [
        (1, 80, "paid_early"),
        (21, 80, "paid_early"),
        (22, 160, "paid"),
        (28, 160, "paid"),
        (29, None, "paid_after"),
    ],
)
def test_the_day_of_payment_is_counted_from_receipt_as_day_one(
    day: int, pounds: int | None, state: str
) -> None:
    paid = RECEIVED + timedelta(days=day - 1)
    (standing,) = ladder().standing([notice(received=RECEIVED, paid=paid)], date(2027, 3, 1))
    assert ladder().price_on(standing, paid) == pounds
    assert standing.state == state


@pytest.mark.parametrize(("on", "state"), [(date(2026, 12, 28), "to_pay"), (date(2026, 12, 29), "unpaid")])
def test_it_is_unpaid_from_the_twenty_ninth_day(on: date, state: str) -> None:
    (standing,) = ladder().standing([notice(received=RECEIVED)], on)
    assert standing.state == state


def test_what_is_paid_or_withdrawn_later_is_not_known_yet() -> None:
    later = notice(received=RECEIVED, paid=date(2026, 12, 20), withdrawn=date(2026, 12, 21))
    states = [ladder().standing([later], date(2026, 12, day))[0].state for day in (19, 20, 21)]
    assert states == ["to_pay", "paid_early", "withdrawn"]


@pytest.mark.parametrize(
    ("issued", "received"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday to Wednesday
        (date(2026, 11, 26), date(2026, 11, 30)),  # Thursday over a weekend
        (date(2026, 11, 28), date(2026, 12, 1)),  # Saturday
    ],
)
def test_receipt_is_deemed_on_the_second_working_day_and_said_to_be(issued: date, received: date) -> None:
    (standing,) = ladder().standing([notice(issued)], TODAY)
    assert (standing.received, standing.deemed) == (received, True)
    (known,) = ladder().standing([notice(issued, received=issued)], TODAY)
    assert (known.received, known.deemed) == (issued, False)


@pytest.mark.parametrize(
    ("lookback", "on", "nth"),
    [
        ("ending_that_day", date(2027, 9, 19), "second"),
        ("ending_that_day", date(2027, 9, 20), "first"),
        ("anniversary_counts", date(2027, 9, 20), "second"),
        ("anniversary_counts", date(2027, 9, 21), "first"),
    ],
)
def test_three_years_end_on_the_anniversary_or_the_day_before(lookback: str, on: date, nth: str) -> None:
    assert ladder(lookback=lookback).next_on([notice(date(2024, 9, 20))], on) == nth


def test_a_notice_of_29_february_counts_until_28_february() -> None:
    leap = notice(date(2028, 2, 29))
    assert ladder().next_on([leap], date(2031, 2, 28)) == "second"
    assert ladder().next_on([leap], date(2031, 3, 1)) == "first"


@pytest.mark.parametrize(("issued", "nth"), [(date(2024, 8, 18), "first"), (date(2024, 8, 19), "second")])
def test_notices_of_before_the_framework_do_not_count(issued: date, nth: str) -> None:
    assert ladder().next_on([notice(issued)], TODAY) == nth


def test_a_withdrawn_notice_counts_until_it_is_withdrawn() -> None:
    withdrawn = notice(withdrawn=date(2026, 12, 10))
    assert ladder().next_on([withdrawn], date(2026, 12, 9)) == "second"
    assert ladder().next_on([withdrawn], date(2026, 12, 10)) == "first"


def test_after_two_there_is_none_however_they_were_paid() -> None:
    two = [notice(date(2026, 1, 5), received=date(2026, 1, 7), paid=date(2026, 1, 9)), notice()]
    assert ladder().next_on(two, TODAY) == "none"
    assert [one.nth for one in ladder().standing(two, TODAY)] == ["first", "second"]


def test_two_parents_of_two_children_have_four_ladders() -> None:
    notices = [Notice(pupil, parent, ISSUED) for pupil in (0, 1) for parent in ("Ms Vale", "Mr Vale")]
    table = of_parents(ladder(), notices, TODAY)
    pounds = [one["early"] for theirs in table["notices"] for one in theirs]
    assert (sum(pounds), len(pounds)) == (320, 4)
    assert sum(one["full"] for theirs in table["notices"] for one in theirs) == 640
    assert {one["notice"] for theirs in table["next_notices"] for one in theirs} == {"second"}


def test_a_parent_is_one_however_their_name_is_written() -> None:
    written = [Notice(0, name, ISSUED) for name in ("Ms Vale", "ms  VALE")]
    (to_come,) = of_parents(ladder(), written, TODAY)["next_notices"].to_list()
    assert [one["notice"] for one in to_come] == ["none"]


def test_a_notice_of_tomorrow_is_not_there_yet() -> None:
    assert of_parents(ladder(), [notice(TODAY + timedelta(days=1))], TODAY).is_empty()
