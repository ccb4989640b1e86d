"""Letters: what was written once is neither written again nor out of date before anything has happened."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tries
from tests.drawn import Drawing, drawn, view
from tests.registers import STARTS, Random, registers

from attendkit.casework.entry import Entry
from attendkit.casework.kinds.contact import Letter
from attendkit.documents.letters import madeup, render
from attendkit.documents.letters.dates import dates_in
from attendkit.documents.letters.facts import facts_of
from attendkit.documents.letters.madeup import settled
from attendkit.documents.letters.plain import letter_text
from attendkit.duties.letters.planning import Plan, Planned, plan
from attendkit.duties.letters.sight import Sight
from attendkit.duties.letters.stale import stale
from attendkit.duties.letters.table import letter_kind
from attendkit.findings import View

PAGE = Path(__file__).parents[2] / "docs" / "duties" / "letters-plan.md"


def written(made: Plan, names: Sequence[str], logged: Sequence[Entry] = ()) -> list[Entry]:
    """The log after every letter of a plan was written."""
    return [*logged, *_entries(made, names, len(logged) + 1)]


def _entries(made: Plan, names: Sequence[str], first: int) -> Iterator[Entry]:
    on = made.sight.view.on
    for number, one in enumerate(made.to_write(), start=first):
        assert one.parent
        body = Letter(
            letter=one.occasion.letter.name,
            parent=one.parent.name,
            findings=one.occasion.findings,
            facts=one.occasion.digest(made.sight.missed.figures(one.occasion.pupil)),
        )
        name, at = names[one.occasion.pupil], datetime.combine(on, time(9), UTC)
        yield Entry(number, at, on, "Mrs Vale", name, "letter", body, None, "", root=number)


def _with(look: View, logged: Sequence[Entry]) -> View:
    return replace(look, logged=lambda: logged, written=lambda: logged)


def _rung(drawing: Drawing) -> Drawing:
    """The same, with a parent for everybody."""
    for number, name in enumerate(drawing.names):
        drawing.contacts.append(
            {
                "pupil": number,
                "priority": 1,
                "title": "Ms",
                "forename": "Ida",
                "surname": name,
                "relationship": "mother",
                "address": "1 Mill Rise",
            }
        )
    return drawing


def _pictures() -> list[tuple[str, date]]:
    """Every register that the page draws, with the day it is looked at from."""
    found = []
    for part in PAGE.read_text("utf-8").split("```register\n")[1:]:
        text, _, after = part.partition("```")
        found.append((text, date.fromisoformat(after.split("--on ")[1][:10])))
    return found


@pytest.mark.parametrize(("text", "on"), _pictures())
def test_right_after_writing_nothing_is_due_and_nothing_is_out_of_date(text: str, on: date) -> None:
    drawing = drawn(text)
    look = view(drawing, on)
    first = plan(look)
    look = _with(look, written(first, drawing.names, drawing.logged))
    assert [(one.occasion.pupil, one.occasion.letter.name) for one in plan(look).to_write()] == []
    own = {entry.id for entry in drawing.logged}
    assert [one.entry.body for one in stale(look) if one.entry.id not in own] == []


@given(registers(since=STARTS[1]))
@tries(max_examples=40, deadline=None)
def test_whatever_the_register_the_second_run_says_no_more_than_the_first(random: Random) -> None:
    drawing = _rung(random.drawing)
    look = view(drawing, random.on)
    look = _with(look, written(plan(look), drawing.names))
    assert plan(look).to_write() == ()
    assert list(stale(look)) == []


TWO_MEETINGS = """
    term 2026-09-07 to 2026-12-18
    2026-09-07  Ada  // // // // II
    Ada rings: 1 Ms Ida Ames (mother) at 1 Mill Rise
    log 2026-09-09 Ada meeting notes="A mentor from Monday"
    log 2026-09-10 Ada meeting notes="The bus pass is on its way"
"""


def test_of_two_letters_of_one_name_on_one_day_each_is_held_against_its_own_facts() -> None:
    drawing = drawn(TWO_MEETINGS)
    look = view(drawing, date(2026, 9, 11))
    log = written(plan(look), drawing.names, drawing.logged)
    letters = [one for one in log if one.kind == "letter"]
    assert [one.body.letter for one in letters] == ["meeting-record"] * 2  # type: ignore[attr-defined]
    assert list(stale(_with(look, log))) == []
    struck = [one for one in log if one.id != 1]
    assert [one.entry for one in stale(_with(look, struck))] == [letters[0]]


def test_a_call_of_the_same_day_makes_no_letter_out_of_date() -> None:
    text = """
        term 2026-09-07 to 2026-12-18
        2026-09-07  Ada  // // // // //
        2026-09-14  Ada  OO OO OO OO OO
        Ada rings: 1 Ms Ida Ames (mother) at 1 Mill Rise
        log 2026-09-16 Ada call outcome=no-answer
    """
    drawing = drawn(text)
    look = view(drawing, date(2026, 9, 18))
    (letter,) = plan(look).to_write()
    assert letter.occasion.facts["away"]["tried"] == "1 time"
    log = written(plan(look), drawing.names, drawing.logged)
    assert plan(_with(look, log), again=True).to_write()[0].occasion.facts["away"]["tried"] == "1 time"
    called = drawn(f"{text}\nlog 2026-09-18 Ada call outcome=no-answer").logged[-1]
    assert list(stale(_with(look, [*log, replace(called, id=9, root=9)]))) == []


AHEAD = """
    term 2026-09-07 to 2026-12-18
    closed 2026-10-26 to 2026-10-30
    2026-10-05  Ada  // // // // //
    Ada rings: 1 Ms Ida Ames (mother) at 1 Mill Rise
