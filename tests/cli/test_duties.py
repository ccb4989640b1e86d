"""Every duty's command: where it reads, what it writes and where, and its exit code."""

import json
import shutil
import stat
import sys
from pathlib import Path

import openpyxl
import pytest
from tests.cli.conftest import ON, SMALL, Run, asking, read_only

from attendkit.documents import FORMATS
from attendkit.duties import CASEWORK, DUTIES
from attendkit.errors import Exit

EXPORTS = [f"--export={SMALL / 'exports' / name}.csv" for name in ("pupils", "contacts", "marks")]
NAMES = [duty.name for duty in DUTIES]


@pytest.mark.parametrize("name", NAMES)
def test_a_duty_says_the_same_from_the_register_and_straight_from_exports(
    name: str, run: Run, school: Path
) -> None:
    stored = json.loads(run(*asking(name), "--on", ON, "--format", "json", "--school", school).out)
    straight = json.loads(
        run(*asking(name), "--on", ON, "--format", "json", "--school", school, *EXPORTS).out
    )
    assert straight["rows"] == stored["rows"]
    assert straight["counts"] == stored["counts"]
    assert straight["register"]["digest"] == stored["register"]["digest"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["xlsx", "html"])
def test_workbooks_and_pages_go_to_the_days_folder(name: str, form: str, run: Run, school: Path) -> None:
    said = run(*asking(name), "--on", ON, "--format", form, "--school", school)
    written = [Path(line.removeprefix("Written: ")) for line in said.err.splitlines()]
    assert (said.code, said.out) == (Exit.DONE, "")
    assert written
    day = school / "out" / ON
    for path in written:
        assert (path if path.is_absolute() else school.parent / path).is_relative_to(day)
    files = [path for path in day.rglob("*") if path.is_file()]
    assert len(files) == len(written)
    assert {path.suffix for path in files} == {f".{form}"}
    if sys.platform != "win32":
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_without_a_school_a_workbook_goes_to_a_folder_here(run: Run, tmp_path: Path) -> None:
    said = run("bands", "--on", ON, "--format", "xlsx", *EXPORTS)
    path = tmp_path / "out" / ON / "bands.xlsx"
    assert said.err == f"Written: out/{ON}/bands.xlsx\n".replace("/", str(Path("/"))[0])
    assert path.is_file()


@pytest.mark.parametrize("form", ["table", "json", "csv", "xlsx", "html"])
def test_out_names_the_file_whatever_the_format(form: str, run: Run, school: Path, tmp_path: Path) -> None:
    out = tmp_path / "new folder" / "bands.file"
    said = run("bands", "--on", ON, "--format", form, "--out", out, "--school", school)
    assert (said.code, said.out) == (Exit.DONE, "")
    assert out.stat().st_size > 0


def test_the_n_codes_come_as_a_sheet_a_tutor_and_a_roll_up_a_college(run: Run, school: Path) -> None:
    run("ncode-report", "--on", ON, "--format", "xlsx", "--school", school)
    rows = json.loads(run("ncode-report", "--on", ON, "--format", "json", "--school", school).out)["rows"]
    groups = {row["pupil"]["tutor"] for row in rows}
    colleges = {row["pupil"]["college"] for row in rows}
    files = list((school / "out" / ON / "ncode").iterdir())
    assert len(files) == len(groups) + len(colleges)


def test_the_n_codes_come_as_one_workbook_where_out_names_one(run: Run, school: Path, tmp_path: Path) -> None:
    run("ncode-report", "--on", ON, "--format", "xlsx", "--school", school, "--out", tmp_path / "n.xlsx")
    assert (tmp_path / "n.xlsx").is_file()
    run("ncode-report", "--on", ON, "--format", "html", "--school", school, "--out", tmp_path / "sheets")
    assert (tmp_path / "sheets").is_dir()


def test_the_call_sheet_is_a_workbook_of_its_own(run: Run, school: Path) -> None:
    said = run("absences", "--xlsx", "--on", ON, "--school", school)
    assert (said.code, said.out) == (Exit.DONE, "")
    sheet = openpyxl.load_workbook(school / "out" / ON / "call-sheet.xlsx")
    assert "Call sheet" in sheet.sheetnames


@pytest.mark.parametrize(
    ("asked", "name", "words"),
    [
        (["fire-register", "--format", "html", "--year", "7"], "fire-register-year-7.html", "Only: Year 7 "),
        (["absences", "--xlsx", "--tutor", "7w1"], "call-sheet-tutor-group-7w1.xlsx", ""),
        (["absences", "--xlsx", "--initials"], "call-sheet-initials.xlsx", ""),
        (
            ["absences", "--session", "AM", "--format", "html"],
            "absences-am-session.html",
            "Only: AM session ",
        ),
        (["bands", "--format", "html", "--pupil", "Hartnell, Chidinma"], "bands-pupil-004240.html", ""),
        (["pupil", "Hartnell, Chidinma", "--format", "html"], "pupil-004240.html", "Only: Pupil 004240 "),
        (["ncode-report", "--format", "html", "--year", "7"], "ncode-year-7/tutor 7P1.html", "Only: Year 7 "),
    ],
)
def test_a_part_of_the_school_is_named_and_never_written_over_the_whole(
    asked: list[str], name: str, words: str, run: Run, school: Path
) -> None:
    said = run(*asked, "--on", ON, "--school", school)
    assert said.code == Exit.DONE, said.err
    path = school / "out" / ON / name
    assert path.is_file(), said.err
    assert words.encode() in path.read_bytes()
    assert not (school / "out" / ON / f"{asked[0]}.html").exists()


