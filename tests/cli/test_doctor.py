"""`doctor`: both sides of everything it looks at."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import ON, Run

from attendkit.errors import Exit


def checks(run: Run, school: Path, on: str = ON) -> tuple[int, dict[str, Any]]:
    said = run("doctor", "--on", on, "--school", school, "--format", "json")
    return said.code, {check["name"]: check for check in json.loads(said.out)["checks"]}


def test_what_is_in_order_is_fine(run: Run, school: Path) -> None:
    code, found = checks(run, school)
    assert [found[name]["state"] for name in ("folders", "terms", "register", "marks")] == ["fine"] * 4
    assert code == Exit.PROBLEMS  # the example has sessions without a mark and pupils without telephones


def test_pupils_with_too_few_contacts_are_counted_and_listed_by_number(run: Run, school: Path) -> None:
    _, found = checks(run, school)
    listed = found["contacts"]["pupils"]
    assert found["contacts"]["says"].startswith(
        f"{len(listed)} of 118 pupils have fewer than 2 that can be rung"
    )
    pupils = run("bands", "--all", "--on", ON, "--format=json", "--school", school).out
    assert set(listed) <= {row["pupil"]["upn"] for row in json.loads(pupils)["rows"]}


@pytest.mark.parametrize(
    ("on", "state"), [("2026-11-20", "fine"), ("2026-11-23", "fine"), ("2026-11-24", "attention")]
)
def test_marks_older_than_one_school_day_want_attention(on: str, state: str, run: Run, school: Path) -> None:
    _, found = checks(run, school, on)
    assert found["marks"]["state"] == state


@pytest.mark.parametrize(("on", "state"), [("2026-12-17", "fine"), ("2026-12-18", "attention")])
def test_the_end_of_the_last_term_wants_attention(on: str, state: str, run: Run, school: Path) -> None:
    config = school / "attendkit.toml"
    config.write_text(
        'name = "Fenwick School"\n[[terms]]\nname = "Autumn"\nfirst = 2026-09-03\nlast = 2026-12-18\n'
    )
    said = json.loads(run("doctor", f"--on={on}", "--format=json", "--school", school).out)
    assert {check["name"]: check["state"] for check in said["checks"]}["terms"] == state


def test_a_missing_folder_and_missing_terms_want_attention(run: Run, school: Path) -> None:
    (school / "backups").rmdir()
    (school / "attendkit.toml").write_text('name = "Fenwick School"\n')
    _, found = checks(run, school)
    assert (found["folders"]["state"], found["terms"]["state"]) == ("attention", "attention")
    assert "backups" in found["folders"]["says"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are kept another way")
def test_a_folder_that_others_can_look_into_wants_attention(run: Run, school: Path) -> None:
    (school / "exports").chmod(0o755)
    _, found = checks(run, school)
    assert found["folders"]["state"] == "attention"
    assert "exports" in found["folders"]["says"]


def test_an_empty_register_wants_attention_and_is_no_fault(run: Run, tmp_path: Path) -> None:
    (tmp_path / "attendkit.toml").touch()
    code, found = checks(run, tmp_path)
    assert (code, found["marks"]["state"]) == (Exit.PROBLEMS, "attention")
    assert found["contacts"]["says"] == "None have been read."


def test_a_damaged_part_is_exit_5_and_named(run: Run, school: Path) -> None:
    part = max((school / "register" / "parts").iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.chmod(0o600)
    part.write_bytes(content)
    code, found = checks(run, school)
    assert (code, found["register"]["state"]) == (Exit.DAMAGED, "damaged")
    assert "checksum" in found["register"]["says"]


def test_a_damaged_journal_is_exit_5_for_doctor_and_for_every_duty(run: Run, school: Path) -> None:
    for name in ("journal.jsonl", "journal.copy"):
        (school / "register" / name).write_text("nonsense\n" * 3)
    code, found = checks(run, school)
    assert (code, found["register"]["state"]) == (Exit.DAMAGED, "damaged")
    assert run("bands", "--on", ON, "--school", school).code == Exit.DAMAGED
