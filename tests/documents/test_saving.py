import os
import stat
from pathlib import Path

import pytest

from attendkit.documents import saving
from attendkit.documents.saving import file_stem, save
from attendkit.errors import BadArgumentError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions in another way")
def test_a_file_and_its_new_folders_are_private(tmp_path: Path) -> None:
    path = tmp_path / "out" / "2026-11-20" / "absences.csv"
    before = os.umask(0)
    try:
        assert save(path, b"x") == path
    finally:
        os.umask(before)
    assert mode(path) == 0o600
    assert mode(tmp_path / "out" / "2026-11-20") == 0o700
    assert mode(tmp_path / "out") == 0o700


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "absences.csv"
    save(path, b"long content")
    save(path, b"short")
    assert path.read_bytes() == b"short"
    assert [file.name for file in tmp_path.iterdir()] == ["absences.csv"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgumentError, match="a folder, not a file"):
        save(tmp_path, b"x")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (PermissionError(13, "Permission denied"), "open in another program"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError(30, "Read-only file system"), "Read-only file system"),
    ],
)
def test_a_file_that_cannot_be_written_is_left_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, says: str
) -> None:
    path = tmp_path / "absences.xlsx"
    save(path, b"before")

    def replace(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(BadArgumentError, match=says) as caught:
        save(path, b"after")
    assert caught.value.where == str(path)
    assert "--out" in caught.value.remedy
    assert path.read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir()] == ["absences.xlsx"]


def test_a_folder_that_is_a_file_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(BadArgumentError):
        save(tmp_path / "out" / "a.csv", b"x")


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("tutor 10/A:1", "tutor 10-A-1"),
        ("tutor 7A1. ", "tutor 7A1"),
        ('tutor <a> "b" |?*\\', "tutor -a- -b- ----"),
        ("tutor Ž王", "tutor Ž王"),
        ("tutor\n7A", "tutor 7A"),
        ("../up", "-up"),
        ("", "unnamed"),
    ],
)
def test_a_stem_is_one_that_windows_accepts(text: str, stem: str) -> None:
    assert file_stem(text) == stem


def test_stems_that_differ_by_capitals_or_signs_alone_are_kept_apart() -> None:
    taken: list[str] = []
    for group in ("tutor 7A", "tutor 7a", "tutor 7/B", "tutor 7:B"):
        taken.append(file_stem(group, taken))
    assert taken == ["tutor 7A", "tutor 7a (2)", "tutor 7-B", "tutor 7-B (2)"]


def test_a_long_stem_leaves_room_in_255_bytes() -> None:
    assert len(f"{file_stem('王' * 200)}.xlsx.1234567.tmp".encode()) <= 255
    assert saving.file_stem("x" * 59 + " y") == "x" * 59
