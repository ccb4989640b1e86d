"""`check` and `ingest`, and the files that are read before any command."""

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import ON, SMALL, Run

from attendkit.errors import DamagedError, Exit
from attendkit.register.store import Store

HEAD = "UPN,Surname,Forename,Reg,Date,Session,Mark\n"
AMY = "Q823456789012,Brinsley,Amy,7A"
GOOD = HEAD + f"{AMY},16/11/2026,AM,N\n{AMY},16/11/2026,PM,\\\n"
BAD = GOOD + "R823456789013,Quill,Tobias,7A,16/11/2026,AM,ZZ\n"
MARKS = GOOD.replace(",AM,N", ",AM,/")
LATER = f"{AMY},17/11/2026,AM,/\n"
EITHER_WAY = HEAD + "".join(f"{AMY},10/{day:02}/2026,AM,N\n" for day in range(5, 10))


@pytest.fixture
def new_school(tmp_path: Path) -> Path:
    folder = tmp_path / "school"
    (folder / "exports").mkdir(parents=True)
    (folder / "attendkit.toml").write_text('name = "Fenwick School"\n')
    return folder


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (GOOD, (Exit.DONE, "load")),
        (BAD, (Exit.PROBLEMS, "load_with_errors")),
        (EITHER_WAY, (Exit.BAD_INPUT, "needs_answer")),
        ("", (Exit.BAD_INPUT, "reject")),
    ],
    ids=["good", "bad", "either way", "empty"],
)
@pytest.mark.parametrize("command", ["check", "ingest"])
def test_the_exit_code_says_how_the_file_is(
    command: str, text: str, outcome: tuple[Exit, str], run: Run, new_school: Path
) -> None:
    path = file(new_school, "marks.csv", text)
    said = run(command, path, "--school", new_school, "--format", "json")
    (told,) = json.loads(said.out)["files"]
    assert ((said.code, told["outcome"]), said.err) == (outcome, "")


def test_the_worst_file_decides_and_the_others_are_told_too(run: Run, tmp_path: Path) -> None:
    paths = [file(tmp_path, f"{n}.csv", text) for n, text in enumerate((GOOD, BAD, ""))]
    said = run("check", *paths, "--format", "json")
    told = json.loads(said.out)["files"]
    assert (said.code, [one["file"] for one in told]) == (Exit.BAD_INPUT, ["0.csv", "1.csv", "2.csv"])


def test_an_answer_lets_a_file_in(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, "marks.csv", EITHER_WAY)
    assert "--dates" in run("check", path).out
    for order, first in (("dmy", "2026-05-10 AM"), ("mdy", "2026-10-05 AM")):
        said = run("check", path, "--dates", order, "--format", "json")
        assert (said.code, json.loads(said.out)["files"][0]["sessions"]["first"]) == (Exit.DONE, first)


def test_ingest_says_what_it_did_and_the_second_time_does_nothing(run: Run, new_school: Path) -> None:
    path = file(new_school, "marks.csv", BAD)
    first = json.loads(run("ingest", path, "--school", new_school, "--format", "json").out)["files"][0]
    assert first["register"]["new"] == 2
    assert first["rows_read"] == first["marks"] + first["missing"] + first["quarantined"] == 3
    again = json.loads(run("ingest", path, "--school", new_school, "--format", "json").out)["files"][0]
    assert again["register"]["already"]
    assert (again["register"]["new"], again["register"]["changed"]) == (0, 0)


def test_nothing_of_a_refused_file_is_taken_in(run: Run, new_school: Path) -> None:
    path = file(new_school, "marks.csv", EITHER_WAY)
    said = run("ingest", path, "--school", new_school, "--format", "json")
    assert json.loads(said.out)["files"][0]["register"] is None
    assert "no pupil has been read" in run("bands", "--school", new_school).err


def test_check_touches_no_register(run: Run, new_school: Path) -> None:
    run("check", file(new_school, "marks.csv", GOOD), "--school", new_school)
    assert not (new_school / "register").exists()


def test_ingest_needs_a_school(run: Run, tmp_path: Path) -> None:
    said = run("ingest", file(tmp_path, "marks.csv", GOOD))
    assert said.code == Exit.BAD_INPUT
    assert "attendkit init" in said.err


