"""Published figures: what is carried, and which of them is used on a day."""

from datetime import date, timedelta

import pytest

from attendkit.rules import Rulebook
from attendkit.rules.benchmarks import _verified, area_of, benchmarks, published
from attendkit.terms import same_date

RULE = Rulebook().rule("same-date", date(2026, 11, 20))
SCHOOL = ("school", "all")


def last(on: date, figure: str = "absence", area: str = "England") -> date | None:
    row = published(area, figure, on, RULE)  # type: ignore[arg-type]
    return row.last if row else None


def test_every_row_says_whose_it_is_and_where_it_was_published() -> None:
    for row in benchmarks():
        assert row.first < row.last
        assert row.verified
        assert "None" not in row.name
        assert row.cited.startswith("DfE, ")
        assert row.status == (
            "official statistics in development"
            if row.series == "daily"
            else "accredited official statistics"
        )


def test_absence_is_authorised_and_unauthorised_together() -> None:
    """To within what rounding each of the three may do."""
    whole = [row for row in benchmarks() if row.absence is not None]
    assert len(whole) == 136
    for row in whole:
        assert row.authorised is not None
        assert row.unauthorised is not None
        assert abs((row.absence or 0) - row.authorised - row.unauthorised) <= 1


def test_no_row_stands_twice() -> None:
    keys = [(row.area, row.first, row.last, row.group_type, row.group, row.series) for row in benchmarks()]
    assert len(keys) == len(set(keys))


def test_the_figures_are_those_that_were_published() -> None:
    row = published("England", "absence", date(2026, 11, 20), RULE)
    assert row is not None
    assert (row.last, row.absence, row.authorised, row.unauthorised) == (date(2025, 11, 21), 728, 463, 265)
    year = published("Warwickshire", "persistent", date(2026, 11, 20), RULE)
    assert year is not None
    assert (year.last, year.absence, year.persistent) == (date(2026, 7, 10), 926, 2408)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 7), date(2025, 11, 7)),
        (date(2026, 11, 14), date(2025, 11, 7)),  # as far from one as from the other: the earlier
        (date(2026, 11, 15), date(2025, 11, 21)),
        (date(2025, 12, 4), date(2024, 12, 6)),  # this year's was not out yet
        (date(2025, 12, 5), date(2025, 11, 21)),  # and now it is
        (date(2026, 8, 20), date(2026, 7, 10)),  # no same date in the holidays: the latest
        (date(2023, 9, 1), date(2023, 7, 21)),
        (date(2023, 8, 3), None),  # nothing had been published
    ],
)
def test_it_is_the_same_date_of_the_latest_year_that_was_out(on: date, said: date | None) -> None:
    assert last(on) == said


def test_persistent_absence_is_not_published_before_late_january() -> None:
    assert last(date(2026, 11, 20), "persistent") == date(2026, 7, 10)
    assert last(date(2027, 1, 25), "persistent") == date(2026, 1, 23)


def test_no_row_is_used_before_it_could_have_been_published() -> None:
    lag = timedelta(days=RULE.number("lag_days"))
    for day in (date(2023, 9, 1) + timedelta(days=n) for n in range(0, 1200, 13)):
        used = last(day)
        assert used is None or used + lag <= day


def test_a_row_that_nobody_has_verified_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    doubted = tuple(
        row.model_copy(update={"verified": row.last != date(2025, 11, 21)}) for row in benchmarks()
    )
    monkeypatch.setattr("attendkit.rules.benchmarks.benchmarks", lambda: doubted)
    # What is kept of the true rows must not answer for these, nor what is kept of these for others.
    monkeypatch.setattr("attendkit.rules.benchmarks._verified", _verified.__wrapped__)
    assert last(date(2026, 11, 20)) == date(2025, 11, 7)


def test_there_is_no_figure_for_an_area_or_group_that_is_not_carried() -> None:
    assert published("Anyshire", "absence", date(2026, 11, 20), RULE) is None
    assert published("England", "persistent", date(2026, 11, 20), RULE, ("ethnicity", "WBRI")) is None
    assert published("England", "severe", date(2026, 11, 20), RULE, ("fsm", "Y")) is not None


@pytest.mark.parametrize(
    ("authority", "area"),
    [
        ("Warwickshire County Council", "Warwickshire"),
        ("WARWICKSHIRE", "Warwickshire"),
        ("Anyshire", None),
        ("", None),
    ],
)
def test_a_council_is_known_by_its_area(authority: str, area: str | None) -> None:
    assert area_of(authority) == area


def test_the_same_date_of_a_leap_day_is_the_day_before() -> None:
    assert same_date(date(2028, 2, 29)) == date(2027, 2, 28)
    assert same_date(date(2028, 2, 29), 4) == date(2024, 2, 29)
    assert same_date(date(2026, 11, 20), 2) == date(2024, 11, 20)
