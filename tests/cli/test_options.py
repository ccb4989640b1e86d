"""Options as the officer writes them."""

from datetime import date

import pytest

from attendkit.cli.options import day, periods
from attendkit.errors import BadArgumentError


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("20/11/2026", date(2026, 11, 20)),
        ("1/9/2026", date(2026, 9, 1)),
        ("2028-02-29", date(2028, 2, 29)),
    ],
)
def test_a_day_is_written_either_way(text: str, meant: date) -> None:
    assert day(text) == meant


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-29", "31/11/2026", "11/20/2026", "1/2/3/4", "20/11/26"]
)
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(BadArgumentError) as refused:
        day(text)
    assert "2026-11-20 or 20/11/2026" in refused.value.remedy


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("AM=1,PM=5", {"1": "AM", "5": "PM"}),
        (" am = Reg A , pm = Period 5", {"Reg A": "AM", "Period 5": "PM"}),
        ("AM=1,AM=2", {"1": "AM", "2": "AM"}),
    ],
)
def test_periods_are_named_as_the_file_names_them(text: str, meant: dict[str, str]) -> None:
    assert periods(text) == meant


@pytest.mark.parametrize("text", ["", "AM", "AM=", "1=AM", "noon=1", "AM=1,AM"])
def test_periods_that_do_not_say_am_or_pm_are_refused(text: str) -> None:
    with pytest.raises(BadArgumentError):
        periods(text)