def test_new_files_in_exports_are_read_before_a_command_and_once(run: Run, new_school: Path) -> None:
    file(new_school / "exports", "marks.csv", GOOD)
    first = run("bands", "--all", "--on=2026-11-16", "--format=json", "--school", new_school)
    assert first.err == "exports/marks.csv was read: 2 marks new, 1 pupil new.\n"
    assert len(json.loads(first.out)["rows"]) == 1
    assert run("bands", "--on=2026-11-16", "--school", new_school).err == ""


def test_a_file_written_over_is_read_again(run: Run, new_school: Path) -> None:
    path = file(new_school / "exports", "marks.csv", GOOD)
    for mark, told in (
        ("N", "2 marks new, 1 pupil new"),
        ("I", "1 mark changed"),
        ("O", "1 mark changed"),
    ):
        path.write_text(GOOD.replace(",N\n", f",{mark}\n"), encoding="utf-8")
        said = run("bands", "--on=2026-11-16", "--school", new_school)
        assert said.err == f"exports/marks.csv was read: {told}.\n"


def test_a_name_taken_in_from_elsewhere_does_not_hide_a_file(
    run: Run, new_school: Path, tmp_path: Path
) -> None:
    file(new_school / "exports", "marks.csv", GOOD)
    run("ingest", file(tmp_path, "marks.csv", GOOD.replace(",N\n", ",I\n")), "--school", new_school)
    assert "exports/marks.csv was read" in run("bands", "--on=2026-11-16", "--school", new_school).err


def test_the_newest_file_has_the_last_word_whatever_it_is_called(run: Run, new_school: Path) -> None:
    for name, mark, written in (("a.csv", "I", 2_000_000_000), ("b.csv", "N", 1_900_000_000)):
        path = file(new_school / "exports", name, GOOD.replace(",N\n", f",{mark}\n"))
        os.utime(path, (written, written))
    said = run("absences", "--on=2026-11-16", "--school", new_school, "--format=json")
    assert [row["code"] for row in json.loads(said.out)["rows"]] == ["I"]


@pytest.mark.parametrize("content", ["", "not json", "[]"])
def test_a_lost_or_spoilt_cache_of_digests_costs_nothing(content: str, run: Run, new_school: Path) -> None:
    file(new_school / "exports", "marks.csv", GOOD)
    for _ in range(2):
        run("bands", "--on=2026-11-16", "--school", new_school)
    cache = new_school / "register" / "exports.json"
    assert "marks.csv" in cache.read_text()
    cache.write_text(content)
    said = run("bands", "--on=2026-11-16", "--school", new_school)
    assert (said.code, said.err) == (Exit.DONE, "")


