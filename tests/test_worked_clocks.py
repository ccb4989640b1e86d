"""The worked examples of thresholds and time limits, each through the duty that watches it."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.drawn import Drawing, Mark, view

from attendkit.duties import duty
from attendkit.measures.notices import Ladder
from attendkit.model import Notice
from attendkit.rules import Rulebook
from attendkit.terms import Calendar, calendar

WORKED = json.loads((Path(__file__).parent / "data" / "worked_examples.json").read_text(encoding="utf-8"))
TERMS = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in WORKED["calendar"]]
LAST_DAY = date(2026, 12, 18)
LAST_SESSION = (LAST_DAY, 2)
AFTER_HALF_TERM = date(2026, 11, 2)


def ladder() -> Ladder:
    book = Rulebook()
    return Ladder(
        book.rule("penalty-notice-amounts", LAST_DAY), book.rule("penalty-notice-receipt", LAST_DAY)
    )


def school_days() -> Calendar:
    return calendar(terms=TERMS)


def of_one_pupil(codes: dict[tuple[date, int], str], until: tuple[date, int] = LAST_SESSION) -> Drawing:
    """A register in which one pupil has these codes and came to every other session up to one."""
    drawing = Drawing(
        names=["Ada"], terms=[dict(zip(("first", "last"), term, strict=True)) for term in TERMS]
    )
    drawing.marks = [
        Mark(0, day, session, codes.get((day, session), "/\\"[session - 1]))
        for day in school_days().days
        for session in (1, 2)
        if (day, session) <= until
    ]
    return drawing


def in_order(codes: list[str]) -> tuple[Drawing, date]:
    """A register with these codes from the first session after half term on; and the day of the last."""
    places = [(day, s) for day in school_days().days if day >= AFTER_HALF_TERM for s in (1, 2)]
    last = places[len(codes) - 1]
    return of_one_pupil(dict(zip(places, codes, strict=False)), last), last[0]


def written_out(text: str) -> list[str]:
    return [code for number, code in re.findall(r"(\d+)(\S+)", text) for _ in range(int(number))]


def rows(name: str, drawing: Drawing, on: date) -> list[dict[str, Any]]:
    return duty(name).load()(view(drawing, on)).rows.to_dicts()


def test_the_calendar_has_the_school_days_counted_by_hand() -> None:
    days = school_days()
    assert days.between(date(2026, 9, 3), date(2026, 10, 23)) == 37
    assert days.between(date(2026, 9, 3), date(2026, 11, 20)) == 52
    assert len(days.days) == 109


@pytest.mark.parametrize("example", WORKED["penalty_threshold"], ids=lambda example: example["id"])
def test_ten_sessions_in_ten_school_weeks(example: dict[str, Any]) -> None:
    codes = dict.fromkeys(_sessions(example["sessions"]), "O")
    told = rows("penalties", of_one_pupil(codes), LAST_DAY)
    got = [f"{row['reached_on']} {row['reached_session']}" for row in told]
    assert got == ([example["reached"]] if example["reached"] else [])


def _sessions(text: str) -> Iterator[tuple[date, int]]:
    for word in text.split():
        yield date.fromisoformat(f"2026-{word[:5]}"), 1 if word.endswith("AM") else 2


@pytest.mark.parametrize("example", WORKED["rows_of_codes"], ids=lambda example: example["id"])
def test_a_row_of_codes_gives_cause_for_a_return_or_meets_a_time_limb(example: dict[str, Any]) -> None:
    drawing, last = in_order(written_out(example["codes"]))
    if "attendance" in example:
        kinds = [row["kind"] for row in rows("returns", drawing, last)]
        assert kinds == (["attendance"] if example["attendance"] else [])
    if "ground_i" in example:
        assert [row["ground_i_time_limb"] for row in rows("cme", drawing, last)] == [example["ground_i"]]


@pytest.mark.parametrize("example", WORKED["sickness"], ids=lambda example: example["id"])
def test_fifteen_school_days_of_sickness_had_or_expected(example: dict[str, Any]) -> None:
    drawing, last = in_order(["M"] * example["medical"] + ["I"] * example["ill"])
    told = duty("returns").load()(view(drawing, last, all=True)).rows
    row = told.filter(pl.col("kind") == "sickness").row(0, named=True)
    assert (row["short_of"] <= example["expected"]) is example["due"]
    assert (row["reached_on"] is not None) is (example["ill"] >= 30)


@pytest.mark.parametrize("example", WORKED["penalty_amounts"], ids=str)
def test_what_a_notice_costs_by_the_day_it_is_paid(example: dict[str, Any]) -> None:
    received = date(2026, 12, 1)
    place = ("first", "second", "none").index(example["nth"])
    notices = [Notice(0, "Ms Vale", date(2026, month, 3), received) for month in range(9, 10 + place)]
    standing = ladder().standing(notices, LAST_DAY)[-1]
    assert standing.nth == example["nth"]
    paid = received if example["paid_on_day"] is None else date(2026, 12, example["paid_on_day"])
    assert ladder().price_on(standing, paid) == example["pounds"]


def test_the_day_of_receipt_is_the_first_of_the_days_to_pay() -> None:
    example = WORKED["penalty_dates"]
    notice = Notice(0, "Ms Vale", date(2026, 11, 26), date.fromisoformat(example["received"]))
    (standing,) = ladder().standing([notice], LAST_DAY)
    assert standing.early_until.isoformat() == example["early_until"]
    assert standing.full_until.isoformat() == example["full_until"]


def test_a_new_pupil_is_returned_by_the_fifth_calendar_day() -> None:
    example = WORKED["new_pupil"]
    drawing = of_one_pupil({})
    drawing.about["Ada"] = {"admitted": date.fromisoformat(example["entered"])}
    assert [row["due"].isoformat() for row in rows("returns", drawing, LAST_DAY)] == [example["due"]]
