"""A ZIP that is the same everywhere, and one that would do harm."""

import io
import zipfile

import pytest

from attendkit.backup import archive
from attendkit.backup.archive import packed, unpacked
from attendkit.errors import DamagedError

FILES = {"b.csv": b"2", "a/c.txt": b"x" * 10_000, "RESTORE.txt": b""}


def zipped(*names: str, content: bytes = b"x") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name in names:
            made.writestr(name, content)
    return held.getvalue()


def test_what_was_packed_is_unpacked() -> None:
    assert unpacked(packed(FILES), "here") == FILES


def test_the_bytes_do_not_depend_on_the_order_or_the_day() -> None:
    assert packed(FILES) == packed(dict(reversed(FILES.items())))
    with zipfile.ZipFile(io.BytesIO(packed(FILES))) as made:
        assert [entry.date_time for entry in made.infolist()] == [(1980, 1, 1, 0, 0, 0)] * 3
        assert {entry.external_attr >> 16 for entry in made.infolist()} == {0o100600}


@pytest.mark.parametrize("name", ["../out.csv", "/etc/out.csv", "a/../../out", "C:out.csv", "a\\..\\out"])
def test_a_file_that_would_be_put_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(DamagedError, match="elsewhere"):
        unpacked(zipped(name), "here")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(DamagedError, match="two files of one name"):
        unpacked(zipped("a.csv", "a.csv"), "here")


def test_what_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST", 99)
    assert unpacked(zipped("a", content=b"x" * 99), "here")
    with pytest.raises(DamagedError, match="more than any school"):
        unpacked(zipped("a", content=b"x" * 100), "here")


@pytest.mark.parametrize("content", [b"", b"PK", b"not a ZIP", packed(FILES)[:-30]])
def test_what_is_no_whole_zip_is_damaged_and_named(content: bytes) -> None:
    with pytest.raises(DamagedError, match="cannot be unpacked") as raised:
        unpacked(content, "stick/backup.zip")
    assert raised.value.where == "stick/backup.zip"


def test_a_byte_changed_anywhere_never_ends_in_anything_but_damage_or_other_files() -> None:
    sound = packed(FILES)
    for at in range(len(sound)):
        flipped = bytearray(sound)
        flipped[at] ^= 0xFF
        try:
            unpacked(bytes(flipped), "here")
        except DamagedError:
            continue
