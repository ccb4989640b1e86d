"""`init`: what it proposes, what it writes, and that it never writes over anything."""

import stat
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.cli.conftest import SMALL, Run

from attendkit.cli.init import FOLDERS
from attendkit.errors import Exit
from attendkit.school import load_school

EXPORTS = [f"--export={SMALL / 'exports' / name}.csv" for name in ("pupils", "marks")]


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
