"""Commands where the computer is against them: disks, locks, links, clocks and consoles."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from filelock import FileLock
from tests.cli.conftest import ON, SMALL, Run, Said

from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework
from attendkit.errors import Exit
from attendkit.register.store import Store

LINKS = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


@LINKS
@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("out", ["bands", "--on", ON, "--format", "html"]),
        ("register", ["bands", "--on", ON]),
        ("casework.db", ["log", "note", "004240", "--notes", "x", "--by", "JO"]),
    ],
)
def test_nothing_is_written_through_a_link_out_of_the_schools_folder(
    name: str, command: list[str], run: Run, school: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = school / name
    if place.is_dir():
        shutil.rmtree(place)
    place.symlink_to(elsewhere)
    said = run(*command, "--school", school)
    assert said.code == Exit.BAD_INPUT
    assert "a link that leads out of the school's folder" in said.err
    assert list(elsewhere.iterdir()) == []


@LINKS
def test_a_link_inside_the_schools_folder_is_followed(run: Run, school: Path) -> None:
    shutil.rmtree(school / "out")
    (school / "papers").mkdir(mode=0o700)
    (school / "out").symlink_to(school / "papers")
    assert run("bands", "--on", ON, "--format", "html", "--school", school).code == Exit.DONE
    assert (school / "papers" / ON / "bands.html").is_file()


@LINKS
def test_exports_may_be_a_link_because_they_are_only_read(run: Run, school: Path, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    (school / "exports").rename(drop)
    (school / "exports").symlink_to(drop)
    before = {path.name: path.read_bytes() for path in drop.iterdir()}
    assert run("bands", "--on", ON, "--school", school).code == Exit.DONE
    assert {path.name: path.read_bytes() for path in drop.iterdir()} == before


def test_two_commands_at_once_and_the_second_says_who_is_writing(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attendkit.register.store._WAIT", 0.05)
    monkeypatch.setattr(Store.__init__, "__kwdefaults__", {"wait": 0.05})
    new = school / "new.csv"
    new.write_text((SMALL / "exports" / "marks.csv").read_text("utf-8-sig").replace(",N,", ",I,"))
    with FileLock(school / "register" / "journal.lock"):
        (school / "register" / "journal.holder").write_text("process 4242 on OFFICE-3")
        said = run("ingest", new, "--school", school)
        assert run("bands", "--on", ON, "--school", school).code == Exit.DONE  # looking never waits
    assert said.code == Exit.DAMAGED
    assert "Another attendkit command is writing to this register (process 4242 on OFFICE-3)" in said.err
    assert "Nothing was changed." in said.err
    assert run("ingest", new, "--school", school).code == Exit.DONE


def test_a_clock_that_was_put_back_does_not_change_whose_word_is_the_last(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Back(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
            return datetime(2001, 1, 1, tzinfo=UTC)

    changed = school / "changed.csv"
    changed.write_text((SMALL / "exports" / "marks.csv").read_text("utf-8-sig").replace(",N,", ",I,"))
    monkeypatch.setattr("attendkit.cli.taking.datetime", Back)
    assert run("ingest", changed, "--school", school).code == Exit.DONE
    register = Store(school / "register").register()
    assert register.marks.filter(code="N").is_empty()
    assert Store(school / "register").check() == ()


def note(run: Run, school: Path) -> Said:
    return run("log", "note", "004240", "--notes", "Rang home.", "--by", "JO", "--school", school)


def test_two_commands_at_once_in_the_log_and_the_second_says_so(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Casework.__init__, "__kwdefaults__", {"wait": 0.05})
    assert note(run, school).code == Exit.DONE
    with closing(sqlite3.connect(school / "casework.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = note(run, school)
        assert run("pupil", "004240", "--on", ON, "--school", school).code == Exit.DONE
    assert said.code == Exit.DAMAGED
    assert "Another attendkit command is writing to this log." in said.err
    assert note(run, school).code == Exit.DONE


def test_a_drive_that_drops_while_the_log_is_written_is_no_damage(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = sqlite3.OperationalError("disk I/O error")
    dropped.sqlite_errorcode = sqlite3.SQLITE_IOERR

    def drops(*_: object, **__: object) -> sqlite3.Connection:
        raise dropped

    with monkeypatch.context() as patched:
        patched.setattr("attendkit.casework.store.sqlite3.connect", drops)
        said = note(run, school)
    assert said.code == Exit.DAMAGED
    assert "network drive failed" in said.err
    assert note(run, school).code == Exit.DONE


def test_a_clock_that_was_put_back_leaves_the_log_in_its_order(school: Path) -> None:
    log = Casework(school / "casework.db")
    for year in (2026, 2001, 2030):
        body = KINDS["note"].model_validate({"notes": f"In {year}."})
        log.add("note", "004240", body, by="JO", on=date(2026, 11, 20), at=datetime(year, 1, 1, tzinfo=UTC))
    assert [entry.body.told() for entry in log.entries()] == ["In 2026.", "In 2001.", "In 2030."]
    assert log.check() == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 kB, where this account may make one."""
    place = tmp_path / "disk"
    place.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(made, check=False, capture_output=True).returncode:
        pytest.skip("this account may not make a disk")
    try:
        yield place
    finally:
        subprocess.run([shutil.which("umount") or "umount", str(place)], check=True)