def test_filters_are_said_in_json_and_a_pupil_by_number(run: Run, school: Path) -> None:
    asked = ("--pupil", "Hartnell, Chidinma", "--year", "9", "--year", "10", "--format", "json")
    only = json.loads(run("absences", *asked, "--on", ON, "--session", "PM", "--school", school).out)["only"]
    assert only[0] == "Year 9 or 10"
    assert only[1].startswith("Pupil 0")
    assert only[2] == "PM session"


def test_a_sheet_of_an_earlier_run_with_nothing_open_is_removed_and_said(run: Run, school: Path) -> None:
    folder = school / "out" / ON / "ncode"
    folder.mkdir(parents=True)
    (folder / "tutor 8W1.xlsx").touch()  # a group with no open N
    said = run("ncode-report", "--on", ON, "--format", "xlsx", "--school", school)
    assert "Removed, because all of it is settled" in said.err
    assert "tutor 8W1.xlsx" in said.err
    assert not (folder / "tutor 8W1.xlsx").exists()


@pytest.mark.parametrize("name", ["O'Brien", "o’brien"])
def test_a_name_with_an_apostrophe_finds_its_pupil(name: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "marks.csv").write_text(
        "UPN,Surname,Forename,Reg,Date,Session,Mark\n"
        "Q823456789012,O’Brien,Amy,7A,16/11/2026,AM,N\n"
        "Q823456789012,O’Brien,Amy,7A,16/11/2026,PM,/\n".replace("/\n", "\\\n")
        + "R823456789013,Quill,Tobias,7A,16/11/2026,AM,/\n",
        encoding="utf-8",
    )
    said = run(
        "bands", "--all", "--pupil", name, "--on", "2026-11-16", "--export", "marks.csv", "--format=json"
    )
    assert [row["pupil"]["surname"] for row in json.loads(said.out)["rows"]] == ["O’Brien"]


@pytest.mark.parametrize("name", ["report[1].csv", "50% of *.csv", "Ünï—code (2).csv", "-- marks.csv"])
def test_a_file_may_be_called_anything(name: str, run: Run, tmp_path: Path) -> None:
    if sys.platform == "win32" and "*" in name:
        pytest.skip("Windows has no such names")
    shutil.copy(SMALL / "exports" / "marks.csv", tmp_path / name)
    said = run("bands", "--on", ON, f"--export={name}", "--format", "json")
    assert said.code == Exit.DONE
    assert json.loads(said.out)["counts"]


def test_filters_narrow_the_rows_and_a_slip_is_told(run: Run, school: Path) -> None:
    asked = ("--all", "--year=9", "--college=wren", "--on", ON, "--format=json", "--school", school)
    rows = json.loads(run("bands", *asked).out)["rows"]
    assert rows
    assert {(row["pupil"]["year"], row["pupil"]["college"]) for row in rows} == {(9, "Wren")}
    assert run("bands", "--college", "Warbler", "--school", school).code == Exit.NOT_FOUND


