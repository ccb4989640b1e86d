"""What every command prints on the small example, byte for byte.

`make golden` (or this file run with ATTENDKIT_GOLDEN=write) accepts what is printed now as right; the
difference is then read in review.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import ON, ROOT, Run

from attendkit.cli.app import COMMANDS
from attendkit.duties import CASEWORK, DUTIES

GOLDEN = ROOT / "tests" / "golden"
_SUFFIX = {"table": "txt", "json": "json", "csv": "csv"}
_DAYS = {"late": "2026-11-16"}  # nobody was late on the last day of the example

_GIVEN = {
    "case-show": ["004240"],
    "pupil": ["004240"],
    "meeting-pack": ["college", "Egret"],
    "reconcile": ["other_layouts/marks_weeks.csv"],
}
_GIVEN["whatif"] = ["--policy", str(ROOT / "examples" / "policy.toml")]


_WITH_LOG = (
    "absences",
    "fire-register",
    "ncode-report",
    "cme",
    "medical",
    "timetables",
    "returns",
    "penalties",
    "penalties ledger",
    "today",
)
"""Commands that are also run in a school with a log."""


def _commands() -> Iterator[tuple[str, list[str]]]:
    """Each golden file's name, and the command that prints it."""
    for duty in DUTIES:
        for form, suffix in _SUFFIX.items():
            given = _GIVEN.get(duty.name, [])
            yield (
                f"{duty.name}.{suffix}",
                [*duty.words.split(), *given, "--on", _DAYS.get(duty.name, ON), "--format", form],
            )
    yield "bands-all.csv", ["bands", "--all", "--on", ON, "--format", "csv"]
    yield "absences-am.txt", ["absences", "--on", ON, "--session", "AM"]
    for form in ("table", "json"):
        suffix = _SUFFIX[form]
        yield f"check.{suffix}", ["check", *_exports(), "--format", form]
        yield f"why.{suffix}", ["why", "004240", "unauthorised", "--on", ON, "--format", form]
        yield f"doctor.{suffix}", ["doctor", "--on", ON, "--format", form]
        yield f"codes.{suffix}", ["codes", "--on", ON, "--format", form]
        yield f"rules.{suffix}", ["rules", "--on", ON, "--format", form]
    yield "letters-list.txt", ["letters", "list"]
    yield "letters-check.txt", ["letters", "check", "--on", ON]
    yield "letters-preview.txt", ["letters", "preview", "penalty-warning", "--on", ON]
    yield "code-n.txt", ["codes", "N"]
    yield "rule-n-code.txt", ["rules", "n-code", "--on", ON]
    yield "ingest-again.txt", ["ingest", *_exports()]
    yield "notice.txt", ["notice"]
    yield "log-import-again.txt", ["log", "import", str(ROOT / "examples" / "log.csv")]
    for words in _WITH_LOG:
        yield f"{words.replace(' ', '-')}-logged.txt", [*words.split(), "--on", ON]


def _exports() -> list[str]:
    layouts = ("marks_wide.xlsx", "marks_weeks.csv")
    return [
        "exports/marks.csv",
        "exports/pupils.csv",
        "exports/contacts.csv",
        *(f"other_layouts/{n}" for n in layouts),
    ]


_GROUPS = {duty.words.split()[0] for duty in DUTIES if duty.group == CASEWORK}
"""Groups of commands about the log."""

_CHANGING = {"init", "export-person", "erase", "backup", "verify", "restore", "certificate"}
"""Commands that write what no golden output shows; what they do has tests of its own."""

CASES = dict(_commands())


@pytest.mark.parametrize("name", CASES)
def test_a_command_prints_what_it_printed(
    name: str, run: Run, ready: Path, logged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_log = name.rpartition(".")[0].endswith(("-logged", "import-again")) or CASES[name][0] in _GROUPS
    monkeypatch.chdir(logged if with_log else ready)
    said = run(*CASES[name])
    assert said.code in {0, 1}, said.err
    golden = GOLDEN / name
    if os.environ.get("ATTENDKIT_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(said.out.encode())
    assert said.out.encode() == golden.read_bytes()


def test_every_command_has_a_golden_output_and_none_is_left_over() -> None:
    begun = {args[0] for args in CASES.values()}
    assert begun == set(COMMANDS) - _CHANGING
    assert {path.name for path in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith(".txt")])
def test_no_line_is_wider_than_the_screen(name: str) -> None:
    assert [line for line in (GOLDEN / name).read_text("utf-8").splitlines() if len(line) > 80] == []
