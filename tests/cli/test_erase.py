"""`erase`: not before its time, and then out of everything, with what is left to destroy said."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.cli.conftest import ON, Run
from tests.cli.sentinels import marked_school

from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework
from attendkit.cli import erase
from attendkit.errors import Exit
from attendkit.register.store import Store

LEFT = "004201"  # left on 16 October 2026
HERE = "004240"
NOW = datetime(2026, 10, 16, 9, tzinfo=UTC)


@pytest.fixture
def school(tmp_path: Path) -> Path:
    return marked_school(tmp_path / "harrowmere")


def on(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "today", lambda: day)
    monkeypatch.setattr("attendkit.cli.looking.today", lambda: day)


def note(school: Path, pupil: str, day: date = date(2026, 10, 16)) -> None:
    body = KINDS["note"].model_validate({"notes": "Qxnoted."})
    Casework(school / "casework.db").add("note", pupil, body, by="JO", on=day, at=NOW)


def everything(school: Path) -> bytes:
    tables = (school / "register").rglob("*.parquet")
    files = [*(school / "register").rglob("*"), *school.glob("casework*")]
    told = [pl.read_parquet(path).write_csv().encode() for path in tables]
    return b"".join([*told, *(path.read_bytes() for path in files if path.is_file())])


def test_a_pupil_on_roll_is_not_erased(run: Run, school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on(date(2036, 11, 20), monkeypatch)
    said = run("erase", HERE, "--yes", "--school", school)
    assert said.code == Exit.BAD_INPUT
    assert "on roll" in said.err


@pytest.mark.parametrize(
    ("day", "code"), [(date(2032, 10, 15), Exit.BAD_INPUT), (date(2032, 10, 16), Exit.PROBLEMS)]
)
def test_not_before_six_years_from_the_last_entry(
    day: date, code: Exit, run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(day, monkeypatch)
    before = Store(school / "register").register().digest
    said = run("erase", LEFT, "--yes", "--school", school)
    assert said.code == code
    assert ("Ask again from 2032-10-16." in said.err) is (code == Exit.BAD_INPUT)
    assert (Store(school / "register").register().digest == before) is (code == Exit.BAD_INPUT)


def test_an_entry_of_the_log_counts_as_the_last(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(school, LEFT, date(2026, 12, 1))
    on(date(2032, 11, 30), monkeypatch)
    assert "Ask again from 2032-12-01." in run("erase", LEFT, "--yes", "--school", school).err
    on(date(2032, 12, 1), monkeypatch)
    assert run("erase", LEFT, "--yes", "--school", school).code == Exit.PROBLEMS


def test_nothing_of_the_pupil_is_left_and_it_is_said_what_is_to_be_destroyed(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(school, LEFT)
    note(school, HERE)
    name = b"aaecab"  # the letters of the pupil's number, which end the marked names
    assert name in everything(school)
    on(date(2033, 9, 1), monkeypatch)
    said = run("erase", LEFT, "--yes", "--format", "json", "--by", "J. Okafor", "--school", school)
    told = json.loads(said.out)
    assert (said.code, told["pupils"] > 0, told["entries"]) == (Exit.PROBLEMS, True, 1)
    assert told["marks"] > 50
    assert [line.split(":")[0] for line in told["left"]] == [
        "exports/contacts.csv",
        "exports/marks.csv",
        "exports/pupils.csv",
    ]
    left = everything(school)
    assert name not in left
    assert LEFT.encode() not in left
    assert b"Qxnoted" in left  # the other pupil's entry
    assert run("pupil", LEFT, "--on", ON, "--school", school).code == Exit.NOT_FOUND


def test_the_log_says_that_it_was_done_and_by_whom_and_both_chains_hold(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(school, LEFT)
    on(date(2033, 9, 1), monkeypatch)
    before = json.loads(run("bands", "--on", ON, "--format", "json", "--school", school).out)["register"]
    run("erase", LEFT, "--yes", "--by", "J. Okafor", "--school", school)
    (entry,) = Casework(school / "casework.db").entries()
    assert (entry.kind, entry.by, entry.pupil) == ("erased", "J. Okafor", "")
    assert Casework(school / "casework.db").check() == ()
    assert Store(school / "register").check() == ()
    doctor = run("doctor", "--deep", "--on", ON, "--school", school).out
    assert "damaged" not in doctor
    after = json.loads(run("bands", "--on", ON, "--format", "json", "--school", school).out)["register"]
    assert after["imports"] == before["imports"]  # an erasure is a line of the journal and no import
    assert f"{before['imports']} imports, all as they were written." in doctor


def test_it_asks_before_it_does_it(run: Run, school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on(date(2033, 9, 1), monkeypatch)
    before = Store(school / "register").register().digest
    run("erase", LEFT, "--school", school)  # nobody answers
    assert Store(school / "register").register().digest == before


@pytest.mark.parametrize(
    ("day", "code"), [(date(2025, 6, 30), Exit.BAD_INPUT), (date(2025, 7, 1), Exit.PROBLEMS)]
)
def test_who_left_under_the_three_year_rule_is_erased_six_years_after_the_last_entry(
    day: date, code: Exit, run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(date(2036, 11, 20), monkeypatch)
    monkeypatch.setattr(erase, "today", lambda: day)
    monkeypatch.setattr("attendkit.register.retention.last_entry", lambda *_: date(2019, 7, 1))
    said = run("erase", LEFT, "--yes", "--school", school)
    assert said.code == code
    assert ("Ask again from 2025-07-01." in said.err) is (code == Exit.BAD_INPUT)