def test_the_nearest_school_is_the_one_meant(run: Run, school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = school / "out" / "another"
    inner.mkdir(parents=True)
    (inner / "attendkit.toml").write_text('name = "Inner School"\n')
    deep = inner / "exports"
    deep.mkdir()
    monkeypatch.chdir(deep)
    assert json.loads(run("bands", "--format", "json", *EXPORTS).out)["school"] == "Inner School"
    monkeypatch.chdir(school / "exports")
    assert json.loads(run("bands", "--format", "json", *EXPORTS).out)["school"] == "Harrowmere School"


def test_the_school_may_come_from_the_environment(
    run: Run, school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setenv("ATTENDKIT_SCHOOL", str(school))
    assert json.loads(run("bands", "--format", "json", "--on", ON).out)["school"] == "Harrowmere School"
    monkeypatch.setenv("ATTENDKIT_SCHOOL", str(empty))
    assert "$ATTENDKIT_SCHOOL" in run("bands").err


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_folder_says_where_to_begin(name: str, run: Run) -> None:
    said = run(*asking(name))
    assert said.code == Exit.BAD_INPUT
    assert "--export FILE" in said.err
    assert "attendkit init" in said.err


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_register_is_said_and_not_shown_as_an_empty_list(
    name: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "attendkit.toml").touch()
    said = run(*asking(name), "--on", ON)
    assert (said.code, said.out) == (Exit.BAD_INPUT, "")
    assert "no pupil has been read" in said.err


@pytest.mark.parametrize("name", NAMES)
def test_pupils_without_a_single_mark_are_no_fault(name: str, run: Run) -> None:
    said = run(*asking(name), "--on", ON, EXPORTS[0])
    assert (said.code, said.err) == (Exit.DONE, "")
    assert "no marks" in said.out


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are kept another way")
def test_a_folder_that_cannot_be_written_is_said_in_words(run: Run, school: Path) -> None:
    out = school / "out"
    with read_only(out):
        said = run("bands", "--on", ON, "--format", "xlsx", "--school", school)
        if not (out / ON).exists():  # an administrator may write anywhere
            assert said.code == Exit.BAD_INPUT
            assert "What to do: " in said.err


def test_the_code_is_1_where_rows_were_kept_out_and_the_rest_is_shown(run: Run, tmp_path: Path) -> None:
    (tmp_path / "marks.csv").write_text(
        "UPN,Surname,Forename,Reg,Date,Session,Mark\n"
        "Q823456789012,Brinsley,Amy,7A,16/11/2026,AM,N\n"
        "R823456789013,Quill,Tobias,7A,16/11/2026,AM,ZZ\n"
    )
    said = run("absences", "--on", "2026-11-16", "--export", "marks.csv", "--format", "json")
    report = json.loads(said.out)
    assert said.code == Exit.PROBLEMS
    assert [problem["reason"] for problem in report["problems"] if problem["severity"] == "error"] == [
        "unknown_code"
    ]
    assert "Brinsley" in {row["pupil"]["surname"] for row in report["rows"]}


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty_file"), (b"%PDF-1.7\n", "not_a_table"), (b"UPN,Date,Session,Mark\n", "no_rows")],
)
def test_an_export_that_cannot_be_read_stops_the_command(
    content: bytes, code: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "file.csv").write_bytes(content)
    said = run("absences", "--export", "file.csv")
    assert said.code == Exit.BAD_INPUT
    assert said.err.startswith(f"file.csv: This cannot be read as an export ({code}).")


@pytest.mark.parametrize("path", ["nowhere.csv", "."])
def test_an_export_that_is_not_there_stops_the_command(path: str, run: Run) -> None:
    said = run("absences", "--export", path)
    assert said.code == Exit.BAD_INPUT
    assert said.err.startswith(f"{path}: T")


@pytest.mark.parametrize(
    ("name", "begins"),
    [("b.xlsx", b"PK"), ("b.json", b"{"), ("b.txt", b"Absence bands"), ("b.pdf", b"%PDF"), ("b.docx", b"PK")],
)
def test_a_files_name_says_its_format(
    name: str, begins: bytes, run: Run, school: Path, tmp_path: Path
) -> None:
    run("bands", "--on", ON, "--school", school, "--out", tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_format_that_no_report_comes_in_is_refused(run: Run, school: Path, tmp_path: Path) -> None:
    said = run("bands", "--on", ON, "--school", school, "--out", tmp_path / "bands.odt")
    assert said.code == Exit.BAD_INPUT
    assert not (tmp_path / "bands.odt").exists()


def test_a_value_that_no_school_may_change_is_refused_by_every_command(run: Run, school: Path) -> None:
    with (school / "attendkit.toml").open("a") as config:
        config.write('\n[rules.possible-sessions]\ncodes = ["D"]\n')
    assert run("late", "--on", ON, "--school", school).code == Exit.BAD_INPUT


def test_papers_of_two_meetings_never_take_each_others_place(run: Run, school: Path) -> None:
    for words in (["college", "Egret"], ["college", "Wren"], ["was"]):
        assert run("meeting-pack", *words, "--on", ON, "--school", school, "--format", "docx").code == 0
    assert sorted(path.name for path in (school / "out" / ON).iterdir()) == [
        "meeting-pack-college-egret.docx",
        "meeting-pack-college-wren.docx",
        "meeting-pack-was.docx",
    ]


def test_a_college_that_is_none_is_not_said_again(run: Run, school: Path) -> None:
    said = run("meeting-pack", "college", "Sorensen", "--on", ON, "--school", school)
    assert said.code == 4
    assert "There is no such college." in said.err
    assert "Sorensen" not in said.err


LISTS = ["penalties ledger", *(each.words for each in DUTIES if each.group == CASEWORK)]


@pytest.mark.parametrize("words", LISTS)
def test_what_people_did_comes_in_every_format(words: str, run: Run, logged: Path, tmp_path: Path) -> None:
    """A case is printed for its meeting, and a ledger for whoever signs it."""
    folder = tmp_path / "harrowmere"
    shutil.copytree(logged, folder)
    asked = [*words.split(), *(["004240"] if words == "case show" else [])]
    for form in FORMATS:
        said = run(*asked, "--format", form, "--on", ON, "--school", folder)
        assert said.code == Exit.DONE, f"{form}: {said.err}"
        if form not in {"table", "json", "csv"}:
            name = words.replace(" ", "-")
            assert [path.suffix for path in folder.glob(f"out/{ON}/{name}*.{form}")] == [f".{form}"]