def test_a_real_disk_that_is_full_adds_nothing_and_loses_nothing(
    run: Run, ready: Path, small_disk: Path
) -> None:
    school = small_disk / "school"
    school.mkdir(mode=0o700)
    shutil.copytree(ready / "register", school / "register")
    shutil.copy(ready / "attendkit.toml", school)
    before = Store(school / "register").register().digest
    changed = small_disk.parent / "changed.csv"
    changed.write_text((SMALL / "exports" / "marks.csv").read_text("utf-8-sig").replace(",N,", ",I,"))
    filling = small_disk / "other"
    filling.write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))
    said = run("ingest", changed, "--school", school)
    assert (said.code, "The disk is full" in said.err) == (Exit.DAMAGED, True)
    assert Store(school / "register").register().digest == before
    assert Store(school / "register").check() == ()
    paper = run("bands", "--on", ON, "--format", "html", "--school", school)
    assert (paper.code, "cannot be written" in paper.err) == (Exit.BAD_INPUT, True)
    assert not list(school.rglob("*.tmp"))
    filling.unlink()
    assert run("ingest", changed, "--school", school).code == Exit.DONE


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "cp850", "ascii"])
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_console_of_an_old_windows_stops_at_no_name(
    encoding: str, form: str, process: Run, tmp_path: Path
) -> None:
    names = "Władysława,Ö’Brien\n王,小明\nבן־דוד,יוסף\n".splitlines()
    rows = "\n".join(f"00{n},{name},7A,16/11/2026,AM,N" for n, name in enumerate(names))
    (tmp_path / "a.csv").write_text(f"Adno,Surname,Forename,Reg,Date,Session,Mark\n{rows}\n", "utf-8")
    said = process(
        "bands",
        "--all",
        "--export",
        "a.csv",
        "--on",
        ON,
        "--format",
        form,
        PYTHONIOENCODING=f"{encoding}:strict",
        PYTHONUTF8="0",
    )
    assert (said.code, said.err) == (Exit.DONE, "")
    assert "Władysława" in said.out


def test_settings_with_the_line_ends_of_windows_are_read(run: Run, school: Path) -> None:
    path = school / "attendkit.toml"
    before = run("bands", "--on", ON, "--format", "json", "--school", school).out
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert run("bands", "--on", ON, "--format", "json", "--school", school).out == before


def test_a_folder_with_a_long_name_with_spaces_and_letters_of_any_kind_will_do(
    run: Run, ready: Path, tmp_path: Path
) -> None:
    deep = tmp_path.joinpath(*(f"Büro der Schule {n} [alt] & café" for n in range(4)))
    shutil.copytree(ready, deep)
    assert run("bands", "--on", ON, "--format", "html", "--school", deep).code == Exit.DONE
    assert run("doctor", "--deep", "--on", ON, "--school", deep).code == Exit.PROBLEMS


@pytest.mark.skipif(sys.platform == "win32", reason="it is one there")
def test_an_open_workbook_is_said_to_be_open(run: Run, school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_in_excel(*_: object) -> None:
        raise PermissionError(13, "Access is denied", "bands.xlsx")

    monkeypatch.setattr("attendkit.documents.saving.write_whole", open_in_excel)
    said = run("bands", "--on", ON, "--format", "xlsx", "--school", school)
    assert said.code == Exit.BAD_INPUT
    assert "Close it in Excel" in said.err
