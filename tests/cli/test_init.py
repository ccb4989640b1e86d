"""`init`: what it proposes, what it writes, and that it never writes over anything."""

import stat
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import SMALL, Run

from attendkit.cli.init import FOLDERS
from attendkit.documents.settings import settings_text
from attendkit.errors import Exit
from attendkit.register.proposal import Proposal, SeenTerm, closures_seen, terms_seen
from attendkit.school import load_school

EXPORTS = [f"--export={SMALL / 'exports' / name}.csv" for name in ("pupils", "marks")]


def days(*spans: tuple[str, str]) -> list[date]:
    """The weekdays of spans written as ISO dates."""
    found = []
    for first, last in spans:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            found += [day] if day.weekday() < 5 else []
            day += timedelta(days=1)
    return found


def term(name: str, first: str, last: str, half: tuple[str, str]) -> SeenTerm:
    """A term written in ISO dates."""
    begins, ends = map(date.fromisoformat, half)
    return SeenTerm(name, date.fromisoformat(first), date.fromisoformat(last), (begins, ends))


def test_an_export_shows_terms_colleges_and_tutor_groups(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    said = run("init", "--yes", "--school", folder, *EXPORTS)
    assert said.code == Exit.DONE
    school, example = load_school(folder), load_school(SMALL)
    assert [(term.first, term.last) for term in school.terms] == [(date(2026, 9, 3), date(2026, 11, 20))]
    assert school.terms[0].half_term is not None
    assert school.terms[0].half_term.first == date(2026, 10, 26)
    assert set(school.colleges) == set(example.colleges)
    for group in example.tutor_groups:
        assert school.college_of(group) == example.college_of(group)


def test_the_folders_are_made_and_private(run: Run, tmp_path: Path) -> None:
    run("init", "--yes")
    assert {path.name for path in tmp_path.iterdir()} == {*FOLDERS, "attendkit.toml"}
    if sys.platform != "win32":
        assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in FOLDERS} == {0o700}


def test_nothing_is_ever_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "attendkit.toml").write_text('name = "Fenwick School"\n')
    said = run("init", "--yes")
    assert said.code == Exit.BAD_INPUT
    assert (tmp_path / "attendkit.toml").read_text() == 'name = "Fenwick School"\n'
    assert not (tmp_path / "exports").exists()


def test_a_folder_with_exports_in_it_already_keeps_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "marks.csv").write_text("kept")
    assert run("init", "--yes").code == Exit.DONE
    assert (tmp_path / "exports" / "marks.csv").read_text() == "kept"


def test_an_export_that_cannot_be_read_stops_it_before_anything_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "marks.csv").touch()
    assert run("init", "--yes", "--export", "marks.csv").code == Exit.BAD_INPUT
    assert [path.name for path in tmp_path.iterdir()] == ["marks.csv"]


def test_what_it_asks_is_written_and_a_slip_is_asked_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["Fenwick", "Anyshire", "03/09/2026", "18 December", "18/12/2026", "Mrs Gale", "", ""])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    said = run("init", *EXPORTS)
    assert (said.code, next(answers, "none left")) == (Exit.DONE, "none left"), said.err
    school = load_school(tmp_path)
    assert "'18 December' is not a date." in said.err
    assert (school.name, school.authority) == ("Fenwick", "Anyshire")
    assert school.terms[0].last == date(2026, 12, 18)
    assert sorted(college.leader for college in school.colleges.values()) == ["", "", "Mrs Gale"]


def test_a_year_of_marks_parts_into_terms_and_half_terms() -> None:
    year = days(
        ("2026-09-03", "2026-10-23"),
        ("2026-11-02", "2026-12-18"),
        ("2027-01-05", "2027-02-12"),
        ("2027-02-22", "2027-03-25"),
        ("2027-04-12", "2027-05-28"),
        ("2027-06-07", "2027-07-20"),
    )
    assert list(terms_seen(year)) == [
        SeenTerm(
            "Autumn 2026", date(2026, 9, 3), date(2026, 12, 18), (date(2026, 10, 26), date(2026, 10, 30))
        ),
        SeenTerm("Spring 2027", date(2027, 1, 5), date(2027, 3, 25), (date(2027, 2, 15), date(2027, 2, 19))),
        SeenTerm("Summer 2027", date(2027, 4, 12), date(2027, 7, 20), (date(2027, 5, 31), date(2027, 6, 4))),
    ]


@pytest.mark.parametrize(
    ("again", "terms", "half_terms"),
    [
        ("2026-11-13", 1, 0),  # 7 days after: a week without school is no more than a long weekend
        ("2026-11-14", 1, 1),
        ("2026-11-20", 1, 1),
        ("2026-11-21", 2, 0),
    ],
)
def test_a_gap_over_a_week_is_a_half_term_and_over_two_a_holiday(
    again: str, terms: int, half_terms: int
) -> None:
    seen = list(terms_seen([date(2026, 11, 5), date(2026, 11, 6), date.fromisoformat(again)]))
    assert (len(seen), sum(term.half_term is not None for term in seen)) == (terms, half_terms)


def test_no_marks_show_no_terms() -> None:
    assert list(terms_seen([])) == []


def test_weekdays_without_marks_inside_a_term_are_closures() -> None:
    term = SeenTerm("Autumn 2026", date(2026, 11, 2), date(2026, 11, 20))
    held = [day for day in days(("2026-11-02", "2026-11-20")) if day.day not in {3, 12, 13, 16}]
    assert list(closures_seen([term], held, [])) == [
        (date(2026, 11, 3), date(2026, 11, 3)),
        (date(2026, 11, 12), date(2026, 11, 13)),
        (date(2026, 11, 16), date(2026, 11, 16)),
    ]


@pytest.mark.parametrize(
    "name", ["St Anne's", 'The "Annexe"', "Back\\slash", "Elm.Ash", "Ünï", "a\u007fb", "#1"]
)
def test_a_college_may_be_called_anything(name: str, tmp_path: Path) -> None:
    text = settings_text(Proposal(name=name, colleges={name: [name, "7A"]}, groups=[f"{name} 2"]))
    (tmp_path / "attendkit.toml").write_text(text, encoding="utf-8")
    school = load_school(tmp_path)
    assert len(school.colleges) == 1
    assert school.college_of("7A") in {name, "a b"}


def test_everything_that_is_commented_out_would_be_accepted(tmp_path: Path) -> None:
    lines = settings_text(Proposal()).splitlines()
    live = [line.removeprefix("# ") if _is_setting(line) else line for line in lines]
    (tmp_path / "attendkit.toml").write_text("\n".join(live), encoding="utf-8")
    school = load_school(tmp_path)
    assert school.terms
    assert school.profiles
    assert school.registers
    assert school.rules


def _is_setting(line: str) -> bool:
    return line.startswith("# [") or (line.startswith("# ") and " = " in line)
