"""A list of the officer's own, named by an option of a duty: read, held against the register, and checked."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import ON, Run

HEAD = "Adno,Parent,Issued,Received,Sessions From,Sessions To\n"


@pytest.fixture
def notices(tmp_path: Path) -> Path:
    path = tmp_path / "notices.csv"
    path.write_text(HEAD, encoding="utf-8")
    return path


def penalties(run: Run, school: Path, notices: Path) -> tuple[int, dict[str, object]]:
    said = run("penalties", "--notices", notices, "--on", ON, "--format", "json", "--school", school)
    return said.code, json.loads(said.out)


def test_an_empty_list_is_a_list(run: Run, ready: Path, notices: Path) -> None:
    code, told = penalties(run, ready, notices)
    assert code == 0
    assert not any("--notices" in note for note in told["notes"])  # type: ignore[attr-defined]


def test_sessions_behind_a_notice_are_left_out_of_the_pupils_count(
    run: Run, ready: Path, notices: Path
) -> None:
    _, before = penalties(run, ready, notices)
    rows: list[dict[str, object]] = before["rows"]  # type: ignore[assignment]
    adno = rows[0]["pupil"]["adno"]  # type: ignore[index]
    notices.write_text(f"{HEAD}{adno},Ms Vale,20/11/2026,,01/09/2026,20/11/2026\n", encoding="utf-8")
    _, after = penalties(run, ready, notices)
    told: list[dict[str, object]] = after["rows"]  # type: ignore[assignment]
    assert [row["pupil"] for row in told] == [row["pupil"] for row in rows[1:]]


def test_a_bad_row_is_a_problem_with_its_place(run: Run, ready: Path, notices: Path) -> None:
    notices.write_text(f"{HEAD}nobody,Ms Vale,20/11/2026,,,\n", encoding="utf-8")
    code, told = penalties(run, ready, notices)
    assert code == 1
    (problem,) = told["problems"]  # type: ignore[misc]
    place = {name: problem[name] for name in ("reason", "file", "row", "column")}  # type: ignore[has-type]
    assert place == {"reason": "unknown_pupil", "file": "notices.csv", "row": 2, "column": "Adno"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [(None, "notices.csv"), ("", "empty"), ("Adno,Date,Mark\n1,2,3\n", "not a list of penalty notices")],
)
def test_what_is_not_such_a_list_is_refused(
    run: Run, ready: Path, notices: Path, text: str | None, fault: str
) -> None:
    notices.unlink()
    if text is not None:
        notices.write_text(text, encoding="utf-8")
    said = run("penalties", "--notices", notices, "--on", ON, "--school", ready)
    assert said.code == 2
    assert fault in said.err
    assert not said.out
