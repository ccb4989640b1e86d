"""What the duties of one day say of a day that nobody has marked, and what they leave unsaid."""

from datetime import date
from typing import Any

import pytest
from tests.drawn import view

from attendkit.duties import duty
from attendkit.findings import Report

WEEKS = """
term 2026-11-09 to 2026-12-18
closed 2026-11-24 to 2026-11-24
Ada: tutor 7A1
Bea: tutor 7A1
Cal: tutor 7B1
2026-11-16  Ada  // // // // /
2026-11-16  Bea  // // // // L(4)
2026-11-16  Cal  // // // // U
"""


def report(name: str, on: date, text: str = WEEKS, **options: Any) -> Report:
    return duty(name).load()(view(text, on, **options))


@pytest.mark.parametrize(
    ("on", "not_taken"),
    [
        (date(2026, 11, 20), []),
        (date(2026, 11, 21), []),  # a Saturday
        (date(2026, 11, 23), [("7A1", "AM", 2), ("7B1", "AM", 1), ("7A1", "PM", 2), ("7B1", "PM", 1)]),
        (date(2026, 11, 24), []),  # closed
        (date(2026, 12, 21), []),  # after the term dates end
    ],
)
def test_on_a_school_day_without_any_mark_every_register_was_not_taken(
    on: date, not_taken: list[tuple[str, str, int]]
) -> None:
    told = report("missing-registers", on)
    assert told.rows.select("tutor", "session", "missing").rows() == not_taken
    assert (
        told.counts["not_taken"] == told.counts["registers" if not_taken else "not_taken"] == len(not_taken)
    )
    assert told.rows["state"].unique().to_list() == ["not taken"] * bool(not_taken)


@pytest.mark.parametrize("name", ["absences", "missing-registers", "fire-register", "late"])
def test_an_export_made_before_any_register_was_taken_is_a_day_without_marks(name: str) -> None:
    blank = "".join(f"2026-11-23  {pupil}  --\n" for pupil in ("Ada", "Bea", "Cal"))
    told = report(name, date(2026, 11, 23), WEEKS + blank)
    assert "Monday 23 November 2026 has no marks in the register." in told.above[0]
    expected = {
        "absences": ("no_mark", 3),
        "missing-registers": ("not_taken", 4),
        "fire-register": ("unknown", 3),
    }
    figure, number = expected.get(name, ("late", 0))
    assert told.counts[figure] == number


@pytest.mark.parametrize("name", ["absences", "missing-registers", "fire-register", "late"])
def test_that_there_are_no_marks_is_said_before_everything(name: str) -> None:
    saturday = report(name, date(2026, 11, 21))
    assert [note.startswith("Saturday 21 November 2026 is not a school day.") for note in saturday.above] == [
        True
    ]
    assert not any("school day." in note for note in saturday.notes)
    assert report(name, date(2026, 11, 20)).above == ()


@pytest.mark.parametrize(
    "name", ["absences", "missing-registers", "fire-register", "late", "ncode-report", "bands"]
)
def test_a_list_of_nobody_still_cites_its_rule(name: str) -> None:
    assert report(name, date(2026, 11, 21)).rests_on


@pytest.mark.parametrize(
    ("text", "minutes"),
    [(WEEKS, 4), (WEEKS.replace("L(4)", "L"), None), (WEEKS.replace("L(4)", "/").replace("U", "/"), 0)],
)
def test_minutes_that_no_export_says_are_not_known_and_not_none(text: str, minutes: int | None) -> None:
    assert report("late", date(2026, 11, 20), text).counts["minutes"] == minutes
