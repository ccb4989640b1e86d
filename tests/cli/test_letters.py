"""`letters`: what is written is logged, what is logged is written, and nobody is written to twice."""

import errno
import json
import shlex
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from tests.cli.conftest import ON, Run

from attendkit.casework.store import Casework
from attendkit.documents.letters import sending
from attendkit.errors import Exit
from attendkit.findings import in_days

LADDER = ("severe", "persistent-absence", "at-risk")


def logged(school: Path) -> list[dict[str, Any]]:
    """The letters in the log, as they were written down."""
    if not (school / "casework.db").exists():
        return []
    with closing(sqlite3.connect(school / "casework.db")) as log:
        rows = log.execute("SELECT pupil, body FROM entries WHERE kind = 'letter' ORDER BY id").fetchall()
    return [{"pupil": pupil, **json.loads(body)} for pupil, body in rows]


def files(school: Path) -> set[str]:
    """Every file of letters on the disk."""
    made = (path for path in (school / "out").rglob("*") if path.is_file())
    return {path.relative_to(school).as_posix() for path in made}


def named(school: Path) -> set[str]:
    """Every file that the log names."""
    return {file for one in logged(school) for file in one["files"]}


def plan(run: Run, school: Path, *more: str) -> dict[str, Any]:
    said = run("letters", "plan", "--on", ON, "--school", school, "--format", "json", *more)
    told: dict[str, Any] = json.loads(said.out)
    return told


def write(run: Run, school: Path, *more: str) -> Any:
    return run("letters", "write", "--on", ON, "--school", school, *more)


# Written and logged ----------------------------------------------------------------------------------


def test_the_plan_is_only_shown_until_it_is_accepted(run: Run, school: Path) -> None:
    said = write(run, school)
    assert said.code == Exit.DONE
    assert "Letters to write on" in said.out
    assert "Nothing was written" in said.err
    assert (files(school), logged(school)) == (set(), [])


def test_what_is_shown_is_short_and_its_commands_ask_for_the_same(run: Run, school: Path) -> None:
    due = [row for row in plan(run, school, "--year", "9")["rows"] if row["write"]]
    said = write(run, school, "--year", "9")
    assert f"{len(due)} letters about {len({row['pupil']['adno'] for row in due})} pupils" in said.out
    assert len(said.out.splitlines()) < 40
    assert not [row for row in due if row["pupil"]["surname"] in said.out]
    command = next(line for line in said.err.splitlines() if "--yes" in line).split("`")[1]
    assert f"--on {ON} --year 9 --yes" in command
    done = run(*shlex.split(command)[1:])
    assert f"Letters written and logged: {len(due)} " in done.out
    assert run(*shlex.split(command)[1:]).out.startswith("Letters written and logged: 0\n")


def test_every_letter_of_the_plan_is_written_and_logged_with_what_it_rests_on(run: Run, school: Path) -> None:
    before = plan(run, school, "--year", "9")
    said = write(run, school, "--year", "9", "--yes")
    assert said.code == Exit.DONE, said.err
    due = [row for row in before["rows"] if row["write"]]
    done = logged(school)
    assert sorted((row["letter"], row["parent"]) for row in due) == sorted(
        (one["letter"], one["parent"]) for one in done
    )
    assert {finding for row in due for finding in row["findings"]} == {
        f for one in done for f in one["findings"]
    }
    assert files(school) == named(school)
    assert all(len(one["facts"]) == 16 for one in done)
    assert f"Letters written and logged: {len(due)} " in said.out


def test_a_tutor_groups_letters_are_in_one_file_too_in_the_order_of_the_plan(run: Run, school: Path) -> None:
    write(run, school, "--tutor", "9E1", "--yes")
    day = school / "out" / ON / "letters"
    each = [one for one in logged(school) if len(one["files"]) == 2]
    assert len(each) > 1
    assert len(PdfReader(day / "All of 9E1.pdf").pages) == len(each)
    assert [path.name for path in day.glob("All*")] == ["All of 9E1.pdf"]


def test_nobody_is_written_to_twice_about_one_thing_save_when_asked(run: Run, school: Path) -> None:
    write(run, school, "--year", "9", "--yes")
    first = logged(school)
    again = write(run, school, "--year", "9", "--yes")
    assert "Letters written and logged: 0" in again.out
    assert logged(school) == first
    write(run, school, "--year", "9", "--yes", "--again")
    assert len(logged(school)) == 2 * len(first)
    assert files(school) == named(school)


def test_one_letter_about_one_pupil_needs_no_yes(run: Run, school: Path) -> None:
    row = next(row for row in plan(run, school)["rows"] if row["write"] and row["letter"] in LADDER)
    said = write(run, school, "--letter", row["letter"], "--pupil", row["pupil"]["adno"])
    assert said.code == Exit.DONE
    assert {one["letter"] for one in logged(school)} == {row["letter"]}


