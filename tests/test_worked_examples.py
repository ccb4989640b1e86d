"""The worked examples of bands, rates and recovery, each through the code that the duties use."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from attendkit.measures.bands import Lines
from attendkit.measures.sessions import percent, totals
from attendkit.register.model import MARKS
from attendkit.rules import Rulebook

WORKED = json.loads((Path(__file__).parent / "data" / "worked_examples.json").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 20)


def lines(**bands: str) -> Lines:
    book = Rulebook({"bands": bands})
    return Lines(book.rule("bands", TODAY), book.rule("at-risk", TODAY))


def sessions(absent: int, possible: int) -> pl.DataFrame:
    return pl.DataFrame({"absent": [absent], "possible": [possible]}, schema_overrides={"absent": pl.UInt32})


def marked(pupils: list[tuple[int, int]]) -> pl.DataFrame:
    """A register in which each pupil missed so many of so many sessions, in whole days from September."""
    rows = [
        {
            "pupil": pupil,
            "date": date(2026, 9, 1) + timedelta(days=n // 2),
            "session": n % 2 + 1,
            "code": "I" if n < absent else "/\\"[n % 2],
        }
        for pupil, (absent, possible) in enumerate(pupils)
        for n in range(possible)
    ]
    others = [name for name in MARKS if name not in rows[0]]
    return pl.DataFrame(rows).with_columns(pl.lit(None).alias(name) for name in others).cast(MARKS)


@pytest.mark.parametrize("example", WORKED["bands"], ids=lambda example: example["id"])
def test_a_pupil_is_in_the_band_that_whole_sessions_say(example: dict[str, Any]) -> None:
    counted = sessions(example["absent"], example["possible"])
    assert counted.select(lines().band()).item() == example["band"]


@pytest.mark.parametrize("example", WORKED["bands"], ids=lambda example: example["id"])
def test_the_strict_reading_leaves_out_who_is_exactly_on_a_line(example: dict[str, Any]) -> None:
    counted = sessions(example["absent"], example["possible"])
    assert counted.select(lines(pa_rule="strict_below").band()).item() == example["strict"]


@pytest.mark.parametrize("example", WORKED["bands"], ids=lambda example: example["id"])
def test_a_percentage_is_rounded_half_up_for_print_alone(example: dict[str, Any]) -> None:
    printed = sessions(example["absent"], example["possible"]).select(percent("absent")).item()
    assert (printed is None) == (example["percent_absent"] is None)
    if printed is not None:
        assert abs(Decimal(printed) - Decimal(example["percent_absent"])) <= Decimal("0.05")


def test_nine_tenths_and_a_bit_prints_as_ten_per_cent_and_is_not_persistent() -> None:
    counted = sessions(20, 201)
    assert counted.select(percent("absent")).item() == "9.95"
    assert counted.select(lines().band()).item() == "at_risk"
    assert sessions(21, 201).select(lines().band()).item() == "persistent"


def test_a_groups_rate_is_its_sessions_together_not_the_mean_of_its_pupils() -> None:
    example = WORKED["group_rate"]
    marks = marked([(absent, possible) for absent, possible in example["absent_of_possible"]])
    whole = totals(marks.with_columns(school=pl.lit("all")), by=["school"])
    assert whole.select("absent", "possible").row(0) == (7, 120)
    printed = whole.select(percent("absent")).item()
    assert printed == "5.83"
    assert f"{float(printed):.1f}" == example["percent_absent"]


def test_recovery_takes_one_more_session_than_would_put_a_pupil_on_the_line() -> None:
    example = WORKED["recovery"]
    counted = sessions(example["absent"], example["possible"])
    assert counted.select(lines().sessions_to_recover()).item() == example["sessions"]
    one_less = sessions(example["absent"], example["possible"] + example["sessions"] - 1)
    recovered = sessions(example["absent"], example["possible"] + example["sessions"])
    assert one_less.select(lines().band()).item() == "persistent"
    assert recovered.select(lines().band()).item() != "persistent"
