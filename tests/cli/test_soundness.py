"""`doctor --deep` and `--crash-test`: what is damaged is named, and what can be made again is."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.cli.conftest import ON, Run

from attendkit.casework import crashing as log_crashing
from attendkit.casework.kinds import KINDS
from attendkit.casework.store import Casework
from attendkit.cli import soundness
from attendkit.errors import Exit
from attendkit.register import crashing

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def checks(run: Run, school: Path) -> tuple[int, list[dict[str, Any]]]:
    said = run("doctor", "--deep", "--on", ON, "--school", school, "--format", "json")
    return said.code, json.loads(said.out)["checks"]


def states(found: list[dict[str, Any]], name: str) -> list[str]:
    return [check["state"] for check in found if check["name"] == name]


def flip(path: Path, at: int = -40) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def note(school: Path) -> Path:
    log = Casework(school / "casework.db")
    for number in range(3):
        body = KINDS["note"].model_validate({"notes": f"Said {number}."})
        log.add("note", "004240", body, by="JO", on=date(2026, 11, 20), at=NOW)
    return log.path


def test_what_is_whole_is_said_to_be(run: Run, school: Path) -> None:
    note(school)
    _, found = checks(run, school)
    assert states(found, "every byte") == ["fine"]
    assert states(found, "log") == ["fine"]


@pytest.mark.parametrize(
    "which",
    [
        lambda folder: next((folder / "snapshot").glob("*.parquet")),
        lambda folder: next((folder / "snapshot").glob("*.json")),
        lambda folder: folder / "journal.copy",
        lambda folder: folder / "journal.jsonl",
        lambda folder: folder / "exports.json",
    ],
)
def test_what_can_be_made_again_is_named_and_made_again(
    which: Callable[[Path], Path], run: Run, school: Path
) -> None:
    before = run("bands", "--on", ON, "--format", "json", "--school", school).out
    path = which(school / "register")
    flip(path)
    code, found = checks(run, school)
    (told,) = [check for check in found if check["name"] == "every byte"]
    assert (code, told["state"]) == (Exit.PROBLEMS, "attention")
    assert path.name in told["says"]
    assert "made again" in told["remedy"]
    assert states(checks(run, school)[1], "every byte") == ["fine"]
    assert run("bands", "--on", ON, "--format", "json", "--school", school).out == before


def test_a_part_cannot_be_made_again_and_is_exit_5(run: Run, school: Path) -> None:
    part = next((school / "register" / "parts").iterdir())
    flip(part)
    code, found = checks(run, school)
    assert code == Exit.DAMAGED
    assert states(found, "register") == ["damaged"]
    assert any(part.name in check["says"] for check in found)


def test_an_entry_that_was_changed_is_exit_5(run: Run, school: Path) -> None:
    path = note(school)
    flip(path, path.read_bytes().index(b"Said 1.") + 1)
    code, found = checks(run, school)
    (told,) = [check for check in found if check["name"] == "log"]
    assert (code, told["state"]) == (Exit.DAMAGED, "damaged")
    assert "casework.db, entry 2: " in told["says"]


def test_a_byte_of_the_log_between_the_entries_is_found_and_written_anew(run: Run, school: Path) -> None:
    path = note(school)
    content = path.read_bytes()
    flip(path, content.rindex(bytes(200)) + 100)  # the free part of a page
    code, found = checks(run, school)
    (told,) = [check for check in found if check["name"] == "log"]
    assert (code, told["state"]) == (Exit.PROBLEMS, "attention")
    assert told["says"].startswith("casework.db: A byte of the file changed where no entry stands")
    assert states(checks(run, school)[1], "log") == ["fine"]
    assert len(Casework(path).entries()) == 3


def test_a_disk_that_keeps_its_word_is_said_to(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "_KILLS", 6)
    said = run("doctor", "--crash-test", tmp_path)
    assert said.code == Exit.DONE
    assert said.out.count("3 kills of its writers") == 2
    assert said.out.count("none lost and none torn") == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("which", [crashing, log_crashing])
def test_a_disk_that_loses_what_it_acknowledged_is_exit_5(
    which: ModuleType, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, lost = (crashing.Outcome(kills=3, acknowledged=9, lost=lost) for lost in ([], ["0-1"]))
    for each in (crashing, log_crashing):
        monkeypatch.setattr(each, "crash", lambda *_, told=lost if each is which else sound: told)
    said = run("doctor", "--crash-test", tmp_path)
    assert said.code == Exit.DAMAGED
    assert "Do not keep the school's folder here" in said.out


def test_a_folder_that_is_not_there_is_exit_2(run: Run, tmp_path: Path) -> None:
    said = run("doctor", "--crash-test", tmp_path / "nowhere")
    assert said.code == Exit.BAD_INPUT
    assert "There is no such folder." in said.err


def test_a_log_that_is_gone_is_damage_to_every_command_and_no_new_one_is_begun(
    run: Run, school: Path
) -> None:
    log = note(school)
    seal = log.with_suffix(".seal")
    told = seal.read_bytes()
    log.unlink()
    for deep in ((), ("--deep",)):
        said = run("doctor", *deep, "--on", ON, "--school", school)
        assert said.code == Exit.DAMAGED
        assert "The log is gone" in " ".join(said.out.split())
    for command in (
        ("letters", "plan"),
        ("today",),
        ("log", "show"),
        ("backup", "--unencrypted"),
        ("log", "note", "004240", "--notes", "Said."),
    ):
        said = run(*command, "--on", ON, "--school", school)
        assert (command, said.code) == (command, Exit.DAMAGED)
        assert "remove casework.seal" in " ".join(said.err.split())
    assert (log.exists(), seal.read_bytes()) == (False, told)


def test_a_new_log_is_begun_over_a_lost_one_where_its_seal_was_removed_on_purpose(school: Path) -> None:
    log = note(school)
    for path in (log, log.with_suffix(".seal")):
        path.unlink()
    note(school)
    assert [entry.id for entry in Casework(log).entries()] == [1, 2, 3]