"""


def _facts(line: str, on: date, letter: str) -> dict[str, str]:
    look = view(drawn(f"{AHEAD}\n{line}"), on)
    (made,) = (one for one in plan(look, [letter], said={"support": "", "offer": ""}).letters)
    facts: dict[str, str] = {}
    for told in made.occasion.facts.values():
        facts |= told if isinstance(told, dict) else {}
    return facts


@pytest.mark.parametrize(
    ("first", "last", "early"),
    [
        ("2026-10-05", "2026-11-06", "Monday 2 November 2026"),  # the third week is the one before half term
        ("2026-10-12", "2026-11-20", "Monday 9 November 2026"),
        ("2026-10-14", "2026-11-20", "Wednesday 11 November 2026"),
        ("2026-11-02", "2026-11-20", "Friday 20 November 2026"),  # never after the last day
    ],
)
def test_a_notice_to_improve_may_be_acted_on_after_school_weeks(first: str, last: str, early: str) -> None:
    line = f'log 2026-10-05 Ada notice-to-improve first={first} last={last} parent="Ida Ames" expects=All'
    assert _facts(line, date(2026, 10, 5), "notice-to-improve")["early"] == early


@pytest.mark.parametrize(
    ("said", "days", "until", "back"),
    [
        ("granted", "5 days", "Friday 6 November 2026", "Monday 9 November 2026"),
        ("in-part days=2", "2 days", "Tuesday 3 November 2026", "Wednesday 4 November 2026"),
        ("in-part days=4", "4 days", "Thursday 5 November 2026", "Friday 6 November 2026"),
    ],
)
def test_a_pupil_is_to_be_back_when_the_days_that_were_granted_are_over(
    said: str, days: str, until: str, back: str
) -> None:
    lines = f"""
        log 2026-10-05 Ada leave-requested first=2026-10-30 last=2026-11-06 parent="Ida Ames" why=holiday
        log 2026-10-06 Ada leave-decided decision={said} decided=Head why=Once
    """
    facts = _facts(lines, date(2026, 10, 7), "loa-approved")
    assert (facts["days"], facts["until"], facts["back"]) == (days, until, back)


def test_a_day_of_another_academic_year_has_its_year() -> None:
    text = """
        term 2026-06-01 to 2026-07-17
        term 2026-09-01 to 2026-12-18
        2026-07-06  Ada  // // // // //
        2026-07-13  Ada  GG // GG G/ /G
        2026-08-31  Ada  .. G/ GG GG //
        Ada rings: 1 Ms Ida Ames (mother) at 1 Mill Rise
    """
    (made,) = plan(view(drawn(text), date(2026, 9, 4)), ["penalty-warning"]).letters
    assert [line["date"] for line in made.occasion.facts["absences"]] == [
        "Monday 13 July 2026",
        "Wednesday 15 July 2026",
        "Thursday 16 July 2026",
        "Friday 17 July 2026",
        "Tuesday 1 September",
        "Wednesday 2 September",
        "Thursday 3 September",
    ]
    assert dates_in("Monday 13 July 2026", date(2026, 9, 4)) == [date(2026, 7, 13)]


def test_a_pupil_is_to_be_seen_by_a_school_day_that_the_letter_names() -> None:
    text = """
        term 2026-09-07 to 2026-12-18
        closed 2026-10-26 to 2026-10-30
        2026-10-12  Ada  // // // // //
        2026-10-19  Ada  OO OO OO OO OO
        Ada rings: 1 Ms Ida Ames (mother) at 1 Mill Rise
    """
    for setting, answer in (({}, "Tuesday 3 November 2026"), ({"answer": 1}, "Monday 2 November 2026")):
        look = view(drawn(text), date(2026, 10, 23), school={"rules": {"letter-safe-and-well": setting}})
        (made,) = plan(look, ["safe-and-well"]).letters
        assert made.occasion.facts["reply_by"] == answer
        assert f"by {answer}" in _text(made, look)


def test_a_legal_letter_names_the_pupil_in_full_and_no_other_letter_does() -> None:
    text = """
        term 2026-09-07 to 2026-12-18
        2026-09-07  Ada  II II II II II  x5
        2026-10-12  Ada  GG GG GG GG GG
        Ada: surname Quince, forename Adelaide, tutor 7A1, adno 004240
        Ada rings: 1 Ms Ida Ames (mother) at 1 Mill Rise
    """
    look = view(drawn(text), date(2026, 10, 16))
    legal, severe = (plan(look, [name]).to_write()[0] for name in ("penalty-warning", "severe"))
    assert "Our reference: Adelaide Quince, 7A1, 004240" in _text(legal, look)
    assert "Quince" not in _text(severe, look)


def _text(made: Planned, look: View) -> str:
    assert made.parent
    look = replace(look, school=settled(look.school))
    facts = facts_of(Sight(look), made.occasion, made.parent)
    letter = render(made.occasion.letter.name, facts, look.school, look.on)
    return " ".join(letter_text(letter).decode().split())


@pytest.mark.parametrize(
    ("letter", "least", "most"),
    [("severe", 50, 100), ("persistent-absence", 10, 50), ("at-risk", 8, 10), ("first-concern", 0, 8)],
)
def test_the_made_up_pupil_fits_the_letter(letter: str, least: int, most: int) -> None:
    figures = madeup.facts(letter_kind(letter), view("2026-09-07  Ada  //", date(2026, 9, 7)))["figures"]
    assert least <= 100 * figures["missed_sessions"] / figures["possible_sessions"] < most
    assert (
        figures["percent"] == f"{100 - 100 * figures['missed_sessions'] / figures['possible_sessions']:.2f}%"
    )