def test_the_figure_in_the_letter_is_the_one_that_why_proves(run: Run, school: Path) -> None:
    rows = [row for row in plan(run, school)["rows"] if row["write"] and row["letter"] in LADDER]
    by_pupil = {row["pupil"]["adno"]: row for row in rows}
    for adno, row in list(by_pupil.items())[:6]:
        proof = json.loads(run("why", adno, "absent", "--on", ON, "--school", school, "--format", "json").out)
        text = run("letters", "preview", row["letter"], adno, "--on", ON, "--school", school).out
        assert f"has missed {in_days(proof['value'])} of" in " ".join(text.split())
        assert proof["value"] == len(proof["marks"])


@pytest.mark.parametrize("form", ["docx", "eml", "html", "txt"])
def test_the_other_forms_are_written_and_logged_alike(form: str, run: Run, school: Path) -> None:
    said = write(run, school, "--tutor", "9E1", "--yes", "--format", form)
    paper = {".eml"} if form == "docx" else set()
    assert {Path(file).suffix for file in files(school)} == {f".{form}", *paper}
    assert files(school) == named(school)
    assert {one.get("way", "post") for one in logged(school)} <= {"post", "email"}
    assert said.code in {Exit.DONE, Exit.PROBLEMS}  # an e-mail needs an address, and says so


def test_to_whom_there_is_no_way_by_post_a_draft_goes(run: Run, school: Path) -> None:
    rows = [row for row in plan(run, school)["rows"] if row["write"]]
    row = next(row for row in rows if row["way"] == "email")
    write(run, school, "--letter", row["letter"], "--pupil", row["pupil"]["adno"])
    ways = {one["parent"]: (one.get("way", "post"), Path(one["files"][0]).suffix) for one in logged(school)}
    assert ways[row["parent"]] == ("email", ".eml")
    assert {way for parent, way in ways.items() if parent != row["parent"]} <= {("post", ".pdf")}


