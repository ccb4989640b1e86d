import io
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.documents.drawn import EVIL, ON, bad_mark, report, view

from attendkit.documents.table import print_table
from attendkit.findings import Column, Report
from attendkit.model import Severity

AMY_AND_BO = (("Adeyemi", "Amy"), ("O'Brien", "Bo"))

ON_80_COLUMNS = """\
Absences
Riverside School · Friday 20 November 2026 · marks from 7 Sep 2026 to 7 Sep 2026
On roll: 1,450 · Absent: N 2, I 31 · No mark: 0

              Tutor                                Sessions
Pupil         group   Date       Session  Mark       missed  Attendance  Overdue
────────────────────────────────────────────────────────────────────────────────
Adeyemi, Amy  7/A:1   Mon 9 Nov  AM       N           1,234      93.33%  Yes
O'Brien, Bo   8/B:1   Mon 9 Nov  PM       no mark     1,235      93.33%  No
Not shown at this width: Why.

Counted in whole sessions.

3 problems in the data
error    SIMS Mon.csv: Mark 'ZZ' is not a code: 2 rows, first at row 5, column
         Mark
         Correct it in the register, or map it in attendkit.toml.
warning  SIMS Mon.csv: Mark 'Q' is not a code: row 7, column Mark
         Correct it in the register, or map it in attendkit.toml.
"""


def printed(shown: Report, width: int, names: tuple[tuple[str, str], ...] = EVIL) -> str:
    out = io.StringIO()
    print_table(shown, view(names), out, width)
    return out.getvalue()


def test_a_report_on_80_columns() -> None:
    drawn = report(
        notes=["Counted in whole sessions."],
        problems=[bad_mark(5), bad_mark(9), bad_mark(7, "Q", Severity.WARNING)],
    )
    assert printed(drawn, 80, AMY_AND_BO) == ON_80_COLUMNS


def test_more_columns_on_120() -> None:
    assert "93.33%" not in printed(report(), 60)
    assert "Not shown at this width: Tutor group, Attendance, Why." in printed(report(), 60)
    wide = printed(report(), 120)
    assert "93.33%" in wide
    assert "Not shown" not in wide


def test_an_empty_report_says_so() -> None:
    assert "No pupils to list." in printed(report(pupil=()), 80)
    groups = Report(
        duty="missing-registers",
        title="Registers",
        on=ON,
        rows=pl.DataFrame({"tutor": []}, schema={"tutor": pl.String}),
        columns=(Column("tutor", "Tutor"),),
        counts={},
        found=report(pupil=()).found,
        evidence=report(pupil=()).evidence,
    )
    assert "No rows to list." in printed(groups, 80)


def test_names_are_shown_as_they_are_and_never_as_markup() -> None:
    text = printed(report(pupil=range(len(EVIL))), 160)
    assert "[/], [bold]Bo[/bold]" in text
    assert "王, 小明" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_name_written_from_right_to_left_does_not_turn_the_next_column_round() -> None:
    line = next(line for line in printed(report(pupil=range(len(EVIL))), 120).splitlines() if "יוסף" in line)
    assert "יוסף\u200e " in line


def test_contacts_hang_under_their_row() -> None:
    drawn = report(says=["Mrs Adeyemi 07700 900001\nMr Adeyemi 07700 900002", ""])
    lines = printed(drawn, 80, AMY_AND_BO).splitlines()
    amy = next(n for n, line in enumerate(lines) if line.startswith("Adeyemi, Amy"))
    assert lines[amy + 1 : amy + 3] == ["    Mrs Adeyemi 07700 900001", "    Mr Adeyemi 07700 900002"]
    assert lines[amy + 3].startswith("O'Brien, Bo")


def hanging(size: int = 2) -> Report:
    drawn = report(
        pupil=range(size),
        first=["social worker", ""][:size],
        call=[f"Mrs Adeyemi {'07700 900001, ' * 9}", ""][:size],
    )
    more = (Column("first", "First because", hangs=True), Column("call", "Call", hangs=True))
    return replace(drawn, columns=(*drawn.columns[:2], *more))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_one_contact_hangs_too_and_is_never_cut_short(width: int) -> None:
    lines = printed(hanging(), width, AMY_AND_BO).splitlines()
    amy = next(n for n, line in enumerate(lines) if line.startswith("Adeyemi, Amy"))
    bo = next(n for n, line in enumerate(lines) if line.startswith("O'Brien, Bo"))
    assert lines[amy + 1] == "    First because: social worker"
    assert lines[amy + 2].startswith("    Call: Mrs Adeyemi 07700 900001")
    hung = "".join(lines[amy + 2 : bo])
    assert hung.count("07700 900001") == 9  # so no number is broken across lines either
    assert "…" not in hung
    assert bo == len(lines) - 1  # nothing hangs where there is nothing to say


