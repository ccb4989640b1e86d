"""Writing where it is made hard: links, other programs' locks, drives that drop, paths that are too long."""

import errno
import os
import time
from pathlib import Path

import pytest

from attendkit.errors import DamagedError
from attendkit.register import files
from attendkit.register.files import explained, private_folder, remedy_for, sealed, unsealed, write_whole


def refusing(times: int, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A Windows on which another program has the file open for so many tries; gives the pauses made."""
    pauses: list[float] = []
    left = iter(range(times))
    really = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if next(left, None) is not None:
            raise PermissionError(errno.EACCES, "Access is denied", str(target))
        return really(self, target)

    monkeypatch.setattr(files, "_PAUSES", (0.05, 0.1, 0.2, 0.4, 0.8))
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr(Path, "replace", replace)
    return pauses


@pytest.mark.parametrize("times", [0, 1, 5])
def test_a_file_that_another_program_lets_go_of_is_written(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bands.csv"
    path.write_bytes(b"old")
    pauses = refusing(times, monkeypatch)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert len(pauses) == times


def test_one_that_it_does_not_let_go_of_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bands.csv"
    path.write_bytes(b"old")
    pauses = refusing(6, monkeypatch)
    with pytest.raises(PermissionError):
        write_whole(path, b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["bands.csv"]
    assert path.read_bytes() == b"old"
    assert len(pauses) == 5
    assert sum(pauses) < 2


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_replaced_and_never_written_through(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"of somebody else")
    link = tmp_path / "bands.csv"
    link.symlink_to(elsewhere)
    write_whole(link, b"ours")
    assert elsewhere.read_bytes() == b"of somebody else"
    assert (link.read_bytes(), link.is_symlink()) == (b"ours", False)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_laid_where_the_temporary_file_goes_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"of somebody else")
    (tmp_path / f"bands.csv.{os.getpid()}.tmp").symlink_to(elsewhere)
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        write_whole(tmp_path / "bands.csv", b"ours")
    assert elsewhere.read_bytes() == b"of somebody else"


FAILURES: list[tuple[int, str]] = [
    (errno.EIO, "network drive failed"),
    (errno.ESTALE, "went and came back"),
    (errno.ENETUNREACH, "network drive is gone"),
    (errno.ENOSPC, "disk is full"),
    (errno.EROFS, "can only be read"),
    (errno.EACCES, "Ask for write access"),
    (errno.ENAMETOOLONG, "shorter name"),
    (errno.EBADF, "Check the disk"),
]


@pytest.mark.parametrize(("code", "hint"), FAILURES)
@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_drive_that_fails_half_way_leaves_the_old_file_and_says_what_to_do(
    call: str, code: int, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"old")
    _fails(call, code, monkeypatch)
    with pytest.raises(DamagedError) as caught, explained(path):
        write_whole(path, b"new")
    monkeypatch.undo()
    assert hint in caught.value.remedy
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["journal.jsonl"]


def _fails(call: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fails)


def test_a_path_that_windows_finds_too_long_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "name", "nt")
    for name, hint in (("x" * 260, "shorter name"), ("x", "Check the disk")):
        missing = FileNotFoundError(errno.ENOENT, "No such file", f"C:\\{name}")
        assert hint in remedy_for(missing)


def test_the_longest_name_in_the_register_leaves_room_for_the_schools_folder(tmp_path: Path) -> None:
    longest = f"register/parts/{'a' * 64}.parquet.{2**22}.tmp"
    assert len(longest) < 110
    private_folder(tmp_path / "a")
    write_whole(tmp_path / "a" / f"{'a' * 64}.parquet", b"")


@pytest.mark.parametrize("content", [b"", b"{}", b"a\nb\n"])
def test_what_was_sealed_is_given_back_and_a_changed_byte_is_seen(content: bytes) -> None:
    file = sealed(content)
    assert unsealed(file) == content
    for at in range(len(file)):
        harmed = bytearray(file)
        harmed[at] ^= 1
        assert unsealed(bytes(harmed)) is None
    assert unsealed(b"") is None
