"""`--help`, `--version`, completion: quick, complete, and in plain text."""

import re
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from attendkit import __version__
from attendkit.cli.app import COMMANDS, every_command
from attendkit.duties import DUTIES, Duty

EVERY_COMMAND = every_command()
HEAVY = ("polars", "pydantic", "openpyxl", "jinja2", "rich", "xlsxwriter", "python_calamine")


def watched(folder: Path, modules: tuple[str, ...]) -> None:
    """Make a Python that starts with this folder on its path say at its end which of these it loaded."""
    (folder / "sitecustomize.py").write_text(
        "import atexit, sys\n"
        f"atexit.register(lambda: print([m for m in {modules} if m in sys.modules], file=sys.stderr))\n"
    )


@pytest.mark.parametrize("args", [["--help"], ["--version"], []])
def test_help_and_version_load_nothing_heavy(process: Run, args: list[str], tmp_path: Path) -> None:
    watched(tmp_path, HEAVY)
    said = process(*args, PYTHONPATH=str(tmp_path))
    assert (said.code, said.err) == (0, "[]\n")


def test_no_arguments_at_all_shows_the_help(run: Run) -> None:
    assert run() == run("--help")


def test_version_is_the_packages(run: Run) -> None:
    assert run("--version").out == f"attendkit {__version__}\n"


def test_every_command_stands_in_the_help_with_its_line(run: Run) -> None:
    said = " ".join(run("--help").out.split())
    for entry in COMMANDS.values():
        assert f"{entry.name} {entry.help}" in said


def test_the_headings_come_in_the_order_of_the_day(run: Run) -> None:
    said = run("--help").out
    headings = ["Setting up and reading exports:", "Every day:", "Every week:", "Watching:", "Casework: "]
    places = [said.index(heading) for heading in headings]
    assert places == sorted(places)


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_every_command_has_help_that_fits_the_screen(run: Run, name: str) -> None:
    said = run(*name.split(), "--help")
    assert said.code == 0
    assert " ".join(EVERY_COMMAND[name].help.split()) in " ".join(said.out.split())
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: duty.name)
def test_a_duty_has_its_own_options_and_the_shared_ones(run: Run, duty: Duty) -> None:
    said = run(*duty.words.split(), "--help").out
    own = [
        "|".join(option.choices) or option.name.upper() if option.argument else f"--{option.name}"
        for option in duty.options
    ]
    shared = [
        "--school",
        "--on",
        "--year",
        "--college",
        "--tutor",
        "--pupil",
        "--export",
        "--format",
        "--out",
    ]
    once = {f"--{option.name}" for option in duty.options if option.argument}
    asked = [option for option in (*own, *shared) if option not in once]
    assert [option for option in asked if not re.search(rf"  \[?{re.escape(option)}\]?\s", said)] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_completion_script_is_printed_for_every_shell(process: Run, shell: str) -> None:
    said = process(_ATTENDKIT_COMPLETE=f"source_{shell}")
    assert said.code == 0
    assert f"complete_{shell}" in said.out
    assert "attendkit" in said.out


def test_completion_knows_commands_and_options(process: Run) -> None:
    commands = process(_ATTENDKIT_COMPLETE="complete_bash", COMP_WORDS="attendkit mis", COMP_CWORD="1")
    assert commands.out.split() == ["missing-registers"]
    options = process(_ATTENDKIT_COMPLETE="complete_bash", COMP_WORDS="attendkit bands --al", COMP_CWORD="2")
    assert options.out.split() == ["--all"]


def test_completion_of_a_command_that_is_none_says_nothing(process: Run) -> None:
    said = process(_ATTENDKIT_COMPLETE="complete_bash", COMP_WORDS="attendkit zz --al", COMP_CWORD="2")
    assert (said.out.strip(), said.err) == ("", "")


def test_a_duty_on_the_register_loads_no_reader_and_no_writer_of_workbooks(
    process: Run, ready: Path, tmp_path: Path
) -> None:
    watched(tmp_path, ("python_calamine", "openpyxl", "msoffcrypto", "xlsxwriter", "jinja2"))
    said = process("bands", "--on=2026-11-20", "--school", ready, PYTHONPATH=str(tmp_path))
    assert (said.code, said.err) == (0, "[]\n")