def test_the_hour_and_the_language_of_the_computer_change_no_byte(
    process: Run, school: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(school, other)
    places = ((school, "UTC", "C", "1"), (other, "Pacific/Auckland", "tr_TR.UTF-8", "2"))
    for folder, zone, language, threads in places:
        args = ("letters", "write", "--on", ON, "--school", folder, "--tutor", "9E1", "--yes")
        said = process(*args, TZ=zone, LC_ALL=language, PYTHONHASHSEED=threads, POLARS_MAX_THREADS=threads)
        assert said.code == Exit.DONE, said.err
    assert {Path(file).suffix for file in files(school)} >= {".pdf"}
    assert files(school) == files(other)
    assert all((school / file).read_bytes() == (other / file).read_bytes() for file in files(school))


# What may go wrong -----------------------------------------------------------------------------------


def test_without_the_officers_name_no_letter_is_written(run: Run, school: Path) -> None:
    config = school / "attendkit.toml"
    config.write_text(config.read_text("utf-8").replace('name = "Mrs J. Okafor"', 'name = ""'), "utf-8")
    said = write(run, school, "--tutor", "9E1", "--yes")
    assert said.code == Exit.PROBLEMS
    assert "[officer] name" in said.err
    assert (files(school), logged(school)) == (set(), [])


def test_a_letter_that_cannot_be_filled_in_costs_that_one_only(run: Run, school: Path) -> None:
    before = plan(run, school, "--year", "9")
    row = next(row for row in before["rows"] if row["write"])
    folder = school / "templates" / "letters"
    folder.mkdir(parents=True)
    broken = "# About {{ child.forename }}\n\nDear {{ parent.salutation }},\n\n"
    broken += "{% if child.surname == '" + row["pupil"]["surname"] + "' %}{{ child.middle }}{% endif %}"
    (folder / f"{row['letter']}.md").write_text(broken + "{{ officer.phone }}\n", encoding="utf-8")
    said = write(run, school, "--year", "9", "--yes")
    about = [
        one
        for one in before["rows"]
        if one["write"]
        and one["letter"] == row["letter"]
        and one["pupil"]["surname"] == row["pupil"]["surname"]
    ]
    assert said.code == Exit.PROBLEMS
    assert f"Failed: {len(about)}\n" in said.out
    assert f"templates/letters/{row['letter']}.md, line 5" in said.err
    assert row["pupil"]["surname"] not in said.err
    assert len(logged(school)) == sum(one["write"] for one in before["rows"]) - len(about)
    assert files(school) == named(school)


def test_what_was_not_said_and_what_cannot_be_said_are_told(run: Run, school: Path) -> None:
    said = write(run, school, "--letter", "meeting-invite", "--pupil", "004240")
    assert said.code == Exit.PROBLEMS
    assert "Letters written and logged: 0" in said.out
    assert "needs more to be said: write it by its name with --say" in said.out
    refused = write(run, school, "--letter", "meeting-invite", "--pupil", "004240", "--say", "room=4")
    assert refused.code == Exit.BAD_INPUT
    assert "day, time, place" in refused.err
    bad = write(run, school, "--letter", "meeting-invite", "--pupil", "004240", "--say", "day=soon")
    assert bad.code == Exit.BAD_INPUT
    told = ("--say", "day=2026-12-01", "--say", "time=3.30pm", "--say", "place=Room 4")
    done = write(run, school, "--letter", "meeting-invite", "--pupil", "004240", *told, "--format", "txt")
    assert done.code == Exit.DONE, done.err
    text = "".join((school / file).read_text("utf-8") for file in files(school))
    assert "Tuesday 1 December 2026" in text
    assert "Room 4" in text


def test_a_letter_that_there_is_not_is_refused(run: Run, school: Path) -> None:
    said = write(run, school, "--letter", "detention", "--yes")
    assert said.code == Exit.BAD_INPUT
    assert "attendkit letters list" in said.err


# Stopped in the middle -------------------------------------------------------------------------------


class KilledError(Exception):
    """What ends a run of letters where a test wants it ended."""


def stop(*_: object, **__: object) -> None:
    raise KilledError


def test_letters_on_the_disk_that_were_not_logged_are_taken_away(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Casework, "add_all", stop)
        assert write(run, school, "--tutor", "9E1", "--yes").code not in {Exit.DONE, Exit.PROBLEMS}
    assert files(school)
    assert logged(school) == []
    said = run("doctor", "--on", ON, "--school", school)
    assert "files that it had not logged yet were removed" in " ".join(said.out.split())
    assert files(school) == set()
    write(run, school, "--tutor", "9E1", "--yes")
    assert files(school) == named(school) != set()


def test_letters_that_were_logged_stay_when_a_run_is_stopped_right_after(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", stop)
        write(run, school, "--tutor", "9E1", "--yes")
    done = logged(school)
    assert done
    assert (school / sending.PENDING).exists()
    said = write(run, school, "--tutor", "9E1", "--yes")
    assert "Letters written and logged: 0" in said.out
    assert logged(school) == done
    assert files(school) == named(school)
    assert not (school / sending.PENDING).exists()


def test_what_was_written_in_an_earlier_run_is_left_alone(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(run, school, "--tutor", "9E1", "--yes")
    kept = files(school)
    with monkeypatch.context() as patched:
        patched.setattr(Casework, "add_all", stop)
        write(run, school, "--tutor", "9E1", "--yes", "--again")
    assert files(school) > kept
    said = write(run, school, "--tutor", "9E1", "--yes")
    assert said.err.count("removed: the run that wrote them stopped before logging.") == 1
    assert files(school) == kept == named(school)


@pytest.mark.parametrize(
    ("stopped_by", "says"),
    [(KeyboardInterrupt(), "Stopped"), (OSError(errno.ENOSPC, "No space left", "x"), "disk is full")],
)
def test_a_run_that_is_stopped_takes_away_what_it_had_finished_and_says_how_many(
    stopped_by: BaseException, says: str, run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        counts.append(len(files(school)))
        raise stopped_by

    counts: list[int] = []
    with monkeypatch.context() as patched:
        patched.setattr(Casework, "add_all", stopped)
        said = write(run, school, "--tutor", "9E1", "--yes")
    assert counts[0] > 1
    assert f"{counts[0]} files of letters removed" in said.err
    assert says in said.err
    assert (files(school), logged(school)) == (set(), [])
    assert not (school / sending.PENDING).exists()


def test_of_a_letter_asked_for_by_name_the_true_reason_is_said(run: Run, school: Path) -> None:
    row = next(row for row in plan(run, school)["rows"] if row["reason"] == "court_order")
    adno = row["pupil"]["adno"]
    say = ("--say", "day=2026-12-01", "--say", "time=3.30pm", "--say", "place=Room 4")
    asked = ("--letter", "meeting-invite", "--pupil", adno, *say)
    reasons = {one["reason"] for one in plan(run, school, *asked)["rows"]}
    assert "not_said" not in reasons
    assert "court_order" in reasons
    assert "court order on this parent" in write(run, school, *asked).out
    nothing = write(run, school, "--letter", "target-met", "--pupil", adno)
    assert nothing.code == Exit.PROBLEMS
    assert "nothing gives rise to target-met" in nothing.out


@pytest.mark.parametrize("told", ["", "{}", '{"run": "letters-1", "files": ["out/../attendkit.toml"]}'])
def test_a_list_that_somebody_changed_removes_nothing(told: str, run: Run, school: Path) -> None:
    (school / sending.PENDING).write_text(told, encoding="utf-8")
    said = write(run, school, "--tutor", "9E1", "--yes")
    assert said.code == Exit.DAMAGED
    assert "not as it was written" in said.err
    assert (school / "attendkit.toml").is_file()


def test_two_runs_at_once_do_not_write_twice(run: Run, school: Path) -> None:
    with sending.alone(school, Casework(school / "casework.db")):
        said = write(run, school, "--tutor", "9E1", "--yes")
    assert said.code == Exit.DAMAGED
    assert "Another command is writing letters." in said.err
    assert logged(school) == []


# What changed since ----------------------------------------------------------------------------------


def test_a_letter_whose_absence_was_taken_back_is_named(run: Run, school: Path) -> None:
    row = next(row for row in plan(run, school)["rows"] if row["write"] and row["letter"] == "at-risk")
    adno = row["pupil"]["adno"]
    write(run, school, "--letter", "at-risk", "--pupil", adno)
    assert (
        json.loads(run("letters", "stale", "--school", school, "--on", ON, "--format", "json").out)["rows"]
        == []
    )
    marks = (school / "exports" / "marks.csv").read_text("utf-8-sig").splitlines()
    proof = json.loads(run("why", adno, "absent", "--on", ON, "--school", school, "--format", "json").out)
    gone = [mark["row"] for mark in proof["marks"]][:3]
    for number in gone:
        cells = marks[number - 1].split(",")
        cells[8] = "/" if cells[7] == "AM" else "\\"
        marks[number - 1] = ",".join(cells)
    later = school / "exports" / "marks later.csv"
    later.write_text("\n".join(marks) + "\n", "utf-8")
    stale = json.loads(run("letters", "stale", "--school", school, "--on", ON, "--format", "json").out)[
        "rows"
    ]
    assert {(one["pupil"]["adno"], one["letter"]) for one in stale} == {(adno, "at-risk")}
    changed = run("changes", "--school", school, "--on", ON, "--format", "json").out
    said = {sentence for one in json.loads(changed)["rows"] for sentence in one["overturns"]}
    assert "the letter at-risk of Friday 20 November 2026 no longer holds" in said


# Looked at -------------------------------------------------------------------------------------------


def test_every_wording_is_read_over(run: Run, school: Path) -> None:
    said = run("letters", "check", "--school", school, "--on", ON)
    assert said.code == Exit.DONE, said.out
    assert "30 wordings. All as they should be." in said.out


def test_a_wording_that_breaks_a_house_rule_is_named(run: Run, school: Path) -> None:
    folder = school / "templates" / "letters"
    folder.mkdir(parents=True)
    (folder / "severe.md").write_text("# Attend\n\nYou owe £80.\n", encoding="utf-8")
    said = run("letters", "check", "--school", school, "--on", ON)
    assert said.code == Exit.PROBLEMS
    assert "1 wording to mend." in said.out
    assert "Amounts, years and law come from the rules" in " ".join(said.out.split())


def test_a_letter_is_shown_without_being_logged(run: Run, school: Path, tmp_path: Path) -> None:
    said = run("letters", "preview", "severe", "--school", school, "--on", ON)
    assert "Dear Ms Ashdown" in said.out
    out = tmp_path / "severe.pdf"
    run("letters", "preview", "severe", "--school", school, "--on", ON, "--format", "pdf", "--out", out)
    assert len(PdfReader(out).pages) == 1
    assert logged(school) == []


def test_a_letter_that_nobody_is_due_is_not_shown_and_says_why(run: Run, school: Path) -> None:
    well = next(row for row in plan(run, school)["rows"] if row["letter"] == "improved")
    said = run("letters", "preview", "cme", well["pupil"]["adno"], "--school", school, "--on", ON)
    assert said.code == Exit.BAD_INPUT
    assert "no such letter today" in said.err


def test_the_list_names_every_letter(run: Run) -> None:
    table = run("letters", "list").out
    told = json.loads(run("letters", "list", "--format", "json").out)["letters"]
    assert len(told) == 30
    assert all(one["name"] in table for one in told)


def test_the_proof_is_a_page_to_print(run: Run, school: Path) -> None:
    said = run("letters", "proof", "--school", school, "--on", ON)
    assert said.code == Exit.DONE
    assert len(PdfReader(school / "out" / ON / "letters-proof.pdf").pages) == 1
