"""`export-person`: all that is held about one pupil, nothing about another that is not marked."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.cli.conftest import ON, Run

from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework
from attendkit.documents.person import OTHERS
from attendkit.errors import Exit
from attendkit.register.store import Store

NUMBER = "004240"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def log(school: Path, kind: str, *, pupil: str = NUMBER, **said: Any) -> int:
    body = KINDS[kind].model_validate(said)
    log = Casework(school / "casework.db")
    return log.add(kind, pupil, body, by="J. Okafor", on=date(2026, 11, 20), at=NOW).id


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


@pytest.fixture
def folder(run: Run, school: Path) -> Path:
    paper = school / "out" / ON / "letters" / f"7A1 {NUMBER} first-concern.pdf"
    paper.parent.mkdir(parents=True)
    paper.write_bytes(b"%PDF-1.7 a letter")
    log(school, "note", notes="Quarrelled with Ruby Yilmaz on the way to school.")
    log(school, "note", notes="Came in by himself.")
    log(school, "letter", letter="first-concern", files=(str(paper.relative_to(school)), "out/gone.pdf"))
    said = run("export-person", NUMBER, "--on", ON, "--school", school)
    assert said.code == Exit.DONE
    assert "entry 3 is no longer in out/" in said.err
    return school / "out" / ON / f"person-{NUMBER}"


def test_every_file_is_there_and_private(folder: Path) -> None:
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    own = {"person", "marks", "contacts", "casework", "findings"}
    assert names == {
        "READ-ME.txt",
        "pupil.html",
        "pupil.pdf",
        f"papers/7A1 {NUMBER} first-concern.pdf",
        *(f"{n}.csv" for n in own),
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*"))


def test_every_mark_of_the_pupil_is_there_and_no_others(folder: Path, school: Path) -> None:
    register = Store(school / "register").register()
    (pupil,) = register.pupils.filter(adno=NUMBER)["pupil"]
    told = rows(folder / "marks.csv")
    held = register.marks.filter(pupil=pupil)
    codes = held["code"].cast(pl.String).replace("-", "no mark")
    assert [row["code"] for row in told] == codes.to_list()
    assert len(told) == held.height > 90


def test_other_people_are_marked(folder: Path) -> None:
    assert {row[OTHERS] for row in rows(folder / "contacts.csv")} == {"yes: another person's details"}
    assert [row[OTHERS] for row in rows(folder / "casework.csv")] == [
        "look: may name another person",
        "",
        "",
    ]


def test_the_findings_are_those_of_the_pupils_page(folder: Path) -> None:
    lists = {row["list"] for row in rows(folder / "findings.csv")}
    assert {"bands", "ncode-report"} <= lists


def test_a_second_time_nothing_is_mixed_with_the_first(run: Run, folder: Path, school: Path) -> None:
    said = run("export-person", NUMBER, "--on", ON, "--school", school)
    assert (said.code, "something here already" in said.err) == (Exit.BAD_INPUT, True)
    other = folder.parent / "again"
    assert run("export-person", NUMBER, "--on", ON, "--out", other, "--school", school).code == Exit.DONE
    for path in folder.rglob("*.csv"):
        assert path.read_bytes() == (other / path.name).read_bytes()


def test_a_paper_outside_the_schools_out_folder_is_not_fetched(run: Run, school: Path) -> None:
    (school / "secret.txt").write_text("of somebody else")
    log(school, "letter", letter="first-concern", files=("out/../secret.txt", "/etc/hostname"))
    assert run("export-person", NUMBER, "--on", ON, "--school", school).code == Exit.DONE
    folder = school / "out" / ON / f"person-{NUMBER}"
    assert not (folder / "papers").exists()


def test_no_paper_about_anybody_else_goes_out(run: Run, school: Path) -> None:
    letters = school / "out" / ON / "letters"
    letters.mkdir(parents=True)
    own, pile, unnamed, another = (
        f"out/{ON}/letters/{name}.pdf"
        for name in (f"7A1 {NUMBER} severe", f"All of {NUMBER}", "All of 7A1", f"7A1 {NUMBER}1 severe")
    )
    for name in (own, pile, unnamed, another):
        (school / name).write_bytes(b"%PDF-1.7")
    log(school, "letter", letter="severe", files=(own, pile, unnamed, another))
    log(school, "letter", letter="severe", files=(own,))  # the other parent's, logged with the same file
    log(
        school,
        "letter",
        pupil="004241",
        letter="severe",
        files=(f"out/{ON}/../{ON}/letters/{Path(pile).name}",),
    )
    said = run("export-person", NUMBER, "--on", ON, "--school", school)
    folder = school / "out" / ON / f"person-{NUMBER}"
    assert [path.name for path in (folder / "papers").iterdir()] == [Path(own).name]
    told = (folder / "READ-ME.txt").read_text("utf-8-sig")
    assert [told.count(f"{name}\n") for name in (own, pile, unnamed, another)] == [0, 1, 1, 1]
    assert told.count(f"papers/{Path(own).name}") == 1
    assert "not about this pupil alone" in said.err


def test_letters_of_one_name_from_two_days_are_both_there(run: Run, school: Path) -> None:
    files = tuple(f"out/{day}/letters/7A1 {NUMBER} severe.pdf" for day in ("2026-10-02", ON))
    for name in files:
        (school / name).parent.mkdir(parents=True)
        (school / name).write_bytes(name.encode())
    log(school, "letter", letter="severe", files=files)
    assert run("export-person", NUMBER, "--on", ON, "--school", school).code == Exit.DONE
    papers = school / "out" / ON / f"person-{NUMBER}" / "papers"
    assert {path.read_text() for path in papers.iterdir()} == set(files)