def test_one_hanging_column_needs_no_name() -> None:
    drawn = hanging()
    text = printed(replace(drawn, columns=drawn.columns[:3]), 80, AMY_AND_BO)
    assert "\n    social worker\n" in text


GROUPS = {
    "sessions": {
        "AM": {"on_roll": 1450, "unauthorised": 9, "missing": 3},
        "PM": {"on_roll": 1451, "unauthorised": 8, "missing": 0},
    }
}


def test_figures_of_groups_are_a_grid() -> None:
    drawn = replace(report(), counts=GROUPS, labels={"missing": "No mark"})
    assert """
Sessions  On roll  Unauthorised  No mark
────────────────────────────────────────
AM          1,450             9        3
PM          1,451             8        0
""" in printed(drawn, 80)
    assert """
Sessions         AM     PM
──────────────────────────
On roll       1,450  1,451
Unauthorised      9      8
No mark           3      0
""" in printed(drawn, 30)


def test_figures_of_more_groups_than_can_be_taken_in_are_left_out() -> None:
    several = {f"7A{n}": {"open": n} for n in range(7)}
    assert "7A0" not in printed(replace(report(), counts={"tutors": several}), 80)
    assert "7A0" in printed(replace(report(), counts={"tutors": dict(list(several.items())[:6])}), 80)


def test_a_figure_is_called_what_its_report_calls_it_and_nothing_is_not_told() -> None:
    counts: dict[str, Any] = {
        "absent": {"N": 2},
        "sessions": [],
        "resolved": None,
        "minutes": None,
        "by_code": {},
    }
    text = printed(replace(report(), counts=counts, labels={"absent": "Sessions missed", "resolved": ""}), 80)
    assert "Sessions missed: N 2 · Minutes: not known\n" in text


def test_a_note_that_changes_everything_comes_before_the_figures() -> None:
    lines = printed(replace(report(), above=("No school day.",)), 80).splitlines()
    assert lines[2:4] == ["No school day.", "On roll: 1,450 · Absent: N 2, I 31 · No mark: 0"]


def test_a_report_of_a_part_of_the_school_says_so_under_its_title() -> None:
    out = io.StringIO()
    print_table(report(), replace(view(), only=("Year 7", "College Arden")), out, 80)
    assert out.getvalue().splitlines()[1].startswith("Only: Year 7, College Arden · Riverside School")


def test_a_screen_that_knows_only_ascii_gets_ascii_lines() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="cp1252")
    print_table(report(pupil=range(len(EVIL))), view(), out, 100)
    out.flush()
    text = raw.getvalue().decode("cp1252")
    assert "-----" in text
    assert "?, ??" in text


def test_words_of_a_duty_are_shown_without_their_underscores() -> None:
    band = pl.Series(["at_risk", "severe"], dtype=pl.Enum(["severe", "at_risk"]))
    drawn = report(says=band)
    assert "at risk" in printed(drawn, 160, AMY_AND_BO)


def test_a_narrow_column_with_nothing_in_it_takes_no_room() -> None:
    text = printed(report(says=[None, None]), 160, AMY_AND_BO)
    assert "Why" not in text


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(60, 160), names=st.lists(st.tuples(words, words), min_size=1, max_size=4), note=words
)
def test_no_line_is_longer_than_the_screen_is_wide(
    width: int, names: list[tuple[str, str]], note: str
) -> None:
    drawn = report(
        pupil=range(len(names)), notes=[note], problems=[bad_mark(3, note)], says=[note] * len(names)
    )
    for line in printed(drawn, width, tuple(names)).splitlines():
        assert cell_len(line) <= width


@settings(max_examples=20, deadline=None)
@given(width=st.integers(20, 60))
def test_the_pupil_is_shown_on_the_narrowest_screen(width: int) -> None:
    text = printed(report(), width, AMY_AND_BO)
    assert "Adeyemi" in text
    assert all(cell_len(line) <= width for line in text.splitlines())


def test_a_number_is_never_cut() -> None:
    text = printed(report(), 60, AMY_AND_BO)
    assert "1,234" in text
    assert "1,235" in text
