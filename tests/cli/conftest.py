"""A school's folder to run commands in, and a way to run them as the officer does."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from attendkit.cli import main
from attendkit.cli.opening import open_school
from attendkit.cli.options import Asked
from attendkit.cli.taking import read_new
from attendkit.duties import DUTIES

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "examples" / "small"
ON = "2026-11-20"
ARGUMENTS = {
    "case-show": ("004240",),
    "pupil": ("004240",),
    "meeting-pack": ("college",),
    "reconcile": (SMALL / "exports" / "marks.csv",),
}
"""What a duty must be given that cannot be asked without."""


@dataclass(frozen=True)
class Said:
    """What a command did: its exit code, its results and its remarks."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


def asking(name: str) -> list[str]:
    """A duty's name with what it must be given."""
    words = next((duty.words for duty in DUTIES if duty.name == name), name)
    return [*words.split(), *map(str, ARGUMENTS.get(name, ()))]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, in an empty folder, at 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("ATTENDKIT_SCHOOL", raising=False)

    def command(*args: str | Path) -> Said:
        with pytest.raises(SystemExit) as stopped:
            main([str(arg) for arg in args])
        assert isinstance(stopped.value.code, int)
        said = capsys.readouterr()
        return Said(stopped.value.code, said.out, said.err)

    return command


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """Run a command in a process of its own, in an empty folder."""

    def command(*args: str | Path, **env: str) -> Said:
        kept = {name: value for name, value in os.environ.items() if name != "ATTENDKIT_SCHOOL"}
        done = subprocess.run(
            [sys.executable, "-m", "attendkit", *map(str, args)],
            cwd=tmp_path,
            env={**kept, "COLUMNS": "80", **env},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return command


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small example school with its exports taken in. Shared: do not write to it."""
    return made_ready(tmp_path_factory.mktemp("ready") / "harrowmere")


@pytest.fixture(scope="session")
def logged(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small example school with a log of what was done. Shared: do not write to it."""
    folder = tmp_path_factory.mktemp("logged") / "harrowmere"
    shutil.copytree(ready, folder)
    with pytest.raises(SystemExit) as stopped:
        main(["log", "import", str(SMALL.parent / "log.csv"), "--school", str(folder)])
    assert stopped.value.code == 0
    return folder


@pytest.fixture
def school(ready: Path, tmp_path: Path) -> Path:
    """A school of one's own: the small example with its exports taken in."""
    folder = tmp_path / "harrowmere"
    shutil.copytree(ready, folder)
    return folder


def made_ready(folder: Path, change: Callable[[Path], None] = lambda _: None) -> Path:
    """A copy of the small example in a new folder, changed if asked, its exports taken in."""
    shutil.copytree(SMALL, folder, ignore=shutil.ignore_patterns("register", "out"))
    change(folder)
    for name in ("exports", "register", "templates", "out", "backups"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name).chmod(0o700)
    opened = open_school(folder)
    read_new(Asked(), opened, opened.store())
    return folder


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder one that nothing can be written to."""
    mode = folder.stat().st_mode
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(mode)
