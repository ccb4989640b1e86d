"""What first-day calling says of contacts, and of a day or a session that nobody has marked."""

from datetime import date
from typing import Any

import pytest
from tests.drawn import view

from attendkit.duties import duty
from attendkit.findings import Report

ON = date(2026, 11, 20)
WEEK = """
term 2026-11-16 to 2026-12-18
2026-11-16  Ada  // // // // N
2026-11-16  Bea  // // // // /
"""


def absences(text: str, on: date = ON, **options: Any) -> Report:
    return duty("absences").load()(view(text, on, **options))


@pytest.mark.parametrize(
    ("rings", "call"),
    [
        ("Ada rings: 1 Ms Ivy Bell (mother) 07700 900001", "Ms Ivy Bell (mother) 07700 900001"),
        ("Ada rings: 1 Ms Ivy Bell (mother)", "Ms Ivy Bell (mother) no number held"),
        ("Ada rings: 1 Ms Ivy Bell (mother) 07700 900001 hold", "Ms Ivy Bell (mother) HOLD: court order"),
        ("Bea rings: 1 Ms Una Reed (mother) 07700 900001", "no contact held"),
        ("", None),
    ],
)
def test_what_stands_for_a_contact_that_cannot_be_rung(rings: str, call: str | None) -> None:
    assert absences(WEEK + rings).table["call"].to_list() == [call]


@pytest.mark.parametrize(
    ("rings", "note"),
    [
        ("", "No contacts have been read: give the contacts export to see whom to ring."),
        (
            "Bea rings: 1 Ms Una Reed (mother) 07700 900001",
            "Pupils listed with fewer than 2 contacts that can be rung: 1.",
        ),
    ],
)
def test_contacts_that_were_never_read_are_not_counted_as_too_few(rings: str, note: str) -> None:
    assert absences(WEEK + rings).notes == (note,)


@pytest.mark.parametrize(
    ("on", "no_mark", "why"),
    [
        (date(2026, 11, 20), 0, ""),
        (date(2026, 11, 21), 0, "is not a school day"),
        (date(2026, 11, 23), 2, "has no marks in the register"),
    ],
)
def test_on_a_school_day_that_nobody_marked_nobody_has_a_mark(on: date, no_mark: int, why: str) -> None:
    report = absences(WEEK, on)
    assert (report.counts["on_roll"], report.counts["no_mark"]) == (2, no_mark)
    assert [why in note for note in report.above] == [True] * bool(why)


def test_a_session_that_nobody_marked_is_not_a_day_that_nobody_marked() -> None:
    report = absences(WEEK, session="PM")
    assert report.above == ()
    assert report.notes == ("PM was not held, or nobody has marked it.",)
    assert report.counts["no_mark"] == 2


def test_a_list_of_nobody_still_cites_its_rule() -> None:
    assert absences(WEEK, date(2026, 11, 21)).rests_on == ("first-day-calling",)
