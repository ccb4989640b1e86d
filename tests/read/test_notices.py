"""A list of penalty notices: every row is a notice or a problem with its row."""

from datetime import date
from pathlib import Path

import pytest
from tests.drawn import drawn, register

from attendkit.errors import UnreadableError
from attendkit.model import Notice, Problem
from attendkit.read.notices import read_notices

PUPILS = register(drawn("Ada: adno 00417\nBea: adno 00418")).pupils
HEAD = "Adno,Parent,Issued,Received,Paid,Withdrawn,Sessions From,Sessions To"


def read(folder: Path, *lines: str, head: str = HEAD) -> tuple[tuple[Notice, ...], tuple[Problem, ...]]:
    path = folder / "notices.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return read_notices(path, PUPILS)


def test_a_row_is_a_notice_with_every_date_it_has(tmp_path: Path) -> None:
    notices, problems = read(
        tmp_path,
        "00417,Ms Vale,23/11/2026,2026-11-25,01/12/2026,,09/11/2026,13/11/2026",
        "00418,Mr Orme,1 June 2026,,,08/06/2026,,",
    )
    assert not problems
    assert notices == (
        Notice(
            pupil=0,
            parent="Ms Vale",
            issued=date(2026, 11, 23),
            received=date(2026, 11, 25),
            paid=date(2026, 12, 1),
            first=date(2026, 11, 9),
            last=date(2026, 11, 13),
        ),
        Notice(pupil=1, parent="Mr Orme", issued=date(2026, 6, 1), withdrawn=date(2026, 6, 8)),
    )


def test_only_the_pupil_the_parent_and_the_day_of_issue_are_needed(tmp_path: Path) -> None:
    notices, problems = read(tmp_path, "00417,Ms Vale,23/11/2026", head="Adno,Parent Name,Date Issued")
    assert (len(notices), problems) == (1, ())


def test_titles_above_the_headings_and_empty_rows_are_no_rows(tmp_path: Path) -> None:
    notices, problems = read(
        tmp_path, "Adno,Parent,Issued", "00417,Ms Vale,23/11/2026", ",,", head="Our notices,,"
    )
    assert (len(notices), problems) == (1, ())


@pytest.mark.parametrize(
    ("line", "reason", "column", "value"),
    [
        ("00499,Ms Vale,23/11/2026,,,,,", "unknown_pupil", "Adno", "00499"),
        (",Ms Vale,23/11/2026,,,,,", "no_pupil_key", "Adno", ""),
        ("00417,,23/11/2026,,,,,", "bad_notice", "Parent", ""),
        ("00417,Ms Vale,,,,,,", "bad_notice", "Issued", ""),
        ("00417,Ms Vale,31/06/2026,,,,,", "bad_notice", "Issued", "31/06/2026"),
        ("00417,Ms Vale,23/11/2026,soon,,,,", "bad_notice", "Received", "soon"),
        ("00417,Ms Vale,23/11/2026,22/11/2026,,,,", "bad_notice", "", ""),
        ("00417,Ms Vale,23/11/2026,,22/11/2026,,,", "bad_notice", "", ""),
        ("00417,Ms Vale,23/11/2026,,,22/11/2026,,", "bad_notice", "", ""),
        ("00417,Ms Vale,23/11/2026,,,,09/11/2026,", "bad_notice", "", ""),
        ("00417,Ms Vale,23/11/2026,,,,13/11/2026,12/11/2026", "bad_notice", "", ""),
        ("00417,Ms Vale,23/11/2026,,,,13/11/2026,24/11/2026", "bad_notice", "", ""),
    ],
)
def test_a_row_that_does_not_hold_together_is_named(
    tmp_path: Path, line: str, reason: str, column: str, value: str
) -> None:
    notices, (problem,) = read(tmp_path, "00418,Mr Orme,01/06/2026,,,,,", line)
    assert [notice.pupil for notice in notices] == [1]
    assert (problem.reason, problem.file, problem.row) == (reason, "notices.csv", 3)
    assert (problem.column, problem.value) == (column, value)
    assert problem.remedy
    assert "Vale" not in problem.message


def test_a_day_on_the_edge_is_in_order(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path, "00417,Ms Vale,23/11/2026,23/11/2026,23/11/2026,23/11/2026,23/11/2026,23/11/2026"
    )
    assert not problems


@pytest.mark.parametrize("head", ["Adno,Issued", "Parent,Issued", "Adno,Parent", "Adno,Date,Session,Mark"])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(UnreadableError, match="not a list of penalty notices") as refused:
        read(tmp_path, "00417,a,b,c", head=head)
    assert refused.value.where == "notices.csv"
    assert "Parent" in refused.value.remedy
