"""`--initials`: on every screen and in every file of every duty, nothing personal of any pupil or contact."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from tests.cli.conftest import ON, Run, asking
from tests.cli.sentinels import MARK, identifiers, log_everything, marked_school, texts

from attendkit.cli.app import every_command
from attendkit.cli.groups import built
from attendkit.documents import FORMATS
from attendkit.documents.initials import HIDDEN
from attendkit.duties import DUTIES

FORMS = FORMATS


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = marked_school(tmp_path_factory.mktemp("marked") / "harrowmere")
    assert log_everything(folder, date.fromisoformat(ON), ("004240", "004212", "004250")) > 60
    return folder


def told(run: Run, school: Path, *args: str) -> str:
    said = run(*args, "--on", ON, "--school", school)
    assert said.code in {0, 1}, said.err
    return "\n".join([said.out, *(text for path in _made(school) for text in texts(path))])


def _made(school: Path) -> list[Path]:
    return [path for path in (school / "out").rglob("*") if path.is_file()]


def _clear(school: Path) -> None:
    for path in _made(school):
        path.unlink()


@pytest.mark.parametrize("name", [duty.name for duty in DUTIES if duty.name != "reconcile"])
def test_no_report_in_any_form_names_anybody(name: str, run: Run, school: Path) -> None:
    numbers = identifiers(school)
    for form in FORMS:
        _clear(school)
        said = told(run, school, *asking(name), "--format", form, "--initials")
        assert MARK not in said, f"{form}: {_around(MARK, said)}"
        assert not numbers.search(said), f"{form}: {_around(numbers.pattern, said)}"
    _clear(school)


def _around(what: str, said: str) -> list[str]:
    return [said[max(0, m.start() - 60) : m.end() + 30] for m in re.finditer(what, said)][:3]


def test_without_it_the_mark_is_there_to_be_found(run: Run, school: Path) -> None:
    for form in FORMS:
        said = told(run, school, "absences", "--format", form)
        assert MARK in said, form
        _clear(school)


def test_a_call_sheet_without_numbers_to_call_names_nobody(run: Run, school: Path) -> None:
    said = told(run, school, "absences", "--xlsx", "--initials")
    assert "hidden" in said
    assert MARK not in said
    _clear(school)


def test_the_figures_and_the_order_are_the_same(run: Run, school: Path) -> None:
    args = ("bands", "--all", "--on", ON, "--format", "json", "--school", school)
    named, initialled = (json.loads(run(*args, *more).out) for more in ((), ("--initials",)))
    assert named["counts"] == initialled["counts"]
    assert [row["missed"] for row in named["rows"]] == [row["missed"] for row in initialled["rows"]]
    assert [row["pupil"]["tutor"] for row in named["rows"]] == [
        row["pupil"]["tutor"] for row in initialled["rows"]
    ]
    first = initialled["rows"][0]["pupil"]
    assert (first["surname"], first["forename"], first["upn"], first["adno"]) == ("Q", "Q", None, None)


def test_two_of_one_group_with_the_same_initials_are_told_apart(run: Run, school: Path) -> None:
    said = run(
        "bands", "--all", "--on", ON, "--tutor", "7E1", "--format", "csv", "--initials", "--school", school
    )
    names = [line.split(",")[0:2] for line in said.out.splitlines()[1:]]
    assert len({tuple(name) for name in names}) == len(names) > 3
    assert re.search(r"Q, Q \(\d+\)", said.out)


def test_a_pupil_asked_for_by_number_is_not_in_the_heading_or_the_files_name(run: Run, school: Path) -> None:
    said = run("bands", "--pupil", "004240", "--on", ON, "--format", "html", "--initials", "--school", school)
    assert "004240" not in said.err
    (path,) = _made(school)
    assert re.fullmatch(r"bands-pupil-\d+-initials\.html", path.name)
    assert "004240" not in path.read_text("utf-8")
    _clear(school)


ABOUT_ONE_PERSON = {"certificate", "export-person", "letters preview"}
"""Papers about the one person asked for, which are nothing without the name."""

ABOUT_NOBODY = {
    "init": ("--yes", "--export", "EXPORT", "--school", "NEW"),
    "codes": (),
    "rules": (),
    "verify": ("NEW",),
    "restore": ("NEW", "OTHER"),
    "erase": ("004212", "--yes", "--school", "SCHOOL"),
    "letters list": (),
    "letters check": ("--school", "SCHOOL"),
    "letters proof": ("--school", "SCHOOL"),
}
"""Commands that show nothing of any pupil, and words to try each with."""


def _commands() -> Iterator[tuple[str, set[str]]]:
    """Every command that is no group, with its options."""
    for words, line in every_command().items():
        if not isinstance(line.make(), Mapping):
            yield words, {option for parameter in built(line).params for option in parameter.opts}


def test_every_command_that_shows_anything_of_a_pupil_has_it() -> None:
    without = {words for words, options in _commands() if "--initials" not in options}
    assert without == ABOUT_ONE_PERSON | set(ABOUT_NOBODY)


@pytest.mark.parametrize("words", ABOUT_NOBODY)
def test_a_command_without_it_shows_nobody(words: str, run: Run, school: Path, tmp_path: Path) -> None:
    places = {
        "SCHOOL": school,
        "NEW": tmp_path / "new",
        "OTHER": tmp_path / "other",
        "EXPORT": school / "exports" / "marks.csv",
    }
    said = run(*words.split(), *(places.get(word, word) for word in ABOUT_NOBODY[words]))
    assert MARK not in said.out + said.err
    _clear(school)


@pytest.mark.parametrize("command", ["check", "ingest"])
@pytest.mark.parametrize("form", ["table", "json"])
def test_a_cell_that_is_complained_of_is_not_shown(
    command: str, form: str, run: Run, school: Path, tmp_path: Path
) -> None:
    rows = (school / "exports" / "marks.csv").read_text("utf-8").splitlines()
    headings = rows[0].split(",")
    export = tmp_path / "marks.csv"
    cells = [row.split(",") for row in rows[1:60]]
    for row in cells:  # a name typed into the columns beside it
        row[headings.index("Mark")] = row[headings.index("Date")] = f"{MARK}elizabeth"
    export.write_text("\n".join([rows[0], *map(",".join, cells), *rows[60:]]), encoding="utf-8")
    shown = tmp_path / "shown"
    shutil.copytree(school, shown)
    named = run(command, export, "--format", form, "--school", shown)
    hidden = run(command, export, "--format", form, "--initials", "--school", shown)
    assert MARK in named.out
    assert MARK not in hidden.out + hidden.err
    assert HIDDEN in hidden.out


def test_what_is_written_down_is_said_back_by_initials(run: Run, school: Path, tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    shutil.copytree(school, shown)
    words = ("log", "note", "004240", "--notes", f"{MARK} rang", "--initials", "--school", shown)
    said = run(*words)
    assert re.search(r"^  Q, Q \(9E1\): hidden$", said.out, re.MULTILINE)
    number = re.match(r"Entry (\d+)", said.out)
    assert number
    correct = ("log", "correct", number[1], "--set", f"notes={MARK} called", "--initials", "--school", shown)
    assert MARK not in run(*correct).out
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"Kind,Day,Adno,Outcome\ncall,2026-11-20,004240,{MARK}\n", encoding="utf-8")
    assert MARK not in run("log", "import", sheet, "--initials", "--school", shown).out


def test_the_plan_of_letters_to_be_written_names_nobody(run: Run, school: Path) -> None:
    for words in ((), ("--initials",)):
        said = run("letters", "write", "--on", ON, "--school", school, *words)
        assert "letters about" in said.out
        assert MARK not in said.out + said.err


@pytest.mark.parametrize("words", ["doctor", "backup list"])
def test_what_wants_attention_names_nobody(words: str, run: Run, school: Path) -> None:
    said = run(*words.split(), "--on", ON, "--format", "json", "--initials", "--school", school)
    assert not identifiers(school).search(said.out)
    assert MARK not in said.out


def test_a_proof_names_nobody(run: Run, school: Path) -> None:
    numbers = identifiers(school)
    for form in ("table", "json"):
        said = run("why", "004240", "missed", "--on", ON, "--format", form, "--initials", "--school", school)
        assert said.code == 0
        assert MARK not in said.out
        assert not numbers.search(said.out)
