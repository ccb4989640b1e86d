"""Where a copy lies open for a moment, and that nothing of it stays."""

import os
import tempfile
import time
from pathlib import Path

import pytest
from tests.backup.schools import backed_up, copy_of, everything_in

from attendkit.backup import scratch as module
from attendkit.backup.copies import read_copy
from attendkit.backup.restoring import restore
from attendkit.backup.scratch import scratch


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The computer's folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def left_behind(folder: Path, hours: float) -> Path:
    left = folder / ".attendkit-left.tmp"
    left.mkdir()
    (left / "casework.db").write_bytes(b"names")
    then = time.time() - hours * 3600
    os.utime(left, (then, then))
    return left


def test_it_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with scratch(tmp_path) as place:
        assert place.parent == tmp_path
        assert place.stat().st_mode & 0o777 == 0o700
        (place / "casework.db").write_bytes(b"names")
    assert everything_in(tmp_path) == []


def test_where_the_school_may_only_be_read_it_is_elsewhere(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_may_write", lambda _: False)
    with scratch(tmp_path) as place:
        assert place.parent == elsewhere


def test_what_a_killed_command_left_is_cleared_away_when_nobody_can_be_using_it(elsewhere: Path) -> None:
    left = left_behind(elsewhere, hours=0.9)
    with scratch():
        assert left.is_dir()
    then = time.time() - 3700
    os.utime(left, (then, then))
    with scratch():
        assert not left.exists()


def test_a_backup_and_its_restoring_leave_nothing_open_anywhere(
    folder: Path, elsewhere: Path, tmp_path: Path
) -> None:
    made = backed_up(folder)
    restore(read_copy(made.folder), tmp_path / "new")
    assert everything_in(elsewhere) == []
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "school", "temporary"]


def test_what_a_killed_restore_left_is_cleared_away_by_the_next(folder: Path, tmp_path: Path) -> None:
    left = tmp_path / ".new.4711.tmp"
    left.mkdir()
    restore(copy_of(folder), tmp_path / "new")
    assert not left.exists()
