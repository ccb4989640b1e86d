"""The page for the data protection officer is true: its files, fields, commands and promises."""

import re
from pathlib import Path

import pytest
from tests.cli.conftest import ON, ROOT, Run

from attendkit.cli.app import COMMANDS
from attendkit.duties import DUTIES
from attendkit.register.model import CONTACTS, IMPORTS, MARKS, PUPILS
from attendkit.rules import Rulebook

PAGE = (ROOT / "docs" / "data-protection.md").read_text("utf-8")


def test_every_file_that_commands_leave_is_on_the_page(run: Run, school: Path) -> None:
    before = {path.name for path in school.iterdir()}
    run("bands", "--on", ON, "--format", "html", "--school", school)
    run("log", "note", "004240", "--notes", "Rang.", "--by", "JO", "--school", school)
    run("backup", "--unencrypted", "--month", "2026-11", "--school", school)
    made = {path.name for path in school.iterdir()}
    assert {"casework.db", "casework.seal"} <= made - before
    assert [name for name in made if f"`{name}`" not in PAGE and f"`{name}/`" not in PAGE] == [
        "other_layouts"
    ]


@pytest.mark.parametrize(
    ("table", "schema"), [("pupils", PUPILS), ("marks", MARKS), ("contacts", CONTACTS), ("imports", IMPORTS)]
)
def test_every_field_that_is_stored_is_on_the_page(table: str, schema: dict[str, object]) -> None:
    (told,) = re.findall(rf"^\| {table} \| (.+) \|$", PAGE, re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", told))
    own = {"pupil"} if table == "pupils" else set()  # the number that a table is joined by
    assert named == set(schema) - own


def test_every_command_on_the_page_is_one() -> None:
    asked = re.findall(r"`attendkit ([a-z-]+)", PAGE)
    assert len(asked) > 8
    assert [name for name in asked if name not in COMMANDS] == []
    assert re.findall(r"`attendkit rules ([a-z-]+)`", PAGE) == ["register-retention"]
    assert "register-retention" in Rulebook().names()


def test_every_report_has_the_option_to_show_less_and_what_is_for_the_people_it_names_has_not(
    run: Run,
) -> None:
    for duty in DUTIES:
        assert "--initials" in run(*duty.words.split(), "--help").out
    for words in ("export-person", "erase", "certificate", "letters preview"):
        assert "--initials" not in run(*words.split(), "--help").out


def test_only_what_the_page_names_could_open_a_connection() -> None:
    code = {path: path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")}
    networks = re.compile(
        r"^\s*(?:import|from) (smtplib|socket|ssl|urllib|http|ftplib|requests|httpx)\b", re.MULTILINE
    )
    found = {path.name: networks.findall(text) for path, text in code.items() if networks.search(text)}
    modules = {module for names in found.values() for module in names}
    assert modules <= {"smtplib", "ssl"}
    assert len(found) <= 1
    assert not modules or "--send" in PAGE


def test_nothing_is_written_outside_the_schools_folder(
    run: Run, school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    for folder, names in ((home, ("HOME", "XDG_CACHE_HOME")), (temporary, ("TMPDIR", "TEMP", "TMP"))):
        folder.mkdir()
        for name in names:
            monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    for form in ("xlsx", "html", "pdf", "docx"):
        assert run("bands", "--on", ON, "--format", form, "--school", school).code == 0
    run("log", "note", "004240", "--notes", "Rang.", "--by", "JO", "--school", school)
    run("export-person", "004240", "--on", ON, "--school", school)
    assert list(home.rglob("*")) == []
    assert list(temporary.rglob("*")) == []
