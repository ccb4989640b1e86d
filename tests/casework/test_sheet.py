"""What stands in a cell of a sheet: times of day as people and spreadsheets write them."""

from datetime import time

import pytest

from attendkit.casework.sheet import _clock


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9.05", time(9, 5)),
        ("09:05", time(9, 5)),
        ("09:05:00", time(9, 5)),
        ("09:05:00 AM", time(9, 5)),  # LibreOffice, saved as CSV
        ("9:05 am", time(9, 5)),
        ("9.05pm", time(21, 5)),
        ("02:30:00 PM", time(14, 30)),
        ("2:30 p.m.", time(14, 30)),
        ("12:00 AM", time(0, 0)),
        ("12:59:59 AM", time(0, 59)),
        ("12:00 PM", time(12, 0)),
        ("1:00 PM", time(13, 0)),
        ("09:05:00.000", time(9, 5)),
        ("0.5", time(12, 0)),  # a workbook's part of a day
    ],
)
def test_times_are_read_as_they_are_typed_and_as_spreadsheets_save_them(text: str, said: time) -> None:
    assert _clock(text) == said


@pytest.mark.parametrize("text", ["soon", "13:05 PM", "0:05 AM", "24:00", "9:60", "9 am 5", "09:05 XM"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (its words are the sheet's)
        _clock(text)
