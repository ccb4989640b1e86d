from datetime import date, time

import pytest

from attendkit.documents.cells import cell_text, day_text, filled, label, tidy, value_text, wrapped
from attendkit.findings import Column, Kind

NEAR = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, Kind.TEXT, ""),
        (None, Kind.NUMBER, ""),
        (0, Kind.NUMBER, "0"),
        (1450, Kind.NUMBER, "1,450"),
        ("93.33", Kind.PERCENT, "93.33%"),
        ("1.2", Kind.POINTS, "+1.2"),
        ("-1.2", Kind.POINTS, "-1.2"),
        ("0.0", Kind.POINTS, "0.0"),
        (True, Kind.FLAG, "Yes"),
        (False, Kind.FLAG, "No"),
        ("-", Kind.CODE, "no mark"),
        ("-", Kind.TEXT, "-"),
        ("\\", Kind.CODE, "\\"),
        (["AM", "PM"], Kind.TEXT, "AM, PM"),
        (date(2026, 11, 9), Kind.DATE, "Mon 9 Nov"),
    ],
)
def test_a_cell_is_written_by_its_columns_kind(value: object, kind: Kind, text: str) -> None:
    assert cell_text(value, Column("thing", "Thing", kind), NEAR) == text


@pytest.mark.parametrize(("session", "text"), [(1, "AM"), (2, "PM"), ("PM", "PM"), (None, "")])
def test_a_session_is_am_or_pm_whether_numbered_or_named(session: object, text: str) -> None:
    assert cell_text(session, Column("session", "Session")) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 8, 1), "Sat 1 Aug"),
        (date(2026, 7, 31), "31 Jul 2026"),
        (date(2027, 7, 31), "Sat 31 Jul"),
        (date(2027, 8, 1), "1 Aug 2027"),
    ],
)
def test_a_date_has_its_year_outside_the_academic_year_looked_at(day: date, text: str) -> None:
    assert day_text(day, NEAR) == text


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("O’Brien-Smythe", "O’Brien-Smythe"),
        ("[/]", "[/]"),
        ("Red\x1b[31m", "Red [31m"),
        ("Tab\tNew\r\nLine", "Tab New Line"),
        ("back\u202eward", "backward"),
        ("\u2067יוסף\u2069", "יוסף"),
        ("line\u2028end", "line end"),
        ("क्षि", "क्षि"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_text_that_would_steer_a_terminal_is_made_plain(dirty: str, clean: str) -> None:
    assert tidy(dirty) == clean


def test_figures_are_said_in_words() -> None:
    assert value_text({"N": 2, "late_after_close": 1031}) == "N\u00a02, late after close\u00a01,031"
    assert value_text(None) == "not known"
    assert value_text(time(8, 30)) == "08:30"
    assert label("on_roll") == "On roll"
    assert label("N") == "N"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one two\u00a0three", 9, ["one", "two three"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("王王王 a", 4, ["王王", "王 a"]),
        ("", 5, [""]),
    ],
)
def test_a_line_is_broken_at_spaces_but_not_before_a_figure(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


def test_parts_are_broken_between_and_never_inside() -> None:
    assert filled(["one", "two", "three"], 9) == ["one · two", "three"]
    assert filled(["longer than it", "b"], 4) == ["longer than it", "b"]
    assert filled([], 9) == []
