"""Children's data stays private, here, and out of what is said about it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import ON, Run, asking, made_ready
from tests.cli.sentinels import MARK, marked

from attendkit.cli import boundary
from attendkit.cli.app import COMMANDS
from attendkit.documents import FORMATS
from attendkit.duties import DUTIES

WHO = "004240"


def commands(name: str = "Qx") -> Iterator[list[str]]:
    """A command of every kind on the marked school, `name` being whom the officer asks for."""
    for duty in DUTIES:
        yield [*asking(duty.name), "--on", ON]
    for form in FORMATS[1:]:
        yield ["bands", "--on", ON, "--format", form, "--out", f"reports/bands.{form}"]
    yield ["absences", "--on", ON, "--xlsx"]
    yield ["why", name, "missed", "--on", ON]
    yield ["check", "exports/marks.csv"]
    yield ["ingest", "exports/marks.csv", "--again"]
    yield ["doctor", "--deep", "--on", ON]
    yield ["export-person", WHO, "--on", ON]
    yield ["log", "note", name, "--notes", "Qxnoted", "--by", "JO"]
    yield ["case", "open", name, "--why", "Qxwhy", "--by", "JO"]
    yield ["backup", "--unencrypted", "--month", "2026-11"]
    yield ["backup", "list"]
    yield ["letters", "plan", "--on", ON]
    yield ["letters", "write", "--on", ON, "--yes"]


def wrong(name: str) -> Iterator[list[str]]:
    """Commands that cannot be done, asked for with a pupil's name in every place that has one."""
    yield ["why", name, "missed", "--on", ON]
    yield ["why", name, "nonsense", "--on", ON]
    yield ["pupil", name, "--on", ON]
    yield ["pupil", f"{name} Nobody", "--on", ON]
    yield ["bands", "--pupil", name, "--on", ON]
    yield ["bands", "--pupil", WHO, "--on", "1999-01-01"]
    yield ["bands", "--pupil", WHO, "--on", ON, "--out", "."]
    yield ["bands", "--tutor", "nothing like it", "--on", ON]
    yield ["check", "exports/nobody.csv"]
    yield ["check", "broken.csv", "broken.xlsx", "cut.xlsx"]
    yield ["ingest", "broken.csv", "broken.xlsx"]
    yield ["bands", "--export", "broken.csv", "--on", ON]
    yield ["bands", "--export", "broken.xlsx", "--on", ON]
    yield ["reconcile", "broken.csv", "--on", ON]
    yield ["export-person", name]
    yield ["erase", WHO, "--yes"]
    yield ["log", "note", name, "--by", "JO"]
    yield ["log", "call", WHO, "--outcome", "no-answer", "--code", "QQ", "--by", "JO"]
    yield ["case", "show", name]


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = made_ready(tmp_path / "harrowmere", marked)
    shutil.copytree(Path(__file__).parents[2] / "examples" / "small" / "other_layouts", folder / "other")
    lines = (folder / "exports" / "marks.csv").read_text("utf-8").splitlines()
    bad = [line.replace("/", "ZZ", 6) if n % 3 else line.replace(",", ";", 2) for n, line in enumerate(lines)]
    (folder / "broken.csv").write_text("\n".join([lines[0], *bad[:200], f'"{MARK} is never closed']))
    wide = bytearray((folder / "other" / "marks_wide.xlsx").read_bytes())
    (folder / "cut.xlsx").write_bytes(wide[: len(wide) // 2])
    wide[len(wide) // 3] ^= 0xFF
    (folder / "broken.xlsx").write_bytes(wide)
    for path in (folder / "broken.csv", folder / "cut.xlsx", folder / "broken.xlsx"):
        path.chmod(0o600)
    monkeypatch.setenv("ATTENDKIT_SCHOOL", str(folder))
    return folder


def there(command: list[str]) -> bool:
    return command[0] in COMMANDS


@pytest.mark.skipif(os.name == "nt", reason="permissions are kept another way")
def test_whatever_a_command_writes_is_its_owners_alone(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.rmtree(school / "other")
    given = {path for path in school.rglob("*") if "register" not in path.parts}
    monkeypatch.chdir(school)
    before = os.umask(0o022)
    try:
        for command in filter(there, commands(WHO)):
            run(*command, "--school", school)
        run("init", "--yes", "--school", tmp_path / "new", "--export", school / "exports" / "pupils.csv")
    finally:
        os.umask(before)
    made = [path for folder in (school, tmp_path / "new") for path in folder.rglob("*") if path not in given]
    assert len(made) > 35
    open_ones = [str(path.relative_to(tmp_path)) for path in made if path.stat().st_mode & 0o077]
    assert open_ones == []
    assert [path for path in made if path.suffix == ".tmp"] == []


@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_no_error_names_anybody(
    debug: tuple[str, ...], run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(school)
    for name in (f"{MARK}saaecea", MARK, WHO):
        for command in filter(there, wrong(name)):
            said = run(*command, "--school", school, *debug).err
            assert MARK not in said.replace(str(Path.cwd()), ""), f"{command}: {said}"


def test_no_fault_of_our_own_names_anybody(run: Run, school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault anywhere, with a name in its text as a library would put it there."""
    monkeypatch.chdir(school)
    for place in ("attendkit.cli.looking.chosen", "attendkit.documents.write", "attendkit.cli.duties._named"):
        with monkeypatch.context() as patched:
            patched.setattr(place, _fails)
            said = run("bands", "--on", ON, "--format", "html", "--school", school)
        assert said.code == boundary.FAULT
        assert MARK not in said.err


def _fails(*_: object, **__: object) -> None:
    raise ValueError(f"could not parse {MARK}surname as a date")


def test_a_damaged_log_is_not_quoted(run: Run, school: Path) -> None:
    run("log", "note", WHO, "--notes", f"{MARK} said so", "--by", "JO", "--school", school)
    path = school / "casework.db"
    sound = path.read_bytes()
    start = sound.index(f"{MARK} said so".encode())
    for at in range(start - 12, start + 8):
        for byte in (0xB9, 0x00, 0x7B):
            path.write_bytes(sound[:at] + bytes([byte]) + sound[at + 1 :])
            for command in (["doctor", "--deep"], ["pupil", WHO], ["log", "note", WHO, "--notes", "x"]):
                said = run(*command, "--school", school, "--debug")
                assert MARK not in said.err
                assert command[0] != "doctor" or MARK not in said.out


def test_no_temporary_file_is_named_after_anybody(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    monkeypatch.chdir(school)
    real_open, real_mkdtemp = os.open, tempfile.mkdtemp

    def watched(path: str | Path, *args: int, **kwargs: int) -> int:
        names.append(os.fspath(path))
        return real_open(path, *args, **kwargs)

    def made(*args: str | None) -> str:
        names.append(real_mkdtemp(*args))
        return names[-1]

    monkeypatch.setattr(os, "open", watched)
    monkeypatch.setattr(tempfile, "mkdtemp", made)
    for command in filter(there, commands(WHO)):
        run(*command, "--school", school)
    assert len(names) > 20
    assert [name for name in names if MARK.casefold() in Path(name).name.casefold()] == []


@pytest.mark.parametrize(
    "leave",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=0.1),
        lambda: socket.gethostbyname("example.org"),
        lambda: socket.getaddrinfo("example.org", 443),
    ],
)
def test_no_test_of_this_suite_can_reach_the_network(leave: Callable[[], object]) -> None:
    with pytest.raises(RuntimeError, match="leave this computer"):
        leave()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("unshare") is None, reason="it takes a system that can close its sockets")
def test_every_command_works_where_there_is_no_network_at_all(school: Path) -> None:
    closed = ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*closed, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this account may not close them")
    every = [[*command, "--school", str(school)] for command in filter(there, commands(WHO))]
    script = (
        "import sys\nfrom attendkit.cli.boundary import guarded\n"
        f"codes = [(command, guarded(command)) for command in {every!r}]\n"
        "failed = [each for each in codes if each[1] > 1]\n"
        "sys.exit(str(failed) if failed else 0)\n"
    )
    done = subprocess.run(
        [*closed, sys.executable, "-c", script], cwd=school, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
