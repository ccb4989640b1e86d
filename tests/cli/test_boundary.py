"""Errors become words and exit codes in one place, and never hold what a cell held."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from tests.cli.conftest import Run

from attendkit import __main__
from attendkit.cli import app, boundary
from attendkit.errors import (
    AttendkitError,
    BadArgumentError,
    DamagedError,
    Exit,
    NeedsAnswerError,
    NoRuleError,
    NotFoundError,
    UnreadableError,
)

ERRORS = [
    (BadArgumentError("It is wrong.", where="--on", remedy="Write it so."), Exit.BAD_INPUT),
    (
        UnreadableError("It is a picture.", reason="not_a_table", where="a.csv", remedy="Export."),
        Exit.BAD_INPUT,
    ),
    (NeedsAnswerError("Two ways.", question="date_order", where="a.csv", remedy="--dates"), Exit.BAD_INPUT),
    (NoRuleError("No version.", where="bands", remedy="See rules."), Exit.NO_RULE),
    (NotFoundError("Two pupils.", where="--pupil", remedy="By number.", candidates=["A1"]), Exit.NOT_FOUND),
    (DamagedError("A part is gone.", where="register/", remedy="Restore it."), Exit.DAMAGED),
]


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: list[str]) -> int:
        raise error

    monkeypatch.setattr(boundary, "_run", fails)


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_error_says_what_where_and_what_to_do(
    error: AttendkitError, code: Exit, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(error, monkeypatch)
    said = run("bands")
    assert said.code == code
    assert said.out == ""
    assert said.err.startswith(f"{error.where}: {error.what}\n")
    assert said.err.endswith(f"What to do: {error.remedy}\n")


def test_candidates_are_listed_each_on_its_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(NotFoundError("Two.", candidates=["A1", "B2"]), monkeypatch)
    assert run("bands").err == "Two.\n  A1\n  B2\n"


@pytest.mark.parametrize("args", [["--debug", "bands"], ["bands", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_stands(
    args: list[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(BadArgumentError("It is wrong."), monkeypatch)
    assert "Traceback (most recent call last)" in run(*args).err
    assert "Traceback" not in run("bands").err


def test_debug_after_two_dashes_is_a_name_and_no_option(run: Run) -> None:
    said = run("check", "--", "--debug")
    assert (said.code, "Traceback" in said.err) == (Exit.BAD_INPUT, False)
    assert said.err.startswith("--debug: There is no such file.")


def test_a_fault_of_our_own_names_its_kind_and_place_and_quotes_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(ValueError("Quill, Tobias cannot be cast"), monkeypatch)
    said = run("bands")
    assert said.code == boundary.FAULT
    assert said.code not in list(Exit)
    assert "ValueError at cli" in said.err
    assert "--debug" in said.err
    assert "Quill" not in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (PermissionError(13, "Permission denied", "out.xlsx"), "another program"),
        (OSError(28, "No space left on device", "out.xlsx"), "disk is full"),
        (FileNotFoundError(2, "No such file or directory", "out.xlsx"), "Check the name"),
        (OSError(5, "Input/output error", "out.xlsx"), "Check the file"),
    ],
)
def test_what_the_system_refuses_is_said_in_three_parts(
    error: OSError, hint: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(error, monkeypatch)
    said = run("bands")
    assert said.code == Exit.BAD_INPUT
    assert said.err.startswith(f"out.xlsx: {error.strerror}.\nWhat to do: ")
    assert hint in said.err


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["bandz"], "There is no command 'bandz'."),
        (["bands", "--pupl", "x"], "No such option: --pupl"),
        (["why"], "Missing argument 'PUPIL'."),
        (["bands", "--format", "png"], "'png' is not one of"),
        (["bands", "--on", "2026-02-30"], "'2026-02-30' is not a date."),
        (["bands", "--on", "20/13/2026"], "'20/13/2026' is not a date."),
        (["check", "a.csv", "--sessions", "AM"], "does not say which period"),
        (["check", "a.csv", "--sessions", "1=AM"], "does not say which period"),
        (["bands", "--year", "nine"], "'nine' is not a valid int"),
    ],
)
def test_wrong_use_is_exit_2_with_a_way_on(args: list[str], what: str, run: Run) -> None:
    said = run(*args)
    assert said.code == Exit.BAD_INPUT
    assert what in said.err
    assert "What to do: " in said.err
    assert said.out == ""


def test_a_slip_in_a_commands_name_is_helped(run: Run) -> None:
    assert "Did you mean `attendkit bands`?" in run("bandz").err
    assert "`attendkit --help` lists them" in run("qqqq").err


@pytest.mark.skipif(os.name == "nt", reason="signals are sent another way")
def test_ctrl_c_stops_with_one_line_and_130(tmp_path: Path) -> None:
    starts_slowly = (
        "import time, attendkit.cli.boundary as b\n"
        "def slow(args):\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
        "b._run = slow\n"
        "from attendkit.cli import main\n"
        "main(['bands'])\n"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", starts_slowly],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=20)
    assert (started.returncode, err) == (boundary.INTERRUPTED, "Stopped; nothing was half written.\n")


@pytest.mark.parametrize("module", ["attendkit.cli", "attendkit.cli.boundary", "typer", "polars"])
def test_ctrl_c_while_python_still_imports_prints_no_traceback(module: str, ready: Path) -> None:
    stops_there = (
        "import signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}:\n"
        "            signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "sys.argv[1:] = ['bands', '--on', '2026-11-20']\n"
        "from attendkit.__main__ import main\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", stops_there], cwd=ready, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (boundary.INTERRUPTED, "")
    assert ended.stderr in {"Stopped.\n", "Stopped; nothing was half written.\n"}


def test_ctrl_c_as_the_boundary_is_left_is_said_in_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("attendkit.cli.main", interrupted)
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert (ended.value.code, capsys.readouterr().err) == (boundary.INTERRUPTED, "Stopped.\n")


def test_a_question_left_unanswered_stops_like_ctrl_c(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def leaves(*_: object, **__: object) -> int:
        raise typer.Abort

    monkeypatch.setattr(app, "command_line", lambda: leaves)
    assert run("init").code == boundary.INTERRUPTED


@pytest.mark.skipif(os.name == "nt", reason="a shell pipe")
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m attendkit codes --format json | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == "{"
    assert done.stdout.splitlines()[1] in {"0", str(boundary.PIPE_CLOSED)}


def test_a_console_that_cannot_write_a_name_is_no_error(process: Run) -> None:
    said = process("codes", "N", PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0")
    assert said.code == 0
    assert "School Attendance" in said.out


@pytest.mark.parametrize("args", [["codes", "--on", "1999-01-01"], ["rules", "n-code", "--on", "1999-01-01"]])
def test_a_day_before_any_rule_is_exit_3_or_shows_what_there_is(args: list[str], run: Run) -> None:
    said = run(*args)
    assert said.code == (Exit.NO_RULE if args[0] == "codes" else Exit.DONE)
