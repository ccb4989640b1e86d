"""What a manifest says of files, and that whatever is wrong with them is named."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from attendkit.backup.manifest import (
    MANIFEST,
    SUMS,
    VERSION,
    faults,
    manifest_of,
    read_manifest,
    with_manifest,
)
from attendkit.errors import DamagedError

FILES = {"a.csv": b"1,2\r\n", "b/c.pdf": b"%PDF", "RESTORE.txt": "Zoë".encode()}
WHOLE = with_manifest(FILES, {"month": "2026-11"})


def named(files: dict[str, bytes]) -> list[str]:
    return [problem.message for problem in faults(files, "here")]


def test_files_as_they_were_written_have_no_fault() -> None:
    assert named(WHOLE) == []


@pytest.mark.parametrize("name", WHOLE)
def test_a_changed_file_is_named_and_no_other(name: str) -> None:
    for at in range(len(WHOLE[name])):
        flipped = bytearray(WHOLE[name])
        flipped[at] ^= 1
        assert named({**WHOLE, name: bytes(flipped)}) == [f"{name} is not as it was written."], at


@pytest.mark.parametrize("name", WHOLE)
def test_a_missing_file_is_named(name: str) -> None:
    left = {one: content for one, content in WHOLE.items() if one != name}
    assert named(left) == [f"{name} is missing."]


def test_a_strange_file_is_named() -> None:
    assert named({**WHOLE, "extra.csv": b""}) == ["extra.csv is not part of this backup."]


def test_without_a_sound_manifest_the_sums_still_tell_which_files_are_changed() -> None:
    broken = {**WHOLE, MANIFEST: b"{}", "a.csv": b"1,3\r\n"}
    del broken["RESTORE.txt"]
    assert named(broken) == [
        "manifest.json is not as it was written.",
        "RESTORE.txt is missing.",
        "a.csv is not as it was written.",
    ]


def test_a_manifest_is_read_as_it_was_written() -> None:
    manifest = read_manifest(WHOLE, "here")
    assert manifest == manifest_of(FILES, {"month": "2026-11"})
    assert manifest.says["version"] == VERSION


@pytest.mark.parametrize(
    ("says", "what"),
    [({"version": VERSION + 1}, "A later attendkit"), ({"version": VERSION}, "")],
)
def test_a_later_format_is_refused_and_says_so(says: dict[str, Any], what: str) -> None:
    later = with_manifest(FILES, says)
    if not what:
        assert read_manifest(later, "here").files
        return
    with pytest.raises(DamagedError, match=what) as raised:
        read_manifest(later, "here")
    assert "RESTORE.txt" in raised.value.remedy


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
@pytest.mark.parametrize("changed", [False, True])
def test_sha256sum_alone_checks_the_files(tmp_path: Path, *, changed: bool) -> None:
    for name, content in WHOLE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    if changed:
        (tmp_path / "a.csv").write_bytes(b"1,3\r\n")
    done = subprocess.run(
        ["sha256sum", "-c", SUMS],  # noqa: S607 - whichever a school's computer has
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == changed
    assert ("a.csv: FAILED" in done.stdout) is changed
    assert "b/c.pdf: OK" in done.stdout