def test_a_pattern_stands_for_its_files_where_the_console_leaves_it(run: Run, tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        file(tmp_path, name, GOOD)
    said = run("check", "*.csv", "--format", "json")
    assert [one["file"] for one in json.loads(said.out)["files"]] == ["a.csv", "b.csv"]
    assert run("check", "*.xlsx").code == Exit.BAD_INPUT


def test_a_file_that_cannot_be_read_is_named_and_stops_nothing(run: Run, new_school: Path) -> None:
    file(new_school / "exports", "letter.csv", "%PDF-1.7")
    file(new_school / "exports", "marks.csv", GOOD)
    said = run("bands", "--all", "--on=2026-11-16", "--format=json", "--school", new_school)
    assert said.code == Exit.DONE
    assert len(json.loads(said.out)["rows"]) == 1
    assert "exports/letter.csv was left out: " in said.err


@pytest.mark.parametrize("name", ["~$marks.csv", ".marks.csv.part"])
def test_what_other_programs_leave_in_exports_is_not_looked_at(name: str, run: Run, new_school: Path) -> None:
    file(new_school / "exports", "marks.csv", GOOD)
    file(new_school / "exports", name, "rubbish")
    (new_school / "exports" / "older").mkdir()
    assert name not in run("bands", "--on=2026-11-16", "--school", new_school).err


def test_working_from_an_export_leaves_the_school_as_it_was(
    run: Run, new_school: Path, tmp_path: Path
) -> None:
    file(new_school / "exports", "waiting.csv", GOOD)
    other = file(tmp_path, "other.csv", GOOD.replace("Q823456789012", "S823456789015"))
    said = run(
        "bands", "--all", "--on=2026-11-16", "--format=json", "--school", new_school, "--export", other
    )
    assert [row["pupil"]["upn"] for row in json.loads(said.out)["rows"]] == ["S823456789015"]
    assert not (new_school / "register").exists()


def test_one_duty_in_three_layouts_says_the_same(run: Run, tmp_path: Path) -> None:
    pupils = SMALL / "exports" / "pupils.csv"
    layouts = (SMALL / "exports" / "marks.csv", SMALL / "other_layouts" / "marks_wide.xlsx")
    told = []
    for layout in layouts:
        copy = Path(shutil.copy(layout, tmp_path))
        said = run("bands", "--all", "--on", ON, "--export", copy, "--export", pupils, "--format=json")
        told.append(json.loads(said.out)["rows"])
    kept = [[{k: v for k, v in row.items() if k != "minutes_late"} for row in rows] for rows in told]
    assert kept[0] == kept[1]


def test_what_is_wrong_in_a_new_export_stands_in_the_report(run: Run, new_school: Path) -> None:
    file(new_school / "exports", "marks.csv", MARKS.replace(",AM,/", ",AM,ZZ"))
    said = run("bands", "--on=2026-11-16", "--format=json", "--school", new_school)
    assert [problem["reason"] for problem in json.loads(said.out)["problems"]] == ["unknown_code"]
    assert "1 session kept out" in said.err
    assert not json.loads(run("bands", "--on=2026-11-16", "--format=json", "--school", new_school).out)[
        "problems"
    ], "the file is told of once; `doctor` and `ingest` tell of it again"


def test_a_file_read_before_gets_the_last_word_only_when_asked_to(run: Run, new_school: Path) -> None:
    full = file(new_school, "full.csv", MARKS)
    stale = file(new_school, "stale.csv", MARKS.replace(",PM,\\", ",PM,N"))
    for each in (full, stale):
        run("ingest", each, "--school", new_school)
    again = run("ingest", full, "--school", new_school)
    assert "1 mark of this file changed in later imports, which stand." in again.out
    assert present(run, new_school) == 1
    run("ingest", "--again", full, "--school", new_school)
    assert present(run, new_school) == 2


def test_an_export_that_ends_before_another_is_doubted_when_it_changes_marks(
    run: Run, new_school: Path
) -> None:
    run("ingest", file(new_school, "new.csv", MARKS + LATER), "--school", new_school)
    older = file(new_school, "old.csv", MARKS.replace(",PM,\\", ",PM,N"))
    assert "it may be the older one" in run("ingest", older, "--school", new_school).out


def test_an_export_of_another_school_is_refused_until_it_is_vouched_for(run: Run, new_school: Path) -> None:
    run("ingest", file(new_school, "marks.csv", MARKS), "--school", new_school)
    heads = "Adno,Surname,Forename,Date,Session,Mark\n"
    rows = [f"9{n:03},Pupil{n:02},Pat,16/11/2026,AM,/\n" for n in range(20)]
    few = file(new_school, "few.csv", heads + "".join(rows[1:]))
    assert run("ingest", few, "--school", new_school).code == Exit.DONE, "19 may be newcomers"
    many = file(new_school, "many.csv", heads + "".join(row.replace("9", "8", 1) for row in rows))
    refused = run("ingest", many, "--school", new_school)
    assert refused.code == Exit.BAD_INPUT
    assert "knows none of the 20 pupils" in refused.err
    assert run("ingest", "--new-pupils", many, "--school", new_school).code == Exit.DONE


def test_a_register_that_cannot_be_written_stops_no_command(
    run: Run, new_school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ingest", file(new_school, "marks.csv", MARKS), "--school", new_school)
    file(new_school / "exports", "later.csv", MARKS + LATER)

    def full(*_: object, **__: object) -> None:
        raise DamagedError("The disk is full.", where="register")

    monkeypatch.setattr(Store, "ingest", full)
    said = run("late", "--on=2026-11-16", "--school", new_school)
    assert said.code == Exit.DONE
    assert "Nothing of exports/ was taken in: register: The disk is full." in said.err


def present(run: Run, school: Path) -> int:
    said = run("bands", "--all", "--on=2026-11-16", "--format=json", "--school", school)
    return sum(row["present"] for row in json.loads(said.out)["rows"])
