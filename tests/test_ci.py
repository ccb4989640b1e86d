"""What hosts run is what `make check` runs, on every Python and system that attendkit says it is for."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")


def test_every_python_that_is_claimed_is_tried() -> None:
    claimed = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
    tried = re.search(r"python: \[(.+)\]", WORKFLOW)
    assert tried is not None
    assert re.findall(r"3\.\d+", tried[1]) == claimed


def test_every_step_of_make_check_is_run() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (steps,) = re.findall(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    commands = re.findall(r"\$\(BIN\)/(\S+(?: [a-z-]\S*)*)", steps)
    asked = [re.sub(r" ?--quiet| \.$", "", command) for command in commands]
    assert len(asked) >= 6
    flat = WORKFLOW.replace("--quiet", "")
    assert [command for command in asked if command.split(" --")[0] not in flat] == []


def test_windows_macos_and_linux_are_tried_and_no_registry_is_named() -> None:
    for system in ("ubuntu-latest", "windows-latest", "macos-latest"):
        assert system in WORKFLOW
    assert "index-url" not in WORKFLOW
    assert "http" not in WORKFLOW


def test_what_a_wheel_must_have_on_each_system_is_pinned() -> None:
    pins = (ROOT / "constraints.txt").read_text("utf-8").lower()
    for line in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]:
        name = re.split(r"[><=;\[ ]", line)[0]
        assert f"\n{name.lower()}==" in pins, name
